"""Sentences say what the interval of paired differences says, and no more."""

import re

import numpy as np
import pytest
from scipy import stats

from lenetpp.studies.comparison_answers import answer_comparison
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.summaries import best_in_words, layers_in_words

from . import handmade_study
from .handmade_cells import answer, cell

LOW = (0.80, 0.81, 0.82, 0.83)
HIGH = (0.85, 0.866, 0.87, 0.88)
"""By 5, 5.6, 5 and 5 points."""


def interval(*points: float, comparisons: int = 1) -> tuple[float, float]:
    low, high = stats.t.interval(1 - 0.05 / comparisons, len(points) - 1, np.mean(points), stats.sem(points))
    return float(low), float(high)


# One difference


def test_higher() -> None:
    low, high = interval(5, 5.6, 5, 5)
    assert answer({"perceptron": LOW, "LeNet": HIGH}).sentences == (
        f'"LeNet" against "perceptron": test accuracy is higher by 5.15 points ({low:.2f} to {high:.2f}; 4 seeds).',
    )


def test_lower_has_its_interval_without_signs() -> None:
    low, high = interval(5, 5.6, 5, 5)
    assert answer({"LeNet": HIGH, "perceptron": LOW}).sentences == (
        f'"perceptron" against "LeNet": test accuracy is lower by 5.15 points ({low:.2f} to {high:.2f}; 4 seeds).',
    )


def test_no_difference_shown_says_where_it_may_lie() -> None:
    low, high = interval(1, -1, 2, -1.6)
    assert answer({"A": LOW, "B": (0.81, 0.80, 0.84, 0.814)}).sentences == (
        f'"B" against "A": no difference in test accuracy was found: +0.10 points ({low:.2f} to {high:.2f}; 4 seeds).',
    )


def test_an_interval_that_would_say_nothing_is_not_given() -> None:
    # Student's quantile for two values is 12.7: the interval would reach from -100 to 100 points.
    (sentence,) = answer({"A": (0.9, 0.1), "B": (0.1, 0.8)}).sentences
    assert sentence == '"B" against "A": test accuracy was lower by 5.00 points; too few seeds (2) for a verdict.'


def test_one_seed_is_no_answer() -> None:
    (sentence,) = answer({"A": (0.80,), "B": (0.85,)}).sentences
    assert "higher by 5.00 points with the only seed that both have" in sentence
    assert "says nothing of others" in sentence


def test_equal_differences_are_not_taken_for_certainty() -> None:
    (sentence,) = answer({"A": LOW, "B": tuple(value + 0.01 for value in LOW)}).sentences
    assert "higher by 1.00 points with each of 4 seeds" in sentence
    assert "without any spread" in sentence
    (sentence,) = answer({"A": LOW, "B": LOW}).sentences
    assert "was the same with each of 4 seeds" in sentence


def test_seeds_without_a_run_are_left_out_and_counted() -> None:
    found = answer({"A": (*LOW, None), "B": (None, *HIGH[1:], 0.99)})
    assert found.differences[0].estimate.values == pytest.approx((0.056, 0.05, 0.05))
    assert found.sentences[0].endswith("; 3 seeds).")
    assert "A: no run with seed 5 (diverged in epoch 2)." in found.notes
    assert "B: its figures hold for trainings that come to an end, as 4 of 5 did." in found.notes


def test_figures_that_are_not_there_are_counted_too() -> None:
    question = Comparison.model_validate(
        {"title": "?", "compare": "network", "metrics": ["test_accuracy"], "kind": "comparison"}
    )
    complete, partly = cell({"network": "A"}, LOW), cell({"network": "B"}, HIGH)
    partly.runs[9] = partly.runs[1]  # type: ignore[index]
    assert "B: no test accuracy of seed 9; left out." in answer_comparison("?", question, "A", (complete, partly)).notes


def test_cells_without_a_common_seed_are_not_compared() -> None:
    found = answer({"A": (0.8, None), "B": (None, 0.9)})
    assert found.differences == ()
    assert found.sentences == (
        "A: 80.00 % (one seed).",
        "B: 90.00 % (one seed).",
        "Not compared, as there is no seed with test accuracy for both: A; B.",
    )


