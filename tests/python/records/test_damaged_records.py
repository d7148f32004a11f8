"""Damaged and forged records, metrics, checkpoints and indexes: every reader raises documented errors only."""

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp import _core
from lenetpp.health import findings
from lenetpp.networks import network as networks
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.comparison import compare
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import run_facts, train_command
from lenetpp.records.run_files import read_metrics, read_record
from lenetpp.records.run_index import INDEX_NAME, read_row
from lenetpp.records.run_writer import RunWriter
from lenetpp.records.tensor_files import pack_tensors, read_tensors

from ..command import Command
from ..mutations import mutations
from .handmade import epoch_line, record, write_run

RECORDED = Path(__file__).parents[2] / "golden" / "recorded_runs"


def use(folder: Path) -> None:
    """What lists and shows a run: whatever was read without an error can be used without one."""
    row = read_row(folder)
    assert isinstance(row["outcome"], str)
    json.dumps(row)
    try:
        run = RecordedRun.read(folder)
    except (lp.RecordError, OSError):
        return
    run_facts(run)
    train_command(run)
    findings(run)
    compare(run, run)
    assert run.evaluation is None or 0 <= run.evaluation.accuracy <= 1


def refusal(read: Callable[[], object]) -> str | None:
    """The message of the one documented error; None where there is none."""
    try:
        read()
    except lp.RecordError as error:
        return str(error)
    return None


# Mutated files


