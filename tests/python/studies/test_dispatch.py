"""Dispatch: who is asked again, how often, and what is sent to whom."""

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from lenetpp.data.errors import DataError
from lenetpp.studies import dispatch as module
from lenetpp.studies.dispatch import Dispatch
from lenetpp.studies.jobs import GivenUp, Job
from lenetpp.studies.time_limits import ENOUGH, LEAST_SECONDS, TIMES, TimeLimits
from lenetpp.studies.worker import Delivery, Digest, Failed, LacksData, Refusal

from .handmade_cluster import Asked, HandmadeCluster
from .trainings import training


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)


def done_by(
    cluster: HandmadeCluster, seeds: Iterator[int] | range = range(1, 2), limits: TimeLimits | None = None
) -> dict[int, Delivery | GivenUp]:
    """Return what comes back for each seed."""
    with Dispatch(cluster, limits or TimeLimits()) as dispatch:
        for seed in seeds:
            dispatch.hand_over(Job(training(seed), training(seed).key))
        back: dict[int, Delivery | GivenUp] = {}
        while dispatch.at_work:
            back |= {job.training.settings.seed: delivery for job, delivery in dispatch.deliveries()}
        return back


def who(cluster: HandmadeCluster) -> str:
    return "".join(asked.worker for asked in cluster.asked)


def test_what_fails_is_tried_on_others_and_reported_after_three_tries() -> None:
    cluster = HandmadeCluster("abcd", lambda asked: Failed(f"{asked.worker} fails"))
    assert done_by(cluster) == {1: GivenUp("failed 3 times on 3 workers, at last with: c fails")}
    assert who(cluster) == "abc"


def test_of_two_workers_both_have_tried_before_it_is_reported() -> None:
    cluster = HandmadeCluster("ab", lambda asked: Failed(f"{asked.worker} fails"))
    assert done_by(cluster) == {1: GivenUp("failed 3 times on 2 workers, at last with: a fails")}
    assert who(cluster) == "aba"


def test_a_single_worker_has_three_tries() -> None:
    cluster = HandmadeCluster("a", lambda asked: Failed(f"{asked.worker} fails"))
    assert done_by(cluster) == {1: GivenUp("failed 3 times on a, at last with: a fails")}


def test_one_that_always_comes_to_the_same_worker_has_twice_as_many() -> None:
    cluster = HandmadeCluster("ab", lambda asked: Failed(f"{asked.worker} fails"), can_choose=False)
    assert done_by(cluster) == {1: GivenUp("failed 6 times on a, at last with: a fails")}


def test_what_one_worker_fails_another_does_and_the_rest_goes_on() -> None:
    cluster = HandmadeCluster("ab", lambda asked: Failed("full") if asked.worker == "a" else Digest("d"))
    assert all(isinstance(each, Delivery) for each in done_by(cluster, range(5)).values())
    assert who(cluster) == "aaaaabbbbb"


def test_a_worker_that_refuses_is_asked_no_more_and_that_is_no_try(capsys: pytest.CaptureFixture[str]) -> None:
    cluster = HandmadeCluster("ab", lambda asked: Refusal("old") if asked.worker == "a" else Digest("d"))
    with Dispatch(cluster, TimeLimits()) as dispatch:
        for seed in (1, 2):
            dispatch.hand_over(Job(training(seed), training(seed).key))
            while dispatch.at_work:
                for job, delivery in dispatch.deliveries():
                    assert isinstance(delivery, Delivery)
                    assert job.failures == []
        assert dispatch.new_refusals() == ["a does not train: old"]
        assert dispatch.new_refusals() == []
    assert who(cluster) == "abb"
    assert capsys.readouterr() == ("", "")


def test_where_all_refuse_nothing_is_waited_for() -> None:
    cluster = HandmadeCluster("ab", lambda asked: Refusal(f"{asked.worker} is old"))
    assert done_by(cluster, range(1, 3)) == {1: GivenUp("b is old"), 2: GivenUp("b is old")}


