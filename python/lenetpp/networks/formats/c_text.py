"""C as text: blocks, numbers, arrays, strings."""

from collections.abc import Iterator, Sequence
from string import ascii_letters, digits
from typing import Any, TypeAlias

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.printable import printable

Lines: TypeAlias = list[str]
COLUMNS = 120
PLAIN = frozenset((ascii_letters + digits + " -_.,:;/+()&'").encode())
TYPES = {"float32": "float", "float64": "double"}


def block(head: str, *bodies: str | Sequence[str], tail: str = "") -> Lines:
    """Return `head` with braces around the lines of `bodies`."""
    return [f"{head} {{", *indented(bodies), f"}}{tail}"]


def loop(variable: str, count: int, *bodies: str | Sequence[str]) -> Lines:
    """Return a loop of `variable` from 0 to `count` - 1."""
    return block(f"for (int {variable} = 0; {variable} < {count}; ++{variable})", *bodies)


def indented(bodies: Sequence[str | Sequence[str]]) -> Lines:
    """Return all lines of `bodies`, two columns further right."""
    lines = [line for body in bodies for line in ([body] if isinstance(body, str) else body)]
    return [f"  {line}" if line else "" for line in lines]


def comment(*lines: str) -> str:
    """Return a comment of several lines."""
    safe = (line.replace("*/", "* /").replace("/*", "/ *").rstrip("\\") for line in lines)
    return "/* " + "\n".join(safe).replace("\n", "\n * ").replace(" \n", "\n") + " */"


def literal(value: Any, dtype: np.dtype[Any]) -> str:
    """Return the shortest decimal number that a compiler reads as just this one."""
    text = str(dtype.type(value))
    return f"{text}f" if dtype == np.float32 else text


def array(name: str, values: FloatArray, row: str = "") -> Lines:
    """Return a constant array of any number of dimensions: its innermost rows lie side by side.

    `row` is what stands along the first dimension, for whoever reads.
    """
    texts = [literal(value, values.dtype) for value in values.ravel()]
    width = max(map(len, texts))
    dimensions = "".join(f"[{side}]" for side in values.shape)
    head = f"static const {TYPES[values.dtype.name]} {name}{dimensions}"
    return [f"{head} = {{", *_rows([text.rjust(width) for text in texts], values.shape, "  ", row), "};"]


def declaration(lines: Sequence[str]) -> Lines:
    """Return the declarations of the arrays in `lines`, whose values follow later in the file."""
    return [f"{line.removesuffix(' = {')};" for line in lines if line.endswith(" = {")]


def _rows(texts: Sequence[str], shape: Sequence[int], margin: str, row: str = "") -> Iterator[str]:
    if len(shape) == 1:
        in_a_line = max(1, (COLUMNS - len(margin)) // (len(texts[0]) + 2))
        for first in range(0, len(texts), in_a_line):
            yield f"{margin}{', '.join(texts[first : first + in_a_line])},"
        return
    size = len(texts) // shape[0]
    for number, first in enumerate(range(0, len(texts), size)):
        inner = list(_rows(texts[first : first + size], shape[1:], margin + "  "))
        if len(inner) == 1 and len(inner[0]) < COLUMNS - 2:
            yield f"{margin}{{{inner[0].removeprefix(margin + '  ').removesuffix(',')}}},"
        else:
            yield f"{margin}{{ /* {row} {number} */" if row else f"{margin}{{"
            yield from inner
            yield f"{margin}}},"


def integers(name: str, values: Sequence[int]) -> Lines:
    """Return the lines of a constant array of whole numbers from 0 on, in the smallest type that holds them."""
    bits = next(bits for bits in (8, 16, 32) if max(values) < 2**bits)
    width = max(len(str(value)) for value in values)
    rows = _rows([str(value).rjust(width) for value in values], [len(values)], "  ")
    return [f"static const uint{bits}_t {name}[{len(values)}] = {{", *rows, "};"]


def string(text: str) -> str:
    """Return a string of UTF-8 that every compiler reads alike: what is not plain ASCII is written by its bytes."""
    plain = "".join(chr(byte) if byte in PLAIN else f"\\{byte:03o}" for byte in text.encode())
    return f'"{plain}"' if plain == text else f'{comment(printable(text))} "{plain}"'
