"""The C++ tests, run as part of pytest so that one command runs every test there is."""

import pytest

import needs
from builds import Run

from .conftest import CMakeBuild

pytestmark = pytest.mark.build


def test_cpp_tests_pass(cmake_build: CMakeBuild, run: Run) -> None:
    if "Total Tests: 0" in run("ctest", "--test-dir", cmake_build.folder, "--show-only"):
        needs.lacks(*needs.DOCTEST)
    run("ctest", "--test-dir", cmake_build.folder, "--output-on-failure", "--no-tests=error")
