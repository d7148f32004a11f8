"""Say a published report's first sentences anew, from its own figures, where its trainings take hours.

python tools/restate_report.py docs/history-study history

The figures stay; the headlines of its comparisons, how sure they are, and what is said of effects become what ``lenetpp
study`` says of such figures today, and pictures that showed what was meant to be reached are drawn without it. Test
images are not looked at again: the intervals over them are those that the report has of the headline's difference and
of effects. A benchmark, of which no training is a part, is answered anew from its file, and the report's story, if
there is one, is told anew.
"""

import argparse
import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.benchmark_answers import BenchmarkAnswer, answer_benchmark
from lenetpp.studies.cells import Cell, level_in_words
from lenetpp.studies.certainty import certainty_line, effect_in_line
from lenetpp.studies.comparison_answers import Answer, answer_comparison
from lenetpp.studies.contrasts import Contrast
from lenetpp.studies.dependence import dependence, dependence_in_line
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.question_kinds import BenchmarkQuestion, Comparison
from lenetpp.studies.report.benchmark_section import benchmark_section
from lenetpp.studies.report.cell_pictures import answer_picture, cell_picture
from lenetpp.studies.report.content import Section
from lenetpp.studies.report.figures_file import figures_of, of_effect, of_headline
from lenetpp.studies.report.markdown import DETAILS, FRONT, PICTURES, answer_of, as_markdown, page_of
from lenetpp.studies.study_file import StudyFile, study_path
from lenetpp.studies.study_reading import read_study
from lenetpp.studies.trainings import Training
from publish_study import small_picture, stories


@dataclass(frozen=True)
class Trained:
    """What a cell has to know of its trainings: the keys of their runs, by seed."""

    keys: Mapping[int, str]
    seed: int = 1

    @property
    def key(self) -> str:
        """That of the run with this seed."""
        return self.keys[self.seed]

    def with_seed(self, seed: int) -> "Trained":
        """Return one of them."""
        return Trained(self.keys, seed)


class Restated(NamedTuple):
    """A question of a report, its answer of today, and whether its pictures showed a goal."""

    name: str
    answer: Answer
    had_goals: bool


