"""study(): from a file to a report; whoever trains, in whatever order, it says the same."""

import csv
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import lenetpp as lp
from lenetpp.records.run_files import read_record
from lenetpp.studies import filter_answers
from lenetpp.studies.result import StudyResult

from ..command import Command
from .small_studies import SIZES, SMALL, told, write_study
from .trainings import run_names
from .written_reports import tables_of


@pytest.fixture(scope="module", autouse=True)
def few_filters_of_noise() -> Iterator[None]:
    """With which filters are compared: 200 of them take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filter_answers, "NOISE_FILTERS", 5)
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("small")
    return lp.study(write_study(folder, SMALL, "small.toml"), jobs=2, runs=folder / "runs", out=folder / "report")


def again(small: StudyResult, folder: Path, **options: Any) -> StudyResult:
    return lp.study(small.plan.source, out=folder / "report", **options)


# What comes of it


def test_each_question_is_answered_in_the_report_from_all_its_runs(small: StudyResult) -> None:
    assert {path.name for path in small.report.iterdir()} == {
        "report.html", "report.md", "details", "pictures", "recipes", "figures.json", "runs.csv", "cells.csv",
        "differences.csv",
    }  # fmt: skip
    assert [answer.name for answer in small.answers] == ["size", "loss", "filters"]
    assert small.trained == len(small.folders) == len(run_names(small.runs)) == 8
    assert small.failures == ()
    assert {read_record(folder)["started_by"] for folder in small.folders.values()} == {"study"}
    assert repr(small) == f"<StudyResult {small.plan.source}: 3 answers from 8 runs, {small.report}>"
    assert repr(small.answers[0]) == f"<Answer size: {small.answers[0].headline}>"
    for form in ("report.md", "report.html"):
        tables = tables_of(small.report, form)
        assert [row["batch size"][0] for row in tables.with_header("batch size", "deviation")] == ["4", "8"]
        by_size, by_loss = (
            [row["seeds"][0] for row in tables.with_header(name, "deviation")] for name in ("batch size", "loss")
        )
        assert (by_size, by_loss) == (["2", "2"], ["2", "0"])
        assert tables.with_header("layer", "likeness")
    pictures = {path.name for path in small.report.glob("pictures/*.png")}
    assert {"1-size-test-accuracy.png", "2-loss-test-accuracy.png", "3-filters-likeness.png"} <= pictures


def test_a_cell_is_trained_again_by_its_recipe_wherever_that_is(
    small: StudyResult, tmp_path: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(small.report, tmp_path / "sent")
    monkeypatch.chdir(copy)
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "none of the study's"))
    with Path("runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["recipe"] for row in rows}) == 5
    for row in (rows[1], rows[-1]):
        again = lenetpp.json("train", "--recipe", row["recipe"], "--seed", row["seed"])
        assert again["digest"] == again["expected_digest"] == row["digest"]


def test_figures_are_those_of_train(small: StudyResult) -> None:
    data = lp.load_data(train_per_class=10, test_per_class=10)
    row = tables_of(small.report, "report.md").with_header("loss", "deviation")[0]
    network = lp.Network.parse("1x28x28 | dense 10")
    accuracies = [
        lp.train(
            network.copy(), data, epochs=3, batch_size=8, loss="cross_entropy", seed=seed, runs=None
        ).test_accuracy or 0
        for seed in (1, 2)
    ]  # fmt: skip
    assert row["loss"][0].replace("\\", "") == "cross_entropy"
    assert row["test accuracy"][0] == f"{50 * sum(accuracies):.2f} %"


def test_trainings_that_learned_nothing_are_counted_apart(small: StudyResult) -> None:
    (losses,) = (answer for answer in small.answers if answer.name == "loss")
    mean = "squared_error: none of 2 trainings learned more than chance, 10 %; their mean test accuracy is 6.50 %."
    assert mean in losses.sentences


def test_variants_begin_with_the_same_weights(small: StudyResult) -> None:
    for question in small.plan.questions[:2]:
        for seed in (1, 2):
            starts = {
                read_record(small.folders[cell.training.with_seed(seed).key])["network"]["initial_digest"]
                for cell in question.cells
            }
            assert len(starts) == 1


# The same, whoever trains


def test_one_job_at_a_time_says_the_same(small: StudyResult, tmp_path: Path) -> None:
    assert told(again(small, tmp_path, jobs=1, runs=tmp_path / "runs")) == told(small)


def test_any_executor_says_the_same(small: StudyResult, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = again(small, tmp_path, executor=pool, runs=tmp_path / "runs")
        assert pool.submit(int, "7").result() == 7  # it is the caller's
    assert told(found) == told(small)


def test_the_same_runs_give_the_same_report_and_are_not_trained_again(small: StudyResult, tmp_path: Path) -> None:
    found = again(small, tmp_path, jobs=1, runs=small.runs)
    assert found.trained == 0
    assert found.folders == small.folders
    assert told(found) == told(small)
    assert (found.report / "runs.csv").read_bytes() == (small.report / "runs.csv").read_bytes()


# What exists already


def test_studies_share_their_runs_and_use_those_of_train(tmp_path: Path) -> None:
    data = lp.load_data(train_per_class=10, test_per_class=10)
    network = lp.Network.parse("1x28x28 | dense 10")
    alone = lp.train(network, data, epochs=1, batch_size=4, seed=2, runs=tmp_path / "runs")
    options: dict[str, Any] = {"runs": tmp_path / "runs", "jobs": 1}
    first = lp.study(write_study(tmp_path), out=tmp_path / "first", **options)
    assert first.trained == 3
    assert alone.folder in first.folders.values()
    other = SIZES.replace("[4, 8]", "[8, 16]").replace("size", "batches").replace("batch_batches", "batch_size")
    second = lp.study(write_study(tmp_path, other, "other.toml"), out=tmp_path / "second", **options)
    assert second.trained == 2
    assert len(set(first.folders.values()) & set(second.folders.values())) == 2
    third = lp.study(write_study(tmp_path), seeds=3, out=tmp_path / "third", **options)
    assert third.trained == 2
    assert first.folders.items() <= third.folders.items()


# Failures


DIVERGING = SIZES.replace("dense 10", "dense 20 relu | dense 10").replace(
    "[4, 8]", "{ sound = { batch_size = 4 }, wild = { learning_rate = 1e30 } }"
)


def test_runs_that_diverge_are_told_in_the_report_and_by_the_exit_code(lenetpp: Command, tmp_path: Path) -> None:
    file, report, runs = write_study(tmp_path, DIVERGING), tmp_path / "report", tmp_path / "runs"
    arguments = ("study", file, "--out", report, "--runs", runs, "--jobs", 1)
    assert lenetpp(*arguments, "--quiet", code=1, stream="errors").count("\n") == 2
    lines = lenetpp(*arguments, code=1, stream="errors").splitlines()
    assert lines.pop(0) == "planning: reading the study and its data"
    assert lines.pop(0) == "answering the questions, writing the report"
    assert len(lines) == 2
    for seed, line in enumerate(lines, 1):
        assert line.startswith(
            f"error: no run of 1x28x28 | dense 20 relu | dense 10 with the seed {seed}: training div"
        )
    for form in ("report.md", "report.html"):
        rows = tables_of(report, form).with_header("seed", "test accuracy")
        assert len(rows) >= 2
        text = (report / form).read_text(encoding="utf-8")
        assert "wild, seed 1" in text
        assert "training diverged" in text
    found = lp.study(file, out=report, runs=runs)
    assert (found.trained, len(found.folders), len(found.failures)) == (0, 2, 2)
    assert all(failure.training.settings.learning_rate == 1e30 for failure in found.failures)


# Where the report goes, and what is said


@pytest.mark.parametrize(
    ("path", "options", "report", "command"),
    [
        ("sizes.toml", {}, "sizes", "lenetpp study sizes.toml"),
        ("sizes.toml", {"quick": True}, "sizes-quick", "lenetpp study sizes.toml --quick"),
        ("more sizes/study.toml", {"seeds": 1}, "more sizes", "lenetpp study 'more sizes/study.toml' --seeds 1"),
        ("study.toml", {"quick": True, "seeds": 1}, "here-quick", "lenetpp study study.toml --quick --seeds 1"),
    ],
)
def test_a_report_is_called_after_its_study(
    small: StudyResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    options: dict[str, Any],
    report: str,
    command: str,
) -> None:
    here = tmp_path / "here"
    write_study(here, name=path)
    monkeypatch.chdir(here)
    monkeypatch.setenv("LENETPP_RUNS", str(small.runs.parent / "runs of sizes"))
    found = lp.study(path, jobs=1, **options)
    assert found.report == Path("studies") / report
    assert (found.report / "report.md").is_file()
    assert found.command == command
    assert command in (found.report / "report.md").read_text(encoding="utf-8")
    assert len(found.folders) == (2 if options else 4)
    assert found.runs.name == "runs of sizes"


def test_the_path_of_a_file_elsewhere_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = lp.study(write_study(tmp_path / "elsewhere"), quick=True, jobs=1, runs="runs")
    assert (found.command, found.report) == ("lenetpp study sizes.toml --quick", Path("studies/sizes-quick"))
    for file in (*found.report.glob("report.*"), *found.report.glob("*.csv")):
        assert str(tmp_path) not in file.read_text(encoding="utf-8"), file.name


def test_the_command_prints_answers_and_where_report_and_runs_are(
    lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path)
    content = lenetpp.json("study", "sizes.toml", "--jobs", 1, "--runs", "runs", "--out", "report")
    assert (content["report"], content["runs"], content["trained"], content["failures"]) == ("report", 4, 4, [])
    assert list(content["answers"]) == ["size"]
    assert content["answers"]["size"]["title"] == "Which size?"
    sentences = content["answers"]["size"]["sentences"]
    assert sentences[0].startswith("Batch size 8 against 4: ")
    printed = " ".join(lenetpp("study", "sizes.toml", "--runs", "runs").split())
    assert printed.startswith(f"Which size? {content['answers']['size']['headline']}")
    assert "runs 4, of which 0 trained now, in runs" in printed
    assert "report studies/sizes/report.html" in printed


# What stops a study before anything is trained


def test_a_report_that_cannot_be_made_stops_the_study_before_anything_is_trained(
    lenetpp: Command, tmp_path: Path
) -> None:
    (tmp_path / "report").write_text("no folder")
    file, runs, out = write_study(tmp_path), tmp_path / "runs", tmp_path / "report"
    with pytest.raises(OSError, match="report"):
        lp.study(file, runs=runs, out=out)
    errors = lenetpp("study", file, "--runs", runs, "--out", out, code=1, stream="errors")
    assert errors.splitlines()[1].startswith("error: ")
    assert not (tmp_path / "runs").exists()


def test_only_the_questions_that_are_asked_for_are_trained_and_answered(
    small: StudyResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_study(tmp_path, SMALL, "small.toml")
    monkeypatch.chdir(tmp_path)
    found = lp.study(file, only=["loss", "size"], jobs=1, runs=small.runs)
    assert [answer.name for answer in found.answers] == ["size", "loss"]  # as in the file
    assert (found.report, found.trained) == (Path("studies/small-only-size-loss"), 0)
    assert found.command == "lenetpp study small.toml --only loss --only size"
    assert len(found.folders) < len(small.folders)
    assert [answer.sentences for answer in found.answers] == [answer.sentences for answer in small.answers[:2]]


def test_a_question_that_is_not_asked_in_the_file_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    file = write_study(tmp_path)
    with pytest.raises(lp.StudyError, match=r"sizes\.toml: there is no question 'sise' \(did you mean size\?\)"):
        lp.study(file, only=["sise"], runs=tmp_path / "runs", out=tmp_path / "report")
    with pytest.raises(lp.StudyError, match="there is no question 'x'; there are size"):
        lp.study(file, only=["x"], runs=tmp_path / "runs", out=tmp_path / "report")
    with pytest.raises(TypeError, match=r"only must be a sequence of names, but is the text 'size'"):
        lp.study(file, only="size", runs=tmp_path / "runs", out=tmp_path / "report")


@pytest.mark.parametrize("options", [{"seeds": 0}, {"jobs": 0}])
def test_numbers_must_be_positive(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(options))} must be at least 1, but is 0$"):
        lp.study(write_study(tmp_path), runs=tmp_path / "runs", out=tmp_path / "report", **options)
    assert not (tmp_path / "runs").exists()
