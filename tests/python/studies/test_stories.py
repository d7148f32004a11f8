"""The stories in docs/: every number is the report's, both languages say the same, and every link leads somewhere."""

import copy
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import jinja2
import pytest
from jinja2 import meta

from lenetpp.studies.cells import level_in_words
from lenetpp.studies.question_kinds import BenchmarkQuestion, Comparison
from lenetpp.studies.report import write_report
from lenetpp.studies.result import StudyResult
from lenetpp.studies.study_file import StudyFile
from lenetpp.studies.study_reading import read_study

from ..pictures.pages import Page
from .handmade_study import handmade_result
from .written_reports import as_html

LANGUAGES = {"en": Path("blog-study.md"), "ja": Path("ja/blog-study.md")}
MOST_LINES = 275
NAMES_WITH_DIGITS = re.compile(r"CIFAR-10|LeNet-5|MNIST-[0-9]|href=.*|\(#.*?\)|`[^`]*`")
"""Names, commands and links, in which a digit is no number."""


@pytest.fixture(scope="module", autouse=True)
def _tools(project_root: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project_root / "tools"))
        yield
    for name in ("story", "story_words", "publish_study"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def story() -> ModuleType:
    return importlib.import_module("story")


@pytest.fixture(scope="module")
def docs(project_root: Path) -> Path:
    return project_root / "docs"


@pytest.fixture(scope="module")
def figures(story: ModuleType, docs: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", story.read_figures(docs / "blog-study"))


def template(story: ModuleType, language: str) -> str:
    return cast("str", (story.TEMPLATES / f"blog-study.{language}.md.jinja").read_text(encoding="utf-8"))


def folder_of(language: str) -> str:
    return "blog-study" if language == "en" else "../blog-study"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_the_template_with_the_figures_of_the_report(
    story: ModuleType, docs: Path, figures: dict[str, Any], language: str
) -> None:
    page = (docs / LANGUAGES[language]).read_text(encoding="utf-8")
    assert page == story.render("blog-study", language, figures, folder_of(language))
    assert page.count("\n") <= MOST_LINES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_typed_into_a_template(story: ModuleType, language: str) -> None:
    tokens = jinja2.Environment().lex(template(story, language))
    texts = NAMES_WITH_DIGITS.sub("", "".join(text for _, kind, text in tokens if kind == "data"))
    assert re.findall(r".*\d.*", texts) == []


def test_both_languages_name_the_same_figures_and_verdicts(story: ModuleType) -> None:
    def named(language: str) -> tuple[set[str], set[str], list[str]]:
        text = template(story, language)
        variables = meta.find_undeclared_variables(story.environment(story.WORDS[language]).parse(text))
        verdicts = set(re.findall(r'(?:verdict|claim|findings)\("[^"]+", "[^"]+"\)', text))
        order = re.findall(r'(?:(?:link|picture)\("([^"]+)"|<a id="([^"]+)")', text)
        return variables, verdicts, [one or other for one, other in order]

    assert named("en") == named("ja")


def test_facts_are_those_that_the_study_has_of_the_post(story: ModuleType) -> None:
    facts = tomllib.loads((story.TEMPLATES / "blog-study.toml").read_text(encoding="utf-8"))
    study = read_study("blog")
    published = {
        entry.value
        for question in study.questions.values()
        if isinstance(question, Comparison)
        for entry in question.published
        if entry.source.startswith("the blog")
    }
    assert published == {facts["post"][name] for name in ("lenet", "perceptron", "wide", "lost")}
    assert study.base["train_per_class"] == facts["post"]["images"]
    assert study.post is not None
    assert study.post.address == facts["post"]["site"]


def labels(study: StudyFile, name: str) -> set[str]:
    """What the cells of a question are called."""
    question = study.questions[name]
    factors = () if isinstance(question, BenchmarkQuestion) else question.crossed
    assert not isinstance(question, BenchmarkQuestion)
    combined = product(*(study.factor(question, factor) for factor in factors))
    words = [list(map(level_in_words, factors, levels)) for levels in combined]
    return {", ".join((last, *others)) for *others, last in words}


def test_every_place_and_claim_is_one_of_the_full_study(story: ModuleType) -> None:
    facts = tomllib.loads((story.TEMPLATES / "blog-study.toml").read_text(encoding="utf-8"))
    study = read_study("blog")
    assert len(facts["places"]) > 40
    for name, place in facts["places"].items():
        question, _, rest = place.partition(".")
        cell, _, measure = rest.partition("[")[0].rpartition(".")
        assert cell in labels(study, question), name
        asked = study.questions[question]
        assert not isinstance(asked, Comparison) or measure in asked.metrics, name
    for question, beginning in re.findall(r'(?:verdict|claim|findings)\("([^"]+)", "([^"]+)"\)', template(story, "en")):
        claims = [claim.text for claim in study.questions[question].claims]
        assert sum(text.startswith(beginning) for text in claims) == 1, beginning


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_page_leads_somewhere(docs: Path, language: str) -> None:
    file = docs / LANGUAGES[language]
    page = Page(as_html(file.read_text(encoding="utf-8")))
    for reference in page.references:
        if reference.startswith("#"):
            assert reference[1:] in page.anchors, reference
        elif not reference.startswith("https:"):
            assert (file.parent / reference).is_file(), reference


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda questions: questions.pop("lost-90"), "no question 'lost-90'"),
        (lambda questions: questions["lost-90"]["cells"].pop("10 and 5 filters, ReLU"), "no cell of lost-90 '10 and 5"),
        (
            lambda questions: questions["lost-90"]["cells"]["10 and 5 filters, ReLU"]["measures"].pop("test_accuracy"),
            "no measure of lost-90, 10 and 5 filters, ReLU 'test_accuracy'",
        ),
        (lambda questions: questions["speed"].pop("speeds"), "no build of speed"),
        (lambda questions: questions["speed"].update(claims=[]), "0 claims of speed begin with 'four tricks"),
    ],
)
def test_a_place_that_the_report_does_not_have_is_an_error(
    story: ModuleType, figures: dict[str, Any], change: Any, message: str
) -> None:
    damaged = copy.deepcopy(figures) | ({"quick": False} if "claims" in message else {})
    for question in damaged["questions"].values():  # as if it were not the quick form, which judges fewer claims
        question["claims"] = question["claims"] or [{"text": text, "verdict": "open"} for text in CLAIMS]
    change(damaged["questions"])
    with pytest.raises(story.UnknownPlaceError, match=re.escape(message)):
        story.render("blog-study", "en", damaged, "blog-study")


