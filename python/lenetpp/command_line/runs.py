"""``lenetpp runs``: the recorded runs, filtered and sorted, with the settings in which they differ."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.table import Table

from lenetpp.basics.language import listed, say, translated
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.options import JsonOption
from lenetpp.command_line.output import print_json
from lenetpp.records.conditions import full_name
from lenetpp.records.run_columns import SHOWN_IF_DIFFERENT, always_shown, cell, differing, heading_in_words, headings
from lenetpp.records.run_files import default_runs_folder
from lenetpp.records.run_index import indexed_rows
from lenetpp.records.run_table import RunTable

HELP = """List recorded runs, latest first, with the settings in which they differ.

A condition compares settings and results by their names in `run.toml`: `test_accuracy > 0.88`, `seed in (1, 2)`,
`network.name == "blog-lenet"`, `"ship" in data.classes`, `tag == "for the talk"`, joined by `and`, `or`, `not`. A name
shared by a setting and a result means the setting: write `results.loss` for the result. Shares such as accuracies are
0 to 1. `network.filters` counts those of the first convolution; `stuck` runs did no better than guessing.

Accuracies are compared only on the same test images: `--best` groups runs by data set, starting with that of the latest
finished run. The first run listed is the one that other commands call `best`.

Example: `lenetpp runs --best --where "test_accuracy > 0.88 and network.filters == 10"`
"""
ROWS_IN_TABLE = 20
SLOW_TO_READ = 500
"""Records that take about a second to read: whoever waits is told what for."""

NOTED_UNREADABLE = 10
GAP = 2


def runs_command(
    where: Annotated[
        str | None,
        typer.Option(metavar="CONDITION", help="Only runs that meet this condition; see above.", show_default=False),
    ] = None,
    best: Annotated[bool, typer.Option("--best", help="Finished runs by test accuracy, grouped by data set.")] = False,
    sort: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sort by a setting or result, ascending.", show_default=False)
    ] = None,
    descending: Annotated[bool, typer.Option("--descending", help="With --sort: descending.")] = False,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Settings and results to show.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help=f"At most N runs; by default {ROWS_IN_TABLE} in a table.", show_default=False
        ),
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option(help="Folder of the runs; by default LENETPP_RUNS, or else `runs`.", show_default=False),
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
    matching = recorded if where is None else recorded.where(where)
    table = _ordered(matching, best, sort, descending)
    shown = table if limit is None else table[:limit]
    names = None if columns is None else _chosen(columns, recorded)
    if as_json:
        print_json({"runs": [_selected(row, names) for row in shown]})
    elif as_csv:
        _print_csv(shown, names or list(recorded.columns))
    elif not recorded:
        echo(say("no runs in {folder}: `lenetpp train` records one", folder=folder))
    elif not table:
        echo(_nothing(recorded, folder, where, best))
    else:
        _print_table(table[: limit or ROWS_IN_TABLE], len(table), len(recorded), names)
        if best and (count := len(matching.best_by_data())) > 1:
            several = say(
                "{count} data sets, that of the latest run first; their accuracies cannot be compared", count=count
            )
            echo(several)
    if table.stuck and not (as_json or as_csv):
        echo(table.stuck)
    if not (as_json or as_csv):  # these have it in the run's row
        _note_unreadable(recorded)


def _note_unreadable(recorded: RunTable) -> None:
    """Say in a line for each run that cannot be read, or whose label cannot, why not, as long as they are few."""
    reasons = [
        say("{run} cannot be read: {problem}", run=row["run"], problem=row["message"])
        for row in recorded
        if row["outcome"] == "unreadable"
    ]
    reasons += [
        say("{run}: its label cannot be read: {problem}", run=row["run"], problem=row["label_problem"])
        for row in recorded
        if row.get("label_problem")
    ]
    for reason in reasons[:NOTED_UNREADABLE]:
        echo(reason, err=True)
    if len(reasons) > NOTED_UNREADABLE:
        more = f"{len(reasons) - NOTED_UNREADABLE:,}"
        echo(say("{count} more cannot be read: --json says why", count=more), err=True)


def _note_unread(count: int) -> None:
    if count >= SLOW_TO_READ and sys.stderr.isatty():
        words = say("reading {count} records for the first time; later an index answers at once", count=f"{count:,}")
        echo(words, err=True)


def _ordered(table: RunTable, best: bool, sort: str | None, descending: bool) -> RunTable:
    if best:
        return table.best_first()
    return table[::-1] if sort is None else table.sort(sort, descending=descending)


def _chosen(columns: str, recorded: RunTable) -> list[str]:
    """Return the full names of columns; the run's own name is always there, and first."""
    names = [full_name(name.strip(), recorded.columns) for name in columns.split(",")]
    return list(dict.fromkeys(("run", *names)))


