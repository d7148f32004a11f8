"""Protocol Buffers as bytes: a message is a list of numbered fields, each a whole number, four bytes, or so many bytes.

https://protobuf.dev/programming-guides/encoding
"""

import struct
from collections.abc import Iterator
from typing import TypeAlias

Value: TypeAlias = int | float | str | bytes
VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5


class ProtobufError(ValueError):
    """Bytes that are no message."""


def field(number: int, value: Value) -> bytes:
    """Return one field: an integer, a float of four bytes, a text, or bytes such as those of another message."""
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | FOUR_BYTES) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # negative numbers in two's complement
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def fields(message: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Yield the number and the value of each field of a message.

    Raises
    ------
    ProtobufError
        If it ends early, or has a field of no known kind.
    """
    place = 0
    while place < len(message):
        key, place = _read_varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, place = _read_varint(message, place)
            yield number, value
            continue
        if kind == BYTES:
            size, place = _read_varint(message, place)
        elif kind in (FOUR_BYTES, EIGHT_BYTES):
            size = 4 if kind == FOUR_BYTES else 8
        else:
            raise ProtobufError(f"a field of the unknown kind {kind} at byte {place}")
        content = message[place : place + size]
        if len(content) < size:
            raise ProtobufError(f"it ends at byte {len(message)}, within a field of {size} bytes")
        place += size
        yield number, struct.unpack("<f", content)[0] if kind == FOUR_BYTES else content


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise ProtobufError(f"it ends at byte {len(message)}, within a number")
        value |= (message[place] & 0x7F) << shift
        place += 1
        if message[place - 1] < 0x80:
            return value & (1 << 64) - 1, place
    raise ProtobufError(f"a number of more than 64 bits before byte {place}")


def signed(value: int) -> int:
    """Return a whole number of 64 bits with its sign."""
    return value - (1 << 64) if value >> 63 else value


def packed_integers(content: bytes) -> list[int]:
    """Return whole numbers that were packed into one field."""
    values, place = [], 0
    while place < len(content):
        value, place = _read_varint(content, place)
        values.append(signed(value))
    return values
