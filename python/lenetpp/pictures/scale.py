"""The scale of weights and values: red is high, white is zero, blue is low, and both ends are equally far from zero."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.kinds import as_number, check_kind
from lenetpp.basics.language import Message, say
from lenetpp.pictures.colours import HIGH, LOW, Colour


@dataclass(frozen=True)
class Scale:
    """Colours and short texts of values in [-limit, limit].

    Attributes
    ----------
    limit : float
        Value of full red, and minus that of full blue; positive.
    """

    limit: float

    @classmethod
    def of(cls, values: FloatArray) -> Self:
        """Return the scale whose end is the largest absolute value; NaN counts for nothing, and zeros alone for 1."""
        values = np.asarray(values)
        finite = values[np.isfinite(values)]
        return cls(float(np.abs(finite).max(initial=0.0)) or 1.0)

    def colour(self, value: float) -> Colour:
        """Return a value's colour; between the ends it is mixed with white."""
        value = as_number(value, "value")
        end = HIGH if value > 0 else LOW
        return end.tint(min(abs(value) / self.limit, 1.0))

    def pixels(self, values: FloatArray) -> NDArray[np.uint8]:
        """Return values in their colours: red, green, blue and opacity as a last axis; what is no number is unseen."""
        values = np.asarray(values)
        colours = [
            (0, 0, 0, 0) if math.isnan(as_number(value, "values")) else (*self.colour(value), 255)
            for value in values.ravel().tolist()
        ]
        return np.array(colours, dtype=np.uint8).reshape(*values.shape, 4)

    @classmethod
    def of_parts(cls, parts: Sequence[FloatArray], choice: str) -> list[Self]:
        """Return a scale for each part: a common one, or each its own.

        Raises
        ------
        ValueError
            If `choice` is neither "common" nor "each".
        """
        check_kind(parts, (list, tuple), "parts", "a list of arrays")
        if choice == "each":
            return [cls.of(part) for part in parts]
        if choice == "common":
            return [cls.of(np.concatenate([np.ravel(part) for part in parts]))] * len(parts)
        raise ValueError(f'scale must be "common" or "each", but is {choice!r}')

    @property
    def exponent(self) -> int:
        """Texts are in units of ten to this power; 0 unless values would be unreadably small or large."""
        return 0 if 0.05 <= self.limit < 100 else math.floor(math.log10(self.limit))

    def text(self, value: float) -> str:
        """Return a value in at most four characters, in units of ``10 ** exponent``: ``.43``, ``-.06``, ``12``."""
        number = as_number(value, "value") / 10.0**self.exponent
        decimals = 2 if abs(number) < 0.995 else 1 if abs(number) < 9.95 else 0
        text = f"{number:.{decimals}f}"
        return "0" if float(text) == 0 else text.replace("0.", ".", 1) if decimals == 2 else text

    def __str__(self) -> str:
        return str(self.in_words())

    def in_words(self) -> Message:
        """Return what the colours mean."""
        words = say("red +{limit}, white 0, blue -{limit}", limit=f"{self.limit:.3g}")
        if not self.exponent:
            return words
        return say("{words}; numbers in units of {unit}", words=words, unit=f"1e{self.exponent}")

    def matplotlib(self) -> dict[str, Any]:
        """Return the arguments ``cmap`` and ``norm`` of ``imshow`` or ``pcolormesh``."""
        from matplotlib.colors import ListedColormap, Normalize

        # An even number of steps has no white one in the middle.
        steps = [Scale(1.0).colour(value).hex for value in np.linspace(-1, 1, 511).tolist()]
        return {"cmap": ListedColormap(steps), "norm": Normalize(-self.limit, self.limit)}
