"""Sentences that sum up a question's cells: differences by level, the best cell, layers, stuck trainings."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from lenetpp.basics.percent import percent
from lenetpp.studies.cells import Cell
from lenetpp.studies.differences import Difference
from lenetpp.studies.estimates import Estimate, Interval, paired
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.sentences import (
    Verdict,
    ends_in_words,
    facts,
    mean_in_words,
    pair_in_words,
    size_in_words,
    verdict,
)
from lenetpp.studies.stuck import chance_of

AT_A_TIME = 3
"""Cells that a sentence names."""


def differences_in_words(measure: Measure, compare: str, differences: Sequence[Difference]) -> Iterator[str]:
    """Yield what all differences of a question say, a sentence for each level of the factor that is compared."""
    by_level: dict[str, list[Difference]] = {}
    for difference in differences:
        by_level.setdefault(difference.cell.levels[compare], []).append(difference)
    for level, group in by_level.items():
        if len(group) == 1:
            (difference,) = group
            yield difference.sentence
            if difference.over_images is not None and verdict(difference.estimate) != "no spread":
                yield _over_images(measure, difference.estimate, difference.over_images)
        else:
            words = _of_level(measure, [difference.estimate for difference in group])
            one, other = pair_in_words(compare, level, group[0].against.levels[compare])
            yield f"{measure.title.capitalize()}, {one} against {other}: {words}."


def _over_images(measure: Measure, estimate: Estimate, interval: Interval) -> str:
    if interval == (estimate.low, estimate.high):
        return "That is so with other test images like these, too."
    ends = ends_in_words(measure, interval, -1 if verdict(estimate) == "lower" else 1)
    return f"With other test images like these, too, that would be {ends} {measure.difference_unit}."


def best_in_words(measure: Measure, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield which cell has the best mean and which others may be as good; nothing where there is nothing to choose.

    The true best cell is among those named in 95 of 100 studies: it is left out only if its difference from the best
    mean is shown, and each of the others has its part in the 5 % for that. So it does not matter that the best mean
    was picked after looking.
    """
    candidates = [(cell, estimate) for cell in cells if (estimate := cell.estimate(measure.name)) is not None]
    if len(candidates) < 2:
        return
    sign = 1 if measure.better == "higher" else -1
    best, estimate = max(candidates, key=lambda candidate: sign * candidate[1].mean)
    if estimate.low is None:
        yield f"With {estimate.without}, nothing can be said about which of the {len(cells)} combinations is the best."
        return
    others = len(candidates) - 1
    rivals = []
    for cell, _ in candidates:
        if cell is best:
            continue
        gap = paired(cell.figures(measure.name), best.figures(measure.name), others, measure.difference_within)
        if gap is None or verdict(gap) not in ("higher", "lower"):
            rivals.append(cell.label if gap is None else f"{cell.label} ({measure.show_difference(gap.mean)})")
    word, too = ("highest", "high") if sign > 0 else ("lowest", "low")
    yield (
        f"The {word} mean {measure.title} of {len(candidates)} combinations is that of {best.named}: "
        f"{mean_in_words(measure, estimate)}."
    )
    yield f"Being picked as the {word}, it is probably somewhat too {too}."
    if not rivals:
        yield "All others were found to be worse."
        return
    for start in range(0, len(rivals), AT_A_TIME):
        yield f"Not distinguishable from it: {'; '.join(rivals[start : start + AT_A_TIME])}."
    yield "None of the others was found to be worse." if len(rivals) == others else "All others were found to be worse."