def main() -> None:
    """Rewrite the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path, help="its folder in docs/; the page beside it has the same name")
    parser.add_argument("study", help="name or file of the study")
    arguments = parser.parse_args()
    report: Path = arguments.report
    for path, text in restated_texts(report, arguments.study).items():
        path.write_text(text, encoding="utf-8")
    for path, picture in restated_pictures(report, arguments.study):
        path.write_bytes(small_picture(picture))
    for path, text in stories(report, report.with_suffix(".md")).items():
        path.write_text(text, encoding="utf-8")


def restated_texts(report: Path, study: str) -> dict[Path, str]:
    """Return the texts of a report, and of the page beside it where that is its front, by their files."""
    figures = json.loads((report / "figures.json").read_text(encoding="utf-8"))
    page = report.with_suffix(".md")
    texts = {path: path.read_text(encoding="utf-8") for path in (report / FRONT, page)}
    for each in answers(report, study):
        question = figures["questions"][each.name]
        old, new = (
            (f"**{as_markdown(headline)}**", f"\n{as_markdown(certainty)}\n")
            for headline, certainty in (
                (question["headline"], question["certainty"]), (each.answer.headline, each.answer.certainty),
            )
        )  # fmt: skip
        details = report / DETAILS / f"{question['anchor']}.md"
        texts[details] = details.read_text(encoding="utf-8")
        for path in (report / FRONT, page, details):
            texts[path] = with_words(texts[path], old, new)
        texts[details] = with_effects(texts[details], each.answer)
        for subject, new_subject in other_subjects(question["claims"], each.answer):
            texts[details] = texts[details].replace(f"\n{as_markdown(subject)}: ", f"\n{as_markdown(new_subject)}: ")
        question["headline"], question["certainty"] = each.answer.headline, each.answer.certainty
        question["effect"] = of_headline(each.answer)
        question["effects"] = [*map(of_effect, each.answer.effects)]
    for answer in benchmarks(study):
        section = benchmark_section(answer, figures["questions"][answer.name]["anchor"])
        texts[report / FRONT] = with_section(texts[report / FRONT], answer, section)
        texts[report / DETAILS / f"{section.anchor}.md"] = page_of(section)
        figures["questions"][answer.name] = figures_of(answer, section)
    return {**texts, report / "figures.json": json.dumps(figures, ensure_ascii=False, indent=1) + "\n"}


def with_words(text: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    """Return a page with another headline, and with another line on how sure that is wherever it comes next."""
    before, mark, behind = text.partition(old[0])
    return before + new[0] + behind.replace(old[1], new[1], 1) if mark else text


def with_effects(text: str, answer: Answer) -> str:
    """Return a page with what is said of the same effects today: the same sizes, with all of their intervals."""
    for effect in answer.effects:
        said = as_markdown(effect.sentence)
        same = re.escape(said.rpartition(" (")[0]).replace(
            "Not\\ decided\\ whether", "(?:Not decided whether|No evidence that)"
        )
        text = re.sub(rf"^{same} \(.*$", said.replace("\\", r"\\"), text, count=1, flags=re.MULTILINE)
    return text


def other_subjects(claims: Sequence[dict[str, Any]], answer: Answer) -> Iterator[tuple[str, str]]:
    """Let claims name what their figures are of as the answer does; yield what is called otherwise, before and now."""
    for claim, judgement in zip(claims, answer.judgements, strict=True):
        for finding, again in zip(claim["findings"], judgement.findings, strict=True):
            if again.figure is not None and (before := finding.get("subject")) not in (None, again.figure.subject):
                finding["subject"] = again.figure.subject
                yield before, again.figure.subject


def with_section(front: str, answer: BenchmarkAnswer, section: Section) -> str:
    """Return the front of a report with a benchmark's answer, and with what it says to claims."""
    for judgement in answer.judgements:
        row = f"| {as_markdown(judgement.claim.text)} | "
        said = f"{row}[{as_markdown(judgement.words)}](#{section.anchor}) |"
        front = "\n".join(said if line.startswith(row) else line for line in front.split("\n"))
    before, mark, rest = front.partition(f'<a id="{section.anchor}"></a>\n')
    assert mark
    return before + answer_of(section) + re.split(r"^(?=<a id=|## The runs)", rest, maxsplit=1, flags=re.MULTILINE)[1]


def benchmarks(study: str) -> Iterator[BenchmarkAnswer]:
    """Go over the study's questions that a file answers."""
    for name, question in read_study(study).questions.items():
        if isinstance(question, BenchmarkQuestion):
            yield answer_benchmark(name, question, study_path(study))


def restated_pictures(report: Path, study: str) -> Iterator[tuple[Path, bytes]]:
    """Yield the pictures that showed a goal, without it, by their files."""
    figures = json.loads((report / "figures.json").read_text(encoding="utf-8"))
    for each in answers(report, study):
        anchor, measure = figures["questions"][each.name]["anchor"], each.answer.measure
        pictures = {"answer": answer_picture(each.answer), measure.name: cell_picture(each.answer, measure)}
        for name, picture in pictures.items() if each.had_goals else ():
            path = report / PICTURES / f"{anchor}-{name.replace('_', '-')}.png"
            if picture is not None and path.exists():
                yield path, picture.figure_file(".png")
    for answer in benchmarks(study):
        shown = benchmark_section(answer, figures["questions"][answer.name]["anchor"]).picture
        if shown is not None:
            yield report / PICTURES / f"{shown.name}.png", shown.picture.figure_file(".png")


