"""``lenetpp delete``: runs are removed, after a question."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lenetpp.basics.language import listed, say, translated
from lenetpp.basics.percent import percent
from lenetpp.basics.terminal import echo
from lenetpp.command_line.options import JsonOption, RunsArgument, find_run
from lenetpp.command_line.output import print_json
from lenetpp.records.comparable import accuracy_column
from lenetpp.records.deleting import check_deletable, delete
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.records.run_index import read_row
from lenetpp.settings.words import name_in_words

HELP = """Delete runs with all their files, permanently.

Asks first on a terminal; elsewhere `--yes` is needed. A run that is being trained is not deleted, nor is one whose
folder has other files in it. Each run is deleted completely or not at all. A study that needs a deleted run trains it
again.

Example: `lenetpp delete last --yes`
"""


def delete_command(
    runs: RunsArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete; see HELP."""
    folders = list(dict.fromkeys(map(find_run, runs)))  # all of them first: `last` is another one afterwards
    for folder in folders:
        check_deletable(folder)
    described = {folder: _described(folder) for folder in folders}
    if not yes:
        if not sys.stdin.isatty():
            raise ValueError(
                f"--yes is needed to delete {', '.join(map(str, folders))}: there is no terminal to ask at"
            )
        for text in described.values():
            echo(text, err=True)
        question = (
            say("Delete this run permanently?")
            if len(folders) == 1
            else say("Delete these {count} runs permanently?", count=len(folders))
        )
        typer.confirm(str(translated(question)), abort=True, err=True)
    for folder in folders:
        delete(folder)
        if not as_json:
            echo(say("deleted: {run}", run=described[folder]))
    if as_json:
        print_json({"deleted": [str(folder) for folder in folders]})


def _described(folder: Path) -> str:
    """Return what a run is, in a line."""
    row = read_row(folder)
    measured = accuracy_column(row)
    accuracy, epochs = row.get(measured), row.get("results.epochs")
    facts = [
        row.get("name"),
        outcome_in_words(row["outcome"]),
        None if epochs is None else say("1 epoch") if epochs == 1 else say("{count} epochs", count=epochs),
        None
        if accuracy is None
        else say("{name} {value}", name=name_in_words(measured.removeprefix("results.")), value=percent(accuracy)),
        f"{sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.1f} MB",
    ]
    return say("{folder} ({facts})", folder=folder, facts=listed(fact for fact in facts if fact))
