"""What recording costs: ``python benchmarks/record_cost.py --help``."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import lenetpp as lp
from lenetpp import _core
from measuring.images import data_for
from measuring.machine import circumstances, circumstances_markdown
from measuring.markdown import table
from measuring.rounds import Spread, interleaved, ratios

NOTES = """\
The same training, evaluation included, with a record and with runs=None: seconds, and the ratio within a round, median
and range. What units do is looked at in the evaluation whether there is a record or not: the last table has an
evaluation with and without that."""


def main(
    epochs: Annotated[int, typer.Option(min=1, metavar="N", help="Length of a training.")] = 20,
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Trainings of each kind.")] = 9,
) -> None:
    """Train with and without a record, in turn, and print Markdown.

    Trains on airplanes and ships where LENETPP_DATA has CIFAR-10, else on garments.

    Example: python benchmarks/record_cost.py --rounds 15
    """
    facts = circumstances()
    rows, evaluations = [], []
    for name, shape, classes in (("lenet5", (1, 28, 28), 10), ("blog-lenet", (3, 32, 32), 2)):
        data = data_for(shape, classes)
        with tempfile.TemporaryDirectory() as folder:
            recorded, unrecorded = _trainings(name, data, epochs, Path(folder))
            seconds = interleaved({"recorded": recorded, "unrecorded": unrecorded}, rounds)
        rows.append([name, *_cells(seconds["recorded"], seconds["unrecorded"])])
        watched, unwatched = _evaluations(name, data)
        seconds = interleaved({"watched": watched, "unwatched": unwatched}, rounds)
        evaluations.append([name, *_cells(seconds["watched"], seconds["unwatched"])])
    print(circumstances_markdown(facts), NOTES, sep="\n\n", end="\n\n")
    print(table([f"{epochs} epochs", "recorded, s", "not recorded, s", "ratio"], rows), end="\n\n")
    print(table(["an evaluation", "units watched, s", "not watched, s", "ratio"], evaluations))


def _trainings(name: str, data: lp.Dataset, epochs: int, runs: Path) -> tuple[Callable[[], float], Callable[[], float]]:
    def train(folder: Path | None) -> float:
        network = lp.network(name, data.input_shape, len(data.classes))
        settings = lp.recipe(name, data)
        start = time.perf_counter()
        lp.train(network, data, settings=settings, epochs=epochs, runs=folder, progress=False)
        return time.perf_counter() - start

    return lambda: train(runs), lambda: train(None)


def _evaluations(name: str, data: lp.Dataset) -> tuple[Callable[[], float], Callable[[], float]]:
    network = lp.network(name, data.input_shape, len(data.classes))
    network.initialize()

    def evaluate(activity: _core.UnitActivity | None) -> float:
        start = time.perf_counter()
        network.core.evaluate(data.test_images, data.test_labels, activity=activity)
        return time.perf_counter() - start

    return lambda: evaluate(_core.UnitActivity(str(network))), lambda: evaluate(None)


def _cells(with_it: list[float], without: list[float]) -> list[str]:
    ratio = ratios(with_it, without)
    return [
        *(f"{Spread.of(seconds).median:.4f}" for seconds in (with_it, without)),
        f"{ratio.median:.3f}, {ratio.smallest:.3f} to {ratio.largest:.3f}",
    ]


if __name__ == "__main__":
    typer.run(main)
