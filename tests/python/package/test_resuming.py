"""resume(): a run goes on with the bits of one that was never interrupted, or says why it cannot."""

import os
import shutil
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import Network
from lenetpp.basics import surroundings
from lenetpp.records.run_files import is_being_trained, read_metrics, read_record
from lenetpp.records.run_keys import recorded_key
from lenetpp.records.run_writer import RunWriter
from lenetpp.studies.runs_by_key import RunsByKey
from lenetpp.training.progress import TrainingDisplay
from proofs.stepping import ctrl_c_after_step

from ..records import handmade
from .patterns import TEXT, stripes_data

SETTINGS: dict[str, Any] = {
    "epochs": 3,
    "batch_size": 16,
    "schedule": "step",
    "step_epochs": 2,
    "nesterov": True,
    "shift_pixels": 1,
    "flip_horizontally": True,
}
STEPS = 4  # an epoch: three whole batches and one of 12
TIMES = {"seconds", "images_per_second"}

needs_signals = pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")


def train(runs: Path, network: Network | None = None, **changes: Any) -> lp.Run:
    return lp.train(network or Network.parse(TEXT), stripes_data(), runs=runs, **{**SETTINGS, **changes})


def interrupted(runs: Path, stop: int, network: Network | None = None, **changes: Any) -> Path:
    """The folder of a run that Ctrl-C stopped after step `stop`."""
    with ctrl_c_after_step(stop), pytest.raises(lp.TrainingInterrupted) as caught:
        train(runs, network, **changes)
    assert caught.value.run.folder is not None
    return caught.value.run.folder


def figures(run: lp.Run) -> list[dict[str, Any]]:
    """The history without what depends on the clock."""
    return [{name: value for name, value in asdict(epoch).items() if name not in TIMES} for epoch in run.history]


# Same bits


@needs_signals
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("stop", [1, 3, STEPS, STEPS + 1, 3 * STEPS - 1, 3 * STEPS])
def test_a_run_stopped_after_any_step_ends_with_the_same_bits(tmp_path: Path, stop: int, dtype: Any) -> None:
    expected = train(tmp_path, Network.parse(TEXT, dtype=dtype))
    folder = interrupted(tmp_path, stop, Network.parse(TEXT, dtype=dtype))
    run = lp.resume(folder, data=stripes_data())
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)
    assert run.network.dtype == dtype
    assert run.evaluation is not None
    assert expected.evaluation is not None
    np.testing.assert_array_equal(run.evaluation.confusion, expected.evaluation.confusion)
    assert run.seconds > sum(epoch.seconds for epoch in run.history)
    loaded = lp.Run.load(folder)
    assert (loaded.outcome, loaded.history) == ("finished", run.history)


@needs_signals
def test_a_run_may_be_stopped_again_and_again(tmp_path: Path) -> None:
    expected = train(tmp_path)
    folder = interrupted(tmp_path, 1)
    for _ in range(2, 3 * STEPS + 1):
        with ctrl_c_after_step(1), pytest.raises(lp.TrainingInterrupted):
            lp.resume(folder, data=stripes_data())
    run = lp.resume(folder, data=stripes_data(), threads=2)
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)
    content = read_record(folder)
    assert len(content["resumed"]) == 3 * STEPS
    assert content["machine"]["threads"] == 2


@needs_signals
def test_given_weights_and_normalization_go_on_too(tmp_path: Path) -> None:
    def given() -> Network:
        network = Network.parse(TEXT)
        network.initialize(seed=99)
        network.normalization = ([100.0], [30.0])
        return network

    expected = train(tmp_path, given())
    folder = interrupted(tmp_path, 2, given())
    (folder / "checkpoint.safetensors").unlink()  # as if killed before the first one
    assert lp.resume(folder, data=stripes_data()).digest == expected.digest


def test_a_finished_run_is_extended_with_the_bits_of_a_longer_one(tmp_path: Path) -> None:
    expected = train(tmp_path, epochs=5)
    short = train(tmp_path)
    run = lp.resume(short, epochs=5, data=stripes_data())
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)
    assert run.folder == short.folder
    assert run.settings.epochs == 5
    assert short.folder is not None
    assert lp.Run.load(short.folder).digest == expected.digest
    assert read_record(short.folder)["settings"]["epochs"] == 5


