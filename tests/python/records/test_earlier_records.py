"""Records that earlier versions wrote are read for ever: tests/golden/recorded_runs holds some of them."""

import json
import shutil
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.records.checkpoints import NOTHING_DONE, Checkpoint
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import read_metrics, read_record

from ..package.patterns import stripes_data

RECORDED = Path(__file__).parents[2] / "golden" / "recorded_runs"
FOLDERS = sorted(path.parent for path in RECORDED.glob("*/run.toml"))
FINISHED = ["finished", "first-version", "given-weights-float64", "interrupted", "numerics-3", "numerics-4", "resumed"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_earlier_record_says_what_was_written(folder: Path) -> None:
    assert read_record(folder) == tomllib.loads((folder / "run.toml").read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    for epoch, line in zip(read_metrics(folder), lines, strict=True):
        known = asdict(epoch)
        assert {name: known[name] for name in line} == line
    run = RecordedRun.read(folder)
    assert len(run.history) == run.record["results"]["epochs"]


@pytest.mark.parametrize("name", FINISHED)
def test_an_earlier_run_loads_with_its_model(name: str) -> None:
    run = lp.Run.load(RECORDED / name)
    recorded = read_record(RECORDED / name)["results"]
    assert run.evaluation is not None
    assert run.evaluation.accuracy == run.test_accuracy
    if run.folder is not None and name != "given-weights-float64":  # the model is float32
        assert run.digest == recorded["digest"]


def test_earlier_runs_are_listed(tmp_path: Path) -> None:
    shutil.copytree(RECORDED, tmp_path / "runs")  # where an index may be written
    outcomes = {row["run"]: row["outcome"] for row in lp.runs(tmp_path / "runs")}
    assert outcomes == {**dict.fromkeys(FINISHED, "finished"), "interrupted": "interrupted", "diverged": "diverged"}


@pytest.mark.parametrize("name", [name for name in FINISHED if name != "first-version"])
def test_earlier_checkpoints_hold_what_the_last_epoch_or_step_left(name: str) -> None:
    checkpoint = Checkpoint.read(RECORDED / name / "checkpoint.safetensors")
    history = read_metrics(RECORDED / name)
    assert checkpoint.epoch == len(history)
    assert (checkpoint.done == NOTHING_DONE) == (name != "interrupted")
    if name != "interrupted":
        assert checkpoint.network.digest == history[-1].digest


def test_an_earlier_run_of_these_numerics_goes_on_to_the_bits_of_one_without_a_pause(tmp_path: Path) -> None:
    folder = shutil.copytree(RECORDED / "numerics-4", tmp_path / "run")
    run = lp.resume(folder, epochs=3, data=stripes_data())
    settings = replace(lp.Run.load(RECORDED / "numerics-4").settings, epochs=3)
    whole = lp.train(lp.Network.parse(str(run.network)), stripes_data(), settings=settings, runs=None)
    assert [epoch.digest for epoch in run.history] == [epoch.digest for epoch in whole.history]
    assert [epoch.gradient_norms for epoch in run.history] == [epoch.gradient_norms for epoch in whole.history]
    assert run.evaluation is not None
    assert whole.evaluation is not None
    assert np.array_equal(run.evaluation.predictions, whole.evaluation.predictions)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "version"), [("resumed", 2), ("interrupted", 2), ("numerics-3", 3)])
def test_a_run_of_other_numerics_does_not_go_on_with_bits_that_would_be_neither_s(
    name: str, version: int, tmp_path: Path
) -> None:
    folder = shutil.copytree(RECORDED / name, tmp_path / "run")
    with pytest.raises(lp.RecordError, match=f"numerics version {version}, but this is 4"):
        lp.resume(folder, epochs=1001, data=stripes_data())
