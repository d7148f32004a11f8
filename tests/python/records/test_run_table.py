"""lp.runs() and its index: every run, as its files are now, without reading them all again."""

import json
import os
import sys
from pathlib import Path

import pytest

import lenetpp as lp
import needs
from lenetpp.records import run_index
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.references import find_run
from lenetpp.records.run_columns import differing
from lenetpp.records.run_index import INDEX_NAME
from lenetpp.records.run_writer import RunWriter

from .handmade import NO_EPOCH, epoch_line, record, write_run


def accuracies(runs: Path) -> list[object]:
    return [row.get("results.test_accuracy") for row in lp.runs(runs)]


def test_a_row_holds_everything_recorded_under_its_name(tmp_path: Path) -> None:
    folder = write_run(tmp_path, "a", settings__seed=7)
    (row,) = lp.runs(tmp_path)
    assert row["run"] == "a"
    assert row["folder"] == str(folder)
    for table, values in record(settings__seed=7).items():
        if isinstance(values, dict):
            assert {name: row[f"{table}.{name}"] for name in values if not isinstance(values[name], dict)} == {
                name: value for name, value in values.items() if not isinstance(value, dict)
            }
    assert row["network.filters"] == 4
    assert row["network.parameters"] == 4 * 3 * 3 + 4 + 3 * 4 * 3 * 3 + 3
    assert "network.name" not in row
    assert list(row)[:2] == ["run", "folder"]


def test_rows_come_from_real_trainings_too(tmp_path: Path) -> None:
    data = lp.load_data(classes=["Bag", "Sneaker"], train_per_class=20, test_per_class=5)
    network = lp.network("lenet5", data.input_shape, 2)
    run = lp.train(network, data, epochs=1, runs=tmp_path)
    (row,) = lp.runs(tmp_path)
    assert row["results.digest"] == run.digest
    assert row["network.name"] == "lenet5"
    assert row["network.filters"] == 6
    assert row["data.classes"] == ["Bag", "Sneaker"]
    assert "results.confusion" not in row
    assert lp.Run.load(row["folder"]).digest == run.digest


def test_later_listings_read_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        write_run(tmp_path, name)
    assert accuracies(tmp_path) == [0.75, 0.75, 0.75]
    write_run(tmp_path, "b", results__test_accuracy=0.8125)
    write_run(tmp_path, "d", results__test_accuracy=0.5)
    (tmp_path / "a" / "run.toml").unlink()
    read = []

    def read_row(folder: Path) -> dict[str, object]:
        read.append(folder.name)
        return original(folder)

    original = run_index.read_row
    monkeypatch.setattr(run_index, "read_row", read_row)
    assert accuracies(tmp_path) == [0.8125, 0.75, 0.5]
    assert read == ["b", "d"]
    assert accuracies(tmp_path) == [0.8125, 0.75, 0.5]
    assert read == ["b", "d"]


def test_few_new_runs_among_many_are_read_each_time_and_the_index_is_left(tmp_path: Path) -> None:
    for number in range(201):
        write_run(tmp_path, f"a{number:03}")
    lp.runs(tmp_path)
    index = (tmp_path / INDEX_NAME).read_bytes()
    write_run(tmp_path, "b", results__test_accuracy=0.875, message="good")
    for _ in range(2):
        table = lp.runs(tmp_path)
        assert len(table) == 202
        assert table[201]["results.test_accuracy"] == 0.875
        assert [table[number]["message"] for number in (0, 201)] == [None, "good"]
        assert {tuple(row) for row in table} == {table.columns}
        assert (tmp_path / INDEX_NAME).read_bytes() == index
    for number in range(3):
        write_run(tmp_path, f"c{number}")
    assert len(lp.runs(tmp_path)) == 205
    assert (tmp_path / INDEX_NAME).read_bytes() != index


def test_a_run_without_results_shows_what_it_has_reached(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        epoch_line(1, test_accuracy=0.5),
        epoch_line(2, test_accuracy=0.625, validation_accuracy=None),
    ]
    folder = write_run(tmp_path, "a", lines[:1], outcome="running", results=None)
    assert accuracies(tmp_path) == [0.5]
    with (folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(lines[1]) + "\n")
    (row,) = lp.runs(tmp_path)
    assert (row["results.test_accuracy"], row["results.epochs"], row["outcome"]) == (0.625, 2, "unfinished")
    assert "results.validation_accuracy" not in row


