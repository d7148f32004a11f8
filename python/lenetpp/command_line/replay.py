"""``lenetpp replay``: a run is trained again from its record and compared with it."""

from typing import Any

import typer

from lenetpp.command_line.options import JsonOption, RecordedThreadsOption, RunArgument
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.errors import TrainingInterrupted
from lenetpp.finding.references import find_run
from lenetpp.replaying import Replay, replay
from lenetpp.terminal import Console, echo

DIFFERENT, OTHER_SURROUNDINGS, INTERRUPTED = 3, 4, 130
HELP = f"""Train a run again from its record alone, and compare the bits after every epoch.

Exit codes: 0 the same bits; 1 it cannot be replayed; {DIFFERENT} other bits, which nothing explains;
{OTHER_SURROUNDINGS} other bits, but the data or the numerics are others too; {INTERRUPTED} interrupted by Ctrl-C.

Example: `lenetpp replay best --threads 2`
"""


def replay_command(
    run: RunArgument,
    threads: RecordedThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay; see HELP."""
    folder = find_run(run)
    try:
        result = replay(folder, threads=threads)
    except TrainingInterrupted:
        echo("interrupted", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json({"run": str(folder), **_figures(result)})
    else:
        print_facts(Console(), {"run": folder, **_facts(result)})
    if not result.same_bits:
        raise typer.Exit(OTHER_SURROUNDINGS if result.was_to_be_expected else DIFFERENT)


def _figures(result: Replay) -> dict[str, Any]:
    return {
        "same_bits": result.same_bits,
        "epochs": len(result.recorded),
        "first_different_epoch": result.first_different_epoch,
        "different_parameters": result.different_parameters,
        "recorded_digest": result.recorded[-1].digest,
        "digest": result.run.digest,
        "recorded_test_accuracy": result.recorded[-1].test_accuracy,
        "test_accuracy": result.run.test_accuracy,
        "different_surroundings": {name: list(pair) for name, pair in result.different_surroundings.items()},
    }


def _facts(result: Replay) -> dict[str, object]:
    epochs = f"{len(result.recorded)} epoch{'s' if len(result.recorded) > 1 else ''}"
    facts: dict[str, object] = {}
    if result.same_bits:
        facts["result"] = f"the same bits after each of {epochs}"
    else:
        facts["result"] = f"other bits from epoch {result.first_different_epoch} of {len(result.recorded)} on"
        if result.different_parameters:
            facts["parameters"] = (
                f"first {result.different_parameters[0]}; in all {', '.join(result.different_parameters)}"
            )
    facts["digest"] = result.run.digest
    accuracy = result.run.test_accuracy
    facts["test"] = (
        f"{result.recorded[-1].test_accuracy:.2%} recorded, {'none' if accuracy is None else f'{accuracy:.2%}'} now"
    )
    for name, (was, is_) in result.different_surroundings.items():
        facts[name] = f"{was} recorded, {is_} now"
    return facts