@needs_signals
def test_an_interrupted_run_may_get_another_number_of_epochs(tmp_path: Path) -> None:
    folder = interrupted(tmp_path, STEPS + 1)
    assert lp.resume(folder, epochs=2, data=stripes_data()).digest == train(tmp_path, epochs=2).digest
    with pytest.raises(lp.RecordError, match="epochs must be at least the 2 that are trained, but is 1"):
        lp.resume(folder, epochs=1, data=stripes_data())


@needs_signals
def test_a_cosine_goes_on_to_its_own_end_only(tmp_path: Path) -> None:
    expected = train(tmp_path, schedule="cosine")
    folder = interrupted(tmp_path, 5, schedule="cosine")
    for epochs in (2, 4):
        with pytest.raises(
            lp.RecordError, match=r"schedule cosine, whose rates depend on the number of epochs, 3: .* by anew=True"
        ):
            lp.resume(folder, epochs=epochs, data=stripes_data())
    assert lp.resume(folder, data=stripes_data()).digest == expected.digest
    with pytest.raises(lp.RecordError, match="epochs must be at least the 3 that are trained, but is 2"):
        lp.resume(folder, epochs=2, data=stripes_data())


COSINE: dict[str, Any] = {"schedule": "cosine", "warmup_epochs": 0.5}


@pytest.mark.parametrize("checkpoint", [True, False])
def test_an_extended_cosine_begins_a_new_descent_with_the_bits_of_one_call(tmp_path: Path, checkpoint: bool) -> None:
    expected = train(tmp_path, **COSINE, epochs=6, restarts=(2, 5))
    run = train(tmp_path, **COSINE, epochs=2)
    for epochs in (5, 6):
        assert run.folder is not None
        if not checkpoint:  # as a cosine's run was left by versions that could not extend it
            (run.folder / "checkpoint.safetensors").unlink()
        run = lp.resume(run, epochs=epochs, data=stripes_data())
    assert run.settings == expected.settings
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)
    assert run.folder is not None
    assert read_record(run.folder)["settings"]["restarts"] == [2, 5]
    assert lp.replay(run, data=stripes_data()).same_bits
    rates = [epoch.learning_rate for epoch in run.history]
    assert rates[2] > rates[1]
    assert rates[5] > rates[4]


@needs_signals
def test_an_extension_that_was_stopped_ends_with_the_same_bits(tmp_path: Path) -> None:
    expected = train(tmp_path, **COSINE, epochs=5, restarts=(2,))
    run = train(tmp_path, **COSINE, epochs=2)
    with ctrl_c_after_step(STEPS + 2), pytest.raises(lp.TrainingInterrupted):
        lp.resume(run, epochs=5, data=stripes_data())
    with ctrl_c_after_step(1), pytest.raises(lp.TrainingInterrupted):
        lp.resume(run, data=stripes_data())
    again = lp.resume(run, data=stripes_data())
    assert again.digest == expected.digest
    assert figures(again) == figures(expected)


@needs_signals
@pytest.mark.parametrize("steps", [1, STEPS + 2])
def test_an_extension_that_was_killed_ends_with_the_same_bits(tmp_path: Path, steps: int) -> None:
    expected = train(tmp_path, **COSINE, epochs=5, restarts=(2,))
    run = train(tmp_path, **COSINE, epochs=2)
    assert run.folder is not None
    checkpoint = run.folder / "checkpoint.safetensors"
    before = checkpoint.read_bytes()
    with ctrl_c_after_step(steps), pytest.raises(lp.TrainingInterrupted):
        lp.resume(run, epochs=5, data=stripes_data())
    # As kill -9 leaves it before the first new checkpoint, with epochs that this one does not know.
    checkpoint.write_bytes(before)
    record = run.folder / "run.toml"
    record.write_text(record.read_text().replace('outcome = "interrupted"', 'outcome = "running"'))
    with pytest.raises(lp.RecordError, match="another number it goes on to its end"):
        lp.resume(run, epochs=6, data=stripes_data())
    again = lp.resume(run, data=stripes_data())
    assert again.digest == expected.digest
    assert figures(again) == figures(expected)


