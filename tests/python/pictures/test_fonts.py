"""Names of classes in any script: figures have letters for them where this machine does, and SVG files always."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.font_manager import FontEntry

import needs
from lenetpp.networks.measurement import Evaluation
from lenetpp.pictures import fonts, picture
from lenetpp.pictures.confusion import ConfusionMatrix
from lenetpp.pictures.fonts import FALLBACK_FONTS, FIRST_FONT, families

NAMES = {"Japanese": ("飛行機", "ひこうき"), "Chinese": ("汽车", "飞机"), "Korean": ("고양이", "강아지")}


def confusion(names: tuple[str, ...] = ("cat", "dog")) -> ConfusionMatrix:
    return ConfusionMatrix(Evaluation(0.5, np.array([[3, 1], [0, 4]]), names))


def only(patch: pytest.MonkeyPatch, *names: str) -> None:
    for module in (fonts, picture):
        patch.setattr(module, "families", lambda: names)


@pytest.mark.parametrize("script", NAMES)
def test_letters_are_no_boxes_where_a_font_has_them(tmp_path: Path, script: str) -> None:
    if not set(FALLBACK_FONTS[script]) & set(families()):
        needs.lacks("a font", f"one with {script} letters, of any version (Debian: apt-get install fonts-noto-cjk)")
    for ending in (".png", ".pdf"):
        confusion(NAMES[script]).save(tmp_path / f"picture{ending}")  # a missing letter is a warning, here an error


def test_a_letter_that_no_font_has_is_said_with_what_to_do_except_in_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, FIRST_FONT)
    monkeypatch.setattr(picture, "families_with", lambda _: (FIRST_FONT,))
    with pytest.warns(
        UserWarning, match="the picture has boxes for 犬飛, .*: install one, such as .* fonts-noto-cjk"
    ) as seen:
        confusion(("飛", "犬")).figure_file(".png")
    assert len(seen) == 1
    assert "飛" in confusion(("飛", "dog")).figure_file(".svg").decode()


def test_a_letter_is_looked_for_in_all_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (fonts, picture):
        monkeypatch.setattr(module, "families", cache(lambda: ("DejaVu Sans Mono",)))
    letter = "\N{CYRILLIC CAPITAL LETTER KSI}"  # DejaVu Sans has it, its kin of one width does not
    assert "DejaVu Sans" in fonts.families_with.__wrapped__(frozenset(letter))
    confusion((letter, "dog")).figure_file(".png")  # a missing letter is a warning, here an error


def test_a_font_that_matplotlib_has_not_seen_yet_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    path = font_manager.findfont("DejaVu Serif")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [path, __file__])
    assert fonts.families_with.__wrapped__(frozenset("Ж")) == (FIRST_FONT, "DejaVu Serif")


def test_svg_files_do_not_depend_on_the_fonts_of_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = confusion().figure_file(".svg")
    assert b"font-family: 'DejaVu Sans', sans-serif;" in here
    for names in ((FIRST_FONT,), (FIRST_FONT, "DejaVu Serif", "DejaVu Sans Mono")):
        only(monkeypatch, *names)
        assert confusion().figure_file(".svg") == here


def test_of_each_kind_the_first_installed_font_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = ["DejaVu Sans", "Meiryo", "Yu Gothic", "Noto Sans CJK TC", "Microsoft YaHei", "Comic Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [FontEntry(name=name) for name in installed])
    assert families.__wrapped__() == (FIRST_FONT, "Yu Gothic", "Microsoft YaHei")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [FontEntry(name="Noto Sans CJK JP")])
    assert families.__wrapped__() == (FIRST_FONT, "Noto Sans CJK JP")
