"""Measures of hand-made histories, how they are written, and which of them a study's file may name."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.cells import make_cells
from lenetpp.studies.measures import MEASURES, LayerMeasure, RunMeasure, three_digits
from lenetpp.studies.metric_checks import wrong_metrics
from lenetpp.studies.plan import PlannedCell, PlannedQuestion
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.runs_of_study import Failure, RunsOfStudy
from lenetpp.studies.study_file import StudyFile

from .handmade_cells import epoch, recorded, training


def figure(name: str, run: RecordedRun, seconds: float = 0.0) -> float | None:
    measure = MEASURES[name]
    assert isinstance(measure, RunMeasure)
    return measure.of(run, seconds)


def test_accuracies_and_losses_are_those_of_the_last_epoch() -> None:
    run = recorded(
        epoch(1), epoch(2, test_accuracy=0.9, training_accuracy=0.95, test_loss=0.3, validation_accuracy=0.8)
    )
    assert figure("test_accuracy", run) == 0.9
    assert figure("test_error", run) == pytest.approx(0.1)
    assert figure("test_loss", run) == 0.3
    assert figure("training_accuracy", run) == 0.95
    assert figure("validation_accuracy", run) == 0.8


def test_a_run_without_a_figure_has_none() -> None:
    assert figure("test_accuracy", recorded()) is None
    assert figure("images_per_second", recorded()) is None
    assert figure("validation_accuracy", recorded(epoch(1))) is None


def test_time_and_speed_are_of_all_epochs() -> None:
    run = recorded(epoch(1, seconds=1.0, images_per_second=100.0), epoch(2, seconds=3.0, images_per_second=300.0))
    assert figure("training_seconds", run) == 4
    assert figure("images_per_second", run) == 250  # 1,000 images


def test_sizes_are_those_of_the_network() -> None:
    assert figure("parameters", recorded()) == 4 * 9 + 4 + 3 * (4 * 3 * 3) + 3
    assert figure("multiply_adds", recorded()) == 4 * 9 * 6 * 6 + 3 * (4 * 3 * 3)


def test_figures_by_layer_are_medians_over_the_epochs() -> None:
    norms = [{"0.weight": 1.0, "2.weight": 5.0}, {"0.weight": 9.0, "2.weight": 6.0}, {"0.weight": 2.0}]
    run = recorded(*(epoch(number, gradient_norms=each) for number, each in enumerate(norms, 1)))
    measure = MEASURES["gradient_norms"]
    assert isinstance(measure, LayerMeasure)
    assert measure.of(run) == {"0.weight": 2.0, "2.weight": 5.5}
    # Gradients that were summed over a batch become those of an image, whatever the batch's size.
    summed = replace(run, record={**run.record, "settings": {"reduction": "sum", "batch_size": 4}})
    assert measure.of(summed) == {"0.weight": 0.5, "2.weight": 1.375}


# Cells


def cells_of(runs: dict[tuple[str, int], RecordedRun], *metrics: str, by: str = "") -> dict[str, Any]:
    """Cells by their levels, joined: of each network and seed that has a run; others have diverged."""
    planned: list[PlannedCell] = []
    folders: dict[str, Path] = {}
    failures: dict[str, Failure] = {}
    seeds = tuple(sorted({seed for _, seed in runs}))
    for name in dict.fromkeys(name for name, _ in runs):
        *others, network = name.split()
        levels = {**({by: others[0]} if by else {}), "network": network}
        units = 3 + len(planned)
        cell = PlannedCell(levels, {}, training(f"1x8x8 | dense {units}"), seeds)
        planned.append(cell)
        for seed in seeds:
            of_seed = cell.training.with_seed(seed)
            if (name, seed) in runs:
                folders[of_seed.key] = Path(f"{name}/{seed}")
            else:
                failures[of_seed.key] = Failure(of_seed, "diverged in epoch 1")
    content = {"title": "?", "compare": "network", "by": [by] if by else []}
    question = PlannedQuestion("?", Comparison.model_validate(content), tuple(planned))

    def read(folder: Path) -> RecordedRun:
        return runs[folder.parent.name, int(folder.name)]

    found = make_cells(question, RunsOfStudy(folders, failures), metrics, read)
    return {" ".join(cell.levels.values()): cell for cell in found}


def history(*accuracies: float, seconds: float) -> RecordedRun:
    return recorded(*(epoch(number, test_accuracy=each, seconds=seconds) for number, each in enumerate(accuracies, 1)))


def test_equal_time_is_that_of_the_fastest_training_with_the_same_seed() -> None:
    cells = cells_of(
        {
            ("fast", 1): history(0.1, 0.2, 0.3, seconds=1.0),  # 3 s
            ("slow", 1): history(0.5, 0.6, 0.7, seconds=1.5),  # 2 epochs in 3 s
            ("fast", 2): history(0.1, 0.2, 0.4, seconds=0.5),  # 1.5 s
            ("slow", 2): history(0.55, 0.65, 0.75, seconds=1.0),  # 1 epoch in 1.5 s
            ("fast", 3): history(0.1, 0.2, 0.5, seconds=0.1),
            ("slow", 3): history(0.5, 0.6, 0.7, seconds=1.0),  # none
        },
        "accuracy_at_equal_time",
    )
    assert cells["fast"].values["accuracy_at_equal_time"] == {1: 0.3, 2: 0.4, 3: 0.5}
    assert cells["slow"].values["accuracy_at_equal_time"] == {1: 0.6, 2: 0.55}


def test_equal_time_is_that_of_cells_that_are_compared_with_each_other() -> None:
    cells = cells_of(
        {
            ("few A", 1): history(0.1, 0.2, seconds=1.0),
            ("few B", 1): history(0.3, 0.4, seconds=2.0),
            ("many A", 1): history(0.5, 0.6, seconds=10.0),
            ("many B", 1): history(0.7, 0.8, seconds=20.0),
        },
        "accuracy_at_equal_time",
        by="images",
    )
    assert {name: cell.values["accuracy_at_equal_time"][1] for name, cell in cells.items()} == {
        "few A": 0.2,
        "few B": 0.3,
        "many A": 0.6,
        "many B": 0.7,
    }


def test_diverged_seeds_and_figures_that_are_no_numbers_are_left_out() -> None:
    cells = cells_of(
        {
            ("A", 1): recorded(epoch(1, gradient_norms={"0.weight": float("inf")})),
            ("B", 1): recorded(epoch(1, test_loss=float("nan"), gradient_norms={"0.weight": 2.0})),
            ("B", 2): recorded(epoch(1, test_loss=0.25)),
        },
        "test_loss",
        "gradient_norms",
    )
    assert cells["A"].missing == {2: "diverged in epoch 1"}
    assert cells["A"].seeds == (1, 2)
    assert cells["B"].values["test_loss"] == {2: 0.25}
    assert cells["A"].layer_values["gradient_norms"]["0.weight"] == {}
    assert cells["B"].layer_values["gradient_norms"]["0.weight"] == {1: 2.0}
    assert cells["A"].estimate("gradient_norms", "0.weight") is None


# How figures are written


def test_the_gradient_reaches_as_far_as_its_first_norm_is_of_its_last() -> None:
    norms = [{"0.weight": 1.0, "2.weight": 9.0, "10.weight": 4.0, "10.bias": 50.0}, {"0.weight": 3.0, "10.weight": 8.0}]
    run = recorded(*(epoch(number, gradient_norms=each) for number, each in enumerate(norms, 1)))
    assert figure("gradient_reach", run) == pytest.approx(2 / 6)
    assert figure("gradient_reach", recorded(epoch(1, gradient_norms={"0.weight": 1.0, "2.weight": 0.0}))) is None
    assert figure("gradient_reach", recorded(epoch(1))) is None


def test_gradients_per_weight_and_per_connection_are_the_norms_by_hand() -> None:
    """Of the post's networks; the perceptron's norms are those of its first training's epoch 1."""
    perceptron = "3x32x32 | dense 100 nobias sigmoid(2) | dense 50 nobias sigmoid(2) | dense 30 nobias | dense 2 nobias"
    run = recorded(epoch(1, gradient_norms={"0.weight": 0.1143, "3.weight": 3.268}), network=perceptron)
    assert figure("gradient_reach", run) == pytest.approx(0.035, abs=0.0005)
    per_weight = figure("gradient_reach_per_weight", run)
    assert per_weight == pytest.approx(0.1143 / 3.268 * (2 * 30 / (100 * 3 * 32 * 32)) ** 0.5)
    assert three_digits(per_weight or 0) == "4.89e-04"
    assert figure("gradient_reach_per_connection", run) == per_weight  # each weight has one

    lenet = (
        "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | "
        "dense 120 nobias | dense 84 nobias | dense 2 nobias"
    )
    run = recorded(epoch(1, gradient_norms={"0.weight": 2.0, "6.weight": 1.0}), network=lenet)
    assert figure("gradient_reach_per_weight", run) == pytest.approx(2 * (2 * 84 / (5 * 5 * 5)) ** 0.5)
    positions = 28 * 28 * 3  # each filter is applied to three planes
    assert figure("gradient_reach_per_connection", run) == pytest.approx(2 * (2 * 84 / 125) ** 0.5 / positions)


