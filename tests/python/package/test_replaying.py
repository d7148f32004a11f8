"""replay(): the same bits from the record alone, or what differs and why."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lenetpp as lp
from lenetpp import Network, surroundings

from ..command import Command
from .patterns import TEXT, stripes_data

NETWORK = "1x28x28 | conv 3x5x5 relu | maxpool 4 | dense 3"


def train(runs: Path, **changes: Any) -> Path:
    run = lp.train(Network.parse(TEXT), stripes_data(), runs=runs, **{"epochs": 3, **changes})
    assert run.folder is not None
    return run.folder


def train_embedded(runs: Path, **changes: Any) -> Path:
    """The folder of a run on data that are found again by their name."""
    data = lp.load_data(classes=["Sneaker", "Bag", "Coat"], train_per_class=40, test_per_class=10)
    run = lp.train(Network.parse(NETWORK), data, runs=runs, **{"epochs": 3, **changes})
    assert run.folder is not None
    return run.folder


def change_lines(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        change(line)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def other_bits(from_epoch: int) -> Callable[[dict[str, Any]], None]:
    def change(line: dict[str, Any]) -> None:
        if line["epoch"] >= from_epoch:
            line["digest"] = "0" * 64
            line["parameter_digests"]["2.weight"] = "0" * 16

    return change


# Python


@pytest.mark.parametrize("changes", [{}, {"schedule": "cosine", "loss": "squared_error"}, {"normalization": "unit"}])
def test_a_replay_has_the_same_bits_by_any_number_of_threads(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = train(tmp_path, **changes)
    before = sorted(path.name for path in folder.iterdir())
    for threads in (None, 3):
        result = lp.replay(folder, data=stripes_data(), threads=threads)
        assert result.same_bits
        assert (result.first_different_epoch, result.different_parameters) == (None, [])
        assert result.different_surroundings == {}
        assert result.run.digest == lp.Run.load(folder).digest
        assert result.run.folder is None
    assert sorted(path.name for path in folder.iterdir()) == before


def test_given_weights_are_part_of_the_record(tmp_path: Path) -> None:
    network = Network.parse(TEXT, dtype="float64")
    network.initialize(seed=123, scheme="glorot")
    run = lp.train(network, stripes_data(), runs=tmp_path, epochs=2)
    assert run.folder is not None
    assert lp.replay(run, data=stripes_data()).same_bits
    (run.folder / "initial.safetensors").unlink()
    with pytest.raises(lp.RecordError, match=r"initial\.safetensors is missing: the run started from given weights"):
        lp.replay(run, data=stripes_data())


def test_a_given_normalization_is_part_of_the_record(tmp_path: Path) -> None:
    network = Network.parse(TEXT)
    network.normalization = ([90.0], [55.0])
    run = lp.train(network, stripes_data(), runs=tmp_path, epochs=2)
    assert lp.replay(run, data=stripes_data()).same_bits


def test_the_first_epoch_and_the_parameters_that_differ_are_named(tmp_path: Path) -> None:
    folder = train(tmp_path)
    change_lines(folder / "metrics.jsonl", other_bits(from_epoch=2))
    result = lp.replay(folder, data=stripes_data())
    assert not result.same_bits
    assert result.first_different_epoch == 2
    assert result.different_parameters == ["2.weight"]
    assert not result.was_to_be_expected


def test_other_data_are_trained_all_the_same_and_named(tmp_path: Path) -> None:
    folder = train(tmp_path)
    other = stripes_data(train=63)
    result = lp.replay(folder, data=other)
    assert result.first_different_epoch == 1
    assert result.different_parameters[0] == "0.weight"
    assert result.different_surroundings == {"data": (stripes_data().digest, other.digest)}
    assert result.was_to_be_expected


def test_another_numerics_version_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = train(tmp_path)
    present = surroundings.numerics()
    newer = {**present, "version": present["version"] + 1, "instruction_set": "other"}
    monkeypatch.setattr(surroundings, "numerics", lambda: newer)
    result = lp.replay(folder, data=stripes_data())
    assert result.different_surroundings == {
        "numerics version": (str(present["version"]), str(present["version"] + 1)),
        "instruction_set": (present["instruction_set"], "other"),
    }
    assert result.was_to_be_expected
    assert result.run.test_accuracy == lp.Run.load(folder).test_accuracy


def test_a_diverged_run_is_replayed_as_far_as_it_came(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"learning_rate": 1e30, "warmup_epochs": 1, "batch_size": 60}
    with pytest.raises(lp.TrainingDiverged) as caught:
        train(tmp_path, **settings)
    assert len(caught.value.run.history) == 1
    assert lp.replay(caught.value.run, data=stripes_data()).same_bits


def test_a_replay_that_diverges_earlier_differs(tmp_path: Path) -> None:
    folder = train(tmp_path)
    text = (folder / "run.toml").read_text().replace("learning_rate = 0.01", "learning_rate = 1e30")
    (folder / "run.toml").write_text(text)
    result = lp.replay(folder, data=stripes_data())
    assert result.first_different_epoch == 1
    assert result.different_parameters == []


def test_what_has_no_epoch_or_no_folder_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(lp.TrainingDiverged) as caught:
        train(tmp_path, learning_rate=1e30)
    with pytest.raises(lp.RecordError, match="has no complete epoch to compare with: its outcome is diverged"):
        lp.replay(caught.value.run, data=stripes_data())
    run = lp.train(Network.parse(TEXT), stripes_data(), runs=None, epochs=1)
    with pytest.raises(lp.RecordError, match=r"was not recorded \(runs=None\)"):
        lp.replay(run)
    with pytest.raises(lp.RecordError, match="'stripes', cannot be found again"):
        lp.replay(train(tmp_path))


# The command


def test_the_command_says_that_the_bits_are_the_same(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    output = lenetpp("replay", folder, "--threads", 2)
    assert "the same bits after each of 3 epochs" in output
    assert lp.Run.load(folder).digest in output
    figures = lenetpp.json("replay", folder)
    assert figures["same_bits"] is True
    assert figures["digest"] == figures["recorded_digest"] == lp.Run.load(folder).digest
    assert figures["test_accuracy"] == figures["recorded_test_accuracy"]


def test_the_commands_exit_codes_tell_what_differs(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    change_lines(folder / "metrics.jsonl", other_bits(from_epoch=2))
    output = lenetpp("replay", folder, code=3)
    assert "other bits from epoch 2 of 3 on" in output
    assert "first 2.weight" in output
    record = folder / "run.toml"
    record.write_text(record.read_text().replace("[numerics]\nversion = ", "[numerics]\nversion = 99"))
    output = lenetpp("replay", folder, code=4)
    assert "numerics version  99" in output
    record.write_text(record.read_text().replace('name = "fashion-mnist-5000"', 'name = "nowhere"'))
    assert "cannot be found again" in lenetpp("replay", folder, code=1, stream="errors")


def test_the_resume_command_extends_a_run(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    figures = lenetpp.json("resume", folder, "--epochs", 5)
    assert (figures["run"], figures["outcome"], figures["epochs"]) == (str(folder), "finished", 5)
    assert figures["digest"] == lp.Run.load(train_embedded(tmp_path, epochs=5)).digest
    assert "has finished its 5 epochs" in lenetpp("resume", folder, code=1, stream="errors")
