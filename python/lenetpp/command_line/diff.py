"""``lenetpp diff``: in what recorded runs differ, and from which epoch on their bits do."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from lenetpp.basics.language import say
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.options import JsonOption, RunsArgument, find_run
from lenetpp.command_line.output import print_json
from lenetpp.pictures.compared_runs import compare
from lenetpp.records.comparison import SECTIONS

HELP = """Compare recorded runs: settings, data, environment and results, and where their bits begin to differ.

With --html, write one page that opens from the disk without loading anything: differences, accuracies, curves in one
chart, filters side by side.

Example: `lenetpp diff best last --html two.html`
"""


def diff_command(
    runs: RunsArgument,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page instead of printing.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare; see HELP."""
    compared = compare(*map(find_run, runs))
    differences = compared.differences
    if html is not None:
        compared.page(html)
        echo(say("written: {path}", path=html))
        return
    if as_json:
        sections = {
            name: {key: list(map(_plain, values)) for key, values in differences.section(name).items()}
            for name in SECTIONS
        }
        print_json(
            {
                "runs": [str(run.folder) for run in compared.runs],
                **sections,
                "bits": [asdict(parting) for parting in differences.partings],
            }
        )
        return
    console = Console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", overflow="fold")
    for name in compared.names:
        table.add_column(Text(name), overflow="fold")
    for name in SECTIONS:
        rows = differences.rows(name)
        same = [] if rows else [Text(say("the same"), style="dim")] * len(compared.runs)
        table.add_row(Text(SECTIONS[name], style="bold"), *same)
        for words, cells in rows:
            table.add_row(Text(say("  {words}", words=words)), *map(Text, cells))
    console.print(table)
    console.print()
    for sentence in filter(None, (compared.stuck, *compared.verdicts)):
        console.print(Text(sentence))


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it: times as text."""
    return value if isinstance(value, str | int | float | list | None) else str(value)
