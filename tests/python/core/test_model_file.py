"""Model files between lenetpp and the safetensors package, and what happens to files that were tampered with."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from lenetpp import _core

from ..mutations import mutations

TEXT = "2x6x6 | conv 3x3x3 separate | maxpool 2 | conv 4x1x2 table(0;1,2;0,5;3) nobias | dense 3 sigmoid(2)"
IMAGES = np.arange(5 * 72, dtype=np.uint8).reshape(5, 2, 6, 6)


def _network(*, normalized: bool = True) -> _core.Network:
    network = _core.Network(TEXT)
    network.initialize(3)
    if normalized:
        network.set_normalization(np.array([100, 90], np.float32), np.array([50.5, 61.25], np.float32))
    return network


def _saved(folder: Path) -> Path:
    path = folder / "model.safetensors"
    _core.save_model(path, _network(), {"classes": '["näme", "b", "c"]'})
    return path


def _parts(path: Path) -> tuple[dict[str, Any], bytes]:
    """The header as JSON, and what follows it."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    return json.loads(content[8:end]), content[end:]


def _forget_digest(header: dict[str, Any]) -> None:
    """Make the file one of another program's, in which nothing but its form can be checked."""
    for key in ("lenetpp.sha256", "lenetpp.format", "lenetpp.mean", "lenetpp.deviation"):
        header["__metadata__"].pop(key, None)


def _write(path: Path, header: bytes, data: bytes) -> Path:
    path.write_bytes(len(header).to_bytes(8, "little") + header + data)
    return path


def test_safetensors_reads_what_lenetpp_writes(tmp_path: Path) -> None:
    network = _network()
    tensors = load_file(_saved(tmp_path))
    assert set(tensors) == set(network.parameter_names)
    for name, shape in zip(network.parameter_names, network.parameter_shapes, strict=True):
        assert tensors[name].shape == shape
        np.testing.assert_array_equal(tensors[name], network.parameter(name), strict=True)
    metadata = _parts(tmp_path / "model.safetensors")[0]["__metadata__"]
    assert (metadata["lenetpp.mean"], metadata["lenetpp.deviation"]) == ("100 90", "50.5 61.25")


def test_lenetpp_reads_what_safetensors_writes(tmp_path: Path) -> None:
    generator = np.random.default_rng(5)
    network = _network(normalized=False)
    tensors: dict[str, NDArray[np.float32]] = {
        name: generator.standard_normal(shape).astype(np.float32)
        for name, shape in zip(network.parameter_names, network.parameter_shapes, strict=True)
    }
    path = tmp_path / "model.safetensors"
    save_file(tensors, path, metadata={"lenetpp.network": TEXT, "format": "np"})
    loaded, metadata, has_digest = _core.load_model(path)
    assert loaded.text == TEXT
    assert not has_digest
    assert loaded.normalization is None
    assert metadata == {"format": "np"}
    for name, values in tensors.items():
        np.testing.assert_array_equal(loaded.parameter(name), values, strict=True)


@pytest.mark.parametrize("normalized", [True, False])
def test_a_loaded_network_answers_as_the_saved_one(tmp_path: Path, normalized: bool) -> None:
    network = _network(normalized=normalized)
    _core.save_model(tmp_path / "model", network, {})
    loaded, _, has_digest = _core.load_model(tmp_path / "model")
    assert has_digest
    np.testing.assert_array_equal(loaded.compute_outputs(IMAGES), network.compute_outputs(IMAGES), strict=True)


