"""The report as Markdown in GitHub's flavour: the answers on one page, what is behind each on a page of its own."""

import re
from collections.abc import Iterator

from lenetpp.basics.language import Message, say, translated
from lenetpp.studies.question_parts import Post
from lenetpp.studies.report.content import CellEntry, Entry, Report, Section, Shown, Table

PICTURES, DETAILS = "pictures", "details"
"""Folders beside the text."""
FRONT = "report.md"

WHERE = say(
    "All figures are in {figures}; {runs} has a line for each run, with the recipe by which anyone can train it again.",
    figures="[figures.json](figures.json)", runs="[runs.csv](runs.csv)",
)  # fmt: skip
AGAIN = say("What makes this report; runs that are there are not trained again:")
BEHIND = say("How we know: intervals, tables, runs")


RUNS_MISSING, THE_RUNS = say("Runs that are missing:"), say("The runs")
WHAT_WAS_SAID, ALL_ANSWERS = say("What was said, and what came out"), say("All answers")
LEADS_HERE = say("Every figure above leads here. A command is for the folder of the report.")


def about(post: Post) -> Message:
    """Return what a study is about, but for its address."""
    known = {"title": say(post.title), "author": say(post.author), "where": say(post.where), "date": post.date}
    return say("It is about: {author}: {title}. {where}, {date},", **known)


def report_markdown(report: Report) -> dict[str, str]:
    """Return the texts of all pages by their paths within the report."""
    pages = {f"{DETAILS}/{section.anchor}.md": page_of(section) for section in report.sections}
    return {**pages, FRONT: "\n".join(_front(report)) + "\n"}


def page_of(section: Section) -> str:
    """Return the page behind an answer."""
    return "\n".join(_page(section)) + "\n"


def answer_of(section: Section) -> str:
    """Return an answer as it stands on the front."""
    return "\n".join(_answer(section)) + "\n"


def _front(report: Report) -> Iterator[str]:
    yield from (f"# {as_markdown(report.title)}", "")
    yield from _paragraphs(report.text)
    yield from _claims(report)
    if report.failures:
        yield from (f"**{translated(RUNS_MISSING)}**", "")
        yield from (f"- {as_markdown(failure)}" for failure in report.failures)
        yield ""
    for section in report.sections:
        yield from _answer(section)
    yield from (f"## {translated(THE_RUNS)}", "")
    yield from (f"{report.counts} {translated(WHERE)}", "", translated(AGAIN), "", "```sh", report.command, "```", "")
    yield as_markdown(translated(say("Made: {made}", made=report.made)))


def _claims(report: Report) -> Iterator[str]:
    if report.post is not None:
        yield from (f"{as_markdown(translated(about(report.post)))} <{report.post.address}>.", "")
    if report.claims:
        yield from (
            f"## {translated(WHAT_WAS_SAID)}",
            "",
            f"| {as_markdown(translated(report.who_said))} | {translated(say('verdict'))} |",
            "|---|---|",
        )
    for claim in report.claims:
        verdict = f"[{as_markdown(claim.verdict)}](#{claim.anchor})" if claim.anchor else as_markdown(claim.verdict)
        source = f" ({as_markdown(claim.source)})" if claim.source else ""
        yield f"| {as_markdown(claim.text)}{source} | {verdict} |"
    if report.claims:
        yield ""


def _answer(section: Section) -> Iterator[str]:
    yield from (_anchor(section.anchor), "", f"## {as_markdown(section.title)}", "")
    yield from (f"**{as_markdown(section.headline)}**", "")
    if section.picture is not None:
        yield from _picture(section.picture, PICTURES)
    if section.certainty:
        yield from (as_markdown(section.certainty), "")
    yield from (f"[{translated(BEHIND)}]({DETAILS}/{section.anchor}.md)", "")


def _page(section: Section) -> Iterator[str]:
    yield from (f"# {as_markdown(section.title)}", "", f"[{translated(ALL_ANSWERS)}](../{FRONT}#{section.anchor})", "")
    yield from (f"**{as_markdown(section.headline)}**", "")
    if section.certainty:
        yield from (as_markdown(section.certainty), "")
    yield from _paragraphs(section.text)
    for sentence in section.sentences:
        yield from (as_markdown(sentence), "")
    for shown in section.all_pictures:
        yield from _picture(shown, f"../{PICTURES}")
    for table in section.tables:
        yield from (f"{as_markdown(table.caption[:1].upper() + table.caption[1:])}:", "")
        yield from _table(table)
    for note in section.notes:
        yield from (as_markdown(note), "")
    if section.command:
        yield from ("```sh", section.command, "```", "")
    if section.cells:
        yield from (f"## {translated(say('Runs'))}", "", translated(LEADS_HERE), "")
    for entry in section.cells:
        yield from _cell(entry)


def _cell(entry: CellEntry) -> Iterator[str]:
    yield from (_anchor(entry.anchor), "", f"### {as_markdown(entry.title)}", "")
    for name, fact in entry.facts.items():
        if fact:
            yield f"- {name}: {f'`{fact}`' if name == translated(say('network')) else as_markdown(fact)}"
    yield from (f"- {translated(say('again'))}: [`{entry.command}`](../{entry.recipe})", "")
    yield from _table(entry.runs)


def _picture(shown: Shown, folder: str) -> Iterator[str]:
    yield from (f"![{as_markdown(shown.title)}]({folder}/{shown.name}.png)", "")


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(as_markdown, table.header))} |"
    yield f"|{'|'.join('---:' if is_number else '---' for is_number in table.is_number)}|"
    for row in table.rows:
        yield f"| {' | '.join(map(_entry, row))} |"
    yield ""


def _entry(entry: Entry) -> str:
    text = f"`{entry.text}`" if entry.is_code and entry.text else as_markdown(entry.text)
    return f"[{text}](#{entry.anchor})" if entry.anchor and entry.text else text


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _paragraphs(text: str) -> Iterator[str]:
    """Yield a text of the study's file, in which what stands between grave accents is code."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph:
            parts = re.split("(`[^`]+`)", " ".join(paragraph.split()))
            yield from ("".join(part if number % 2 else as_markdown(part) for number, part in enumerate(parts)), "")


def as_markdown(text: str) -> str:
    """Return a text in which no letter means anything to Markdown."""
    escaped = re.sub(r"([\\`*_\[\]<|~])", r"\\\1", text.replace("&", "&amp;"))
    return re.sub(r"^([#>]|[-+](?= )|\d+(?=[.)] ))", r"\\\1", escaped)