@pytest.mark.parametrize("name", ["finished", "given-weights-float64", "resumed"])
def test_a_mutated_record_is_read_or_refused(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(RECORDED / name, tmp_path / name)
    said = []
    for content in mutations((folder / "run.toml").read_bytes(), seed=1):
        (folder / "run.toml").write_bytes(content)
        said.append(refusal(lambda: read_record(folder)))
        assert said[-1] is None or str(folder) in said[-1]
        use(folder)
    assert said.count(None) < len(said) / 2


def test_mutated_predictions_are_those_that_were_counted_or_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(RECORDED / "numerics-4", tmp_path / "run")
    whole = (folder / "predictions.txt").read_bytes()
    said = []
    for content in mutations(whole, seed=1):
        (folder / "predictions.txt").write_bytes(content)
        said.append(refusal(lambda: RecordedRun.read(folder).evaluation))
        assert said[-1] is None or "predictions.txt" in said[-1]
    assert any(said)
    assert (folder / "predictions.txt").write_bytes(b"1000000000000\n" * 30)
    assert "must hold numbers of classes, from 0 to 2" in str(refusal(lambda: RecordedRun.read(folder).evaluation))
    (folder / "predictions.txt").unlink()  # as earlier versions left it
    evaluation = RecordedRun.read(folder).evaluation
    assert evaluation is not None
    assert evaluation.predictions is None


def test_mutated_metrics_are_read_or_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(RECORDED / "finished", tmp_path / "run")
    text = (folder / "run.toml").read_text(encoding="utf-8")
    (folder / "run.toml").write_text(text[: text.index("[results]")], encoding="utf-8")
    said = []
    for content in mutations((folder / "metrics.jsonl").read_bytes(), seed=2):
        (folder / "metrics.jsonl").write_bytes(content)
        said.append(refusal(lambda: read_metrics(folder)))
        assert said[-1] is None or str(folder / "metrics.jsonl") in said[-1]
        use(folder)
    assert said.count(None) < len(said) / 2


@pytest.mark.parametrize("name", ["interrupted", "given-weights-float64"])
def test_a_mutated_checkpoint_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "checkpoint.safetensors"
    original = (RECORDED / name / path.name).read_bytes()
    for content in mutations(original, seed=3):
        path.write_bytes(content)
        said = refusal(lambda: Checkpoint.read(path))
        if said is None:  # another white space means the same
            assert b"".join(content.split()) == b"".join(original.split())
        else:
            assert str(path) in said


def test_the_mutated_words_of_a_checkpoint_are_read_or_refused_under_a_right_sum(tmp_path: Path) -> None:
    tensors, texts = read_tensors(RECORDED / "interrupted" / "checkpoint.safetensors")
    path = tmp_path / "checkpoint.safetensors"
    for name in ("lenetpp.position", "lenetpp.network", "lenetpp.dtype"):
        for content in mutations(texts[name].encode(), seed=4):
            changed = {**texts, name: content.decode(errors="replace")}
            path.write_bytes(b"".join(pack_tensors(tensors, changed)))
            if refusal(lambda: Checkpoint.read(path)) is None:
                assert all(isinstance(number, int | float) for number in Checkpoint.read(path).done[:4])


def test_a_mutated_index_is_made_anew_or_says_what_can_be_shown(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_run(tmp_path, name)
    lp.runs(tmp_path)
    original = (tmp_path / INDEX_NAME).read_bytes()
    for content in mutations(original, seed=5):
        (tmp_path / INDEX_NAME).write_bytes(content)
        table = lp.runs(tmp_path)
        assert [row["run"] for row in table] == ["a", "b"]
        assert all(isinstance(row["outcome"], str) for row in table)
        json.dumps(list(table))


# Wrong types and values

TOML_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**70), 2**70) | st.just(10**400) | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def paths(table: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in table.items():
        yield (*before, name)
        if isinstance(value, dict):
            yield from paths(value, (*before, name))


COMPLETE = record(
    git={"commit": "c" * 40, "dirty": False},
    resumed=[],
    message="m",
    results__test_loss=0.5,
    results__confusion=["9 1 0", "0 9 1", "1 0 9"],
)


@given(path=st.sampled_from(list(paths(COMPLETE))), value=TOML_VALUES)
def test_any_value_anywhere_is_read_or_refused_by_its_path(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str, ...], value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any_value"
    folder.mkdir(exist_ok=True)
    content = json.loads(json.dumps(COMPLETE, default=str)) | {"started": COMPLETE["started"]}
    table = content
    for name in path[:-1]:
        table = table[name]
    table[path[-1]] = value
    (folder / "run.toml").write_bytes(tomli_w.dumps(content).encode(errors="replace"))
    said = refusal(lambda: read_record(folder))
    if said is not None:
        places = [".".join(path[:length]) for length in range(1, len(path) + 1)]
        assert said.removeprefix(f"{folder / 'run.toml'}: ").startswith((*places, "format must be"))
        assert len(said) < 500
    use(folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"settings__learning_rate": 10**400}, "settings.learning_rate: must be finite, but is 10000"),
        ({"settings__learning_rate": float("nan")}, "settings.learning_rate: must be finite, but is nan"),
        ({"settings__learning_rate": "0.1"}, "settings.learning_rate: must be a number, but is '0.1'"),
        ({"settings__seed": True}, "settings.seed: must be an integer, but is True"),
        ({"settings__mood": 1}, "settings.mood: there is no such key"),
        ({"data": None}, "data: must be given"),
        ({"data": [1]}, "data: must be a table of keys and values (given: [1])"),
        ({"machine__threads": 0}, "machine.threads: input should be greater than or equal to 1 (given: 0)"),
        ({"outcome": 3}, "outcome: input should be 'running', "),
        ({"results__confusion": ["1 2", "3 4"]}, "results.confusion: it must have 3 rows of 3 numbers"),
        ({"results__confusion": ["0 0 0"] * 3}, "results.confusion: there must be an image in it"),
        ({"results__confusion": ["x"]}, "results.confusion[0]: string should match pattern"),
        ({"\x1b[2J": 1}, "'\\x1b[2J': there is no such key"),
        ({"results__seconds": float("inf")}, "results.seconds: input should be a finite number (given: inf)"),
    ],
)
def test_the_path_of_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    folder = write_run(tmp_path, "a", **changes)
    with pytest.raises(lp.RecordError) as caught:
        read_record(folder)
    assert str(caught.value).startswith(f"{folder / 'run.toml'}: {said}")