@pytest.mark.parametrize("changes", [COSINE, {"schedule": "step"}])
def test_anew_trains_another_run_with_the_bits_of_the_longer_schedule(tmp_path: Path, changes: dict[str, Any]) -> None:
    expected = train(tmp_path / "expected", **{**changes, "epochs": 4})
    run = train(tmp_path / "runs", **{**changes, "epochs": 2})
    assert run.folder is not None
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    longer = lp.resume(run, epochs=4, anew=True, data=stripes_data())
    assert longer.settings == expected.settings
    assert figures(longer) == figures(expected)
    assert longer.folder is not None
    assert (longer.folder.parent, longer.folder == run.folder) == (run.folder.parent, False)
    assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before
    assert lp.resume(run.folder, anew=True, data=stripes_data()).digest == run.digest


def test_given_weights_start_anew_too(tmp_path: Path) -> None:
    network = Network.parse(TEXT)
    network.initialize(seed=99)
    network.normalization = ([100.0], [30.0])
    expected = train(tmp_path / "expected", network.copy(), **COSINE, epochs=4)
    run = train(tmp_path / "runs", network, **COSINE, epochs=2)
    assert lp.resume(run, epochs=4, anew=True, data=stripes_data()).digest == expected.digest


def test_an_extended_run_is_not_taken_for_a_plain_one(tmp_path: Path) -> None:
    plain = train(tmp_path, **COSINE, epochs=4)
    extended = lp.resume(train(tmp_path, **COSINE, epochs=2), epochs=4, data=stripes_data())
    direct = train(tmp_path, **COSINE, epochs=4, restarts=(2,))
    keys = [recorded_key(read_record(run.folder)) for run in (plain, extended, direct) if run.folder]
    assert keys[0] != keys[1] == keys[2]
    known = RunsByKey(tmp_path, {stripes_data().digest})
    for run, key in ((plain, keys[0]), (extended, keys[1])):
        found = known.find(str(key))
        assert found is not None
        assert found.folder == run.folder


@needs_signals
def test_epochs_that_the_checkpoint_does_not_know_are_done_again(tmp_path: Path) -> None:
    expected = train(tmp_path)
    folder = interrupted(tmp_path, STEPS + 1)
    with (folder / "metrics.jsonl").open("a") as metrics:
        metrics.write('{"epoch": 2, "lost": true}\n{"epoch": 3, "cut sho')
    run = lp.resume(folder, data=stripes_data())
    assert figures(run) == figures(expected)
    assert read_metrics(folder) == run.history


@needs_signals
def test_a_second_ctrl_c_within_an_epoch_goes_on_from_the_checkpoint_before(tmp_path: Path) -> None:
    expected = train(tmp_path)
    folder = interrupted(tmp_path, STEPS + 2)
    for presses in (2, 1):
        with ctrl_c_after_step(1, presses), pytest.raises(lp.TrainingInterrupted):
            lp.resume(folder, data=stripes_data())
        assert read_record(folder)["outcome"] == "interrupted"
    run = lp.resume(folder, data=stripes_data())
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)


def test_an_error_within_an_epoch_goes_on_from_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = train(tmp_path)

    def fail(*_: object) -> None:
        raise RuntimeError("the terminal is gone")

    monkeypatch.setattr(TrainingDisplay, "show_training", fail)
    with pytest.raises(RuntimeError, match="the terminal is gone"):
        train(tmp_path)
    monkeypatch.undo()
    folder = max(tmp_path.iterdir())
    assert read_record(folder)["outcome"] == "failed"
    assert "the terminal is gone" in read_record(folder)["message"]
    assert lp.resume(folder, data=stripes_data()).digest == expected.digest


@needs_signals
def test_what_a_killed_process_left_half_written_is_removed(tmp_path: Path) -> None:
    folder = interrupted(tmp_path, 2)
    for name in (".lenetpp-0a1b2c3d4e5f6071.tmp", ".lenetpp-4711-0.tmp", ".of-somebody-else"):
        (folder / name).write_text("half")
    lp.resume(folder, data=stripes_data())
    assert [path.name for path in folder.glob(".*")] == [".of-somebody-else"]