@given(st.dictionaries(st.text().filter(lambda key: not key.startswith("lenetpp.")), st.text(), max_size=4))
def test_any_metadata_come_back(tmp_path_factory: pytest.TempPathFactory, metadata: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("metadata") / "model"
    _core.save_model(path, _network(), metadata)
    assert _core.load_model(path)[1] == metadata
    assert _parts(path)[0]["__metadata__"].items() >= metadata.items()


@pytest.mark.skipif(os.name != "posix", reason="file names that are not UTF-8 exist on POSIX only")
def test_names_that_are_not_utf8_work_and_are_shown(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/m\xffodel"
    _core.save_model(path, _network(), {})
    assert _core.load_model(os.fsdecode(path))[0].text == TEXT
    Path(os.fsdecode(path)).write_bytes(b"short")
    with pytest.raises(_core.ModelFileError, match=r"m\?odel: has 5 bytes"):
        _core.load_model(path)


def test_errors_of_the_system_are_os_errors_with_the_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as absent:
        _core.load_model(tmp_path / "absent")
    assert absent.value.filename == str(tmp_path / "absent")
    with pytest.raises(IsADirectoryError):
        _core.load_model(tmp_path)
    with pytest.raises(FileNotFoundError):
        _core.save_model(tmp_path / "absent" / "model", _network(), {})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(_core.ModelFileError, match="not a regular file"):
        _core.load_model(tmp_path / "pipe")


def test_values_that_are_not_finite_are_neither_saved_nor_loaded(tmp_path: Path) -> None:
    network = _network()
    bias = network.parameter("0.bias")
    bias[1] = np.nan
    network.set_parameter("0.bias", bias)
    with pytest.raises(ValueError, match=r"value 1 of 0\.bias is not a finite number"):
        _core.save_model(tmp_path / "model", network, {})
    assert list(tmp_path.iterdir()) == []

    header, data = _parts(_saved(tmp_path))
    _forget_digest(header)
    begin = header["0.bias"]["data_offsets"][0]
    damaged = data[: begin + 4] + np.float32(np.inf).tobytes() + data[begin + 8 :]
    _write(tmp_path / "damaged", json.dumps(header).encode(), damaged)
    with pytest.raises(_core.ModelFileError, match=r'value 1 of tensor "0\.bias" is not a finite number'):
        _core.load_model(tmp_path / "damaged")


def _is_refused_unless(path: Path, content: bytes) -> None:
    """Whatever is changed, the file is no model any more."""
    if path.read_bytes() == content:
        _core.load_model(path)
    else:
        with pytest.raises(_core.ModelFileError):
            _core.load_model(path)


def _loads_or_is_refused(path: Path) -> None:
    """What cannot be believed raises ModelFileError with the file's name; anything else is a whole network."""
    try:
        network, metadata, _ = _core.load_model(path)
    except _core.ModelFileError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017  (most examples must raise, a few need not)
    else:
        assert network.initialized
        assert all(np.isfinite(network.parameter(name)).all() for name in network.parameter_names)
        assert all(isinstance(value, str) for value in metadata.values())


@given(position=st.integers(0, 10_000), replacement=st.binary(max_size=12), removed=st.integers(0, 12))
@example(position=0, replacement=b"\xff" * 8, removed=8)
@example(position=7, replacement=b"\x7f", removed=1)
def test_any_damage_to_the_bytes_is_survived(
    tmp_path_factory: pytest.TempPathFactory, position: int, replacement: bytes, removed: int
) -> None:
    path = _saved(tmp_path_factory.mktemp("damage"))
    content = path.read_bytes()
    position %= len(content)
    path.write_bytes(content[:position] + replacement + content[position + removed :])
    _is_refused_unless(path, content)


def test_mutated_files_are_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    content = path.read_bytes()
    for damaged in mutations(content, seed=6):
        path.write_bytes(damaged)
        _is_refused_unless(path, content)


def test_the_digest_is_the_sha256_of_the_file_with_zeros_for_its_digits(tmp_path: Path) -> None:
    content = _saved(tmp_path).read_bytes()
    digest = _parts(tmp_path / "model.safetensors")[0]["__metadata__"]["lenetpp.sha256"]
    assert hashlib.sha256(content.replace(digest.encode(), b"0" * 64)).hexdigest() == digest


def test_damage_is_told_with_both_digests(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    content = path.read_bytes()
    recorded = _parts(path)[0]["__metadata__"]["lenetpp.sha256"]
    damaged = content[:-1] + bytes([content[-1] ^ 1])
    found = hashlib.sha256(damaged.replace(recorded.encode(), b"0" * 64)).hexdigest()
    path.write_bytes(damaged)
    with pytest.raises(_core.ModelFileError) as refused:
        _core.load_model(path)
    assert all(word in str(refused.value) for word in (str(path), recorded, found, "take it from a copy"))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2**70) | st.floats() | st.text(max_size=5) | st.just("F32"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from(["F32", "F64", "I8"]) | _JSON,
        "shape": st.lists(st.sampled_from([0, 1, 3, 2**31, 2**32, 2**63, 2**64 - 1]), max_size=4) | _JSON,
        "data_offsets": st.lists(st.sampled_from([0, 4, 12, 108, 2**63, 2**64 - 4]), max_size=3) | _JSON,
        "extra": _JSON,
    },
)


@given(st.data())
def test_any_header_is_survived(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = _saved(tmp_path_factory.mktemp("header"))
    header, tensors = _parts(path)
    _forget_digest(header)
    name = data.draw(st.sampled_from([*header, "new"]))
    match data.draw(st.sampled_from(["replace", "remove", "entry", "text"])):
        case "replace":
            header[name] = data.draw(_JSON)
        case "remove":
            header.pop(name, None)
        case "entry":
            header[name] = data.draw(_ENTRY)
        case "text":
            header["__metadata__"]["lenetpp.network"] = data.draw(st.text(alphabet=TEXT + "0123456789é\0", max_size=60))
    _write(path, json.dumps(header).encode(), tensors)
    _loads_or_is_refused(path)


@given(st.binary(max_size=300))
def test_any_bytes_as_header_are_survived(tmp_path_factory: pytest.TempPathFactory, header: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "model"
    with pytest.raises(_core.ModelFileError):
        _core.load_model(_write(path, header, b""))
