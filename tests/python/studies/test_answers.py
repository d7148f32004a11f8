"""answer_all(): from a study's file and recorded runs to answers, in the order of the file."""

import re
from pathlib import Path

import pytest

from lenetpp.studies.answers import Answer, BenchmarkAnswer, answer_all
from lenetpp.studies.plan import make_plan
from lenetpp.studies.runs_of_study import Failure, RunsOfStudy

from ..records.handmade import write_run
from .handmade_cells import epoch
from .test_benchmark_answers import answer as answer_of_benchmark

STUDY = """
title = "?"
seeds = 3
base = { network = "1x28x28 | dense 10", train_per_class = 1, test_per_class = 1 }
[factors]
batch_size = [1, 2]
"loss function" = { squares = { loss = "squared_error" }, entropy = { loss = "cross_entropy" } }

[questions.speed]
kind = "benchmark"
title = "How fast?"
file = "ladder.json"
command = "ladder"

[questions.losses]
title = "Which loss?"
compare = "loss function"
against = "entropy"
by = ["batch_size"]
metrics = ["test_accuracy", "training_accuracy", "gradient_norms"]

[questions.gradients]
title = "Where do gradients vanish?"
compare = "batch_size"
metrics = ["gradient_norms"]
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """Of runs whose accuracy is higher by 0.1 with entropy, whatever their seeds and batches."""
    folder = tmp_path_factory.mktemp("study")
    answer_of_benchmark(folder)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    plan = make_plan(folder / "study.toml")
    folders: dict[str, Path] = {}
    every = [each.training.with_seed(seed) for each in plan.trainings for seed in each.seeds]
    for training in every:
        seed, batch = training.settings.seed, training.settings.batch_size
        accuracy = 0.5 + 0.1 * (training.settings.loss == "cross_entropy") + 0.02 * (batch == 2) + 0.01 * seed**2
        figures = epoch(
            1,
            test_accuracy=accuracy,
            training_accuracy=accuracy,
            gradient_norms={"0.weight": float(seed * batch)},
        )
        folders[training.key] = write_run(folder, training.key, [vars(figures)])
    unreadable, diverged = (plan.questions[0].cells[0].training.with_seed(seed).key for seed in (2, 3))
    (folders[unreadable] / "run.toml").write_text("?", encoding="utf-8")
    failures = {diverged: Failure(next(each for each in every if each.key == diverged), "diverged")}
    return answer_all(plan, RunsOfStudy(folders, failures))


def comparison(answers: tuple[object, ...], number: int) -> Answer:
    found = answers[number]
    assert isinstance(found, Answer)
    return found


def test_answers_are_in_the_order_of_the_file(answers: tuple[object, ...]) -> None:
    assert isinstance(answers[0], BenchmarkAnswer)
    assert comparison(answers, 1).title == "Which loss?"
    assert comparison(answers, 2).title == "Where do gradients vanish?"


def test_levels_are_compared_with_the_one_of_the_file_by_seed(answers: tuple[object, ...]) -> None:
    losses = comparison(answers, 1)
    assert [each.cell.levels for each in losses.differences] == [
        {"batch_size": "1", "loss function": "squares"},
        {"batch_size": "2", "loss function": "squares"},
    ]
    assert all(each.against.levels["loss function"] == "entropy" for each in losses.differences)
    # Of batches of 1, only the first seed has a run with squares.
    assert losses.differences[0].estimate.values == pytest.approx((-0.1,))
    assert losses.differences[1].estimate.values == pytest.approx((-0.1, -0.1, -0.1))
    assert losses.differences[1].comparisons == 2


def test_missing_runs_have_their_reasons(answers: tuple[object, ...]) -> None:
    cell = comparison(answers, 1).cells[0]
    assert cell.missing[3] == "diverged"
    assert cell.missing[2].endswith("cannot be read")
    assert "/" not in cell.missing[2]


def test_further_metrics_have_sentences_of_their_own(answers: tuple[object, ...]) -> None:
    sentences = comparison(answers, 1).sentences
    assert any(sentence.startswith('Test accuracy, "squares" against "entropy": ') for sentence in sentences)
    assert [re.split(", ", sentence)[0] for sentence in sentences[-5:]] == ["Training accuracy"] + 4 * [
        "Norm of the mean gradient of an image"
    ]


def test_a_question_about_layers_is_answered_for_each_cell(answers: tuple[object, ...]) -> None:
    gradients = comparison(answers, 2)
    assert gradients.differences == ()
    # The mean of 1, 2 and 3, whose standard deviation is 1; 4.3027 is Student's quantile for three values.
    ends = 4.302652729911275 / 3**0.5
    assert gradients.sentences[0] == (
        f"Norm of the mean gradient of an image, batch size 1: first layer 2.00 (0 to {2 + ends:.2f}; 3 seeds)."
    )
    estimate = gradients.cells[0].estimate("gradient_norms", "0.weight")
    assert estimate is not None
    assert (estimate.low, estimate.high) == pytest.approx((0, 2 + ends))