# What is needed


@needs_signals
def test_data_that_have_a_name_are_found_again_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "elsewhere").mkdir()
    data = stripes_data()
    arrays = {
        f"{part}_{kind}": getattr(data, f"{part}_{kind}") for part in ("train", "test") for kind in ("images", "labels")
    }
    np.savez(tmp_path / "there" / "stripes.npz", **arrays, classes=np.array(data.classes))
    monkeypatch.chdir(tmp_path / "there")
    loaded = lp.load_data("stripes.npz", train_per_class=15)
    with ctrl_c_after_step(2), pytest.raises(lp.TrainingInterrupted) as caught:
        lp.train(Network.parse(TEXT), loaded, runs=tmp_path / "runs", epochs=2)
    monkeypatch.chdir(tmp_path / "elsewhere")
    run = lp.resume(caught.value.run)
    assert run.digest == lp.train(Network.parse(TEXT), loaded, runs=None, epochs=2).digest


@needs_signals
def test_arrays_must_be_given_again_and_be_the_same(tmp_path: Path) -> None:
    folder = interrupted(tmp_path, 2)
    with pytest.raises(lp.RecordError, match=r"'stripes', cannot be found again .* give data with .* as data="):
        lp.resume(folder)
    with pytest.raises(lp.RecordError, match=r"'stripes' are not those of the run: their digest is .*; give data "):
        lp.resume(folder, data=stripes_data(train=63))
    assert read_record(folder)["outcome"] == "interrupted"


# What cannot go on


def test_a_finished_run_needs_a_number_of_epochs(tmp_path: Path) -> None:
    run = train(tmp_path)
    for epochs in (None, 3):
        with pytest.raises(lp.RecordError, match="has finished its 3 epochs; give a larger number as epochs="):
            lp.resume(run, epochs=epochs, data=stripes_data())
    with pytest.raises(lp.RecordError, match="epochs must be at least the 3"):
        lp.resume(run, epochs=2, data=stripes_data())


def test_a_diverged_run_would_diverge_again(tmp_path: Path) -> None:
    with pytest.raises(lp.TrainingDiverged) as caught:
        train(tmp_path, learning_rate=1e30)
    with pytest.raises(
        lp.RecordError, match=r"diverged, and would again: training diverged \(NaN or infinite values\): in epoch 1"
    ):
        lp.resume(caught.value.run, data=stripes_data())


def test_a_run_that_was_not_recorded_cannot_go_on() -> None:
    run = lp.train(Network.parse(TEXT), stripes_data(), epochs=1, runs=None)
    with pytest.raises(lp.RecordError, match=r"was not recorded \(runs=None\)"):
        lp.resume(run, epochs=2)


@needs_signals
def test_other_numerics_cannot_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = interrupted(tmp_path, 2)
    present = surroundings.numerics()
    monkeypatch.setattr(surroundings, "numerics", lambda: {**present, "version": present["version"] + 1})
    expected = f"numerics version {present['version']}, but this is {present['version'] + 1}"
    with pytest.raises(lp.RecordError, match=expected):
        lp.resume(folder, data=stripes_data())


@needs_signals
def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    folder = interrupted(tmp_path, 2)
    path = folder / "checkpoint.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(ValueError, match=r"checkpoint\.safetensors .*is damaged"):
        lp.resume(folder, data=stripes_data())
    path.write_bytes(content)
    lp.resume(folder, data=stripes_data())


# Who trains it


def test_a_run_in_training_cannot_be_resumed_and_a_killed_one_is_told_from_it(tmp_path: Path) -> None:
    record = RunWriter.create(tmp_path, handmade.record(outcome="running", results=None, machine__process=77))
    assert is_being_trained(record.folder)
    with pytest.raises(lp.RecordError, match="is being trained by process 77"):
        lp.resume(record.folder)
    record.close()  # what the system does when a process is killed
    assert not is_being_trained(record.folder)
    assert read_record(record.folder)["outcome"] == "running"


