"""Japanese: the catalogue has all messages, whole, and all Japanese texts use the words of the glossary."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import messages

ROOT = Path(__file__).parents[2]
PO = messages.PACKAGE / messages.PO
KANA = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
GLOSSARY = ROOT / "docs" / "ja" / "glossary.md"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file)


def entries(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_the_catalogue_has_what_the_package_says_and_nothing_else(catalogue: Catalog) -> None:
    assert {str(message.id) for message in entries(catalogue)} == messages.messages(), "run python tools/messages.py"


def test_every_message_has_a_translation(catalogue: Catalog) -> None:
    assert [message.id for message in entries(catalogue) if not message.string] == []
    # A name, a sign or a place alone is the same in both languages.
    same = [str(message.id) for message in entries(catalogue) if message.string == message.id]
    assert [text for text in same if re.search(r"[a-z]{2,} [a-z]{2,}", re.sub(r"\{\w+\}", "", text))] == []


def test_translations_have_the_places_and_the_code_of_their_messages(catalogue: Catalog) -> None:
    for message in entries(catalogue):
        english, japanese = str(message.id), str(message.string)
        for pattern in (r"\{\w+\}", r"`[^`]+`"):
            assert set(re.findall(pattern, english)) == set(re.findall(pattern, japanese)), english


def test_the_compiled_catalogue_is_that_of_the_text(catalogue: Catalog) -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {str(message.id): message.string for message in entries(read_mo(file))}
    assert compiled == {str(message.id): message.string for message in entries(catalogue)}


def refused() -> Iterator[tuple[str, str]]:
    """Yield the spellings that the glossary refuses, each with the one that it has."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and KANA.search(cells[1]) and cells[0] != "英語":
            yield from ((spelling, cells[1]) for spelling in cells[2].split("、") if spelling)


EXCEPTIONS = {
    "精度": r"(?<![単倍])精度",
    "研究": r"研究(?!者)",
    "核": r"(?<!中)核(?!心)",
    "ラン": r"(?<![ァ-ヶー])ラン(?![ァ-ヶー])",
    "ロス": r"(?<![ァ-ヶー])ロス(?![ァ-ヶー])",
}
"""What is also a part of other words."""


def japanese_texts() -> Iterator[tuple[str, str]]:
    files = [ROOT / "README.ja.md", *(ROOT / "docs" / "ja").glob("*.md"), *(ROOT / "tools" / "stories").glob("*.ja.*")]
    for file in (*files, ROOT / "tools" / "story_words.py", ROOT / "web" / "page" / "words.ts", PO):
        if file != GLOSSARY:
            yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


def test_the_glossary_refuses_spellings() -> None:
    assert {"フィルター": "フィルタ", "乱数の種": "シード", "精度": "正解率"}.items() <= dict(refused()).items()


@pytest.mark.parametrize("name", [name for name, _ in japanese_texts()])
def test_japanese_texts_spell_words_as_the_glossary_does(name: str) -> None:
    text = dict(japanese_texts())[name]
    for spelling, right in refused():
        for found in re.finditer(EXCEPTIONS.get(spelling, re.escape(spelling)), text):
            line = text[: found.start()].count("\n") + 1
            raise AssertionError(f"{name}:{line}: {spelling}, which the glossary calls {right}")


@pytest.mark.parametrize("name", [name for name, _ in japanese_texts() if not name.endswith(".po")])
def test_none_and_all_are_said_in_words(name: str) -> None:
    counted = re.compile(r"(\d+)\s*(?:回|組|個|枚)のうち、?\s*(\d+)\s*(?:回|組|個|枚)")
    for of, count in counted.findall(dict(japanese_texts())[name]):
        assert count not in ("0", of), f"{name}: {of} のうち {count}"
