"""Measures of what a run's network looks at: each against another way to it, and kept beside the run."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.networks.altered_images import altered_images
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies import kept_figures
from lenetpp.studies.comparison_answers import answer_comparison
from lenetpp.studies.errors import StudyError
from lenetpp.studies.measures import MEASURES, LayerMeasure, RunMeasure
from lenetpp.studies.metric_checks import wrong_metrics
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.study_reading import read_study

from .handmade_cells import cell
from .small_studies import write_study

TEXT = "1x28x28 | conv 3x5x5 relu | maxpool 4 | conv 2x3x3 separate | dense 8 relu | dense 3"
CLASSES = ("Sneaker", "Bag", "Trouser")


@pytest.fixture(scope="module")
def data() -> lp.Dataset:
    return lp.load_data(classes=CLASSES, train_per_class=40, test_per_class=20)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: lp.Dataset) -> lp.Run:
    return lp.train(
        lp.Network.parse(TEXT), data, epochs=3, runs=tmp_path_factory.mktemp("runs"), progress=False, learning_rate=0.02
    )


@pytest.fixture
def recorded(run: lp.Run) -> Iterator[RecordedRun]:
    assert run.folder is not None
    yield RecordedRun.read(run.folder)
    (run.folder / "measured.json").unlink(missing_ok=True)


def figure(name: str, run: RecordedRun) -> float | None:
    measure = MEASURES[name]
    assert isinstance(measure, RunMeasure)
    return measure.of(run, 0.0)


@pytest.mark.parametrize("alteration", ["upside_down", "centre_hidden", "centre_alone"])
def test_altered_images_are_measured(recorded: RecordedRun, run: lp.Run, data: lp.Dataset, alteration: str) -> None:
    predicted = run.network.predict(altered_images(data.test_images, alteration))
    assert figure(f"accuracy_{alteration}", recorded) == (predicted == data.test_labels).mean()


def test_images_without_colours_have_no_figure_of_them(recorded: RecordedRun) -> None:
    assert figure("accuracy_grey", recorded) is None
    assert figure("accuracy_red_blue_exchanged", recorded) is None


def test_mirrors_ablation_and_probes_are_those_of_the_run(recorded: RecordedRun, run: lp.Run, data: lp.Dataset) -> None:
    assert figure("accuracy_mirrored", recorded) == lp.evaluate(run.network, data, mirrored=True).accuracy
    ablation = run.ablation()
    worst = max(part.lost for layer in ablation.layers for part in layer.filters)
    assert figure("accuracy_without_a_filter", recorded) == pytest.approx(ablation.accuracy - worst)
    probes = run.probe()
    by_index = {layer.index: layer.accuracy for layer in probes.trained}
    before = {layer.index: layer.accuracy for layer in probes.untrained}
    assert figure("probe_of_filters", recorded) == by_index[2]
    assert figure("probe_of_untrained_filters", recorded) == before[2]
    for name, expected in (("probe_accuracy", by_index), ("probe_accuracy_before", before)):
        measure = MEASURES[name]
        assert isinstance(measure, LayerMeasure)
        assert measure.of(recorded) == {f"{index}.weight": expected[index] for index in (0, 2, 3, 4)}


def test_how_filters_came_about(recorded: RecordedRun, run: lp.Run) -> None:
    assert run.folder is not None
    weights = np.fromfile(run.folder / "snapshots.f32", "<f4").reshape(4, -1)[:, : 3 * 25].astype(np.float64)
    alike = [
        abs(first @ last) / np.sqrt((first @ first) * (last @ last))
        for first, last in zip(weights[0].reshape(3, 25), weights[-1].reshape(3, 25), strict=True)
    ]
    assert figure("likeness_to_initial", recorded) == pytest.approx(np.mean(alike))
    left = [np.sqrt(((each - weights[-1]) ** 2).sum()) for each in weights]
    assert figure("epochs_half_way", recorded) == next(epoch for epoch, each in enumerate(left) if each <= left[0] / 2)


def test_figures_are_measured_once(recorded: RecordedRun, monkeypatch: pytest.MonkeyPatch) -> None:
    first = figure("accuracy_upside_down", recorded)
    path = recorded.folder / "measured.json"
    content = json.loads(path.read_text())
    assert content["figures"]["altered"]["upside_down"] == first
    content["figures"]["altered"]["upside_down"] = 0.123
    path.write_text(json.dumps(content))
    assert figure("accuracy_upside_down", recorded) == 0.123
    monkeypatch.setattr(kept_figures, "VERSION", 1000)  # defined otherwise: measured again
    assert figure("accuracy_upside_down", recorded) == first


@pytest.mark.parametrize("content", ["", "{", "[]", '{"about": 1}', "null", "\x00"])
def test_what_cannot_be_read_is_measured_again(recorded: RecordedRun, content: str) -> None:
    expected = figure("accuracy_centre_alone", recorded)
    (recorded.folder / "measured.json").write_text(content)
    assert figure("accuracy_centre_alone", recorded) == expected


def test_kept_figures_of_another_model_or_of_other_data_count_for_nothing(recorded: RecordedRun) -> None:
    expected = figure("accuracy_upside_down", recorded)
    path = recorded.folder / "measured.json"
    content = json.loads(path.read_text())
    content["figures"]["altered"]["upside_down"] = 0.123
    for what in ("model", "data"):
        other = content | {"about": content["about"] | {what: "0" * 64}}
        path.write_text(json.dumps(other))
        assert figure("accuracy_upside_down", recorded) == expected


def test_without_model_or_snapshots_there_is_no_figure(recorded: RecordedRun, tmp_path: Path) -> None:
    bare = RecordedRun(tmp_path, recorded.record, recorded.history)
    for name in (
        "accuracy_upside_down",
        "accuracy_mirrored",
        "probe_of_filters",
        "likeness_to_initial",
        "epochs_half_way",
    ):
        assert figure(name, bare) is None


QUESTION = """
title = "Upside down"
[questions.looking]
title = "Which way up?"
compare = "batch_size"
factors = { batch_size = [4, 8] }
metrics = ["test_accuracy", "accuracy_upside_down", "probe_accuracy"]
headline = { where = { batch_size = "4" }, beside = "BESIDE", says = "SAYS" }
"""


def checked(folder: Path, beside: str, says: str) -> list[str]:
    file = write_study(folder, QUESTION.replace("BESIDE", beside).replace("SAYS", says))
    return [*wrong_metrics(read_study(file))]


def test_a_headline_with_two_measures_is_checked(tmp_path: Path) -> None:
    assert checked(tmp_path, "accuracy_upside_down", "{figure}, upside down {its}") == []
    with pytest.raises(StudyError, match=r"says must have \{figure\} and \{its\}"):
        checked(tmp_path, "accuracy_upside_down", "upside down {its}")
    for beside in ("test_accuracy", "probe_accuracy", "accuracy_grey"):
        (problem,) = checked(tmp_path, beside, "{figure}, upside down {its}")
        assert re.search(r"headline\.beside: it must be another .* \(accuracy_upside_down\)", problem)


def test_an_answer_with_two_measures_of_the_same_runs() -> None:
    accuracies = [0.86, 0.87, 0.88, 0.87, 0.86]
    upside_down = [0.52, 0.51, 0.53, 0.52, 0.52]
    lenet = cell({"network": "LeNet"}, accuracies)
    lenet = replace(lenet, values={**lenet.values, "accuracy_upside_down": dict(enumerate(upside_down, 1))})
    question = Comparison.model_validate(
        {
            "title": "Which way up?",
            "compare": "network",
            "metrics": ["test_accuracy", "accuracy_upside_down"],
            "headline": {
                "where": {"network": "LeNet"},
                "beside": "accuracy_upside_down",
                "says": "LeNet gets {figure} of the test images right, upside down {its}",
            },
        }
    )
    answer = answer_comparison("looking", question, "LeNet", (lenet,))
    differences = np.array(upside_down) - np.array(accuracies)
    half_width = 2.7764451 * differences.std(ddof=1) / np.sqrt(5)  # Student's t, 4 degrees of freedom
    ends = sorted(abs(100 * (differences.mean() + sign * half_width)) for sign in (-1, 1))
    said = "LeNet gets 87 % of the test images right, upside down 52 %. The second is 34.80 points lower"
    assert answer.headline == f"{said} ({ends[0]:.2f} to {ends[1]:.2f})."
    assert answer.certainty.startswith("Sure: ")
    assert f"{ends[0]:.2f} to {ends[1]:.2f} points" in answer.certainty
    assert any("34.80 points lower than test accuracy" in sentence for sentence in answer.sentences)


def test_the_measure_named_by_the_headline_is_one_comparison_and_others_are_of_several() -> None:
    others = [0.9301, 0.9306, 0.9302]
    # Differences of 0.58 points, deviation 0.174: Student's t, 2 degrees of freedom, allows 0.43 of one, 0.62 of two.
    net = cell({"network": "net"}, [0.9347, 0.9356, 0.9380], "accuracy_mirrored")
    both = {name: dict(enumerate(others, 1)) for name in ("test_accuracy", "training_accuracy")}
    question = Comparison.model_validate(
        {
            "title": "How many?",
            "compare": "network",
            "metrics": ["accuracy_mirrored", "test_accuracy", "training_accuracy"],
            "headline": {"where": {"network": "net"}, "beside": "test_accuracy", "says": "{figure}, plain {its}"},
        }
    )
    answer = answer_comparison("mirrored", question, "net", (replace(net, values={**net.values, **both}),))
    assert answer.certainty.startswith("Sure: ")
    of_test, of_training = answer.sentences[:2]
    assert of_test.endswith("0.58 points lower than test accuracy with mirror images.")
    assert of_training.endswith("no difference from test accuracy with mirror images was found.")
