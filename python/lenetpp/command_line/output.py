"""What several commands print: facts, tables, JSON."""

import json
import textwrap
from collections.abc import Mapping
from typing import Any

import typer
from rich.cells import cell_len, set_cell_size
from rich.table import Table

from lenetpp.basics.arrays import shape_text
from lenetpp.basics.language import say, translated
from lenetpp.basics.percent import percent
from lenetpp.basics.printable import OBEYED, printable
from lenetpp.basics.terminal import Console, Text
from lenetpp.data import Dataset
from lenetpp.data.parts import counts_in_words
from lenetpp.networks.measurement import Evaluation

LARGEST_CONFUSION_TABLE = 12
"""Classes whose columns fit a terminal of 80 characters."""
LEAST_VALUE_WIDTH = 20
"""Of the column of values, however narrow the terminal is."""


def print_json(value: Mapping[str, Any]) -> None:
    """Print one object on one line; what a terminal would obey is escaped, as JSON does with most of it."""
    text = json.dumps(value, ensure_ascii=False)
    typer.echo(OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_facts(console: Console, facts: Mapping[str, object]) -> None:
    """Print names and values in two columns.

    Long values are wrapped between words alone, so that a digest or a path can be copied from any terminal.
    """
    indent = max(cell_len(translated(name)) for name in facts) + 2
    for name, value in facts.items():
        width = max(LEAST_VALUE_WIDTH, console.width - indent)
        lines = textwrap.wrap(
            printable(str(translated(value))), width, break_long_words=False, break_on_hyphens=False
        ) or [""]
        for number, line in enumerate(lines):
            head = Text(set_cell_size(translated(name) if number == 0 else "", indent), style="dim")
            text = head + Text(line)
            text.rstrip()
            console.print(text, soft_wrap=True)


def data_in_words(data: Dataset) -> str:
    """Return what there is of the data in a line, as it stands above a training."""
    counts: dict[str, int] = {part: len(images) for part, images, _ in data.parts()}
    shape = shape_text(data.input_shape)
    return say(
        "{name}: {parts} images of {shape}, {classes} classes",
        name=data.name, parts=counts_in_words(counts), shape=shape, classes=len(data.classes),
    )  # fmt: skip


def print_confusion(console: Console, evaluation: Evaluation) -> None:
    """Print how many images of each class (row) were taken for each class (column), and the share that were right."""
    names = evaluation.class_names
    show_columns = len(names) <= LARGEST_CONFUSION_TABLE
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(say("true \\ predicted") if show_columns else say("true class")))
    for number in range(len(names) if show_columns else 0):
        table.add_column(str(number), justify="right", no_wrap=True)
    table.add_column(Text(say("accuracy")), justify="right", no_wrap=True)
    shares = evaluation.class_accuracies
    for number, (name, row) in enumerate(zip(names, evaluation.confusion.tolist(), strict=True)):
        cells = [_count(count, on_diagonal=column == number) for column, count in enumerate(row)]
        share = shares[name]
        table.add_row(
            Text(name if name == str(number) else f"{number} {name}"),
            *(cells if show_columns else []),
            "" if share is None else percent(share, 1),
        )
    console.print(table)


def print_class_scores(console: Console, evaluation: Evaluation) -> None:
    """Print precision, recall and F1 score of each class."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(say("class"))
    scores = {
        say("precision"): evaluation.class_precisions,
        say("recall"): evaluation.class_recalls,
        "F1": evaluation.class_f1_scores,
    }
    for heading in (say("images"), *scores):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, images in zip(evaluation.class_names, evaluation.confusion.sum(axis=1).tolist(), strict=True):
        shares = [by_class[name] for by_class in scores.values()]
        cells = ["" if share is None else percent(share, 1) for share in shares]
        table.add_row(Text(name), f"{images:,}", *cells)
    console.print(table)


def _count(count: int, *, on_diagonal: bool) -> Text:
    if count == 0:
        return Text("·", style="dim")
    return Text(str(count), style="bold" if on_diagonal else "")
