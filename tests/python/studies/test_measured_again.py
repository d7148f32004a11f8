"""What is measured of a run's network after its training: which test images it has right, and held-out images."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.data.choice import DataChoice
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import MODEL_NAME, PREDICTIONS_NAME
from lenetpp.studies.held_out import held_out_accuracy
from lenetpp.studies.right_images import right_images

CHOICE = DataChoice(train_per_class=20, test_per_class=10)


def trained(folder: Path, choice: DataChoice = CHOICE, dtype: str = "float32") -> tuple[lp.Network, RecordedRun]:
    network = lp.Network.parse("1x28x28 | dense 10")
    if dtype == "float64":
        network = network.astype("float64")
    run = lp.train(network, choice.load(), epochs=1, runs=folder)
    assert run.folder is not None
    return run.network, RecordedRun.read(run.folder)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_images_that_are_right_are_those_that_were_counted(tmp_path: Path, dtype: str) -> None:
    network, run = trained(tmp_path, dtype=dtype)
    data = CHOICE.load()
    right = right_images(run, CHOICE)
    assert right is not None
    assert right.tolist() == (network.predict(data.test_images) == data.test_labels).tolist()
    assert right.mean() == run.history[-1].test_accuracy


def test_other_data_say_nothing(tmp_path: Path) -> None:
    _, run = trained(tmp_path)
    assert right_images(run, replace(CHOICE, test_per_class=9)) is None
    assert right_images(run, replace(CHOICE, source="no/such/place")) is None


def test_lost_predictions_or_a_lost_model_say_nothing(tmp_path: Path) -> None:
    _, run = trained(tmp_path)
    (run.folder / PREDICTIONS_NAME).unlink()
    assert right_images(run, CHOICE) is None
    (run.folder / MODEL_NAME).unlink()
    assert held_out_accuracy(run) is None


def test_held_out_images_are_those_that_were_not_trained_on(tmp_path: Path) -> None:
    network, run = trained(tmp_path)
    everything = DataChoice(test_per_class=10).load()
    left = np.concatenate([np.flatnonzero(everything.train_labels == label)[20:] for label in range(10)])
    assert len(left) > 0
    expected = np.mean(network.predict(everything.train_images[left]) == everything.train_labels[left])
    assert held_out_accuracy(run) == pytest.approx(expected)


def test_without_held_out_images_there_is_no_accuracy_on_them(tmp_path: Path) -> None:
    everything = DataChoice().load()
    most = int(np.bincount(everything.train_labels).min())
    for choice in (DataChoice(train_per_class=most), DataChoice(), replace(CHOICE, validation_per_class=5)):
        assert held_out_accuracy(trained(tmp_path, choice)[1]) is None
