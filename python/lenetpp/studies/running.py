"""run_missing(): the trainings of a study become runs, each at most once, whatever happens meanwhile."""

from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import nullcontext
from pathlib import Path

from lenetpp.basics.surroundings import available_cores
from lenetpp.studies.clusters.cluster import MOST_AT_A_TIME, Cluster
from lenetpp.studies.dispatch import Dispatch
from lenetpp.studies.display import runs_display
from lenetpp.studies.errors import StudyInterrupted
from lenetpp.studies.landing import open_landing
from lenetpp.studies.missing_runs import MissingRuns
from lenetpp.studies.runs_of_study import RunsOfStudy
from lenetpp.studies.time_limits import TimeLimits
from lenetpp.studies.trainings import SeededTraining, Training
from lenetpp.studies.worker_processes import WorkerProcesses


def run_missing(
    trainings: Iterable[Training | SeededTraining],
    runs: Path,
    *,
    jobs: int | None = None,
    executor: Executor | Cluster | None = None,
    progress: bool | None = None,
    time_limit: float | None = None,
    audit: float = 0.0,
) -> RunsOfStudy:
    """Train what no finished run in a folder was trained as, one thread for each run.

    A run that was begun goes on, also where its worker was killed. A training that diverged is known by its record and
    not done again. A training that fails is tried again; after three times without coming further it is given up, and
    the others go on. What another process is training now
    is left to it until there is nothing else to do; then it is waited for, unless its files stay as they are for two
    minutes: then it is trained here too, so that nothing is lost and nothing hangs.

    The workers of an executor may have other working folders. Those that do not see the folder of runs, on machines
    with disks of their own, send their runs back, in pieces where that takes long. Data that a worker lacks are sent to
    it. One with other numerics, or other data under the same name, says so before it trains.

    Parameters
    ----------
    trainings : iterable of Training or SeededTraining
        What is needed; equal ones are done once.
    runs : Path
        Folder of runs.
    jobs : int, optional
        Runs at a time: by default as many as there are cores, or, with `executor`, as it has workers; 1,000 where it
        does not say.
    executor : concurrent.futures.Executor or Cluster, optional
        Where runs are trained, instead of processes of our own. It is not shut down. Ctrl-C stops ours and the workers
        of a cluster with a checkpoint; of another executor, what has not begun is cancelled.
    progress : bool, optional
        Whether to show progress: a bar on a terminal or below a notebook's cell, elsewhere a line for each run on the
        error stream. By default on a terminal and in a notebook.
    time_limit : float, optional
        Seconds after which a training on a cluster counts as one that hangs; by default ten times as long as the
        slowest one before took for as much work, and at least a minute.
    audit : float
        Share of the runs that are trained again, each on another worker, and compared.

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
    seeded = [each if isinstance(each, SeededTraining) else each.alone() for each in trainings]
    missing = MissingRuns(seeded, runs.absolute())
    if not missing.count and not (audit and missing.needed):
        return missing.result()
    runs.mkdir(parents=True, exist_ok=True)
    own = None
    if executor is None:
        jobs = min(jobs or available_cores(), missing.count or missing.needed)
        own = executor = WorkerProcesses(jobs)
    cluster = executor if isinstance(executor, Cluster) else Cluster(executor, jobs or MOST_AT_A_TIME)
    try:
        with (
            nullcontext() if own else open_landing(runs.absolute()) as landing,
            runs_display(
                progress, missing.needed, missing.needed - missing.count, missing.work, jobs if own else None
            ) as display,
            Dispatch(cluster, TimeLimits(time_limit), landing=landing, jobs=jobs) as dispatch,
        ):
            missing.train(dispatch, display, landing)
            if audit:
                missing.audit(dispatch, audit)
    except KeyboardInterrupt:
        raise StudyInterrupted(f"stopped by Ctrl-C: {missing.progress()}") from None
    except (BrokenExecutor, CancelledError) as error:
        reason = str(error) or type(error).__name__
        raise BrokenExecutor(f"the executor takes no more work ({reason}): {missing.progress()} and kept") from error
    finally:
        if own is not None:
            own.interrupt()
    return missing.result()
