"""Random and hostile addresses of the page: the digest of the command that it shows, or a sentence."""

import json
import random
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from lenetpp.pictures.learning_page import write_learning_page


def prove(folder: Path, count: int = 100, seed: int = 1) -> str:
    """Open so many addresses in one tab, train, and train again by the command; return the figures."""
    # The tests are no package of this one: they find each other from their own folder.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    addresses, opened_page, browsing = (
        import_module(f"tests.python.{name}") for name in ("page.addresses", "page.opened_page", "pictures.browsing")
    )
    generator, sentences, digests = random.Random(seed), 0, 0

    def train(*words: str) -> Any:
        command = [shutil.which("lenetpp") or "lenetpp", "train", *words, "--runs", str(folder), "--json"]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode == 0:
            return json.loads(finished.stdout)
        assert "not finite" in finished.stderr, f"{command}: {finished.stderr}"
        return {"digest": "diverged"}

    with browsing.chromium() as browser:
        write_learning_page(folder / "lenetpp.html")
        page = opened_page.OpenedPage(browser, folder / "lenetpp.html")
        for _ in range(count):
            address = addresses.random_address(generator)
            outcome = addresses.Outcome(page, address)
            if outcome.sentence:
                sentences += 1
                continue
            expected = addresses.digest_of(outcome.command, train)
            assert outcome.digest == expected, f"{address}: {outcome.digest}, but {outcome.command} gives {expected}"
            digests += 1
        assert not page.complaints, page.complaints
    return f"{count} addresses, {digests} with the digest of their command, {sentences} with a sentence, 0 with neither"
