"""Sentences that sum up a whole question: all its differences, or which of its cells is the best."""

from collections.abc import Sequence

from lenetpp.studies.cells import Cell, level_in_words
from lenetpp.studies.differences import Difference
from lenetpp.studies.estimates import Estimate, paired
from lenetpp.studies.measures import Measure
from lenetpp.studies.sentences import (
    INTERVAL,
    Verdict,
    interval_in_words,
    mean_in_short,
    mean_in_words,
    size_in_words,
    verdict,
)


def differences_in_words(measure: Measure, compare: str, differences: Sequence[Difference]) -> str:
    """Return one sentence about all differences of a question, level by level."""
    by_level: dict[str, list[Estimate]] = {}
    for difference in differences:
        by_level.setdefault(difference.cell.levels[compare], []).append(difference.estimate)
    parts = [f"{level_in_words(compare, level)}: {_of_level(measure, group)}" for level, group in by_level.items()]
    counts = sorted({difference.estimate.count for difference in differences})
    seeds = "1 seed" if counts == [1] else f"{' to '.join(map(str, dict.fromkeys((counts[0], counts[-1]))))} seeds"
    reference = level_in_words(compare, differences[0].against.levels[compare])
    how = f"{INTERVAL}s, {seeds}, paired, adjusted for {differences[0].comparisons} comparisons"
    return f"{measure.title.capitalize()} against {reference} ({how}). {'; '.join(parts)}."


def best_in_words(measure: Measure, cells: Sequence[Cell]) -> str | None:
    """Return which cell has the best mean and which others may be as good; None where there is nothing to choose.

    The true best cell is among those named in 95 of 100 studies: it is left out only if its difference from the best
    mean is shown, and each of the others has its part in the 5 % for that. So it does not matter that the best mean
    was picked after looking.
    """
    candidates = [(cell, estimate) for cell in cells if (estimate := cell.estimate(measure.name)) is not None]
    if len(candidates) < 2:
        return None
    sign = 1 if measure.better == "higher" else -1
    best, estimate = max(candidates, key=lambda candidate: sign * candidate[1].mean)
    if estimate.count == 1:
        return f"With one seed, nothing can be said about which of the {len(cells)} combinations is the best."
    others = len(candidates) - 1
    rivals = []
    for cell, _ in candidates:
        if cell is best:
            continue
        gap = paired(cell.values[measure.name], best.values[measure.name], others, measure.difference_within)
        if gap is None or verdict(gap) not in ("higher", "lower"):
            rivals.append(cell.label if gap is None else f"{cell.label} ({measure.show_difference(gap.mean)})")
    word, too = ("highest", "high") if sign > 0 else ("lowest", "low")
    first = (
        f"The {word} mean {measure.title} of {len(candidates)} combinations is that of {best.label}: "
        f"{mean_in_words(measure, estimate)}; being picked as the {word}, it is probably somewhat too {too}."
    )
    how = f"paired differences, 95 % confidence over {others} comparisons" if others > 1 else "paired, 95 % confidence"
    if not rivals:
        return f"{first} All others are shown to be worse ({how})."
    if len(rivals) == others:
        return f"{first} None of the others is distinguishable from it: {'; '.join(rivals)} ({how})."
    return f"{first} Not distinguishable from it: {'; '.join(rivals)}; all others are shown to be worse ({how})."


def layers_in_words(measure: Measure, cells: Sequence[Cell]) -> str | None:
    """Return what a measure by layer is in the cells' networks; None where there are no figures.

    Of shares the largest layer is named, for a loss hides in a single layer; of others the two ends of the network.
    """
    parts = []
    for cell in cells:
        figures = cell.layer_values.get(measure.name, {})
        weights = sorted((name for name in figures if name.endswith(".weight") and figures[name]), key=_layer)
        found = {name: each for name in weights if (each := cell.estimate(measure.name, name)) is not None}
        if not found:
            continue
        if measure.is_share:
            name = max(found, key=lambda name: found[name].mean)
            words = [f"{mean_in_short(measure.number, found[name], measure.unit)} in layer {_layer(name)}"]
        else:
            ends = dict.fromkeys((weights[0], weights[-1]))
            words = [mean_in_short(measure.number, found[name], measure.unit) for name in ends]
        parts.append(f"{cell.label}: {' and '.join(words)}")
    if not parts:
        return None
    where = (
        "in the layer where it is the largest"
        if measure.is_share
        else "in the first and in the last layer with weights"
    )
    return f"{measure.title.capitalize()} {where} ({INTERVAL}s over seeds). {'; '.join(parts)}."


def _layer(parameter: str) -> int:
    return int(parameter.split(".")[0])


def _of_level(measure: Measure, differences: Sequence[Estimate]) -> str:
    if len(differences) == 1:
        return _alone(measure, differences[0])
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
        parts.append(f"no difference shown in {count}")
    if "no spread" in found:
        parts.append(f"not judged in {_number(found['no spread'], differences)}, the same with each seed")
    if "one seed" in found:
        parts.append(f"not judged in {_number(found['one seed'], differences)}, of one seed")
    return ", ".join(parts)


def _range(measure: Measure, differences: Sequence[Estimate]) -> str:
    """Return how large differences of the same sign are, without the sign."""
    sizes = sorted(abs(difference.mean) for difference in differences)
    ends = sorted(abs(end) for each in differences for end in (each.low, each.high) if end is not None)
    within = f"{measure.number(ends[0])} to {measure.number(ends[-1])}"
    if len(sizes) == 1:
        return f"by {size_in_words(measure, sizes[0])}, {within}"
    return f"by {measure.number(sizes[0])} to {size_in_words(measure, sizes[-1])}, all intervals within {within}"


def _alone(measure: Measure, difference: Estimate) -> str:
    match verdict(difference):
        case "not shown":
            return f"not shown to differ ({interval_in_words(measure, difference)})"
        case "no spread":
            return f"{measure.show_difference(difference.mean)} with each of {difference.count} seeds, so not judged"
        case "one seed":
            return f"{measure.show_difference(difference.mean)} with one seed, so without an interval"
        case kind:
            sign = 1 if kind == "higher" else -1
            ends = interval_in_words(measure, difference, sign)
            return f"{kind} by {size_in_words(measure, difference.mean)} ({ends})"


def _number(group: Sequence[Estimate], of: Sequence[Estimate]) -> str:
    return f"all {len(of)}" if len(group) == len(of) else f"{len(group)} of {len(of)}"
