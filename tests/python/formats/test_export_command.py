"""``lenetpp export RUN FILE``."""

import sys
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.exporters import compare_with_onnx_runtime

from ..command import Command
from ..package.patterns import TEXT, stripes_data
from .exported_networks import TEXTS, network_of


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> lp.Run:
    return lp.train(lp.Network.parse(TEXT), stripes_data(), epochs=1, runs=tmp_path_factory.mktemp("runs"))


def test_c_is_written_with_its_memory_and_functions_named(lenetpp: Command, run: lp.Run, tmp_path: Path) -> None:
    file = tmp_path / "7-stripes.c"
    said = lenetpp.json("export", run.folder, file)
    assert said == {
        "run": str(run.folder),
        "file": str(file),
        "function": "network_7_stripes_predict",
        "arena_bytes": 4 * (64 + 36 + 36),
        "weights_bytes": 4 * (4 * 9 + 4 + 3 * 36 + 3),
    }
    assert file.read_text(encoding="utf-8") == run.network.to_c("network_7_stripes")
    assert "544 bytes" in lenetpp("export", run.folder, file, "--prefix", "mine", "--pixels", "float32")
    assert file.read_text(encoding="utf-8") == run.network.to_c("mine", pixels="float32")


def test_model_files_are_exported_too(lenetpp: Command, run: lp.Run, tmp_path: Path) -> None:
    assert run.folder is not None
    model = run.folder / "model.safetensors"
    assert "run" not in lenetpp.json("export", model, tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").read_bytes() == run.network.to_onnx()
    message = "a model file has no figures of epochs"
    assert message in lenetpp("export", model, "--tensorboard", tmp_path, code=2, stream="errors")


@pytest.mark.parametrize("pixels", ["uint8", "float32"])
def test_onnx_runtime_is_asked_whether_it_agrees(lenetpp: Command, run: lp.Run, tmp_path: Path, pixels: str) -> None:
    said = lenetpp.json("export", run.folder, tmp_path / "net.onnx", "--verify", "--pixels", pixels)
    assert said["agrees"]
    assert said["largest_difference"] < 1e-4 * said["largest_output"]


def test_a_model_that_computes_something_else_is_found_out() -> None:
    network = network_of(TEXTS[1])
    model = network.to_onnx()
    assert compare_with_onnx_runtime(network, model, "uint8").holds
    parameters = {name: values.copy() for name, values in network.parameters().items()}
    parameters["0.weight"] = parameters["0.weight"] * np.float32(1.01)
    network.set_parameters(parameters)
    assert not compare_with_onnx_runtime(network, model, "uint8").holds


def test_disagreement_is_an_error(
    lenetpp: Command, run: lp.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = network_of(TEXT).to_onnx()
    monkeypatch.setattr(lp.Network, "to_onnx", lambda *_, **__: model)
    errors = lenetpp("export", run.folder, tmp_path / "net.onnx", "--verify", code=1, stream="errors")
    assert "ONNX Runtime computes something else" in errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["net.txt"], "must end in .c or .onnx"),
        (["net.onnx", "--prefix", "net"], "--prefix is for names in a FILE.c"),
        (["net.c", "--verify"], "--verify compares a FILE.onnx"),
        (["net.c", "--pixels", "int8"], "int8"),
        ([], "FILE.c or FILE.onnx"),
    ],
)
def test_what_does_not_fit_together(
    lenetpp: Command, run: lp.Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    paths = [str(tmp_path / word) if word.startswith("net.") else word for word in arguments]
    errors = lenetpp("export", run.folder, *paths, code=2, stream="errors")
    assert message in " ".join(errors.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def test_a_prefix_that_c_refuses(lenetpp: Command, run: lp.Run, tmp_path: Path) -> None:
    errors = lenetpp("export", run.folder, tmp_path / "net.c", "--prefix", "a-b", code=1, stream="errors")
    assert "prefix must begin names in C" in errors


def test_a_missing_package_is_named_with_its_extra(
    lenetpp: Command, run: lp.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    errors = lenetpp("export", run.folder, tmp_path / "net.onnx", "--verify", code=1, stream="errors")
    assert 'pip install "lenetpp[onnx]"' in " ".join(errors.split())
