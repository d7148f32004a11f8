"""How fast the core trains in Chromium, beside native code and TensorFlow.js: ``python benchmarks/browser.py``."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from measuring.machine import circumstances, circumstances_markdown
from measuring.markdown import table
from measuring.rounds import Spread, interleaved

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).parent / "in_browser"
NATIVE = "lenetpp, native avx2"
IMAGES = {NATIVE: 8000, "lenetpp, relaxed": 4000, "lenetpp, emulated": 400, "TensorFlow.js, cpu": 64,
          "TensorFlow.js, wasm": 64}  # fmt: skip
NOTES = """\
Images per second of processor time, of one thread: LeNet-5, batches of 16, SGD with momentum, cross-entropy; median and
range of the rounds, in each of which all are measured in turn. Of a worker its own thread is counted, not the threads
that compile for it."""


def thread_seconds(start: str) -> dict[str, float]:
    """Return the processor time of every thread on this machine whose name starts so."""
    seconds = {}
    for task in Path("/proc").glob("[0-9]*/task/[0-9]*"):
        try:
            if (task / "comm").read_text().startswith(start):
                seconds[str(task)] = int((task / "schedstat").read_text().split()[0]) / 1e9
        except OSError:  # it has ended meanwhile
            continue
    return seconds


def native(images: int) -> Callable[[], float]:
    """Return what trains natively, and measures images per second."""
    import numpy as np

    from lenetpp import _core

    network = _core.Network(
        "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 120 relu | dense 84 relu | "
        "dense 10"
    )
    network.set_normalization(np.full(1, 127, np.float32), np.full(1, 74, np.float32))
    network.initialize(1, "he")
    numbers = np.arange(images * 28 * 28, dtype=np.uint32) * np.uint32(2654435761) >> np.uint32(24)
    pixels, labels = numbers.astype(np.uint8).reshape(images, 1, 28, 28), np.arange(images, dtype=np.int32) % 10
    trainer = _core.Trainer(network, batch_size=16, momentum=0.9, threads=1)
    rate = _core.LearningRate(0.01)

    def measure() -> float:
        start = time.process_time()
        trainer.train_epoch(pixels, labels, epoch=0, learning_rate=rate)
        return images / (time.process_time() - start)

    measure()
    return measure


class Worker:
    """A worker in a page of its own."""

    def __init__(self, browser: "Browser", code: str, images: int, **more: str) -> None:
        self.page: Page = browser.new_page()
        self.images = images
        prepare = """([code, given]) => new Promise((answer) => {
            window.worker = new Worker(URL.createObjectURL(new Blob([code])));
            worker.onmessage = ({ data }) => answer(data);
            worker.onerror = ({ message }) => answer(`failed: ${message}`);
            worker.postMessage(given);
        })"""
        self.check(self.page.evaluate(prepare, [code, {"images": images, **more}]))
        self.run()
        self.run()  # compiled by now as well as it will be

    @staticmethod
    def check(answer: str) -> None:
        """Raise RuntimeError for what a worker says of a failure."""
        if answer.startswith("failed"):
            raise RuntimeError(answer)

    def run(self) -> None:
        """Train on all images once."""
        go = "() => new Promise((answer) => { worker.onmessage = ({ data }) => answer(data); worker.postMessage(0); })"
        self.check(self.page.evaluate(go))

    def measure(self) -> float:
        """Return images per second of the worker's thread."""
        before = thread_seconds("DedicatedWorker")
        self.run()
        after = thread_seconds("DedicatedWorker")
        return self.images / sum(seconds - before.get(task, 0) for task, seconds in after.items())


def main(rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Rounds.")] = 7) -> None:
    """Measure in turn, and print Markdown.

    It needs the page's modules (node web/build.mjs), `npm install` in benchmarks/in_browser, Chromium, playwright and
    Linux.
    """
    os.environ["LENETPP_INSTRUCTION_SET"] = "avx2"
    from playwright.sync_api import sync_playwright

    command = ["node", str(FOLDER / "bundle.mjs"), str(ROOT / "build" / "wasm" / "page")]
    parts = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    workers = {
        "lenetpp, relaxed": (parts["core"], {"wasm": parts["wasm128_relaxed"]}),
        "lenetpp, emulated": (parts["core"], {"wasm": parts["wasm128"]}),
        "TensorFlow.js, cpu": (parts["tensorflow"], {"backend": "cpu"}),
        "TensorFlow.js, wasm": (parts["tensorflow"], {"backend": "wasm", "wasm": parts["tensorflow_wasm"]}),
    }
    measurements: dict[str, Callable[[], float]] = {NATIVE: native(IMAGES[NATIVE])}
    failed: list[tuple[str, str]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (code, more) in workers.items():
            try:
                measurements[name] = Worker(browser, code, IMAGES[name], **more).measure
            except RuntimeError as error:
                failed.append((name, str(error)))
        taken = interleaved(measurements, rounds)
        version = browser.version
        browser.close()
    typer.echo(circumstances_markdown(circumstances()))
    typer.echo(f"Chromium {version}. {rounds} rounds.\n\n{NOTES}\n")
    rows = []
    for name, values in taken.items():
        spread = Spread.of(values)
        share = spread.median / Spread.of(taken[NATIVE]).median
        rows.append((name, f"{spread.median:,.0f}", f"{spread.smallest:,.0f} to {spread.largest:,.0f}", f"{share:.3g}"))
    typer.echo(table(("", "images/s", "range", "of native"), rows))
    for name, message in failed:
        typer.echo(f"\n{name}: {message}")


if __name__ == "__main__":
    typer.run(main)