def answers(report: Path, study: str) -> Iterator[Restated]:
    """Go over the comparisons that the report answers."""
    figures = json.loads((report / "figures.json").read_text(encoding="utf-8"))["questions"]
    asked = read_study(study)
    comparisons = {
        name: (question, tuple(cells_of(report, asked, name, question, figures[name])))
        for name, question in asked.questions.items()
        if isinstance(question, Comparison) and name in figures
    }
    for name, (question, cells) in comparisons.items():
        reference = question.against or next(iter(asked.factor(question, question.compare)))
        found = answer_comparison(name, question, reference, cells, comparisons)
        yield Restated(name, with_images(found, figures[name]), bool(question.goals))


def cells_of(
    report: Path, study: StudyFile, name: str, question: Comparison, figures: Mapping[str, Any]
) -> Iterator[Cell]:
    """Go over the cells of a question with the figures that the report has of them."""
    keys: dict[str, dict[int, str]] = defaultdict(dict)
    digests: dict[str, dict[int, str]] = defaultdict(dict)
    with (report / "runs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["question"] == name:
                keys[row["cell"]][int(row["seed"])] = row["key"]
                digests[row["cell"]][int(row["seed"])] = row["digest"]
    for labels in product(*(study.factor(question, factor) for factor in question.crossed)):
        levels = dict(zip(question.crossed, labels, strict=True))
        *others, compared = map(level_in_words, levels, levels.values())
        label = ", ".join((compared, *others))
        values: dict[str, dict[int, float]] = {measure: {} for measure in question.metrics}
        by_layer: dict[str, dict[str, dict[int, float]]] = defaultdict(dict)
        for place, known in figures["cells"][label]["measures"].items():
            measure, _, parameter = place.removesuffix("]").partition("[")
            of_seeds = {int(seed): value for seed, value in known["values"].items()}
            if parameter:
                by_layer[measure][parameter] = of_seeds
            else:
                values[measure] = of_seeds
        seeds = sorted({seed for each in (*values.values(), *by_layer.get("", {}).values()) for seed in each})
        yield Cell(
            levels=levels,
            label=label,
            training=cast("Training", Trained(keys[label])),
            runs={
                seed: RecordedRun(Path("runs"), {"results": {"digest": digests[label].get(seed, "")}}, [])
                for seed in seeds
            },
            missing={},
            values=values,
            layer_values=by_layer,
            stuck=frozenset(figures["cells"][label]["stuck"]),
        )


def with_images(answer: Answer, question: Mapping[str, Any]) -> Answer:
    """Return an answer that has the intervals over test images, too, which the report has of its effects."""
    known = [effect["over_images"] for effect in question.get("effects", ())]
    over_images = known or [None] * len(answer.effects)
    effects = tuple(
        replace(effect, over_images=None if ends is None else (ends[0], ends[1]))
        for effect, ends in zip(answer.effects, over_images, strict=True)
    )
    old, new = (dependence_in_line(answer.measure, some) for some in (answer.effects, effects))
    answer = replace(answer, effects=effects, headline=answer.headline.replace(old, new) if old else answer.headline)
    if answer.question.headline is not None and answer.question.headline.asks == "depends":
        begins = dependence(answer.measure, answer.cells, effects)
        return replace(answer, headline=begins.headline, certainty=begins.certainty, effect=begins.effect)
    ends = None if question["effect"] is None else question["effect"]["over_images"]
    return answer if answer.effect is None or ends is None else _with_ends(answer, answer.effect.estimate, tuple(ends))


def _with_ends(answer: Answer, estimate: Estimate, ends: Interval) -> Answer:
    which: Literal["first", "second"] = "second" if "he second is " in answer.headline else "first"
    old, new = (effect_in_line(answer.measure, estimate, over, which) for over in (None, ends))
    return replace(
        answer,
        headline=answer.headline.replace(old, new),
        certainty=certainty_line(answer.measure, estimate, ends),
        effect=Contrast(estimate, ends),
    )


if __name__ == "__main__":
    main()