def test_a_run_is_free_again_however_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = train(tmp_path)
    assert run.folder is not None
    assert not is_being_trained(run.folder)
    with pytest.raises(lp.RecordError):
        lp.resume(run, data=stripes_data())
    assert not is_being_trained(run.folder)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RunWriter, "add_epoch", fail)
    with pytest.raises(lp.RecordingFailed) as caught:
        train(tmp_path)
    assert caught.value.run.folder is not None
    assert not is_being_trained(caught.value.run.folder)


def test_a_folder_without_metrics_is_not_in_training(tmp_path: Path) -> None:
    assert not is_being_trained(tmp_path)


# A folder that can no longer be written


def test_a_run_is_saved_elsewhere_and_goes_on_there(tmp_path: Path) -> None:
    expected = train(tmp_path)
    with pytest.MonkeyPatch.context() as patch:

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device", "metrics.jsonl")

        patch.setattr(RunWriter, "add_epoch", fail)
        with pytest.raises(
            lp.RecordingFailed, match=r"cannot be recorded in .* \(No space left on device: m"
        ) as caught:
            train(tmp_path)
    error = caught.value
    assert error.errno == 28
    assert error.run.outcome == "failed"
    folder = tmp_path / "other disk" / "saved"
    saved = error.save(folder)
    assert saved is error.run
    assert tomllib.loads((folder / "run.toml").read_text())["outcome"] == "failed"
    assert len(lp.Run.load(folder).history) == 1
    run = lp.resume(saved, data=stripes_data())
    assert run.folder == folder
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)
    with pytest.raises(FileExistsError):
        error.save(folder)


def test_a_vanished_folder_is_an_error_that_keeps_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = train(tmp_path / "expected")
    add_epoch = RunWriter.add_epoch

    def vanish(record: RunWriter, metrics: Any, snapshot: bytes) -> None:
        add_epoch(record, metrics, snapshot)
        shutil.rmtree(record.folder)

    monkeypatch.setattr(RunWriter, "add_epoch", vanish)
    with pytest.raises(lp.RecordingFailed, match="No such file or directory") as caught:
        train(tmp_path / "runs")
    monkeypatch.undo()
    run = lp.resume(caught.value.save(tmp_path / "saved"), data=stripes_data())
    assert run.digest == expected.digest


def test_given_weights_survive_a_vanished_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network.parse(TEXT)
    network.initialize(77)
    expected = lp.train(network.copy(), stripes_data(), runs=None, **SETTINGS)

    def vanish(record: RunWriter, *_: Any) -> None:
        shutil.rmtree(record.folder)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(RunWriter, "add_epoch", vanish)
        with pytest.raises(lp.RecordingFailed) as caught:
            train(tmp_path / "runs", network)
    saved = caught.value.save(tmp_path / "saved")
    assert lp.resume(saved, data=stripes_data()).digest == expected.digest
    assert lp.replay(tmp_path / "saved", data=stripes_data()).same_bits


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_the_time_between_checkpoints_must_be_a_time(tmp_path: Path, seconds: float) -> None:
    network = Network.parse(TEXT)
    with pytest.raises(ValueError, match="checkpoint_seconds must be above 0"):
        lp.train(network, stripes_data(), runs=tmp_path, checkpoint_seconds=seconds)
    assert not network.initialized
    assert list(tmp_path.iterdir()) == []


@needs_signals
@pytest.mark.parametrize("word", ["[settings]", "momentum", "[machine]", "digest", "[numerics]"])
def test_a_record_with_a_hole_is_refused_and_left_alone(tmp_path: Path, word: str) -> None:
    folder = interrupted(tmp_path, STEPS + 1)
    path = folder / "run.toml"
    damaged = path.read_text().replace(word, word.replace("m", "n").replace("s", "z").replace("d", "t"))
    path.write_text(damaged)
    for act in (lp.resume, lp.replay):
        with pytest.raises(lp.RecordError, match=r"run\.toml: [a-z_.]+: (there is no such key|must be given)"):
            act(folder, data=stripes_data())
    assert path.read_text() == damaged
    assert not is_being_trained(folder)
