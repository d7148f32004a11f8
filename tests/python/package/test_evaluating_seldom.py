"""Evaluation every n epochs: the same weights, fewer figures; recorded, replayed and resumed to the same bits."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import Network
from lenetpp.health import findings
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import run_facts
from lenetpp.records.run_files import read_metrics, read_record
from lenetpp.training.progress import LinesDisplay
from proofs.stepping import ctrl_c_after_step

from ..command import Command
from .patterns import TEXT
from .test_stopping import EPOCHS, STEPS, data, folder_of

OF_EVALUATION = ("test_loss", "test_accuracy", "validation_loss", "validation_accuracy", "dead_units")

needs_signals = pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")


def train(runs: Path | None, **changes: Any) -> lp.Run:
    settings: dict[str, Any] = {"epochs": EPOCHS, "learning_rate": 0.05, **changes}
    return lp.train(Network.parse(TEXT), data(), runs=runs, **settings)


def evaluated(run: lp.Run) -> list[int]:
    return [epoch.epoch for epoch in run.history if epoch.test_loss is not None]


@pytest.fixture(scope="module")
def whole() -> lp.Run:
    return train(None)


def test_the_same_weights_and_figures_after_fewer_epochs_and_always_after_the_last(
    tmp_path: Path, whole: lp.Run
) -> None:
    run = train(tmp_path, evaluate_every=4)
    assert evaluated(run) == [4, EPOCHS]
    for often, seldom in zip(whole.history, run.history, strict=True):
        assert often.digest == seldom.digest
        assert often.loss == seldom.loss
        for figure in OF_EVALUATION:
            expected = (
                getattr(often, figure) if seldom.epoch in (4, EPOCHS) else ({} if figure == "dead_units" else None)
            )
            assert getattr(seldom, figure) == expected
    assert run.test_accuracy == whole.test_accuracy
    assert read_metrics(folder_of(run)) == run.history
    assert read_record(folder_of(run))["settings"]["evaluate_every"] == 4
    assert lp.replay(run, data=data()).differences == []
    assert lp.Run.load(folder_of(run)).test_accuracy == whole.test_accuracy
    assert len(lp.runs(tmp_path).where("evaluate_every == 4")) == 1


@needs_signals
@pytest.mark.parametrize("stop", [2 * STEPS + 1, 3 * STEPS])
def test_interrupted_between_evaluations_it_is_replayed_and_resumed_to_the_same_bits(tmp_path: Path, stop: int) -> None:
    settings: dict[str, Any] = {"keep": "best", "patience": 3, "evaluate_every": 2}
    expected = train(None, **settings)
    with ctrl_c_after_step(stop), pytest.raises(lp.TrainingInterrupted) as caught:
        train(tmp_path, **settings)
    assert lp.replay(caught.value.run, data=data()).differences == []
    run = lp.resume(caught.value.run, data=data())
    assert (run.digest, run.kept_epoch) == (expected.digest, expected.kept_epoch)
    assert [epoch.validation_loss for epoch in run.history] == [epoch.validation_loss for epoch in expected.history]
    assert lp.replay(run, data=data()).differences == []


def test_the_best_is_one_that_was_evaluated_and_patience_ends_after_such_a_one(whole: lp.Run) -> None:
    def goodness(epoch: lp.EpochRecord) -> tuple[float, float]:
        return epoch.validation_accuracy or 0, -(epoch.validation_loss or 0)

    best = max((epoch for epoch in whole.history if epoch.epoch % 2 == 0), key=goodness)
    run = train(None, keep="best", evaluate_every=2)
    assert (run.kept_epoch, run.digest, run.test_accuracy) == (best.epoch, best.digest, best.test_accuracy)
    assert best.epoch < EPOCHS
    ended = train(None, patience=1, evaluate_every=2)
    assert len(ended.history) == best.epoch + 2  # not in between, where nobody has looked
    assert train(None, patience=2, evaluate_every=2).digest == ended.digest


def test_a_function_that_ends_training_between_evaluations_gets_one_at_the_end(tmp_path: Path, whole: lp.Run) -> None:
    run = train(tmp_path, evaluate_every=4, on_epoch=lambda run: len(run.history) == 3)
    assert (run.outcome, evaluated(run)) == ("stopped", [])
    third = whole.history[2]
    assert (run.digest, run.test_accuracy) == (third.digest, third.test_accuracy)
    results = read_record(folder_of(run))["results"]
    assert (results["test_accuracy"], results["test_loss"]) == (third.test_accuracy, third.test_loss)
    assert (results["validation_accuracy"], results["validation_loss"]) == (
        third.validation_accuracy,
        third.validation_loss,
    )
    assert RecordedRun.read(folder_of(run)).test_accuracy == third.test_accuracy
    assert lp.Run.load(folder_of(run)).test_accuracy == third.test_accuracy
    assert lp.replay(run, data=data()).differences == []
    assert [row["results.test_accuracy"] for row in lp.runs(tmp_path).best_first()] == [third.test_accuracy]


def test_an_extended_run_keeps_the_evaluation_of_its_former_last_epoch(tmp_path: Path) -> None:
    run = lp.resume(train(tmp_path, epochs=5, evaluate_every=4), epochs=9, data=data())
    assert evaluated(run) == [4, 5, 8, 9]
    assert run.digest == train(None, epochs=9).digest
    assert lp.replay(run, data=data()).differences == []


def test_curves_and_tables_cope_with_gaps(tmp_path: Path, lenetpp: Command, capsys: pytest.CaptureFixture[str]) -> None:
    run = train(tmp_path, evaluate_every=4, tags=["gaps"])
    capsys.readouterr()
    recorded = RecordedRun.read(folder_of(run))
    assert isinstance(findings(recorded), list)
    assert str(run_facts(recorded)["result"]).startswith(f"test accuracy {100 * (run.test_accuracy or 0):.2f} %")
    shown = lenetpp("show", folder_of(run))
    assert f"test {run.history[-1].test_loss:.3g}" in shown
    history = lenetpp.json("show", folder_of(run))["history"]
    assert [epoch["test_accuracy"] is None for epoch in history] == [True, True, True, False, True, False]
    display = LinesDisplay(parts=("train", "validation", "test"))
    for epoch in run.history:
        display.show_epoch(epoch)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == EPOCHS + 1
    assert len({len(line) for line in lines}) == 1
    assert [line.count("%") for line in lines[1:]] == [1, 1, 1, 3, 1, 3]


def test_a_chart_joins_what_was_evaluated(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    chart = train(None, evaluate_every=4).curves("loss")
    axes = Figure().subplots()
    chart.plot(axes)
    drawn = {line.get_label(): line for line in axes.lines}
    np.testing.assert_array_equal(drawn["test"].get_xdata(), [4, EPOCHS])
    assert (drawn["test"].get_marker(), drawn["training"].get_marker()) == ("o", "")
    np.testing.assert_array_equal(drawn["training"].get_xdata(), range(1, EPOCHS + 1))
    chart.save(tmp_path / "chart.svg")
    assert f"test, epoch 4: {chart.lines[-1].values[3]:.3g}" in (tmp_path / "chart.svg").read_text()
    assert "test, epoch 5" not in (tmp_path / "chart.svg").read_text()


@pytest.mark.parametrize(
    "changes", [{"test_loss": None}, {"validation_loss": None}, {"test_loss": None, "test_accuracy": None}]
)
def test_half_an_evaluation_is_a_damaged_record(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = folder_of(train(tmp_path, evaluate_every=4))
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    lines[3] = json.dumps(json.loads(lines[3]) | changes)
    (folder / "metrics.jsonl").write_text("\n".join([*lines, ""]))
    with pytest.raises(lp.RecordError, match=r"metrics\.jsonl, line (4|6): (test|validation)_loss"):
        read_metrics(folder)


def test_the_option_of_the_shell(lenetpp: Command) -> None:
    options = "--per-class 6 --test-per-class 2 --epochs 3 --evaluate-every 2"
    trained = lenetpp.json("train", *options.split(), "--network", "1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 10")
    assert [epoch.test_loss is None for epoch in read_metrics(Path(trained["run"]))] == [True, False, False]
    assert "same bits" in lenetpp("replay", "last")
    with pytest.raises(ValueError, match=r"evaluate_every must be in \[1, "):
        lp.TrainingSettings(evaluate_every=0)
