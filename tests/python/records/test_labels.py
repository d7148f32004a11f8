"""Names, tags and notes: found by them, changed at any time, and no part of what decides a run."""

import os
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import lenetpp as lp
from lenetpp.command_line import completion
from lenetpp.records import labels
from lenetpp.records.labels import Label, read_label, write_label
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.references import find_run
from lenetpp.records.run_facts import run_facts
from lenetpp.records.run_files import LABEL_NAME, read_record
from lenetpp.records.run_keys import recorded_key

from ..command import Command
from ..mutations import mutations
from ..package.patterns import TEXT, stripes_data
from .handmade import write_run


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    for name in ("20260101-000000-000", "20260102-000000-000"):
        write_run(tmp_path, name)


def train(runs: Path | None, **said: Any) -> lp.Run:
    return lp.train(lp.Network.parse(TEXT), stripes_data(), epochs=1, runs=runs, **said)


def test_what_is_said_at_the_start_is_in_the_run_and_in_its_folder(tmp_path: Path) -> None:
    run = train(tmp_path, name="wide", tags=["talk", "talk", "第一"], note="two\nlines")
    assert run.label == Label(name="wide", tags=("talk", "第一"), note="two\nlines")
    assert lp.Run.load("wide").label == run.label
    assert run.name == "wide"
    assert run.folder is not None
    facts = run_facts(RecordedRun.read(run.folder))
    assert (facts["name"], facts["tags"], facts["note"]) == ("wide", "talk, 第一", "two\nlines")
    assert lp.resume("wide", epochs=2, data=stripes_data()).label == run.label


def test_a_label_changes_neither_bits_nor_key_nor_replay(tmp_path: Path) -> None:
    plain, labelled = train(tmp_path), train(tmp_path, name="n", tags=["t"], note="x")
    assert plain.folder is not None
    assert labelled.folder is not None
    records = [read_record(folder) for folder in (plain.folder, labelled.folder)]
    assert plain.digest == labelled.digest
    assert recorded_key(records[0]) == recorded_key(records[1])
    before = (labelled.folder / "run.toml").read_bytes()
    lp.label(labelled, name="other")
    assert labelled.label.name == "other"
    assert (labelled.folder / "run.toml").read_bytes() == before
    assert lp.replay("other", data=stripes_data()).same_bits


def test_runs_are_found_by_their_names(tmp_path: Path) -> None:
    first, second = sorted(tmp_path.iterdir())
    lp.label(first, name="small")
    assert find_run("small") == first
    assert completion.run_names("sm") == ["small"]
    lp.label(second, name="small")
    with pytest.raises(lp.RecordError, match=r"'small' may be any of 2 runs in .*20260101-000000-000, 20260102"):
        find_run("small")
    lp.label(second, name="20260101")  # as the other's folder begins
    with pytest.raises(lp.RecordError, match="'20260101' may be any of 2 runs"):
        find_run("20260101")
    lp.label(second, name="")
    assert find_run("20260101") == first
    assert not (second / LABEL_NAME).exists()


def test_tables_have_names_and_tags_and_filter_by_them(tmp_path: Path) -> None:
    first, second = sorted(tmp_path.iterdir())
    assert len(lp.runs()) == 2  # the index is made before
    lp.label(first, name="small", tags=["talk", "draft"], note="n")
    rows = lp.runs()
    assert (rows[0]["name"], rows[0]["tags"], rows[0]["note"]) == ("small", ["talk", "draft"], "n")
    assert (rows[1]["name"], rows[1]["tags"], rows[1]["note"]) == (None, None, None)
    for condition in ('tag == "talk"', '"draft" in tags', 'name == "small"', 'tag in ["draft"] or tag == "draft"'):
        assert [row["run"] for row in rows.where(condition)] == [first.name], condition
    for condition in ('tag != "talk"', "not tags", 'not (tag == "draft")'):
        assert [row["run"] for row in rows.where(condition)] == [second.name], condition
    lp.label(first, without_tags=["talk"])
    assert len(lp.runs().where('tag == "talk"')) == 0


def test_a_damaged_label_is_told_and_loses_neither_the_run_nor_what_was_said(tmp_path: Path, lenetpp: Command) -> None:
    folder, _ = sorted(tmp_path.iterdir())
    lp.label(folder, name="small")
    for damaged in (b"name = 3\n", b"\xff", b"name =", b'other = "x"\n', b'tags = "x"\n', b'name = "last"\n'):
        (folder / LABEL_NAME).write_bytes(damaged)
        label = read_label(folder)
        assert (label.name, label.tags) == ("", ())
        assert LABEL_NAME in label.problem
        assert RecordedRun.read(folder).name == folder.name
        (row, _) = lp.runs()
        assert row["outcome"] == "finished"
        assert LABEL_NAME in row["label_problem"]
        with pytest.raises(lp.RecordError, match=r"label\.toml.*mend label\.toml, or delete it"):
            lp.label(folder, name="other")
        assert (folder / LABEL_NAME).read_bytes() == damaged
    assert "label cannot be read" in lenetpp("runs", stream="errors")
    (folder / LABEL_NAME).write_text(tomli_w.dumps({"name": "again"}))
    assert find_run("again") == folder