def test_data_are_sent_to_the_worker_that_lacks_them_once_whatever_it_is_asked_meanwhile() -> None:
    has_data = False

    def answer(asked: Asked) -> Any:
        nonlocal has_data
        if asked.assignment.data is not None:
            has_data = True
            assert asked.assignment.data.digest == training().data_digest
        return Digest("d") if has_data else LacksData("none")

    cluster = HandmadeCluster("ab", answer)
    assert all(isinstance(each, Delivery) for each in done_by(cluster, range(1, 5)).values())
    assert [asked.only for asked in cluster.asked if asked.assignment.data is not None] == ["a"]
    assert len(cluster.asked) == 4 + 1 + 3


def test_a_worker_that_has_lost_its_data_is_sent_them_again() -> None:
    answers = iter([LacksData("none"), Failed("crashed"), LacksData("none"), Digest("d")])
    cluster = HandmadeCluster("a", lambda _: next(answers))
    assert isinstance(done_by(cluster)[1], Delivery)
    assert [asked.assignment.data is not None for asked in cluster.asked] == [False, True, False, True]


def answers_until_data_are_sent(asked: Asked) -> Any:
    """The worker a lacks data, and is silent once they are sent."""
    if asked.worker == "b":
        return Digest("d")
    return LacksData("none") if asked.assignment.data is None else None


def test_what_waits_for_data_on_their_way_to_a_worker_that_goes_is_done_by_others() -> None:
    cluster = HandmadeCluster("ab", answers_until_data_are_sent)
    hand = cluster.train

    def train(*arguments: Any, **named: Any) -> Future[Delivery]:
        future = hand(*arguments, **named)
        if not future.done():
            cluster.names = ["b"]
            cluster.waiting_for_gone = [future]
        return future

    cluster.train = train  # type: ignore[method-assign]
    assert all(isinstance(each, Delivery) for each in done_by(cluster, range(3)).values())
    assert who(cluster) == "aaaa" + "bbb"


def test_what_waits_for_data_on_their_way_to_a_worker_that_is_silent_is_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.05)
    answers = iter([LacksData("none"), LacksData("none"), None, Digest("d"), Digest("d")])
    cluster = HandmadeCluster("ab", lambda _: next(answers))
    assert all(isinstance(each, Delivery) for each in done_by(cluster, range(2), TimeLimits(0.01)).values())


def test_what_waits_for_data_that_cannot_be_loaded_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> None:
        raise DataError("no file")

    monkeypatch.setattr(module, "_loaded", missing)
    cluster = HandmadeCluster("ab", answers_until_data_are_sent)
    assert done_by(cluster, range(2)) == dict.fromkeys(range(2), GivenUp("no file"))


def test_what_waits_for_workers_that_have_gone_is_handed_to_others() -> None:
    cluster = HandmadeCluster("ab", lambda asked: None if asked.worker == "a" else Digest("d"))
    futures: list[Future[Delivery]] = []
    hand = cluster.train

    def train(*arguments: Any, **named: Any) -> Future[Delivery]:
        futures.append(hand(*arguments, **named))
        if len(futures) == 1:
            cluster.names = ["b"]
            cluster.waiting_for_gone = list(futures)
        return futures[-1]

    cluster.train = train  # type: ignore[method-assign]
    assert isinstance(done_by(cluster)[1], Delivery)
    assert who(cluster) == "ab"
    assert futures[0].cancelled()


def test_a_worker_that_does_not_answer_at_all_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.05)
    answers = iter([None, Digest("d")])
    cluster = HandmadeCluster("ab", lambda _: next(answers))
    assert isinstance(done_by(cluster, limits=TimeLimits(0.01))[1], Delivery)
    assert len(cluster.asked) == 2


def test_a_training_may_take_ten_times_as_long_as_the_slowest_before_for_its_work() -> None:
    limits, long = TimeLimits(), training(epochs=600)
    for count in range(ENOUGH):
        assert limits.of(long) is None
        limits.learn(training(epochs=2), (0.1, 0.3, 0.2)[count])
    assert limits.of(long) == pytest.approx(TIMES * 0.3 * 300)
    assert limits.of(training(epochs=2)) == LEAST_SECONDS
    assert TimeLimits(5).of(long) == 5
