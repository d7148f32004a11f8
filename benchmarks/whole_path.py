"""Where the time of a whole `lenetpp train` goes: ``python benchmarks/whole_path.py --help``."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from measuring.machine import circumstances, circumstances_markdown
from measuring.markdown import table
from measuring.rounds import Spread

PROGRAM = Path(__file__).parent / "whole_process" / "staged_training.py"
STAGES = (
    "start of Python",
    "import of NumPy",
    "import of lenetpp",
    "import of the command line: typer, rich",
    "typer and the rest of the command line",
    "loading the data",
    "normalization and initial weights",
    "beginning of the record",
    "the training loop, in Python",
    "training steps, in C++",
    "evaluation",
    "digests",
    "metrics and checkpoints",
    "end of the record: model, results",
    "display",
    "exit",
)
NOTES = """\
Each stage without those within it: what training calls to draw its bar of progress counts as display, which is drawn as
on a terminal. Median and range over the processes, one after the other; shares are of the median of the whole."""


def main(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[-- ARGUMENT...]", help="Of `lenetpp train`.", show_default=False)
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Processes.")] = 9,
) -> None:
    """Train in processes of their own, and print Markdown.

    Example: python benchmarks/whole_path.py -- cifar10 --classes airplane,ship --network blog-lenet
    """
    given = arguments or []
    facts = circumstances()
    with tempfile.TemporaryDirectory() as folder:
        _process(given, Path(folder))  # files of the interpreter and the data are in memory from now on
        processes = [_process(given, Path(folder)) for _ in range(rounds)]
    whole = Spread.of([sum(seconds.values()) for seconds in processes])
    rows = [
        _row(stage, Spread.of([seconds.get(stage, 0.0) for seconds in processes]), whole.median) for stage in STAGES
    ]
    print(circumstances_markdown(facts), f"- {rounds} processes", sep="\n", end=f"\n\n{NOTES}\n\n")
    header = [f"`{' '.join(['lenetpp train', *given])}`", "ms", "range", "share"]
    print(table(header, [*rows, _row("whole process", whole, whole.median)]))


def _process(arguments: list[str], folder: Path) -> dict[str, float]:
    """Return the seconds of each stage of a process."""
    result_file = folder / "result.json"
    command = [sys.executable, str(PROGRAM), str(result_file), *arguments]
    environment = {**os.environ, "LENETPP_RUNS": str(folder / "runs"), "FORCE_COLOR": "1"}
    begun = time.time()
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    ended = time.time()
    if finished.returncode:
        sys.exit(f"lenetpp train failed:\n{finished.stderr}")
    result = json.loads(result_file.read_text())
    seconds: dict[str, float] = result["seconds"]
    assert seconds.keys() <= set(STAGES), seconds
    uncounted = result["ended"] - result["started"] - sum(seconds.values())  # what this measurement costs
    seconds["start of Python"] = result["started"] - begun + uncounted
    seconds["exit"] = ended - result["ended"]
    return seconds


def _row(stage: str, seconds: Spread, whole: float) -> list[str]:
    milliseconds = [f"{1000 * value:,.1f}" for value in (seconds.median, seconds.smallest, seconds.largest)]
    return [stage, milliseconds[0], f"{milliseconds[1]} to {milliseconds[2]}", f"{seconds.median / whole:.1%}"]


if __name__ == "__main__":
    typer.run(main)
