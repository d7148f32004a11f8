"""Initial weights: the stated distributions, drawn from the stated counters."""

from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from lenetpp import _core
from reference.random_numbers import Purpose, random_normals

Scheme = Literal["he", "glorot", "lecun", "blog", "identity"]

TEXT = "3x9x9 | conv 40x5x5 separate sigmoid | conv 30x5x5 relu | dense 200 sigmoid(2) | dense 150 tanh"
WEIGHTS = ("0.weight", "1.weight", "2.weight", "3.weight")
FAN_IN = np.array([25, 120 * 25, 30, 200])
FAN_OUT = np.array([40 * 25, 30 * 25, 200, 150])
DEVIATIONS: dict[Scheme, NDArray[np.float64]] = {
    "he": np.sqrt(2 / FAN_IN),
    "glorot": np.sqrt(2 / (FAN_IN + FAN_OUT)),
    "lecun": np.sqrt(1 / FAN_IN),
    # The blog's: filters 1/5, dense before a sigmoid 2 / fan-in, before another activation sqrt(2 / fan-in) / 10.
    "blog": np.array([0.2, 0.2, 2 / 30, np.sqrt(2 / 200) / 10]),
}


@pytest.mark.parametrize("scheme", DEVIATIONS)
def test_weights_are_normal_with_the_schemes_deviation(scheme: Scheme) -> None:
    network = _network(scheme, seed=11)
    for name, deviation in zip(WEIGHTS, DEVIATIONS[scheme], strict=True):
        weights = network.parameter(name).ravel() / deviation
        # Moments of n standard normal numbers, each allowed five of its own standard deviations.
        n = weights.size
        assert abs(weights.mean()) < 5 / np.sqrt(n)
        assert abs((weights**2).mean() - 1) < 5 * np.sqrt(2 / n)
        assert abs((weights**3).mean()) < 5 * np.sqrt(15 / n)
        assert abs((weights**4).mean() - 3) < 5 * np.sqrt(96 / n)
        assert abs((np.abs(weights) < 0.6745).mean() - 0.5) < 5 * np.sqrt(0.25 / n)


def test_identity_hands_planes_on_in_convolutions_behind_another_layer_and_is_he_elsewhere() -> None:
    text = (
        "3x9x9 | conv 4x3x3 pad1 | conv 6x3x3 pad1 relu | conv 4x2x4 | conv 4x3x3 pad1 separate | "
        "residual [ conv 5x3x3 pad1 ] | dense 4"
    )
    network, as_he = _core.Network(text), _core.Network(text)
    network.initialize(5, "identity")
    as_he.initialize(5, "he")
    given = np.zeros((6, 4, 3, 3), np.float32)
    given[:4] = np.eye(4, dtype=np.float32)[:, :, None, None] * [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]
    given[4:] = as_he.parameter("1.weight")[4:]
    assert (network.parameter("1.weight") == given).all()
    even = np.zeros((4, 6, 2, 4), np.float32)  # the later of two in the middle, as PyTorch's dirac_
    even[np.arange(4), np.arange(4), 1, 2] = 1
    assert (network.parameter("2.weight") == even).all()
    changed = {name for name in as_he.parameter_names if (network.parameter(name) != as_he.parameter(name)).any()}
    assert (network.parameter("6.weight")[:, :, 0, 0] == np.eye(5, 16)).all()  # the shortcut
    assert changed == {"1.weight", "2.weight", "5.weight", "6.weight"}


def test_biases_start_at_zero() -> None:
    network = _network("he", seed=1)
    assert all((network.parameter(name) == 0).all() for name in network.parameter_names if name.endswith("bias"))


def test_weights_are_a_function_of_counters() -> None:
    # The counter of weights 2 i and 2 i + 1 of layer l is (seed, initial weights, l, i).
    network = _core.Network64(TEXT)
    network.initialize(2**63 + 5, "lecun")
    for layer, name in enumerate(WEIGHTS):
        weights = network.parameter(name).ravel()[:11]
        counters = [(2**63 + 5, Purpose.INITIAL_WEIGHTS, layer, index) for index in range(6)]
        normals = np.ravel([random_normals(*counter) for counter in counters])[:11]
        np.testing.assert_allclose(weights, normals * np.sqrt(1 / FAN_IN[layer]), rtol=1e-13, atol=1e-15)


def test_other_seeds_give_other_weights_and_layers_do_not_share_theirs() -> None:
    first, second = _network("he", seed=1).parameter("2.weight"), _network("he", seed=2).parameter("2.weight")
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.1
    same_size = _core.Network("1x1x40 | dense 40 nobias | dense 40 nobias")
    same_size.initialize(1)
    a, b = same_size.parameter("0.weight"), same_size.parameter("1.weight")
    assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.1


def test_float32_weights_are_the_float64_weights_rounded() -> None:
    double = _core.Network64(TEXT)
    double.initialize(3)
    single = _network("he", seed=3)
    for name in WEIGHTS:
        assert (single.parameter(name) == double.parameter(name).astype(np.float32)).all()


def _network(scheme: Scheme, seed: int) -> _core.Network:
    network = _core.Network(TEXT)
    network.initialize(seed, scheme)
    return network
