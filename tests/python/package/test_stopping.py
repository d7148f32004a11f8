"""Early ends: patience, the best epoch kept, a function of the caller; resumed and replayed to the same bits."""

import dataclasses
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import Network
from lenetpp.exporters.figures import epoch_figures
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import run_facts
from lenetpp.records.run_files import read_record
from lenetpp.studies.runs_by_key import RunsByKey
from proofs.stepping import ctrl_c_after_step

from ..command import Command
from .patterns import TEXT, stripes_data

EPOCHS, STEPS = 6, 4
BEST = 3
"""Of the epochs with the highest accuracy on the validation images of `data()`, that with the lowest loss."""

needs_signals = pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")


def data() -> lp.Dataset:
    """Stripes whose validation labels are wrong for the most part: what is learned is soon worse for them."""
    stripes = stripes_data(validation=30)
    assert stripes.validation_labels is not None
    wrong = np.roll(stripes.validation_labels, 1)
    labels = np.where(np.arange(30) % 4 == 0, stripes.validation_labels, wrong)
    return dataclasses.replace(stripes, validation_labels=labels)


def train(runs: Path | None, **changes: Any) -> lp.Run:
    settings: dict[str, Any] = {"epochs": EPOCHS, "learning_rate": 0.05, **changes}
    return lp.train(Network.parse(TEXT), data(), runs=runs, **settings)


def test_no_test_figure_of_another_epoch_stands_beside_the_one_that_is_kept(tmp_path: Path, lenetpp: Command) -> None:
    run = train(tmp_path, keep="best")
    recorded = RecordedRun.read(folder_of(run))
    assert all(epoch.test_accuracy is not None for epoch in run.history)  # recorded, but not shown
    exported = {each.epoch: each.values for each in epoch_figures(recorded)}
    assert {epoch for epoch, values in exported.items() if "test_accuracy" in values} == {BEST}
    assert {epoch for epoch, values in exported.items() if "test_loss" in values} == {BEST}
    rows = [re.findall(r"<td[^>]*>([^<]*)", row) for row in run.history._repr_html_().split("<tr")[-EPOCHS:]]
    assert [number for number, (*_, test, _rate, _speed) in enumerate(rows, start=1) if test] == [BEST]
    shown = lenetpp("show", run.folder)
    assert f"epoch {BEST} kept" in shown
    assert "after epoch" not in run_facts(recorded)["result"]  # type: ignore[operator]


def test_the_result_names_no_test_accuracy_of_another_epoch_where_none_is_chosen_either(tmp_path: Path) -> None:
    run = train(tmp_path, epochs=BEST + 1)
    assert "after epoch" not in run_facts(RecordedRun.read(folder_of(run)))["result"]  # type: ignore[operator]


@pytest.fixture(scope="module")
def whole() -> lp.Run:
    """All epochs, without any of the settings."""
    run = train(None)
    accuracies = np.array([epoch.validation_accuracy for epoch in run.history], dtype=float)
    losses = np.array([epoch.validation_loss for epoch in run.history], dtype=float)
    highest = np.flatnonzero(accuracies == accuracies.max())
    assert len(highest) > 1
    assert highest[losses[highest].argmin()] + 1 == BEST
    return run


def folder_of(run: lp.Run) -> Path:
    assert run.folder is not None
    return run.folder


def test_patience_ends_training_with_the_bits_of_fewer_epochs(tmp_path: Path, whole: lp.Run) -> None:
    run = train(tmp_path, patience=2)
    assert (run.outcome, len(run.history)) == ("finished", BEST + 2)
    assert run.message == f"ended after epoch 5 of 6: epoch {BEST} was the best one"
    assert run.digest == whole.history[BEST + 1].digest
    assert train(None, patience=EPOCHS).digest == whole.digest
    loaded = lp.Run.load(folder_of(run))
    assert (loaded.message, loaded.kept_epoch, loaded.test_accuracy) == (
        run.message,
        None,
        run.history[-1].test_accuracy,
    )


