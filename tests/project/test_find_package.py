"""Another CMake project finds the installed library, trains with it and reads what Python saved."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from builds import SEARCH_PATH, Run

pytestmark = pytest.mark.build


def test_strangers_project_trains_and_gets_pythons_outputs_to_the_bit(
    installed_library: Path, project_root: Path, tmp_path: Path, run: Run
) -> None:
    network = lp.Network.parse("3x12x10 | conv 5x3x3 pad1 relu | maxpool 3/2 | dense 7 tanh | dense 4")
    network.initialize(seed=11)
    network.save(tmp_path / "model.safetensors")
    images = np.random.default_rng(0).integers(0, 256, (9, 3, 12, 10), dtype=np.uint8)
    images.tofile(tmp_path / "images.raw")

    build = tmp_path / "build"
    run("cmake", "-S", project_root / "tests" / "find_package", "-B", build, "-G", "Ninja",
        "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={installed_library}")  # fmt: skip
    run("cmake", "--build", build)
    printed = run(build / "train_and_load", tmp_path / "model.safetensors", tmp_path / "images.raw", cwd=tmp_path)

    accuracy = re.search(r"^accuracy (\S+)$", printed, re.MULTILINE)
    assert accuracy, printed
    assert float(accuracy[1]) > 0.95
    assert f"network {network}\n" in printed
    outputs = np.array([float.fromhex(text) for text in re.findall(r"^output (\S+)$", printed, re.MULTILINE)])
    np.testing.assert_array_equal(outputs.astype(np.float32).reshape(9, 4), network.outputs(images))


def test_a_project_in_c_alone_is_told_to_enable_cpp(installed_library: Path, tmp_path: Path) -> None:
    """A linker would otherwise miss the library of C++, in hundreds of lines."""
    project = "cmake_minimum_required(VERSION 3.21)\nproject(x LANGUAGES C)\nfind_package(lenetpp REQUIRED)\n"
    (tmp_path / "CMakeLists.txt").write_text(project)
    environment = os.environ | {"PATH": SEARCH_PATH, "CMAKE_PREFIX_PATH": str(installed_library)}
    command = ["cmake", "-S", str(tmp_path), "-B", str(tmp_path / "build"), "-G", "Ninja"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "project(... LANGUAGES C CXX)" in " ".join(refused.stderr.split())