def test_a_mutated_label_is_read_or_told_and_the_run_stays(tmp_path: Path) -> None:
    folder, _ = sorted(tmp_path.iterdir())
    write_label(folder, Label(name="small", tags=("talk", "第一"), note="two\nlines"))
    for content in mutations((folder / LABEL_NAME).read_bytes(), seed=7):
        (folder / LABEL_NAME).write_bytes(content)
        label = read_label(folder)
        assert not label.problem or label == Label(problem=label.problem)
        if not label.problem:
            assert Label(**label.as_dict()) == label
    assert RecordedRun.read(folder).outcome == "finished"


def test_a_label_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = sorted(tmp_path.iterdir())
    lp.label(folder, name="before")
    files = sorted(folder.iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        lp.label(folder, name="after")
    assert read_label(folder).name == "before"
    assert sorted(folder.iterdir()) == files


def test_a_run_is_labelled_while_it_is_trained(tmp_path: Path) -> None:
    def look(run: lp.Run) -> None:
        assert run.folder is not None
        write_label(run.folder, Label(tags=("meanwhile",)))

    run = lp.train(lp.Network.parse(TEXT), stripes_data(), epochs=2, runs=tmp_path, on_epoch=look)
    assert lp.Run.load(run).outcome == "finished"
    assert run.folder is not None
    assert read_label(run.folder).tags == ("meanwhile",)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "last"}, "a name must be none of last, best"),
        ({"name": "a/b"}, "have no /"),
        ({"name": " a"}, "a name must be one line"),
        ({"name": "a\nb"}, "a name must be one line"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "\x1b[2J"}, "no control characters"),
        ({"tags": "talk"}, r"tags must be a list of texts, as in \['first', 'wide'\], but is 'talk'"),
        ({"tags": ["a,b"]}, "have no comma"),
        ({"tags": [""]}, "must not be empty"),
        ({"tags": [3]}, "a tag must be a text, but is 3"),
        ({"note": 3}, "a note must be a text"),
        ({"note": "x" * 10_001}, "a note of 10,000 characters"),
    ],
)
def test_what_is_no_label_is_refused_before_anything_is_trained(
    tmp_path: Path, said: dict[str, Any], words: str
) -> None:
    count = len(list(tmp_path.iterdir()))
    with pytest.raises(ValueError, match=words):
        train(tmp_path, **said)
    assert len(list(tmp_path.iterdir())) == count


def test_the_command_labels_and_shows(tmp_path: Path, lenetpp: Command) -> None:
    first, second = sorted(tmp_path.iterdir())
    assert lenetpp.json("label", "last", "--name", "b", "--tag", "x", "--tag", "y", "--note", "n") == {
        "runs": [{"run": str(second), "name": "b", "tags": ["x", "y"], "note": "n"}]
    }
    lenetpp("label", first, second, "--tag", "z", "--untag", "x", code=1)  # the first has no x
    assert read_label(second).tags == ("x", "y")
    lenetpp("label", "b", "--untag", "x", "--note", "")
    assert lenetpp.json("label", "b") == {"runs": [{"run": str(second), "name": "b", "tags": ["y"]}]}
    assert "y" in lenetpp("runs").splitlines()[1]
    assert lenetpp.json("show", "b")["label"] == {"name": "b", "tags": ["y"]}
    assert "--name is for one run" in lenetpp("label", first, second, "--name", "c", code=1, stream="errors")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_command_that_trains_takes_them(lenetpp: Command, form: list[str]) -> None:
    small = ("--per-class", 2, "--test-per-class", 1, "--epochs", 1, "--network", "1x28x28 | dense 10")
    lenetpp("train", *small, "--name", "a b", "--tag", "x", "--tag", "y", "--note", "n", *form)
    assert read_label(find_run("a b")) == Label(name="a b", tags=("x", "y"), note="n")


def test_longest_words_fit_the_file_they_are_read_from(tmp_path: Path) -> None:
    folder, _ = sorted(tmp_path.iterdir())
    tags = tuple(f"{number:03}" + "字" * 97 for number in range(labels.MOST_TAGS))
    longest = Label(name="名" * labels.LONGEST_NAME, tags=tags, note="注" * labels.LONGEST_NOTE)
    write_label(folder, longest)
    assert read_label(folder) == longest
