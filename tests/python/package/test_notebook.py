"""What a notebook shows: progress while it trains, and tables instead of raw representations."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
import needs
from lenetpp.networks.measurement import Evaluation
from lenetpp.records.history import History

from ..records.handmade import write_run
from .patterns import TEXT, stripes_data

NASTY = '<img src=x onerror="alert(1)"> & co'


class Tables(HTMLParser):
    """Reads HTML: the rows of its tables, the text outside of them, the names of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.text = ""
        self.elements: set[str] = set()
        self._is_in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.elements.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._is_in_cell = self._is_in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._is_in_cell:
            self.rows[-1][-1] += data
        else:
            self.text += data


def shown(value: object) -> Tables:
    tables = Tables(value._repr_html_())  # type: ignore[attr-defined]
    assert tables.elements <= {"table", "thead", "tbody", "tr", "th", "td", "div", "b"}
    assert len({len(row) for row in tables.rows}) <= 1
    return tables


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> lp.Run:
    return lp.train(lp.Network.parse(TEXT), stripes_data(), epochs=2, runs=tmp_path_factory.mktemp("runs"))


def test_a_run_is_a_short_table(run: lp.Run) -> None:
    tables = shown(run)
    facts = dict(tables.rows)
    assert tables.text == "Run finished"
    assert facts["network"] == TEXT
    assert facts["epochs"] == "2 of 2"
    assert facts["test"].startswith(f"{100 * (run.test_accuracy or 0):.2f} %, loss ")
    assert facts["digest"] == run.digest
    assert facts["folder"] == str(run.folder)
    assert "message" not in facts


def test_the_history_is_a_table_of_the_figures_that_there_are(run: lp.Run) -> None:
    header, *rows = shown(run.history).rows
    assert header == ["epoch", "loss", "training", "test", "rate", "images/s"]  # there are no validation images
    assert [row[:2] for row in rows] == [[str(epoch.epoch), f"{epoch.loss:.4f}"] for epoch in run.history]
    assert shown(run.history).text == "2 epochs"
    many = shown(History(replace(run.history[0], epoch=1 + number) for number in range(120)))
    assert many.text == "the last 50 of 120 epochs"
    assert [row[0] for row in many.rows[1:]] == [str(number) for number in range(71, 121)]


def test_the_history_has_all_figures_of_every_epoch_by_name(run: lp.Run) -> None:
    first, last = run.history.rows()
    assert list(first) == list(last)
    assert (first["epoch"], last["epoch"]) == (1, 2)
    assert last["test_accuracy"] == run.test_accuracy
    assert last["gradient_norms.0.weight"] == run.history[1].gradient_norms["0.weight"]
    assert not [name for name in first if name.startswith("validation")]
    unseen = replace(run.history[1], test_loss=None, test_accuracy=None, dead_units={})
    assert History([run.history[0], unseen]).rows()[1]["test_accuracy"] is None
    assert History([run.history[0], unseen]).rows()[1]["dead_units.0"] is None
    assert History().rows() == []


def test_the_history_is_a_data_frame_where_there_are_some(run: lp.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = SimpleNamespace(DataFrame=lambda rows, **options: (rows, options))
    monkeypatch.setitem(sys.modules, "pandas", made)
    assert run.history.to_pandas() == (run.history.rows(), {"columns": list(run.history.rows()[0])})
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="pip install polars"):
        run.history.to_polars()


def test_what_is_printed_is_a_line(run: lp.Run) -> None:
    again = lp.replay(run, data=stripes_data())
    assert repr(again) == "<Replay: the same bits in 2 epochs>"
    assert again.recorded == run.history
    differences = [lp.Difference("data", "digest", "a", "b"), lp.Difference("epoch 2", "loss", 1, 2)]
    other = replace(again, differences=differences)
    assert repr(other) == "<Replay: the same weights; digest of data and 1 more differ>"
    assert repr(lp.Run.load(run.folder or "").history[1]).startswith("<EpochRecord 2: loss ")
    assert max(len(repr(each)) for each in (run, run.history, run.history[0], run.label)) < 120
    settings = lp.TrainingSettings(learning_rate=0.5, restarts=(3,), schedule="cosine")
    assert repr(settings) == "TrainingSettings(learning_rate=0.5, schedule='cosine', restarts=(3,))"


def test_a_run_without_weights_can_be_shown() -> None:
    run = lp.Run(network=lp.Network.parse(TEXT), settings=lp.TrainingSettings(), outcome="failed", message=NASTY)
    assert dict(shown(run).rows)["message"] == NASTY


def test_an_evaluation_is_its_confusion_matrix(run: lp.Run) -> None:
    assert run.evaluation is not None
    header, *rows = shown(run.evaluation).rows
    assert header == ["true \\ predicted", "horizontal", "vertical", "diagonal", "right"]
    assert [row[1:-1] for row in rows] == [[str(count) for count in line] for line in run.evaluation.confusion.tolist()]
    assert [row[0] for row in rows] == header[1:-1]
    assert repr(run.evaluation) == f"<Evaluation: {run.evaluation}>"


def test_an_evaluation_of_many_classes_shows_what_was_right() -> None:
    names = tuple(f"class {number}" for number in range(50))
    header, *rows = shown(Evaluation(0.5, np.diag([0, *[3] * 49]), names)).rows
    assert header == ["class", "right"]
    assert rows[:2] == [["class 0", ""], ["class 1", "100.0 %"]]
    assert len(rows) == 50


