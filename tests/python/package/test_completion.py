"""The Tab key: what the shells get, and that no name of a folder becomes a command."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import needs
from lenetpp.command_line import completion
from lenetpp.networks.network_history import NAMED_NETWORKS

from ..command import Command
from ..records.handmade import write_run

SCRIPTS = Path(sys.executable).parent

needs_command = pytest.mark.skipif(not (SCRIPTS / "lenetpp").exists(), reason="the command is in no folder of scripts")


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(SCRIPTS), prepend=os.pathsep)
    for name in ("20260101-000000-000", "20260102-000000-000", "x;$(touch made)", "a b", "`touch made`"):
        write_run(tmp_path / "runs", name)


def test_runs_are_offered_latest_first_and_none_that_a_shell_would_evaluate() -> None:
    assert completion.run_names("") == ["last", "best", "20260102-000000-000", "20260101-000000-000"]
    assert completion.run_names("20260101") == ["20260101-000000-000"]
    assert completion.run_names("x;") == []


def test_without_runs_there_are_still_words_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tmp_path / "nowhere", tmp_path / "runs" / "a b" / "run.toml"):
        monkeypatch.setenv("LENETPP_RUNS", str(folder))
        assert completion.run_names("") == ["last", "best"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("lenetpp tra", {"train"}),
        ("lenetpp show la", {"last"}),
        ("lenetpp diff last 20260102", {"20260102-000000-000"}),
        ("lenetpp evaluate best fashion-mnist-", {"fashion-mnist-5000"}),
        ("lenetpp train --network ", set(NAMED_NETWORKS)),
        ("lenetpp train --recipe best-airplane-ship-m", {"best-airplane-ship-mixing"}),
        ("lenetpp train --schedule ", {"constant", "step", "cosine", "one_cycle"}),
        ("lenetpp train --learn", {"--learning-rate"}),
        ("lenetpp draw conf", {"confusion"}),
        ("lenetpp data fetch cif", {"cifar10"}),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_what_begins_so(
    lenetpp: Command, monkeypatch: pytest.MonkeyPatch, shell: str, words: str, offered: set[str]
) -> None:
    monkeypatch.setenv("_LENETPP_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(shlex.split(words)) - (0 if words.endswith(" ") else 1)))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", words)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    output = lenetpp()
    if shell == "zsh":
        found = {line.split('"')[1] for line in output.splitlines()}
    else:
        found = {line.split("\t")[0] for line in output.splitlines()}
    assert found == offered


def in_shell(shell: str, script: str) -> str:
    return subprocess.run(
        [needs.program(shell), "-c", script], capture_output=True, text=True, check=True, timeout=120
    ).stdout


@needs_command
def test_bash_itself_completes(tmp_path: Path) -> None:
    script = """
        cd "$HOME"; eval "$(_LENETPP_COMPLETE=source_bash lenetpp)"
        COMP_WORDS=(lenetpp show ""); COMP_CWORD=2; _lenetpp_completion lenetpp; echo "${COMPREPLY[*]}"
    """
    assert in_shell("bash", script).split() == ["last", "best", "20260102-000000-000", "20260101-000000-000"]
    assert not (tmp_path / "made").exists()


@needs_command
def test_fish_itself_completes(tmp_path: Path) -> None:
    script = '_LENETPP_COMPLETE=source_fish lenetpp | source; complete -C "lenetpp show 2026"'
    assert sorted(in_shell("fish", script).split()) == ["20260101-000000-000", "20260102-000000-000"]
    assert not (tmp_path / "made").exists()


@needs_command
def test_completion_is_installed_for_the_shell_that_asks(tmp_path: Path) -> None:
    assert "bash completion installed" in in_shell("bash", 'cd "$HOME"; lenetpp --install-completion; true')
    assert "lenetpp" in (tmp_path / ".bashrc").read_text(encoding="utf-8")