def test_without_any_run_there_is_no_answer() -> None:
    assert answer({"A": (None,), "B": (None,)}).sentences == (
        "This has no answer yet: there is no test accuracy to compare.",
    )


def test_levels_that_are_numbers_are_named_with_their_factor() -> None:
    cells = tuple(
        cell({"dense layers": layers, "batch_size": size}, values)
        for layers in ("ReLU", "sigmoid")
        for size, values in {"4": LOW, "16": HIGH}.items()
    )
    question = Comparison.model_validate({"title": "?", "compare": "batch_size", "by": ["dense layers"]})
    found = answer_comparison("?", question, "4", cells)
    assert [difference.sentence.split(": test")[0] for difference in found.differences] == [
        'Batch size 16 against 4, with "ReLU"',
        'Batch size 16 against 4, with "sigmoid"',
    ]
    question = Comparison.model_validate({"title": "?", "compare": "dense layers", "by": ["batch_size"]})
    turned = tuple(
        cell({"batch_size": size, "dense layers": layers}, values)
        for size, values in {"4": LOW, "16": HIGH}.items()
        for layers in ("ReLU", "sigmoid")
    )
    found = answer_comparison("?", question, "ReLU", turned)
    assert found.differences[1].sentence.startswith('"sigmoid" against "ReLU" at batch size 16:')


# Several differences


def test_each_is_compared_at_its_own_level_and_all_intervals_hold_together() -> None:
    cells = tuple(
        cell({"images": images, "network": network}, [value + shift for value in values])
        for images, shift in {"2,000": 0.0, "4,000": 0.03}.items()
        for network, values in {"LeNet": HIGH, "perceptron": LOW, "other": (0.81, 0.80, 0.84, 0.814)}.items()
    )
    question = Comparison.model_validate(
        {"title": "?", "compare": "network", "by": ["images"], "against": "perceptron"}
    )
    found = answer_comparison("?", question, "perceptron", cells)
    assert [(each.cell.label, each.against.label) for each in found.differences] == [
        ("LeNet, images 2,000", "perceptron, images 2,000"),
        ("other, images 2,000", "perceptron, images 2,000"),
        ("LeNet, images 4,000", "perceptron, images 4,000"),
        ("other, images 4,000", "perceptron, images 4,000"),
    ]
    low, high = interval(5, 5.6, 5, 5, comparisons=4)
    for each in found.differences[::2]:
        assert (each.estimate.low, each.estimate.high) == pytest.approx((low / 100, high / 100))
    assert found.sentences[-2:] == (
        'Test accuracy, "LeNet" against "perceptron": higher in all 2 (by 5.15 to 5.15 points, intervals within '
        f"{low:.2f} to {high:.2f}).",
        'Test accuracy, "other" against "perceptron": no difference found in any of 2.',
    )


def test_levels_with_one_difference_each_have_its_sentence() -> None:
    found = answer({"A": LOW, "B": HIGH, "C": (0.81, 0.80, 0.84, 0.814)})
    (low, high), (lowest, highest) = interval(5, 5.6, 5, 5, comparisons=2), interval(1, -1, 2, -1.6, comparisons=2)
    assert found.sentences == tuple(difference.sentence for difference in found.differences)
    assert found.sentences[0].endswith(f"is higher by 5.15 points ({low:.2f} to {high:.2f}; 4 seeds).")
    assert found.sentences[1].endswith(f"was found: +0.10 points ({lowest:.2f} to {highest:.2f}; 4 seeds).")


def test_a_few_equal_differences_are_not_judged_where_they_are_summed_up() -> None:
    raised = tuple(value + 0.003 for value in LOW)
    found = answer({"A": LOW, "B": raised, "C": HIGH})
    assert "test accuracy was higher by 0.30 points with each of 4 seeds, without any spread" in found.sentences[0]
    assert "test accuracy is higher by" in found.sentences[1]
    found = answer({"A": LOW, "B": raised, "C": HIGH}, by=["network"], picture="grid", compare="network")
    assert any('that of "C"' in sentence for sentence in found.sentences)


