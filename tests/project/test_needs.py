"""What a test is skipped for has a package and a version, and one line counts it."""

from pathlib import Path

import pytest

import needs


def test_one_line_counts_what_was_skipped_for_what() -> None:
    reasons = ["Skipped: needs a cross compiler: g++ 11 or later", "needs MPI: mpiexec", "sends signals"]
    assert needs.summary([*reasons, reasons[0]]) == "skipped: 2 for a cross compiler, 1 for MPI, 1 for other reasons"
    assert needs.summary([]) == ""


@pytest.mark.parametrize(("says", "does"), [("clang version 13.0.1", False), ("clang version 14.0", True)])
def test_a_program_that_is_too_old_is_as_good_as_none(
    says: str, does: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = tmp_path / "clang++"
    compiler.write_text(f"#!/bin/sh\necho {says}\n")
    compiler.chmod(0o755)
    monkeypatch.setattr(needs, "SEARCH_PATH", str(tmp_path))
    monkeypatch.setattr(needs, "found", needs.found.__wrapped__)
    lack = needs.lacking.__wrapped__("clang++")
    how = f"needs Clang: clang++ 14 or later (Debian: apt-get install clang), and {compiler} is 13.0.1"
    assert lack == ("" if does else how)


def test_a_program_that_is_absent_is_named_with_its_package_and_least_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "SEARCH_PATH", str(tmp_path))
    monkeypatch.setattr(needs, "found", needs.found.__wrapped__)
    for name, tool in needs.TOOLS.items():
        lack = needs.lacking.__wrapped__(name)
        assert lack == f"needs {tool.what}: {name} {tool.least} or later (Debian: apt-get install {tool.package})"


def test_a_module_of_an_extra_is_named_as_pip_installs_it() -> None:
    with pytest.raises(pytest.skip.Exception, match=r'needs mlflow: mlflow-skinny>=3 \(pip install "\.\[mlflow\]"\)'):
        needs.module("mlflow.no_such_module")
