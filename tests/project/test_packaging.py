"""The recipes of packaging/ make of this checkout what their package managers want, and ask for what it needs."""

import json
import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rattler_build import PlatformConfig, RenderConfig, Stage0Recipe, VariantConfig

from builds import PROJECT_ROOT, SEARCH_PATH, Run
from lenetpp import _core

from .conftest import CMakeBuild

CONDA_NAMES = {"matplotlib": "matplotlib-base"}
"""What conda-forge calls otherwise: there, matplotlib brings a window system."""


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())


# Conan: the package is made, and its test package built and run, as by hand.


@dataclass(frozen=True)
class Conan:
    """One that knows this machine's compiler, and nothing of the developer's settings, packages and registries."""

    home: Path

    def __call__(self, *command: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "CONAN_HOME": str(self.home), "PATH": SEARCH_PATH}
        pipe, to_the_same = subprocess.PIPE, subprocess.STDOUT
        words = ["conan", *command]
        return subprocess.run(words, env=environment, stdout=pipe, stderr=to_the_same, text=True, check=False)

    def create(self, standard: int, *options: str) -> "subprocess.CompletedProcess[str]":
        recipe = PROJECT_ROOT / "packaging" / "conan"
        return self("create", str(recipe), "--no-remote", "--settings", f"compiler.cppstd={standard}", *options)


@pytest.fixture
def conan(tmp_path: Path) -> Conan:
    conan = Conan(tmp_path / "conan")
    conan("profile", "detect").check_returncode()
    return conan


@pytest.mark.build
@pytest.mark.needs("c++")
@pytest.mark.parametrize("shared", [False, True])
def test_conan_makes_a_package_with_which_a_program_trains_saves_and_loads(
    shared: bool, conan: Conan, tmp_path: Path
) -> None:
    # Without the vector kernels, which take most of the time to compile: other tests have them.
    left_out = {
        f"LENETPP_COMPILES_FOR_{name}": {"value": "OFF", "cache": True, "type": "BOOL", "docstring": ""}
        for name in _core.available_instruction_sets()[1:]
    }
    settings = {
        "tools.cmake.cmaketoolchain:generator": "Ninja",
        "tools.cmake.cmaketoolchain:extra_variables": {"CMAKE_UNITY_BUILD": "ON", **left_out},
        "tools.cmake.cmake_layout:test_folder": tmp_path / "test",
    }
    configuration = (word for name, value in settings.items() for word in ("--conf", f"{name}={value}"))
    created = conan.create(20, "--options", f"lenetpp/*:shared={shared}", *configuration)
    accuracy = re.search(r"^accuracy (\S+)$", created.stdout, re.MULTILINE)
    assert created.returncode == 0, created.stdout
    assert accuracy, created.stdout
    assert float(accuracy[1]) > 0.95
    (package,) = (path.parents[1] for path in conan.home.rglob("p/licenses/LICENSE"))
    assert any(path.suffix in {".so", ".dylib", ".dll"} for path in package.rglob("*")) == shared


@pytest.mark.needs("c++")
def test_conan_refuses_a_language_older_than_the_headers_need(conan: Conan) -> None:
    refused = conan.create(17)
    assert refused.returncode != 0
    assert "lower than the required C++ standard (20)" in refused.stdout


# conda-forge: its channels are no registry of Python's, so that the recipe is rendered, not built.


@pytest.fixture(scope="module")
def recipe() -> Stage0Recipe:
    return Stage0Recipe.from_file(PROJECT_ROOT / "packaging" / "conda" / "recipe.yaml")


def rendered(recipe: Stage0Recipe, platform: str = "linux-64") -> dict[str, Any]:
    tools = {"c_stdlib": ["sysroot"], "c_stdlib_version": ["2.28"], "cxx_compiler": ["gxx"], "python": ["3.14.*"]}
    (variant,) = recipe.render(VariantConfig(tools), RenderConfig(PlatformConfig(target_platform=platform)))
    result: dict[str, Any] = variant.recipe.to_dict()
    return result


def conda_requirement(requirement: str) -> str:
    match = re.fullmatch(r"([\w-]+)(>=[\d.]+)", requirement)
    assert match, f"how would conda say {requirement}?"
    return f"{CONDA_NAMES.get(match[1], match[1])} {match[2]}"


