"""Sentences that sum up a question's cells: differences by level, the best cell, layers, stuck trainings."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from lenetpp.basics.language import capitalized, listed, say
from lenetpp.basics.percent import percent
from lenetpp.studies.cells import Cell
from lenetpp.studies.differences import Difference
from lenetpp.studies.estimates import Estimate, paired
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.sentences import (
    Verdict,
    facts,
    mean_in_words,
    over_images_in_words,
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
            found = verdict(difference.estimate)
            if difference.over_images is not None and found != "no spread":
                towards = {"higher": 1, "lower": -1}.get(found)
                yield over_images_in_words(measure, difference.estimate, difference.over_images, towards)
        else:
            words = _of_level(measure, [difference.estimate for difference in group])
            one, other = pair_in_words(compare, level, group[0].against.levels[compare])
            yield say(
                "{title}, {one} against {other}: {words}.",
                title=capitalized(measure.title),
                one=one,
                other=other,
                words=words,
            )


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
        yield say(
            "With {without}, nothing can be said about which of the {count} combinations is the best.",
            without=estimate.without,
            count=len(cells),
        )
        return
    others = len(candidates) - 1
    rivals: list[str] = []
    undecided: list[str] = []
    for cell, _ in candidates:
        if cell is best:
            continue
        gap = paired(cell.figures(measure.name), best.figures(measure.name), others, measure.difference_within)
        found = "one seed" if gap is None else verdict(gap)
        if found not in ("higher", "lower"):
            difference = None if gap is None else measure.show_difference(gap.mean)
            (rivals if found == "not shown" else undecided).append(
                cell.label if gap is None else say("{name} ({difference})", name=cell.label, difference=difference)
            )
    known = {
        "title": measure.title, "count": len(candidates), "best": best.named, "mean": mean_in_words(measure, estimate),
    }  # fmt: skip
    if sign > 0:
        yield say("The highest mean {title} of {count} combinations is that of {best}: {mean}.", **known)
        yield say("Being picked as the highest, it is probably somewhat too high.")
    else:
        yield say("The lowest mean {title} of {count} combinations is that of {best}: {mean}.", **known)
        yield say("Being picked as the lowest, it is probably somewhat too low.")
    if undecided:
        yield from _too_few(undecided, others, estimate.count)
    if not rivals:
        if not undecided:
            yield say("All others were found to be worse.")
        elif len(undecided) < others:
            yield say("The others were found to be worse.")
        return
    for start in range(0, len(rivals), AT_A_TIME):
        yield say(
            "Not distinguishable from it: {list}.", list=listed(rivals[start : start + AT_A_TIME], "{first}; {rest}")
        )
    if len(rivals) + len(undecided) < others:
        yield say("All others were found to be worse.")
    elif not undecided:
        yield say("None of the others was found to be worse.")


def _too_few(names: Sequence[str], comparisons: int, seeds: int) -> Iterator[str]:
    """Yield of which cells nothing is known beside the best one: no interval is no sign that they are alike."""
    if len(names) == comparisons:
        yield say(
            "Whether any other is worse is not decided: {seeds} seeds are too few for {count} comparisons.",
            seeds=seeds,
            count=comparisons,
        )
        return
    for start in range(0, len(names), AT_A_TIME):
        yield say(
            "Not decided, with too few seeds or without any spread: {list}.",
            list=listed(names[start : start + AT_A_TIME], "{first}; {rest}"),
        )


def layers_in_words(measure: Measure, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield what a measure by layer is in each cell's network.

    Of shares the largest layer is named, for a loss hides in a single layer; of others the two ends of the network.
    """
    for cell in cells:
        found = _weights(measure, cell)
        if not found:
            continue
        title = capitalized(measure.title)
        if measure.is_share:
            name = max(found, key=lambda name: found[name].mean)
            words = say(
                "{found} in layer {layer}, where it is the largest",
                found=mean_in_words(measure, found[name]),
                layer=_layer(name),
            )
        else:
            first, last = next(iter(found)), list(found)[-1]
            words = say("first layer {found}", found=mean_in_words(measure, found[first]))
            if last != first:
                words = say("{first}, last {mean}", first=words, mean=mean_in_words(measure, found[last]))
        yield say("{title}, {cell}: {words}.", title=title, cell=cell.named, words=words)


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
        chance = "" if evaluation is None else percent(chance_of(evaluation), 0)
        count, trained = len(cell.runs), len(cell.runs) - len(cell.stuck)
        known = {"label": cell.label, "trained": trained, "count": count, "chance": chance}
        if trained:
            yield (
                say(
                    "{label}: {trained} of {count} trainings learned more than chance, {chance}; what it learned is "
                    "said of these.",
                    **known,
                )
                if chance
                else say("{label}: {trained} of {count} trainings learned; what it learned is said of these.", **known)
            )
            estimate = None if measure.by_layer else cell.estimate(measure.name)
            if estimate is not None:
                yield say(
                    "{label}: mean {title} is {mean} of these, {whole} of all.",
                    label=cell.label, title=measure.title, mean=measure.show(estimate.mean),
                    whole=measure.show(estimate.whole_mean),
                )  # fmt: skip
            continue
        said = (
            say("{label}: none of {count} trainings learned more than chance, {chance}", **known)
            if chance
            else say("{label}: none of {count} trainings learned", **known)
        )
        if values := [] if measure.by_layer else [*cell.all_figures(measure.name).values()]:
            mean = measure.show(fmean(values))
            said = say("{said}; their mean {title} is {mean}", said=said, title=measure.title, mean=mean)
        yield say("{words}.", words=said)  # the label stays as it is written


