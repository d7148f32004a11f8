"""The site: built without a warning; links lead somewhere, references are complete; it can be read and searched."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

import lenetpp as lp
import needs
from builds import Run
from python.pictures.browsing import chromium, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.needs("doxygen")

MAIN_PAGES = [
    "index.html",
    "start.html",
    "ja/start.html",
    "tutorials/own-photos.html",
    "coming-from.html",
    "notebooks/filters-of-a-first-lenet.html",
    "reference/python/networks.html",
    "reference/command-line/train.html",
    "reference/cpp/network.html",
    "architecture.html",
    "gallery.html",
]


class Links(HTMLParser):
    """What a page refers to, and the places on it that can be referred to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.references: set[str] = set()
        self.places: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        for name, value in attrs:
            if value and name in ("href", "src"):
                self.references.add(value)
            if value and name in ("id", "name"):
                self.places.add(value)


def test_every_link_leads_somewhere(site: Path) -> None:
    links = {page: Links(page) for page in site.rglob("*.html")}
    assert len(links) > 100
    broken = []
    for page, found in links.items():
        for reference in found.references:
            parts = urlsplit(reference)
            if parts.scheme or parts.netloc or page.name == "genindex.html":
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            place = unquote(parts.fragment)
            if not target.exists() or (place and target in links and place not in links[target].places):
                broken.append(f"{page.relative_to(site)}: {reference}")
    assert broken == []


def sidebar_of(page: Path) -> str:
    (sidebar,) = re.findall(r'<aside class="sidebar-drawer".*?</aside>', page.read_text(encoding="utf-8"), re.DOTALL)
    return str(sidebar)


def test_the_sidebar_is_short_and_says_where_one_is(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if page.name not in ("lenetpp.html", "genindex.html", "search.html")]
    assert len(pages) > 100
    for page in pages:
        sidebar = sidebar_of(page)
        assert 20 < sidebar.count("<a ") <= 30, page
    study = sidebar_of(next((site / "blog-study" / "details").glob("*.html")))
    assert study.count("blog-study") == 0
    assert "Published studies" in study.partition('class="toctree-l1 current')[2].partition("</li>")[0]


def test_a_study_lists_all_its_pages(site: Path) -> None:
    for details in site.glob("*-*/details"):
        study = Links(site / f"{details.parent.name}.html")
        pages = {page.relative_to(site).as_posix() for page in details.glob("*.html")}
        assert pages
        assert pages <= study.references
    blog = (site / "blog-study.html").read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r'toctree-l1"><a [^>]*href="blog-study/details/(\d+)-', blog)]
    assert len(numbers) > 20
    assert numbers == sorted(numbers)


def test_the_front_page_has_a_moving_picture_three_commands_and_six_cards(site: Path) -> None:
    front = (site / "index.html").read_text(encoding="utf-8")
    assert front.count("sd-card-img-top") == 6
    assert front.count(".webp") == 1
    (commands,) = re.findall(r"<pre>.*?</pre>", front, re.DOTALL)
    assert len(re.sub(r"<[^>]+>", "", commands).split("\n")) == 4, "three, and the end of the last one's line"
    assert front.index(".webp") < front.index("<pre>") < front.index("sd-card-img-top")


def test_every_name_of_python_has_a_line_in_its_index(site: Path) -> None:
    index = (site / "reference" / "python" / "index.html").read_text(encoding="utf-8")
    row = r'<tr class="row-\w+"><td><p><a [^>]*title="lenetpp\.(\w+)".*?</td>\s*<td><p>(.*?)</p></td>'
    rows = dict(re.findall(row, index, re.DOTALL))
    assert set(lp.__all__) - set(rows) == {"NAMED_NETWORKS"}
    assert [name for name, line in rows.items() if len(line) < 10] == []


def documented(site: Path, domain: str) -> set[str]:
    """The names of a domain that the site documents."""
    from sphinx.util.inventory import InventoryFile

    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    return {name for kind, objects in inventory.data.items() if kind.startswith(f"{domain}:") for name in objects}


def test_all_that_python_offers_is_documented(site: Path) -> None:
    names = documented(site, "py")
    assert {f"lenetpp.{name}" for name in lp.__all__} - names == set()
    assert {"lenetpp.Network.predict", "lenetpp.Run.filters", "lenetpp.Dataset.from_arrays"} <= names


def test_all_that_the_headers_offer_is_documented(site: Path, project_root: Path) -> None:
    headers = [path.read_text(encoding="utf-8") for path in (project_root / "cpp" / "include").rglob("*.h")]
    declared = re.findall(
        r"^(?:struct|class|enum class|using) (?:LENETPP_API )?(\w+)(?: final)?(?: : [^;{]+| =[^;]+;)?(?: \{|$)",
        "\n".join(headers),
        re.MULTILINE,
    )
    assert len(declared) > 30
    names = documented(site, "cpp")
    assert {f"lenetpp::{name}" for name in declared} - names == set()
    assert {"lenetpp::BasicNetwork::set_parameter", "lenetpp::load_model"} <= names
    assert not any(name.endswith("_") for name in names), "private members"
    functions = set(re.findall(r"^LENETPP_API .*?(lenetpp_\w+)\(", "\n".join(headers), re.MULTILINE))
    assert len(functions) > 30
    assert functions - names == set()


def test_every_command_and_option_has_its_place(site: Path, run: Run) -> None:
    listed = re.findall(r"^│ ([a-z]+) ", run("lenetpp", "--help"), re.MULTILINE)
    assert "train" in listed
    pages = {path.stem for path in (site / "reference" / "command-line").glob("*.html")}
    assert {name for name in listed if name != "data"} | {"data-list", "data-info", "data-fetch"} <= pages
    train = (site / "reference" / "command-line" / "train.html").read_text(encoding="utf-8")
    options = re.findall(r"^│ +(--[a-z-]+)", run("lenetpp", "train", "--help-all"), re.MULTILINE)
    assert len(options) > 30
    assert [option for option in options if option not in train] == []


def test_notebooks_are_shown_with_what_they_print(site: Path) -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (site / "notebooks").glob("*.html")}
    assert "Run finished" in pages["filters-of-a-first-lenet"]
    assert "<td>20</td>" in re.sub(r"\s", "", pages["filters-of-a-first-lenet"]), "the progress of the training"
    assert "of the test images right" in pages["lenet-or-perceptron"]
    assert '"LeNet" against "perceptron"' in unescape(" ".join(pages["lenet-or-perceptron"].split()))
    assert "of the test digits by" in pages["own-data-and-scikit-learn"]


# In a browser, from the disk


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    needs.program("chromium")
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(("words", "found"), [("momentum", "train"), ("perceptron", "LeNet or perceptron")])
def test_search_works_from_the_disk(page: "Page", site: Path, words: str, found: str) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator("input[name=q]").first.fill(words)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile(found)).first.wait_for()
    page.locator("ul.search li").nth(2).wait_for()  # they come one by one


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_main_pages_are_accessible_and_fit_the_screen(page: "Page", site: Path, name: str) -> None:
    page.goto((site / name).as_uri())
    for width in (400, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.body.dataset.theme = theme }", theme)
            assert violations(page) == [], (name, width, theme)
