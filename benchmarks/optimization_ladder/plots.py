"""One picture of both questions. Needs Matplotlib."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from measuring.rounds import Spread
from optimization_ladder.batch_sizes import DATA_TYPES, BatchSize
from optimization_ladder.compiled_rungs import BUILDS
from optimization_ladder.tricks import Rung


def save_plot(
    path: Path, rungs: Sequence[Rung], tricks_batch: int, sizes: Sequence[BatchSize], training_seconds: float
) -> None:
    """Write the picture; its format is that of the name's ending."""
    ratios = (1.5, 1, 1) if sizes else (2,)
    figure = Figure(figsize=(4 * sum(ratios), 5), layout="constrained")
    axes = figure.subplots(1, len(ratios), width_ratios=ratios, squeeze=False)[0]
    _plot_tricks(axes[0], rungs, tricks_batch)
    if sizes:
        _plot_speed(axes[1], sizes)
        _plot_learning(axes[2], sizes, training_seconds)
    figure.savefig(path, dpi=120)


def _plot_tricks(axes: Any, rungs: Sequence[Rung], batch: int) -> None:
    """Draw a bar for each rung and build, the first rung on top."""
    height = 0.8 / len(BUILDS)
    for offset, build in enumerate(BUILDS):
        shown = [(place, rung.seconds[build]) for place, rung in enumerate(rungs) if build in rung.seconds]
        milliseconds = [1000 * statistics.median(seconds) for _, seconds in shown]
        bars = axes.barh(
            [place + (offset - 1) * height for place, _ in shown], milliseconds, height, label=build, color=f"C{offset}"
        )
        axes.bar_label(bars, fmt="%.3g", padding=2, fontsize=8)
    library = 1000 * statistics.median(rungs[-1].seconds[""])
    axes.bar_label(axes.barh([len(rungs) - 1], [library], height, color="black"), fmt="%.3g", padding=2, fontsize=8)
    axes.set_yticks(range(len(rungs)), [rung.name for rung in rungs])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.margins(x=0.1)
    axes.set_xlim(left=library / 3)
    axes.set(title="The tricks one by one", xlabel=f"milliseconds a step of {batch} images")
    axes.legend(loc="upper center", bbox_to_anchor=(0.35, -0.12), ncols=3)


def _plot_speed(axes: Any, sizes: Sequence[BatchSize]) -> None:
    for data_type in DATA_TYPES:
        of_type = [size for size in sizes if size.data_type == data_type]
        axes.plot([size.batch for size in of_type], [size.images_per_second for size in of_type], "o-", label=data_type)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    _label_batches(axes, "Speed of training", "images per second", sizes)


def _plot_learning(axes: Any, sizes: Sequence[BatchSize], training_seconds: float) -> None:
    """Draw medians over the seeds, with their range."""
    for data_type in DATA_TYPES:
        of_type = [size for size in sizes if size.data_type == data_type]
        spreads = [Spread.of(size.accuracies) for size in of_type]
        below = [100 * (spread.median - spread.smallest) for spread in spreads]
        above = [100 * (spread.largest - spread.median) for spread in spreads]
        axes.errorbar(
            [size.batch for size in of_type],
            [100 * spread.median for spread in spreads],
            yerr=(below, above),
            fmt="o-",
            capsize=3,
            label=data_type,
        )
    _label_batches(axes, f"Learned after {training_seconds:g} s", "test images classified right, %", sizes)


def _label_batches(axes: Any, title: str, quantity: str, sizes: Sequence[BatchSize]) -> None:
    batches = sorted({size.batch for size in sizes})
    axes.set_xscale("log", base=2)
    axes.set_xticks(batches, [str(batch) for batch in batches])
    axes.set(title=title, xlabel="images a step", ylabel=quantity)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
