"""How much memory the values of a data set may take: counted before it is taken, because files can lie and unpack."""

import os

from lenetpp.data.errors import DataError

VARIABLE = "LENETPP_DATA_LIMIT"
DEFAULT_LIMIT = 2 << 30
"""Ten times CIFAR-10. A file of 2 MB can unpack to as much, which a machine should bear."""


class Allowance:
    """The bytes that one data set may still take: `LENETPP_DATA_LIMIT` of them, by default 2 GiB, for all its files.

    Raises
    ------
    DataError
        If the variable is no whole number.
    """

    def __init__(self) -> None:
        self._limit = data_limit()
        self._left = self._limit

    def take(self, size: int, source: str) -> None:
        """Count `size` bytes that `source` is about to need; raise DataError if that is more than there is left."""
        if size > self._left:
            raise DataError(
                f"{source}: needs {size:,} bytes{self._used()}, more than the limit of {self._limit:,} for a data set; "
                f"if they are meant, set the environment variable {VARIABLE} to more bytes"
            )
        self._left -= size

    def _used(self) -> str:
        used = self._limit - self._left
        return f" after {used:,} before" if used else ""


def data_limit() -> int:
    """Return the number of bytes that a data set may take."""
    text = os.environ.get(VARIABLE, "")
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0):
        raise DataError(f"{VARIABLE} must be a number of bytes, such as {DEFAULT_LIMIT}, but is {text[:40]!r}")
    return int(text)