def test_an_integer_of_a_million_digits_is_refused(tmp_path: Path) -> None:
    folder = write_run(tmp_path, "a")
    text = (folder / "run.toml").read_text(encoding="utf-8")
    (folder / "run.toml").write_text(text.replace("cores = 2", f"cores = 0x{'f' * 10**6}"), encoding="utf-8")
    with pytest.raises(lp.RecordError, match=r"machine\.cores: .* \(given: int that is too long to be shown\)"):
        read_record(folder)


@pytest.mark.parametrize("text", ["x = " + "[" * 10**5, "x = " + "{a = " * 10**5, "a." * 10**6 + "a = 1"])
def test_deep_nesting_is_refused_at_once(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.toml").write_text(text, encoding="utf-8")
    with pytest.raises(lp.RecordError, match=r"nested too deeply|more than 50 parts"):
        read_record(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"[1]", r"input should be an object \(given: \[1\]\)"),
        (b"7", "input should be an object"),
        (b"[" * 10**5, "recursion limit"),
        (b'{"epoch": 1' + b"0" * 5000 + b"}", "number out of range"),
        (b"\xff", "invalid JSON"),
        (json.dumps(epoch_line(2)).encode(), "epoch: it must be 1, but is 2"),
        (json.dumps(epoch_line(1, loss=float("nan"))).encode(), "loss: input should be a finite number"),
        (json.dumps(epoch_line(1, loss=10**400)).encode(), "loss: input should be a finite number"),
        (json.dumps(epoch_line(1, gradient_norms={"0.weight": "x"})).encode(), r"gradient_norms\.'?0\.weight'?: input"),
        (json.dumps(epoch_line(1, validation_loss=0.5)).encode(), "all evaluated epochs must have both, or none"),
        (b" " * 2**20 + b"{}", "at most 1,048,576 bytes are read"),
    ],
)
def test_a_line_of_metrics_that_is_no_epoch_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / "metrics.jsonl").write_bytes(line + b"\n")
    with pytest.raises(lp.RecordError, match=rf"metrics\.jsonl, line 1: .*{said}"):
        read_metrics(tmp_path)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_figures_come_back_with_every_bit(tmp_path_factory: pytest.TempPathFactory, value: float) -> None:
    folder = tmp_path_factory.getbasetemp() / "figures"
    folder.mkdir(exist_ok=True)
    (folder / "metrics.jsonl").write_text(json.dumps(epoch_line(1, loss=value)) + "\n", encoding="utf-8")
    (epoch,) = read_metrics(folder)
    assert epoch.loss.hex() == value.hex()


@pytest.mark.parametrize("position", ["7", "[]", "null", '"x"', "[" * 10**5, "{}", '{"epoch": 1}'])
def test_a_position_that_is_none_is_refused(tmp_path: Path, position: str) -> None:
    tensors, texts = read_tensors(RECORDED / "finished" / "checkpoint.safetensors")
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(b"".join(pack_tensors(tensors, {**texts, "lenetpp.position": position})))
    with pytest.raises(lp.RecordError, match="holds no checkpoint that this version can read"):
        Checkpoint.read(path)


def test_a_checkpoint_that_claims_a_huge_network_takes_no_memory_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors, texts = read_tensors(RECORDED / "finished" / "checkpoint.safetensors")
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(b"".join(pack_tensors(tensors, {**texts, "lenetpp.network": "1x28x28 | dense 300000"})))
    forbid_networks(monkeypatch)
    with pytest.raises(lp.RecordError, match=r"the network's are \{'0\.weight': \(300000, 784\)"):
        Checkpoint.read(path)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"", "its header is not an object|invalid|Expecting"),
        (b"[]", "its header is not an object"),
        (b"[" * 1000, "Expecting|nested too deeply"),
        (b'{"a": 7}', "a: must be a table"),
        (b'{"a": {"dtype": "F16", "shape": [], "data_offsets": [0, 2]}}', r"a\.dtype: input should be 'F32' or 'F64'"),
        (b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}', r"'a'\.data_offsets: must be \[0, 4\]"),
        (b'{"a": {"dtype": "F32", "shape": [1099511627776], "data_offsets": [0, 4398046511104]}}', "should have 4,398"),
        (b'{"__metadata__": {"sha256": 7}}', "sha256: input should be a valid string"),
    ],
)
def test_a_header_of_tensors_that_is_none_is_refused(tmp_path: Path, header: bytes, said: str) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(lp.RecordError, match=rf"file\.safetensors \(\d+ bytes\) is damaged: .*({said})"):
        read_tensors(path)


