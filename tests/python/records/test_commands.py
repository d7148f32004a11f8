"""lenetpp runs, show, diff: what they print."""

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.records.run_writer import RunWriter

from ..command import Command
from ..package.patterns import TEXT, stripes_data
from .handmade import NETWORK, NO_EPOCH, epoch_line, record, write_run


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
    write_run(tmp_path, "20260101-000009-000", outcome="diverged", message="too fast", results=NO_EPOCH)


def first_words(output: str) -> list[str]:
    return [line.split()[0] for line in output.splitlines() if line.startswith("202")]


def test_runs_lists_the_latest_first_and_what_differs(lenetpp: Command) -> None:
    output = lenetpp("runs")
    assert first_words(output) == [f"20260101-00000{number}-000" for number in (9, 2, 1, 0)]
    assert max(map(len, output.splitlines())) <= 80
    header, diverged, latest, *_ = output.splitlines()
    assert header.split() == ["run", "test", "epochs", "outcome", "learning_rate", "seed"]
    assert diverged.split() == ["20260101-000009-000", "0", "of", "2", "diverged", "0.01", "1"]
    assert latest.split() == ["20260101-000002-000", "75.00", "%", "2", "finished", "0.04", "2"]
    assert f"all of them: stripes, {NETWORK[:23]}…" in output


def test_runs_best_shows_finished_runs_by_accuracy(lenetpp: Command) -> None:
    assert first_words(lenetpp("runs", "--best")) == [f"20260101-00000{number}-000" for number in (1, 2, 0)]
    assert first_words(lenetpp("runs", "--best", "--limit", 1)) == ["20260101-000001-000"]
    found = lenetpp.json("runs", "--best", "--where", "test_accuracy < 0.9")["runs"]
    assert [row["results.test_accuracy"] for row in found] == [0.75, 0.5]


def test_runs_sorts_and_selects_columns(lenetpp: Command) -> None:
    rows = lenetpp.json("runs", "--sort", "learning_rate", "--descending", "--columns", "seed, test_accuracy")["runs"]
    assert [row["settings.seed"] for row in rows] == [2, 1, 0, 1]
    assert rows[-1] == {"run": "20260101-000009-000", "settings.seed": 1, "results.test_accuracy": None}
    assert lenetpp("runs", "--columns", "seed", "--limit", 1).splitlines()[0].split() == ["run", "seed"]


def test_columns_without_room_are_counted_and_named(lenetpp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "45")
    output = lenetpp("runs")
    assert output.splitlines()[0].split() == ["run", "test", "epochs", "seed"]  # that has room, though others have none
    assert "no room for 2 columns more: outcome, learning_rate" in " ".join(output.split())
    chosen = ("runs", "--columns", "images_per_second,test_accuracy,learning_rate,seed")
    headings = ["run", "images_per_second", "test", "learning_rate", "seed"]
    header, first, *_ = lenetpp(*chosen).splitlines()  # to a file or another program: all that was asked for
    assert header.split() == headings
    assert first.split()[1:] == ["0", "0.01", "1"]
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    output = re.sub(r"\x1b\[[0-9;]*m", "", lenetpp(*chosen))
    assert output.splitlines()[0].split() == [*headings[:2], "seed"]
    assert "no room for 2 columns more: test, learning_rate (a wider terminal" in " ".join(output.split())


def test_runs_that_learned_from_different_numbers_of_images_say_so(lenetpp: Command, tmp_path: Path) -> None:
    write_run(tmp_path, "20260102-000000-000", data__images={"train": 20, "test": 30})
    header, latest, *_ = lenetpp("runs", "--limit", 2).splitlines()
    assert "training images" in header
    assert "20" in latest.split()


def test_last_is_a_run_of_ones_own_whatever_studies_train_meanwhile(lenetpp: Command, tmp_path: Path) -> None:
    for number in (1, 2):
        write_run(tmp_path, f"20260102-00000{number}-000", started_by="study")
    assert lenetpp.json("show", "last")["run"].endswith("20260101-000009-000")
    said = lenetpp("show", "last", stream="errors")
    assert said == "last: 20260101-000009-000; 2 runs after it were started by studies\n"
    assert lenetpp("show", "20260102-000001-000", stream="errors") == ""
    write_run(tmp_path, "20260103-000000-000")
    assert lenetpp("show", "last", stream="errors") == ""


