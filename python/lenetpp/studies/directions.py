"""Direction: what is asked of a factor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Direction:
    """One thing to ask of a factor: a weight for each of its levels.

    Attributes
    ----------
    factor : str
        Its name.
    weights : dict of float
        By level.
    words : str
        Of a trend what the slope is for, "each doubling of first layer"; else what the level is called.
    levels : (str, str) or None
        Of a difference the level and its reference; None of a trend.
    """

    factor: str
    weights: dict[str, float]
    words: str
    levels: tuple[str, str] | None = None

    @property
    def is_trend(self) -> bool:
        """Whether it is a slope."""
        return self.levels is None
