"""What every test shares: where things are, an environment of its own, and how hypothesis looks for examples."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import needs
from builds import BUILDS, PROJECT_ROOT

# Deterministic by default; `pytest --hypothesis-profile=search` looks for new examples, as long as you like.
settings.register_profile("repeat", derandomize=True, deadline=None, max_examples=30, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("repeat")

# What a script starts in the background ignores Ctrl-C, and so do its children; tests press it all the same.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--build-folder",
        type=Path,
        default=BUILDS.folder,
        help="where the tests build the C++ library; kept, so that the next run compiles only what changed",
    )


def pytest_configure(config: pytest.Config) -> None:
    BUILDS.folder = config.getoption("--build-folder").resolve()


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if BUILDS.needed_by(item):
            item.add_marker(pytest.mark.build)
    items.sort(key=lambda item: item.get_closest_marker("build") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            needs.program(name)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # below the list of all that was skipped
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    skipped = (report.longrepr for report in terminalreporter.getreports("skipped"))
    line = needs.summary(why[2] for why in skipped if isinstance(why, tuple))
    if line:
        terminalreporter.write_line(line)


def pytest_sessionfinish() -> None:
    BUILDS.end()


@pytest.fixture(scope="session")
def project_root() -> Path:
    return PROJECT_ROOT


@pytest.fixture(scope="session")
def shared_data(project_root: Path) -> Path:
    """The folder of real data sets beside the project; tests that need it skip where it is absent."""
    folder = project_root.parent / "shared" / "data"
    if not folder.is_dir():
        needs.lacks("real data", "the folder ../shared/data")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of the developer's settings decides a test, and no test leaves a run in the current folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LENETPP_DATA", raising=False)
        patch.delenv("LENETPP_INSTRUCTION_SET", raising=False)
        patch.setenv("LENETPP_RUNS", str(tmp_path_factory.mktemp("runs")))
        BUILDS.begin(request.session.items, os.environ)
        yield
