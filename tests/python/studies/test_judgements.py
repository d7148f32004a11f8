"""Claims are judged by where the intervals of their figures lie, and by nothing else."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from lenetpp.studies.cells import Cell
from lenetpp.studies.comparison_answers import answer_comparison
from lenetpp.studies.judgements import Figure, Judgement, judge
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.question_parts import Claim

from .handmade_cells import answer, cell, recorded, training

LOW = (0.80, 0.81, 0.82, 0.83)
HIGH = (0.85, 0.866, 0.87, 0.88)
"""By 5, 5.6, 5 and 5 points."""
A, B = {"network": "A"}, {"network": "B"}


def judged(*conditions: dict[str, Any], figures: tuple[float, float | None, float | None] = (5, 4, 6)) -> Judgement:
    claim = Claim.model_validate({"text": "it is so", "source": "the blog", "conditions": list(conditions)})
    return judge(claim, lambda _: Figure("it", *figures, "{:g}".format, "{:g}".format))


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"at_least": 4}, "right"),
        ({"at_least": 4.1}, "open"),
        ({"at_least": 6}, "open"),
        ({"at_least": 6.1}, "wrong"),
        ({"at_most": 6}, "right"),
        ({"at_most": 5}, "open"),
        ({"at_most": 3.9}, "wrong"),
        ({"at_least": 3, "at_most": 7}, "right"),
        ({"at_least": 5, "at_most": 7}, "open"),
        ({"at_least": 0, "at_most": 3}, "wrong"),
    ],
)
def test_a_claim_of_one_condition(condition: dict[str, Any], verdict: str) -> None:
    assert judged(condition).verdict == verdict
    assert judged(condition, figures=(5, None, None)).verdict == "open"


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [((0, 1), "right"), ((0, 9), "depends"), ((9, 8), "wrong"), ((0, 5), "open"), ((9, 5), "wrong"),
     ((9, 5, 0), "depends")],
)  # fmt: skip
def test_a_claim_of_several_conditions(ends: tuple[float, ...], verdict: str) -> None:
    found = judged(*({"at_least": end} for end in ends))
    assert found.verdict == verdict
    assert found.contradicts == (verdict in ("wrong", "depends"))


def test_its_sentences() -> None:
    assert judged({"at_most": 3}).sentences == (
        "The blog said that it is so: wrong.",
        "It: 5 (4 to 6); claimed: at most 3.",
    )
    assert judged({"at_most": 3}, figures=(5, None, None)).sentences[1] == (
        "It: 5, too few seeds for a verdict; claimed: at most 3."
    )


def claims(*conditions: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"text": "B is better", "source": "the blog", "conditions": list(conditions)}]


def interval(values: Any, comparisons: int = 1) -> tuple[float, float]:
    low, high = stats.t.interval(1 - 0.05 / comparisons, len(values) - 1, np.mean(values), stats.sem(values))
    return float(low), float(high)


def test_a_difference_is_paired_and_all_conditions_hold_together() -> None:
    low, _ = interval([5, 5.6, 5, 5], comparisons=2)
    for bound, verdict in ((low - 0.01, "holds"), (low + 0.01, "open")):
        asked = claims({"where": B, "against": A, "at_least": bound / 100}, {"where": A, "at_least": 0.5})
        (found,) = answer({"A": LOW, "B": HIGH}, claims=asked).judgements
        assert found.findings[0].verdict == verdict
        assert found.findings[0].sentence.startswith('"B" against "A": +5.15 points (')


def test_a_mean_is_held_against_its_own_interval() -> None:
    low, high = interval(LOW)
    for bound, verdict in ((low * 0.999, "right"), (low * 1.001, "open"), (high * 1.001, "wrong")):
        (found,) = answer({"A": LOW, "B": HIGH}, claims=claims({"where": A, "at_least": bound})).judgements
        assert found.verdict == verdict


def test_times_are_ratios_of_the_seeds() -> None:
    double, single = (10.0, 11.0, 10.5, 10.2), (5.0, 5.4, 5.3, 5.2)
    logs = np.log(np.array(double) / single)
    low, high = np.exp(interval(logs))
    asked = claims({"where": B, "against": A, "times": True, "at_most": 1.2})
    (found,) = answer({"A": single, "B": double}, "training_seconds", claims=asked).judgements
    assert found.verdict == "wrong"
    assert found.findings[0].sentence == (
        f'"B" against "A": {np.exp(logs.mean()):.2f} times ({low:.2f} to {high:.2f}); claimed: at most 1.20 times.'
    )


def test_the_best_run_is_a_fact_and_a_better_one_a_matter_of_chance() -> None:
    spread = stats.t.ppf(0.975, 3) * np.std(HIGH, ddof=1) * np.sqrt(1 + 1 / 4)
    highest = np.mean(HIGH) + spread
    for condition, verdict in (
        ({"at_least": 0.88}, "right"),
        ({"at_least": highest - 0.001}, "open"),
        ({"at_least": highest + 0.001}, "wrong"),
        ({"at_most": 0.879}, "wrong"),
        ({"at_most": 0.881}, "open"),
        ({"at_most": highest + 0.001}, "right"),
    ):
        (found,) = answer({"A": LOW, "B": HIGH}, claims=claims({"where": B, "best": True, **condition})).judgements
        assert found.verdict == verdict, condition


def test_a_trend_is_judged_by_the_seeds_slopes() -> None:
    values = {"1": LOW, "2": tuple(value + 0.01 for value in LOW), "4": HIGH}
    for bound, verdict in ((0.0, "right"), (0.1, "wrong")):
        asked = claims({"trend": "network", "at_least": bound})
        (found,) = answer(values, claims=asked).judgements
        assert found.verdict == verdict


def deeper(relu_at_one: float, relu_at_four: float) -> tuple[Cell, ...]:
    """Sigmoids and ReLU with one, two and four layers, of which ReLU leads by so much with one and with four."""
    middle = (relu_at_one + relu_at_four) / 2
    leads = {"1": relu_at_one, "2": middle, "4": relu_at_four}
    return tuple(
        cell({"layers": layers, "units": units}, tuple(value + (lead if units == "ReLU" else 0) for value in LOW))
        for layers, lead in leads.items()
        for units in ("sigmoid", "ReLU")
    )


@pytest.mark.parametrize(
    ("one", "four", "verdict"), [(0.03, 0.05, "right"), (0.05, 0.03, "wrong"), (0.04, 0.04, "open")]
)
def test_as_they_get_deeper_is_how_much_the_lead_grows_not_that_there_is_one(
    one: float, four: float, verdict: str
) -> None:
    noise = {(layers, units): 0.002 for layers in "124" for units in ("ReLU",)}
    cells = deeper(one, four)
    for each in cells:  # seeds differ in their lead
        spread = noise.get((each.levels["layers"], each.levels["units"]), 0.0)
        figures = {
            seed: value + spread * (-1) ** seed * (1 + int(each.levels["layers"]))
            for seed, value in each.values["test_accuracy"].items()
        }
        object.__setattr__(each, "values", {"test_accuracy": figures})
    growth = {"trend": "layers", "where": {"units": "ReLU"}, "against": {"units": "sigmoid"}, "at_least": 0}
    asked = {"title": "?", "compare": "units", "by": ["layers"], "claims": claims(growth)}
    (found,) = answer_comparison("?", Comparison.model_validate(asked), "sigmoid", cells).judgements
    assert found.verdict == verdict
    assert found.findings[0].figure is not None
    assert found.findings[0].figure.value == pytest.approx((four - one) / 2, abs=1e-9)


def test_a_claim_names_cells_of_other_questions_and_the_best_run_is_looked_for_in_all_of_them() -> None:
    own = answer({"A": LOW, "B": (0.7, 0.71, 0.72)})
    other = Comparison.model_validate({"title": "?", "compare": "depth", "metrics": ["test_accuracy"]})
    deep = (cell({"depth": "1"}, (0.79, 0.795, 0.81)), cell({"depth": "2"}, (0.84, 0.7, 0.75)))
    for number, each in enumerate((*own.cells, *deep)):
        network = f"1x8x8 | conv {number + 1}x3x3 relu | maxpool 2 | dense 3"
        object.__setattr__(each, "training", training(network))
    where = {"where": B, "best": True, "at_least": 0.8}
    for also, verdict, subject in (
        ([], "wrong", "B, the best of 3"),
        ([{"question": "depth", "where": {"depth": "1"}}], "right", "2 settings, the best of 6"),
        ([{"question": "depth"}], "right", "3 settings, the best of 9"),
        ([{"question": "not asked this time"}], "wrong", "B, the best of 3"),
    ):
        question = own.question.model_copy(
            update={"claims": [Claim.model_validate(claims({**where, "also": also})[0])]}
        )
        (found,) = answer_comparison("?", question, "A", own.cells, {"depth": (other, deep)}).judgements
        assert found.verdict == verdict
        assert found.findings[0].sentence.startswith(subject)
    for each in (own.cells[1], deep[0]):  # the same trainings, of settings that are written otherwise
        runs = {seed: recorded(results={"digest": f"weights {seed}"}) for seed in each.runs}
        object.__setattr__(each, "runs", runs)
    everywhere = own.question.model_copy(
        update={"claims": [Claim.model_validate(claims({**where, "also": [{"question": "depth"}]})[0])]}
    )
    (found,) = answer_comparison("?", everywhere, "A", own.cells, {"depth": (other, deep)}).judgements
    assert found.findings[0].sentence.startswith("2 settings, the best of 6")
    elsewhere = claims({"question": "depth", "where": {"depth": "1"}, "at_most": 0.9})[0]
    question = own.question.model_copy(update={"claims": [Claim.model_validate(elsewhere)]})
    for others, verdict in (({"depth": (other, deep)}, "right"), ({}, "open")):
        (found,) = answer_comparison("?", question, "A", own.cells, others).judgements
        assert found.verdict == verdict


def test_what_was_so_on_another_machine_is_neither_right_nor_wrong_on_this_one() -> None:
    double, single = (10.0, 11.0, 10.5, 10.2), (5.0, 5.4, 5.3, 5.2)
    asked = claims({"where": B, "against": A, "times": True, "at_most": 1.2})
    asked[0]["of_a_machine"] = True
    found = answer({"A": single, "B": double}, "training_seconds", claims=asked)
    (judgement,) = found.judgements
    assert judgement.words.startswith('on this machine, today: "B" against "A": 1.99 times (')
    assert not judgement.contradicts
    assert not any("wrong" in sentence or "claimed" in sentence for sentence in found.sentences)
    assert "The blog said that B is better, on another machine." in found.sentences


def test_the_largest_layer_is_what_a_claim_about_layers_is_about() -> None:
    shares = {"0.weight": {1: 0.0, 2: 0.0, 3: 0.0}, "2.weight": {1: 0.05, 2: 0.04, 3: 0.06}}
    made = cell({"network": "A"}, (0.5, 0.5, 0.5))
    object.__setattr__(made, "layer_values", {"lost_updates": shares})
    asked = {
        "title": "?",
        "compare": "network",
        "metrics": ["lost_updates"],
        "claims": claims({"where": A, "at_least": 0.01}),
    }
    (found,) = answer_comparison("?", Comparison.model_validate(asked), "A", (made,)).judgements
    assert found.verdict == "right"


def test_what_is_contradicted_is_said_first() -> None:
    wrong = {
        "text": "they are alike",
        "source": "the blog",
        "conditions": [{"where": B, "against": A, "at_most": 0.02}],
    }
    found = answer({"A": LOW, "B": HIGH}, claims=[*claims({"where": B, "against": A, "at_least": 0}), wrong])
    assert found.sentences[0] == "The blog said that they are alike: wrong."
    assert found.sentences.index("The blog said that B is better: right.") > 2


def test_without_runs_nothing_is_decided() -> None:
    (found,) = answer({"A": (None,), "B": (None,)}, claims=claims({"where": B, "at_least": 0.5})).judgements
    assert (found.verdict, found.findings[0].sentence) == ("open", "There is no figure for it.")
