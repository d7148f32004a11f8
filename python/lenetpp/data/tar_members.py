"""Reads chosen files of a tar archive from a stream, in as little memory as these need.

Python's tarfile keeps every header that it meets and believes what extended headers say of themselves: an archive of
150 kB can then take gigabytes, or minutes. Here headers are forgotten at once, their number and size are bounded, and
of extended ones only the name is looked at.
"""

from collections.abc import Callable, Generator
from typing import IO, NamedTuple

from lenetpp.data.errors import DataError
from lenetpp.data.limits import Allowance
from lenetpp.data.streams import read_exactly

BLOCK = 512
MAXIMUM_HEADERS = 1_000
"""An archive of CIFAR-10 has 9 files and a folder; programs add a header or two for each."""
MAXIMUM_EXTENDED_HEADER = 1 << 16
SKIPPED_AT_ONCE = 1 << 18


class _Header(NamedTuple):
    kind: bytes
    name: str
    size: int


def read_tar_members(
    stream: IO[bytes], is_wanted: Callable[[str, int], bool], source: str, allowance: Allowance
) -> Generator[tuple[str, bytes]]:
    """Go through an archive, and give name (without folders) and content of the regular files that are wanted.

    Parameters
    ----------
    stream : file
        The archive, unpacked; it is read to its end, where packed streams have their checksum.
    is_wanted : callable
        Asked with the name and the size of each file.
    source : str
        What to call the archive in an error.
    allowance : Allowance
        For all bytes of the archive.

    Raises
    ------
    DataError
        If the archive is damaged, cut short, or larger than allowed.
    """
    long_name = None
    for _ in range(MAXIMUM_HEADERS):
        header = _next_header(stream, source, allowance)
        if header is None:
            _skip_rest(stream, source, allowance)
            return
        if header.kind in (b"L", b"x"):
            if header.size > MAXIMUM_EXTENDED_HEADER:
                raise DataError(f"{source}: has an extended header of {header.size:,} bytes; get the file again")
            content = _read_padded(stream, header.size, source, allowance)
            long_name = _last_part(content) if header.kind == b"L" else _pax_name(content) or long_name
            continue
        name, long_name = long_name or header.name, None
        if header.kind in (b"0", b"\0") and is_wanted(name, header.size):
            yield name, _read_padded(stream, header.size, source, allowance)
        else:
            _skip_padded(stream, header.size, source, allowance)
    raise DataError(f"{source}: has more than {MAXIMUM_HEADERS:,} headers, so it is not an archive of CIFAR-10")


def _next_header(stream: IO[bytes], source: str, allowance: Allowance) -> _Header | None:
    """Return the next header, None at the end."""
    offset = stream.tell()
    allowance.take(BLOCK, source)
    block = stream.read(BLOCK)
    if not block.strip(b"\0"):
        return None
    checksum = sum(block[:148]) + 8 * ord(" ") + sum(block[156:])
    size = _number(block[124:136])
    if len(block) < BLOCK or checksum != _number(block[148:156]) or size is None:
        raise DataError(f"{source}: damaged: no header of a tar archive at byte {offset:,}; get the file again")
    return _Header(block[156:157], _last_part(block[:100]), size)


def _number(field: bytes) -> int | None:
    """Return the number that octal digits, or the binary form for large ones, stand for; None for anything else."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if not digits.strip(b"01234567") else None


def _last_part(path: bytes) -> str:
    return path.partition(b"\0")[0].rpartition(b"/")[2].decode("utf-8", "replace")


def _pax_name(content: bytes) -> str | None:
    """Return the name that records of length, ``path=`` and the name give, if they do."""
    while content:
        digits = content.partition(b" ")[0]
        length = int(digits) if digits.isdigit() and len(digits) <= 5 else 0
        if length <= len(digits):
            return None
        key, _, value = content[len(digits) + 1 : length].partition(b"=")
        if key == b"path":
            return _last_part(value.removesuffix(b"\n"))
        content = content[length:]
    return None


def _read_padded(stream: IO[bytes], size: int, source: str, allowance: Allowance) -> bytes:
    padding = -size % BLOCK
    allowance.take(size + padding, source)
    content = read_exactly(stream, size, source, "content of a file")
    read_exactly(stream, padding, source, "padding after a file")
    return content


def _skip_padded(stream: IO[bytes], size: int, source: str, allowance: Allowance) -> None:
    left = size + -size % BLOCK
    allowance.take(left, source)
    while left:
        left -= len(read_exactly(stream, min(left, SKIPPED_AT_ONCE), source, "content of a file"))


def _skip_rest(stream: IO[bytes], source: str, allowance: Allowance) -> None:
    while rest := stream.read(SKIPPED_AT_ONCE):
        allowance.take(len(rest), source)
