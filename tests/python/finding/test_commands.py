"""lenetpp runs, show, diff: what they print."""

import csv
import json
from pathlib import Path

import pytest

from ..command import Command
from .handmade import write_run


@pytest.fixture(autouse=True)
def _recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four runs that differ in seed and learning rate; the last one did not finish."""
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    for number, (rate, accuracy) in enumerate([(0.01, 0.5), (0.02, 0.9), (0.04, 0.75)]):
        write_run(
            tmp_path,
            f"20260101-00000{number}-000",
            settings__seed=number,
            settings__learning_rate=rate,
            results__test_accuracy=accuracy,
        )
    write_run(tmp_path, "20260101-000009-000", outcome="diverged", message="too fast", results={"epochs": 0})


def first_words(output: str) -> list[str]:
    return [line.split()[0] for line in output.splitlines() if line.startswith("2026")]


def test_runs_lists_the_latest_first_and_what_differs(lenetpp: Command) -> None:
    output = lenetpp("runs")
    assert first_words(output) == [f"20260101-00000{number}-000" for number in (9, 2, 1, 0)]
    assert max(map(len, output.splitlines())) <= 80
    header, diverged, latest, *_ = output.splitlines()
    assert header.split() == ["run", "test", "epochs", "outcome", "learning_rate", "seed"]
    assert diverged.split() == ["20260101-000009-000", "0", "of", "2", "diverged", "0.01", "1"]
    assert latest.split() == ["20260101-000002-000", "75.00%", "2", "finished", "0.04", "2"]
    assert "all of them: stripes, " in output


def test_runs_best_shows_finished_runs_by_accuracy(lenetpp: Command) -> None:
    assert first_words(lenetpp("runs", "--best")) == [f"20260101-00000{number}-000" for number in (1, 2, 0)]
    assert first_words(lenetpp("runs", "--best", "--limit", 1)) == ["20260101-000001-000"]
    found = lenetpp.json("runs", "--best", "--where", "test_accuracy < 0.9")["runs"]
    assert [row["results.test_accuracy"] for row in found] == [0.75, 0.5]


def test_runs_sorts_and_selects_columns(lenetpp: Command) -> None:
    rows = lenetpp.json("runs", "--sort", "learning_rate", "--descending", "--columns", "seed, test_accuracy")["runs"]
    assert [row["settings.seed"] for row in rows] == [2, 1, 0, 1]
    assert rows[-1] == {"settings.seed": 1, "results.test_accuracy": None}
    assert lenetpp("runs", "--columns", "seed", "--limit", 1).splitlines()[0].split() == ["run", "seed"]


def test_runs_csv_holds_every_column(lenetpp: Command) -> None:
    rows = list(csv.DictReader(lenetpp("runs", "--csv").splitlines()))
    assert [row["run"] for row in rows] == [f"20260101-00000{number}-000" for number in (9, 2, 1, 0)]
    assert [row["results.test_accuracy"] for row in rows] == ["", "0.75", "0.9", "0.5"]
    assert json.loads(rows[0]["data.classes"]) == ["horizontal", "vertical", "diagonal"]
    assert rows[0]["message"] == "too fast"


def test_runs_says_when_there_is_nothing_to_list(lenetpp: Command, tmp_path: Path) -> None:
    assert "none of the 4 runs" in lenetpp("runs", "--where", "seed > 100")
    assert "`lenetpp train` records one" in lenetpp("runs", "--runs", tmp_path / "nowhere")
    assert lenetpp.json("runs", "--runs", tmp_path / "nowhere") == {"runs": []}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["runs", "--where", "sed > 3"], 1, "no run has a 'sed': did you mean seed?"),
        (["runs", "--where", "seed ="], 1, "cannot understand the condition 'seed ='"),
        (["runs", "--where", "open('x')"], 1, "a condition is made of"),
        (["runs", "--sort", "speed"], 1, "no run has a 'speed'"),
        (["runs", "--columns", "speed"], 1, "no run has a 'speed'"),
        (["runs", "--best", "--sort", "seed"], 2, "exclude each other"),
        (["runs", "--json", "--csv"], 2, "exclude each other"),
        (["runs", "--limit", "0"], 2, "greater than or equal to 1"),
    ],
)
def test_wrong_arguments_are_explained(lenetpp: Command, arguments: list[str], code: int, message: str) -> None:
    assert message in lenetpp(*arguments, code=code, stream="errors")


@pytest.mark.parametrize("word", ["runs"])
def test_help_has_an_example(lenetpp: Command, word: str) -> None:
    assert f"Example: lenetpp {word}" in lenetpp(word, "--help").replace("`", "")
