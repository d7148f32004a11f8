"""The first sentence of an answer, with absolute figures for everybody, and a line on how sure it is.

Where it compares, the difference stands in the same line, with its interval, and says where it is undecided.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from lenetpp.basics.language import follow, listed, say, sentence, template
from lenetpp.basics.percent import percent
from lenetpp.studies.beside_sentences import paired_measures
from lenetpp.studies.cells import Cell
from lenetpp.studies.certainty import TOO_FEW, certainty_line, effect_in_line
from lenetpp.studies.contrasts import Contrast, contrast
from lenetpp.studies.dependence import dependence, dependence_in_line
from lenetpp.studies.differences import Difference
from lenetpp.studies.effects import Effect
from lenetpp.studies.estimates import Estimate, paired
from lenetpp.studies.measures import MEASURES, Measure, with_unit
from lenetpp.studies.openings import Opening, plain_figures
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.question_parts import Headline
from lenetpp.studies.sentences import ends_in_words, reaches, verdict
from lenetpp.studies.summaries import worst_layer

SHORT_NAME = 2
"""Words of a name that can be said twice in a sentence."""


class Pair(NamedTuple):
    """Two cells, how they are called, what is asked of them, and among how many comparisons they were found."""

    cell: Cell
    against: Cell
    one: str
    other: str
    asks: str | None
    comparisons: int


def opening(
    measure: Measure,
    question: Comparison,
    cells: Sequence[Cell],
    differences: Sequence[Difference],
    effects: Sequence[Effect] = (),
) -> Opening:
    """Return how the answer to a comparison begins.

    It is about what the question's headline names, else about the reference and the cell furthest from it, and whether
    how far that is depends on another factor.
    """
    headline = question.headline
    if headline is not None and headline.at_least is not None:
        return _of_runs(measure, headline, headline.at_least, _find(cells, headline.where))
    if headline is not None and headline.beside is not None:
        return _of_two_measures(measure, MEASURES[headline.beside], str(headline.says), _find(cells, headline.where))
    if headline is not None and headline.asks == "depends":
        return dependence(measure, cells, effects)
    pair = _pair(headline, cells, differences)
    if pair is None:
        return _of_one_cell(measure, cells)
    figures = [_typical(measure, cell) for cell in (pair.cell, pair.against)]
    if None in figures:
        return _untrained(measure, pair)
    begins = _of_pair(measure, pair)
    if headline is not None:
        return begins
    # A difference that another factor changes is no answer without that.
    return begins._replace(headline=follow(begins.headline, dependence_in_line(measure, effects)))


def _of_two_measures(measure: Measure, beside: Measure, says: str, cell: Cell) -> Opening:
    """Return what two measures of the same runs say."""
    figures, others = cell.figures(measure.name), cell.figures(beside.name)
    both = [seed for seed in figures if seed in others]
    if not both:
        return Opening(
            sentence(
                say(
                    "{label}: there is no {title} to compare with {title_2}",
                    label=cell.label,
                    title=beside.title,
                    title_2=measure.title,
                )
            ),
            say("There are no figures yet."),
        )
    one, its = (sum(values[seed] for seed in both) / len(both) for values in (figures, others))
    shown, other = (
        plain_figures(measure, one, its) if beside.unit == measure.unit else (measure.show(one), beside.show(its))
    )
    said = say(says, figure=shown, its=other)
    if beside.unit != measure.unit:
        return Opening(sentence(said), _of_figures(measure, *filter(None, [cell.estimate(measure.name)])))
    difference = paired_measures(measure, beside, cell)
    assert difference is not None
    effect = effect_in_line(
        measure, difference, None, "second" if says.index("{figure}") < says.index("{its}") else "first"
    )
    return Opening(
        follow(sentence(said), effect), certainty_line(measure, difference, None), Contrast(difference, None)
    )


def _find(cells: Sequence[Cell], where: object) -> Cell:
    return next(cell for cell in cells if cell.levels == where)


def _pair(headline: Headline | None, cells: Sequence[Cell], differences: Sequence[Difference]) -> Pair | None:
    if headline is not None and headline.against is not None:
        cell, against = _find(cells, headline.where), _find(cells, headline.against)
        one = say(headline.one) if headline.one else cell.named
        other = say(headline.other) if headline.other else against.named
        # They were named before anything was trained, and so are one comparison, whatever else is compared.
        return Pair(cell, against, one, other, headline.asks, 1)
    if not differences:
        return None
    furthest = max(differences, key=lambda difference: abs(difference.estimate.mean))
    cell, against = furthest.cell, furthest.against
    return Pair(cell, against, cell.named, against.named, None, len(differences))


def _of_pair(measure: Measure, pair: Pair) -> Opening:
    one, its = (_typical(measure, cell) for cell in pair[:2])
    assert one is not None
    assert its is not None
    figure, other = (
        say("{figure} ({whole})", figure=figure, whole=_whole(measure, estimate)) if estimate.stuck else figure
        for figure, estimate in zip(plain_figures(measure, one.mean, its.mean), (one, its), strict=True)
    )
    plain = measure.plain or template("{title} is {figure} with {one}, {its} with {other}")
    said = say(
        plain, title=measure.title, images=measure.images, one=pair.one, figure=figure, other=pair.other, its=other
    )
    found = _difference(measure, pair)
    if found is None:
        return Opening(
            follow(sentence(said), say("Undecided, as no seed has both.")),
            _of_figures(measure, one, its),
        )
    estimate, over_images = found
    lead, effect = _lead(measure, pair.asks, found), effect_in_line(measure, estimate, over_images)
    chosen = "" if pair.comparisons == 1 else say("This is the largest of {count} differences.", count=pair.comparisons)
    return Opening(
        follow(lead, sentence(said), effect, sentence(_ahead(measure, pair.one, estimate)), chosen),
        certainty_line(measure, estimate, over_images),
        found,
    )


def _difference(measure: Measure, pair: Pair) -> Contrast | None:
    """Return how far two cells are apart; of a measure by layer, in the layer where each is the largest."""
    if not measure.by_layer:
        return contrast(measure, [(1.0, pair.cell), (-1.0, pair.against)], pair.comparisons)
    one, other = (cell.figures(measure.name, worst_layer(measure, cell)) for cell in pair[:2])
    estimate = paired(one, other, pair.comparisons, measure.difference_within)
    return None if estimate is None else Contrast(estimate, None)


def _whole(measure: Measure, estimate: Estimate) -> str:
    """Return what the mean is with the trainings that learned nothing: "3 of 5 trainings; 70 % with all"."""
    _, whole = plain_figures(measure, estimate.mean, estimate.whole_mean)
    return say(
        "{count} of {whole_count} trainings; {whole} with all",
        count=estimate.count,
        whole_count=estimate.whole_count,
        whole=whole,
    )


def _typical(measure: Measure, cell: Cell) -> Estimate | None:
    """Return a cell's figure; of a measure by layer that of the layer where it is the largest."""
    if not measure.by_layer:
        return cell.estimate(measure.name)
    name = worst_layer(measure, cell)
    return None if name is None else cell.estimate(measure.name, name)


