"""Audit: some runs are trained again on other workers, and must come to the same weights.

What a cluster of different machines computed is one study only if all of them have the same bits. Digests prove it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


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
        count = len(self.same) + len(self.differing)
        runs = "run was" if count == 1 else "runs were"
        digests = f"{len(self.same):,} with the same digest"
        return "; ".join((f"{count:,} {runs} trained again, {digests}", *self._complaints()))

    def _complaints(self) -> list[str]:
        return [f"{name}: {what}" for name, what in self.differing.items()]


def is_chosen(key: str, share: float) -> bool:
    """Return whether a run is of the sample: by its key alone, so that it is the same one every time."""
    return int(key[:13], 16) < share * 16**13
