"""Files of arrays: read by the safetensors package itself, and damage noticed wherever it is."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from lenetpp import Network
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.run_files import RecordError
from lenetpp.records.tensor_files import pack_tensors, read_tensors

from .patterns import TEXT

TENSORS: dict[str, NDArray[Any]] = {
    "0.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4)[:, ::-1],
    "wide": np.array([[0.1, -2e300]]),
    "empty": np.zeros((0, 3), np.float32),
    "big-endian": np.arange(3, dtype=">f4"),
}
TEXTS = {"name": "Zürich", "position": '{"epoch": 3}'}


def test_the_format_is_that_of_the_safetensors_package(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes(b"".join(pack_tensors(TENSORS, TEXTS)))
    read = safetensors.numpy.load_file(path)
    assert read.keys() == TENSORS.keys()
    for name, values in TENSORS.items():
        np.testing.assert_array_equal(read[name], values)
        assert read[name].shape == values.shape
    with safetensors.safe_open(path, "numpy") as file:
        assert file.metadata().items() >= TEXTS.items()


def test_what_was_packed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes(b"".join(pack_tensors(TENSORS, TEXTS)))
    tensors, texts = read_tensors(path)
    assert texts == TEXTS
    assert tensors.keys() == TENSORS.keys()
    for name, values in TENSORS.items():
        np.testing.assert_array_equal(tensors[name], values)
        assert tensors[name].dtype == values.dtype.newbyteorder("=")


def test_a_changed_byte_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    content = b"".join(pack_tensors(TENSORS, TEXTS))
    header_end = 8 + int.from_bytes(content[:8], "little")
    for place in range(len(content)):
        if place < header_end and chr(content[place]) == " ":
            continue  # another white space means the same
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(RecordError, match=r"file\.safetensors \(\d+ bytes\) is damaged"):
            read_tensors(path)


def test_a_file_cut_short_is_noticed_wherever_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    content = b"".join(pack_tensors(TENSORS, TEXTS))
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(RecordError, match=rf"file\.safetensors \({length} bytes\) is damaged"):
            read_tensors(path)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_checkpoint_comes_back_with_every_bit(tmp_path: Path, dtype: Any) -> None:
    network = Network.parse(TEXT, dtype=dtype)
    network.initialize(3)
    network.normalization = ([12.5], [0.1])
    state = {("velocity", name): values / 3 for name, values in network.parameters().items()}
    trained = {
        "loss": 0.1 + 0.2,
        "training_accuracy": 1 / 3,
        "learning_rate": 0.01,
        "seconds": 1.5,
        "images_per_second": 40.0,
        "gradient_norms": {"0.weight": 1e-300},
    }
    checkpoint = Checkpoint(
        network=network,
        state=state,
        epoch=7,
        done=(5, 0.1, 9, 1, ((0.5, 1e-300, 0.25),) * 4),
        seconds=1.5,
        trained=trained,
        run_seconds=9.25,
    )
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(b"".join(checkpoint.content()))
    read = Checkpoint.read(path)
    assert read.network == network
    assert read.network.digest == network.digest
    assert read.network.normalization is not None
    assert [values.item() for values in read.network.normalization] == [np.float32(12.5), np.float32(0.1)]
    assert read.state.keys() == state.keys()
    assert all((read.state[name] == values).all() for name, values in state.items())
    position = (read.epoch, read.done, read.seconds, read.trained, read.run_seconds)
    assert position == (7, (5, 0.1, 9, 1, ((0.5, 1e-300, 0.25),) * 4), 1.5, trained, 9.25)


def test_another_file_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    path.write_bytes(b"".join(pack_tensors(TENSORS, TEXTS)))
    with pytest.raises(RecordError, match="holds no checkpoint that this version can read"):
        Checkpoint.read(path)