def _ahead(measure: Measure, one: str, difference: Estimate) -> str:
    """Return in how many repeats the first cell was ahead, or behind if that is more of them."""
    is_contest = measure.is_share or measure.is_time
    sign = -1 if is_contest and measure.better == "lower" else 1
    ahead = sum(sign * value > 0 for value in difference.values)
    behind = sum(sign * value < 0 for value in difference.values)
    if not ahead and not behind:
        return say("there was no difference")
    who = one if is_contest and len(one.split()) <= SHORT_NAME else say("the first")
    count, total, is_first = max(ahead, behind), difference.count, ahead >= behind
    if measure.is_time and not measure.is_share:
        word = say("faster") if is_first else say("slower")
    elif is_contest:
        word = say("ahead") if is_first else say("behind")
    else:
        word = say("higher") if is_first else say("lower")
    if total == 1:
        return say("in the only training of each {who} was {word}", who=who, word=word)
    if count == total:
        return say("in all {count} repeats {who} was {word}", count=total, who=who, word=word)
    return say("in {count} of {total} repeats {who} was {word}", count=count, total=total, who=who, word=word)


def _lead(measure: Measure, asks: str | None, effect: Contrast) -> str:
    """Return the answer to a question of yes or no, which other test images must not undo; empty where it is none."""
    if asks is None:
        return ""
    found = verdict(effect.estimate)
    if found in TOO_FEW:
        return say("Not decided.")
    if effect.over_images is not None and effect.over_images[0] <= 0 <= effect.over_images[1]:
        found = "not shown"
    if found == "not shown":
        return say("No difference was found.")
    return say("Yes.") if asks == "different" or found == measure.better else say("No.")


def _of_figures(measure: Measure, *figures: Estimate) -> str:
    """Return how sure figures are that are not compared, each by itself."""
    if any(figure.low is None for figure in figures):
        return say("Not sure at all: too few seeds to say what other repeats would give.")
    ranges = [
        ends_in_words(measure, (figure.low, figure.high))
        for figure in figures
        if figure.low is not None and figure.high is not None
    ]
    together = with_unit(listed(ranges, "{first} and {rest}"), measure.unit)
    return say("Over many seeds the means would be {ranges}, with 95 % confidence each.", ranges=together)


