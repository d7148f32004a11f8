"""Runs beside each other on one page: every figure is that of the records, and what cannot be shown is said."""

from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp

from ..command import Command
from ..package.patterns import stripes_data
from .browsing import OVERFLOWING, chromium, violations
from .pages import Page

TEXT = "1x8x8 | conv 3x3x3 relu | maxpool 2 | dense 3"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[lp.Run]:
    """Two with filters that can be matched, of one name, and one with filters of another size."""
    folder, data = tmp_path_factory.mktemp("compared"), stripes_data()
    networks = [TEXT, TEXT, TEXT.replace("3x3x3", "4x5x5")]
    return [
        lp.train(lp.Network.parse(text), data, epochs=2 + number, seed=number, runs=folder, name=name)
        for number, (text, name) in enumerate(zip(networks, ("twin", "twin", "<wide>"), strict=True))
    ]


def page_of(tmp_path: Path, *runs: lp.Run) -> Page:
    lp.compare(*runs).page(tmp_path / "page.html")
    return Page((tmp_path / "page.html").read_text(encoding="utf-8"))


def folder_name(run: lp.Run) -> str:
    assert run.folder is not None
    return run.folder.name


def test_the_page_has_settings_accuracies_and_curves_of_all_runs(tmp_path: Path, runs: list[lp.Run]) -> None:
    page = page_of(tmp_path, *runs)
    cells = page.texts["td"]
    for run in runs:
        assert f"{100 * (run.test_accuracy or 0):.2f} %" in cells
        assert run.digest[:16] in cells
        assert str(run.settings.seed) in cells
    names = [f"twin ({folder_name(runs[0])})", f"twin ({folder_name(runs[1])})", "<wide>"]
    assert set(names) <= set(page.texts["th"])
    for name, run in zip(names, runs, strict=True):
        for epoch in run.history:
            assert f"{name} test, epoch {epoch.epoch}: {epoch.test_loss:.3g}" in page.texts["title"]
    assert any("<wide>: The bits differ from the start" in text for text in page.texts["p"])
    assert [place for place in page.references if not place.startswith("#")] == []


def test_filters_stand_beside_each_other_matched_where_they_can_be(tmp_path: Path, runs: list[lp.Run]) -> None:
    matched, own = page_of(tmp_path, *runs[:2]), page_of(tmp_path, runs[0], runs[2])
    assert any("matched across 2 runs" in text for text in matched.texts["h3"])
    assert {"twin: layer 0: conv 3x3x3 relu", "<wide>: layer 0: conv 4x5x5 relu"} <= set(own.texts["h3"])
    shown = [float(tip.rsplit(": ", 1)[1]) for tip in own.texts["title"] if ", row " in tip]
    weights = [run.network.parameters()["0.weight"].ravel() for run in (runs[0], runs[2])]
    np.testing.assert_allclose(np.sort(shown), np.sort(np.concatenate(weights)), rtol=1e-5)


def test_what_cannot_be_shown_is_said(tmp_path: Path, runs: list[lp.Run]) -> None:
    data = stripes_data()
    dense = lp.train(lp.Network.parse("1x8x8 | dense 3"), data, epochs=1, runs=tmp_path, name="dense")
    lost = lp.train(lp.Network.parse(TEXT), data, epochs=1, runs=tmp_path, name="lost")
    assert lost.folder is not None
    (lost.folder / "model.safetensors").unlink()
    page = page_of(tmp_path, dense, lost, runs[2])
    assert "dense has no filters to show: its network has no convolution." in page.texts["p"]
    assert any(text.startswith("lost has no filters to show: ") for text in page.texts["p"])
    assert "<wide>: layer 0: conv 4x5x5 relu" in page.texts["h3"]


def test_the_command_writes_the_page_and_a_notebook_shows_a_table(
    tmp_path: Path, runs: list[lp.Run], lenetpp: Command
) -> None:
    folders = [run.folder for run in runs]
    assert lenetpp("diff", *folders, "--html", tmp_path / "three.html") == f"written: {tmp_path / 'three.html'}\n"
    output = lenetpp("diff", *folders)
    assert "seed" in output
    assert len(lenetpp.json("diff", *folders)["bits"]) == 2
    html = lp.compare(*runs)._repr_html_()
    assert "&lt;wide&gt;" in html
    assert f"{100 * (runs[2].test_accuracy or 0):.2f} %" in html


@pytest.mark.needs("chromium")
def test_the_page_fits_a_telephone_and_breaks_no_rule_of_accessibility(tmp_path: Path, runs: list[lp.Run]) -> None:
    lp.compare(*runs).page(tmp_path / "page.html")
    with chromium() as browser:
        for width, scheme in ((400, "light"), (1600, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page.goto((tmp_path / "page.html").as_uri())
            assert page.evaluate(OVERFLOWING) == []
            assert violations(page) == []
            page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
            page.close()