def _nothing(recorded: RunTable, folder: Path, where: str | None, best: bool) -> str:
    """Say why no run is listed, though there are some."""
    candidates = recorded.best_first() if best else recorded
    if not candidates:
        return say(
            "none of the {count} runs in {folder} has finished on two classes or more",
            count=f"{len(recorded):,}",
            folder=folder,
        )
    known = {"count": f"{len(candidates):,}", "folder": folder, "where": where}
    if best:
        return say("none of the {count} finished runs in {folder} fulfils {where}", **known)
    return say("none of the {count} runs in {folder} fulfils {where}", **known)


def _selected(row: dict[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    return row if names is None else {name: row.get(name) for name in names}


def _print_csv(table: RunTable, names: Sequence[str]) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(names)
    for row in table:
        values = (row.get(name, "") for name in names)
        writer.writerow(
            [json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for value in values]
        )
    echo(lines.getvalue().removesuffix("\n"))


def _print_table(table: RunTable, matching: int, recorded: int, names: Sequence[str] | None) -> None:
    """Print as many columns as there is room for, and below what is left to say."""
    console = Console()
    chosen = always_shown(list(table)) if names is None else list(names[:1])
    optional = differing(table, table.columns) if names is None else list(names[1:])
    cells = {name: [cell(name, row) for row in table] for name in (*chosen, *optional)}
    short = headings([*chosen, *optional])
    titles = {name: heading_in_words(name, heading) for name, heading in short.items()}
    widths = {name: max(map(cell_len, translated([titles[name], *column]))) + GAP for name, column in cells.items()}
    if names is not None and not console.is_terminal:  # whoever reads on has room for all that was asked for
        console.width = max(console.width, sum(widths.values()))
    for name in list(optional):
        if sum(widths[one] for one in chosen) + widths[name] - GAP <= console.width:
            chosen.append(name)
            optional.remove(name)
    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for name in chosen:
        numbers = all(isinstance(row.get(name), int | float | None) for row in table)
        grid.add_column(titles[name], justify="right" if numbers else "left", no_wrap=name == "run")
    for line in zip(*(cells[name] for name in chosen), strict=True):
        grid.add_row(*map(Text, line))
    console.print(grid)
    notes = []
    if names is None and len(table) > 1:
        alike = [cell(name, table[0]) for name in SHOWN_IF_DIFFERENT if name not in (*chosen, *optional)]
        notes += [say("all of them: {list}", list=listed(alike))] if alike else []
    if optional:
        left_out = listed(short[name] for name in optional)
        notes.append(
            say("no room for 1 column more: {list} (a wider terminal, --columns A,B or --csv has them)", list=left_out)
            if len(optional) == 1
            else say(
                "no room for {count} columns more: {list} (a wider terminal, --columns A,B or --csv has them)",
                count=len(optional),
                list=left_out,
            )
        )
    if len(table) < recorded:
        counts = {"shown": f"{len(table):,}", "matching": f"{matching:,}", "all": f"{recorded:,}"}
        notes.append(
            say("{shown} of {matching} runs", **counts)
            if matching == recorded
            else say("{shown} of {matching} runs (of {all})", **counts)
        )
    for note in notes:
        console.print(Text(note, style="dim"))