def test_the_best_epochs_weights_and_results_are_kept(tmp_path: Path, whole: lp.Run) -> None:
    run = train(tmp_path, keep="best")
    best = whole.history[BEST - 1]
    assert (run.outcome, len(run.history), run.kept_epoch) == ("finished", EPOCHS, BEST)
    assert run.digest == best.digest
    assert run.test_accuracy == best.test_accuracy
    assert run.evaluation is not None
    assert run.evaluation.loss == best.test_loss != whole.history[-1].test_loss
    results = read_record(folder_of(run))["results"]
    assert (results["kept_epoch"], results["digest"], results["epochs"]) == (BEST, best.digest, EPOCHS)
    assert results["validation_accuracy"] == best.validation_accuracy
    loaded = lp.Run.load(folder_of(run))
    assert (loaded.digest, loaded.kept_epoch) == (best.digest, BEST)
    assert loaded.evaluation is not None
    np.testing.assert_array_equal(loaded.evaluation.predictions, run.network.predict(data().test_images))
    assert "6 epochs, epoch 3 kept" in str(run_facts(RecordedRun.read(folder_of(run)))["result"])


@needs_signals
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("stop", [1, BEST * STEPS, BEST * STEPS + 1, 5 * STEPS])
def test_resumed_after_ctrl_c_the_same_epoch_is_kept(tmp_path: Path, stop: int, dtype: Any) -> None:
    settings: dict[str, Any] = {"epochs": EPOCHS, "learning_rate": 0.05, "keep": "best", "patience": 2}
    expected = lp.train(Network.parse(TEXT, dtype=dtype), data(), runs=None, **settings)
    with ctrl_c_after_step(stop), pytest.raises(lp.TrainingInterrupted) as caught:
        lp.train(Network.parse(TEXT, dtype=dtype), data(), runs=tmp_path, **settings)
    interrupted = caught.value.run
    assert interrupted.kept_epoch is None
    assert lp.replay(interrupted, data=data()).same_bits if interrupted.history else True
    run = lp.resume(interrupted, data=data())
    assert (run.digest, run.kept_epoch, len(run.history)) == (
        expected.digest,
        expected.kept_epoch,
        len(expected.history),
    )
    assert [epoch.digest for epoch in run.history] == [epoch.digest for epoch in expected.history]


def test_a_run_whose_best_epoch_is_kept_is_extended_from_its_last_one(tmp_path: Path) -> None:
    expected = train(None, keep="best", epochs=EPOCHS + 2)
    run = lp.resume(train(tmp_path, keep="best"), epochs=EPOCHS + 2, data=data())
    assert [epoch.digest for epoch in run.history] == [epoch.digest for epoch in expected.history]
    assert (run.digest, run.kept_epoch) == (expected.digest, expected.kept_epoch)


@pytest.mark.parametrize("settings", [{"patience": 2}, {"keep": "best"}, {"patience": 2, "keep": "best"}])
def test_a_replay_ends_and_keeps_alike(tmp_path: Path, settings: dict[str, Any]) -> None:
    run = train(tmp_path, **settings)
    again = lp.replay(run, data=data())
    assert again.differences == []
    assert (again.run.digest, again.run.kept_epoch) == (run.digest, run.kept_epoch)


def test_a_run_that_ended_by_patience_is_whole_for_a_study_and_would_not_go_on(tmp_path: Path) -> None:
    run = train(tmp_path, patience=2)
    found = RunsByKey(tmp_path, {data().digest})
    keys = list(found._folders)
    assert [found.find(key).state for key in keys] == ["finished"]  # type: ignore[union-attr]
    for epochs in (None, EPOCHS + 4):
        with pytest.raises(
            lp.RecordError, match="with its patience of 2 it would not go on: train a new run with a larger"
        ):
            lp.resume(run, epochs=epochs, data=data())


def test_a_checkpoint_without_the_best_epoch_is_refused(tmp_path: Path) -> None:
    run, other = train(tmp_path, keep="best"), train(tmp_path)
    (folder_of(other) / "checkpoint.safetensors").replace(folder_of(run) / "checkpoint.safetensors")
    with pytest.raises(lp.RecordError, match="the checkpoint has no weights of the best epoch"):
        lp.resume(run, epochs=EPOCHS + 1, data=data())


def test_a_kept_epoch_that_there_is_not_is_refused(tmp_path: Path) -> None:
    run = train(tmp_path, keep="best")
    record = folder_of(run) / "run.toml"
    record.write_text(record.read_text().replace(f"kept_epoch = {BEST}", "kept_epoch = 70"))
    with pytest.raises(lp.RecordError, match=r"results\.kept_epoch is 70, but there are 6 epochs"):
        lp.Run.load(folder_of(run))
    assert RecordedRun.read(folder_of(run)).kept is None


