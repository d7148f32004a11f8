"""The blog's section on speed, measured anew: ``python benchmarks/ladder.py --help``."""

import dataclasses
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from measuring.images import data_for
from measuring.machine import circumstances, circumstances_markdown
from measuring.options import numbers
from optimization_ladder.batch_sizes import batch_sizes_markdown, measure_batch_sizes, scalar_steps
from optimization_ladder.compiled_rungs import CompilationError
from optimization_ladder.tricks import measure_tricks, tricks_markdown
from side_by_side.problems import IMAGES

NOTES = """\
The rungs are in benchmarks/optimization_ladder/rungs; each has all tricks above it, and all have the same gradients as
lenetpp. In parentheses: how many times as fast a rung is as the one before it, median and range of the ratios within a
round. The last rung has one build, the library's own. Accuracies are of the test images, after a fixed time of training
without the evaluation: median and range over the seeds."""


def main(
    batch: Annotated[int, typer.Option(min=1, max=IMAGES, metavar="N", help="Images a step, of the tricks.")] = 32,
    batches: Annotated[
        str, typer.Option(metavar="N,...", help="Images a step to compare; none where empty.")
    ] = "1,2,4,8,16,32,64,128",
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Measurements of each.")] = 9,
    seconds: Annotated[float, typer.Option(min=0.001, metavar="S", help="Length of a measurement.")] = 0.1,
    training_seconds: Annotated[
        float, typer.Option(min=0.01, metavar="S", help="Training before an accuracy is taken.")
    ] = 2,
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Trainings for an accuracy.")] = 3,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw a picture; needs Matplotlib.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write everything that was measured.")
    ] = None,
) -> None:
    """Measure the blog's tricks one by one, and batch sizes and types of numbers, and print Markdown.

    Trains on airplanes and ships where LENETPP_DATA has CIFAR-10, else on garments. Needs GCC or Clang; CXX names it.

    Example: python benchmarks/ladder.py --plot ladder.png
    """
    if plot is not None and importlib.util.find_spec("matplotlib") is None:
        raise typer.BadParameter("--plot needs Matplotlib: pip install matplotlib")
    sizes = numbers("--batches", batches, IMAGES)
    facts = circumstances()
    data = data_for((3, 32, 32), classes=2)

    print("tricks", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            rungs = measure_tricks(Path(folder), batch=batch, rounds=rounds, seconds=seconds)
        except CompilationError as error:
            sys.exit(str(error))
    results, scalar = [], []
    if sizes:
        print("batch sizes", file=sys.stderr, flush=True)
        results = measure_batch_sizes(
            data, sizes, rounds=rounds, seconds=seconds, training_seconds=training_seconds, seeds=seeds
        )
        with tempfile.TemporaryDirectory() as folder:
            scalar = scalar_steps(Path(folder), sizes, rounds=rounds, seconds=seconds)

    print(circumstances_markdown(facts))
    print(f"- {rounds} rounds, {seconds:g} s a measurement, {seeds} seeds; images: {data.name}\n")
    print(f"{NOTES}\n\n{tricks_markdown(rungs, batch)}")
    if results:
        print(f"\n{batch_sizes_markdown(results, training_seconds)}")
    if plot is not None:
        from optimization_ladder.plots import save_plot

        save_plot(plot, rungs, batch, results, training_seconds)
    if json_file is not None:
        record = {
            **facts,
            "data": data.name,
            "tricks": {"batch": batch, "rungs": [dataclasses.asdict(rung) for rung in rungs]},
            "batch_sizes": {
                "training_seconds": training_seconds,
                "results": [dataclasses.asdict(result) for result in results],
                "scalar": scalar,
            },
        }
        json_file.write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
