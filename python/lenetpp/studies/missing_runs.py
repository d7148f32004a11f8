"""MissingRuns: what is missing of a study's runs, and what came of training it."""

import time
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lenetpp.basics.language import say
from lenetpp.records.run_files import RecordError, read_record
from lenetpp.records.run_writer import name_of_now
from lenetpp.studies.audit import Audit, is_chosen
from lenetpp.studies.dispatch import POLL_SECONDS, Dispatch
from lenetpp.studies.display import RunsDisplay
from lenetpp.studies.jobs import GivenUp, Job
from lenetpp.studies.landing import Landing
from lenetpp.studies.runs_by_key import RunsByKey, look_at
from lenetpp.studies.runs_of_study import Failure, RunsOfStudy
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import SeededTraining, Training
from lenetpp.studies.work import expected_work
from lenetpp.studies.worker import Delivery, Digest


@dataclass
class _Missing:
    """Seeds of a training for which there is no run: a number each, since there may be a million."""

    training: Training
    seeds: "array[int]"
    work: float


class MissingRuns:
    """What is missing, what is being done about it, and what came of it.

    Parameters
    ----------
    trainings : iterable of SeededTraining
        What is needed; equal ones are done once.
    runs : Path
        Folder of runs.
    """

    def __init__(self, trainings: Iterable[SeededTraining], runs: Path) -> None:
        needed = self._needed = list(trainings)
        self._runs = runs
        self._known = RunsByKey(runs, {each.training.data_digest for each in needed})
        self._folders: dict[str, Path] = {}
        self._failures: dict[str, Failure] = {}
        self._trained: set[str] = set()
        self._workers: dict[str, str] = {}
        self._display = RunsDisplay()
        self._landing: Landing | None = None
        self._elsewhere: list[Training] = []
        self._looked_elsewhere = 0.0
        self._audit: Audit | None = None
        self._last_name = ""
        seen: set[bytes] = set()
        missing = [found for each in needed if (found := self._missing_of(each, seen)).seeds]
        self.needed = len(seen)
        self.count = sum(len(each.seeds) for each in missing)
        self.work = sum(each.work * len(each.seeds) for each in missing)
        # The longest first, so that no core waits for the last ones.
        self._waiting = deque(sorted(missing, key=lambda each: each.work, reverse=True))

    def result(self) -> RunsOfStudy:
        """Return what there is now."""
        return RunsOfStudy(self._folders, self._failures, frozenset(self._trained), self._audit)

    def progress(self) -> str:
        """Return how far it has come, in words."""
        failed = f", {len(self._failures)} cannot be done" if self._failures else ""
        return f"{len(self._folders)} of {self.needed} runs are done{failed}"

    def train(self, dispatch: Dispatch, display: RunsDisplay, landing: Landing | None) -> None:
        """Train everything that is waiting; runs that are sent arrive at the landing."""
        self._display, self._landing = display, landing
        display.show_workers(dispatch.workers)
        while self._waiting or self._elsewhere or dispatch.at_work:
            while dispatch.has_room and (job := self._next()) is not None:
                dispatch.hand_over(job)
            if not dispatch.at_work:
                time.sleep(POLL_SECONDS)  # what is left is being trained by another process
            for job, delivery in dispatch.deliveries():
                self._take(job, delivery, dispatch)
            display.show_workers(dispatch.workers)
            for refusal in dispatch.new_refusals():
                display.show_failure(refusal)
            display.refresh()

    def audit(self, dispatch: Dispatch, share: float) -> None:
        """Train a share of the runs again, at least one, each on another worker than before."""
        chosen = {key for key in self._folders if is_chosen(key, share)} or set(sorted(self._folders)[:1])
        waiting = list(self._jobs_to_audit(chosen))
        same, differing = [], {}
        while waiting or dispatch.at_work:
            while dispatch.has_room and waiting:
                dispatch.hand_over(waiting.pop())
            for job, delivery in dispatch.deliveries():
                folder = self._folders[job.key]
                first = read_record(folder)["results"]["digest"]
                match delivery:
                    case GivenUp(reason=reason):
                        differing[folder.name] = say("it cannot be trained again: {reason}", reason=reason)
                    case Delivery(outcome=Digest(value=second), worker=worker) if second != first:
                        differing[folder.name] = say(
                            "{first} is its digest, {second} that of {worker}",
                            first=first,
                            second=second,
                            worker=worker,
                        )
                    case _:
                        same.append(folder.name)
            self._display.refresh()
        self._audit = Audit(tuple(sorted(same)), differing)

    def _jobs_to_audit(self, chosen: set[str]) -> Iterator[Job]:
        left = set(chosen)  # some may be needed by several questions
        for each in self._needed:
            key_of = each.key_of()
            for seed in each.seeds:
                key = key_of(seed)
                if key in left:
                    left.remove(key)
                    avoided = {self._workers[key]} if key in self._workers else set()
                    yield Job(each.training.with_seed(seed), key, avoided=avoided)

    def _missing_of(self, needed: SeededTraining, seen: set[bytes]) -> _Missing:
        key_of = needed.key_of()
        missing = array("Q")
        for seed in needed.seeds:
            key = key_of(seed)
            short = bytes.fromhex(key)
            if short in seen:
                continue
            seen.add(short)
            if key not in self._known or not self._settle(needed.training.with_seed(seed), key):
                missing.append(seed)
        missing.reverse()  # the next one is taken from the end
        return _Missing(needed.training, missing, expected_work(needed.training))

    def _next(self) -> Job | None:
        """Return what to train now; None if there is nothing but to wait."""
        self._known.look_again()
        for training in self._due_elsewhere():
            if (job := self._job(training)) is not None:
                return job
        while self._waiting:
            first = self._waiting[0]
            training = first.training.with_seed(first.seeds.pop())
            if not first.seeds:
                self._waiting.popleft()
            if (job := self._job(training)) is not None:
                return job
        return None

    def _due_elsewhere(self) -> Iterator[Training]:
        """Yield what others were training, now and then."""
        if time.monotonic() - self._looked_elsewhere > POLL_SECONDS:
            self._looked_elsewhere = time.monotonic()
            for _ in range(len(self._elsewhere)):
                yield self._elsewhere.pop(0)

    def _job(self, training: Training) -> Job | None:
        """Return what there is to do for a training; None where it is done, or another process does it."""
        key = training.key
        found = self._known.find(key)
        if found is None:
            return Job(training, key, self._new_folder())
        if found.state == "being trained":
            self._elsewhere.append(training)
        elif self._settle(training, key):
            self._display.show_done(expected_work(training))
        else:
            return Job(training, key, found.folder)
        return None

    def _new_folder(self) -> Path:
        """Name a folder for a run, as no other of this study; where somebody else was as fast, it is not taken."""
        while (name := name_of_now()) == self._last_name:
            time.sleep(0.001)
        self._last_name = name
        return self._runs / name

    def _take(self, job: Job, delivery: Delivery | GivenUp, dispatch: Dispatch) -> None:
        """Take note of what came back."""
        training, key = job.training, job.key
        if isinstance(delivery, GivenUp):
            self._give_up(training, key, delivery.reason)
            self._display.show_done(expected_work(training))
            return
        try:
            folder = self._arrived(job, delivery.outcome)
            self._known.note(folder, key)
        except RecordError as damage:
            dispatch.take_back(job, delivery.worker, str(damage))
            return
        if isinstance(delivery.outcome, SentRun) and _is_unfinished(folder, key):
            job.folder, job.seconds = folder, job.seconds + delivery.seconds
            dispatch.go_on(job)
            return
        if not self._settle(training, key):
            reason = f"its record in {folder} does not say that it has finished"
            dispatch.take_back(job, delivery.worker, reason)
            return
        if key in self._folders:
            self._trained.add(key)
            self._workers[key] = delivery.worker
        self._display.show_done(expected_work(training), job.seconds + delivery.seconds)

    def _arrived(self, job: Job, outcome: object) -> Path:
        """Return the folder of a run that was trained, or has been sent, as far as it has come."""
        if isinstance(outcome, Path):
            return self._runs / outcome.name
        assert isinstance(outcome, SentRun)
        assert self._landing is not None
        return self._landing.receive(outcome, replaced=_is_unfinished(self._runs / outcome.name, job.key))

    def _settle(self, training: Training, key: str) -> bool:
        """Whether a recorded run answers the training: with its result, or with the fact that it diverges."""
        found = self._known.find(key)
        if found is None or found.state not in ("finished", "diverged"):
            return False
        if found.state == "finished":
            self._folders[key] = found.folder
        else:
            self._give_up(training, key, f"{found.message} (run {found.folder.name})")
        return True

    def _give_up(self, training: Training, key: str, reason: str) -> None:
        self._failures[key] = Failure(training, reason)
        self._display.show_failure(str(self._failures[key]))


def _is_unfinished(folder: Path, key: str) -> bool:
    """Whether a folder has a run of this key that nobody trains and that can go on."""
    found = look_at(folder, key)
    return found is not None and found.state == "unfinished"
