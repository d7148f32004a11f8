"""run_missing(): the trainings of a study become runs, each at most once, whatever happens meanwhile."""

import math
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from lenetpp.basics.surroundings import available_cores
from lenetpp.networks.network import Network
from lenetpp.records.run_files import RecordError
from lenetpp.studies.display import RunsDisplay, runs_display
from lenetpp.studies.errors import StudyInterrupted
from lenetpp.studies.landing import Landing, open_landing
from lenetpp.studies.runs_by_key import RunsByKey
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Obstacle, train_one
from lenetpp.studies.worker_processes import WorkerProcesses

_Outcome: TypeAlias = Path | SentRun | Obstacle

TRIES = 3
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Failure:
    """A training for which there is no run: it failed three times, or it always would, as where it diverged."""

    training: Training
    reason: str

    def __str__(self) -> str:
        return f"no run of {self.training.network} with the seed {self.training.settings.seed}: {self.reason}"


@dataclass(frozen=True)
class RunsOfStudy:
    """The runs that a study has.

    Attributes
    ----------
    folders : mapping of Path
        The folder of a finished run by the key of its training.
    failures : mapping of Failure
        By the key.
    trained : frozenset of str
        Keys of the runs that were not there before.
    """

    folders: Mapping[str, Path]
    failures: Mapping[str, Failure]
    trained: frozenset[str] = frozenset()


