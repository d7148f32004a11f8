"""What would be published: a manylinux wheel, made of the archive of sources alone, that needs no compiler."""

import json
import re
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import FreshEnvironment, Run

pytestmark = pytest.mark.build


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
    assert [Path(name).name.split(".")[0] for name in libraries] == ["_core"]


def test_wheel_holds_the_package_and_nothing_else(wheel: Path, project_root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = project_root / "python"
    expected = {
        path.relative_to(sources).as_posix()
        for path in (sources / "lenetpp").rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".so"}
    }
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


def test_first_command_of_the_readme_learns_the_embedded_images(environment: FreshEnvironment) -> None:
    result = json.loads(environment.run("lenetpp", "train", "--json"))
    assert result["test_accuracy"] >= 0.85


def test_plain_install_brings_no_more_than_it_says(environment: FreshEnvironment) -> None:
    listed = json.loads(environment.run("python", "-m", "pip", "list", "--format", "json"))
    heavy = {"scikit-learn", "scipy", "torch", "pillow", "matplotlib"}
    assert heavy.isdisjoint(package["name"].lower() for package in listed)