def test_a_header_longer_than_its_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes((2**60).to_bytes(8, "little") + b"{}")
    with pytest.raises(lp.RecordError, match=r"its header cannot have 1,152,921,504,606,846,976 bytes"):
        read_tensors(path)


# No regular files


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def named_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))


def of_a_terabyte(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


NOT_FILES: list[Callable[[Path], None]] = [pipe, endless_device, folder, named_socket, of_a_terabyte]
posix = pytest.mark.skipif(os.name != "posix", reason="there are no pipes with names")


@posix
@pytest.mark.timeout(60)
@pytest.mark.parametrize("make", NOT_FILES)
@pytest.mark.parametrize("name", ["run.toml", "metrics.jsonl", "checkpoint.safetensors", "initial.safetensors"])
def test_what_is_no_file_of_that_size_is_refused_without_waiting_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[Path], None]
) -> None:
    run = shutil.copytree(RECORDED / "given-weights-float64", tmp_path / "run")
    record = (run / "run.toml").read_text(encoding="utf-8")
    of_this_build = f"[numerics]\nversion = {_core.numerics_version()}\n"  # others are refused for that alone
    (run / "run.toml").write_text(record.replace("[numerics]\nversion = 2\n", of_this_build), encoding="utf-8")
    (run / name).unlink()
    monkeypatch.chdir(run)
    make(Path(name))
    readers: dict[str, list[Callable[[], object]]] = {
        "run.toml": [lambda: lp.resume(run, epochs=3), lambda: lp.replay(run), lambda: lp.Run.load(run)],
        "metrics.jsonl": [lambda: lp.resume(run, epochs=3), lambda: lp.replay(run), lambda: lp.Run.load(run)],
        "checkpoint.safetensors": [lambda: lp.resume(run, epochs=3)],
        "initial.safetensors": [lambda: lp.replay(run)],
    }
    for read in readers[name]:
        with pytest.raises(lp.RecordError, match=rf"{name} (must be a regular file|is too large|\(\d+ bytes\) is)"):
            read()
    monkeypatch.chdir(tmp_path)
    if name in ("run.toml", "metrics.jsonl"):
        with pytest.raises(lp.RecordError):
            RecordedRun.read(run)


@posix
@pytest.mark.timeout(60)
@pytest.mark.parametrize("command", ["show", "diff", "replay", "resume", "evaluate"])
def test_commands_refuse_a_pipe_as_record(lenetpp: Command, tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "run.toml")
    arguments = [command, tmp_path, *([tmp_path] if command == "diff" else [])]
    assert "run.toml must be a regular file, but is a pipe" in lenetpp(*arguments, code=1, stream="errors")


@posix
def test_a_record_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.toml").symlink_to(RECORDED / "finished" / "run.toml")
    with pytest.raises(lp.RecordError, match=r"run\.toml must be a regular file, but is a link to .*: put the"):
        read_record(tmp_path)


# Listing


