"""What files and folders call the parts of a data set."""

from collections.abc import Container, Mapping

from lenetpp.basics.language import listed, say
from lenetpp.data.errors import DataError

SPELLINGS = {"train": ("train",), "validation": ("validation", "valid", "val"), "test": ("test",)}
IN_WORDS = {
    "train": say("train"), "training": say("training"), "validation": say("validation"), "test": say("test"),
    "unseen": say("unseen"),
}  # fmt: skip
"""What they are called where people read of their images."""
ALL_SPELLINGS = tuple(spelling for spellings in SPELLINGS.values() for spelling in spellings)


def part_in_words(part: str) -> str:
    """Return what a part is called in a text."""
    return IN_WORDS.get(part, part)


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return how many images each part has: "5,000 train, 1,000 test"."""
    return listed(say("{count} {part}", count=f"{count:,}", part=part_in_words(part)) for part, count in counts.items())


def spelling_of(part: str, names: Container[str], source: str) -> str | None:
    """Return which of `names`, all that `source` has, is that of a part; None where it has no such part.

    Raises
    ------
    DataError
        If it has the part by two names.
    """
    found = [spelling for spelling in SPELLINGS[part] if spelling in names]
    if len(found) > 1:
        raise DataError(f"{source}: has the {part} part twice, as {' and '.join(found)}: keep one of them")
    return found[0] if found else None
