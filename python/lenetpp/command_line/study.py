"""``lenetpp study``: questions are answered by several trainings each, with a report."""

import math
import os
from concurrent.futures import BrokenExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding

from lenetpp.basics.files import write_file
from lenetpp.basics.language import recalled, say
from lenetpp.basics.shell_words import shell_command
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.options import JsonOption, QuietOption
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.command_line.training_end import INTERRUPTED
from lenetpp.studies.limits import MOST_TRAININGS

if TYPE_CHECKING:
    from lenetpp.studies.result import StudyResult

HELP = """Answer the questions of a study by training several times for each, and write a report.

What was trained before, by a study or by `lenetpp train`, is not trained again: to continue a study that was stopped,
run the same command again. The report is a folder with `report.html`, `report.md` and tables.

Exit codes: 0 all runs finished; 1 an error, or some runs failed (the report says which); 130 interrupted by Ctrl-C.

Start your own with `lenetpp study --new questions.toml`.

Example: `lenetpp study blog --quick --only filters`
"""


def _share(text: str) -> float:
    """Return a share from its percentage."""
    try:
        share = float(text.removesuffix("%")) / 100
    except ValueError:
        share = math.nan
    if not (0 < share <= 1 and text.endswith("%")):
        raise typer.BadParameter(f"it must be more than 0% and at most 100%, written with %, but is {text!r}")
    return share


def study_command(
    study: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE|NAME",
            help="A study's file, or a study of lenetpp: blog, digit-recipes, history, photo-recipes, recipe-search.",
            show_default=False,
        ),
    ] = None,
    new: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a commented study to start your own from.", show_default=False),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="The quick form of the study: fewer images and seeds.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION", help="Answer only this question; repeat for several.", show_default=False),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Runs at a time; by default one per core.", show_default=False),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Number of seeds, instead of the file's.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the report; by default studies/NAME.", show_default=False),
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option(help="Folder of the runs; by default LENETPP_RUNS, or else `runs`.", show_default=False),
    ] = None,
    most_trainings: Annotated[
        int, typer.Option(min=1, metavar="N", help="Refuse a study with more trainings than this.")
    ] = MOST_TRAININGS,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Train on dask://HOST:PORT, dask, mpi or slurm.", show_default=False),
    ] = None,
    audit: Annotated[
        float | None,
        typer.Option(
            parser=_share,
            metavar="N%",
            help="Train this share of the runs again elsewhere, and compare.",
            show_default=False,
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="A training on a cluster that takes longer counts as stuck.", show_default=False
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer; see HELP."""
    if new is not None:
        _write_template(new)
        return
    if study is None:
        raise typer.BadParameter("give the FILE or NAME of a study, or --new FILE to write one")
    # Here, because a plain installation lacks what a study needs.
    from lenetpp.studies.clusters.opening import open_cluster
    from lenetpp.studies.study import study as answer

    try:
        with nullcontext() if cluster is None else open_cluster(cluster, jobs) as workers:
            result = answer(
                study,
                quick=quick,
                only=only or (),
                jobs=jobs,
                seeds=seeds,
                out=out,
                runs=runs,
                executor=workers,
                progress=not quiet,
                most_trainings=most_trainings,
                time_limit=time_limit,
                audit=audit or 0.0,
            )
    except BrokenExecutor as broken:
        echo(say("error: {message}", message=broken), err=True)
        echo(say("run the same command again to continue"), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt as early:
        echo(recalled(str(early)) or say("stopped by Ctrl-C"), err=True)
        echo(say("run the same command again to continue"), err=True)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json(
            {
                "report": str(result.report),
                "runs": len(result.folders),
                "trained": result.trained,
                "failures": [str(failure) for failure in result.failures],
                "audit": None
                if result.audit is None
                else {"same": list(result.audit.same), "differing": dict(result.audit.differing)},
                "answers": {
                    each.name: {
                        "title": each.title,
                        "headline": each.headline,
                        "certainty": each.certainty,
                        "claims": [
                            {"claim": judged.claim.text, "source": judged.claim.source, "verdict": judged.verdict}
                            for judged in each.judgements
                        ],
                        "sentences": list(each.sentences),
                    }
                    for each in result.answers
                },
            }
        )
    else:
        _print(Console(), result)
    if result.failures or (result.audit and result.audit.differing):
        raise typer.Exit(1)


def _write_template(file: Path) -> None:
    """Write a study that runs as it stands, where there is no file yet."""
    from lenetpp.studies.study_file import TEMPLATE

    if file.suffix != ".toml":
        raise typer.BadParameter(f"the file must end in .toml, but is {file}")
    if os.path.lexists(file):
        raise typer.BadParameter(f"{file} exists already: choose another name")
    write_file(file, TEMPLATE.read_bytes())
    echo(say("written: {path}", path=file))
    echo(say("run it with: {command}", command=shell_command("lenetpp", "study", str(file))))


def _print(console: Console, result: "StudyResult") -> None:
    """Print the answers in short and where the report is, which has all that the runs say."""
    for answer in result.answers:
        console.print(Text(answer.title, style="bold"))
        claims = [judged.sentence for judged in answer.judgements]
        for sentence in (answer.headline, answer.certainty, *claims):
            console.print(Padding(Text(sentence), (0, 0, 0, 2)))
        console.print()
    found = len(result.folders)
    facts: dict[str, object] = {
        say("runs"): say(
            "{count}, of which {trained} trained now, in {folder}",
            count=f"{found:,}",
            trained=f"{result.trained:,}",
            folder=result.runs,
        ),
        **({} if result.audit is None else {say("audit"): result.audit.in_words()}),
        say("report"): result.report / "report.html",
    }
    print_facts(console, facts)
    for failure in result.failures:
        echo(say("error: {message}", message=failure), err=True)
