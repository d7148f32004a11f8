"""Every command with ``--lang ja``: neither its answers nor the pages and pictures that it writes are English."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from PIL import Image

import lenetpp as lp
from lenetpp import command_line
from lenetpp.basics import surroundings
from lenetpp.basics.extras import PURPOSES, missing_packages
from lenetpp.basics.language import choose_language
from lenetpp.command_line.draw import PICTURES
from lenetpp.data import available_data
from lenetpp.data.published import GARMENTS
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.frozen_recipes import frozen_recipes

from ..command import Command
from ..pictures.pages import Page

NETWORK = "1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 4 sigmoid | dense 3"
CLASSES = ("Bag", "Sandal", "Trouser")
STUDY = """
title = "大きさ"
seeds = 1
base = { network = "1x28x28 | dense 10", train_per_class = 4, test_per_class = 4, epochs = 1 }
factors.batch_size = [4, 8]
questions.size = { title = "どちらですか", compare = "batch_size" }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with runs, bilder of theirs and of andere classes, files that are no bilder, and a study."""
    folder = tmp_path_factory.mktemp("answers")
    data = lp.load_data(classes=CLASSES, train_per_class=12, test_per_class=8)
    settings = TrainingSettings(epochs=2, batch_size=8, learning_rate=0.05, flip_horizontally=True)

    def train(name: str, **changes: Any) -> None:
        try:
            run = lp.train(
                lp.Network.parse(NETWORK),
                data,
                **{**settings.as_dict(), **changes},
                runs=folder / "new",
                progress=False,
            )
        except lp.TrainingDiverged as early:
            run = early.run
        assert run.folder is not None
        shutil.move(run.folder, folder / "runs" / name)

    train("eins")
    train("zwei", seed=2, epochs=3)
    train("kaputt", learning_rate=1e6)
    for name in ("weg", "weiter"):
        shutil.copytree(folder / "runs" / "eins", folder / "runs" / name)
    for number, (pixels, label) in enumerate(zip(data.test_images, data.test_labels, strict=True)):
        for names in (CLASSES, ("Tasche", "Sandale", "Hose")):
            file = folder / ("bilder" if names is CLASSES else "andere") / names[label] / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.asarray(pixels).squeeze()).save(file)
    (folder / "rest").mkdir()
    for other in ("damaged.png", "list.txt", ".hidden"):
        (folder / "rest" / other).write_text("x", encoding="utf-8")
    (folder / "sizes.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture
def japanese(folder: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """The command in that folder; what it changes for the whole process is as before afterwards."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LENETPP_RUNS", str(folder / "runs"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(command_line, "_translate_help", lambda: None)
    yield lenetpp
    choose_language("en")


COMMANDS = (
    f"train --classes {','.join(CLASSES)} --per-class 4 --test-per-class 4 --epochs 1 --name kurz --note x --tag y",
    "train bilder --size 28 --epochs 1 --validation-per-class 1",
    "train --from eins --classes Bag,Coat --per-class 4 --test-per-class 4 --epochs 1",
    "train --epochs 1 --classes Bag,Coat --per-class 40 --learning-rate 1e6 !1",
    "evaluate eins",
    "evaluate eins --mirrored --top 2",
    "evaluate eins bilder",
    "evaluate eins fashion-mnist-5000 --classes Bag,Trouser --test-per-class 5",
    "predict eins bilder/Bag bilder/Trouser --csv answers.csv --html answers.html",
    "predict eins bilder andere rest !1",
    "predict eins andere --as Bag,Sandal,Trouser",
    "runs",
    "runs --best",
    "runs --where learning_rate<9",
    "runs --where learning_rate<0",
    "runs --runs nirgends",
    "show eins",
    "show zwei",
    "show kaputt",
    "show eins --html run.html",
    "diff eins zwei",
    "diff eins eins",
    "diff eins kaputt zwei",
    "diff eins zwei --html both.html",
    "label eins",
    "label zwei --name breit --tag x --note y",
    "delete weg --yes",
    "replay eins",
    "resume weiter --epochs 3",
    "export eins eins.c",
    "export eins eins.onnx",
    "filters eins",
    "filters eins zwei",
    "filters eins --out filters.html",
    "draw accuracy eins zwei --out accuracy.png",
    "networks",
    "page --out page.html",
    "data list",
    "data info --per-class 5",
    "data info bilder",
    "study sizes.toml --jobs 1",
    "study --new new.toml",
    "doctor",
)
"""Of each command what people see of it; behind a ``!`` its exit code."""


def test_all_commands_are_asked() -> None:
    assert {words.split()[0] for words in COMMANDS} == set(command_line.summaries())


@pytest.mark.parametrize("words", COMMANDS)
def test_no_line_of_an_answer_is_english(japanese: Command, words: str) -> None:
    asked, _, code = words.partition(" !")
    answer = japanese(*asked.split(), "--lang", "ja", code=int(code or 0), stream="both")
    assert answer
    assert [line for line in answer.splitlines() if english_in(line)] == []


@pytest.mark.parametrize(
    "words", ["predict eins bilder andere rest --html words.html !1", "diff eins zwei kaputt --html words.html"]
)
def test_no_text_of_a_page_is_english(japanese: Command, folder: Path, words: str) -> None:
    asked, _, code = words.partition(" !")
    japanese(*asked.split(), "--lang", "ja", code=int(code or 0))
    text = (folder / "words.html").read_text(encoding="utf-8")
    page = Page(text)
    assert '<html lang="ja">' in text
    shown = [each for kind, texts in page.texts.items() if kind not in ("style", "script") for each in texts]
    assert len(shown) > 10
    assert [each for each in (*shown, *re.findall(r'aria-label="([^"]*)"', text)) if english_in(each)] == []


@pytest.mark.parametrize("picture", PICTURES)
def test_no_text_of_a_picture_is_english(japanese: Command, folder: Path, picture: str) -> None:
    japanese("draw", picture, "eins", "--out", "words.svg", "--lang", "ja")
    texts = Page((folder / "words.svg").read_text(encoding="utf-8")).texts
    shown = [each for kind in ("text", "tspan", "title") for each in texts.get(kind, [])]
    assert shown
    assert [each for each in shown if english_in(each)] == []


def test_english_lines_are_seen() -> None:
    for line in ("written: x.html", "the same", "probability", "  where  data/x", "数 of them", "2 epochs recorded"):
        assert english_in(line), line
    for line in (
        "/tmp/a/b.htmlを書き込みました",
        "層0 conv 6x5x5 relu",
        "クラス  Bag,Trouser",
        "1.5 MB",
        "--csv FILE",
    ):
        assert not english_in(line), line


def english_in(line: str) -> list[str]:
    """Return the English words of a line: what is left of it without names, code and numbers."""
    for known in sorted((value for value in VALUES if len(value) > 2), key=len, reverse=True):
        line = line.replace(known, " ")
    for pattern in CODE:
        line = re.sub(pattern, " ", line)
    words = re.findall(r"[A-Za-z][A-Za-z'-]+", line)
    has_japanese = re.search("[\u3040-\u30ff\u4e00-\u9fff]", line) is not None
    return [word for word in words if word not in NAMES and not (has_japanese and word[0].isupper())]


CODE = (
    r"`[^`]*`",
    r"\u5165\u308a\u304d\u308a\u307e\u305b\u3093\uff1a[^\uff08]*",  # no room: columns as options take them
    r"(^|\uff1a)\s*lenetpp \w+ .*",  # a command on a line, or behind what it is for
    r'pip install "[^"]*"',
    r"\b\d+x\d+x\d+ \|[^\u3001\u3002\uff1a]*",  # a network's text
    r"--[a-z-]+( [A-Z,]+\b)?",
    r"\b(initialization|normalization) [a-z]+",  # a setting and its value, as advice writes them
    r"[\w.,~-]*/[\w./,*~-]*|\b[\w-]+\.(html|png|csv|toml|txt|c|onnx|safetensors)\b",
    r"\b[0-9a-f]{16,}\b",
    r"\.[a-z]+\b",  # the ending of a file
    r"\w*[\d_]\w*",  # numbers with their unit, keywords of settings, runs by their time
)
"""Patterns of what is no sentence."""
_hints = get_type_hints(TrainingSettings)
NAMES = {
    *(choice for hint in _hints.values() for choice in get_args(hint) if isinstance(choice, str)),
    *("conv", "maxpool", "dense", "relu", "sigmoid", "scalar", "fused", "crop", "last", "best", "lenetpp"),
    *("GCC", "NumPy", "Python", "UTC", "MB", "FILE", "NaN", "ReLU", "HEIC"),
    *(part for name in GARMENTS for part in name.split()), *("Tasche", "Sandale", "Hose"),
    *("eins", "zwei", "kaputt", "weg", "weiter", "kurz", "breit", "bilder", "andere", "rest", "nirgends"),
}  # fmt: skip
"""Words that are the same in both languages: choices of settings, kinds of layers, and what these tests call things."""
VALUES = {
    *NAMED_NETWORKS, *frozen_recipes(), *(item.name for item in available_data()),
    *(item.licence for item in available_data()[:-1]), *map(str, surroundings.software().values()),
    *map(str, surroundings.machine().values()), surroundings.numerics()["compiler"],
    *(package for extra in PURPOSES for package in missing_packages(extra)),
}  # fmt: skip
"""Texts that name something: networks, recipes, data, licences, the machine."""
