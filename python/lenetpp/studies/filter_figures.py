"""The figures that claims about filters are judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from lenetpp.basics.percent import percent, percent_number
from lenetpp.studies.judgements import Figure
from lenetpp.studies.layer_answers import LayerAnswer
from lenetpp.studies.question_kinds import FilterQuestion
from lenetpp.studies.question_parts import Condition


@dataclass(frozen=True)
class FilterFigures:
    """Returns, as a function, the figure that a condition is about.

    Attributes
    ----------
    question : FilterQuestion
        All conditions of its claims are judged together.
    layers : sequence of LayerAnswer
        Of all cells.
    """

    question: FilterQuestion
    layers: Sequence[LayerAnswer]

    def __call__(self, condition: Condition) -> Figure | None:
        """Return the figure of the condition's layer, by default a cell's first; None where there is none."""
        of_cell = [layer for layer in self.layers if layer.cell.levels == condition.where]
        found = [layer for layer in of_cell if condition.layer in (None, layer.layer)]
        if not found:
            return None
        layer = found[0]
        if condition.measure == "likeness":
            # Pairs share their seeds, so that there is no interval of their mean: all of them have to agree.
            pairs = layer.likeness.values()
            if not pairs:
                return None
            return Figure(
                f"likeness, {layer.name}", fmean(pairs), min(pairs), max(pairs), "{:.2f}".format, "{:.2f}".format
            )
        estimate = layer.gabor_share if condition.measure == "gabor_share" else layer.gabor_score
        if estimate is None:
            return None
        own = replace(estimate, comparisons=sum(len(claim.conditions) for claim in self.question.claims))
        is_share = condition.measure == "gabor_share"
        show, number = (percent, percent_number) if is_share else ("{:.2f}".format, "{:.2f}".format)
        return Figure(f"Gabor functions, {layer.name}", own.mean, own.low, own.high, show, number)