def run_missing(
    trainings: Iterable[Training],
    runs: Path,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> RunsOfStudy:
    """Train what no finished run in a folder was trained as, one thread for each run.

    A run that was begun goes on. A training that diverged is known by its record and not done again. A training that
    fails is tried again; after three times it is given up, and the others go on. What another process is training now
    is left to it until there is nothing else to do; then it is waited for, unless its files stay as they are for two
    minutes: then it is trained here too, so that nothing is lost and nothing hangs.

    The workers of an executor may have other working folders. Those that do not see the folder of runs, on machines
    with disks of their own, send their runs back. What a worker lacks, such as data, is said before it trains.

    Parameters
    ----------
    trainings : iterable of Training
        What is needed; equal ones are done once.
    runs : Path
        Folder of runs.
    jobs : int, optional
        Runs at a time: by default as many as there are cores, or, with `executor`, all at once.
    executor : concurrent.futures.Executor, optional
        Where runs are trained, instead of processes of our own. It is not shut down. Ctrl-C stops ours with a
        checkpoint; of another one, what has not begun is cancelled.
    progress : bool, optional
        Whether to show progress: a bar on a terminal or below a notebook's cell, elsewhere a line for each run on the
        error stream. By default on a terminal and in a notebook.

    Raises
    ------
    StudyInterrupted
        On Ctrl-C.
    BrokenExecutor
        If the executor takes no more work; the finished runs are kept.
    OSError
        If the folder of runs cannot be made or read.
    """
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1, but is {jobs!r}")
    missing = _MissingRuns(trainings, runs)
    if not missing.waiting:
        return missing.result()
    missing.runs.mkdir(parents=True, exist_ok=True)
    limit = jobs or (math.inf if executor else available_cores())
    pool = executor or WorkerProcesses(min(int(limit), len(missing.waiting)))
    work = sum(map(expected_work, missing.waiting))
    try:
        with (
            open_landing(missing.runs) if executor else nullcontext() as landing,
            runs_display(progress, missing.needed, missing.needed - len(missing.waiting), work) as display,
        ):
            missing.run(pool, limit, display, landing)
    except KeyboardInterrupt:
        raise StudyInterrupted(f"stopped by Ctrl-C: {missing.progress()}") from None
    finally:
        if isinstance(pool, WorkerProcesses) and pool is not executor:
            pool.interrupt()
    return missing.result()


class _MissingRuns:
    """What is missing, what is being done about it, and what came of it."""

    def __init__(self, trainings: Iterable[Training], runs: Path) -> None:
        by_key = {training.key: training for training in trainings}
        self.needed = len(by_key)
        self.runs = runs.absolute()
        self._known = RunsByKey(self.runs, {training.data_digest for training in by_key.values()})
        self._folders: dict[str, Path] = {}
        self._failures: dict[str, Failure] = {}
        self._trained: set[str] = set()
        self._failed_tries: Counter[str] = Counter()
        self._display = RunsDisplay()
        self._landing: Landing | None = None
        unsettled = [training for training in by_key.values() if not self._settle(training)]
        # The longest first, so that no core waits for the last ones.
        self.waiting = sorted(unsettled, key=expected_work, reverse=True)

    def result(self) -> RunsOfStudy:
        """Return what there is now."""
        return RunsOfStudy(self._folders, self._failures, frozenset(self._trained))

    def progress(self) -> str:
        """Return how far it has come, in words."""
        failed = f", {len(self._failures)} cannot be done" if self._failures else ""
        return f"{len(self._folders)} of {self.needed} runs are done{failed}"

    def run(self, executor: Executor, limit: float, display: RunsDisplay, landing: Landing | None) -> None:
        """Train everything that is waiting, at most `limit` at a time; runs that are sent arrive at the landing."""
        self._display, self._landing = display, landing
        running: dict[Future[_Outcome], Training] = {}
        try:
            while self.waiting or running:
                while len(running) < limit and (start := self._next()) is not None:
                    running[self._submit(executor, *start)] = start[0]
                wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
                if self.waiting and not running:
                    time.sleep(POLL_SECONDS)  # what is left is being trained by another process
                # wait() does not tell of futures that were cancelled.
                for future in [future for future in running if future.done()]:
                    self._take(running.pop(future), future)
                display.refresh()
        except (BrokenExecutor, CancelledError) as error:
            reason = str(error) or type(error).__name__
            raise BrokenExecutor(f"the executor takes no more work ({reason}): {self.progress()} and kept") from error
        finally:
            for future in running:
                future.cancel()

    def _next(self) -> tuple[Training, Path | None] | None:
        """Return what to train now, and the run to go on with; None if there is nothing but to wait."""
        self._known.look_again()
        for training in list(self.waiting):
            found = self._known.find(training.key)
            if found is not None and found.state == "being trained":
                continue
            self.waiting.remove(training)
            if self._settle(training):
                self._display.show_done(expected_work(training))
            else:
                return training, None if found is None else found.folder
        return None

    def _submit(self, executor: Executor, training: Training, unfinished: Path | None) -> Future[_Outcome]:
        key, landing = training.key, None
        if self._landing is not None:
            landing = self._landing.folder
            training = replace(training, data=training.data.from_anywhere())
        assignment = Assignment(key, self.runs, unfinished, landing, attempt=secrets.token_hex(8))
        try:
            return executor.submit(train_one, training, assignment)
        except RuntimeError as error:  # it was shut down
            raise BrokenExecutor(str(error)) from error

    def _take(self, training: Training, future: Future[_Outcome]) -> None:
        """Take note of how a try ended."""
        error = future.exception()
        if error is None:
            outcome = future.result()
            if isinstance(outcome, Obstacle):
                self._give_up(training, outcome.reason)
                self._display.show_done(expected_work(training))
                return
            try:
                folder = self._arrived(outcome)
            except RecordError as damage:
                error = damage
            else:
                self._known.look_again()
                if self._settle(training):
                    self._trained |= {training.key} & self._folders.keys()
                    self._display.show_done(expected_work(training))
                    return
                error = RuntimeError(f"its record in {folder} does not say that it has finished")
        if isinstance(error, BrokenExecutor) or not isinstance(error, Exception):
            raise error
        self._failed_tries[training.key] += 1
        if self._failed_tries[training.key] < TRIES:
            self.waiting.insert(0, training)
        else:
            self._give_up(training, f"failed {TRIES} times, at last with: {error}")
            self._display.show_done(expected_work(training))

    def _arrived(self, outcome: Path | SentRun) -> Path:
        """Return the folder of a run that was trained, or has been sent."""
        if isinstance(outcome, Path):
            return self.runs / outcome.name
        assert self._landing is not None
        return self._landing.receive(outcome)

    def _settle(self, training: Training) -> bool:
        """Whether a recorded run answers the training: with its result, or with the fact that it diverges."""
        found = self._known.find(training.key)
        if found is None or found.state not in ("finished", "diverged"):
            return False
        if found.state == "finished":
            self._folders[training.key] = found.folder
        else:
            self._give_up(training, f"{found.message} (run {found.folder.name})")
        return True

    def _give_up(self, training: Training, reason: str) -> None:
        self._failures[training.key] = Failure(training, reason)
        self._display.show_failure(str(self._failures[training.key]))


@lru_cache
def _multiply_adds(network: str) -> int:
    return Network.parse(network).summary().multiply_adds


def expected_work(training: Training) -> float:
    """Return about how much there is to compute: multiply-adds of all epochs, forward only."""
    return float(_multiply_adds(training.network)) * training.images * training.settings.epochs
