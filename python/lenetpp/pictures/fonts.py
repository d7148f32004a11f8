"""The letters of figures: one font that is the same everywhere, and others for what it lacks."""

from functools import cache

from lenetpp.basics.extras import needed_for

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
MISSING_GLYPH = r"Glyph \d+ .* missing from font"


@cache
def families() -> tuple[str, ...]:
    """Return the names of the fonts in which a figure looks for a letter, in order.

    Raises
    ------
    MissingPackage
        If Matplotlib is not installed.
    """
    with needed_for("a figure"):
        from matplotlib.font_manager import fontManager
    installed = {font.name for font in fontManager.ttflist}
    first = (next((name for name in names if name in installed), None) for names in FALLBACK_FONTS.values())
    return (FIRST_FONT, *dict.fromkeys(name for name in first if name is not None))


def without_fallbacks(svg: bytes) -> bytes:
    """Return an SVG file that names the first font and any without serifs: who shows it has fonts of his own.

    So the file is the same wherever it was made.
    """
    named = ", ".join(f"'{name}'" for name in families())
    return svg.replace(named.encode(), f"'{FIRST_FONT}', sans-serif".encode())
