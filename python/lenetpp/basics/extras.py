"""Packages that a plain installation lacks: imported where they are needed, and missed by name."""

from collections.abc import Iterator
from contextlib import contextmanager


class MissingPackage(ImportError):  # noqa: N818  (what it says is how to get it)
    """A package that an extra brings is not installed; the message says how to get it."""


@contextmanager
def needed_for(purpose: str, extra: str = "plot") -> Iterator[None]:
    """Let a failing import say what it was for and which extra to install.

    Examples
    --------
    >>> with needed_for("a figure"):
    ...     import matplotlib  # doctest: +SKIP

    Raises
    ------
    MissingPackage
        If an import in the block fails.
    """
    try:
        yield
    except ImportError as error:
        raise MissingPackage(
            f'{purpose} needs a package that is not installed ({error}): pip install "lenetpp[{extra}]"'
        ) from error
