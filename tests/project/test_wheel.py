"""What would be published: a manylinux wheel, made of the archive of sources alone, that needs no compiler."""

import json
import os
import re
import shlex
import sys
import zipfile
from pathlib import Path

import pytest

from builds import Run

from .conftest import FreshEnvironment
from .documentation import blocks_of

pytestmark = pytest.mark.build

LIBRARY_FILES = (
    "lenetpp.lib" if sys.platform == "win32" else "liblenetpp.a",
    {"win32": "lenetpp_c.dll", "darwin": "liblenetpp_c.dylib"}.get(sys.platform, "liblenetpp_c.so"),
    "cmake/lenetpp/lenetppConfig.cmake",
    "cmake/lenetpp/lenetppConfigVersion.cmake",
    "cmake/lenetpp/lenetppTargets.cmake",
    "cmake/lenetpp/lenetppTargets-release.cmake",
    "pkgconfig/lenetpp.pc",
)


@pytest.fixture(scope="module")
def repaired_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The wheel as it would be published: on Linux, after auditwheel."""
    if sys.platform != "linux":
        return wheel
    folder = tmp_path_factory.mktemp("wheelhouse")
    run("auditwheel", "repair", wheel, "--wheel-dir", folder)
    (repaired,) = folder.glob("lenetpp-*.whl")
    return repaired


@pytest.fixture(scope="module")
def environment(repaired_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> FreshEnvironment:
    return FreshEnvironment(tmp_path_factory.mktemp("environment"), repaired_wheel)


@pytest.mark.skipif(sys.platform != "linux", reason="manylinux is a matter of Linux")
def test_auditwheel_accepts_the_wheel_as_manylinux_without_bundling_a_library(repaired_wheel: Path) -> None:
    assert re.search(r"manylinux_2_\d+_(x86_64|aarch64)", repaired_wheel.name), repaired_wheel.name
    libraries = [name for name in zipfile.ZipFile(repaired_wheel).namelist() if ".so" in name]
    assert {Path(name).name.split(".")[0] for name in libraries} == {"_core", "liblenetpp_c"}


def test_wheel_does_not_grow_beyond_what_it_has(repaired_wheel: Path) -> None:
    assert repaired_wheel.stat().st_size <= 7_000_000  # 6.95 MB by GCC 14, which makes the largest


def test_wheel_holds_the_package_and_nothing_else(wheel: Path, project_root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = project_root / "python"
    expected = {
        path.relative_to(sources).as_posix()
        for package in ("lenetpp", "lenetpp_command")
        for path in (sources / package).rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".so", ".po"}
    }
    library = project_root / "cpp" / "include"
    expected |= {f"lenetpp/cpp/include/{path.relative_to(library).as_posix()}" for path in library.rglob("*.h")}
    expected |= {f"lenetpp/cpp/lib/{name}" for name in LIBRARY_FILES}
    extension = {name for name in names if re.fullmatch(r"lenetpp/_core\.[^/]+\.(so|pyd)", name)}
    assert len(extension) == 1
    assert {name for name in names - extension if ".dist-info/" not in name} == expected


@pytest.mark.parametrize("licence", ["LICENSE", "python/lenetpp/data/embedded/LICENSE.fashion-mnist"])
def test_wheel_carries_the_licences_of_code_and_data(wheel: Path, project_root: Path, licence: str) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(f".dist-info/licenses/{licence}"))
    assert archive.read(name) == (project_root / licence).read_bytes()


def test_wheel_works_in_a_fresh_environment_without_a_compiler(
    environment: FreshEnvironment, project_root: Path
) -> None:
    environment.run("python", project_root / "tests" / "project" / "minimal_check.py")


def test_cpp_project_needs_nothing_but_the_wheel(
    environment: FreshEnvironment, project_root: Path, tmp_path: Path, run: Run
) -> None:
    cmake, include = (environment.run("lenetpp", f"--{what}-dir").strip() for what in ("cmake", "include"))
    assert (Path(include) / "lenetpp" / "c.h").is_file()
    run("cmake", "-S", project_root / "tests" / "find_package", "-B", tmp_path, "-G", "Ninja",
        "-DCMAKE_BUILD_TYPE=Debug", f"-Dlenetpp_DIR={cmake}")  # fmt: skip
    run("cmake", "--build", tmp_path)
    assert Path(cmake).is_relative_to(environment.scripts.parent)


@pytest.fixture(scope="module")
def model_and_image(environment: FreshEnvironment) -> tuple[Path, Path]:
    environment.run("lenetpp", "train", "--epochs", "1", "--runs", "of-examples")
    image = environment.working_folder / "image.raw"
    image.write_bytes(bytes(28 * 28))
    return next((environment.working_folder / "of-examples").glob("*/model.safetensors")), image


SAID = re.compile(r"^ *\d+\.\d %  T-shirt/top$", re.MULTILINE)


@pytest.mark.needs("pkg-config", "cc")
def test_program_in_c_needs_nothing_but_the_wheel(
    environment: FreshEnvironment, model_and_image: tuple[Path, Path], project_root: Path, tmp_path: Path, run: Run
) -> None:
    variables = {"PKG_CONFIG_PATH": environment.run("python", "-m", "lenetpp", "--pkg-config-dir").strip()}
    flags = run("pkg-config", "--cflags", "--libs", "lenetpp", variables=variables).split()
    include, library = (
        Path(environment.run("python", "-m", "lenetpp", option).strip()) for option in ("--include-dir", "--c-library")
    )
    shared = ["-I", str(include), str(library), f"-Wl,-rpath,{library.parent}"]
    for name, linked in (("static", flags), ("shared", shared)):
        run("cc", "-std=c99", project_root / "examples" / "classify.c", *linked, "-o", tmp_path / name)
        assert SAID.search(run(tmp_path / name, *model_and_image))


def test_another_python_needs_nothing_but_the_library_in_the_wheel(
    environment: FreshEnvironment, model_and_image: tuple[Path, Path], project_root: Path, run: Run
) -> None:
    library = environment.run("python", "-m", "lenetpp", "--c-library").strip()
    # -I -S: without what is installed for this one.
    program = project_root / "examples" / "classify_ctypes.py"
    assert SAID.search(run(sys.executable, "-I", "-S", program, library, *model_and_image))


@pytest.mark.skipif(os.name == "nt", reason="links as on POSIX")
@pytest.mark.needs("rustc", "cc")
def test_program_in_rust_needs_nothing_but_the_wheel(
    environment: FreshEnvironment, model_and_image: tuple[Path, Path], project_root: Path, tmp_path: Path, run: Run
) -> None:
    library = Path(environment.run("python", "-m", "lenetpp", "--c-library").strip())
    source = project_root / "examples" / "classify.rs"
    run("rustc", source, "-l", f"dylib:+verbatim={library.name}", "-L", library.parent,
        "-C", f"link-arg=-Wl,-rpath,{library.parent}", "-o", tmp_path / "classify")  # fmt: skip
    assert SAID.search(run(tmp_path / "classify", *model_and_image))


def test_readme_runs_from_top_to_bottom_with_nothing_else_installed(
    environment: FreshEnvironment, project_root: Path
) -> None:
    shell, python = (
        next(block for block in blocks_of(project_root / "README.md") if block.language == language)
        for language in ("sh", "python")
    )
    install, train = shell.commands[0].split(" && ")
    assert install == "pip install ."
    assert json.loads(environment.run(*shlex.split(train), "--json"))["test_accuracy"] >= 0.85
    filters, page = (environment.run(*shlex.split(command)) for command in shell.commands[1:])
    assert "filter 5" in filters
    assert ("opened: " in page) or ("no browser was found" in page)
    assert "% of the test images" in environment.run("python", "-c", python.text)
    assert (environment.working_folder / "filters.png").is_file()


def test_uvx_runs_the_command_of_a_wheel_that_nobody_installed(repaired_wheel: Path, tmp_path: Path, run: Run) -> None:
    """As `uvx lenetpp train` does once the wheel is published: uv looks for that one, and here it is given."""
    variables = {"UV_CACHE_DIR": str(tmp_path / "cache"), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = ("uvx", "--from", repaired_wheel, "lenetpp", "train", "--epochs", "1", "--json")
    result = json.loads(run(*command, cwd=tmp_path, variables={**variables, "LENETPP_RUNS": str(tmp_path / "runs")}))
    assert result["test_accuracy"] > 0.5
    assert (Path(result["run"]) / "model.safetensors").is_file()


def test_plain_install_brings_no_more_than_it_says(environment: FreshEnvironment) -> None:
    listed = json.loads(environment.run("python", "-m", "pip", "list", "--format", "json"))
    heavy = {"scikit-learn", "torch", "onnx", "onnxruntime", "distributed"}
    assert heavy.isdisjoint(package["name"].lower() for package in listed)
