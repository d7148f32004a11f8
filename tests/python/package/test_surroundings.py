"""What a run records of the folder that it was started in, which may be a stranger's: nothing of his is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import needs
from lenetpp.basics.surroundings import git_revision
from lenetpp.training.self_check import digests_by_instruction_set

CLEAN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")
    command = [needs.program("git"), "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | CLEAN).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    git(tmp_path, "init", "-q", str(folder))
    (folder / "file.txt").write_text("first\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    monkeypatch.chdir(folder)
    return folder


def test_commit_and_changes_are_found(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    assert git_revision() == {"commit": commit, "dirty": False}
    (repository / "new.txt").touch()
    assert git_revision() == {"commit": commit, "dirty": False}
    (repository / "file.txt").write_text("second\n")
    assert git_revision() == {"commit": commit, "dirty": True}


def test_there_is_nothing_to_say_outside_and_before_the_first_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert git_revision() == {}
    git(tmp_path, "init", "-q")
    assert git_revision() == {}


HOSTILE = {
    "fsmonitor": "[core]\n fsmonitor = {program}\n",
    "hooks": "[core]\n hooksPath = {hooks}\n",
    "clean filter": '[filter "x"]\n clean = {program}\n required = true\n',
    "filter with dots": '[filter "x"]\n clean = cat\n[filter "a.b"]\n clean = {program}\n',
    "process filter": '[filter "x"]\n process = {program}\n',
    "filter with an equals sign": '[filter "x"]\n clean = cat\n[filter "a=b"]\n clean = {program}\n',
    "alias": "[alias]\n status = !{program}\n config = !{program}\n",
    "pager": "[core]\n pager = {program}\n[pager]\n status = true\n config = true\n",
    "external diff": '[diff]\n external = {program}\n[diff "x"]\n textconv = {program}\n',
    "lazy fetch": "[core]\n sshCommand = {program}\n repositoryFormatVersion = 1\n[extensions]\n partialClone = o\n"
    '[remote "o"]\n promisor = true\n url = ssh://example.invalid/x\n uploadpack = {program}\n',
    "lazy fetch from a folder": "[core]\n repositoryFormatVersion = 1\n[extensions]\n partialClone = o\n"
    '[remote "o"]\n promisor = true\n url = {here}\n uploadpack = {program}\n',
    "included": "[include]\n path = {included}\n",
}


@pytest.mark.skipif(os.name != "posix", reason="writes shell scripts")
@pytest.mark.parametrize("way", HOSTILE)
@pytest.mark.parametrize("in_submodule", [False, True], ids=["", "in a submodule"])
def test_no_program_of_a_strangers_configuration_is_started(repository: Path, way: str, in_submodule: bool) -> None:
    folder = repository
    if in_submodule:
        git(repository, "-c", "protocol.file.allow=always", "submodule", "-q", "add", str(repository), "part")
        git(repository, "commit", "-qm", "with a part")
        folder = repository / "part"
    trace, program = repository.parent / "trace", repository.parent / "program"
    program.write_text(f"#!/bin/sh\necho started >> {trace}\nexec cat\n")
    program.chmod(0o755)
    hooks, included = repository.parent / "hooks", repository.parent / "included"
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (hooks / hook).symlink_to(program)
    included.write_text(f'[core]\n fsmonitor = {program}\n[filter "x"]\n clean = {program}\n')
    (folder / ".gitattributes").write_text("* filter=x diff=x\nother.txt filter=a.b\nthird.txt filter=a=b\n")
    for name in ("other.txt", "third.txt"):
        (folder / name).write_text("first\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "two")
    config = Path(git(folder, "rev-parse", "--absolute-git-dir")) / "config"
    parts = {"program": program, "hooks": hooks, "included": included, "here": repository}
    with config.open("a") as file:
        file.write(HOSTILE[way].format(**parts))
    for name in ("file.txt", "other.txt", "third.txt"):  # of the same size, but touched: its content is looked at
        os.utime(folder / name, (1, 1))
    if way.startswith("lazy"):
        for kept in (config.parent / "objects").glob("??/*"):
            kept.unlink()
    git_revision()
    assert not trace.exists()


@pytest.mark.usefixtures("repository")
def test_without_git_there_is_nothing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert git_revision() == {}


@pytest.mark.skipif(os.name != "posix", reason="writes shell scripts")
def test_a_file_of_matplotlib_in_the_working_folder_starts_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\n")
    for name in ("latex", "dvipng", "kpsewhich"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {tmp_path / 'trace'}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    program = (
        "import lenetpp as lp; n = lp.network('lenet5'); n.initialize(1); lp.match_filters([n, n], 0).save('a.png')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert (tmp_path / "a.png").exists()
    assert not (tmp_path / "trace").exists()


def test_the_doctor_starts_no_module_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("numpy", "lenetpp", "subprocess", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'trace')!r}, 'w')\nraise SystemExit(1)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    assert len(set(digests_by_instruction_set().values())) == 1
    assert not (tmp_path / "trace").exists()