@pytest.mark.parametrize(("name", "value"), [("patience", 1), ("keep", "best")])
def test_without_validation_images_nothing_is_the_best(name: str, value: Any) -> None:
    network = Network.parse(TEXT)
    with pytest.raises(ValueError, match=f"{name} must be .* without validation images, but is {value!r}: give some"):
        lp.train(network, stripes_data(), runs=None, **{name: value})
    assert not network.initialized


def test_the_commands_of_the_shell_know_them(lenetpp: Command) -> None:
    data = "--per-class 30 --test-per-class 10 --validation-per-class 10 --classes Bag,Coat"
    steps = "--epochs 4 --learning-rate 0.2 --patience 1 --keep best --class-weight Bag=2"
    network = "1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 2"
    trained = lenetpp.json("train", *data.split(), *steps.split(), "--network", network)
    assert trained["kept_epoch"] <= trained["epochs"]
    record = read_record(Path(trained["run"]))
    assert {name: record["settings"][name] for name in ("patience", "keep", "class_weight")} == {
        "patience": 1,
        "keep": "best",
        "class_weight": "Bag=2.0",
    }
    assert "same bits" in lenetpp("replay", "last")


# A function of the caller


def ends_after_three(run: lp.Run) -> bool:
    return len(run.history) == 3


def test_a_function_sees_the_run_and_ends_it(tmp_path: Path, whole: lp.Run) -> None:
    seen: list[tuple[int, str]] = []

    def look(run: lp.Run) -> None:
        seen.append((len(run.history), run.network.digest))

    run = train(tmp_path, on_epoch=look)
    assert seen == [(number, epoch.digest) for number, epoch in enumerate(whole.history, start=1)]
    assert run.outcome == "finished"
    assert read_record(folder_of(run))["on_epoch"].endswith(
        "test_stopping.test_a_function_sees_the_run_and_ends_it.<locals>.look"
    )

    run = train(tmp_path, on_epoch=ends_after_three)
    assert (run.outcome, len(run.history)) == ("stopped", 3)
    assert run.message.endswith("test_stopping.ends_after_three ended training after epoch 3 of 6")
    assert run.digest == whole.history[2].digest
    assert lp.replay(run, data=data()).differences == []
    loaded = lp.Run.load(folder_of(run))
    assert (loaded.outcome, loaded.message) == ("stopped", run.message)
    assert lp.resume(run, data=data()).digest == whole.digest
    assert lp.Run.load(folder_of(run)).outcome == "finished"


def test_a_stopped_run_keeps_its_best_epoch(tmp_path: Path, whole: lp.Run) -> None:
    run = train(tmp_path, keep="best", on_epoch=lambda run: len(run.history) == BEST + 1)
    assert (run.outcome, run.kept_epoch, run.digest) == ("stopped", BEST, whole.history[BEST - 1].digest)
    assert lp.replay(run, data=data()).differences == []
    resumed = lp.resume(run, data=data(), on_epoch=lambda run: len(run.history) == BEST + 2)
    assert (resumed.outcome, len(resumed.history), resumed.kept_epoch) == ("stopped", BEST + 2, BEST)


def test_a_stopped_run_may_be_the_best_one(tmp_path: Path) -> None:
    run = train(tmp_path, on_epoch=ends_after_three)
    assert lp.Run.load(folder_of(run)).folder == run.folder
    assert [row["outcome"] for row in lp.runs(tmp_path).best_first()] == ["stopped"]


def test_a_function_that_changes_the_network_is_refused_and_its_change_undone(tmp_path: Path, whole: lp.Run) -> None:
    with pytest.raises(ValueError, match=r"on_epoch must not change the network, but .*<lambda> did"):
        train(tmp_path, on_epoch=lambda run: run.network.initialize(3))
    (row,) = lp.runs(tmp_path)
    assert row["outcome"] == "failed"
    assert lp.Run.load(tmp_path / row["run"]).digest == whole.history[0].digest
    assert lp.resume(tmp_path / row["run"], data=data()).digest == whole.digest


def test_an_error_of_the_function_is_the_callers(tmp_path: Path, whole: lp.Run) -> None:
    def fails(run: lp.Run) -> None:
        run.network.initialize(3)
        raise LookupError("not there")

    with pytest.raises(LookupError, match="not there"):
        train(tmp_path, on_epoch=fails)
    (row,) = lp.runs(tmp_path)
    assert (row["outcome"], row["message"]) == ("failed", "LookupError: not there")
    assert lp.resume(tmp_path / row["run"], data=data()).digest == whole.digest
    with pytest.raises(TypeError, match="on_epoch must be a function that takes a run, but is str"):
        train(None, on_epoch="look")
