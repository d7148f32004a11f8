"""What takes minutes to build, made in the background, one after the other, while the tests run that do not need it.

A fixture of :meth:`Builds.fixture` is made once for all tests. Those that need one are marked ``build``. What has that
mark runs after all else, waits for what it needs, and fails with what the build said.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from typing import Protocol, TypeVar, cast

import pytest

PROJECT_ROOT = Path(__file__).resolve().parent.parent

# The tools that pip installed for the tests are found even when their environment is not activated.
SEARCH_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

POLITE = os.name == "posix"
"""Whether there are `nice` and groups of processes."""

Built = TypeVar("Built")


class Run(Protocol):
    def __call__(self, *command: str | Path, cwd: Path | None = None, variables: Mapping[str, str] = ...) -> str: ...


class Builds:
    folder = PROJECT_ROOT / "build" / "pytest"
    """Where they are made: what a compiler made stays there, so that the next time only what changed is compiled."""

    def __init__(self) -> None:
        self._builds: dict[str, Callable[[], object]] = {}
        self._results: dict[str, Future[object]] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, initializer=self._remember_the_thread)
        self._thread: threading.Thread | None = None
        self._environment: Mapping[str, str] = {}
        self._process: subprocess.Popen[str] | None = None

    def fixture(self, build: Callable[[], Built]) -> Callable[[], Built]:
        """A session's fixture with the name of this function and its result."""
        name = build.__name__
        self._builds[name] = build

        @pytest.fixture(scope="session", name=name)
        def fixture() -> Built:
            self._begin(name)
            return cast(Built, self._results[name].result())

        return fixture

    def needed_by(self, item: pytest.Item) -> list[str]:
        names = item.fixturenames if isinstance(item, pytest.Function) else []
        return [name for name in names if name in self._builds]

    def begin(self, items: Iterable[pytest.Item], environment: Mapping[str, str]) -> None:
        """Begin what these tests need, in their order and in this environment, whatever tests do to their own."""
        self._environment = dict(environment)
        for item in items:
            for name in self.needed_by(item):
                self._begin(name)

    def end(self) -> None:
        """Stop what is being built: nobody needs it any more."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        if self._process is not None:
            if POLITE:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._worker.shutdown()

    def run(self, command: list[str], cwd: Path | None, variables: Mapping[str, str]) -> "CompletedProcess[str]":
        """The finished command. What is built in the background leaves the processor to the tests."""
        in_background = threading.current_thread() is self._thread
        polite = in_background and POLITE
        process = subprocess.Popen(
            ["nice", *command] if polite else command,
            cwd=cwd or (PROJECT_ROOT if in_background else None),
            env={**(self._environment if in_background else os.environ), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0 if polite else None,
        )
        if in_background:
            self._process = process
        try:
            output, errors = process.communicate()
        except BaseException:  # Ctrl-C, or a test that takes too long
            process.kill()
            raise
        if in_background:
            self._process = None
        return CompletedProcess(command, process.returncode, output, errors)

    def _begin(self, name: str) -> None:
        if name not in self._results:
            self._results[name] = self._worker.submit(self._builds[name])

    def _remember_the_thread(self) -> None:
        self._thread = threading.current_thread()


BUILDS = Builds()


def run(*command: str | Path, cwd: Path | None = None, variables: Mapping[str, str] | None = None) -> str:
    """Run a command and return its standard output; the test fails with all that it said when it fails."""
    variables = {"PATH": SEARCH_PATH, **(variables or {})}
    executable = shutil.which(command[0], path=variables["PATH"])
    assert executable, f"{command[0]} is not installed; `pip install '.[test]'` brings the Python tools"
    finished = BUILDS.run([executable, *map(str, command[1:])], cwd, variables)
    if finished.returncode != 0:
        line, said = " ".join(map(str, command)), finished.stdout + finished.stderr
        pytest.fail(f"`{line}` exited with {finished.returncode}:\n{said[-20_000:]}", pytrace=False)
    return finished.stdout
