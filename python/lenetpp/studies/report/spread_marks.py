"""What charts of spreads have in common: the single seeds, published figures and goals beside the means."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lenetpp.pictures.chart import pointed_at
from lenetpp.studies.report.spread import Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS = {"published": ("◇", "D", 6), "goal": ("✕", "x", 7)}
"""What is beside a spread: as a letter, and Matplotlib's marker with its size."""


def singles_with_tips(spread: Spread, show: Callable[[float], str]) -> Iterator[tuple[float, str]]:
    """Yield the single values and what they say."""
    for name, value in spread.singles.items():
        yield value, f"{spread.label}, {name}: {show(value)}"


def draw_marks(
    axes: "Axes", spread: Spread, show: Callable[[float], str], *, x: float | None = None, y: float | None = None
) -> None:
    """Draw the published figure and the goal of a spread, where there are such; they are the coordinate not given."""
    for name, (_, marker, size) in MARKS.items():
        value = getattr(spread, name)
        if value is not None:
            (mark,) = axes.plot(
                value if x is None else x, value if y is None else y, marker, color="black", markerfacecolor="none",
                markersize=size, markeredgewidth=1.2, zorder=4,
            )  # fmt: skip
            pointed_at(mark, f"{spread.label}, {name}: {show(value)}")


def axis_label(text: str, spreads: Sequence[Spread], singles: str = "single trainings") -> str:
    """Return the label of the axis of values or levels, with what all marks mean; `singles` says what the dots are."""
    means = "● mean, — its 95 % interval" if any(spread.low is not None for spread in spreads) else "● mean"
    dots = [f"· {singles}"] if any(spread.singles for spread in spreads) else []
    letters = [
        f"{letter} {name}"
        for name, (letter, *_) in MARKS.items()
        if any(getattr(spread, name) is not None for spread in spreads)
    ]
    return "\n".join((text, "   ".join((means, *dots)), *(["   ".join(letters)] if letters else [])))
