"""What the README promises of its commands. That all its blocks run: test_documentation.py."""

import json
import re
import shlex
from pathlib import Path

import pytest

from builds import Run


@pytest.fixture(scope="module")
def readme(project_root: Path) -> str:
    return (project_root / "README.md").read_text()


def blocks(readme: str, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert found, f"the README shows no {language}"
    return found


def shell_lines(readme: str) -> list[str]:
    return [line for block in blocks(readme, "sh") for line in block.splitlines() if line and not line.startswith("#")]


def lines_with(readme: str, command: str) -> list[str]:
    """The lines of the shell block that a command is in."""
    (block,) = (block for block in blocks(readme, "sh") if command in block)
    return block.splitlines()


def test_second_command_is_the_one_that_continuous_integration_runs(readme: str, project_root: Path) -> None:
    first, second = shell_lines(readme)[:2]
    assert first == "pip install . && lenetpp train"
    assert second in (project_root / ".ci" / "run").read_text().splitlines()


def test_lines_about_runs_find_the_training_before_them(readme: str, tmp_path: Path, run: Run) -> None:
    lines = lines_with(readme, "lenetpp show")
    assert [line.split()[:2] for line in lines] == [["lenetpp", word] for word in ("runs", "show", "diff")]
    own_runs = {"LENETPP_RUNS": str(tmp_path / "runs")}
    trained = json.loads(run("lenetpp", "train", "--epochs", "3", "--json", variables=own_runs))
    listed, shown, compared = (run(*shlex.split(line), variables=own_runs) for line in lines)
    assert Path(trained["run"]).name in listed
    assert trained["digest"] in "".join(shown.split())
    assert "Nothing alarming" in shown
    assert "The same bits after each of 3 epochs." in compared


def test_the_best_run_is_found_and_done_again_to_the_same_bits(readme: str, tmp_path: Path, run: Run) -> None:
    lines = lines_with(readme, "lenetpp replay")
    assert [line.split()[:2] for line in lines] == [["lenetpp", word] for word in ("train", "runs", "replay")]
    own_runs = {"LENETPP_RUNS": str(tmp_path / "runs")}
    run("lenetpp", "train", "--epochs", "1", variables=own_runs)  # a worse one
    _, listed, replayed = (run(*shlex.split(line), variables=own_runs) for line in lines)
    _, best = sorted((tmp_path / "runs").glob("*/run.toml"))
    assert best.parent.name in listed
    assert "the same bits after each of 4 epochs" in replayed


def test_line_of_the_blogs_network_reaches_the_blogs_accuracy(readme: str, shared_data: Path, run: Run) -> None:
    (line,) = (line for line in shell_lines(readme) if "blog-lenet" in line)
    result = json.loads(run(*shlex.split(line), "--json", variables={"LENETPP_DATA": str(shared_data)}))
    assert result["test_accuracy"] >= 0.85
