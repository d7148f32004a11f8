"""Reading files that may lie about their size: nothing is read or allocated beyond what a file can hold."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from lenetpp.data.errors import DataError

DEFLATE_RATIO = 1032
"""Deflate (gzip, zip, npz) makes nothing more than 1032 times smaller, so a larger announced size is a lie."""

PACKING_ERRORS = (
    EOFError,
    NotImplementedError,  # zipfile: a version or a kind of compression that it does not know
    OverflowError,  # zipfile: an absurd offset
    ValueError,  # zipfile: an absurd offset, or a file name that is no text
    gzip.BadGzipFile,
    lzma.LZMAError,
    MemoryError,  # xz: a header that asks for a huge dictionary
    zipfile.BadZipFile,
    zlib.error,
)


def unpacked(packed: IO[bytes], file_name: str) -> IO[bytes]:
    """Return what `packed` holds: decompressed as `file_name` ends in "gz" or "xz", or itself."""
    if file_name.endswith("gz"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    if file_name.endswith("xz"):
        return lzma.LZMAFile(packed, format=lzma.FORMAT_XZ)  # .lzma has no checksum
    return packed


def read_exactly(stream: IO[bytes], size: int, source: str, what: str) -> bytes:
    """Read the `size` bytes that `what` needs; raise DataError naming the offset where the file is cut short."""
    offset = stream.tell()
    content = stream.read(size)
    if len(content) < size:
        raise DataError(
            f"{source}: cut short at byte {offset + len(content):,}, inside the {what}: "
            f"it needs {size:,} bytes from byte {offset:,} on; get the file again"
        )
    return content


def expect_end(stream: IO[bytes], source: str) -> None:
    """Raise DataError naming the offset if `stream` goes on."""
    offset = stream.tell()
    if stream.read(1):
        raise DataError(
            f"{source}: more bytes follow at byte {offset:,}, where the file should end; get the file again"
        )


@contextmanager
def packing_errors(source: str) -> Iterator[None]:
    """Turn the errors of damaged gzip, xz, tar and zip files into DataError that names `source`."""
    try:
        yield
    except DataError:
        raise
    except PACKING_ERRORS as error:
        reason = str(error) or type(error).__name__
        raise DataError(f"{source}: damaged or cut short: {reason}; get the file again") from error