PERCENT = re.compile(r"mean\((\w+)\) \| percent(?:\((\d)\))?")
"""A mean as a template writes it, with its decimals."""


def sentences_of(text: str) -> list[str]:
    """The sentences of a template, and each bold line, with what the script puts in."""
    plain = re.sub(r"\{%.*?%\}", "", text.replace("\n", " "))
    return [*re.split(r"(?<=\.) (?=[A-Z*{])|。|\|", plain), *re.findall(r"\*\*.*?\*\*", plain)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_difference_that_a_reader_computes_is_the_one_measured_or_stands_beside(
    story: ModuleType, figures: dict[str, Any], language: str
) -> None:
    places = tomllib.loads((story.TEMPLATES / "blog-study.toml").read_text(encoding="utf-8"))["places"]
    told = story.Story(figures, story.WORDS[language], "")
    compared = 0
    for sentence in sentences_of(template(story, language)):
        for (one, digits), (other, also) in combinations(PERCENT.findall(sentence), 2):
            question, _, measure = story.parts_of(places[one])
            if (question, measure) != tuple(story.parts_of(places[other])[::2]) or ".effect" in sentence:
                continue
            compared += 1
            assert digits == also, sentence
            shown, its = (round(100 * told.mean(places[name]), int(digits or 0)) for name in (one, other))
            apart = round(100 * (told.mean(places[one]) - told.mean(places[other])), int(digits or 0))
            assert shown - its == pytest.approx(apart), sentence
            assert "**" not in sentence, "a bold line says how sure a difference is"
    assert compared < len(places)


def test_two_figures_that_are_compared_are_rounded_so_that_their_difference_is_the_measured_one(
    story: ModuleType, figures: dict[str, Any]
) -> None:
    told = story.Story(figures, story.WORDS["en"], "")
    checked = 0
    for name, question in figures["questions"].items():
        for pair in question.get("differences", ()):
            places = [f"{name}.{pair[key]}.test_accuracy" for key in ("cell", "against")]
            if any("test_accuracy" not in question["cells"][pair[key]]["measures"] for key in ("cell", "against")):
                continue
            found = told.between(*places)
            shown = [float(figure.removesuffix(" %")) for figure in found[:2]]
            decimals = max(len(figure.removesuffix(" %").partition(".")[2]) for figure in found[:2])
            apart = 100 * (told.mean(places[0]) - told.mean(places[1]))
            assert shown[0] - shown[1] == pytest.approx(
                apart, abs=0.51 * 10**-decimals + 10**-decimals * (decimals == 2)
            )
            low, high = told.interval(*places)
            assert ("undecided" in found.effect) == (low is None or low <= 0 <= high), pair
            checked += 1
    assert checked > 20


def test_trainings_that_learned_nothing_are_in_every_mean(story: ModuleType, figures: dict[str, Any]) -> None:
    told = story.Story(figures, story.WORDS["en"], "")
    place = "lenet-or-perceptron.perceptron with 10 more, sigmoid, images 2,000.test_accuracy"
    assert told.learned(place) < len(told.values(place))
    assert told.mean(place) == pytest.approx(sum(told.values(place)) / len(told.values(place)))
    assert told.mean(place) < told.figure(place)["mean"]


@pytest.mark.parametrize(
    ("reached", "english", "japanese"),
    [
        (0, "none of 10 trainings reach 90 %", "10回とも90%に届きません"),
        (4, "4 of 10 trainings reach 90 %", "10回のうち4回が90%に届きます"),
        (10, "all 10 trainings reach 90 %", "10回すべてが90%に届きます"),
    ],
)
def test_none_and_all_are_said_in_words(
    story: ModuleType, figures: dict[str, Any], reached: int, english: str, japanese: str
) -> None:
    changed = copy.deepcopy(figures)
    values = {str(seed): 0.91 if seed <= reached else 0.85 + seed / 1000 for seed in range(1, 11)}
    changed["questions"]["lost-90"]["cells"]["10 and 5 filters, ReLU"]["measures"]["test_accuracy"]["values"] = values
    told = " ".join(story.render("blog-study", "en", changed, "blog-study").split())
    assert english in told
    assert japanese in story.render("blog-study", "ja", changed, "../blog-study")


def test_the_last_command_of_the_page_trains_what_reached_90_percent(docs: Path, figures: dict[str, Any]) -> None:
    values = figures["questions"]["lost-90"]["cells"]["10 and 5 filters, ReLU"]["measures"]["test_accuracy"]["values"]
    for file in LANGUAGES.values():
        commands = re.findall(r"`(lenetpp train --recipe recipes/.*?)`", (docs / file).read_text(encoding="utf-8"))
        assert values[commands[-1].rpartition("--seed ")[2]] >= 0.90


def test_the_author_is_quoted_as_he_wrote(docs: Path, project_root: Path) -> None:
    study = (project_root / "python/lenetpp/studies/questions/blog/study.toml").read_text(encoding="utf-8")
    pages = [(docs / file).read_text(encoding="utf-8") for file in LANGUAGES.values()]
    for text in (study, *pages, (docs / "blog-study/report.md").read_text(encoding="utf-8")):
        assert not re.search(r"one training each|he had one|says so|一回ずつ", " ".join(text.split()))
    assert "about 5 times" in " ".join(pages[0].split())
    assert "5回ほど" in pages[1]


CLAIMS = (
    "no perceptron passes", "more filters should", "10 and 5 filters", "this network reaches", "gradients vanish",
    "very small gradients",
)  # fmt: skip


def test_a_fact_that_is_not_there_is_an_error(
    story: ModuleType, figures: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tale.toml").write_text("[places]\n", encoding="utf-8")
    (tmp_path / "tale.en.md.jinja").write_text("{{ post.nothing }}", encoding="utf-8")
    monkeypatch.setattr(story, "TEMPLATES", tmp_path)
    with pytest.raises(jinja2.UndefinedError):
        story.render("tale", "en", figures, "tale")


def test_publishing_copies_what_is_linked_and_tells_the_story_in_each_language(
    story: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_study = importlib.import_module("publish_study")
    report, page = tmp_path / "report", tmp_path / "docs" / "tale.md"
    write_report(cast("StudyResult", handmade_result()), report)
    publish_study.publish(report, page)
    assert (tmp_path / "docs/tale/report.md").read_bytes() == (report / "report.md").read_bytes()
    assert "](tale/details/1-lenet.md)" in page.read_text(encoding="utf-8")

    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "tale.toml").write_text(
        '[places]\nbest = "lenet.LeNet, train per class 4000.test_accuracy"\n', encoding="utf-8"
    )
    for language in ("en", "ja"):
        text = '{{ mean(best) | percent(1) }} {{ picture("lenet", "P") }} {{ link("lenet", "L") }} {{ folder }}\n'
        (templates / f"tale.{language}.md.jinja").write_text(text, encoding="utf-8")
    monkeypatch.setattr(story, "TEMPLATES", templates)
    monkeypatch.setattr(publish_study, "TEMPLATES", templates)
    (tmp_path / "docs/tale/old.md").write_text("of an earlier report", encoding="utf-8")
    publish_study.publish(report, page)
    shown = "![P](tale/pictures/1-lenet-test-accuracy.png) [L](tale/details/1-lenet.md) tale\n"
    assert page.read_text(encoding="utf-8") == f"86.5 % {shown}"
    translated = (tmp_path / "docs/ja/tale.md").read_text(encoding="utf-8")
    assert translated == f"86.5% {shown}".replace("(tale", "(../tale").replace(" tale", " ../tale")
    assert not (tmp_path / "docs/tale/old.md").exists()
    published = {str(file.relative_to(tmp_path / "docs/tale")) for file in (tmp_path / "docs/tale").rglob("*.*")}
    written = {str(file.relative_to(report)) for file in report.rglob("*.*")}
    assert written - published == {
        "report.html", "cells.csv", "differences.csv", *(name for name in written if name.endswith(".svg"))
    }  # fmt: skip


def test_an_effect_with_zero_in_its_interval_says_both_ways() -> None:
    words = importlib.import_module("story_words").WORDS["en"]
    assert words.effect(-0.008, -0.035, 0.019) == "undecided, 0.80 points less (3.50 less to 1.90 more)"
    assert words.effect(-0.028, -0.035, -0.019) == "2.8 points less (1.9 to 3.5)"
