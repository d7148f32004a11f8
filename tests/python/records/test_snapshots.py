"""Snapshots of small filters: what is in them, who keeps them, and that damage is found out."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.records.models import initial_model
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_writer import RunWriter
from lenetpp.records.snapshots import MOST_WEIGHTS, kept_shapes, recorded_snapshots

TEXT = "1x28x28 | conv 3x5x5 relu | maxpool 2 | conv 2x3x3 separate nobias | maxpool 4 | dense 10"


def train(runs: Path, epochs: int = 3, text: str = TEXT, dtype: str = "float32", **changes: object) -> lp.Run:
    data = lp.load_data(train_per_class=10, test_per_class=5)
    network = lp.Network.parse(text, dtype=dtype)  # type: ignore[arg-type]
    return lp.train(network, data, epochs=epochs, runs=runs, progress=False, **changes)  # type: ignore[arg-type]


def snapshots_of(run: lp.Run) -> dict[int, np.ndarray]:
    assert run.folder is not None
    return {layer: each.weights for layer, each in recorded_snapshots(RecordedRun.read(run.folder)).items()}


def file_of(run: lp.Run) -> Path:
    assert run.folder is not None
    return run.folder / "snapshots.f32"


def test_they_are_the_weights_before_training_and_after_each_epoch(tmp_path: Path) -> None:
    run = train(tmp_path)
    assert run.folder is not None
    found = snapshots_of(run)
    assert {layer: weights.shape for layer, weights in found.items()} == {0: (4, 3, 1, 5, 5), 2: (4, 2, 3, 3)}
    for epochs in (1, 2, 3):
        shorter = train(tmp_path / "shorter", epochs)
        for layer, weights in found.items():
            assert np.array_equal(weights[epochs], shorter.network.parameters()[f"{layer}.weight"])
    before = initial_model(run.folder)
    assert all(np.array_equal(weights[0], before.parameters()[f"{layer}.weight"]) for layer, weights in found.items())
    raw = np.fromfile(file_of(run), "<f4")  # as anybody may read it
    assert np.array_equal(raw.reshape(4, -1)[1, : 3 * 25], found[0][1].ravel())


def test_keeping_them_changes_no_bit_and_no_key(tmp_path: Path) -> None:
    recorded, unrecorded = train(tmp_path), train(None)  # type: ignore[arg-type]
    assert recorded.digest == unrecorded.digest
    assert lp.replay(recorded, progress=False).same_bits


def test_an_interrupted_run_goes_on_with_them(tmp_path: Path) -> None:
    expected = snapshots_of(train(tmp_path / "whole", 5))
    run = train(tmp_path, 3)
    longer = lp.resume(run, epochs=5, progress=False)
    for layer, weights in snapshots_of(longer).items():
        assert np.array_equal(weights, expected[layer])


def test_rows_beyond_the_checkpoint_are_forgotten(tmp_path: Path) -> None:
    expected = snapshots_of(train(tmp_path / "whole", 5))
    run = train(tmp_path, 3)
    with file_of(run).open("ab") as file:  # as a process that was killed in the next epoch leaves them
        file.write(b"\1" * 417)
    for layer, weights in snapshots_of(lp.resume(run, epochs=5, progress=False)).items():
        assert np.array_equal(weights, expected[layer])


def test_a_run_without_them_goes_on_without_them(tmp_path: Path) -> None:
    run = train(tmp_path)
    file_of(run).unlink()
    longer = lp.resume(run, epochs=4, progress=False)
    assert not file_of(longer).exists()
    with pytest.raises(lp.RecordError, match=r"has no snapshots\.f32, as runs of earlier versions: lenetpp\.resume"):
        longer.film()
    assert lp.resume(longer, anew=True, progress=False).film().epochs == 4


def test_with_missing_rows_there_are_none(tmp_path: Path) -> None:
    run = train(tmp_path)
    content = file_of(run).read_bytes()
    file_of(run).write_bytes(content[:-4])
    with pytest.raises(lp.RecordError, match="ends before the 3 epochs do"):
        run.film()
    lp.resume(run, epochs=4, progress=False)
    assert not file_of(run).exists()


def test_a_flipped_bit_is_found_out(tmp_path: Path) -> None:
    run = train(tmp_path)
    content = bytearray(file_of(run).read_bytes())
    row = len(content) // 4
    content[2 * row + 5] ^= 1
    file_of(run).write_bytes(content)
    with pytest.raises(lp.RecordError, match=r"has other weights 0\.weight after epoch 2 than the record"):
        run.film()


def test_numbers_that_are_none_are_found_out_in_the_first_row_too(tmp_path: Path) -> None:
    run = train(tmp_path)
    content = bytearray(file_of(run).read_bytes())
    content[:4] = np.array([np.nan], "<f4").tobytes()
    file_of(run).write_bytes(content)
    with pytest.raises(lp.RecordError, match="not finite"):
        run.film()


def test_networks_in_float64_keep_rounded_ones(tmp_path: Path) -> None:
    run = train(tmp_path, dtype="float64")
    assert np.array_equal(snapshots_of(run)[0][-1], run.network.parameters()["0.weight"].astype(np.float32))


def test_large_convolutions_and_dense_layers_are_left_out(tmp_path: Path) -> None:
    text = "3x32x32 | conv 16x3x3 | conv 256x4x4 | maxpool 4 | conv 4x2x2 separate | dense 2"
    assert MOST_WEIGHTS < 256 * 16 * 16
    assert kept_shapes(text) == {"0.weight": (16, 3, 3, 3), "3.weight": (4, 2, 2)}
    run = train(tmp_path, text="1x28x28 | dense 10")
    assert not file_of(run).exists()
    with pytest.raises(lp.RecordError, match="has no snapshots: there is no convolution with at most 4,096 weights"):
        run.film()


@pytest.mark.parametrize("failing", ["metrics.jsonl", "snapshots.f32"])
def test_what_is_saved_elsewhere_has_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    expected = snapshots_of(train(tmp_path / "whole"))
    append = RunWriter._append

    def full(record: RunWriter, name: str, file: int, content: bytes) -> None:
        lines = (record.folder / "metrics.jsonl").read_bytes().count(b"\n")
        if record.folder.parent.name == "full" and name == failing and lines == 2:
            raise OSError(28, "No space left on device")
        append(record, name, file, content)

    monkeypatch.setattr(RunWriter, "_append", full)
    with pytest.raises(lp.RecordingFailed) as caught:
        train(tmp_path / "full")
    monkeypatch.undo()
    shutil.rmtree(tmp_path / "full")
    saved = caught.value.save(tmp_path / "saved")
    finished = lp.resume(saved, progress=False)
    for layer, weights in snapshots_of(finished).items():
        assert np.array_equal(weights, expected[layer])
    assert set(snapshots_of(finished)) == set(expected)


def test_the_first_network_is_had_again_or_refused(tmp_path: Path) -> None:
    given = lp.Network.parse(TEXT)
    given.initialize(77)
    first = given.parameters()
    data = lp.load_data(train_per_class=10, test_per_class=5)
    run = lp.train(given, data, epochs=1, runs=tmp_path, progress=False)
    assert run.folder is not None
    again = initial_model(run.folder)
    assert all(np.array_equal(values, first[name]) for name, values in again.parameters().items())
    (run.folder / "initial.safetensors").unlink()
    with pytest.raises(lp.RecordError, match="began with weights that cannot be had again"):
        initial_model(run.folder)
