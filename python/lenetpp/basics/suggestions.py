"""Did you mean: which of the names that there are is likely meant by one that is not among them."""

import re
from collections.abc import Iterable

LIKE = 0.7
"""Share of letters in common, from which a name is suggested."""
LONGEST_NAME = 100
"""Characters; what is longer is no slip of a name."""
SHORTEST_BEGINNING = 3
"""Letters that suggest the only name which begins with them."""


def meant(word: str, names: Iterable[str]) -> str | None:
    """Return which of the names is likely meant, whatever its capitals, hyphens and dots; None where none comes near.

    Examples
    --------
    >>> meant("CIFAR-10", ["mnist", "cifar10"])
    'cifar10'
    """
    by_letters: dict[str, str] = {}
    for name in names:
        by_letters.setdefault(_letters(name), name)
    letters = _letters(word)
    if len(word) > LONGEST_NAME or not letters:
        return None
    from difflib import get_close_matches  # here, as names are seldom wrong

    if close := get_close_matches(letters, by_letters, 1, cutoff=LIKE):
        return by_letters[close[0]]
    begun = [name for known, name in by_letters.items() if known.startswith(letters)]
    return begun[0] if len(begun) == 1 and len(letters) >= SHORTEST_BEGINNING else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return the question that follows a message behind the word that is wrong; empty where no name comes near."""
    return "" if (name := meant(word, names)) is None else f" (did you mean {name}?)"


def _letters(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name.lower())