def test_conda_packages_need_what_the_project_needs(recipe: Stage0Recipe, project: dict[str, Any]) -> None:
    requirements = rendered(recipe)["requirements"]
    python, *others = requirements["run"]
    assert (python, others) == ("python", [conda_requirement(each) for each in project["project"]["dependencies"]])
    assert sorted(requirements["host"]) == sorted(
        ["python", "pip", *(conda_requirement(each) for each in project["build-system"]["requires"])]
    )
    cmake = re.search(r"cmake_minimum_required\(VERSION (\S+)\)", (PROJECT_ROOT / "CMakeLists.txt").read_text())
    assert cmake
    assert f"cmake >={cmake[1]}" in requirements["build"]
    least = project["project"]["requires-python"].removeprefix(">=")
    assert f'match(python, "<{least}")' in recipe.to_dict()["build"]["skip"]


def test_conda_packages_have_the_licences_and_the_summary_of_the_project(
    recipe: Stage0Recipe, project: dict[str, Any]
) -> None:
    about = rendered(recipe)["about"]
    assert (about["summary"], about["license"]) == (project["project"]["description"], project["project"]["license"])
    patterns = project["project"]["license-files"]
    files = {path.relative_to(PROJECT_ROOT) for pattern in patterns for path in PROJECT_ROOT.glob(pattern)}
    assert set(map(Path, about["license_file"])) == files


def test_conda_tries_packages_with_files_that_there_are(recipe: Stage0Recipe) -> None:
    (test,) = (each for each in rendered(recipe)["tests"] if "files" in each)
    assert [name for name in test["files"]["source"] if not (PROJECT_ROOT / name).is_file()] == []
    assert test["script"][-1].removeprefix("python ") in test["files"]["source"]


def test_conda_compiles_for_another_machine_with_the_tools_of_this_one(recipe: Stage0Recipe) -> None:
    assert {"python", "pybind11 >=3"} <= set(rendered(recipe, "linux-aarch64")["requirements"]["build"])


# vcpkg: the tool is in no registry, so that its functions are stand-ins. What they install, test_find_package.py uses.


@pytest.mark.build
def test_vcpkgs_port_installs_the_library_its_licence_and_how_to_use_it(
    cmake_build: CMakeBuild, tmp_path: Path, run: Run
) -> None:
    port = PROJECT_ROOT / "packaging" / "vcpkg"
    run("cmake", f"-DPORT_FOLDER={port}", f"-DBUILT_LIBRARY={cmake_build.folder}",
        f"-DCURRENT_PACKAGES_DIR={tmp_path}", "-P", Path(__file__).parent / "vcpkg_functions.cmake")  # fmt: skip
    share = tmp_path / "share" / "lenetpp"
    assert (share / "copyright").read_bytes() == (PROJECT_ROOT / "LICENSE").read_bytes()
    assert (share / "usage").read_bytes() == (port / "usage").read_bytes()
    assert (share / "lenetppConfig.cmake").is_file()
    assert (tmp_path / "include" / "lenetpp" / "lenetpp.h").is_file()
    assert sorted(path.name for path in (tmp_path / "debug").iterdir()) == ["lib"]


def test_vcpkgs_port_names_what_its_portfile_calls_and_what_the_library_exports(project: dict[str, Any]) -> None:
    folder = PROJECT_ROOT / "packaging" / "vcpkg"
    manifest = json.loads((folder / "vcpkg.json").read_text())
    assert manifest["name"] == project["project"]["name"]
    assert manifest["description"] == project["project"]["description"]
    assert manifest["license"] == project["project"]["license"]
    # The ports whose functions these are; vcpkg has the others itself.
    called = set(re.findall(r"^vcpkg_cmake(_config)?", (folder / "portfile.cmake").read_text(), re.MULTILINE))
    tools = [{"name": f"vcpkg-cmake{part.replace('_', '-')}", "host": True} for part in sorted(called)]
    assert manifest["dependencies"] == tools
    usage = (folder / "usage").read_text()
    assert re.findall(r"(?:find_package\(|main PRIVATE )([\w:]+)", usage) == ["lenetpp", "lenetpp::lenetpp"]


def test_the_library_needs_no_other_than_threads_which_no_recipe_names() -> None:
    files = (PROJECT_ROOT / "CMakeLists.txt", *(PROJECT_ROOT / "cmake").glob("*.cmake*"))
    text = "".join(path.read_text() for path in files)
    assert set(re.findall(r"find_(?:package|dependency)\((\w+)", text)) - {"lenetpp"} == {"Threads"}
