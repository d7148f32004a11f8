"""The core compiled to WebAssembly, in a worker of Chromium: the golden trainings, multiply-add fused and emulated."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .golden import all_as_json, check_golden

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
WORKER = """
importScripts("golden_training.js");
onmessage = async ({ data: { script, trainings } }) => {
  importScripts(script);
  const report = Module().then((core) => trainGolden(core, trainings));
  postMessage(await report.catch((error) => ({ error: String(error) })));
};
"""
ASK = """
([script, trainings]) => new Promise((resolve, reject) => {
  const worker = new Worker("worker.js");
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage({ script, trainings });
})
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Of a server of this machine, for a page that may start workers."""
    for module in modules.values():
        shutil.copy(module, tmp_path)
        shutil.copy(module.with_suffix(".wasm"), tmp_path)
    shutil.copy(HERE / "golden_training.js", tmp_path)
    (tmp_path / "worker.js").write_text(WORKER)
    (tmp_path / "index.html").write_text("<!doctype html><title>trainings</title>")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", ["wasm128", "wasm128_relaxed"])
def test_golden_trainings_have_the_same_bits_in_chromium(browser: "Browser", address: str, name: str) -> None:
    page = browser.new_page()
    page.goto(address)
    report = page.evaluate(ASK, [f"{name}.js", all_as_json()])
    page.close()
    assert "error" not in report, report["error"]
    if name == "wasm128_relaxed" and not report["instructionSets"]:
        pytest.skip("the multiply-add of this processor rounds twice")
    check_golden(report, name)
