"""``lenetpp diff``: in what two recorded runs differ, and from which epoch on their bits do."""

from typing import Any

from rich.table import Table

from lenetpp.basics.terminal import Console, Text
from lenetpp.command_line.options import JsonOption, RunArgument, find_run
from lenetpp.command_line.output import print_json
from lenetpp.records.comparison import Comparison, Differences, compare
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.words import name_in_words, value_in_words

HELP = """Compare two recorded runs: settings, then data and surroundings, then results, then where their bits part.

Example: `lenetpp diff best last`
"""
DIGEST_SHOWN = 16
"""Characters of a digest in the table; the whole one is in the record and in --json."""
SECTIONS = ("settings", "data", "surroundings", "results")


def diff_command(
    first: RunArgument,
    second: RunArgument,
    as_json: JsonOption = False,
) -> None:
    """Compare; see HELP."""
    runs = [RecordedRun.read(find_run(reference)) for reference in (first, second)]
    comparison = compare(*runs)
    if as_json:
        sections = {
            name: {key: list(map(_plain, pair)) for key, pair in _section(comparison, name).items()}
            for name in SECTIONS
        }
        print_json(
            {
                "runs": [str(run.folder) for run in runs],
                **sections,
                "common_epochs": comparison.common_epochs,
                "parted": comparison.parted,
                "parted_parameters": comparison.parted_parameters,
                "same_bits": comparison.same_bits,
            }
        )
        return
    console = Console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", overflow="fold")
    for run in runs:
        table.add_column(Text(run.folder.name), overflow="fold")
    for name in SECTIONS:
        section = _section(comparison, name)
        table.add_row(Text(name, style="bold"), *([] if section else [Text("the same", style="dim")] * 2))
        for key, values in section.items():
            words = name_in_words(key.removeprefix(f"{name}."))
            table.add_row(Text(f"  {words}"), *(Text(_shown(key, value)) for value in values))
    console.print(table)
    console.print()
    console.print(Text(_verdict(comparison)))


def _section(comparison: Comparison, name: str) -> Differences:
    section: Differences = getattr(comparison, name)
    return section


def _verdict(comparison: Comparison) -> str:
    """Say in a sentence where the bits part."""
    common = f"{comparison.common_epochs} epoch{'s' if comparison.common_epochs != 1 else ''}"
    match comparison.parted:
        case 0:
            return "The bits differ from the start: the initial weights do."
        case None if comparison.common_epochs == 0:
            return "The same initial weights; there is no epoch that both have completed."
        case None if comparison.same_bits:
            return f"The same bits after each of {common}."
        case None:
            return f"The same bits after each of the {common} that both have completed."
        case epoch:
            names = comparison.parted_parameters
            which = f", first of all in {names[0]}; in all in {len(names)} parameters" if names else ""
            before = f"The same bits up to epoch {epoch - 1}; they" if epoch > 1 else "The bits"
            return f"{before} part in epoch {epoch}{which}."


def _shown(name: str, value: object) -> str:
    match value:
        case None:
            return "·"
        case str() if name.endswith("digest"):
            return f"{value[:DIGEST_SHOWN]}…"
    return value_in_words(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it: times as text."""
    return value if isinstance(value, str | int | float | list | None) else str(value)
