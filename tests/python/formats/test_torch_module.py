"""Networks as PyTorch modules."""

import copy
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
import needs
from lenetpp.basics.extras import MissingPackage
from lenetpp.networks.network_structure import DataType

from ..numerics.architectures import network_texts
from .exported_networks import IDENTIFIERS, TEXTS, images_for, network_of

torch = needs.module("torch")


def check(network: lp.Network, images: np.ndarray) -> None:
    module = network.to_torch()
    with torch.no_grad():
        outputs = module(torch.from_numpy(images)).numpy()
    expected = network.outputs(images)
    assert outputs.dtype == expected.dtype
    assert outputs.shape == expected.shape
    relative = 1e-5 if network.dtype == "float32" else 1e-13
    np.testing.assert_allclose(outputs, expected, rtol=0, atol=relative * max(1, np.abs(expected).max()))
    state = {name: values.numpy() for name, values in module.state_dict().items()}
    known = {
        name.replace("variance", "var"): values for name, values in (network.parameters() | network.state()).items()
    }
    assert {name for name in state if not name.endswith("num_batches_tracked")} == set(known)
    assert [name for name in state if name in network.parameters()] == list(network.parameters())
    for name, values in known.items():
        np.testing.assert_array_equal(state[name], values)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_pytorch_gives_the_outputs_of_the_library(text: str, dtype: DataType) -> None:
    network = network_of(text, dtype)
    check(network, images_for(network, 200))


@given(text=network_texts(), seed=st.integers(1, 1000))
@settings(max_examples=50)
def test_random_networks(text: str, seed: int) -> None:
    network = network_of(text, seed=seed)
    check(network, images_for(network, 20, seed))


def test_images_without_normalization_are_taken_as_they_are() -> None:
    network = network_of(TEXTS[1])
    network.normalization = None
    check(network, images_for(network, 20))


def test_modules_can_be_trained_copied_and_pickled() -> None:
    network = network_of(TEXTS[3])
    module = pickle.loads(pickle.dumps(copy.deepcopy(network.to_torch())))
    module.train()
    before = {name: values.clone() for name, values in module.state_dict().items()}
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    module(torch.from_numpy(images_for(network, 8))).sum().backward()
    optimizer.step()
    assert all(not torch.equal(values, before[name]) for name, values in module.state_dict().items())
    check(network, images_for(network, 8))  # the library's weights are its own


def test_model_files_are_the_state_of_the_module(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    network, other = network_of(TEXTS[3]), network_of(TEXTS[3], seed=7)
    network.save(tmp_path / "model.safetensors")
    module = other.to_torch()
    module.load_state_dict(load_file(tmp_path / "model.safetensors"))
    for name, values in network.parameters().items():
        np.testing.assert_array_equal(module.state_dict()[name].numpy(), values)


def test_dropout_is_as_usual_while_training_and_none_at_first() -> None:
    network = network_of("1x4x4 | dropout 0.5 | dense 3")
    module, images = network.to_torch(), torch.from_numpy(images_for(network, 50))
    assert torch.equal(module(images), module(images))
    module.train()
    assert not torch.equal(module(images), module(images))


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "lenetpp.networks.formats.torch_module", raising=False)
    with pytest.raises(MissingPackage, match=r'a PyTorch module needs .* pip install "lenetpp\[torch\]"'):
        network_of(TEXTS[0]).to_torch()


def test_importing_lenetpp_does_not_import_pytorch(tmp_path: Path) -> None:
    import subprocess

    code = "import lenetpp, sys; assert 'torch' not in sys.modules and 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