def test_where_all_runs_are_of_studies_the_latest_is_the_last(
    lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "other"))
    for name in "ab":
        write_run(tmp_path / "other", name, started_by="study")
    assert lenetpp.json("show", "last")["run"].endswith("b")


def test_runs_csv_holds_every_column(lenetpp: Command) -> None:
    rows = list(csv.DictReader(lenetpp("runs", "--csv").splitlines()))
    assert [row["run"] for row in rows] == [f"20260101-00000{number}-000" for number in (9, 2, 1, 0)]
    assert [row["results.test_accuracy"] for row in rows] == ["", "0.75", "0.9", "0.5"]
    assert json.loads(rows[0]["data.classes"]) == ["horizontal", "vertical", "diagonal"]
    assert rows[0]["message"] == "too fast"


def test_a_chosen_column_does_not_take_the_runs_name_away(lenetpp: Command) -> None:
    assert lenetpp("runs", "--csv", "--columns", "seed,run").splitlines()[:2] == [
        "run,settings.seed",
        "20260101-000009-000,1",
    ]


def test_epochs_done_and_epochs_set_are_told_apart(lenetpp: Command, tmp_path: Path) -> None:
    write_run(tmp_path, "20260102-000000-000", settings__epochs=30)
    header, latest, *_ = lenetpp("runs").splitlines()
    assert header.split().count("epochs") == 1
    assert "2 of 30" in latest
    header = lenetpp("runs", "--columns", "epochs,results.epochs").splitlines()[0]
    assert header.split() == ["run", "settings.epochs", "results.epochs"]


def test_runs_best_keeps_data_sets_apart(lenetpp: Command, tmp_path: Path) -> None:
    for number, accuracy in enumerate([0.99, 0.6]):
        write_run(tmp_path, f"20251231-00000{number}-000", data__name="cifar10", results__test_accuracy=accuracy)
    output = lenetpp("runs", "--best")
    assert [name[:8] for name in first_words(output)] == ["20260101"] * 3 + ["20251231"] * 2
    assert "2 data sets, that of the latest run first; their accuracies cannot be compared" in output
    errors = lenetpp("show", "best", stream="errors")
    assert errors.startswith("best: 20260101-000001-000, of 3 runs on the data of the latest one, stripes; 2 runs on")
    assert "data sets" not in lenetpp("runs", "--best", "--where", 'data.name == "cifar10"')


def test_runs_says_when_there_is_nothing_to_list(lenetpp: Command, tmp_path: Path) -> None:
    assert "none of the 4 runs" in lenetpp("runs", "--where", "seed > 100")
    assert "fulfils seed > 100" in lenetpp("runs", "--where", "seed > 100")
    output = lenetpp("runs", "--best", "--where", "seed > 100")
    assert output.startswith("none of the 3 finished runs in ")
    assert output.endswith(" fulfils seed > 100\n")
    write_run(tmp_path / "other", "20260101-000000-000", outcome="interrupted")
    assert "none of the 1 runs in" in lenetpp("runs", "--best", "--where", "seed == 1", "--runs", tmp_path / "other")
    assert "has finished" in lenetpp("runs", "--best", "--where", "seed == 1", "--runs", tmp_path / "other")
    assert "`lenetpp train` records one" in lenetpp("runs", "--runs", tmp_path / "nowhere")
    assert lenetpp.json("runs", "--runs", tmp_path / "nowhere") == {"runs": []}


# lenetpp show


def train(runs: Path, **changes: object) -> lp.Run:
    settings = lp.TrainingSettings(**{"epochs": 6, "learning_rate": 0.05, **changes})  # type: ignore[arg-type]
    try:
        return lp.train(lp.Network.parse(TEXT), stripes_data(600, 90), settings=settings, runs=runs)
    except lp.TrainingDiverged as diverged:
        return diverged.run


