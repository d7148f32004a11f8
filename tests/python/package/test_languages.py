"""Languages: --lang or the locale chooses what people read; records, JSON and tables are the same in every language."""

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetpp.basics.language import (
    capitalized,
    choose_language,
    language_of_surroundings,
    listed,
    recalled,
    say,
    sentence,
    translated,
)

from ..pictures.pages import Page


@pytest.fixture
def japanese() -> Iterator[None]:
    choose_language("ja")
    yield
    choose_language("en")


def command(*words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "lenetpp", *words],
        cwd=folder, env={**surroundings, "PYTHONUTF8": "1", **variables}, text=True, encoding="utf-8",
        capture_output=True, check=False,
    )  # fmt: skip


# Messages


def test_a_message_is_its_english_text_wherever_nobody_translates_it() -> None:
    message = say("{count} seeds", count=say("{first}, {rest}", first="1", rest="2"))
    assert message == "1, 2 seeds"
    assert json.dumps(message) == '"1, 2 seeds"'
    assert translated(message) is message


@pytest.mark.usefixtures("japanese")
def test_messages_within_messages_are_translated_with_them() -> None:
    message = say("in {count} of {total} repeats {who} was {word}", count=3, total=5, who="A", word=say("ahead"))
    assert translated(sentence(message)) == "5回のうち3回の繰り返しでAが上回りました。"
    assert sentence(message) == "In 3 of 5 repeats A was ahead."
    assert translated(pickle.loads(pickle.dumps(message))) == translated(message)
    assert translated([(listed(["x", "y"]), {"k": capitalized(say("test accuracy"))})]) == [
        ("x、y", {"k": "テスト正解率"})
    ]


def test_braces_that_others_wrote_stay_as_they_are() -> None:
    assert say("{title}: {figure}", title="{figure} of {x}", figure=1) == "{figure} of {x}: 1"


@pytest.mark.usefixtures("japanese")
def test_a_recorded_text_is_known_again() -> None:
    recorded = str(
        say("ended after epoch {epoch} of {epochs}: epoch {best} was the best one", epoch=7, epochs=20, best=4)
    )
    assert translated(recalled(recorded)) == "20エポック中7エポックで終了。エポック4が最良でした"
    assert recalled("what nobody says") == "what nobody says"


# Which language


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "jam_JM.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP"}, "ja"),
        ({}, "en"),
    ],
)
def test_the_locale_chooses(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language_of_surroundings() == expected


def test_an_unknown_language_is_refused_with_those_there_are(tmp_path: Path) -> None:
    refused = command("runs", "--lang", "xx", folder=tmp_path)
    assert refused.returncode == 1
    assert "--lang: the language must be one of en, ja, but is 'xx'" in refused.stderr


def test_the_list_of_commands_is_in_the_language_of_the_locale(tmp_path: Path) -> None:
    shown = command("--help", folder=tmp_path, LANG="ja_JP.UTF-8").stdout
    assert "小さな畳み込みネットワークを CPU で学習させ" in shown
    assert "Train a network" not in shown


# A training and its page

QUICK = ("train", "--epochs", "2", "--seed", "3", "--classes", "Trouser,Bag,Sandal", "--per-class", "40")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a run, and what the command said in Japanese."""
    folder = tmp_path_factory.mktemp("japanese")
    done = command(*QUICK, "--lang", "ja", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


def test_the_summary_of_a_training_is_japanese(trained: tuple[Path, str]) -> None:
    _, said = trained
    for words in ("ネットワーク", "データ", "設定", "エポック", "正解率", "ダイジェスト", "次にできること"):
        assert words in said
    assert not english_in(said.partition("次にできること")[0])


def test_the_record_is_the_same_in_every_language(trained: tuple[Path, str]) -> None:
    folder, _ = trained
    first = json.loads(command("show", "last", "--json", "--lang", "ja", folder=folder).stdout)
    assert command(*QUICK, folder=folder).returncode == 0
    second = json.loads(command("show", "last", "--json", folder=folder).stdout)
    timed = re.compile(r"seconds|images_per_second|started|ended|run$|name$|created|date|machine")

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items() if not timed.search(str(key))}
        return [plain(each) for each in value] if isinstance(value, list) else value

    assert plain(first) == plain(second)
    assert not re.search("[\u3040-\u30ff]", json.dumps(first, ensure_ascii=False))


def test_the_page_of_a_run_has_no_english_sentence(trained: tuple[Path, str]) -> None:
    folder, _ = trained
    written = command("show", "last", "--html", "page.html", "--lang=ja", folder=folder)
    assert written.returncode == 0, written.stderr
    text = (folder / "page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert '<html lang="ja">' in text
    assert "テスト画像の" in next(words for words in page.texts["p"] if "%" in words)
    for kind in ("h1", "h2", "h3", "p", "th", "figcaption", "title", "tip", "summary", "b"):
        for words in page.texts.get(kind, []):
            assert not english_in(words), (kind, words)


def english_in(text: str) -> list[str]:
    """Return English sentences: three words of small letters one behind the other, which no network's text has."""
    found = re.findall(r"(?<![\w`/-])(?:[a-z]{2,}[ ,]+){2,}[a-z]{2,}", text)
    return [each for each in found if not re.search(r"relu|maxpool|conv|dense|sigmoid|lenetpp", each)]
