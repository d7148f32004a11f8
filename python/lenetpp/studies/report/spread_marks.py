"""What charts of spreads have in common: the single seeds and published figures beside the means."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lenetpp.basics.language import say, translated
from lenetpp.pictures.chart import pointed_at
from lenetpp.studies.report.spread import Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTER, MARKER, SIZE = "◇", "D", 6
"""Of a published figure: as a letter, and Matplotlib's marker with its size."""


def singles_with_tips(spread: Spread, show: Callable[[float], str]) -> Iterator[tuple[float, str]]:
    """Yield the single values and what they say."""
    for name, value in spread.singles.items():
        yield value, say("{line}, {name}: {value}", line=spread.label, name=name, value=show(value))


def draw_published(
    axes: "Axes", spread: Spread, show: Callable[[float], str], *, x: float | None = None, y: float | None = None
) -> None:
    """Draw the published figure of a spread, where there is one; it is the coordinate not given."""
    value = spread.published
    if value is not None:
        (mark,) = axes.plot(
            value if x is None else x, value if y is None else y, MARKER, color="black", markerfacecolor="none",
            markersize=SIZE, markeredgewidth=1.2, zorder=4,
        )  # fmt: skip
        pointed_at(mark, say("{label}, published: {value}", label=spread.label, value=show(value)))


def axis_label(text: str, spreads: Sequence[Spread], singles: str = say("single trainings")) -> str:
    """Return the label of the axis of values or levels, with what all marks mean; `singles` says what the dots are."""
    means = say("● mean, — its 95 % interval") if any(spread.low is not None for spread in spreads) else say("● mean")
    dots = [say("· {name}", name=singles)] if any(spread.singles for spread in spreads) else []
    published = [say("◇ published")] if any(spread.published is not None for spread in spreads) else []
    return "\n".join(translated((text, "   ".join(translated((means, *dots))), *published)))