@pytest.mark.parametrize("width", [80, 160])
def test_show_has_settings_curves_confusion_layers_and_health(
    lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    run = train(tmp_path)
    output = lenetpp("show", "last")
    lines = output.splitlines()
    assert max(len(line) for line in lines if str(run.folder) not in line) <= width
    assert f"run       {run.folder}" in lines
    assert TEXT in output
    assert "learning rate 0.05" in output
    assert "batch size 16" in output
    assert f"{100 * (run.test_accuracy or 0):.2f} %" in output
    assert any("\u2800" < character < "\u28ff" for character in output)
    titles = [
        line.split() for line in lines if line.strip() in ("loss", "accuracy") or line.split() == ["loss", "accuracy"]
    ]
    assert titles == ([["loss"], ["accuracy"]] if width == 80 else [["loss", "accuracy"]])
    for class_name in ("0 horizontal", "1 vertical", "2 diagonal"):
        assert class_name in output
    for layer in ("0 conv 4x3x3 relu", "2 dense 3"):
        assert layer in output
    assert "layers 0, 2: fine" in output
    assert "Nothing alarming" in output


def test_a_terminal_without_these_characters_gets_others(tmp_path: Path) -> None:
    run = train(tmp_path)
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for word in ("show", "runs"):
        command = [sys.executable, "-m", "lenetpp", word, *([str(run.folder)] if word == "show" else [])]
        printed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        assert printed.isascii()
        assert b"100.00 %" in printed


def test_show_json_holds_record_history_and_findings(lenetpp: Command, tmp_path: Path) -> None:
    run = train(tmp_path, learning_rate=1e-7, momentum=0.0)
    shown = lenetpp.json("show", run.folder)
    assert shown["run"] == str(run.folder)
    assert shown["record"]["settings"]["learning_rate"] == 1e-7
    assert shown["record"]["results"]["digest"] == run.digest
    assert shown["history"] == [asdict(epoch) for epoch in run.history]
    assert [finding["name"] for finding in shown["findings"]] == ["updates lost to rounding", "lost classes"]
    assert shown["findings"][0]["layers"] == [0]


def test_show_tells_what_is_wrong_in_words(lenetpp: Command, tmp_path: Path) -> None:
    train(tmp_path, learning_rate=1e30)
    output = " ".join(lenetpp("show", "last").split())
    assert "outcome diverged (NaN or infinite values): in epoch 1, step" in output
    assert "health ─" in output
    assert "Try a learning_rate of 2.5e+29 or less" in output


def test_show_follows_a_run_that_goes_on_and_one_that_was_killed(lenetpp: Command, tmp_path: Path) -> None:
    begun = RunWriter.create(tmp_path / "runs", record(network__text=TEXT, outcome="running", results=None))
    assert "no complete epoch" in lenetpp("show", begun.folder)
    assert "Nothing can be said before the first epoch" in lenetpp("show", begun.folder)
    (source,) = tmp_path.glob(f"{train(tmp_path).folder.name}/metrics.jsonl")  # type: ignore[union-attr]
    for line in source.read_text(encoding="utf-8").splitlines()[:2]:
        begun.add_epoch(json.loads(line))
    output = " ".join(lenetpp("show", begun.folder).split())
    assert "outcome" in output
    assert "running" in output
    assert "2 epochs" in output
    begun.close()
    assert f"`lenetpp resume {begun.folder.name}`" in " ".join(lenetpp("show", begun.folder).split())


def test_show_reads_a_record_without_the_figures_of_layers(lenetpp: Command, tmp_path: Path) -> None:
    run = train(tmp_path)
    assert run.folder is not None
    metrics = run.folder / "metrics.jsonl"
    kinds = ("update_ratio", "lost_updates", "dead_units", "saturated_units", "parameter_digests")
    lines = [json.loads(line) for line in metrics.read_text(encoding="utf-8").splitlines()]
    kept = [{name: value for name, value in line.items() if name not in kinds} for line in lines]
    metrics.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
    output = lenetpp("show", run.folder)
    header = next(line for line in output.splitlines() if line.startswith("layer "))
    assert header.split() == ["layer", "gradient", "at", "first"]
    assert "layers 0, 2: fine" in output


def test_show_names_a_line_that_it_cannot_read(lenetpp: Command, tmp_path: Path) -> None:
    folder = write_run(tmp_path, "later", [epoch_line(1, mood="good")])
    said = lenetpp("show", folder, code=1, stream="errors")
    assert f"{folder}/metrics.jsonl, line 1: mood: there is no such key" in said


# lenetpp diff


def test_diff_tells_settings_results_and_where_the_bits_part(lenetpp: Command, tmp_path: Path) -> None:
    one = train(tmp_path / "one")
    other = train(tmp_path / "other", schedule="step", step_epochs=3)
    output = lenetpp("diff", one.folder, other.folder)
    rows = {line.split()[0]: line.split()[1:] for line in output.splitlines() if line.strip()}
    assert rows["schedule"] == ["constant", "step"]
    assert rows["step"] == ["epochs", "10", "3"]
    assert rows["data"] == ["the", "same", "the", "same"]
    assert rows["surroundings"] == ["the", "same", "the", "same"]
    assert rows["digest"] == [f"{one.digest[:16]}…", f"{other.digest[:16]}…"]
    text = " ".join(output.split())
    assert (
        "The same bits up to epoch 3; they part in epoch 4, first of all in 0.weight; in all in 4 parameters." in text
    )
    result = lenetpp.json("diff", one.folder, other.folder)
    assert result["settings"] == {"settings.schedule": ["constant", "step"], "settings.step_epochs": [10, 3]}
    (bits,) = result["bits"]
    assert (bits["parted"], bits["same_bits"], bits["common_epochs"]) == (4, False, 6)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "The same bits after each of 6 epochs."),
        ({"epochs": 7}, "The same bits after each of the 6 epochs that both have completed."),
        ({"seed": 2}, "The bits differ from the start: the initial weights do."),
        ({"momentum": 0.0}, "The bits part in epoch 1, first of all in 0.weight"),
        ({"learning_rate": 1e30}, "The same initial weights; there is no epoch that both have completed."),
    ],
)
def test_diff_says_in_a_sentence_how_far_the_bits_agree(
    lenetpp: Command, tmp_path: Path, changes: dict[str, object], verdict: str
) -> None:
    one, other = train(tmp_path / "one"), train(tmp_path / "other", **changes)
    assert verdict in " ".join(lenetpp("diff", one.folder, other.folder).split())


