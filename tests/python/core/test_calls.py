"""Long calls: how an epoch ends early, what other threads may do meanwhile, who keeps the network alive."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import numpy as np
import pytest

from lenetpp import _core

TEXT = "1x12x12 | conv 8x5x5 relu | maxpool 2 | dense 16 relu | dense 3"
COUNT = 200_000  # many more than are trained before an epoch is stopped
IMAGES = np.resize(np.arange(251, dtype=np.uint8), (COUNT, 1, 12, 12))
LABELS = np.resize(np.array([0, 1, 2], np.int32), COUNT)
RATE = _core.LearningRate(0.001)


def _trainer(network: _core.Network | _core.Network64) -> _core.Trainer:
    network.initialize(1)
    return _core.Trainer(network, batch_size=4)


def _train(trainer: _core.Trainer, progress: Callable[[int], bool] | None) -> _core.EpochResult:
    return trainer.train_epoch(IMAGES, LABELS, epoch=0, learning_rate=RATE, progress=progress)


@pytest.fixture(params=[_core.Network, _core.Network64])
def network(request: pytest.FixtureRequest) -> _core.Network | _core.Network64:
    made: _core.Network | _core.Network64 = request.param(TEXT)
    return made


def test_progress_counts_up_to_the_last_sample(network: _core.Network) -> None:
    calls: list[int] = []

    def progress(done: int) -> bool:
        calls.append(done)
        return True

    result = _trainer(network).train_epoch(IMAGES[:30], LABELS[:30], epoch=0, learning_rate=RATE, progress=progress)
    assert calls == sorted(set(calls))
    assert calls[-1] == 30
    assert (result.samples, result.steps, result.interrupted) == (30, 8, False)


def test_false_stops_after_the_step_and_keeps_it(network: _core.Network) -> None:
    trainer = _trainer(network)
    before = network.parameter("0.weight")
    result = _train(trainer, lambda _: False)
    assert result.interrupted
    assert result.samples == 4 * result.steps < COUNT
    assert (network.parameter("0.weight") != before).any()


def test_an_exception_of_the_callback_stops_the_epoch_and_is_raised(network: _core.Network) -> None:
    trainer = _trainer(network)
    before = network.parameter("0.weight")

    def fail(done: int) -> bool:
        raise LookupError(f"after {done}")

    with pytest.raises(LookupError, match="after"):
        _train(trainer, fail)
    assert (network.parameter("0.weight") != before).any()
    assert _train(trainer, lambda _: False).interrupted


def test_a_callback_that_forgets_to_return_is_told_so(network: _core.Network) -> None:
    with pytest.raises(TypeError, match="what progress returns must be a bool, not NoneType"):
        _train(_trainer(network), lambda _: None)  # type: ignore[arg-type, return-value]


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")
@pytest.mark.parametrize("progress", [None, lambda _: True])
def test_ctrl_c_is_answered_within_a_fifth_of_a_second(progress: Callable[[int], bool] | None) -> None:
    trainer = _trainer(_core.Network(TEXT))
    raised = 0.0

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.default_int_handler(number, frame)

    def send() -> None:
        nonlocal raised
        raised = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    previous = signal.signal(signal.SIGINT, interrupt)
    timer = threading.Timer(0.15, send)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            _train(trainer, progress)
        assert time.perf_counter() - raised < 0.2
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, previous)


def test_other_threads_run_while_an_epoch_does_but_cannot_use_its_network(network: _core.Network) -> None:
    trainer = _trainer(network)
    other_trainer = _core.Trainer(network)
    stop = threading.Event()
    started = threading.Event()

    def progress(_: int) -> bool:
        started.set()
        return not stop.is_set()

    results: list[_core.EpochResult] = []
    thread = threading.Thread(target=lambda: results.append(_train(trainer, progress)))
    thread.start()
    try:
        assert started.wait(10)
        for use in (
            lambda: network.predict(IMAGES[:1]),
            lambda: network.parameter("0.weight"),
            network.copy,
            lambda: network.initialize(2),
            lambda: network.set_parameter("0.bias", network.parameter("0.bias")),
            network.clear_normalization,
            lambda: _train(other_trainer, None),
        ):
            with pytest.raises(RuntimeError, match="another call"):
                use()
        assert network.text == TEXT
    finally:
        stop.set()
        thread.join()
    assert results[0].interrupted
    assert network.predict(IMAGES[:1]).shape == (1,)


def test_a_callback_that_uses_its_network_gets_an_error_instead_of_a_deadlock(network: _core.Network) -> None:
    trainer = _trainer(network)
    with pytest.raises(RuntimeError, match="being trained"):
        _train(trainer, lambda _: bool(network.predict(IMAGES[:1]).any()))


def test_many_threads_predict_at_a_time_and_agree() -> None:
    network = _core.Network(TEXT)
    network.initialize(1)
    images = IMAGES[:2000]
    expected = network.compute_outputs(images)
    answers: list[bool] = []

    def answer() -> None:
        answers.append(bool((network.compute_outputs(images) == expected).all()))

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_predicts_with_threads_that_its_parent_left_idle() -> None:
    # In a process of its own: pytest may have threads, which fork warns of.
    program = f"""if True:
        import os, signal, warnings
        import numpy as np
        from lenetpp import _core
        warnings.simplefilter("ignore", DeprecationWarning)
        network = _core.Network({TEXT!r})
        network.initialize(1)
        images = np.resize(np.arange(251, dtype=np.uint8), (256, 1, 12, 12))
        expected = network.predict(images, threads=2)
        child = os.fork()
        if child == 0:
            signal.alarm(30)  # a deadlock ends so
            same = (network.predict(images, threads=2) == expected).all()
            del network
            os._exit(0 if same else 1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0, status
        assert (network.predict(images, threads=2) == expected).all()
        """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_predictions_are_the_same_whatever_numbers_of_threads_follow_each_other() -> None:
    network = _core.Network(TEXT)
    network.initialize(1)
    expected = network.compute_outputs(IMAGES[:300])
    for threads in (2, 1, 3, 2, 4, 1):
        np.testing.assert_array_equal(network.compute_outputs(IMAGES[:300], threads=threads), expected)


def test_a_trainer_keeps_its_network_alive(network: _core.Network) -> None:
    trainer = _trainer(type(network)(TEXT))
    gc.collect()
    assert trainer.train_epoch(IMAGES[:8], LABELS[:8], epoch=0, learning_rate=RATE).samples == 8


def test_arrays_outlive_the_network_that_gave_them(network: _core.Network) -> None:
    network.initialize(4)
    weights = network.parameter("0.weight")
    expected = weights.copy()
    weights_of_a_copy = network.copy().parameter("0.weight")
    gc.collect()
    np.testing.assert_array_equal(weights_of_a_copy, expected)
    weights[:] = 0
    np.testing.assert_array_equal(network.parameter("0.weight"), expected)