def test_gradients_of_the_first_epoch_are_not_hidden_by_the_median() -> None:
    norms = [
        {"0.weight": 0.1, "2.weight": 10.0},
        {"0.weight": 2.0, "2.weight": 1.0},
        {"0.weight": 3.0, "2.weight": 1.0},
    ]
    run = recorded(*(epoch(number, gradient_norms=each) for number, each in enumerate(norms, 1)))
    assert figure("gradient_reach", run) == 2
    assert figure("gradient_reach_in_epoch_1", run) == pytest.approx(0.01)
    assert figure("gradient_reach_in_epoch_1", recorded()) is None
    assert figure("gradient_reach_per_weight", recorded(epoch(1, gradient_norms=norms[0]), network="unknown")) is None


def test_gradients_of_trainings_that_learned_nothing_are_in_their_mean() -> None:
    assert not any(MEASURES[name].is_learned for name in MEASURES if name.startswith(("gradient", "update", "lost")))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (1234567, "1,230,000"),
        (999.6, "1,000"),
        (87.25, "87.2"),
        (9.996, "10.0"),
        (0.5, "0.500"),
        (-0.0123, "-0.0123"),
        (0.00123, "0.00123"),
        (1.5e-7, "1.50e-07"),
        (float("nan"), "nan"),
    ],
)
def test_three_digits(value: float, written: str) -> None:
    assert three_digits(value) == written


