"""The page as a visitor meets it: what tests press, and what they wait for."""

import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..command import Command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Opener = Callable[..., "OpenedPage"]
SHORT = "#per_class=20&epochs=2&lang=en"
"""The address of a training of 200 images, twice."""
SECONDS = 30


class OpenedPage:
    """The page at an address, with all that the browser complained of.

    Its own policy forbids the page scripts of others; whoever wants one there says `bypass`.
    """

    def __init__(self, browser: "Browser", file: Path, address: str = SHORT, *, bypass: bool = False) -> None:
        self.complaints: list[str] = []
        self.page: Page = browser.new_context(bypass_csp=bypass, accept_downloads=True).new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", lambda request: self._note_request(request.url, file))
        self.page.goto(file.as_uri() + address)
        self.page.locator("#train:not([disabled]), #problem:not([hidden])").first.wait_for()

    def go(self, address: str) -> None:
        """Follow an address in this tab, whatever it showed before, until it is done or said why not."""
        from playwright.sync_api import Error as PageError

        self.page.evaluate("document.getElementById('problem').hidden = true")  # what was said before is no answer
        follow = (
            "address => { history.replaceState(null, '', '#lang=en'); location.hash = address; return location.hash }"
        )
        given = self.page.evaluate(follow, address)
        for _ in range(SECONDS * 40):
            with suppress(PageError):  # the page is being loaded again, as another module of the core makes it
                if self.page.locator("#problem").is_visible() or self.page.evaluate("location.hash") != given:
                    break
            self.page.wait_for_timeout(25)
        self.page.locator("#train:not([disabled]), #problem:not([hidden])").first.wait_for()

    def _note_request(self, url: str, file: Path) -> None:
        if not url.startswith((file.as_uri(), "data:", "blob:")):
            self.complaints.append(f"request: {url}")

    def wait_for_state(self, words: str) -> None:
        self.page.locator("#state", has_text=re.compile(f"^{re.escape(words)}")).wait_for(timeout=120_000)

    def train_to_the_end(self) -> None:
        self.page.click("#train")
        self.wait_for_state("Finished.")

    def trained_by_its_command(self, lenetpp: Command, *more: object) -> str:
        """The digest that the command gives which the page shows."""
        words = shlex.split(self.text("#command"))
        assert words[0] == "lenetpp"
        digest: str = lenetpp.json(*words[1:], *more)["digest"]
        return digest

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    @property
    def done(self) -> float:
        """How many epochs are done."""
        return float(self.page.evaluate("document.querySelector('#progress').value"))

    def fill(self, setting: str, value: object) -> None:
        self.page.fill(f"#setting-{setting}", str(value))
        self.page.press(f"#setting-{setting}", "Tab")

    def saved(self, button: str, folder: Path) -> Path:
        with self.page.expect_download() as download:
            self.page.click(button)
        path = folder / str(download.value.suggested_filename)
        download.value.save_as(path)
        return path