def held_out_in_words(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield how far test accuracy lies below that on the images by which a recipe was chosen, cell by cell."""
    measure = MEASURES["test_accuracy"]
    for beside in ("held_out_accuracy", "validation_accuracy"):
        for cell in cells:
            gap = paired(cell.figures(measure.name), cell.figures(beside), within=measure.difference_within)
            if gap is None:
                continue
            known = {
                "label": cell.label, "size": size_in_words(measure, gap.mean), "title": MEASURES[beside].title,
                "facts": facts(measure, gap, -1 if gap.mean < 0 else 1),
            }  # fmt: skip
            if gap.mean < 0:
                yield say("{label}: test accuracy lies {size} below {title} {facts}.", **known)
            else:
                yield say("{label}: test accuracy lies {size} above {title} {facts}.", **known)


def _of_level(measure: Measure, differences: Sequence[Estimate]) -> str:
    found: dict[Verdict, list[Estimate]] = {}
    for difference in differences:
        found.setdefault(verdict(difference), []).append(difference)
    parts = []
    if "higher" in found:
        group = found["higher"]
        parts.append(
            say("higher in {number} ({range})", number=_number(group, differences), range=_range(measure, group))
        )
    if "lower" in found:
        group = found["lower"]
        parts.append(
            say("lower in {number} ({range})", number=_number(group, differences), range=_range(measure, group))
        )
    if "not shown" in found:
        group = found["not shown"]
        if len(group) == len(differences):
            parts.append(say("no difference found in any of {count}", count=len(group)))
        else:
            parts.append(say("no difference found in {number}", number=_number(group, differences)))
    if "no spread" in found:
        parts.append(
            say("not judged in {number}, the same with each seed", number=_number(found["no spread"], differences))
        )
    if "one seed" in found:
        parts.append(say("one seed in {number}", number=_number(found["one seed"], differences)))
    if "too few seeds" in found:
        parts.append(say("too few seeds in {number}", number=_number(found["too few seeds"], differences)))
    return listed(parts)


def _range(measure: Measure, differences: Sequence[Estimate]) -> str:
    """Return how large differences of the same sign are, without the sign."""
    sizes = sorted(abs(difference.mean) for difference in differences)
    ends = sorted(abs(end) for each in differences for end in (each.low, each.high) if end is not None)
    within = say("{ends} to {ends_2}", ends=measure.number(ends[0]), ends_2=measure.number(ends[-1]))
    if len(sizes) == 1:
        return say("by {sizes}, {within}", sizes=size_in_words(measure, sizes[0]), within=within)
    return say(
        "by {sizes} to {sizes_2}, intervals within {within}",
        sizes=measure.number(sizes[0]),
        sizes_2=size_in_words(measure, sizes[-1]),
        within=within,
    )


def _number(group: Sequence[Estimate], of: Sequence[Estimate]) -> str:
    return (
        say("all {count}", count=len(of))
        if len(group) == len(of)
        else say("{count} of {total}", count=len(group), total=len(of))
    )