def test_units() -> None:
    accuracy = MEASURES["test_accuracy"]
    assert accuracy.show(0.8715) == "87.15 %"
    assert accuracy.show_difference(0.012) == "+1.20 points"
    assert accuracy.show_difference(-0.00001) == "0.00 points"  # no negative zero
    assert MEASURES["training_seconds"].show(12.345) == "12.3 s"
    assert MEASURES["parameters"].show(61706) == "61,706"


# What a file may say


def study(**question: Any) -> StudyFile:
    question = {"title": "?", "compare": "batch_size", **question}
    factors = {"batch_size": [1, 2]}
    return StudyFile.model_validate({"title": "?", "factors": factors, "questions": {"size": question}})


def claim(**condition: Any) -> dict[str, Any]:
    return {"claims": [{"text": "it is so", "source": "somebody", "conditions": [condition]}]}


CONDITION = r"questions\.size\.claims\[0\]\.conditions\[0\]"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"metrics": ["test_acuracy"]}, r"^questions\.size\.metrics\[0\]: .* \(did you mean test_accuracy\?\); "),
        ({"metrics": ["test_loss", "speed"]}, r"^questions\.size\.metrics\[1\]: "),
        (
            {"published": [{"where": {"batch_size": "1"}, "value": 83.0, "source": "?"}]},
            r"^questions\.size\.published\[0\]\.value: test_accuracy is a share between 0 and 1, but this is 83$",
        ),
        (
            {"goals": [{"where": {"batch_size": "1"}, "at_least": 86.0}]},
            r"^questions\.size\.goals\[0\]\.at_least: .* but this is 86$",
        ),
        (
            {"metrics": ["test_error"], "goals": [{"where": {"batch_size": "1"}, "at_least": 0.1}]},
            r"^questions\.size\.goals: test_error is better the lower it is",
        ),
        (
            {"metrics": ["gradient_norms"], "goals": [{"where": {"batch_size": "1"}, "at_least": 0.1}]},
            r"^questions\.size\.goals\[0\]\.at_least: .*gradient_norms, has a figure for each layer",
        ),
        (
            {"headline": {"where": {"batch_size": "1"}, "at_least": 80}},
            r"^questions\.size\.headline\.at_least: test_accuracy is a share between 0 and 1, but this is 80$",
        ),
        (
            claim(where={"batch_size": "1"}, measure="test_loss", at_least=0.1),
            rf"^{CONDITION}\.measure: 'test_loss' is none of the question's metrics; there are test_accuracy$",
        ),
        (
            {"metrics": ["lost_updates"], **claim(where={"batch_size": "1"}, best=True, at_least=0.1)},
            rf"^{CONDITION}\.measure: lost_updates has a figure for each layer: the claim can only be about a cell's",
        ),
        (
            claim(where={"batch_size": "1"}, rung="SIMD", at_least=1.0),
            rf"^{CONDITION}\.rung: a condition about a question of the kind comparison has only against, also, best",
        ),
        (
            {"kind": "filters", **claim(where={"batch_size": "1"}, measure="test_accuracy", at_least=1.0)},
            rf"^{CONDITION}\.measure: it must be one of likeness, gabor_share, gabor_score, but is 'test_accuracy'$",
        ),
        (
            {"kind": "filters", **claim(where={"batch_size": "1"}, measure="likeness", times=True, at_most=1.0,
                                        against={"batch_size": "2"})},
            rf"^{CONDITION}\.against: a condition about a question of the kind filters has only layer, measure, where",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_by_the_path_of_its_key(question: dict[str, Any], said: str) -> None:
    (problem, *_) = wrong_metrics(study(**question))
    assert re.search(said, problem)


def test_all_measures_can_be_named() -> None:
    assert not [*wrong_metrics(study(metrics=list(MEASURES)))]
