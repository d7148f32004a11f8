"""Trainings that learned nothing are counted wherever runs are listed, and their lists can be asked for them."""

from pathlib import Path
from typing import Any

import lenetpp as lp

from ..command import Command
from .handmade import epoch_line, write_run

GUESSING, LEARNING = ([epoch_line(number, training_accuracy=share) for number in (1, 2)] for share in (0.34, 0.8))
SAID = "3 of 5 runs are stuck: no better than guessing"


def write_runs(runs: Path) -> None:
    unbalanced: dict[str, Any] = {"data__train_images_by_class": [40, 10, 10], "results__training_accuracy": 0.67}
    one_answer: dict[str, Any] = {"results__confusion": ["0 10 0"] * 3, "results__test_loss": 1.0}
    write_run(runs, "a", GUESSING, results__training_accuracy=0.34)
    write_run(runs, "b", LEARNING, results__training_accuracy=0.8)
    write_run(runs, "c", LEARNING, **unbalanced)
    write_run(runs, "d", LEARNING, results__training_accuracy=0.8, **one_answer)
    write_run(runs, "e", GUESSING, outcome="interrupted", results__training_accuracy=0.34)


def test_a_table_of_runs_tells_which_are_stuck_and_how_many(tmp_path: Path) -> None:
    write_runs(tmp_path)
    table = lp.runs(tmp_path)
    assert {row["run"]: row["stuck"] for row in table} == {"a": True, "b": False, "c": True, "d": True, "e": None}
    assert table.stuck == SAID
    assert SAID in repr(table)
    assert SAID in table._repr_html_()
    assert [row["run"] for row in table.where("stuck")] == ["a", "c", "d"]
    assert table.where('run == "b"').stuck == ""


def test_the_command_says_how_many_of_the_listed_runs_are_stuck(tmp_path: Path, lenetpp: Command) -> None:
    write_runs(tmp_path)
    listed = ("runs", "--runs", tmp_path)
    assert SAID in lenetpp(*listed)
    assert "1 of 1 runs is stuck" in lenetpp(*listed, "--where", 'run == "a"')
    assert "stuck" not in lenetpp(*listed, "--where", 'run == "b"')
    assert [row["run"] for row in lenetpp.json(*listed)["runs"] if row["stuck"]] == ["d", "c", "a"]


def test_runs_beside_each_other_tell_which_are_stuck(tmp_path: Path, lenetpp: Command) -> None:
    write_runs(tmp_path)
    said = "1 of 2 runs is stuck: no better than guessing"
    compared = lp.compare(tmp_path / "a", tmp_path / "b")
    compared.page(tmp_path / "page.html")
    assert said in lenetpp("diff", tmp_path / "a", tmp_path / "b")
    for shown in (compared._repr_html_(), (tmp_path / "page.html").read_text(encoding="utf-8")):
        assert said in shown
        assert "finished, stuck" in shown
    assert lp.compare(tmp_path / "b", tmp_path / "e").stuck == ""
