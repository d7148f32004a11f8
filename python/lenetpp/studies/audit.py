"""Audit: some runs are trained again on other workers, and must come to the same weights.

What a cluster of different machines computed is one study only if all of them have the same bits. Digests prove it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lenetpp.basics.language import listed, say


@dataclass(frozen=True)
class Audit:
    """What came of training some runs again.

    Attributes
    ----------
    same : tuple of str
        Names of runs whose weights had the same digest the second time.
    differing : mapping of str
        What another worker came to instead, in words, by the names of the others.
    """

    same: tuple[str, ...]
    differing: Mapping[str, str]

    def __str__(self) -> str:
        return str(self.in_words())

    def in_words(self) -> str:
        """Return what came of it in a line that knows its translation."""
        count = len(self.same) + len(self.differing)
        known = {"count": f"{count:,}", "same": f"{len(self.same):,}"}
        again = (
            say("1 run was trained again, {same} with the same digest", **known)
            if count == 1
            else say("{count} runs were trained again, {same} with the same digest", **known)
        )
        complaints = (say("{name}: {what}", name=name, what=what) for name, what in self.differing.items())
        return listed((again, *complaints), "{first}; {rest}")


def is_chosen(key: str, share: float) -> bool:
    """Return whether a run is of the sample: by its key alone, so that it is the same one every time."""
    return int(key[:13], 16) < share * 16**13
