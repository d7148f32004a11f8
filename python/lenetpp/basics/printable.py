"""Text that may be shown: what a terminal would obey instead of showing is written as its escape."""

import os
import re
from pathlib import Path

OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters but tab and newline, and those that break lines or turn the direction of what follows."""


def printable(text: str) -> str:
    r"""Return the text with escapes such as ``\x1b`` for the characters that a terminal obeys."""
    return OBEYED.sub(lambda found: _escape(ord(found[0])), text)


def is_printable(text: str) -> bool:
    """Whether a terminal shows every character of the text."""
    return not OBEYED.search(text)


def text_of(path: Path) -> str:
    """Return a path as text; where its name is none, the bytes that are wrong are marked."""
    return os.fsencode(path).decode(errors="replace")


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