def layers_in_words(measure: Measure, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield what a measure by layer is in each cell's network.

    Of shares the largest layer is named, for a loss hides in a single layer; of others the two ends of the network.
    """
    for cell in cells:
        found = _weights(measure, cell)
        if not found:
            continue
        title = measure.title.capitalize()
        if measure.is_share:
            name = max(found, key=lambda name: found[name].mean)
            words = f"{mean_in_words(measure, found[name])} in layer {_layer(name)}, where it is the largest"
        else:
            first, last = next(iter(found)), list(found)[-1]
            words = f"first layer {mean_in_words(measure, found[first])}"
            if last != first:
                words += f", last {mean_in_words(measure, found[last])}"
        yield f"{title}, {cell.named}: {words}."


def worst_layer(measure: Measure, cell: Cell) -> str | None:
    """Return the weights of whose layer a measure by layer is the largest; None where there are no figures."""
    found = _weights(measure, cell)
    return max(found, key=lambda name: found[name].mean, default=None)


def _weights(measure: Measure, cell: Cell) -> dict[str, Estimate]:
    names = sorted((name for name in cell.layer_values.get(measure.name, {}) if name.endswith(".weight")), key=_layer)
    return {name: each for name in names if (each := cell.estimate(measure.name, name)) is not None}


def _layer(parameter: str) -> int:
    return int(parameter.split(".")[0])


def stuck_in_words(measure: Measure, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield how many trainings of each cell learned anything, where some did not."""
    if not measure.is_learned:
        return
    for cell in cells:
        if not cell.stuck:
            continue
        evaluation = cell.runs[min(cell.stuck)].evaluation
        chance = "" if evaluation is None else f" more than chance, {percent(chance_of(evaluation), 0)}"
        count, trained = len(cell.runs), len(cell.runs) - len(cell.stuck)
        if trained:
            yield f"{cell.label}: {trained} of {count} trainings learned{chance}; what it learned is said of these."
            estimate = None if measure.by_layer else cell.estimate(measure.name)
            if estimate is not None:
                whole = measure.show(estimate.whole_mean)
                yield f"{cell.label}: mean {measure.title} is {measure.show(estimate.mean)} of these, {whole} of all."
        else:
            values = [] if measure.by_layer else [*cell.all_figures(measure.name).values()]
            whole = f"; their mean {measure.title} is {measure.show(fmean(values))}" if values else ""
            yield f"{cell.label}: none of {count} trainings learned{chance}{whole}."


def held_out_in_words(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield how far test accuracy lies below that on the images by which a recipe was chosen, cell by cell."""
    measure = MEASURES["test_accuracy"]
    for beside in ("held_out_accuracy", "validation_accuracy"):
        for cell in cells:
            gap = paired(cell.figures(measure.name), cell.figures(beside), within=measure.difference_within)
            if gap is None:
                continue
            word = "below" if gap.mean < 0 else "above"
            sign = -1 if gap.mean < 0 else 1
            yield (
                f"{cell.label}: test accuracy lies {size_in_words(measure, gap.mean)} {word} "
                f"{MEASURES[beside].title} {facts(measure, gap, sign)}."
            )


def _of_level(measure: Measure, differences: Sequence[Estimate]) -> str:
    found: dict[Verdict, list[Estimate]] = {}
    for difference in differences:
        found.setdefault(verdict(difference), []).append(difference)
    parts = []
    for kind in ("higher", "lower"):
        if kind in found:
            group = found[kind]
            parts.append(f"{kind} in {_number(group, differences)} ({_range(measure, group)})")
    if "not shown" in found:
        group = found["not shown"]
        count = f"any of {len(group)}" if len(group) == len(differences) else _number(group, differences)
        parts.append(f"no difference found in {count}")
    if "no spread" in found:
        parts.append(f"not judged in {_number(found['no spread'], differences)}, the same with each seed")
    if "one seed" in found:
        parts.append(f"one seed in {_number(found['one seed'], differences)}")
    if "too few seeds" in found:
        parts.append(f"too few seeds in {_number(found['too few seeds'], differences)}")
    return ", ".join(parts)


def _range(measure: Measure, differences: Sequence[Estimate]) -> str:
    """Return how large differences of the same sign are, without the sign."""
    sizes = sorted(abs(difference.mean) for difference in differences)
    ends = sorted(abs(end) for each in differences for end in (each.low, each.high) if end is not None)
    within = f"{measure.number(ends[0])} to {measure.number(ends[-1])}"
    if len(sizes) == 1:
        return f"by {size_in_words(measure, sizes[0])}, {within}"
    return f"by {measure.number(sizes[0])} to {size_in_words(measure, sizes[-1])}, intervals within {within}"


def _number(group: Sequence[Estimate], of: Sequence[Estimate]) -> str:
    return f"all {len(of)}" if len(group) == len(of) else f"{len(group)} of {len(of)}"
