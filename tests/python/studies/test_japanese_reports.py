"""Reports of studies in Japanese: no English sentence is left, and tables and figures stay the same."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetpp.basics.language import choose_language, paragraphs, say, translated
from lenetpp.studies.study import study
from lenetpp.studies.study_file import shipped_studies
from lenetpp.studies.study_reading import read_study

from ..pictures.pages import Page
from .small_studies import write_study
from .test_plain_words import NAMES, answered

STUDY = """
title = "バッチサイズと損失"
text = "衣類の画像で調べます。"
seeds = 2

[base]
network = "1x28x28 | dense 10"
train_per_class = 10
test_per_class = 10
epochs = 2
batch_size = 8

[factors]
batch_size = [4, 8, 16]

[questions.size]
title = "どのバッチサイズが良いか"
compare = "batch_size"
picture = "line"
metrics = ["test_accuracy", "gradient_norms", "training_seconds", "parameters"]
published = [{ where = { batch_size = "8" }, value = 0.9, source = "ある論文", figure = "one training" }]
goals = [{ where = { batch_size = "8" }, at_least = 0.01 }]

[[questions.size.claims]]
text = "小さいほど良い"
source = "ある人"
conditions = [{ where = { batch_size = "4" }, against = { batch_size = "8" }, at_least = 0.0 }]

[questions.filters]
kind = "filters"
title = "同じフィルタになるか"
compare = "network"
factors = { network = ["1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 10"] }
"""
WORDS = re.compile(r"(?<![\w`/.:-])(?:[A-Za-z]{2,}[ ,]+){2,}[a-z]{2,}")
"""Three words one behind the other: an English sentence, or a part of one."""
NO_SENTENCE = re.compile(r"LeNet|relu|maxpool|conv\b|dense \d|lenetpp|NumPy|AMD|Intel|--|Builders|Core")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    choose_language("en")


def english_in(text: str) -> list[str]:
    return [found[0] for found in WORDS.finditer(text) if not NO_SENTENCE.search(found[0])]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of the same runs in both languages, by their codes."""
    folder = tmp_path_factory.mktemp("japanese")
    file, found = write_study(folder, STUDY), {}
    for code in ("en", "ja"):
        choose_language(code)
        with warnings.catch_warnings():
            # A bare machine has no Japanese font: letters are boxes, which are wide.
            warnings.filterwarnings("ignore", "the picture has boxes|constrained_layout not applied")
            found[code] = study(file, runs=folder / "runs", out=folder / code, progress=False).report
    choose_language("en")
    return found


def test_the_report_has_no_english_sentence(reports: dict[str, Path]) -> None:
    page = Page((reports["ja"] / "report.html").read_text(encoding="utf-8"))
    for kind in ("h1", "h2", "h3", "p", "th", "td", "a", "li", "figcaption", "summary", "title", "tip", "text"):
        for words in page.texts.get(kind, []):
            assert not english_in(words), (kind, words)
    for file in (reports["ja"] / "report.md", *(reports["ja"] / "details").glob("*.md")):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert not english_in(re.sub(r"`[^`]*`", "", line)), (file.name, line)


def test_tables_and_figures_are_the_same_in_every_language(reports: dict[str, Path]) -> None:
    for name in ("runs.csv", "cells.csv", "differences.csv"):
        assert (reports["en"] / name).read_bytes() == (reports["ja"] / name).read_bytes()
    both = [(reports[code] / "figures.json").read_text(encoding="utf-8") for code in ("en", "ja")]
    one, other = (re.sub(r'"made": "[^"]*"', "", text) for text in both)
    assert one == other
    recipes = [sorted(path.name for path in (reports[code] / "recipes").rglob("*")) for code in ("en", "ja")]
    assert recipes[0] == recipes[1]


@pytest.mark.parametrize(("name", "question"), NAMES)
def test_answers_to_shipped_studies_have_no_english_sentence(name: str, question: str) -> None:
    found = answered(name, question, 0.05)
    choose_language("ja")
    said = [found.headline, found.certainty, *found.sentences, *found.notes]
    said += [words for each in found.judgements for words in (each.words, *each.sentences)]
    for sentence in translated(said):
        # Levels keep the names that the study's file gives them.
        assert not english_in(re.sub(r"「[^」]*」|^[^\uff1a]*\uff1a", "", sentence)), sentence


def test_what_a_shipped_study_says_of_itself_is_translated() -> None:
    choose_language("ja")
    for name in shipped_studies():
        for quick in (False, True) if name in ("blog", "history") else (False,):
            file = read_study(name, quick=quick)
            texts = [say(file.title), paragraphs(file.text)]
            texts += [text for one in file.questions.values() for text in (say(one.title), paragraphs(one.text))]
            for text in translated(texts):
                assert not english_in(re.sub(r"`[^`]*`", "", text)), text
