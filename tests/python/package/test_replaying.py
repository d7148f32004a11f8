"""replay(): the same bits from the record alone, or what differs and why."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

import lenetpp as lp
from lenetpp import Difference, Network
from lenetpp.basics import surroundings
from lenetpp.records.run_files import read_record
from proofs.stepping import ctrl_c_after_step

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
    assert result.differences[:2] == [
        Difference("data", "digest", stripes_data().digest, other.digest),
        Difference("data", "images.train", 60, 63),
    ]
    assert result.different_surroundings == {}
    assert result.was_to_be_expected


def test_another_numerics_version_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = train(tmp_path)
    present = surroundings.numerics()
    newer = {**present, "version": present["version"] + 1, "instruction_set": "other"}
    monkeypatch.setattr(surroundings, "numerics", lambda: newer)
    result = lp.replay(folder, data=stripes_data())
    assert result.differences == [Difference("numerics", "version", present["version"], present["version"] + 1)]
    assert result.different_surroundings == {"instruction_set": (present["instruction_set"], "other")}
    assert result.same_weights
    assert not result.same_bits
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


@pytest.mark.parametrize(
    "made", [lambda data: data[:36].split(validation=0.3), lambda data: data.split(validation=0.3, seed=1)]
)
def test_data_made_in_python_of_others_are_to_be_made_again(
    made: Callable[[lp.Dataset], lp.Dataset], tmp_path: Path, lenetpp: Command
) -> None:
    data = made(lp.load_data(train_per_class=4, test_per_class=2))
    run = lp.train(lp.Network.parse("1x28x28 | dense 10"), data, epochs=1, runs=tmp_path, progress=False)
    problem = rf"were made of 'fashion-mnist-5000' in Python by split\(\), .*data=data.*{data.digest}"
    with pytest.raises(lp.RecordError, match=problem) as caught:
        lp.replay(run)
    # One of these had a seed, but its images were counted before.
    assert "without a seed" not in str(caught.value)
    assert "split(seed=...) of all images that load_data() found" in str(caught.value)
    errors = " ".join(
        lenetpp("draw", "mistakes", run.folder, "--out", tmp_path / "m.png", code=1, stream="errors").split()
    )
    assert "lp.Run.load(...).mistakes(data=data).save(" in errors
    assert lp.replay(run, data=data).same_bits


# Forged records: every figure that is computed again


def record_change(*keys: Any, value: Any) -> Callable[[Path], None]:
    """Set a value of run.toml."""

    def change(folder: Path) -> None:
        path = folder / "run.toml"
        content = tomllib.loads(path.read_text())
        table: Any = content
        for key in keys[:-1]:
            table = table[key]
        assert not isinstance(table, dict) or table.get(keys[-1]) != value
        table[keys[-1]] = value
        path.write_text(tomli_w.dumps(content))

    return change


def remove_result(folder: Path, name: str) -> None:
    content: Any = read_record(folder)
    del content["results"][name]
    (folder / "run.toml").write_text(tomli_w.dumps(content))


def line_change(*keys: str, value: Any, epoch: int = 2) -> Callable[[Path], None]:
    """Set a value of one line of metrics.jsonl."""

    def change_line(line: dict[str, Any]) -> None:
        if line["epoch"] == epoch:
            table = line
            for key in keys[:-1]:
                table = table[key]
            assert table[keys[-1]] != value
            table[keys[-1]] = value

    return lambda folder: change_lines(folder / "metrics.jsonl", change_line)


def keep_lines(count: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "metrics.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join((lines * 2)[:count]))

    return change


def change_model(change: Callable[[Network], None]) -> Callable[[Path], None]:
    def change_file(folder: Path) -> None:
        network = Network.load(folder / "model.safetensors")
        change(network)
        network.save(folder / "model.safetensors")

    return change_file


def other_weight(network: Network) -> None:
    parameters = {name: values.copy() for name, values in network.parameters().items()}
    parameters["2.weight"][0, 0] = np.nextafter(parameters["2.weight"][0, 0], np.float32(9))
    network.set_parameters(parameters)


def other_normalization(network: Network) -> None:
    network.normalization = ([1.0], [2.0])


def other_classes(network: Network) -> None:
    network.class_names = ("vertical", "horizontal", "diagonal")


def other_prediction(folder: Path) -> None:
    path = folder / "predictions.txt"
    lines = path.read_text().splitlines()
    lines[3] = str((int(lines[3]) + 1) % 3)
    path.write_text("\n".join(lines))


FORGED = {
    # The thirteen that were tried first.
    "results, test_accuracy": record_change("results", "test_accuracy", value=0.99),
    "results, test_loss": record_change("results", "test_loss", value=0.01),
    "results, loss": record_change("results", "loss", value=0.01),
    "results, digest": record_change("results", "digest", value="0" * 64),
    "results, confusion[1]": record_change("results", "confusion", 1, value="0 9 1"),
    "results, epochs": record_change("results", "epochs", value=2),
    "model.safetensors, digest": change_model(other_weight),
    "network, initial_digest": record_change("network", "initial_digest", value="0" * 64),
    "data, digest": record_change("data", "digest", value="0" * 64),
    "numerics, version": record_change("numerics", "version", value=1),
    "epoch 3, digest": keep_lines(2),
    "epoch 2, test_accuracy": line_change("test_accuracy", value=0.99),
    "epoch 2, loss": line_change("loss", value=0.01),
    # And all else that a replay computes.
    "results, test_accuracy of nothing": lambda folder: remove_result(folder, "test_accuracy"),
    "results, training_accuracy": record_change("results", "training_accuracy", value=0.99),
    "results, validation_loss": record_change("results", "validation_loss", value=0.99),
    "results, validation_accuracy": record_change("results", "validation_accuracy", value=0.99),
    "numerics, class": record_change("numerics", "class", value="other"),
    "data, classes[0]": record_change("data", "classes", 0, value="vertical"),
    "data, images.train": record_change("data", "images", "train", value=61),
    "data, pixels": record_change("data", "pixels", value="float32"),
    "epoch 2, training_accuracy": line_change("training_accuracy", value=0.01),
    "epoch 2, test_loss": line_change("test_loss", value=0.01),
    "epoch 2, validation_accuracy": line_change("validation_accuracy", value=0.01),
    "epoch 2, learning_rate": line_change("learning_rate", value=0.5),
    "epoch 2, gradient_norms.2.weight": line_change("gradient_norms", "2.weight", value=0.5),
    "epoch 2, update_ratio.0.bias": line_change("update_ratio", "0.bias", value=0.5),
    "epoch 2, lost_updates.0.weight": line_change("lost_updates", "0.weight", value=0.5),
    "epoch 2, dead_units.2": line_change("dead_units", "2", value=0.5),
    "epoch 2, saturated_units.2": line_change("saturated_units", "2", value=0.99),
    "epoch 2, parameter_digests.2.bias": line_change("parameter_digests", "2.bias", value="0" * 16),
    "model.safetensors, mean[0]": change_model(other_normalization),
    "model.safetensors, classes[0]": change_model(other_classes),
    "predictions.txt, image 3": other_prediction,
}
REFUSED = {
    "results, top_5_accuracy": record_change("results", "top_5_accuracy", value=0.99),
    "epoch 1, epoch": line_change("epoch", value=7, epoch=1),
    "epoch 2, validation_loss": line_change("validation_loss", value=None),
    "epoch 4, digest": keep_lines(4),
}
"""Forgeries that no training could have recorded: they are no record at all."""


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_figure_is_named_and_never_the_same_bits(tmp_path: Path, name: str) -> None:
    data = stripes_data(validation=12)
    text = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3 sigmoid"
    folder = lp.train(Network.parse(text), data, epochs=3, runs=tmp_path).folder
    assert folder is not None
    FORGED[name](folder)
    result = lp.replay(folder, data=data)
    name = name.removesuffix(" of nothing")
    assert name in [f"{difference.where}, {difference.figure}" for difference in result.differences]
    assert not result.same_bits
    difference = next(each for each in result.differences if name == f"{each.where}, {each.figure}")
    assert difference.recorded != difference.now
    assert len(result.differences) <= 4


@pytest.mark.parametrize("name", REFUSED)
def test_a_record_that_contradicts_itself_is_not_replayed(tmp_path: Path, name: str) -> None:
    data = stripes_data(validation=12)
    text = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3 sigmoid"
    folder = lp.train(Network.parse(text), data, epochs=3, runs=tmp_path).folder
    assert folder is not None
    REFUSED[name](folder)
    with pytest.raises(lp.RecordError):
        lp.replay(folder, data=data)


def test_every_figure_of_an_epoch_and_of_the_results_can_be_forged(tmp_path: Path) -> None:
    folder = train(tmp_path)
    computed = {"seconds", "images_per_second"}
    forged = {name.split(", ")[1].split(".")[0].split("[")[0] for name in FORGED | REFUSED}
    for name in (*json.loads((folder / "metrics.jsonl").read_text().splitlines()[0]), *read_record(folder)["results"]):
        assert name in forged | computed


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    folder = train(tmp_path)
    (folder / "model.safetensors").write_bytes(b"no model")
    (difference,) = lp.replay(folder, data=stripes_data()).differences
    assert str(difference).startswith("model.safetensors, content: ")
    assert (difference.where, difference.figure, difference.now) == ("model.safetensors", "content", "a model")


def test_what_an_older_record_lacks_is_not_compared(tmp_path: Path) -> None:
    folder = train(tmp_path)

    def make_older(line: dict[str, Any]) -> None:
        for name in ("lost_updates", "dead_units", "parameter_digests", "validation_loss"):
            del line[name]
        line["saturated_units"] = {}

    change_lines(folder / "metrics.jsonl", make_older)
    (folder / "model.safetensors").unlink()
    assert lp.replay(folder, data=stripes_data()).differences == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("stop", [3, 4, 6])
def test_an_interrupted_run_is_replayed_as_far_as_its_epochs(tmp_path: Path, stop: int, dtype: Any) -> None:
    with ctrl_c_after_step(stop + 4), pytest.raises(lp.TrainingInterrupted) as caught:
        lp.train(Network.parse(TEXT, dtype=dtype), stripes_data(), runs=tmp_path, epochs=3)
    run = caught.value.run
    assert run.folder is not None
    assert lp.replay(run, data=stripes_data()).differences == []
    record_change("results", "digest", value="0" * 64)(run.folder)
    found = lp.replay(run, data=stripes_data()).differences
    assert [difference.where for difference in found] == (["model.safetensors"] if dtype == "float32" else [])


def test_a_killed_extension_is_replayed_as_far_as_its_epochs(tmp_path: Path) -> None:
    folder = train(tmp_path)
    content = read_record(folder)
    content["outcome"], content["settings"]["epochs"] = "running", 9
    (folder / "run.toml").write_text(tomli_w.dumps(content))
    keep_lines(2)(folder)
    assert lp.replay(folder, data=stripes_data()).same_bits


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


def test_a_replay_of_the_best_epoch_says_its_figures_and_not_those_of_the_last(
    tmp_path: Path, lenetpp: Command
) -> None:
    data = lp.load_data(classes=["Shirt", "Pullover", "Coat"], train_per_class=40, test_per_class=10, validation=0.5)
    for seed in range(1, 9):
        run = lp.train(Network.parse(NETWORK), data, runs=tmp_path, epochs=4, keep="best", learning_rate=0.1, seed=seed)
        if run.kept_epoch != 4:
            break
    figures = lenetpp.json("replay", run.folder)
    assert figures["same_bits"]
    assert figures["recorded_digest"] == figures["digest"] == run.digest != run.history[-1].digest
    assert figures["recorded_test_accuracy"] == figures["test_accuracy"]
    assert run.kept is not None
    share = f"{100 * (run.kept.unseen_accuracy or 0):.2f} %"
    assert f"{share} recorded, {share} now" in lenetpp("replay", run.folder)


def test_the_commands_exit_codes_tell_what_differs(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    change_lines(folder / "metrics.jsonl", other_bits(from_epoch=2))
    output = lenetpp("replay", folder, code=3)
    assert "other bits from epoch 2 of 3 on" in output
    assert "first 2.weight" in output
    assert re.search("epoch 3 +parameter_digests", output)
    assert "0" * 16 in output
    record = folder / "run.toml"
    record.write_text(record.read_text().replace("[numerics]\nversion = ", "[numerics]\nversion = 99"))
    output = lenetpp("replay", folder, code=4)
    version = surroundings.numerics()["version"]
    assert re.search(rf"numerics +version +99{version} +{version}", output)
    record.write_text(record.read_text().replace('name = "fashion-mnist-5000"', 'name = "nowhere"'))
    assert "cannot be found again" in lenetpp("replay", folder, code=1, stream="errors")


def test_the_resume_command_extends_a_run(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    figures = lenetpp.json("resume", folder, "--epochs", 5)
    assert (figures["run"], figures["outcome"], figures["epochs"]) == (str(folder), "finished", 5)
    assert figures["digest"] == lp.Run.load(train_embedded(tmp_path, epochs=5)).digest
    assert "has finished its 5 epochs" in lenetpp("resume", folder, code=1, stream="errors")


def test_the_command_tells_a_forged_figure_from_other_weights(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    record_change("results", "test_accuracy", value=0.99)(folder)
    output = lenetpp("replay", folder, code=3)
    assert "the same weights after each of 3 epochs, but not the figures named below" in " ".join(output.split())
    assert "the same bits" not in output
    assert re.search(r"results +test_accuracy +0\.99 +0\.\d+", output)
    figures = json.loads(lenetpp("replay", folder, "--json", code=3))
    assert (figures["same_bits"], figures["same_weights"]) == (False, True)
    assert figures["differences"] == [
        {"where": "results", "figure": "test_accuracy", "recorded": 0.99, "now": figures["test_accuracy"]}
    ]


def test_of_many_differences_the_first_are_printed(lenetpp: Command, tmp_path: Path) -> None:
    folder = train_embedded(tmp_path)
    record_change("settings", "learning_rate", value=0.02)(folder)
    output = lenetpp("replay", folder, code=3)
    assert len(output.splitlines()) < 40
    assert re.search(r"and \d+ more: --json has them all", output)