def spoil(runs: Path) -> dict[str, str]:
    """Make folders that cannot be read, and return what is to be said about each."""
    texts = {
        "bytes": (b"\xff", "no text in UTF-8"),
        "nested": (b"x = " + b"[" * 10**5, "nested too deeply"),
        "future": (b"format = 2", "format must be 1, but is 2"),
    }
    for name, (content, _) in texts.items():
        (runs / name).mkdir()
        (runs / name / "run.toml").write_bytes(content)
    for name, line in {"list": b"[1]\n", "seven": b"7\n"}.items():
        write_run(runs, name, outcome="running", results=None)
        (runs / name / "metrics.jsonl").write_bytes(line)
    said = {name: reason for name, (_, reason) in texts.items()} | dict.fromkeys(("list", "seven"), "input should be")
    if os.name == "posix":
        for make in NOT_FILES[:3]:
            (runs / make.__name__).mkdir()
            make(runs / make.__name__ / "run.toml")
            said[make.__name__] = "must be a regular file"
        write_run(runs, "lines", outcome="running", results=None)
        os.mkfifo(runs / "lines" / "metrics.jsonl")
        (runs / "loop").mkdir()
        (runs / "loop" / "run.toml").symlink_to("run.toml")
        said |= {"lines": "must be a regular file", "loop": "is a link to"}
    return said


@pytest.mark.timeout(60)
def test_no_folder_breaks_the_list_of_the_others(tmp_path: Path, lenetpp: Command) -> None:
    write_run(tmp_path, "good")
    said = spoil(tmp_path)
    for _ in range(2):  # without an index, and with one
        rows = {row["run"]: row for row in lp.runs(tmp_path)}
        assert rows.keys() == {"good", *said}
        assert rows["good"]["outcome"] == "finished"
        for name, reason in said.items():
            assert rows[name]["outcome"] == "unreadable"
            assert reason in rows[name]["message"]
    errors = lenetpp("runs", "--runs", tmp_path, stream="errors")
    assert len(errors.splitlines()) == len(said)
    assert all(any(line.startswith(f"{name} cannot be read: ") for line in errors.splitlines()) for name in said)
    assert "good" in lenetpp("runs", "--runs", tmp_path)


def test_a_list_of_nothing_but_unreadable_runs_is_printed(tmp_path: Path, lenetpp: Command) -> None:
    for number in range(12):
        (tmp_path / f"bad{number}").mkdir()
        (tmp_path / f"bad{number}" / "run.toml").touch()
    assert "unreadable" in lenetpp("runs", "--runs", tmp_path)
    assert "2 more cannot be read: --json says why" in lenetpp("runs", "--runs", tmp_path, stream="errors")


def forbid_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*_: object) -> None:
        raise AssertionError("a network is built")

    monkeypatch.setattr(networks, "CORES", {"float32": build, "float64": build})


def test_listing_and_showing_build_no_network(
    tmp_path: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path, "a", [epoch_line(1), epoch_line(2)], network__text="1x28x28 | dense 300000")
    write_run(tmp_path, "b", network__text=str(lp.network("lenet5")))
    forbid_networks(monkeypatch)
    huge, named = lp.runs(tmp_path)
    assert huge["network.parameters"] == 300_000 * 785
    assert (named["network.name"], named["network.filters"]) == ("lenet5", 6)
    assert "dense 300000" in lenetpp("show", tmp_path / "a")


@pytest.mark.parametrize(
    "text", [str(lp.network("lenet5")), str(lp.network("blog-lenet")), "3x9x8 | maxpool 2 | dense 4 tanh | dense 2"]
)
def test_an_architecture_is_what_the_network_says(text: str) -> None:
    network, architecture = _core.Network(text), _core.Architecture(text)
    names = ("text", "input_shape", "outputs", "layers", "layer_texts", "output_shapes", "multiply_adds")
    for name in (*names, "parameter_names", "parameter_shapes"):
        assert getattr(architecture, name) == getattr(network, name)


def test_a_run_whose_lock_nobody_can_look_at_does_not_break_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RunWriter.create(tmp_path, record(outcome="running", results=None)):
        pass

    def deny(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("lenetpp.records.run_index.is_being_trained", deny)
    assert [row["outcome"] for row in lp.runs(tmp_path)] == ["running"]
