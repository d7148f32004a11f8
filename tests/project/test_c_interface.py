"""Programs in C, against the installed library, wherever that was moved: pkg-config says how."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from builds import Run

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(os.name == "nt", reason="links as on POSIX"),
    pytest.mark.needs("pkg-config", "cc"),
]

STRICT = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")

Compile = Callable[[Path], Path]


@pytest.fixture(scope="module")
def compiled(installed_library: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Compile:
    """Compile a file of C99 against a copy of the library that lies elsewhere than it was installed."""
    folder = tmp_path_factory.mktemp("c")
    shutil.copytree(installed_library, folder / "moved")
    (description,) = (folder / "moved").rglob("lenetpp.pc")
    variables = {"PKG_CONFIG_PATH": str(description.parent)}
    flags = run("pkg-config", "--cflags", "--libs", "lenetpp", variables=variables).split()
    assert str(installed_library) not in " ".join(flags)

    def compile_file(source: Path) -> Path:
        run("cc", *STRICT, source, *flags, "-lm", "-o", folder / source.stem)
        return folder / source.stem

    return compile_file


def test_trainings_in_c_have_the_golden_bits(compiled: Compile, project_root: Path, run: Run) -> None:
    printed = run(compiled(project_root / "tests" / "c" / "golden_trainings.c"))
    golden = json.loads((project_root / "tests" / "golden" / "training_digests.json").read_text())["trainings"]
    trainings = re.split(r"^training (.+)\n", printed, flags=re.MULTILINE)[1:]
    assert trainings[::2] == ["lenet5", "table, strides and padding"]
    for name, text in zip(trainings[::2], trainings[1::2], strict=True):
        values = {what: [float.fromhex(x) for x in re.findall(rf"^{what} (\S+)$", text, re.MULTILINE)]
                  for what in ("parameters", "outputs", "losses")}  # fmt: skip
        digests = {what: hashlib.sha256(np.array(values[what], "<f4").tobytes()).hexdigest()
                   for what in ("parameters", "outputs")}  # fmt: skip
        assert digests | {"losses": " ".join(map(float.hex, values["losses"]))} == golden[name]


def test_whatever_a_caller_gives_is_refused_in_words(
    compiled: Compile, project_root: Path, tmp_path: Path, run: Run
) -> None:
    said = run(compiled(project_root / "tests" / "c" / "misuse.c"), tmp_path)
    assert "NOT REFUSED" not in said
    for call, words in (
        ("lenetpp_network_load(NULL)", "path: expected a pointer, got NULL"),
        ("lenetpp_network_load_bytes(bytes, sizeof bytes)", "the model in memory: offset 0"),
        ("lenetpp_network_class_name(network, 2)", "class 2: there are names of 2 classes"),
        ("lenetpp_predictor_classes(predictor, both, classes)", "images: expected either bytes or floats, got both"),
        ('lenetpp_trainer_new(network, "loss=99")', "loss: expected one of cross_entropy, squared_error,"),
        ("lenetpp_trainer_epoch(trainer, images, wrong, NULL, NULL)", "labels: expected 0 to 1"),
    ):
        assert any(line.startswith(f"{call}: ") and words in line for line in said.splitlines()), said


def test_example_in_c_says_what_python_says(compiled: Compile, project_root: Path, tmp_path: Path, run: Run) -> None:
    network = lp.Network.parse("3x12x10 | conv 5x3x3 pad1 relu | maxpool 3/2 | dense 3")
    network.initialize(seed=11)
    network.class_names = ("airplane", "船", "car")
    network.save(tmp_path / "model.safetensors")
    image = np.random.default_rng(0).integers(0, 256, (1, 3, 12, 10), dtype=np.uint8)
    image.tofile(tmp_path / "image.raw")
    program = compiled(project_root / "examples" / "classify.c")
    printed = run(program, tmp_path / "model.safetensors", tmp_path / "image.raw")
    (probabilities,) = network.predict_proba(image)
    expected = [f"{100 * p:5.1f} %  {name}" for p, name in zip(probabilities, network.class_names, strict=True)]
    assert printed.splitlines() == expected
