"""Crossed factors answer whether the effect of one depends on the other, with the interval that effects have."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lenetpp.studies.comparison_answers import Answer, answer_comparison
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.report.cell_entries import cell_entry
from lenetpp.studies.report.comparison_section import comparison_section
from lenetpp.studies.report.figures_file import figures_of

from .handmade_cells import cell

DEPENDS: dict[str, Any] = {"asks": "depends"}
NOISE = (0.001, -0.002, 0.0, 0.002, -0.001)
CROSSED = {("2,000", "A"): 0.80, ("2,000", "B"): 0.82, ("4,000", "A"): 0.81, ("4,000", "B"): 0.88}
"""B is ahead by 2 points, and by 7."""


def crossed(
    means: Mapping[tuple[str, str], float], headline: Any = None, right: bool = False, seeds: int = 5, **question: Any
) -> Answer:
    """The answer to a comparison of networks by numbers of images."""
    generator = np.random.default_rng(3)
    cells = []
    for (images, network), mean in means.items():
        noise = generator.permutation(NOISE)[:seeds]
        made = cell({"images": images, "network": network}, [mean + float(each) for each in noise])
        if right:
            tables = {seed: generator.random(400) < value for seed, value in made.values["test_accuracy"].items()}
            made = cell({"images": images, "network": network}, [float(each.mean()) for each in tables.values()])
            object.__setattr__(made, "right", tables)
        cells.append(made)
    asked = {"title": "?", "compare": "network", "by": ["images"], "headline": headline, **question}
    return answer_comparison("networks", Comparison.model_validate(asked), cells[0].levels["network"], tuple(cells))


def interaction(found: Answer) -> Sequence[float]:
    of = {
        (each.levels["images"], each.levels["network"]): [*each.values["test_accuracy"].values()]
        for each in found.cells
    }
    (few, a), (_, b), (many, _), *_ = of
    changes = np.array(of[many, b]) - of[many, a] - of[few, b] + of[few, a]
    return [float(each) for each in changes]


def together(values: Sequence[float], comparisons: int) -> str:
    low, high = stats.t.interval(1 - 0.05 / comparisons, len(values) - 1, np.mean(values), stats.sem(values))
    return f"{100 * low:.2f} to {100 * high:.2f}"


def test_a_question_that_asks_so_gets_yes_and_the_figures_of_both_ends() -> None:
    found = crossed(CROSSED, DEPENDS)
    assert found.headline == (
        'Yes. With images 2,000, "B" gets 82 % of the test images right, "A" 80 %; with images 4,000, 88 % and 81 %. '
        "The differences are +2.00 points and +7.00 points. With images 4,000, the difference is 5.00 points higher "
        f"({together(interaction(found), 3)})."
    )
    assert found.certainty == (
        f"Sure: over many seeds the mean change would be {together(interaction(found), 3)} points, with 95 % "
        "confidence in all 3 intervals together."
    )


@pytest.mark.parametrize("is_lower", [False, True])
def test_without_any_dependence_there_is_no_evidence(is_lower: bool) -> None:
    change = -0.0005 if is_lower else 0.0005
    found = crossed({**CROSSED, ("4,000", "B"): 0.83 + change}, DEPENDS)
    low, high = (abs(float(end)) for end in together(interaction(found), 3).split(" to "))
    assert found.headline.startswith("No evidence of that. With images 2,000, ")
    side = "lower" if is_lower else "higher"
    assert found.headline.endswith(
        f"Undecided: with images 4,000, the difference is 0.05 points {side} ({low:.2f} lower to {high:.2f} higher)."
    )
    assert f"the mean change would be {low:.2f} points lower to {high:.2f} points higher, with" in found.certainty


def test_along_numbers_it_is_the_slope_of_the_difference() -> None:
    found = crossed({**CROSSED, ("8,000", "A"): 0.82, ("8,000", "B"): 0.94}, DEPENDS)
    assert "with images 2,000" in found.headline.lower()
    assert "with images 8,000, 94 % and 82 %" in found.headline
    assert "For each doubling of images, the difference is 5.00 points higher (" in found.headline


def test_of_a_trend_it_is_the_trend_that_changes() -> None:
    means = {(size, name): 0.7 + 0.01 * row + 0.03 * row * column
             for row, size in enumerate(["1", "2", "4"]) for column, name in enumerate("AB")}  # fmt: skip
    cells = [cell({"name": name, "size": size}, [mean + each for each in np.roll(NOISE, row)])
             for row, ((size, name), mean) in enumerate(means.items())]  # fmt: skip
    asked = {"title": "?", "compare": "size", "by": ["name"], "headline": DEPENDS}
    found = answer_comparison("sizes", Comparison.model_validate(asked), "1", tuple(cells))
    assert "The differences are +2.00 points and +8.00 points." in found.headline
    assert 'With "B", the change for each doubling of size is 3.00 points higher (' in found.headline


def test_of_several_interactions_the_clearest_is_told_of() -> None:
    means = {**CROSSED, ("2,000", "C"): 0.80, ("4,000", "C"): 0.8102}
    means = {key: means[key] for key in sorted(means)}
    found = crossed(means, DEPENDS)
    assert '"B" gets 82 % of the test images right' in found.headline
    assert found.headline.endswith("This is the clearest of 2 interactions.")


def test_with_too_few_seeds_it_is_not_decided() -> None:
    found = crossed(CROSSED, DEPENDS, seeds=3)
    assert found.headline.startswith("Not decided. With images 2,000, ")
    assert "Undecided with 3 of each: with images 4,000, the difference is" in found.headline
    assert found.certainty.startswith("Not sure at all: 3 of each is too few")
    (said,) = [each for each in found.sentences if "depends on" in each]
    assert said.startswith('Not decided whether the effect of "B" depends on images: +')


def test_a_headline_of_crossed_factors_says_so_without_being_asked() -> None:
    found = crossed(CROSSED)
    assert found.headline.startswith('"B", images 4,000 gets 88 % of the test images right')
    assert found.headline.endswith(
        'This is the largest of 2 differences. The effect of "B" depends on images: +5.00 points with images 4,000 '
        f"({together(interaction(found), 3)})."
    )
    same = {"where": {"images": "4,000", "network": "B"}, "against": {"images": "4,000", "network": "A"}}
    assert "depends" not in crossed(CROSSED, same).headline


def test_effects_say_that_their_intervals_hold_together_and_what_other_images_would_do() -> None:
    found = crossed(CROSSED, right=True)
    effect = found.effects[-1]
    place = found.sentences.index(effect.sentence)
    ends = together(interaction(found), 3)
    assert effect.sentence.endswith(f"({ends}, widened to hold for all 3 effects; 5 seeds).")
    assert effect.over_images is not None
    low, high = (f"{100 * end:.2f}" for end in effect.over_images)
    assert (
        found.sentences[place + 1] == f"With other test images like these, too, that would be {low} to {high} points."
    )
    assert f"points with images 4,000 ({low} to {high})." in found.headline


def test_the_file_of_figures_has_the_effects() -> None:
    found = crossed(CROSSED, DEPENDS, right=True)
    entries = tuple(cell_entry(each, f"cell-{place}", found.measure, "") for place, each in enumerate(found.cells))
    content = figures_of(found, comparison_section(found, "1-networks", entries))
    assert content["effect"] is None
    assert [each["kind"] for each in content["effects"]] == ["main effect", "main effect", "interaction"]
    change = content["effects"][-1]
    assert change["factors"] == {
        "network": {"level": "B", "against": "A"}, "images": {"level": "4,000", "against": "2,000"},
    }  # fmt: skip
    assert change["mean"] == pytest.approx(np.mean(interaction(found)), rel=1e-4)
    assert change["seeds"] == 5
    assert change["together"] == 3
    assert change["over_images"][0] <= change["low"] < change["mean"] < change["high"] <= change["over_images"][1]
