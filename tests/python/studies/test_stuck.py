"""Trainings that learned nothing are told from those that learned a little, by SciPy's binomial test."""

import numpy as np
import pytest
from scipy import stats

from lenetpp.networks.measurement import Evaluation
from lenetpp.studies.comparison_answers import Answer, answer_comparison
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.report.figures import mean_entry, whole_entry
from lenetpp.studies.report.spread import Spread
from lenetpp.studies.sentences import mean_in_short, mean_in_words
from lenetpp.studies.stuck import chance_of, is_stuck

from .handmade_cells import cell


def evaluation(right: int, *of_class: int) -> Evaluation:
    """So many images of each class, of which the first ones are right."""
    confusion = np.zeros((len(of_class), len(of_class)), dtype=np.int64)
    for number, count in enumerate(of_class):
        confusion[number, number] = min(right, count)
        confusion[number, number - 1] = count - min(right, count)
        right -= min(right, count)
    return Evaluation(0.7, confusion, tuple(map(str, range(len(of_class)))))


@pytest.mark.parametrize(
    ("of_class", "right"),
    [((1000, 1000), 1000), ((1000, 1000), 1069), ((1000, 1000), 1070), ((1000, 1000), 990), ((100,) * 10, 135),
     ((100,) * 10, 131), ((9000, 1000), 9050), ((9000, 1000), 9150)],
)  # fmt: skip
def test_a_training_is_stuck_where_chance_does_as_well(of_class: tuple[int, ...], right: int) -> None:
    most, count = max(of_class), sum(of_class)
    by_chance = stats.binomtest(right, count, most / count, alternative="greater").pvalue
    assert is_stuck(evaluation(right, *of_class)) == (by_chance > 0.001)
    assert chance_of(evaluation(right, *of_class)) == most / count


def test_a_few_images_cannot_tell() -> None:
    assert not is_stuck(evaluation(1, 1, 1))
    assert not is_stuck(evaluation(10, 10, 10))
    assert not is_stuck(None)


LEARNED, CHANCE = (0.85, 0.86, 0.84, 0.855), 0.5


def answered(*stuck: int, question: str = "test_accuracy") -> Answer:
    """Of two cells, of which the second one's trainings with these seeds are stuck."""
    values = [CHANCE if seed in stuck else value for seed, value in enumerate(LEARNED, 1)]
    first, second = cell({"rate": "small"}, LEARNED, question), cell({"rate": "large"}, values, question)
    object.__setattr__(second, "stuck", frozenset(stuck))
    asked = Comparison.model_validate({"title": "?", "compare": "rate", "metrics": [question]})
    return answer_comparison("?", asked, "small", (first, second))


def test_means_and_differences_are_of_the_trainings_that_learned_anything() -> None:
    found = answered(2)
    mean = found.cells[1].estimate("test_accuracy")
    assert mean is not None
    assert mean.mean == pytest.approx(np.mean([0.85, 0.84, 0.855]))
    assert found.differences[0].estimate.values == (0.0, 0.0, 0.0)
    assert found.sentences[0].startswith("large: 3 of 4 trainings learned")


def test_no_mean_leaves_them_out_without_the_mean_of_all_beside_it() -> None:
    found = answered(2)
    learned, whole = 100 * np.mean([0.85, 0.84, 0.855]), 100 * np.mean([0.85, 0.5, 0.84, 0.855])
    assert found.sentences[1] == f"large: mean test accuracy is {learned:.2f} % of these, {whole:.2f} % of all."
    assert (
        f'"large" gets {learned:.1f} % (3 of 4 trainings; {whole:.0f} % with all)'.casefold()
        in found.headline.casefold()
    )
    mean = found.cells[1].estimate("test_accuracy")
    assert mean is not None
    measure = MEASURES["test_accuracy"]
    for words in (
        mean_in_words(measure, mean), mean_in_short(measure.number, mean), whole_entry(mean, measure, "").text,
        mean_entry(mean, measure, "").text, Spread.of(found.cells[1], "test_accuracy").label,  # type: ignore[union-attr]
    ):  # fmt: skip
        assert f"3 of 4, {whole:.2f} with all" in words.replace("3 seeds of 4", "3 of 4")
    difference = found.differences[0].estimate
    assert difference.whole_mean == pytest.approx(np.mean([0, -0.36, 0, 0]))
    assert f"3 of 4, {100 * difference.whole_mean:.2f} with all" in found.headline


def test_a_cell_whose_trainings_are_all_stuck_has_no_figures() -> None:
    found = answered(1, 2, 3, 4)
    assert found.cells[1].estimate("test_accuracy") is None
    assert found.differences == ()
    assert found.sentences[0].startswith("large: none of 4 trainings learned")
    assert found.headline == 'Small: test accuracy is 85 %; none of 4 trainings learned anything with "large" (50 %).'


def test_times_are_those_of_all_trainings() -> None:
    time = answered(2, question="training_seconds").cells[1].estimate("training_seconds")
    assert time is not None
    assert time.count == 4
