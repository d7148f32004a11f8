"""Short tables in HTML, as a notebook shows them: everything escaped, nothing but the notebook's own style."""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain, repeat

LEFT_HEADING = '<th style="text-align: left; white-space: nowrap">'
LEFT_CELL = '<td style="text-align: left">'


def html_table(headings: Iterable[str], rows: Iterable[Iterable[object]], *, named_rows: bool = False) -> str:
    """Return a table with headings; `named_rows` makes the first cell of each row its heading, to the left."""
    first_heading, first_cell = (LEFT_HEADING, LEFT_HEADING) if named_rows else ("<th>", "<td>")
    head = _row(headings, first_heading, "<th>")
    body = "".join(_row(row, first_cell, "<td>") for row in rows)
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def html_line(text: str) -> str:
    """Return a line below a table."""
    return f"<div>{escape(text)}</div>"


def html_facts(title: str, facts: Mapping[str, object]) -> str:
    """Return names and values below a title."""
    rows = "".join(_row(fact, LEFT_HEADING, LEFT_CELL) for fact in facts.items())
    return f"{html_title(title)}<table><tbody>{rows}</tbody></table>"


def html_title(text: str) -> str:
    """Return a line above a table."""
    return f"<div><b>{escape(text)}</b></div>"


def _row(values: Iterable[object], first: str, others: str) -> str:
    """Return a row whose cells begin with these tags."""
    cells = (
        f"{tag}{escape(str(value))}</{tag[1:3]}>"
        for tag, value in zip(chain([first], repeat(others)), values)  # noqa: B905
    )
    return f"<tr>{''.join(cells)}</tr>"
