"""InterruptGuard: Ctrl-C is answered where it is safe, and never lost."""

import os
import signal
import threading
from collections.abc import Callable

import pytest

from lenetpp.training.interruption import InterruptGuard

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def press_twice(events: list[str]) -> None:
    with InterruptGuard() as guard:
        press_ctrl_c()
        events.append(f"requested: {guard.requested}")
        press_ctrl_c()
        events.append("went on")


def press_and_check(events: list[str]) -> None:
    with InterruptGuard() as guard:
        guard.check()
        press_ctrl_c()
        events.append("pressed")
        guard.check()
        events.append("went on")


def press_and_leave(events: list[str]) -> None:
    with InterruptGuard():
        press_ctrl_c()
        events.append("pressed")


def press_before_an_inner_guard(events: list[str]) -> None:
    with InterruptGuard():
        press_ctrl_c()
        with InterruptGuard() as inner:
            events.append("pressed")
            inner.check()
        events.append("went on")


def press_within_an_inner_guard(events: list[str]) -> None:
    with InterruptGuard() as outer:
        with InterruptGuard() as inner:
            press_ctrl_c()
            assert inner.requested
            assert outer.requested
            events.append("pressed")
        events.append("went on")


def press_between_inner_guards(events: list[str]) -> None:
    with InterruptGuard():
        with InterruptGuard():
            pass
        press_ctrl_c()
        events.append("pressed")


def press_and_fail() -> None:
    with InterruptGuard():
        press_ctrl_c()
        raise OSError("disk full")


def test_the_first_press_is_a_request_and_the_second_is_not() -> None:
    events: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        press_twice(events)
    assert events == ["requested: True"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    "use",
    [
        press_and_check,
        press_and_leave,
        press_before_an_inner_guard,
        press_within_an_inner_guard,
        press_between_inner_guards,
    ],
)
def test_a_request_is_answered_by_check_and_at_the_end(use: Callable[[list[str]], None]) -> None:
    events: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        use(events)
    assert events == ["pressed"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_error_is_not_hidden_by_a_request() -> None:
    with pytest.raises(OSError, match="disk full"):
        press_and_fail()


def test_the_applications_own_handler_stays() -> None:
    received: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: received.append(number))
    try:
        with InterruptGuard() as guard:
            press_ctrl_c()
            assert not guard.requested
        assert received == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_nothing_happens_outside_the_main_thread() -> None:
    entered: list[bool] = []

    def use() -> None:
        with InterruptGuard():
            entered.append(signal.getsignal(signal.SIGINT) is signal.default_int_handler)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert entered == [True]
