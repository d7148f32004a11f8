"""State, which layers learn beside their parameters, goes wherever a network goes.

Batch normalizations have some (`tests/python/numerics/test_normalizations.py`). Here, so that names and shapes can be
any, every average pooling keeps a mean of its planes, in a core that is the compiled one but for that.
"""

import copy
import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp import _core
from lenetpp.networks import inner_outputs, network_structure
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.run_files import RecordError

TEXT = "2x8x8 | avgpool 2 | conv 3x3x3 relu | avgpool 2/1 | dense 2"
STATE = {"0.mean": np.array([0.5, -2]), "2.mean": np.array([1, 2, 3.25])}


class MeansOfPoolings:
    """The state that a core lacks."""

    layer_texts: list[str]
    output_shapes: list[tuple[int, int, int]]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._state: dict[str, NDArray[np.floating[Any]]] = {
            name: np.zeros(shape) for name, shape in zip(self.state_names, self.state_shapes, strict=True)
        }

    @property
    def state_names(self) -> list[str]:
        return [f"{index}.mean" for index, text in enumerate(self.layer_texts) if text.startswith("avgpool")]

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        return [self.output_shapes[int(name[0])][:1] for name in self.state_names]

    def state(self, name: str) -> NDArray[np.floating[Any]]:
        return self._state[name].copy()

    def set_state(self, name: str, values: NDArray[np.floating[Any]]) -> None:
        self._state[name] = values


Architecture, Core, Core64 = (
    type("WithState", (MeansOfPoolings, base), {}) for base in (_core.Architecture, _core.Network, _core.Network64)
)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> lp.Network:
    monkeypatch.setitem(network_structure.CORES, "float32", Core)
    monkeypatch.setitem(network_structure.CORES, "float64", Core64)
    monkeypatch.setattr(_core, "Architecture", Architecture)
    network = lp.Network.parse(TEXT)
    network.initialize(1)
    network.set_state(STATE)
    return network


def test_networks_of_layers_without_state_have_none() -> None:
    network = lp.Network.parse(TEXT)
    assert network.state() == {}
    network.set_state({})
    assert network.core.state_names == []
    assert network.core.state_shapes == []
    with pytest.raises(ValueError, match=r"state names must be exactly none; missing: none; unknown: 0\.mean"):
        network.set_state({"0.mean": np.zeros(2)})
    with pytest.raises(ValueError, match=r'name must be one of none, not "0\.mean"'):
        network.core.state("0.mean")


def test_parameters_are_those_that_are_trained(network: lp.Network) -> None:
    assert list(network.parameters()) == ["1.weight", "1.bias", "3.weight", "3.bias"]
    np.testing.assert_equal(network.state(), STATE)


def test_digest_covers_state_behind_the_parameters(network: lp.Network) -> None:
    arrays = network.parameters() | {name: values.astype(np.float32) for name, values in STATE.items()}
    assert network.digest == hashlib.sha256(b"".join(values.tobytes() for values in arrays.values())).hexdigest()
    assert network.parameter_digests() == {
        name: hashlib.sha256(values.tobytes()).hexdigest()[:16] for name, values in arrays.items()
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("2.mean", None, r"state names must be exactly 0\.mean, 2\.mean; missing: 2\.mean; unknown: none"),
        ("3.mean", [1], r"missing: none; unknown: 3\.mean"),
        ("2.mean", [1, 2], r"state 2\.mean must have shape \(3,\), but has \(2,\)"),
        ("2.mean", [1, 2, np.nan], r"state 2\.mean must be finite in float32"),
    ],
)
def test_state_that_does_not_fit_is_refused_and_nothing_set(
    network: lp.Network, name: str, value: list[float] | None, message: str
) -> None:
    wrong = {key: -values for key, values in STATE.items()} | {name: value}
    with pytest.raises(ValueError, match=message):
        network.set_state({key: values for key, values in wrong.items() if values is not None})
    np.testing.assert_equal(network.state(), STATE)


def test_state_goes_with_copies_of_other_types_and_pickles(network: lp.Network) -> None:
    wider = network.astype("float64")
    assert wider.dtype == "float64"
    for other in (wider, pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        np.testing.assert_equal(other.state(), STATE)


def test_pickles_from_before_there_was_state_are_read() -> None:
    network = lp.Network.parse(TEXT)
    network.initialize(1)
    state = network.__getstate__()
    del state["state"]
    old = lp.Network.__new__(lp.Network)
    old.__setstate__(state)
    assert old.digest == network.digest


def test_network_cut_behind_a_layer_has_the_state_of_what_is_left(network: lp.Network) -> None:
    cut = inner_outputs._cut(network, network.layers[:2])
    np.testing.assert_equal(cut.state(), {"0.mean": STATE["0.mean"]})


def written(network: lp.Network, folder: Path) -> Path:
    path = folder / "checkpoint.safetensors"
    path.write_bytes(b"".join(Checkpoint(network=network, epoch=3).content()))
    return path


def test_checkpoint_keeps_state(network: lp.Network, tmp_path: Path) -> None:
    read = Checkpoint.read(written(network, tmp_path))
    np.testing.assert_equal(read.network.state(), STATE)
    assert read.network.digest == network.digest
    assert (read.state, read.epoch) == ({}, 3)


@pytest.mark.usefixtures("network")
def test_checkpoint_of_a_network_without_parameters_keeps_state(tmp_path: Path) -> None:
    pooling = lp.Network.parse("2x2x2 | avgpool 2")
    pooling.set_state({"0.mean": STATE["0.mean"]})
    np.testing.assert_equal(Checkpoint.read(written(pooling, tmp_path)).network.state(), pooling.state())


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({}, r"state names must be exactly 0\.mean, 2\.mean; missing: 0\.mean, 2\.mean"),
        ({"2.mean": 3}, "its arrays have the shapes"),
        ({"0.mean": 2, "2.mean": 4}, "its arrays have the shapes"),
        ({"0.mean": 2, "1.mean": 3, "2.mean": 3}, "its arrays have the shapes"),
    ],
)
def test_checkpoint_with_another_state_is_refused(
    network: lp.Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: dict[str, int], message: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Core, "state_names", list(sizes))
        patch.setattr(Core, "state", lambda _, name: np.zeros(sizes[name], np.float32))
        path = written(network, tmp_path)
    with pytest.raises(RecordError, match=message):
        Checkpoint.read(path)
