"""``lenetpp runs``: the recorded runs, filtered and sorted, with the settings in which they differ."""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lenetpp.command_line.options import JsonOption
from lenetpp.command_line.output import print_json
from lenetpp.finding.conditions import full_name
from lenetpp.finding.run_index import indexed_rows
from lenetpp.finding.run_table import RunTable
from lenetpp.recording.records import default_runs_folder

HELP = """List recorded runs, latest first, and the settings in which they differ.

A condition compares settings and results by their names in `run.toml`: `test_accuracy > 0.88`, `seed in (1, 2)`,
`network.name == "blog-lenet"`, `"ship" in data.classes`, joined by `and`, `or`, `not`. A name that a setting and a
result share means the setting: `loss`, but `results.loss`. `network.filters` are those of the first convolution.

Example: `lenetpp runs --best --where "test_accuracy > 0.88 and network.filters == 10"`
"""
ROWS_IN_TABLE = 20
SLOW_TO_READ = 500
"""Records that take about a second to read: whoever waits is told what for."""

ALWAYS_SHOWN = ("run", "results.test_accuracy", "results.epochs")
SHOWN_IF_DIFFERENT = ("outcome", "data.name", "network.text")
SHORT_HEADINGS = {"results.test_accuracy": "test", "results.epochs": "epochs", "data.name": "data"}
LONGEST_TEXT = 24
NOTED_UNREADABLE = 10
GAP = 2


def runs_command(
    where: Annotated[
        str | None, typer.Option(metavar="CONDITION", help="Only runs that fulfil it; see above.", show_default=False)
    ] = None,
    best: Annotated[bool, typer.Option("--best", help="Finished runs only, highest test accuracy first.")] = False,
    sort: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sort by a setting or result, rising.", show_default=False)
    ] = None,
    descending: Annotated[bool, typer.Option("--descending", help="With --sort: falling.")] = False,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Settings and results to show.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help=f"At most N runs; {ROWS_IN_TABLE} in a table.", show_default=False),
    ] = None,
    runs: Annotated[
        Path | None, typer.Option(help="Folder of runs; by default LENETPP_RUNS, else `runs`.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
) -> None:
    """List; see HELP."""
    if best and sort is not None:
        raise typer.BadParameter("--best and --sort exclude each other: --best sorts by the test accuracy")
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    folder = runs or default_runs_folder()
    recorded = RunTable(indexed_rows(folder, _note_unread))
    table = _ordered(recorded if where is None else recorded.where(where), best, sort, descending)
    shown = table if limit is None else table[:limit]
    names = None if columns is None else [full_name(name.strip(), recorded.columns) for name in columns.split(",")]
    if as_json:
        print_json({"runs": [_selected(row, names) for row in shown]})
    elif as_csv:
        _print_csv(shown, names or list(recorded.columns))
    elif not recorded:
        typer.echo(f"no runs in {folder}: `lenetpp train` records one")
    elif not table:
        typer.echo(f"none of the {len(recorded):,} runs in {folder}" + (" has finished" if best else " fulfils it"))
    else:
        _print_table(table[: limit or ROWS_IN_TABLE], len(table), len(recorded), names)
    if not (as_json or as_csv):  # these have it in the run's row
        _note_unreadable(recorded)


def _note_unreadable(recorded: RunTable) -> None:
    """Say in a line for each run that cannot be read why not, as long as they are few."""
    reasons = [f"{row['run']} cannot be read: {row['message']}" for row in recorded if row["outcome"] == "unreadable"]
    for reason in reasons[:NOTED_UNREADABLE]:
        typer.echo(reason, err=True)
    if len(reasons) > NOTED_UNREADABLE:
        typer.echo(f"{len(reasons) - NOTED_UNREADABLE:,} more cannot be read: --json says why", err=True)


def _note_unread(count: int) -> None:
    if count >= SLOW_TO_READ and sys.stderr.isatty():
        typer.echo(f"reading {count:,} records for the first time; later an index answers at once", err=True)


def _ordered(table: RunTable, best: bool, sort: str | None, descending: bool) -> RunTable:
    if best:
        return table.best_first()
    return table[::-1] if sort is None else table.sort(sort, descending=descending)


def _selected(row: dict[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    return row if names is None else {name: row.get(name) for name in names}


def _print_csv(table: RunTable, names: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for row in table:
        values = (row.get(name, "") for name in names)
        writer.writerow(
            [json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for value in values]
        )


def _print_table(table: RunTable, matching: int, recorded: int, names: Sequence[str] | None) -> None:
    """Print as many columns as there is room for, and below what is left to say."""
    console = Console(highlight=False)
    chosen = ["run", *names] if names is not None else list(ALWAYS_SHOWN)
    optional = [] if names is not None else _differing(table)
    cells = {name: [_cell(name, row) for row in table] for name in (*chosen, *optional)}
    widths = {name: max(map(len, (_heading(name), *column))) + GAP for name, column in cells.items()}
    while optional and sum(widths[name] for name in chosen) + widths[optional[0]] - GAP <= console.width:
        chosen.append(optional.pop(0))
    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for name in chosen:
        numbers = all(isinstance(row.get(name), int | float | None) for row in table)
        grid.add_column(_heading(name), justify="right" if numbers else "left", no_wrap=name == "run")
    for line in zip(*(cells[name] for name in chosen), strict=True):
        grid.add_row(*map(Text, line))
    console.print(grid)
    notes = []
    if names is None and len(table) > 1:
        alike = [_cell(name, table[0]) for name in SHOWN_IF_DIFFERENT if name not in (*chosen, *optional)]
        notes += [f"all of them: {', '.join(alike)}"] if alike else []
    if optional:
        notes.append(f"no room for what differs too: {', '.join(map(_heading, optional))} (--columns, --csv)")
    if len(table) < recorded:
        notes.append(f"{len(table):,} of {matching:,} runs" + ("" if matching == recorded else f" (of {recorded:,})"))
    for note in notes:
        console.print(Text(note, style="dim"))


def _differing(table: RunTable) -> list[str]:
    """Return the columns, of those worth a place, in which the runs are not all alike; a single run shows them all."""
    candidates = [*SHOWN_IF_DIFFERENT, *(name for name in table.columns if name.startswith("settings."))]
    if len(table) == 1:
        return list(SHOWN_IF_DIFFERENT)
    return [name for name in candidates if len({repr(row.get(name)) for row in table}) > 1]


def _heading(name: str) -> str:
    return SHORT_HEADINGS.get(name, name.removeprefix("settings.").removeprefix("results.").removesuffix(".text"))


def _cell(name: str, row: dict[str, Any]) -> str:
    value = row.get(name)
    if name == "network.text":
        value = row.get("network.name") or value
    if name == "results.epochs" and value != row.get("settings.epochs", value):
        return f"{value} of {row['settings.epochs']}"
    match value:
        case None:
            return ""
        case float() if name.endswith("accuracy"):
            return f"{value:.2%}"
        case float():
            return f"{value:.6g}"
        case list():
            return ", ".join(map(str, value))
        case str() if len(value) > LONGEST_TEXT and name != "run":
            return f"{value[: LONGEST_TEXT - 1]}…"
    return str(value)
