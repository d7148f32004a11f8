"""The report as Markdown in GitHub's flavour, with pictures beside it."""

import re
from collections.abc import Iterator

from lenetpp.studies.report.content import CellEntry, Entry, Report, Section, Table

PICTURES = "pictures"
"""The pictures' folder, beside the text."""

AGAIN = "What makes this report; runs that are there are not trained again:"


def report_markdown(report: Report) -> str:
    """Return the whole text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {_text(report.title)}", "")
    yield from _paragraphs(report.text)
    yield from (f"{report.counts} {AGAIN}", "", "```sh", report.command, "```", "")
    yield from (f"Made: {_text(report.made)}", "")
    if report.failures:
        yield from ("**Runs that are missing:**", "")
        yield from (f"- {_text(failure)}" for failure in report.failures)
        yield ""
    yield from ("## Answers", "")
    for section in report.sections:
        main = f"  \n  {_text(section.sentences[0])}" if section.sentences else ""
        yield f"- [{_text(section.title)}](#{section.anchor}){main}"
    yield ""
    for section in report.sections:
        yield from _section(section)
    if report.cells:
        yield from (
            "## Runs",
            "",
            "Every figure above leads here: to the settings and the runs that it comes from.",
            "",
        )
    for title, entries in report.cells:
        yield from (f"### {_text(title)}", "")
        for entry in entries:
            yield from _cell(entry)


def _section(section: Section) -> Iterator[str]:
    yield from (_anchor(section.anchor), "", f"## {_text(section.title)}", "")
    yield from _paragraphs(section.text)
    for sentence in section.sentences:
        yield from (f"**{_text(sentence)}**" if sentence == section.sentences[0] else _text(sentence), "")
    for shown in section.pictures:
        yield from (f"![{_text(shown.title)}]({PICTURES}/{shown.name}.png)", "")
    for table in section.tables:
        yield from (f"{_text(table.caption[:1].upper() + table.caption[1:])}:", "")
        yield from _table(table)
    for note in section.notes:
        yield from (_text(note), "")
    if section.command:
        yield from ("```sh", section.command, "```", "")


def _cell(entry: CellEntry) -> Iterator[str]:
    yield from (_anchor(entry.anchor), "", f"#### {_text(entry.title)}", "")
    for name, fact in entry.facts.items():
        if fact:
            yield f"- {name}: {f'`{fact}`' if name == 'network' else _text(fact)}"
    yield ""
    yield from _table(entry.runs)


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(_text, table.header))} |"
    yield f"|{'|'.join('---:' if is_number else '---' for is_number in table.is_number)}|"
    for row in table.rows:
        yield f"| {' | '.join(map(_entry, row))} |"
    yield ""


def _entry(entry: Entry) -> str:
    text = f"`{entry.text}`" if entry.is_code and entry.text else _text(entry.text)
    return f"[{text}](#{entry.anchor})" if entry.anchor and entry.text else text


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _paragraphs(text: str) -> Iterator[str]:
    """Yield a text of the study's file, in which what stands between grave accents is code."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph:
            parts = re.split("(`[^`]+`)", " ".join(paragraph.split()))
            yield from ("".join(part if number % 2 else _text(part) for number, part in enumerate(parts)), "")


def _text(text: str) -> str:
    """Return a text in which no letter means anything to Markdown."""
    escaped = re.sub(r"([\\`*_\[\]<|~])", r"\\\1", text.replace("&", "&amp;"))
    return re.sub(r"^([#>]|[-+](?= )|\d+(?=[.)] ))", r"\\\1", escaped)