def _of_runs(measure: Measure, headline: Headline, wanted: float, cell: Cell) -> Opening:
    """Return how many runs of a cell reach a figure."""
    estimate = cell.estimate(measure.name)
    one = say(headline.one) if headline.one else cell.named
    if estimate is None:
        return Opening(sentence(_learned_nothing(measure, cell, one)), say("There are no figures yet."))
    reached = sum(map(reaches(measure, wanted), estimate.values))
    lead: str = ""
    if headline.asks is not None:
        could = estimate.prediction is None or any(map(reaches(measure, wanted), estimate.prediction))
        lead = say("Yes.") if reached else say("Not here.") if could else say("No.")
    mean = plain_figures(measure, wanted, estimate.mean)[1]
    is_whole = measure.unit == "%" and math.isclose(wanted, round(wanted, 2))
    figure = percent(wanted, 0) if is_whole else measure.show(wanted)
    bound = (
        say("{figure} or more", figure=figure) if measure.better == "higher" else say("{figure} or less", figure=figure)
    )
    if estimate.stuck:
        mean = say("{figure} ({whole})", figure=mean, whole=_whole(measure, estimate))
    known = {"one": one, "count": reached, "total": estimate.count, "bound": bound, "mean": mean}
    if estimate.count == 1:
        said = (
            say("with {one}, the only training reached {bound}; the mean is {mean}", **known)
            if reached
            else say("with {one}, the only training did not reach {bound}; the mean is {mean}", **known)
        )
    elif not reached:
        said = say("with {one}, none of {total} trainings reached {bound}; the mean is {mean}", **known)
    elif reached == estimate.count:
        said = say("with {one}, all {total} trainings reached {bound}; the mean is {mean}", **known)
    else:
        said = say("with {one}, {count} of {total} trainings reached {bound}; the mean is {mean}", **known)
    if estimate.prediction is None:
        certainty = say(
            "Not sure at all: {count} is too few to say what other repeats would give.", count=estimate.count
        )
    else:
        low, high = estimate.prediction
        certainty = say(
            "One more training would lie between {low} and {high}, with 95 % confidence.",
            low=measure.number(low), high=measure.show(high),
        )  # fmt: skip
    return Opening(follow(lead, sentence(said)), certainty)


def _of_one_cell(measure: Measure, cells: Sequence[Cell]) -> Opening:
    figures = [(cell, estimate) for cell in cells if (estimate := _typical(measure, cell)) is not None]
    if not figures:
        return Opening(
            say("This has no answer yet: there is no {title}.", title=measure.title), say("There are no figures yet.")
        )
    sign = 1 if measure.better == "higher" else -1
    cell, estimate = max(figures, key=lambda figure: sign * figure[1].mean)
    (figure,) = plain_figures(measure, estimate.mean)
    words = say("{label}: {title} is {figure}", label=cell.label, title=measure.title, figure=figure)
    if len(figures) > 1:
        words = say(
            "the best mean {title} is that of {named}, {figure}, which is not compared with any other",
            title=measure.title,
            named=cell.named,
            figure=figure,
        )
    stuck = [
        _learned_nothing(measure, each, each.named) for each in cells if each.stuck and not each.figures(measure.name)
    ]
    return Opening(sentence(listed((words, *stuck), "{first}; {rest}")), _of_figures(measure, estimate))


def _untrained(measure: Measure, pair: Pair) -> Opening:
    """Return what there is to say where one of the two cells has no figure."""
    words = []
    for cell, name in ((pair.cell, pair.one), (pair.against, pair.other)):
        estimate = _typical(measure, cell)
        words.append(
            _learned_nothing(measure, cell, name)
            if estimate is None
            else say(
                "{name}: {title} is {plain_figures}",
                name=name,
                title=measure.title,
                plain_figures=plain_figures(measure, estimate.mean)[0],
            )
        )
    return Opening(
        sentence(listed(words, "{first}; {rest}")),
        say("A training that learned nothing, or is missing, has no figure."),
    )


def _learned_nothing(measure: Measure, cell: Cell, name: str) -> str:
    if not cell.runs:
        return say("{name} has no run yet", name=name)
    values = [] if measure.by_layer else [*cell.all_figures(measure.name).values()]
    said = say("none of {count} trainings learned anything with {name}", count=len(cell.runs), name=name)
    if not values:
        return said
    return say("{said} ({figure})", said=said, figure=plain_figures(measure, sum(values) / len(values))[0])
