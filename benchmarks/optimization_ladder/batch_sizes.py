"""What the size of a batch and the type of the numbers do: to the time of a step, of an epoch, and to learning."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import lenetpp as lp
from lenetpp import _core
from lenetpp.networks.network_structure import DataType
from measuring.markdown import rate, table
from measuring.rounds import Spread, interleaved, repetitions_for, seconds_each
from optimization_ladder.compiled_rungs import BUILDS, NO_VECTORS, Batch, CompiledRungs, flat
from side_by_side.lenetpp_peer import Training
from side_by_side.problems import Case, problem

DATA_TYPES: tuple[DataType, ...] = ("float32", "float64")
NETWORK = "blog-lenet"
LAST_TRICK = "+ local sums"
"""Of the blog's, with all of them before it."""


@dataclass(frozen=True)
class BatchSize:
    """A batch size with a type of numbers.

    Attributes
    ----------
    data_type : {"float32", "float64"}
        Of parameters and arithmetic.
    batch : int
        Images a step.
    seconds : list of float
        A step takes, by round.
    epoch_images : int
        Training images of an epoch.
    accuracies : list of float
        Of the test images after the fixed time of training, by seed.
    """

    data_type: DataType
    batch: int
    seconds: list[float]
    epoch_images: int
    accuracies: list[float]

    @property
    def images_per_second(self) -> float:
        """Median over the rounds."""
        return self.batch / statistics.median(self.seconds)

    @property
    def seconds_per_epoch(self) -> float:
        """Median over the rounds."""
        return self.epoch_images / self.images_per_second


def measure_batch_sizes(
    data: lp.Dataset, batches: Sequence[int], *, rounds: int, seconds: float, training_seconds: float, seeds: int
) -> list[BatchSize]:
    """Measure steps in turns, then train with each batch size for a fixed time, on one thread.

    Parameters
    ----------
    data : Dataset
        3x32x32, two classes.
    batches : sequence of int
        Images a step.
    rounds, seconds : int, float
        Measurements of each, and how long one is.
    training_seconds : float
        How long to train before the accuracy is taken.
    seeds : int
        Trainings of each.
    """
    times = seconds_by_step(batches, rounds=rounds, seconds=seconds)
    return [
        BatchSize(
            data_type,
            batch,
            by_round,
            len(data.train_images),
            [accuracy_after(training_seconds, data, data_type, batch, seed) for seed in range(1, seeds + 1)],
        )
        for (data_type, batch), by_round in times.items()
    ]


def seconds_by_step(batches: Sequence[int], *, rounds: int, seconds: float) -> dict[tuple[DataType, int], list[float]]:
    """Return how long a step takes, by type of numbers and images a step, in each round; measured in turns."""
    task = problem(NETWORK)
    measurements = {}
    for data_type in DATA_TYPES:
        network = task.network.astype(data_type)
        for batch in batches:
            training = Training(replace(task, network=network), Case(NETWORK, "training", batch, threads=1))
            repetitions = repetitions_for(training.run, seconds)
            measurements[data_type, batch] = partial(seconds_each, training.run, repetitions)
    return interleaved(measurements, rounds)


def scalar_steps(folder: Path, batches: Sequence[int], *, rounds: int, seconds: float) -> list[dict[str, Any]]:
    """Return the same without vector instructions, which C# had none of: of the blog's tricks alone, compiled so.

    Raises
    ------
    CompilationError
        If there is no compiler.
    """
    task = problem(NETWORK)
    measurements = {}
    for data_type in DATA_TYPES:
        compiled = CompiledRungs(folder, BUILDS[NO_VECTORS], data_type)
        rung = compiled.names.index(LAST_TRICK)
        for batch in batches:
            images = Batch.of(task.inputs, task.labels, data_type).cut(batch)
            weights = flat(task.network.parameters()).astype(data_type)
            run = compiled.steps(rung, weights, images, task.learning_rate)
            measurements[data_type, batch] = partial(seconds_each, run, repetitions_for(run, seconds))
    times = interleaved(measurements, rounds)
    return [{"data_type": data_type, "batch": batch, "seconds": each} for (data_type, batch), each in times.items()]


def accuracy_after(seconds: float, data: lp.Dataset, data_type: DataType, batch: int, seed: int) -> float:
    """Train blog-lenet by its own recipe for `seconds` and return its accuracy on the test images."""
    recipe = lp.recipe(NETWORK)
    network = lp.network(NETWORK).astype(data_type)
    planes = network.input_shape[0]
    network.normalization = [0.0] * planes, [255.0] * planes
    network.initialize(seed, recipe.initialization)
    trainer = _core.Trainer(
        network.core,
        batch_size=batch,
        loss=recipe.loss,
        reduction=recipe.reduction,
        momentum=recipe.momentum,
        seed=seed,
    )
    rate_of_steps = _core.LearningRate(recipe.learning_rate)
    end = time.perf_counter() + seconds
    epoch = 0
    while time.perf_counter() < end:
        result = trainer.train_epoch(
            data.train_images,
            data.train_labels,
            epoch=epoch,
            learning_rate=rate_of_steps,
            progress=lambda _: time.perf_counter() < end,
        )
        if result.divergence is not None:
            raise ArithmeticError(f"batch {batch}, {data_type}: training diverged: {result.divergence}")
        epoch += 1
    return network.evaluate(data.test_images, data.test_labels, loss=recipe.loss).accuracy


def batch_sizes_markdown(results: Sequence[BatchSize], training_seconds: float) -> str:
    """Return a table of all results."""
    rows = [
        [
            result.data_type,
            str(result.batch),
            f"{1e6 * statistics.median(result.seconds):,.0f}",
            rate(result.images_per_second),
            f"{result.seconds_per_epoch:.3g}",
            _accuracy(Spread.of(result.accuracies)),
        ]
        for result in results
    ]
    header = ["type", "batch", "µs a step", "images/s", "s an epoch", f"accuracy after {training_seconds:g} s"]
    return f"### Batch sizes and types: blog-lenet by its own recipe, 1 thread\n\n{table(header, rows)}"


def _accuracy(spread: Spread) -> str:
    return f"{spread.median:.1%} ({spread.smallest:.1%} to {spread.largest:.1%})"
