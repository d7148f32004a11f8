"""What is wrong with a study's file, in a sentence that begins with the path of the key."""

from typing import TYPE_CHECKING

from lenetpp.basics import file_schemas

if TYPE_CHECKING:
    from pydantic import ValidationError

KINDS = ("comparison", "filters", "benchmark")
"""Of questions."""


def first_problem(error: "ValidationError") -> str:
    """Return the first problem, and how many more there are."""
    return file_schemas.first_problem(error, {"questions": KINDS})
