"""What others wrote is shown and never obeyed: by the terminal, by a page, by the shell that one pastes into."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rich.table import Table

import lenetpp as lp
from lenetpp import Network
from lenetpp.basics.printable import printable
from lenetpp.basics.shell_words import run_command, shell_command
from lenetpp.basics.terminal import Console, Text
from lenetpp.command_line import main

from .patterns import TEXT, stripes

HOSTILE = "x\x1b]0;title\x07\x1b[2J\x9b31m\u202e[red]:smile:<b>\r&"
SHOWN = r"x\x1b]0;title\x07\x1b[2J\x9b31m\u202e[red]:smile:<b>\x0d&"
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
STYLE = re.compile(r"\x1b\[[\d;]*m")


# Commands


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose name, data and classes are hostile."""
    place = tmp_path_factory.mktemp("hostile")
    data = place / f"{HOSTILE}.npz"
    (x_train, y_train), (x_test, y_test) = stripes(60), stripes(30, start=1000)
    classes = np.array([HOSTILE, f"{HOSTILE} 2", f"{HOSTILE} 3"])
    np.savez(data, train_images=x_train, train_labels=y_train, test_images=x_test, test_labels=y_test, classes=classes)
    run = lp.train(Network.parse(TEXT), lp.load_data(data), epochs=2, runs=place / "runs")
    assert run.folder is not None
    return run.folder.rename(run.folder.with_name(HOSTILE))


@pytest.fixture
def _runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LENETPP_RUNS", str(folder.parent))
    monkeypatch.setenv("COLUMNS", "200")
    record = folder / "run.toml"
    before = record.read_bytes()
    yield
    record.write_bytes(before)


def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What a command writes on both streams."""
    monkeypatch.setattr(sys, "argv", ["lenetpp", *map(str, arguments)])
    with pytest.raises(SystemExit):
        main()
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.usefixtures("_runs")
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["show", "last"], SHOWN),
        (["show", "last", "--json"], r"x\u001b]0"),
        (["show", "no-such-run"], "no-such-run"),
        (["runs"], SHOWN),
        (["runs", "--csv"], SHOWN),
        (["runs", "--columns", "data.classes", "--json"], r"\u009b31m\u202e"),
        (["diff", "last", "last"], r"x\x1b]0"),
        (["evaluate", "last"], SHOWN),
        (["replay", "last"], SHOWN),
        (["resume", "last"], SHOWN),
        (["resume", "last", "--epochs", "3", "--anew"], SHOWN),
        (["data", "info", "DATA"], SHOWN),
        (["train", "DATA", "--network", TEXT, "--epochs", "1"], SHOWN),
        (["train", "DATA", "--network", f"{TEXT} {HOSTILE}"], "expected an option"),
        (["train", HOSTILE], r"x\x1b]0"),
        (["predict", "last", HOSTILE], SHOWN),
        (["filters", "last", "last"], "filter"),
        (["draw", "loss", "last", "--out", f"OUT/{HOSTILE}.png"], r"x\x1b]0"),
        (["export", "last", "--tensorboard", f"OUT/{HOSTILE}"], r"x\x1b]0"),
        (["study", HOSTILE], r"x\x1b]0"),
    ],
)
def test_no_command_lets_the_terminal_obey_a_name(
    arguments: list[str],
    shown: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = str(folder.parent.parent / f"{HOSTILE}.npz")
    words = [{"DATA": data, "last": str(folder)}.get(word, word).replace("OUT", str(tmp_path)) for word in arguments]
    if words[0] == "train":
        monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    output = printed(capsys, monkeypatch, *words)
    assert not OBEYED.search(output)
    assert shown in "".join(output.split("\n")) or shown.replace(" ", "") in re.sub(r"\s", "", output)


@pytest.mark.usefixtures("_runs")
def test_a_message_of_a_record_is_shown_and_not_obeyed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = folder / "run.toml"
    text = record.read_text().replace('outcome = "finished"', 'outcome = "failed"\nmessage = "\\u001B[2Jgone [red]"')
    record.write_text(text)
    output = printed(capsys, monkeypatch, "show", folder)
    assert r"failed: \x1b[2Jgone [red]" in output
    assert not OBEYED.search(output)


def test_styles_are_the_only_control_characters_on_a_terminal() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=200)
    table = Table(HOSTILE)
    table.add_row(Text(HOSTILE, style="bold red"))
    table.add_row(HOSTILE)
    for printed_object in (HOSTILE, Text(HOSTILE), table):
        console.print(printed_object)
    output = stream.getvalue()
    assert STYLE.search(output)
    assert not OBEYED.search(STYLE.sub("", output))
    assert output.count(SHOWN) >= 3


def test_only_what_a_terminal_obeys_is_escaped() -> None:
    assert printable("Grüße, 日本語 👩‍🚀\n\ttab") == "Grüße, 日本語 👩‍🚀\n\ttab"
    assert printable(HOSTILE) == SHOWN


# Commands to copy


@pytest.mark.parametrize(
    "name", ["20260101-000000-000", "x;$(touch pwned)", "-rf", "it's", "a b", "", HOSTILE, "new\nline", "`id`"]
)
def test_a_shell_makes_of_a_command_exactly_its_words(name: str, tmp_path: Path) -> None:
    command = shell_command(sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", "--", name)
    assert not OBEYED.search(command)
    output = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert output.strip() == ascii(["--", name])
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_name_begins_with_a_hyphen_is_no_option() -> None:
    assert run_command("replay", "-rf") == "lenetpp replay -- -rf"
    assert run_command("replay", "20260101-000000-000") == "lenetpp replay 20260101-000000-000"


@pytest.mark.usefixtures("_runs")
def test_a_page_escapes_names_and_quotes_its_commands(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = folder.rename(folder.with_name("<script>alert(1);$(touch pwned)"))
    try:
        monkeypatch.setattr(sys, "argv", ["lenetpp", "show", str(named), "--html", str(tmp_path / "run.html")])
        with pytest.raises(SystemExit) as left:
            main()
    finally:
        named.rename(folder)
    assert not left.value.code
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "[red]:smile:<b>" not in page
    assert "[red]:smile:&lt;b&gt;" in page
    assert "lenetpp replay &#39;&lt;script&gt;alert(1);$(touch pwned)&#39;" in page
