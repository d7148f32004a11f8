"""What files and folders call the parts of a data set."""

from collections.abc import Callable

from lenetpp.data.errors import DataError

SPELLINGS = {"train": ("train",), "validation": ("validation", "valid", "val"), "test": ("test",)}


def spelling_of(part: str, exists: Callable[[str], bool], source: str) -> str | None:
    """Return what `source` calls a part, None where it has none.

    Raises
    ------
    DataError
        If it has the part by two names.
    """
    found = [spelling for spelling in SPELLINGS[part] if exists(spelling)]
    if len(found) > 1:
        raise DataError(f"{source}: has the {part} part twice, as {' and '.join(found)}: keep one of them")
    return found[0] if found else None
