"""Data without a test part: the validation part judges, and every place that shows test figures copes."""

import re
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.errors import StudyError
from lenetpp.studies.trainings import make_training

from ..command import Command
from .test_stopping import folder_of

RANDOM = np.random.default_rng(3)
IMAGES = RANDOM.integers(0, 256, (60, 1, 12, 12), dtype=np.uint8)
LABELS = np.arange(60) % 2
IMAGES[LABELS == 1, :, :6] -= IMAGES[LABELS == 1, :, :6] // 6


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> lp.Dataset:
    """Of a file, so that runs find them again."""
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    np.savez(
        tmp_path / "halves.npz",
        x_train=IMAGES[:40],
        y_train=LABELS[:40],
        x_val=IMAGES[40:],
        y_val=LABELS[40:],
        classes=np.array(["whole", "half"]),
    )
    return lp.load_data(tmp_path / "halves.npz")


def train(data: lp.Dataset, **settings: object) -> lp.Run:
    network = lp.Network.parse("1x12x12 | conv 3x3x3 relu | maxpool 2 | dense 2")
    return lp.train(network, data, epochs=3, batch_size=8, learning_rate=0.05, **settings)  # type: ignore[arg-type]


def test_the_validation_part_judges(data: lp.Dataset) -> None:
    run = train(data)
    assert run.test_accuracy is None
    last = run.history[-1]
    assert (last.test_loss, last.judged_by) == (None, "validation")
    right = run.network.predict(IMAGES[40:]) == LABELS[40:]
    assert last.unseen_accuracy == last.validation_accuracy == right.mean()
    assert set(last.dead_units) == {"0", "2"}
    assert run.evaluation is not None
    assert run.evaluation.accuracy == right.mean()
    assert lp.evaluate(run.network, data).accuracy == right.mean()
    with pytest.raises(ValueError, match="have no test part"):
        lp.evaluate(run.network, data, part="test")
    assert "validation accuracy" in repr(run)
    loaded = lp.Run.load("last")
    assert loaded.history == run.history
    assert loaded.evaluation is not None
    assert (loaded.evaluation.confusion == run.evaluation.confusion).all()
    assert loaded.evaluation.loss == last.validation_loss


def test_every_command_says_validation(data: lp.Dataset, lenetpp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    runs = [train(data, keep="best"), train(data, seed=2)]
    for run in runs:
        assert run.folder is not None
        shown = lenetpp("show", run.folder)
        assert "validation accuracy" in shown
        assert "validation images" in shown
        assert not re.search(r"\btest\b", shown)
    heading = lenetpp("runs").split("\n")[0].split()
    assert heading[:3] == ["run", "validation", "epochs"]
    best = max(runs, key=lambda run: run.evaluation.accuracy if run.evaluation else 0.0)
    assert lp.runs().best_first()[0]["folder"] == str(best.folder)
    assert "results.validation_loss" in lenetpp.json("diff", *(run.folder for run in runs))["results"]
    assert lenetpp.json("replay", "last")["same_bits"]
    assert "validation  " in lenetpp("replay", "last", "--quiet")
    assert runs[1].evaluation is not None
    assert lenetpp.json("evaluate", "last")["accuracy"] == runs[1].evaluation.accuracy
    assert "validation  accuracy" in lenetpp("evaluate", "last")
    printed = lenetpp("train", data.name, "--network", "blog-mlp", "--epochs", "1", "--quiet")
    assert "validation  accuracy" in printed
    results = lenetpp.json("train", data.name, "--network", "blog-mlp", "--epochs", "1", "--quiet")
    assert "validation_accuracy" in results
    assert "test_accuracy" not in results


def test_the_page_and_pictures_are_of_the_validation_images(data: lp.Dataset, tmp_path: Path) -> None:
    run = train(data)
    run.page(tmp_path / "run.html")
    text = (tmp_path / "run.html").read_text()
    assert "of the validation images classified correctly" in text
    assert "Validation images by class" in text
    assert "test images" not in text
    shown = run.mistakes(2).least_sure[0]
    np.testing.assert_array_equal(shown.pixels, IMAGES[40 + shown.number])
    run.confusion().save(tmp_path / "confusion.png")
    assert run.evaluation is not None
    assert run.altered().accuracies.original.accuracy == run.evaluation.accuracy
    assert run.ablation().accuracy == run.evaluation.accuracy


def test_evaluated_seldom_too_it_is_trained_resumed_replayed_and_shown(
    data: lp.Dataset, lenetpp: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    whole = train(data)
    run = train(data, evaluate_every=2, on_epoch=lambda run: len(run.history) == 1, progress=True)
    assert (run.outcome, run.history[0].judged_by, run.history[0].unseen_accuracy) == ("stopped", None, None)
    first = whole.history[0]
    for at_end in (run, lp.Run.load("last"), RecordedRun.read(folder_of(run))):
        assert at_end.test_accuracy is None
        assert at_end.kept is not None
        assert (at_end.kept.judged_by, at_end.kept.unseen_accuracy) == ("validation", first.validation_accuracy)
        assert at_end.kept.unseen_loss == first.validation_loss
    assert f"validation accuracy {100 * (first.validation_accuracy or 0):.2f} %" in lenetpp("show", "last")
    assert lenetpp.json("replay", "last")["same_bits"]

    capsys.readouterr()
    run = lp.resume("last", progress=True)
    assert [epoch.judged_by for epoch in run.history] == [None, "validation", "validation"]
    assert [epoch.dead_units != {} for epoch in run.history] == [False, True, True]
    assert run.digest == whole.digest
    for seldom, often in zip(run.history[1:], whole.history[1:], strict=True):
        assert (seldom.unseen_accuracy, seldom.unseen_loss) == (often.unseen_accuracy, often.unseen_loss)
    header, *lines = capsys.readouterr().err.splitlines()
    assert header.split() == ["epoch", "loss", "training", "validation", "rate", "images/s"]
    assert [line.count("%") for line in lines] == [2, 2]
    assert lp.replay("last").differences == []
    shown = lenetpp("show", "last")
    assert "validation images" in shown
    assert not re.search(r"\btest\b", shown)
    assert "validation  " in lenetpp("replay", "last", "--quiet")


def test_evaluated_seldom_too_it_has_a_page(data: lp.Dataset, tmp_path: Path) -> None:
    run = train(data, evaluate_every=2)
    run.page(tmp_path / "run.html")
    text = (tmp_path / "run.html").read_text()
    assert "of the validation images classified correctly" in text
    assert "validation, epoch 2: " in text
    assert "validation, epoch 1: " not in text
    assert "Dead units" in text
    lp.compare(run, train(data)).page(tmp_path / "two.html")
    assert "test accuracy" not in (tmp_path / "two.html").read_text()


def test_without_validation_images_either_there_is_no_training() -> None:
    data = lp.Dataset.from_arrays((IMAGES, LABELS))
    with pytest.raises(lp.DataError, match=r"only training images, .* data.split\(test=0.2\)"):
        train(data, runs=None)
    assert train(data.split(validation=0.25), runs=None).history[-1].judged_by == "validation"


def test_a_study_needs_a_test_part(data: lp.Dataset) -> None:
    with pytest.raises(StudyError, match=r"data: a study compares networks by test images, but .* has no test part"):
        make_training({"data": data.name, "network": "blog-mlp"}, lambda choice: choice.load())
