"""The page of a run in Chromium: no request, error or overflow; hover; both themes; with and without JavaScript."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lenetpp as lp
import needs

from .browsing import OVERFLOWING, chromium, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = needs.module("playwright.sync_api")
pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def file(run: lp.Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "run.html"
    run.page(path)
    return path


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: "Browser", file: Path, complaints: list[str]) -> "Iterator[Page]":
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: complaints.append(f"request: {request.url}") if not is_own(request.url, file) else None,
    )
    page.goto(file.as_uri())
    yield page
    page.close()


def is_own(url: str, file: Path) -> bool:
    return url == file.as_uri() or url.startswith("data:")


def test_no_error_and_no_request_leaves_the_file(page: "Page", complaints: list[str]) -> None:
    for details in page.query_selector_all("details"):
        details.evaluate("details => { details.open = true }")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert complaints == []
    broken = page.evaluate("[...document.images].filter(image => !image.naturalWidth).length")
    assert broken == 0


@pytest.mark.parametrize("width", [380, 1400])
def test_no_text_overflows(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
def test_letters_of_charts_are_large_enough_and_in_the_colour_of_the_page(page: "Page", width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    letters = page.evaluate(
        """() => [...document.querySelectorAll(".chart text")].map((text) => {
          const style = getComputedStyle(text);
          return [parseFloat(style.fontSize) * text.getScreenCTM().a, style.fill];
        })"""
    )
    assert len(letters) > 40
    # Turned by 90 degrees, the label of an axis has no extent across.
    assert all(size >= 9 for size, _ in letters if size > 0.1)
    assert {fill for _, fill in letters} == {page.evaluate("getComputedStyle(document.body).color")}


def test_pointing_at_a_weight_shows_its_value(page: "Page", run: lp.Run) -> None:
    weights = run.network.parameters()["0.weight"]
    cells = page.locator("#filters ~ .heatmaps svg g")
    for number in (0, 7, 24):
        cells.nth(number).hover()
        tip = page.locator("#tip")
        assert tip.is_visible()
        assert float(tip.inner_text().rsplit(": ", 1)[1]) == pytest.approx(weights[0, 0].flat[number], rel=1e-5)


def test_pointing_at_a_curve_shows_the_epoch(page: "Page", run: lp.Run) -> None:
    page.set_viewport_size({"width": 1000, "height": 800})
    page.locator("#curves ~ .charts .point").last.scroll_into_view_if_needed()
    page.locator("#curves + .charts .chart").nth(1).locator(".point").last.hover()
    assert page.locator("#tip").inner_text() == f"test, epoch 3: {100 * (run.test_accuracy or 0):.3g} %"


def test_the_slider_moves_the_film(page: "Page") -> None:
    film = page.locator(".film")
    slider, strip, caption = film.locator("input"), film.locator("img"), film.locator("figcaption")
    assert caption.inner_text() == "after epoch 3 of 3"
    height = film.locator(".frame").bounding_box()["height"]
    for epoch, words in ((0, "before training"), (2, "after epoch 2 of 3"), (3, "after epoch 3 of 3")):
        slider.fill(str(epoch))
        assert caption.inner_text() == words
        assert slider.get_attribute("aria-valuetext") == words
        top = strip.evaluate("strip => parseFloat(strip.style.top)")
        assert top == pytest.approx(-epoch * height)


def test_the_page_is_complete_without_javascript(browser: "Browser", file: Path, page: "Page") -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(file.as_uri())
    assert plain.locator("main").inner_text().split() == [
        word for word in page.locator("main").inner_text().split() if word != "Copy"
    ]
    titles = plain.locator("#filters ~ .heatmaps svg title")
    assert re.match(r"filter 0, row 0, column 0: ", titles.first.text_content() or "")
    context.close()


def test_copying_a_command(browser: "Browser", file: Path, run: lp.Run) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator(".command button").first.click()
    page.locator(".command button", has_text="Copied").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"lenetpp replay {run.name}"
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessibility_checker_finds_nothing(page: "Page", theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (theme == "light")
    assert violations(page) == []