def test_a_run_that_is_being_trained_is_told_from_one_whose_process_is_gone(tmp_path: Path) -> None:
    begun = RunWriter.create(tmp_path, record(outcome="running", results=None))
    assert [row["outcome"] for row in lp.runs(tmp_path)] == ["running"]
    assert RecordedRun.read(begun.folder).outcome == "running"
    begun.close()
    assert [row["outcome"] for row in lp.runs(tmp_path)] == ["unfinished"]
    assert RecordedRun.read(begun.folder).outcome == "unfinished"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{",
        b'{"format": 0, "runs": {}}',
        b'{"format": 1}',
        b'{"format": 1, "columns": ["x"], "runs": {"a": [[1], []]}}',
    ],
)
def test_a_damaged_index_is_made_anew(tmp_path: Path, content: bytes) -> None:
    write_run(tmp_path, "a")
    (tmp_path / INDEX_NAME).write_bytes(content)
    assert accuracies(tmp_path) == [0.75]
    assert accuracies(tmp_path) == [0.75]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_listed_all_the_same(tmp_path: Path) -> None:
    write_run(tmp_path, "a")
    tmp_path.chmod(0o500)
    try:
        assert accuracies(tmp_path) == [0.75]
    finally:
        tmp_path.chmod(0o700)


def test_an_index_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_index, "write_file", fail)
    write_run(tmp_path, "a")
    assert accuracies(tmp_path) == [0.75]
    assert not (tmp_path / INDEX_NAME).exists()


def test_an_unreadable_record_makes_no_column_a_difference(tmp_path: Path) -> None:
    for name, seed in (("1", 1), ("2", 2)):
        write_run(tmp_path, name, settings={"epochs": 2, "seed": seed})
    (write_run(tmp_path, "3") / "run.toml").write_text("[[[")
    table = lp.runs(tmp_path)
    assert differing(table, table.columns) == ["outcome", "settings.seed"]


def test_one_unreadable_record_does_not_hide_the_others(tmp_path: Path) -> None:
    write_run(tmp_path, "a")
    (write_run(tmp_path, "b") / "run.toml").write_text("format = ", encoding="utf-8")
    write_run(tmp_path, "c", network__text="3x32x32 | dense of the future 10")
    table = lp.runs(tmp_path)
    assert [row["outcome"] for row in table] == ["finished", "unreadable", "finished"]
    assert "run.toml" in table[1]["message"]
    assert table[2]["network.filters"] is None