def test_a_network_summary_is_a_table_everywhere() -> None:
    summary = lp.Network.parse(TEXT).summary()
    assert repr(summary) == str(summary)
    tables = shown(summary)
    assert tables.rows[0] == ["layer", "output", "parameters", "multiply-adds"]
    assert tables.rows[-1] == ["total", "", f"{summary.parameters:,}", f"{summary.multiply_adds:,}"]
    assert tables.text.startswith("memory: ")


def test_settings_say_what_is_not_the_default() -> None:
    header, *rows = shown(lp.TrainingSettings(learning_rate=0.5)).rows
    assert header == ["setting", "value", "instead of"]
    assert [name for name, *_ in rows] == list(lp.TrainingSettings().as_dict())
    assert [row for row in rows if row[2]] == [["learning_rate", "0.5", "0.01"]]


def test_data_say_how_many_images_of_each_class_there_are() -> None:
    images = np.zeros((3, 8, 8), np.uint8)
    data = lp.Dataset.from_arrays((images, [0, 1, 1]), (images, [0, 0, 0]), classes=["a", NASTY], name="<b>")
    tables = shown(data)
    assert tables.rows == [["class", "train", "test"], ["a", "1", "3"], [NASTY, "2", "0"]]
    assert tables.text == "Dataset <b>: 3 train, 3 test images of 1x8x8, 2 classes"
    many = lp.Dataset.from_arrays((images, [0, 1, 99]), (images, [0, 0, 0]))
    assert shown(many).text.endswith("and 70 more")


def test_recorded_runs_are_a_table_of_what_differs(tmp_path: Path) -> None:
    assert shown(lp.runs(tmp_path)).text == "0 runs"
    for number in range(25):
        write_run(tmp_path, f"{number:02}", settings__learning_rate=0.01 * (1 + number), data__name=NASTY)
    tables = shown(lp.runs(tmp_path))
    assert tables.text == "20 of 25 runs"
    assert tables.rows[:2] == [["run", "test", "epochs", "learning_rate"], ["00", "75.00 %", "2", "0.01"]]
    assert len(tables.rows) == 21
    one = shown(lp.runs(tmp_path)[:1])
    assert one.rows[0] == ["run", "test", "epochs", "outcome", "data", "network"]
    assert one.rows[1][4].startswith("<img src=x")


# In a notebook itself


@pytest.fixture(scope="module")
def execute(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[list[dict[str, Any]]]]:
    """Return what executes cells in a notebook and gives the outputs of each."""
    nbclient = needs.module("nbclient")
    nbformat = needs.module("nbformat")
    folder = tmp_path_factory.mktemp("notebook")

    def execute(*cells: str) -> list[list[dict[str, Any]]]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        nbclient.NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}
        ).execute()
        return [json.loads(json.dumps(cell.outputs)) for cell in notebook.cells]

    return execute


@pytest.mark.skipif(os.name != "posix", reason="a notebook's sockets need another event loop on Windows")
@pytest.mark.filterwarnings("default")  # those of other people's event loops
def test_a_notebook_shows_progress_and_tables(execute: Callable[..., list[list[dict[str, Any]]]]) -> None:
    _, trained, table, quiet, summary = execute(
        "import lenetpp as lp; data = lp.load_data(train_per_class=100, test_per_class=10)",
        "run = lp.train(lp.network('lenet5'), data, epochs=3, runs=None)",
        "run",
        "lp.train(lp.network('lenet5'), data, epochs=1, runs=None, progress=False);",
        "run.network.summary()",
    )
    (progress,) = trained  # one place, replaced again and again
    rows = Tables(progress["data"]["text/html"]).rows
    assert [row[0] for row in rows] == ["epoch", "1", "2", "3"]
    assert "<progress" not in progress["data"]["text/html"]  # it is over
    assert Tables(table[0]["data"]["text/html"]).text == "Run finished"
    assert quiet == []
    assert Tables(summary[0]["data"]["text/html"]).rows[0][0] == "layer"


@pytest.fixture
def areas(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Be a notebook, without one: the contents of its areas in the order in which they were shown."""
    shown: list[str] = []
    monkeypatch.setattr("lenetpp.basics.surface.is_notebook", lambda: True)
    monkeypatch.setattr("lenetpp.basics.surface.NotebookArea.show", lambda _, html, __: shown.append(html))
    monkeypatch.setattr("lenetpp.basics.displays.REDRAW_SECONDS", 0.0)
    return shown


def test_a_long_training_shows_a_bar_and_its_latest_epochs(areas: list[str]) -> None:
    lp.train(lp.Network.parse(TEXT), stripes_data(60, 30), epochs=25, runs=None)
    assert "epoch 1/25" in areas[0]
    assert all("<progress" in html for html in areas[:-1])
    assert any("images/s, 0:00:0" in html for html in areas)
    last = Tables(areas[-1])
    assert last.text == "5 earlier epochs are in run.history"
    assert [row[0] for row in last.rows[1:]] == [str(number) for number in range(6, 26)]


def test_a_study_shows_its_runs_and_failures(areas: list[str]) -> None:
    from lenetpp.studies.display import REPORTING, runs_display, step_display

    with runs_display(None, runs=4, found=1, work=300.0) as display:
        display.show_done(100.0)
        display.refresh()
        display.show_failure(NASTY)
        display.show_done(200.0)
    with step_display(None, REPORTING):
        pass
    assert [Tables(html).text.split(" 0:")[0].strip() for html in areas] == [
        "run 1/4 the time left is known after the first run",
        "run 2/4",
        f"{NASTY} run 2/4",
        f"{NASTY} run 3/4",
        f"{NASTY}run 3/4",
        "answering the questions, writing the report",
        "",
    ]
    assert all("img" not in Tables(html).elements for html in areas)
