"""What errors say: the command names its options, Python its arguments, and neither both."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lenetpp as lp
import needs
from lenetpp.basics.wordings import around, shell_wording, worded

from ..command import Command

PACKAGE = Path(lp.__file__).parent
OF_THE_COMMAND = ("command_line", "studies/clusters")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
ANOTHER_PROGRAM = re.compile(r"\bpip install\b|\bcmake --|\bnpm\b|`lenetpp [^`]*--")
PYTHON = re.compile(r"\b\w+=[\w({\[]|\bload_data|\bdata\.\w+\(|\bDataset\b")


def raised_texts(source: str) -> Iterator[tuple[bool, str]]:
    """Yield the texts of errors that are raised, and whether they are what the command says."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        keywords = [inner for inner in ast.walk(node.exc) if isinstance(inner, ast.keyword) and inner.arg == "in_shell"]
        in_shell = {id(inner) for keyword in keywords for inner in ast.walk(keyword.value)}
        for inner in ast.walk(node.exc):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield id(inner) in in_shell, inner.value


def mixed(source: str) -> list[str]:
    """Return the texts that name words of the other kind."""
    return [
        text
        for in_shell, text in raised_texts(source)
        if (PYTHON if in_shell else OPTION).search(text) and not ANOTHER_PROGRAM.search(text)
    ]


def test_no_error_of_the_library_names_an_option_and_no_wording_of_the_command_an_argument() -> None:
    found = {
        str(file.relative_to(PACKAGE)): texts
        for file in sorted(PACKAGE.rglob("*.py"))
        if not file.relative_to(PACKAGE).as_posix().startswith(OF_THE_COMMAND)
        if (texts := mixed(file.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        'raise ValueError("by --size 32x32, or size=(32, 32) of load_data")',
        'raise ValueError(f"{file}: give --size 32x32")',
        'raise worded(ValueError("give some"), in_shell="give size=(32, 32)")',
    ],
)
def test_a_text_with_the_words_of_the_other_is_found(source: str) -> None:
    assert len(mixed(source)) == 1


def test_an_error_in_the_message_of_another_keeps_both_wordings() -> None:
    inner = worded(ValueError("give size=(8, 8)"), in_shell="give --size 8x8")
    outer = around(inner, lambda message: lp.DataError(f"photos: {message}"))
    assert (type(outer), str(outer), shell_wording(outer)) == (
        lp.DataError,
        "photos: give size=(8, 8)",
        "photos: give --size 8x8",
    )
    assert shell_wording(around(ValueError("as it is"), ValueError)) is None


def test_photos_of_several_sizes_are_refused_in_the_words_of_who_reads(tmp_path: Path, lenetpp: Command) -> None:
    picture = needs.module("PIL.Image")
    for number, name in enumerate("abcd"):
        place = tmp_path / "photos" / name[0] / f"{number}.png"
        place.parent.mkdir(parents=True)
        picture.new("L", (8 + number, 8)).save(place)
        picture.new("L", (8, 8)).save(place.with_name("first.png"))
    with pytest.raises(lp.DataError, match=r"to one size by size=\(32, 32\)$"):
        lp.load_data(tmp_path / "photos")
    for command in (("train", tmp_path / "photos"), ("data", "info", tmp_path / "photos")):
        said = " ".join(lenetpp(*command, code=1, stream="errors").split())
        assert said.endswith("to one size by --size 32x32")
    with pytest.raises(lp.DataError, match=r"fit needs a size: give size=\(32, 32\), too"):
        lp.load_data(tmp_path / "photos", fit="pad")
    assert "--crop and --pad need a size: give --size 32x32" in lenetpp(
        "train", tmp_path / "photos", "--pad", code=1, stream="errors"
    )
    assert "error: --size is for folders of pictures" in lenetpp("train", "--size", "8x8", code=1, stream="errors")