def test_there_are_no_runs_where_there_is_no_folder(tmp_path: Path) -> None:
    assert len(lp.runs(tmp_path / "nowhere")) == 0
    assert len(lp.runs(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == []
    assert len(lp.runs(tmp_path).where("test_accuracy > 0.5").sort("seed").best_first()) == 0


def test_runs_are_filtered_and_sorted_and_those_without_a_figure_come_last(tmp_path: Path) -> None:
    for name, seed, accuracy in (("a", 3, 0.5), ("b", 1, 0.9), ("c", 2, 0.9), ("e", 5, 0.2)):
        write_run(tmp_path, name, settings__seed=seed, results__test_accuracy=accuracy)
    write_run(tmp_path, "d", settings__seed=4, outcome="diverged", results=NO_EPOCH)
    table = lp.runs(tmp_path)

    def names(table: lp.RunTable) -> str:
        return "".join(row["run"] for row in table)

    assert names(table.sort("seed")) == "bcade"
    assert names(table.sort("test_accuracy")) == "eabcd"
    assert names(table.sort("test_accuracy", descending=True)) == "bcaed"
    assert names(table.best_first()) == "bcae"
    assert names(table.where("test_accuracy >= 0.5 and seed != 3")) == "bc"
    assert names(table.where("outcome == 'diverged'")) == "d"
    assert names(table[1:3]) == "bc"
    with pytest.raises(lp.ConditionError, match=r"no run has a 'sead' \(did you mean seed"):
        table.sort("sead")


def test_a_column_of_numbers_and_texts_is_sorted_all_the_same(tmp_path: Path) -> None:
    values = ("many", 2, 1.5, "few")  # as versions to come may write them
    for name in "abcd":
        write_run(tmp_path, name)
    rows = [{**row, "settings.batch_size": value} for row, value in zip(lp.runs(tmp_path), values, strict=True)]
    assert "".join(row["run"] for row in lp.RunTable(rows).sort("batch_size")) == "cbda"


def test_data_frames_have_a_row_for_each_run(tmp_path: Path) -> None:
    write_run(tmp_path, "a")
    write_run(tmp_path, "b", outcome="diverged", results=NO_EPOCH)
    for module, frame in (("pandas", "to_pandas"), ("polars", "to_polars")):
        needs.module(module)
        table = getattr(lp.runs(tmp_path), frame)()
        assert list(table.columns) == list(lp.runs(tmp_path).columns)
        assert list(table["run"]) == ["a", "b"]
        assert list(table["settings.seed"]) == [1, 1]
        assert table["results.test_accuracy"][0] == 0.75


def test_a_missing_data_frame_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ImportError, match=f"pip install {module}"):
            getattr(lp.runs(tmp_path), f"to_{module}")()


# Which run is meant


def test_a_run_is_found_by_folder_beginning_last_or_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    with pytest.raises(lp.RecordError, match="'last' is neither"):
        find_run("last")
    first = write_run(tmp_path, "20260101-000000-000", outcome="running", results=None)
    with pytest.raises(lp.RecordError, match=r"no run in .* has finished"):
        find_run("best")
    second = write_run(tmp_path, "20260102-000000-000", results__test_accuracy=0.9)
    third = write_run(tmp_path, "20260102-000000-001")
    assert find_run("last") == third
    assert find_run("best") == second
    assert find_run("20260101") == first
    assert find_run(second.name) == second
    assert find_run(str(first)) == first
    with pytest.raises(lp.RecordError, match=r"may be any of 2 runs in .* called so or begin with it: "):
        find_run("20260102")
    with pytest.raises(lp.RecordError, match=r"no run in .* has this name or a name that begins so"):
        find_run("nothing")


def test_best_is_the_best_on_the_data_of_the_latest_finished_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    write_run(tmp_path, "20260101", data__name="easy", data__digest="a" * 64, results__test_accuracy=0.99)
    good = write_run(tmp_path, "20260102", results__test_accuracy=0.7)
    write_run(tmp_path, "20260103", results__test_accuracy=0.6)
    write_run(tmp_path, "20260104", outcome="diverged", data__name="easy", data__digest="a" * 64)
    said: list[str] = []
    assert find_run("best", said.append) == good
    (note,) = said
    assert "20260102, of 2 runs on the data of the latest one, stripes; 1 run on other data" in note
    assert [row["run"] for row in lp.runs().best_first()] == ["20260102", "20260103", "20260101"]
    assert find_run("last", said.append).name == "20260104"
    assert len(said) == 1


@pytest.mark.parametrize(
    ("changes", "comparable"),
    [
        ({"digest": "b" * 64}, True),  # of fewer training images, for instance
        ({"classes": ["ship", "airplane"]}, True),
        ({"classes": ["airplane", "truck"]}, False),
        ({"images": {"train": 10, "test": 20}}, False),
        ({"name": "mnist"}, False),
        ({"name": "somebody's", "path": "/data/a"}, False),
        ({"name": "arrays"}, False),
    ],
)
def test_runs_are_compared_where_the_test_images_are_the_same(
    tmp_path: Path, changes: dict[str, object], comparable: bool
) -> None:
    data = {
        "name": "cifar10",
        "digest": "a" * 64,
        "classes": ["airplane", "ship"],
        "images": {"train": 10, "test": 10},
        "selection": {},
    }
    write_run(tmp_path, "1", data=data)
    write_run(tmp_path, "2", data=data | changes)
    assert len(lp.runs(tmp_path).best_by_data()) == (1 if comparable else 2)


def test_other_arrays_are_other_data(tmp_path: Path) -> None:
    for number, digest in enumerate("aab"):
        write_run(tmp_path, str(number), data__name="arrays", data__digest=digest * 64)
    assert [[row["run"] for row in group] for group in lp.runs(tmp_path).best_by_data()] == [["2"], ["0", "1"]]


def test_a_run_on_a_single_class_is_never_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    only = write_run(tmp_path, "2", data__classes=["airplane"], results__test_accuracy=1.0)
    with pytest.raises(lp.RecordError, match="has finished on two classes or more"):
        find_run("best")
    assert find_run("last") == only
    better = write_run(tmp_path, "1", results__test_accuracy=0.5)
    assert find_run("best", pytest.fail) == better
