"""Curves in a terminal, drawn with Braille patterns: each character is a field of two by four dots."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.text import Text

from lenetpp.basics.language import say, translated

DOT_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""Bits of the Unicode characters from U+2800 for the dots (4 rows, 2 columns)."""

STYLES = ("cyan", "yellow", "bold green")
LETTERS = ".o*"
"""Stand for the curves where there is no Braille. Of both, the last curve gets the last one."""


def draw_curves(
    title: str,
    curves: Mapping[str, Sequence[float | None]],
    show: Callable[[float], str],
    width: int,
    height: int = 8,
    *,
    kept: int | None = None,
    ascii_only: bool = False,
) -> list[Text]:
    """Return the lines of a picture with a curve for each name, each labelled at its end.

    Parameters
    ----------
    title : str
        Above the picture.
    curves : mapping of str to sequence of float
        Values of the epochs 1, 2, ..., the same number of at least two for each curve; where there is none between two
        others, or one that is not finite, the curve goes straight on.
        At most three curves, the most important one last: it is drawn above the others.
    show : callable
        Writes a value.
    width : int
        Characters of all lines, labels included.
    height : int
        Lines of the picture without title and epochs.
    kept : int, optional
        The epoch that was chosen: it is marked below.
    ascii_only : bool
        Whether the terminal knows nothing but ASCII.

    Returns
    -------
    list of Text
        Title, `height` lines, the epochs and the one that is kept, each `width` wide.
    """
    values = {name: np.asarray(curve, dtype=np.float64) for name, curve in curves.items()}
    finite = np.concatenate([curve[np.isfinite(curve)] for curve in values.values()])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    axis = max(len(show(low)), len(show(high)))
    last = {name: _last(curve) for name, curve in values.items()}
    end_labels = {name: f"{translated(name)} {show(value)}" for name, value in last.items()}
    columns = max(8, width - axis - 2 - 1 - max(map(cell_len, end_labels.values())))
    canvas = _Canvas(columns, height, low, high, ascii_only=ascii_only)
    styles, letters = STYLES[-len(values) :], LETTERS[-len(values) :]
    for curve, style, letter in zip(values.values(), styles, letters, strict=True):
        canvas.draw(curve, style, letter)
    ends = [canvas.line_of(value) for value in last.values()]
    label_lines = dict(zip(_spread(ends, height), zip(end_labels.values(), styles, strict=True), strict=True))
    title = translated(title)
    lines = [Text(title.center(axis + 2 + columns - _wider(title)).rstrip(), style="bold")]
    for number in range(height):
        mark = {0: show(high), height - 1: show(low)}.get(number, "")
        label, style = label_lines.get(number, ("", ""))
        edge = "|" if ascii_only else "│"
        lines.append(Text.assemble((f"{mark:>{axis}} {edge}", "dim"), canvas.lines[number], " ", (label, style)))
    count = len(next(iter(values.values())))
    end = translated(say("epoch {epoch}", epoch=count))
    lines.append(Text(f"{'':>{axis}} 1{end.rjust(columns - _wider(end))}", style="dim"))
    if kept is not None:
        place = round((kept - 1) / max(1, count - 1) * (columns - 1))
        mark = translated(say("epoch {epoch} kept", epoch=kept))
        is_before = place + cell_len(mark) + 2 > columns
        words = f"{mark} ^".rjust(place + 1 - _wider(mark)) if is_before else f"{'':{place}}^ {mark}"
        lines.append(Text(f"{'':>{axis}}  {words}", style="dim"))
    for line in lines:
        line.truncate(width, pad=True)
    return lines


def _wider(text: str) -> int:
    """Return by how many columns a text is wider than it has characters: those of Japanese take two."""
    return cell_len(text) - len(text)


def _last(curve: NDArray[np.float64]) -> float:
    """Return the value that a curve ends with: NaN if there is none."""
    known = curve[np.isfinite(curve)]
    return float(known[-1]) if len(known) else math.nan


class _Canvas:
    """Lines of characters on which curves are drawn one after another."""

    def __init__(self, columns: int, height: int, low: float, high: float, *, ascii_only: bool) -> None:
        self.lines = [Text(" " * columns) for _ in range(height)]
        self._columns = columns
        self._height = height
        self._low = low
        self._range = high - low
        self._ascii_only = ascii_only
        self._bits = np.zeros((height, columns), dtype=np.int64)

    def draw(self, curve: NDArray[np.float64], style: str, letter: str) -> None:
        """Join the curve's values by a line as thin as a dot."""
        good = np.isfinite(curve)
        if not good.any():
            return
        known, positions = np.flatnonzero(good), np.linspace(0, len(curve) - 1, 2 * self._columns)
        first, last = np.abs(positions - known[[0, -1], np.newaxis]).argmin(axis=1)
        columns = np.arange(first, last + 1)
        rows = np.rint(self._dot_rows(np.interp(positions[columns], known, curve[good]))).astype(int)
        dots = np.zeros((4 * self._height, 2 * self._columns), dtype=bool)
        for place, (column, row) in enumerate(zip(columns, rows, strict=True)):
            before = rows[max(place - 1, 0)]
            # Steep parts stay connected: from beside the dot before up or down to this one.
            dots[min(row, before + (row > before)) : max(row, before - (row < before)) + 1, column] = True
        fields = dots.reshape(self._height, 4, self._columns, 2)
        bits = (fields * DOT_BITS[:, np.newaxis, :]).sum(axis=(1, 3))
        self._bits |= bits
        for line, column in np.argwhere(bits):
            character = letter if self._ascii_only else chr(0x2800 + int(self._bits[line, column]))
            text = self.lines[line]
            self.lines[line] = text[:column] + Text(character, style=style) + text[column + 1 :]

    def line_of(self, value: float) -> int:
        """Return the line in which a value lies; the lowest for one that is not finite."""
        return int(np.rint(self._dot_rows(np.array(value)))) // 4 if np.isfinite(value) else self._height - 1

    def _dot_rows(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many dots below the upper edge values are."""
        last = 4 * self._height - 1
        above = (values - self._low) / self._range if self._range else np.full(values.shape, 0.5)
        rows: NDArray[np.float64] = (1 - above) * last
        return rows


def _spread(wanted: Sequence[int], height: int) -> list[int]:
    """Return a line of its own for each label, in the same order from above, as near as possible to the wanted ones."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    lines = [0] * len(wanted)
    free = 0
    for place, number in enumerate(order):
        # Leave room below for the labels that follow.
        lines[number] = free = min(max(wanted[number], free), height - len(order) + place)
        free += 1
    return lines
