"""What a report says, whatever it is written in: sections with sentences, pictures and tables, and the runs behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from lenetpp.basics.language import paragraphs, say
from lenetpp.pictures.picture import Picture
from lenetpp.studies.comparison_answers import Answer
from lenetpp.studies.filter_answers import FilterAnswer
from lenetpp.studies.question_parts import Post


@dataclass(frozen=True)
class Entry:
    """A text in a table; `anchor` is that of the cell whose runs it comes from, empty where there is none."""

    text: str
    anchor: str = ""
    is_number: bool = False
    full: str = ""
    """All of it, where the text is a shortened one."""
    is_code: bool = False


@dataclass(frozen=True)
class Table:
    """A table: what it is of, its header and its rows."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]

    @property
    def is_number(self) -> list[bool]:
        """For each column, whether it has numbers."""
        return [any(row[column].is_number for row in self.rows) for column in range(len(self.header))]


@dataclass(frozen=True)
class Shown:
    """A picture: the name of its files, its title and itself."""

    name: str
    title: str
    picture: Picture


@dataclass(frozen=True)
class CellEntry:
    """A cell of a question: everything that decided its runs, by name; the runs; how to train them again.

    `recipe` is the path of its recipe within the report.
    """

    anchor: str
    title: str
    facts: dict[str, str]
    runs: Table
    recipe: str
    command: str


@dataclass(frozen=True)
class Section:
    """A question with its answer, and what is behind it, which a reader sees who asks for it.

    Attributes
    ----------
    anchor, title : str
        Of the question.
    headline, certainty : str
        The answer in a plain sentence, and how sure it is; empty where there is nothing to say.
    picture : Shown or None
        The one that shows the answer.
    text : str
        What a reader should know of how it was asked.
    sentences, notes : sequence of str
        What a statistician would say, and what a reader has to know about the figures.
    pictures : sequence of Shown
        Further ones.
    tables : sequence of Table
        What the sentences rest on.
    cells : sequence of CellEntry
        The runs behind the figures.
    command : str
        What measures the figures again, where they are not those of runs.
    """

    anchor: str
    title: str
    headline: str
    certainty: str
    picture: Shown | None
    text: str
    sentences: Sequence[str]
    notes: Sequence[str]
    pictures: Sequence[Shown]
    tables: Sequence[Table]
    cells: Sequence[CellEntry] = ()
    command: str = ""

    @classmethod
    def of_runs(
        cls,
        answer: Answer | FilterAnswer,
        anchor: str,
        pictures: Sequence[Shown],
        tables: Sequence[Table],
        cells: Sequence[CellEntry],
    ) -> Self:
        """Return the section of an answer by runs: the first picture is the answer's, empty tables are left out."""
        return cls(
            anchor=anchor,
            title=say(answer.title),
            headline=answer.headline,
            certainty=answer.certainty,
            picture=pictures[0] if pictures else None,
            text=paragraphs(answer.text),
            sentences=answer.sentences,
            notes=answer.notes,
            pictures=pictures[1:],
            tables=[table for table in tables if table.rows],
            cells=cells,
        )

    @property
    def all_pictures(self) -> tuple[Shown, ...]:
        """The one of the answer and the further ones."""
        return (*([] if self.picture is None else [self.picture]), *self.pictures)


@dataclass(frozen=True)
class ClaimEntry:
    """What somebody said, and the verdict of the runs in words.

    `source` is empty where it is the post that the study is about; `anchor`, that of the question that asks it, where
    there is no such question.
    """

    text: str
    source: str
    verdict: str
    anchor: str = ""


@dataclass(frozen=True)
class Report:
    """The whole.

    Attributes
    ----------
    title, text : str
        Of the study.
    post : Post or None
        What the study is about, where it is about something that was published.
    claims : tuple of ClaimEntry
        What was said there, or elsewhere.
    made : str
        Date, machine and software; the only part that is not the same for the same runs.
    counts : str
        How many runs there are.
    command : str
        What makes the report again.
    failures : tuple of str
        Runs that are missing, and why.
    sections : tuple of Section
        In the order of the study's file.
    """

    title: str
    text: str
    post: Post | None
    claims: tuple[ClaimEntry, ...]
    made: str
    counts: str
    command: str
    failures: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def who_said(self) -> str:
        """Above the claims."""
        return say("it was said that") if self.post is None else say("{source} said that", source=say(self.post.source))
