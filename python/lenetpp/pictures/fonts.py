"""The letters of figures: one font that is the same everywhere, and others for what it lacks."""

import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

from lenetpp.basics.caller_warnings import warn_caller

FIRST_FONT = "DejaVu Sans"
"""Part of Matplotlib: the same text widths on every machine. It has Latin, Greek and Cyrillic letters and many more."""
FALLBACK_FONTS = {
    "Japanese": (
        "Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "IPAexGothic", "IPAGothic", "TakaoGothic",
        "VL Gothic", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic", "Meiryo", "MS Gothic",
    ),
    "Chinese": (
        "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti",
        "Microsoft YaHei", "SimHei", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei",
    ),
    "Korean": (
        "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans KR", "Source Han Sans KR", "NanumGothic", "UnDotum",
        "Baekmuk Gulim", "Apple SD Gothic Neo", "AppleGothic", "Malgun Gothic", "Gulim",
    ),
    "all": ("Arial Unicode MS", "Unifont"),
}  # fmt: skip
"""By what it is taken for: fonts that Linux, macOS and Windows usually have. Of each kind the first installed one."""
MISSING_GLYPH = r"Glyph (\d+) .* missing from font"
"""What Matplotlib warns of, once for each letter."""
MOST_LETTERS = 12
NO_FONT = "Last Resort"
"""Has a box for every letter."""


@cache
def families() -> tuple[str, ...]:
    """Return the names of the fonts in which a figure looks for a letter, in order."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    first = (next((name for name in names if name in installed), None) for names in FALLBACK_FONTS.values())
    return (FIRST_FONT, *dict.fromkeys(name for name in first if name is not None))


@cache
def families_with(letters: frozenset[str]) -> tuple[str, ...]:
    """Return names of further fonts that have letters which those of :func:`families` lack; none where no font does.

    Fonts that were installed after Matplotlib last looked for them count too: it keeps a list for ever.
    """
    from matplotlib import font_manager

    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            with suppress(Exception):  # whatever is wrong with a font, there are others
                font_manager.fontManager.addfont(path)
    families.cache_clear()
    wanted, chosen = set(letters), list(families())
    usual = [font for name in chosen for font in font_manager.fontManager.ttflist if font.name == name]
    for font in (*usual, *font_manager.fontManager.ttflist):
        if font.name.startswith(NO_FONT):
            continue
        if found := wanted & _letters_in(font.fname):
            wanted -= found
            chosen.append(font.name)
        if not wanted:
            break
    return tuple(dict.fromkeys(chosen))


def font_file(text: str) -> str:
    """Return the file of the first font that has all letters of a text; Matplotlib's own where none does."""
    import matplotlib as mpl
    from matplotlib.font_manager import findfont

    own = f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf"
    files = (own, *map(findfont, families()[1:]))
    return next((file for file in files if set(text) <= _letters_in(file)), own)


def _letters_in(path: str) -> set[str]:
    """Return the letters of a font's file; none where it cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return set(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError, ValueError):
        return set()


def missing_letters(caught: "Iterable[warnings.WarningMessage]") -> frozenset[str]:
    """Return the letters that Matplotlib said are missing; what else it warned of is passed on."""
    letters = set()
    for warning in caught:
        if found := re.match(MISSING_GLYPH, str(warning.message)):
            letters.add(chr(int(found[1])))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return frozenset(letters)


def warn_of_boxes(letters: Iterable[str]) -> None:
    """Warn that letters are drawn as boxes, and say what to do."""
    some = "".join(sorted(letters)[:MOST_LETTERS])
    warn_caller(
        f"the picture has boxes for {some}, for which this machine has no font: install one, such as the package "
        "fonts-noto-cjk for Chinese, Japanese and Korean, or save as .svg, whose text needs no font here",
        UserWarning,
    )


@contextmanager
def without_notes_on_fonts() -> Iterator[None]:
    """Let Matplotlib's log be silent about fonts without bold letters, which are drawn with those that they have."""
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def without_fallbacks(svg: bytes) -> bytes:
    """Return an SVG file that names the first font and any without serifs: who shows it has fonts of his own.

    So the file is the same wherever it was made.
    """
    named = ", ".join(f"'{name}'" for name in families())
    return svg.replace(named.encode(), f"'{FIRST_FONT}', sans-serif".encode())
