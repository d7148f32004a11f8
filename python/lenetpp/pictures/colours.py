"""Colours by what they stand for, the same in every picture.

All of them stand out against white and against a dark page (contrast of at least 3 to 1), and those that meet in one
picture differ for the colour-blind too; what is read from a picture never rests on colour alone.
"""

from typing import NamedTuple

from lenetpp.basics.kinds import as_number, check_kind


class Colour(NamedTuple):
    """Red, green and blue of sRGB, each in [0, 255]."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        """As HTML and Matplotlib write it: ``#b2182b``."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance in [0, 1] as WCAG 2 defines it."""
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (self.red / 255, self.green / 255, self.blue / 255)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    @property
    def text(self) -> "Colour":
        """Black or white, whichever is easier to read on this colour."""
        # Contrast is (lighter + 0.05) / (darker + 0.05): black and white are equal where the square is 1.05 x 0.05.
        return BLACK if (self.luminance + 0.05) ** 2 > 1.05 * 0.05 else WHITE

    def tint(self, share: float) -> "Colour":
        """Return white with a share of this colour, from 0 to 1, mixed linearly, as spreadsheets do."""
        share = as_number(share, "share")
        if not 0 <= share <= 1:
            raise ValueError(f"share must be from 0 to 1, but is {share}")
        return Colour(*(round(white + (full - white) * share) for white, full in zip(WHITE, self, strict=True)))

    def contrast(self, other: "Colour") -> float:
        """Return the contrast to another colour, from 1 to 21."""
        check_kind(other, Colour, "other", "a colour")
        darker, lighter = sorted((self.luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)

HIGH = Colour(178, 24, 43)
LOW = Colour(33, 102, 172)
"""Ends of the scale of weights and values: red and blue, white between."""

TRAINING = Colour(134, 101, 176)
VALIDATION = Colour(166, 118, 29)
TEST = Colour(27, 138, 107)
LINE_STYLES = {"training": "--", "validation": ":", "test": "-"}
"""Of the curves, so that they differ in black and white as well."""

LAYERS = (
    Colour(194, 87, 26),
    Colour(150, 117, 0),
    Colour(79, 138, 16),
    Colour(20, 143, 143),
    Colour(63, 120, 201),
    Colour(138, 99, 201),
    Colour(194, 80, 143),
)
"""Of the layers with weights, from the input on; from the eighth on they begin again."""

RUNS = (LAYERS[4], LAYERS[0], LAYERS[3], LAYERS[6], LAYERS[2], LAYERS[5], LAYERS[1])
"""Of runs beside each other; from the eighth on they begin again."""