def test_a_loss_in_a_single_layer_is_told() -> None:
    shares = {"0.weight": {1: 0.0, 2: 0.0}, "2.weight": {1: 0.06, 2: 0.04, 3: 0.05}, "3.weight": {1: 0.01, 2: 0.0}}
    lossy = handmade_study.cell({"dtype": "float32"}, handmade_study.NETWORKS["LeNet"], {}, {"lost_updates": shares})
    (low, high) = interval(6, 4, 5)
    assert low > 0
    assert [*layers_in_words(MEASURES["lost_updates"], [lossy])] == [
        f'Share of lost updates, "float32": 5.00 % ({low:.2f} to {high:.2f}; 3 seeds) in layer 2, where it is the '
        "largest."
    ]


# The best of many


def test_the_best_is_named_with_those_that_may_be_as_good() -> None:
    found = answer(
        {"A": LOW, "B": HIGH, "C": (0.86, 0.855, 0.88, 0.87)}, by=["network"], picture="grid", compare="network"
    )
    start = next(number for number, each in enumerate(found.sentences) if each.startswith("The highest"))
    best, picked, rivals, others = found.sentences[start : start + 4]
    assert best.startswith('The highest mean test accuracy of 3 combinations is that of "B": 86.65 % (')
    assert picked == "Being picked as the highest, it is probably somewhat too high."
    assert rivals == "Not distinguishable from it: C (-0.03 points)."
    assert others == "All others were found to be worse."


def test_what_no_interval_tells_from_the_best_is_not_called_alike() -> None:
    levels = dict.fromkeys("ACDE", LOW[:3]) | {"B": HIGH[:3]}
    found = answer(levels, by=["network"], picture="grid", compare="network")
    assert "Whether any other is worse is not decided: 3 seeds are too few for 4 comparisons." in found.sentences
    assert not [each for each in found.sentences if "distinguishable" in each or "found to be worse" in each]


def test_one_cell_with_too_few_seeds_is_named_apart_from_those_that_may_be_as_good() -> None:
    alike = (0.86, 0.855, 0.88, 0.87)
    found = answer({"A": LOW, "B": HIGH, "C": alike, "D": HIGH[:1]}, by=["network"], picture="grid", compare="network")
    assert "Not decided, with too few seeds or without any spread: D (0.00 points)." in found.sentences
    assert "Not distinguishable from it: C (-0.03 points)." in found.sentences
    assert "All others were found to be worse." in found.sentences


def test_the_best_loss_is_the_lowest() -> None:
    cells = [cell({"network": name}, values, "test_loss") for name, values in {"A": LOW, "B": HIGH}.items()]
    sentences = [*best_in_words(MEASURES["test_loss"], cells)]
    assert 'lowest mean test loss of 2 combinations is that of "A"' in sentences[0]
    assert sentences[-1] == "All others were found to be worse."


def test_of_one_seed_no_best_is_named() -> None:
    cells = [cell({"network": name}, (value,)) for name, value in {"A": 0.8, "B": 0.9}.items()]
    (sentence,) = best_in_words(MEASURES["test_accuracy"], cells)
    assert sentence == "With one seed, nothing can be said about which of the 2 combinations is the best."


def test_the_truly_best_is_among_those_named_in_95_of_100_studies() -> None:
    generator = np.random.default_rng(1)
    studies, named = 200, 0
    for _ in range(studies):
        shared = generator.normal(0.8, 0.02, 4)
        cells = [
            cell({"network": name}, (shared + generator.normal(gain, 0.01, 4)).tolist())
            for name, gain in {"best": 0.001, "B": 0.0, "C": 0.0, "D": -0.001, "E": -0.05}.items()
        ]
        said = [line for line in best_in_words(MEASURES["test_accuracy"], cells) if "picked" not in line]
        named += any(re.search(r'that of "best":|best \(', sentence) for sentence in said)
    assert named >= 0.95 * studies


# What others published, and goals


def where(**levels: str) -> dict[str, str]:
    return levels


def published(value: float, figure: str, network: str = "LeNet") -> dict[str, object]:
    return {"where": where(network=network), "value": value, "source": "the blog", "figure": figure}


