"""The reports and stories in docs/: what they state carries its certainty, and is what their own figures say."""

import importlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPORTS = {
    "blog-study": "blog",
    "history-study": "history",
    "photo-recipes": "photo-recipes",
    "digit-recipes": "digit-recipes",
}
UNDECIDED = re.compile(r"[Uu]ndecided|[Nn]ot shown|[Nn]ot judged|no difference shown|[Nn]ot decided|未決")
INTERVAL = re.compile(r"\(([-+]?[\d.,]+)(?: to |\uff5e)([-+]?[\d.,]+)")
BOTH_WAYS = re.compile(r"\([\d.,]+ (?:lower|shorter|less) to [\d.,]+ (?:higher|longer|more)|\([\d.,]+低い\uff5e")
"""An interval with zero in it, as it is written behind a size without a sign."""
MEAN = re.compile(r"mean\((\w+)\) \| percent")
"""A mean as a template writes it."""
BOLD = re.compile(r"^\*\*(.*?)\*\*$", re.MULTILINE)


@pytest.fixture(scope="module", autouse=True)
def _tools(project_root: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(project_root / "tools"))
        yield
    for name in ("story", "story_words", "publish_study", "restate_report"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def docs(project_root: Path) -> Path:
    return project_root / "docs"


@pytest.fixture(scope="module")
def story() -> ModuleType:
    return importlib.import_module("story")


@pytest.fixture(scope="module")
def restating() -> ModuleType:
    return importlib.import_module("restate_report")


def bold(file: Path) -> list[str]:
    """The bold paragraphs of a page, which in English may have several lines."""
    paragraphs = re.split(r"\n{2,}", file.read_text(encoding="utf-8"))
    return BOLD.findall("\n\n".join(" ".join(each.split("\n")) for each in paragraphs if each.startswith("**")))


def clauses_of_both_signs(line: str) -> list[str]:
    """The parts of a bold line that state an effect whose interval has zero in it."""
    found, begin = [], 0
    for interval in sorted((*INTERVAL.finditer(line), *BOTH_WAYS.finditer(line)), key=lambda found: found.start()):
        ends = [float(end.replace(",", "")) for end in interval.groups()]
        if not ends or ends[0] <= 0 <= ends[1]:
            found.append(line[begin : interval.end() + 20])
        begin = interval.end()
    return found


def test_both_ways_of_writing_an_interval_with_zero_are_seen(docs: Path) -> None:
    for interval in (
        "(-0.26 to 1.16)",
        "(0.26 lower to 1.16 higher)",
        "(1.2 shorter to 3 longer)",
        "(0.6 less to 3 more)",
    ):
        assert clauses_of_both_signs(f"The first is 0.45 points higher {interval}.")
    assert not clauses_of_both_signs("The first is 5.15 points higher (4.67 to 5.63).")
    assert any(BOTH_WAYS.search(line) for line in bold(docs / "blog-study" / "report.md"))


@pytest.mark.parametrize("page", ["*.md", "ja/*.md", "*/report.md", "*/details/*.md"])
def test_no_bold_line_states_an_undecided_effect_as_a_fact(docs: Path, page: str) -> None:
    lines = [line for file in sorted(docs.glob(page)) for line in bold(file)]
    assert len(lines) > 5
    for clause in (clause for line in lines for clause in clauses_of_both_signs(line)):
        assert UNDECIDED.search(clause), clause


@pytest.mark.parametrize("report", REPORTS)
def test_a_headline_that_compares_has_its_difference_and_what_is_undecided_in_the_same_line(
    docs: Path, report: str
) -> None:
    figures: dict[str, Any] = json.loads((docs / report / "figures.json").read_text(encoding="utf-8"))
    compared = {name: each for name, each in figures["questions"].items() if each.get("effect")}
    assert compared
    for name, each in compared.items():
        low, high = each["effect"]["over_images"] or (each["effect"]["low"], each["effect"]["high"])
        is_decided = low is not None and not low <= 0 <= high
        assert is_decided != bool(UNDECIDED.search(each["headline"])), name
        assert not is_decided or INTERVAL.search(each["headline"]), name


@pytest.mark.parametrize("report", REPORTS)
def test_pages_have_the_headlines_of_their_figures(docs: Path, report: str) -> None:
    from lenetpp.studies.report.markdown import as_markdown

    figures: dict[str, Any] = json.loads((docs / report / "figures.json").read_text(encoding="utf-8"))
    front = (docs / report / "report.md").read_text(encoding="utf-8")
    for each in figures["questions"].values():
        headline = f"**{as_markdown(each['headline'])}**"
        assert headline in front
        assert headline in (docs / report / "details" / f"{each['anchor']}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("report", "study"), REPORTS.items())
def test_a_report_says_what_its_figures_say_in_the_words_of_today(
    restating: ModuleType, docs: Path, report: str, study: str
) -> None:
    texts: dict[Path, str] = restating.restated_texts(docs / report, study)
    assert len(texts) > 5
    for path, text in texts.items():
        if path.suffix == ".md":  # numbers of figures.json are rounded, and so are differences of them
            assert path.read_text(encoding="utf-8") == text, f"python tools/restate_report.py docs/{report} {study}"


def test_a_headline_that_hides_that_it_is_undecided_is_found(docs: Path) -> None:
    """The lines of before: the tests above must not pass whatever a page says."""
    before = "Mixing alone: 93.3 % instead of 92.8 %, 0.45 points more (-0.26 to 1.16). Another: 2 points more (1 to 3)"
    (clause,) = clauses_of_both_signs(before)
    assert not UNDECIDED.search(clause)
    assert bold(docs / "history-study.md")


# Templates of stories


def pairs_of(story: ModuleType, sentence: str) -> list[tuple[str, str]]:
    """Two places of one measure that a sentence names beside each other, as it writes their figures."""
    places = tomllib.loads((story.TEMPLATES / "blog-study.toml").read_text(encoding="utf-8"))["places"]
    asked = {name: tuple(story.parts_of(place)[::2]) for name, place in places.items()}
    found = combinations((name for name in MEAN.findall(sentence)), 2)
    return [(one, other) for one, other in found if asked[one] == asked[other]]


def bold_without_certainty(story: ModuleType, text: str) -> list[str]:
    """The bold lines that let a reader compare two figures, and do not say how sure their difference is."""
    found = []
    for line in re.findall(r"\*\*.*?\*\*", re.sub(r"\{%.*?%\}", "", text.replace("\n", " "))):
        with_their_own = {name for name in re.findall(r"(\w+)\.(?:one|other)\b", line) if f"{name}.effect" not in line}
        if with_their_own or (pairs_of(story, line) and ".effect" not in line):
            found.append(line)
    return found


def test_no_bold_line_of_a_template_compares_without_saying_how_sure_that_is(story: ModuleType) -> None:
    templates = sorted(story.TEMPLATES.glob("*.md.jinja"))
    assert len(templates) > 1
    for file in templates:
        assert bold_without_certainty(story, file.read_text(encoding="utf-8")) == [], file.name


@pytest.mark.parametrize(
    "line",
    [
        "**Mixing alone: {{ mean(mixed_alone) | percent(1) }} instead of {{ mean(unmixed_alone) | percent(1) }}.**",
        "**Mixing alone: {{ alone.one }} instead of {{ alone.other }}.**",
        "**Mixing alone: {{ alone.one }} instead of {{ alone.other }}. Another: {{ made.one }}: {{ made.effect }}.**",
    ],
)
def test_a_bold_line_that_states_an_effect_as_a_fact_is_found(story: ModuleType, line: str) -> None:
    assert bold_without_certainty(story, f"Before.\n\n{line}\n\nAfter.") == [line]
    sure = line.replace(".**", ": {{ alone.effect }}.**")
    assert bold_without_certainty(story, sure) == []
