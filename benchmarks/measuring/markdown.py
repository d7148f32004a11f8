"""Tables as documentation takes them."""

from collections.abc import Sequence

from measuring.rounds import Spread


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns line up in plain text too; all but the first are right-aligned."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"

    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])


def rate(per_second: float) -> str:
    """Return a rate with the three digits that a measurement is good for."""
    return f"{float(f'{per_second:.3g}'):,.0f}"


def ratio_range(ratio: Spread) -> str:
    """Return the median of a ratio and its range."""
    return f"{_ratio(ratio.median)}x, {_ratio(ratio.smallest)} to {_ratio(ratio.largest)}"


def _ratio(value: float) -> str:
    return f"{value:.{2 if value < 1 else 1 if value < 10 else 0}f}"
