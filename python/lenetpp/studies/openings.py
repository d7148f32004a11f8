"""Openings: how an answer begins, and how it writes its figures, so that everybody sees how far they are apart."""

from typing import NamedTuple

from lenetpp.basics.percent import percent, percent_number
from lenetpp.studies.contrasts import Contrast
from lenetpp.studies.measures import Measure

MOST_DECIMALS = 2


class Opening(NamedTuple):
    """How an answer begins.

    Attributes
    ----------
    headline : str
        The answer in a plain sentence, or two.
    certainty : str
        How sure that is, and of what.
    effect : Contrast or None
        The difference that it is about; None where it is about none.
    """

    headline: str
    certainty: str
    effect: Contrast | None = None


def plain_figures(measure: Measure, *values: float) -> list[str]:
    """Write figures so that their difference can be computed, and that nearly all is not all."""
    if measure.unit != "%":
        return [measure.show(value) for value in values]
    apart = max(values) - min(values)
    for decimals in range(MOST_DECIMALS):
        shown = [float(percent_number(value, decimals)) / 100 for value in values]
        is_too_round = any(short in (0, 1) and short != value for short, value in zip(shown, values, strict=True))
        seen = max(shown) - min(shown)
        is_measured = percent_number(seen, decimals) == percent_number(apart, decimals)
        if is_measured and abs(seen - apart) <= apart / 5 and not is_too_round:
            return [percent(value, decimals) for value in values]
    return [percent(value, MOST_DECIMALS) for value in values]
