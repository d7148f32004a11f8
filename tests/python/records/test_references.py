"""One rule for naming runs: every function that takes a run takes all that may name one."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lenetpp as lp
from lenetpp.health import findings
from lenetpp.records.recorded_runs import RecordedRun

Named = Callable[[lp.Run], Any]

NAMES: dict[str, Named] = {
    "a run": lambda run: run,
    "a path": lambda run: run.folder,
    "a folder's name": lambda run: str(run.folder),
    "a beginning": lambda run: run.folder.name[:-1] if run.folder else "",
    "last": lambda _: "last",
    "best": lambda _: "best",
}

USES: dict[str, Callable[[Any], str]] = {
    "Run.load": lambda run: lp.Run.load(run).digest,
    "replay": lambda run: lp.replay(run).run.digest,
    "resume": lambda run: lp.resume(run, epochs=2).digest,
}


@pytest.fixture(scope="module")
def trained() -> lp.Run:
    return trained_in(None)


def trained_in(runs: Path | None, epochs: int = 1) -> lp.Run:
    network = lp.Network.parse("1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 10")
    data = lp.load_data(train_per_class=4, test_per_class=2)
    return lp.train(network, data, epochs=epochs, schedule="constant", runs=runs)


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> lp.Run:
    """The only run of the folder of runs."""
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    return trained_in(tmp_path)


@pytest.mark.parametrize("named", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("use", USES)
def test_a_run_is_used_however_it_is_named(recorded: lp.Run, trained: lp.Run, named: Named, use: str) -> None:
    expected = trained_in(None, epochs=2) if use == "resume" else trained
    assert USES[use](named(recorded)) == expected.digest


@pytest.mark.parametrize("named", NAMES.values(), ids=NAMES)
def test_a_run_is_judged_and_compared_however_it_is_named(recorded: lp.Run, named: Named) -> None:
    assert recorded.folder is not None
    assert lp.diagnose(named(recorded)) == findings(RecordedRun.read(recorded.folder))
    match = lp.match_filters([named(recorded), recorded.network])
    assert [row.label for row in match.grid().rows] == [recorded.folder.name, "network 1"]


@pytest.mark.parametrize("use", [*USES.values(), lp.diagnose, lambda run: lp.match_filters([run, run])])
def test_what_names_no_run_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use: Callable[[Any], Any]
) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    with pytest.raises(lp.RecordError, match=r"'nothing' is neither .* has no runs yet"):
        use("nothing")
    with pytest.raises(lp.RecordError, match=rf"^{tmp_path} is not the folder of a run: it has no run\.toml$"):
        use(tmp_path)


@pytest.mark.parametrize("use", [lp.diagnose, lp.replay, lp.resume])
def test_a_run_that_was_not_recorded_is_an_error_that_says_so(trained: lp.Run, use: Callable[[Any], Any]) -> None:
    with pytest.raises(lp.RecordError, match=r"^the run was not recorded \(runs=None\)"):
        use(trained)


def test_a_folder_of_that_name_has_precedence(recorded: lp.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Path(os.environ["LENETPP_RUNS"]) / "elsewhere"
    other = trained_in(elsewhere).folder
    assert other is not None
    other.rename(elsewhere / "last")
    monkeypatch.chdir(elsewhere)
    assert lp.Run.load("last").folder == Path("last")
    assert recorded.folder is not None
