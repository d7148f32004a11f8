"""The report of a study in Chromium: no request, error or overflow, in both themes, with and without JavaScript."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from lenetpp.studies.report import write_report

from ..pictures.browsing import OVERFLOWING, chromium, violations
from .handmade_study import ACCURACIES, handmade_result

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from lenetpp.studies.result import StudyResult

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(cast("StudyResult", handmade_result()), folder)
    return folder / "report.html"


@pytest.fixture
def page(browser: "Browser", file: Path) -> "Iterator[Page]":
    page = browser.new_page()
    page.goto(file.as_uri())
    yield page
    page.close()


def test_no_error_and_no_request_leaves_the_file(browser: "Browser", file: Path) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert complaints == []
    page.close()


@pytest.mark.parametrize("width", [380, 1400])
def test_no_text_overflows(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OVERFLOWING) == []


def test_at_first_only_answers_and_one_picture_each_are_seen(page: "Page") -> None:
    for section in page.locator("section.answer").all():
        assert sum(picture.is_visible() for picture in section.locator(".chart, .heatmaps").all()) == 1
        assert not any(table.is_visible() for table in section.locator("table").all())


def test_a_figure_leads_to_its_runs_which_open(page: "Page") -> None:
    page.locator("summary").first.click()
    page.get_by_role("link", name="86.52 %", exact=True).first.click()
    entry = page.locator("details:target")
    assert entry.get_by_text("lenetpp train --recipe").first.is_visible()
    for accuracy in ACCURACIES["4000", "LeNet"]:
        assert entry.get_by_text(f"{100 * accuracy:.2f} %").is_visible()


def test_a_link_from_elsewhere_unfolds_all_that_a_cell_is_in(browser: "Browser", file: Path) -> None:
    page = browser.new_page()
    page.goto(f"{file.as_uri()}#1-lenet-cell-4")
    assert page.locator("details:target").get_by_text("lenetpp train --recipe").first.is_visible()
    page.close()


def test_pointing_at_a_seed_tells_its_value(page: "Page") -> None:
    page.locator(".chart .point").first.hover()
    assert page.locator("#tip").inner_text() == "perceptron, train per class 2000, seed 1: 74.10 %"


def test_the_page_is_complete_without_javascript(browser: "Browser", file: Path, page: "Page") -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(file.as_uri())
    assert plain.locator("main").inner_text().split() == [
        word for word in page.locator("main").inner_text().split() if word != "Copy"
    ]
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessibility_checker_finds_nothing(page: "Page", theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (theme == "light")
    assert violations(page) == []
