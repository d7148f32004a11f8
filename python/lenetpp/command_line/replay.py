"""``lenetpp replay``: a run is trained again from its record and compared with it."""

from dataclasses import asdict
from typing import Any

import typer
from rich.table import Table

from lenetpp.basics.language import listed, say
from lenetpp.basics.percent import percent
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.options import (
    JsonOption,
    QuietOption,
    RecordedDataOption,
    RecordedThreadsOption,
    RunArgument,
    find_run,
    recorded_data,
)
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.data.parts import part_in_words
from lenetpp.training.errors import TrainingInterrupted
from lenetpp.training.replay_differences import Difference
from lenetpp.training.replaying import Replay, replay

DIFFERENCES_SHOWN = 20
LONGEST_VALUE = 20
DIFFERENT, OTHER_SURROUNDINGS, INTERRUPTED = 3, 4, 130
HELP = f"""Train a run again from its record alone, and compare everything: initial weights, every figure of every
epoch, results, model file, data and numerics.

Exit codes: 0 the same bits; 1 it cannot be replayed; {DIFFERENT} something differs without explanation;
{OTHER_SURROUNDINGS} something differs, and so do the data or the numerics; {INTERRUPTED} interrupted by Ctrl-C.

Example: `lenetpp replay best --threads 2`
"""


def replay_command(
    run: RunArgument,
    data: RecordedDataOption = None,
    threads: RecordedThreadsOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Replay; see HELP."""
    folder = find_run(run)
    try:
        result = replay(folder, data=recorded_data(folder, data), threads=threads, progress=not quiet)
    except TrainingInterrupted:
        echo(say("interrupted"), err=True)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json({"run": str(folder), **_figures(result)})
    else:
        console = Console()
        print_facts(console, {say("run"): folder, **_facts(result)})
        _print_differences(console, result.differences)
    if not result.same_bits:
        raise typer.Exit(OTHER_SURROUNDINGS if result.was_to_be_expected else DIFFERENT)


def _figures(result: Replay) -> dict[str, Any]:
    return {
        "same_bits": result.same_bits,
        "same_weights": result.same_weights,
        "differences": [asdict(difference) for difference in result.differences],
        "epochs": len(result.recorded),
        "first_different_epoch": result.first_different_epoch,
        "different_parameters": result.different_parameters,
        "recorded_digest": result.recorded_kept.digest,
        "digest": result.run.digest,
        "recorded_test_accuracy": result.recorded_kept.test_accuracy,
        "test_accuracy": result.run.test_accuracy,
        "different_surroundings": {name: list(pair) for name, pair in result.different_surroundings.items()},
    }


def _print_differences(console: Console, differences: list[Difference]) -> None:
    """Print what differs, a line each, as far as anybody would read."""
    if not differences:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in (say("differs"), "", say("recorded"), say("now")):
        table.add_column(heading, overflow="fold")
    for difference in differences[:DIFFERENCES_SHOWN]:
        values = (difference.recorded, difference.now)
        table.add_row(Text(difference.where), Text(difference.figure), *(Text(_shown(value)) for value in values))
    console.print()
    console.print(table)
    if len(differences) > DIFFERENCES_SHOWN:
        left_out = len(differences) - DIFFERENCES_SHOWN
        console.print(Text(say("and {count} more: --json has them all", count=f"{left_out:,}"), style="dim"))


def _shown(value: object) -> str:
    text = "·" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _facts(result: Replay) -> dict[str, object]:
    count = len(result.recorded)
    epochs = say("{count} epochs", count=count) if count > 1 else say("1 epoch")
    facts: dict[str, object] = {}
    if result.same_bits:
        facts[say("result")] = say("the same bits after each of {epochs}", epochs=epochs)
    elif result.same_weights:
        facts[say("result")] = say(
            "the same weights after each of {epochs}, but not the figures named below", epochs=epochs
        )
    else:
        facts[say("result")] = say(
            "other bits from epoch {epoch} of {epochs} on", epoch=result.first_different_epoch, epochs=count
        )
        if names := result.different_parameters:
            facts[say("parameters")] = say("first {name}; in all {names}", name=names[0], names=listed(names))
    facts[say("digest")] = result.run.digest
    recorded, now = result.recorded_kept, result.run.kept
    judge = recorded.judged_by or (None if now is None else now.judged_by)
    if judge is not None:
        accuracies = (recorded.unseen_accuracy, None if now is None else now.unseen_accuracy)
        before, after = (say("none") if accuracy is None else percent(accuracy) for accuracy in accuracies)
        facts[part_in_words(judge)] = say("{before} recorded, {after} now", before=before, after=after)
    for name, (was, is_) in result.different_surroundings.items():
        facts[name] = say("{before} recorded, {after} now", before=was, after=is_)
    return facts
