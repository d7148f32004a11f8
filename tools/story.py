"""Stories: a study told for readers, in which every number comes from the figures of its report.

``tools/stories/NAME.LANGUAGE.md.jinja`` is the template, ``tools/stories/NAME.toml`` what all languages share: facts
that no run decides, such as those of the post that a study is about, and ``places``. A place names a figure of
``figures.json`` by question, cell and measure: ``lenet-or-perceptron.LeNet, images 4,000.test_accuracy``. A place, fact
or claim that is not there is an error.

Two figures that are compared come from ``between``, with their difference and its certainty. Means are of all
trainings, also of those that learned nothing.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from textwrap import fill
from typing import Any, NamedTuple

import jinja2

from lenetpp.studies.estimates import paired
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.openings import plain_figures
from story_words import WORDS, Words

LINE = 120
"""Letters."""
TEMPLATES = Path(__file__).with_name("stories")


class UnknownPlaceError(LookupError):
    """A template names what the report does not have."""


class Between(NamedTuple):
    """Two figures, rounded so that their difference can be computed, and that difference with its certainty."""

    one: str
    other: str
    effect: str


class Story:
    """What templates can say about a report.

    Parameters
    ----------
    figures : mapping
        Content of ``figures.json``.
    words : Words
        Of the language.
    folder : str
        Where the report is, as links have it.
    """

    def __init__(self, figures: Mapping[str, Any], words: Words, folder: str) -> None:
        self._figures, self._words, self._folder = figures, words, folder

    def question(self, name: str) -> Mapping[str, Any]:
        """Return all that is known of a question."""
        found: Mapping[str, Any] = _known(self._figures["questions"], name, "question")
        return found

    def has(self, name: str) -> bool:
        """Return whether there is a question; only the quick form may lack one, else that is an error."""
        return name in self._figures["questions"] or not self._figures["quick"]

    def figure(self, place: str) -> Mapping[str, Any]:
        """Return what is known of a cell's measure."""
        question, label, measure = parts_of(place)
        cell = _known(self.question(question).get("cells", {}), label, f"cell of {question}")
        found: Mapping[str, Any] = _known(cell["measures"], measure, f"measure of {question}, {label}")
        return {**found, "stuck": cell["stuck"]}

    def values(self, place: str) -> list[float]:
        """Return a figure of each run, in the order of the seeds."""
        return list(self.figure(place)["values"].values())

    def every(self, question: str, measure: str) -> list[float]:
        """Return a measure of each run of all cells of a question."""
        cells = self.question(question)["cells"].values()
        return [value for cell in cells for value in cell["measures"][measure]["values"].values()]

    def mean(self, place: str) -> float:
        """Return the mean over the seeds, of all trainings, also of those that learned nothing."""
        return fmean(self.values(place))

    def learned(self, place: str) -> int:
        """Return how many runs learned anything."""
        return len(self.values(place)) - len(self.figure(place)["stuck"])

    def count(self, place: str, at_least: float) -> int:
        """Return how many runs reach a figure."""
        return sum(value >= at_least for value in self.values(place))

    def best_seed(self, place: str) -> int:
        """Return the seed whose run has the largest figure."""
        values: Mapping[str, float] = self.figure(place)["values"]
        return int(max(values, key=values.__getitem__))

    def ahead(self, place: str, other: str) -> int:
        """Return in how many pairs of runs with the same seed the first has the larger figure."""
        return sum(one > two for one, two in zip(self.values(place), self.values(other), strict=True))

    def between(self, place: str, other: str) -> Between:
        """Return two figures and how far they are apart, undecided where the interval has no side."""
        measure = MEASURES[parts_of(place)[2].partition("[")[0]]
        shown = plain_figures(measure, self.mean(place), self.mean(other))
        low, high = self.interval(place, other)
        effect = self._words.effect(self.mean(place) - self.mean(other), low, high)
        one, its = (self._words.percent.format(each.removesuffix(" %")) for each in shown)
        return Between(one, its, effect)

    def interval(self, place: str, other: str) -> tuple[float | None, float | None]:
        """Return the interval of a difference: over seeds and test images where the report has that, else over seeds.

        The pair that a headline names was chosen before anything was trained; that interval comes first.
        """
        (question, cell, measure), (elsewhere, against, also) = parts_of(place), parts_of(other)
        is_pair = question == elsewhere and measure == also == "test_accuracy"
        asked = self.question(question)
        known = [asked.get("effect"), *asked.get("differences", ())] if is_pair else []
        both = self.figure(place), self.figure(other)
        for each in known if not any(figure["stuck"] for figure in both) else ():
            if each is None or {each["cell"], each.get("against")} != {cell, against}:
                continue
            low, high = each.get("over_images") or (each["low"], each["high"])
            return (low, high) if each["cell"] == cell or low is None else (-high, -low)
        one, its = ({int(seed): value for seed, value in figure["values"].items()} for figure in both)
        found = paired(one, its)
        return (None, None) if found is None else (found.low, found.high)

    def speed(self, question: str, build: str, rung: str) -> float:
        """Return images a second of a rung of a ladder."""
        speeds = _known(self.question(question).get("speeds", {}), build, f"build of {question}")
        return float(_known(speeds, rung, f"rung of {question}"))

    def claim(self, question: str, beginning: str) -> Mapping[str, Any]:
        """Return the claim whose text begins so; one that is open where the quick form judges none."""
        claims: dict[str, Mapping[str, Any]] = {claim["text"]: claim for claim in self.question(question)["claims"]}
        if self._figures["quick"] and not claims:
            return {"verdict": "open"}
        found = [claim for text, claim in claims.items() if text.startswith(beginning)]
        if len(found) != 1:
            raise UnknownPlaceError(
                f"{len(found)} claims of {question} begin with {beginning!r}; it has {list(claims)}"
            )
        return found[0]

    def verdict(self, question: str, beginning: str) -> str:
        """Return the verdict on a claim in words."""
        return self._words.verdicts[self.claim(question, beginning)["verdict"]]

    def findings(self, question: str, beginning: str) -> Sequence[Mapping[str, Any]]:
        """Return what was found on each condition of a claim: its ``mean``, ``low``, ``high`` and ``verdict``."""
        found: Sequence[Mapping[str, Any]] = self.claim(question, beginning)["findings"]
        return found

    def picture(self, question: str, title: str) -> str:
        """Return the picture that shows the answer."""
        return f"![{title}]({self._folder}/pictures/{self.question(question)['picture']}.png)"

    def link(self, question: str, text: str) -> str:
        """Return a link to what is behind an answer."""
        return f"[{text}]({self._folder}/details/{self.question(question)['anchor']}.md)"


