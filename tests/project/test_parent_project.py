"""A project that contains lenetpp gets the bits of every other build, however fast it wants its own code."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import needs
from builds import BUILDS, PROJECT_ROOT, run
from lenetpp import _core

pytestmark = pytest.mark.build

# Each part of -ffast-math by its own name too: -fno-fast-math does not undo what was said so.
FAST = (
    "-O2;-ffast-math;-funsafe-math-optimizations;-fassociative-math;-freciprocal-math;-ffinite-math-only;"
    "-fno-signed-zeros;-fno-trapping-math;-ffp-contract=fast"
)


def trained_here() -> dict[str, list[str]]:
    """What tests/parent_project/train.cpp prints, computed by the installed package."""
    network = _core.Network("1x8x8 | conv 2x3x3 tanh | maxpool 2 | dense 3 sigmoid")
    network.initialize(1)
    network.set_normalization(np.array([100], np.float32), np.array([58], np.float32))
    before = _weights(network)
    pixels = (np.arange(40 * 64, dtype=np.uint32) * np.uint32(2654435761) >> 24).astype(np.uint8)
    labels = (np.arange(40) % 3).astype(np.int32)
    trainer = _core.Trainer(network, batch_size=7, loss="binary_cross_entropy", momentum=0.9)
    rate = _core.LearningRate(0.02)
    loss = trainer.train_epoch(pixels.reshape(40, 1, 8, 8), labels, epoch=0, learning_rate=rate).loss
    return {"before": before, "after": _weights(network), "loss": [float(loss).hex()]}


def _weights(network: _core.Network) -> list[str]:
    arrays: list[NDArray[np.float32]] = [network.parameter(name).ravel() for name in network.parameter_names]
    return [float(x).hex() for x in np.concatenate(arrays)]


def built(build: Path, compiler: str, *options: str) -> Path:
    """The folder in which the parent project was compiled."""
    found = needs.program(compiler)
    # Without the vector kernels, which take most of the time to compile and get the same flags: the scalar ones are
    # those that a compiler changes more freely.
    run("cmake", "-S", PROJECT_ROOT / "tests" / "parent_project", "-B", build, "-G", "Ninja",
        f"-DCMAKE_CXX_COMPILER={found}", f"-DLENETPP_FOLDER={PROJECT_ROOT}", f"-DPARENT_FLAGS={FAST}",
        "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_UNITY_BUILD=ON", *options,
        *(f"-DLENETPP_COMPILES_FOR_{name}=OFF" for name in _core.available_instruction_sets()[1:]))  # fmt: skip
    compiled = (build / "lenetpp" / "instruction_sets" / "instruction_set_list.h").read_text()
    assert re.findall(r"^  use\((\w+),", compiled, re.MULTILINE) == ["scalar"]
    run("cmake", "--build", build)
    return build


@BUILDS.fixture
def shared_build() -> Path:
    return built(BUILDS.folder / "parent-g++", "g++", "-DBUILD_SHARED_LIBS=ON")


@BUILDS.fixture
def static_build() -> Path:
    return built(BUILDS.folder / "parent-clang++", "clang++", "-DLENETPP_INSTALL=ON")


@pytest.mark.parametrize("build", ["shared_build", "static_build"])
def test_fast_math_of_a_parent_project_changes_no_bit(build: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(build)
    printed: dict[str, list[str]] = {"before": [], "after": [], "loss": []}
    for name, value in re.findall(r"^(\w+) (\S+)$", run(folder / "train"), re.MULTILINE):
        printed[name].append(float.fromhex(value).hex())
    assert printed == trained_here()


@pytest.mark.parametrize(("build", "installs"), [("shared_build", False), ("static_build", True)])
def test_parent_project_installs_the_library_only_where_it_asks(
    build: str, installs: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run("cmake", "--install", request.getfixturevalue(build), "--prefix", tmp_path)
    assert bool(list(tmp_path.rglob("lenetpp.h"))) == installs


@pytest.mark.skipif(sys.platform != "linux", reason="reads ELF")
def test_shared_library_shows_the_interface_and_nothing_else(shared_build: Path, project_root: Path) -> None:
    headers = [path.read_text() for path in (project_root / "cpp/include").rglob("*.h") if path.name != "export.h"]
    declared = {name for text in headers for name in re.findall(r"LENETPP_API [^;{]*?([\w~]+)(?:\(|[ :{]*\n| :)", text)}
    symbols = run("nm", "--dynamic", "--defined-only", "--demangle", shared_build / "lenetpp" / "liblenetpp.so")
    shown = re.findall(r"^[0-9a-f]+ [A-Za-z] (.+)$", symbols, re.MULTILINE)
    # The last name of the namespace before the arguments: what stands before it is a type that is returned.
    names = {re.findall(r"lenetpp::(\w+)", name.split("(")[0])[-1] if "::" in name else name for name in shown}
    assert {name for name in names if name.startswith("lenetpp_")} == {n for n in declared if n.startswith("lenetpp_")}
    assert names - declared == set()
    assert declared - names == set()
    assert [name for name in shown if "::State" in name] == []


@pytest.mark.parametrize("flag", ["-ffast-math", "-Ofast", "-ffinite-math-only", "-fassociative-math"])
def test_sources_refuse_fast_math_where_nothing_overrides_it(project_root: Path, flag: str) -> None:
    compiler = needs.program("c++")
    command: list[str | Path] = [
        compiler,
        "-std=c++20",
        flag,
        "-E",
        "-x",
        "c++",
        project_root / "cpp" / "src" / "strict_arithmetic.h",
    ]
    if flag == "-fassociative-math":  # which asks for these two
        command[3:3] = ["-fno-signed-zeros", "-fno-trapping-math"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode != 0
    assert "would change results; compile lenetpp without" in finished.stderr


def test_every_source_whose_numbers_matter_includes_that_refusal(project_root: Path) -> None:
    compiler = needs.program("c++")
    sources = project_root / "cpp" / "src"
    # What reads and writes text and files, and counts; number_text and the like convert exactly.
    without_numbers = {
        "architecture", "class_names", "errors", "fields", "file_system", "images", "json", "layer_outputs",
        "layer_rules", "network_text", "option_ranges", "parameters", "plane_stack", "safetensors", "sha256", "shape",
        "text", "text_cursor", "thread_pool", "trainer_options", "windows",
    }  # fmt: skip
    # -MG: CMake makes a header, the list of instruction sets, that is not among the sources.
    command: list[str | Path] = [compiler, "-std=c++20", "-MM", "-MG", f"-I{sources}",
               f"-I{project_root / 'cpp' / 'include'}",
               '-DLENETPP_SIMD_HEADER="kernels/simd/scalar.h"', "-DLENETPP_SIMD_NAMESPACE=scalar",
               *sorted(sources.rglob("*.cpp"))]  # fmt: skip
    rules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.replace("\\\n", " ")
    files = {line.split(".o:")[0]: line.split(".o:")[1] for line in rules.splitlines()}
    assert {name for name, needed in files.items() if "strict_arithmetic.h" not in needed} == without_numbers