def test_a_published_training_is_held_against_one_more_training_here() -> None:
    low, high = interval(85, 86.6, 87, 88)
    spread = stats.t.ppf(0.975, 3) * np.std([85, 86.6, 87, 88], ddof=1) * np.sqrt(1 + 1 / 4)
    expected = f"{86.65 - spread:.2f} and {86.65 + spread:.2f}"
    figures = [published(0.83, "one training"), published(0.82, "one training"), published(0.88, "one training")]
    theirs, within, reached, _, outside, _, _, _, two = answer({"A": LOW, "LeNet": HIGH}, published=figures).sentences[
        1:
    ]
    assert theirs == (
        f"Published: 83.00 % (the blog, one training); here, LeNet: 86.65 % ({low:.2f} to {high:.2f}; 4 seeds)."
    )
    # Outside the interval of the mean, and yet what a single training may well reach.
    assert low > 83
    assert within == f"A single training here is expected between {expected}: the published one lies within."
    assert reached == "All 4 seeds reach 83.00 %."
    assert outside == f"A single training here is expected between {expected}: the published one lies outside."
    assert two == "1 of 4 seeds reach 88.00 %."


def test_the_best_of_several_is_only_outside_above() -> None:
    figures = [published(0.5, "best of several"), published(0.95, "best of several")]
    sentences = answer({"A": LOW, "LeNet": HIGH}, published=figures).sentences
    assert sentences[2].endswith("the published one lies within.")
    assert sentences[5].endswith("the published one lies outside.")
    assert sentences[6] == "None of 4 seeds reaches 95.00 %."


def test_a_published_mean_is_held_against_our_mean() -> None:
    figures = [published(0.83, "mean"), published(0.867, "mean")]
    _, _, outside, _, inside = answer({"A": LOW, "LeNet": HIGH}, published=figures).sentences
    assert outside == "The published mean lies outside the interval of this one."
    assert inside == "The published mean lies within the interval of this one."


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (0.84, r"reached, mean 86\.65 % \([\d.]+ to [\d.]+; 4 seeds\)\.$"),
        (0.8665, r"reached, mean .*; but the interval begins below the goal\.$"),
        (0.87, r"missed, mean .*; but the interval reaches the goal\.$"),
        (0.93, r"missed, mean 86\.65 % \([\d.]+ to [\d.]+; 4 seeds\)\.$"),
    ],
)
def test_a_goal_is_reached_by_the_mean_and_its_interval_is_not_forgotten(goal: float, said: str) -> None:
    goals = [{"where": where(network="LeNet"), "at_least": goal}]
    sentence = answer({"A": LOW, "LeNet": HIGH}, goals=goals).sentences[-1]
    assert re.search(said, sentence), sentence


def test_a_goal_of_a_cell_without_runs_is_open() -> None:
    goals = [{"where": where(network="LeNet"), "at_least": 0.9}]
    sentence = answer({"A": LOW, "LeNet": (None,)}, goals=goals).sentences[-1]
    assert sentence == "Goal for LeNet, at least 90.00 %: open, as there is no figure."


# What the intervals are about


def test_the_uncertainty_of_the_test_images_is_told_apart() -> None:
    notes = " ".join(answer({"A": LOW, "LeNet": HIGH}).notes)
    error = 100 * (0.815 * 0.185 / 2000) ** 0.5
    assert "95 % intervals over seeds" in notes
    assert "would differ less" not in notes
    assert "The 2,000 test images are a sample themselves" in notes
    assert f"a figure such as 81.50 % would differ by {error:.2f} points" in notes


def test_times_of_different_machines_are_warned_of() -> None:
    cells = [cell({"network": name}, (1.0, 2.0), "training_seconds") for name in "AB"]
    question = Comparison.model_validate({"title": "?", "compare": "network", "metrics": ["training_seconds"]})
    note = answer_comparison("?", question, "A", tuple(cells)).notes[-1]
    assert note == "Times were measured on Abacus, scalar, 1 thread, beside whatever else ran there."
    cells[0].runs[1].record["machine"] = {"processor": "Difference engine", "threads": 2}
    assert "hardly be compared" in answer_comparison("?", question, "A", tuple(cells)).notes[-1]