# What can go wrong


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["runs", "--where", "sed > 3"], 1, "no run has a 'sed' (did you mean seed?)"),
        (["runs", "--where", "seed ="], 1, "cannot understand the condition 'seed ='"),
        (["runs", "--where", "open('x')"], 1, "a condition is made of"),
        (["runs", "--sort", "speed"], 1, "no run has a 'speed'"),
        (["runs", "--columns", "speed"], 1, "no run has a 'speed'"),
        (["runs", "--best", "--sort", "seed"], 2, "exclude each other"),
        (["runs", "--json", "--csv"], 2, "exclude each other"),
        (["runs", "--limit", "0"], 2, "greater than or equal to 1"),
        (["show", "nothing"], 1, "'nothing' is neither a model file nor a run's folder"),
        (["diff", "last", "nothing"], 1, "'nothing' is neither"),
        (["diff", "last"], 1, "at least two runs are compared, but 1 is given"),
    ],
)
def test_wrong_arguments_are_explained(lenetpp: Command, arguments: list[str], code: int, message: str) -> None:
    assert message in lenetpp(*arguments, code=code, stream="errors")


@pytest.mark.parametrize("word", ["runs", "show", "diff", "export"])
def test_help_has_an_example(lenetpp: Command, word: str) -> None:
    assert f"Example: lenetpp {word}" in lenetpp(word, "--help").replace("`", "")
