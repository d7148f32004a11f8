"""Damaged variants of valid files, for the tests that hold a reader to the errors it documents.

``LENETPP_MUTATIONS=100000 pytest -k mutated`` looks through as many of each file; by default it is some hundred.
"""

import os
import random
import re
from collections.abc import Callable, Iterator

COUNT = int(os.environ.get("LENETPP_MUTATIONS", "200"))

HOSTILE_BYTES = (0x00, 0x0A, 0x1B, 0x22, 0x5B, 0x7B, 0x7F, 0x80, 0xC3, 0xFF)
HOSTILE_NUMBERS = (
    b"-1",
    b"0",
    b"1e999",
    b"nan",
    b"2147483648",
    b"18446744073709551616",
    b"1" + b"0" * 400,
    b"0x7f",
    b"1.5",
)
HOSTILE_TEXTS = (b"[" * 200, b'{"a":' * 200, b"[1]", b"7", b"null", b'"', b"true", b"\xff\xfe", b"\x1b[2J", b"../..")


def mutations(content: bytes, seed: int, count: int = COUNT) -> Iterator[bytes]:
    """Yield `count` damaged variants of `content`, the same for the same seed; each has one to four changes."""
    generator = random.Random(seed)
    for _ in range(count):
        damaged = content
        for _ in range(generator.choice((1, 1, 1, 2, 4))):
            damaged = generator.choice(_CHANGES)(damaged, generator)
        yield damaged


def _flip_bit(content: bytes, generator: random.Random) -> bytes:
    if not content:
        return b"\x01"
    place = generator.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << generator.randrange(8)]) + content[place + 1 :]


def _set_byte(content: bytes, generator: random.Random) -> bytes:
    place = generator.randrange(len(content) + 1)
    return content[:place] + bytes([generator.choice(HOSTILE_BYTES)]) + content[place + 1 :]


def _cut_off(content: bytes, generator: random.Random) -> bytes:
    return content[: generator.randrange(len(content) + 1)]


def _remove_part(content: bytes, generator: random.Random) -> bytes:
    start, end = _part(content, generator)
    return content[:start] + content[end:]


def _repeat_part(content: bytes, generator: random.Random) -> bytes:
    start, end = _part(content, generator)
    return content[:end] + content[start:end] + content[end:]


def _move_part(content: bytes, generator: random.Random) -> bytes:
    start, end = _part(content, generator)
    rest = content[:start] + content[end:]
    place = generator.randrange(len(rest) + 1)
    return rest[:place] + content[start:end] + rest[place:]


def _insert_text(content: bytes, generator: random.Random) -> bytes:
    place = generator.randrange(len(content) + 1)
    return content[:place] + generator.choice(HOSTILE_TEXTS) + content[place:]


def _replace_number(content: bytes, generator: random.Random) -> bytes:
    numbers = list(re.finditer(rb"\d+(\.\d+)?", content))
    if not numbers:
        return _set_byte(content, generator)
    number = generator.choice(numbers)
    return content[: number.start()] + generator.choice(HOSTILE_NUMBERS) + content[number.end() :]


def _replace_value(content: bytes, generator: random.Random) -> bytes:
    """Put something else behind an equals sign or a colon, as a wrong type is in TOML and JSON."""
    values = list(re.finditer(rb"[=:]\s*([^\n,}\]]+)", content))
    if not values:
        return _remove_part(content, generator)
    value = generator.choice(values)
    return content[: value.start(1)] + generator.choice(HOSTILE_TEXTS + HOSTILE_NUMBERS) + content[value.end(1) :]


def _part(content: bytes, generator: random.Random) -> tuple[int, int]:
    start = generator.randrange(len(content) + 1)
    return start, min(len(content), start + generator.choice((1, 2, 4, 8, 40, 200)))


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip_bit,
    _set_byte,
    _cut_off,
    _remove_part,
    _repeat_part,
    _move_part,
    _insert_text,
    _replace_number,
    _replace_value,
)
