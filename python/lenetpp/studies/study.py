"""study(): a file of questions becomes runs, answers and a report."""

import shlex
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from lenetpp.basics.kinds import as_path
from lenetpp.records.run_files import default_runs_folder
from lenetpp.studies.answers import answer_all
from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.display import PLANNING, REPORTING, step_display
from lenetpp.studies.limits import MOST_TRAININGS
from lenetpp.studies.plan import make_plan
from lenetpp.studies.report import write_report
from lenetpp.studies.result import StudyResult
from lenetpp.studies.running import run_missing
from lenetpp.studies.study_file import shipped_studies


def study(
    source: str | Path,
    *,
    quick: bool = False,
    only: Sequence[str] = (),
    seeds: int | None = None,
    jobs: int | None = None,
    out: str | Path | None = None,
    runs: str | Path | None = None,
    executor: Executor | Cluster | None = None,
    progress: bool | None = None,
    most_trainings: int = MOST_TRAININGS,
    time_limit: float | None = None,
    audit: float = 0.0,
) -> StudyResult:
    """Train what is missing of a study, answer its questions and write the report.

    Parameters
    ----------
    source : str or Path
        Path of a study's file, see ``docs/studies.md``, or the name of a study of the package, such as ``blog``.
    quick : bool
        The study's quick form: its file's table ``[quick]`` laid over the rest.
    only : sequence of str
        Names of the questions to answer, as in the file; by default all.
    seeds : int, optional
        Seeds for each cell, 1, 2, ..., instead of the numbers in the file.
    jobs : int, optional
        Runs at a time, each on one thread: by default as many as there are cores or, with `executor`, workers; 1,000
        where it does not say how many it has.
    out : str or Path, optional
        Folder of the report; by default ``studies/`` and the study's name, with those of the questions where only some
        are asked, in the working folder.
    runs : str or Path, optional
        Folder of runs; by default ``LENETPP_RUNS``, else ``runs``. What was trained there before, by whatever means,
        is not trained again.
    executor : concurrent.futures.Executor or Cluster, optional
        Where runs are trained, instead of processes of our own, on this machine or others; see ``docs/studies.md``. It
        is not shut down.
    progress : bool, optional
        Whether to show progress: a bar on a terminal or below a notebook's cell, elsewhere a line for each run on the
        error stream. By default on a terminal and in a notebook.
    most_trainings : int
        How many trainings the study may have: a slip in its file must not fill a disk.
    time_limit : float, optional
        Seconds after which a training on a cluster counts as one that hangs and is tried elsewhere; by default ten
        times as long as the slowest one before took for as much work, and at least a minute.
    audit : float
        Share of the runs, 0 to 1, that are trained again, each on another worker, whose digests are compared.

    Returns
    -------
    StudyResult
        The report is written even where trainings failed; what is missing is said in it.

    Raises
    ------
    StudyError
        If the file is not what it should be, or asks for too many trainings; the message names the key.
    DataError
        If data cannot be had.
    StudyInterrupted
        On Ctrl-C, a KeyboardInterrupt; no run is lost, and the next call goes on.
    BrokenExecutor
        If the executor takes no more work; the finished runs are kept.
    OSError
        If runs or the report cannot be written.

    Examples
    --------
    >>> import lenetpp as lp
    >>> result = lp.study("blog", quick=True)  # doctest: +SKIP
    >>> for answer in result.answers:  # doctest: +SKIP
    ...     print(answer.title, answer.headline)
    """
    if isinstance(only, str):
        raise TypeError(f"only must be a sequence of names, but is the text {only!r}; try [{only!r}]")
    if seeds is not None and seeds < 1:
        raise ValueError(f"seeds must be at least 1, but is {seeds!r}")
    if not 0 <= audit <= 1:
        raise ValueError(f"audit must be a share from 0 to 1, but is {audit!r}")
    if time_limit is not None and not time_limit > 0:
        raise ValueError(f"time_limit must be more than 0 seconds, but is {time_limit!r}")
    with step_display(progress, PLANNING):
        plan = make_plan(source, quick=quick, only=only, seeds=seeds, most_trainings=most_trainings)
    runs_folder = default_runs_folder() if runs is None else as_path(runs, "runs")
    name = "-".join([_name(source), *(["quick"] if quick else []), *(["only", *plan.file.questions] if only else [])])
    report = Path("studies") / name if out is None else as_path(out, "out")
    report.mkdir(parents=True, exist_ok=True)
    found = run_missing(
        plan.trainings,
        runs_folder,
        jobs=jobs,
        executor=executor,
        progress=progress,
        time_limit=time_limit,
        audit=audit,
    )
    with step_display(progress, REPORTING):
        result = StudyResult(
            plan=plan,
            answers=answer_all(plan, found),
            runs=runs_folder,
            folders=found.folders,
            failures=tuple(found.failures.values()),
            trained=len(found.trained),
            audit=found.audit,
            report=report,
            command=_command(source, quick=quick, only=only, seeds=seeds),
        )
        write_report(result, report)
    return result


def _name(source: str | Path) -> str:
    """Return what a study is called: the name of its file, or of the folder where many files have the same name."""
    if source in shipped_studies():
        return str(source)
    path = as_path(source, "source")
    return path.resolve().parent.name if path.name == "study.toml" else path.stem


def _command(source: str | Path, *, quick: bool, only: Sequence[str], seeds: int | None) -> str:
    """Return the command without what has no influence on the figures, such as an absolute path."""
    path = Path(source).name if Path(source).is_absolute() else str(source)
    options = ["--quick"] if quick else []
    options += [word for name in only for word in ("--only", name)]
    options += [] if seeds is None else ["--seeds", str(seeds)]
    return shlex.join(["lenetpp", "study", path, *options])