def parts_of(place: str) -> tuple[str, str, str]:
    """Return question, cell and measure of a place; the measure of a layer has it in brackets."""
    question, _, rest = place.partition(".")
    name, bracket, parameter = rest.partition("[")
    label, _, measure = name.rpartition(".")
    return question, label, measure + bracket + parameter


def compare(one: float, other: float, more: str, less: str, same: str = "") -> str:
    """Return the word for how the first number is to the second."""
    return more if one > other else less if one < other else same or less


def _known(entries: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in entries:
        raise UnknownPlaceError(f"there is no {kind} {name!r}; there are {', '.join(map(repr, entries)) or 'none'}")
    return entries[name]


def render(name: str, language: str, figures: Mapping[str, Any], folder: str) -> str:
    """Return the story of a study.

    Parameters
    ----------
    name : str
        Of the story, such as ``blog-study``.
    language : str
        ``en`` or ``ja``.
    figures : mapping
        Content of ``figures.json``.
    folder : str
        Where the report is, as links have it.

    Raises
    ------
    UnknownPlaceError
        If the template names a figure that is not there.
    jinja2.UndefinedError
        If it names a fact that is not there.
    """
    words = WORDS[language]
    story = Story(figures, words, folder)
    facts = tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))
    methods = (
        "ahead", "best_seed", "between", "claim", "count", "every", "findings", "has", "learned", "link", "mean",
        "picture", "speed", "values", "verdict",
    )  # fmt: skip
    text: str = (
        environment(words)
        .get_template(f"{name}.{language}.md.jinja")
        .render(
            {method: getattr(story, method) for method in methods},
            **facts.pop("places"),
            **facts,
            runs=figures["runs"],
            quick=figures["quick"],
            folder=folder,
            compare=compare,
            words=words,
        )
    )
    return "\n\n".join(reflowed(block, language) for block in re.split(r"\n{2,}", text))


def environment(words: Words) -> jinja2.Environment:
    """Return what reads templates, with the filters that write numbers in a language."""
    templates = jinja2.Environment(  # of Markdown: there is nothing to escape
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters.update(
        percent=lambda share, digits=0: words.percent.format(f"{100 * share:.{digits}f}"),
        number=lambda value, digits=0: f"{value:,.{digits}f}",
        of_all=words.of_all,
        part=words.part,
    )
    return templates


def reflowed(block: str, language: str) -> str:
    """Return a block with lines of equal length: places are of any length, and Japanese has no spaces to break at."""
    if not re.match(r"[\w*「]", block):
        return block
    tail = "\n" if block.endswith("\n") else ""
    if language == "ja":
        return re.sub(r"(?<![!-~])\n|\n(?![!-~])", "", block.rstrip("\n")) + tail
    return fill(block, LINE, break_long_words=False, break_on_hyphens=False) + tail


def read_figures(report: Path) -> dict[str, Any]:
    """Return the content of a report's ``figures.json``."""
    content: dict[str, Any] = json.loads((report / "figures.json").read_text(encoding="utf-8"))
    return content
