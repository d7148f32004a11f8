"""Training further from a run or a model file: recorded and replayed; other classes get a new last layer."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.records.models import initial_model
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import run_facts
from lenetpp.records.run_files import read_record

from ..command import Command
from .patterns import TEXT, stripes_data

NETWORK = "1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 3"
SMALL = ("--per-class", 6, "--test-per-class", 2, "--epochs", 1)
THREE, TWO = ("--classes", "Bag,Coat,Dress"), ("--classes", "Sandal,Sneaker")


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def first(lenetpp: Command) -> dict[str, Any]:
    result: dict[str, Any] = lenetpp.json("train", *THREE, *SMALL, "--network", NETWORK, "--name", "first")
    return result


@pytest.mark.parametrize("named", ["first", "last", "model"])
def test_a_run_or_a_model_is_trained_further(lenetpp: Command, first: dict[str, Any], named: str) -> None:
    source = f"{first['run']}/model.safetensors" if named == "model" else named
    tuned = lenetpp.json("train", "--from", source, *THREE, *SMALL, "--seed", 5)
    record = read_record(Path(tuned["run"]))
    assert record["network"]["start"] == "given weights"
    assert record["network"]["initial_digest"] == first["digest"] != tuned["digest"]
    assert record["network"]["origin"] == (f"the model {source}" if named == "model" else f"the run {first['run']}")
    assert first["run"] in str(run_facts(RecordedRun.read(Path(tuned["run"])))["weights from"])
    data = lp.load_data(classes=["Bag", "Coat", "Dress"], train_per_class=6, test_per_class=2)
    again = lp.train(lp.Run.load(first["run"]).network, data, epochs=1, seed=5, runs=None)
    assert again.digest == tuned["digest"]


def test_it_is_replayed_without_what_it_came_from(lenetpp: Command, first: dict[str, Any]) -> None:
    tuned = lenetpp.json("train", "--from", "first", *TWO, *SMALL)
    lenetpp("delete", first["run"], "--yes")
    assert "same bits" in lenetpp("replay", "last")
    extended = lenetpp.json("resume", tuned["run"], "--epochs", 2)
    assert extended["epochs"] == 2
    anew = lenetpp.json("resume", tuned["run"], "--anew", "--epochs", 1)
    assert anew["digest"] == tuned["digest"]
    assert "but for its last layer" in read_record(Path(anew["run"]))["network"]["origin"]


def test_other_classes_get_a_new_last_layer_and_keep_all_else(lenetpp: Command, first: dict[str, Any]) -> None:
    tuned = lenetpp.json("train", "--from", "first", *TWO, *SMALL, "--seed", 7, "--initialization", "glorot")
    folder = Path(tuned["run"])
    assert read_record(folder)["network"]["origin"].endswith("but for its last layer, new for 2 classes")
    before, began = lp.Run.load(first["run"]).network, initial_model(folder)
    assert str(began) == NETWORK.replace("dense 3", "dense 2")
    for name in ("0.weight", "0.bias"):
        np.testing.assert_array_equal(began.parameters()[name], before.parameters()[name])
    assert began.normalization is not None
    assert before.normalization is not None
    np.testing.assert_array_equal(began.normalization, before.normalization)
    drawn = lp.Network.parse(str(began))
    drawn.initialize(7, "glorot")
    np.testing.assert_array_equal(began.parameters()["2.weight"], drawn.parameters()["2.weight"])
    assert lp.Run.load(folder).network.class_names == ("Sandal", "Sneaker")
    output = lenetpp("train", "--from", "first", *TWO, *SMALL)
    assert "but for its last layer" in " ".join(output.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "first", "--network", "lenet5"], "--from already says which network: leave out --network"),
        (["--from", "first", "--recipe", "best-mnist"], "--from already says which network: leave out --network"),
        (["--from", "second"], "'second' is neither a model file nor a run's folder"),
    ],
)
def test_what_does_not_go_together_is_said(
    lenetpp: Command, first: dict[str, Any], options: list[str], words: str
) -> None:
    assert words in " ".join(lenetpp("train", *THREE, *options, code=1, stream="errors").split())
    assert first["outcome"] == "finished"


def test_in_python_the_same_is_one_method(tmp_path: Path) -> None:
    data = stripes_data()
    run = lp.train(lp.Network.parse(TEXT), data, epochs=1, runs=None)
    two = run.network.with_classes(2)
    assert two.class_count == 2
    assert run.network.class_count == 3
    with pytest.raises(ValueError, match=r"3 outputs .* needs one unit for each class; with_classes\(2\) makes"):
        lp.train(run.network, two_classes(), runs=None)
    tuned = lp.train(two, two_classes(), epochs=1, runs=tmp_path, origin="stripes")
    assert lp.replay(tuned, data=two_classes()).same_bits
    with pytest.raises(ValueError, match="origin is where given weights come from, but the network has none"):
        lp.train(lp.Network.parse(TEXT), data, origin="nowhere", runs=None)
    with pytest.raises(ValueError, match="the network has no weights"):
        lp.Network.parse(TEXT).with_classes(2)
    pooled = lp.Network.parse("1x8x8 | conv 3x3x3 relu | maxpool 6")
    pooled.initialize()
    with pytest.raises(ValueError, match="the last layer must be dense to be made anew for 2 classes, but is maxpool"):
        pooled.with_classes(2)


def two_classes() -> lp.Dataset:
    data = stripes_data()
    parts = [(images[labels < 2], labels[labels < 2]) for _, images, labels in data.parts()]
    return lp.Dataset.from_arrays(parts[0], parts[-1])
