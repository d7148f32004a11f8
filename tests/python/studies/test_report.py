"""The report of a study says what the answers say, in every form, and every figure leads to its runs."""

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from scipy import stats

from lenetpp.studies.report import write_report
from lenetpp.studies.report.interval_chart import IntervalChart

from ..pictures.pages import Page
from .handmade_study import ACCURACIES, FAILURE, NETWORKS, POST, HandmadeResult, comparison_answer, handmade_result
from .written_reports import Tables, as_html, entry_of, tables_of, text_of

if TYPE_CHECKING:
    from lenetpp.studies.result import StudyResult

FORMS = ("report.md", "report.html")


def write(result: HandmadeResult, folder: Path) -> Path:
    write_report(cast("StudyResult", result), folder)
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(handmade_result(), tmp_path_factory.mktemp("study") / "report")


def csv_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def interval(values: Any, comparisons: int = 1) -> tuple[float, float]:
    low, high = stats.t.interval(1 - 0.05 / comparisons, len(values) - 1, np.mean(values), stats.sem(values))
    return float(low), float(high)


@pytest.mark.parametrize("form", FORMS)
def test_each_cell_has_mean_interval_deviation_and_number_of_seeds(report: Path, form: str) -> None:
    rows = tables_of(report, form).with_header("train per class", "network", "deviation", "training time")
    assert len(rows) == len(ACCURACIES)
    for row, ((size, network), values) in zip(rows, ACCURACIES.items(), strict=True):
        low, high = interval(values)
        texts = {name: text for name, (text, _) in row.items()}
        assert (texts["train per class"], texts["network"]) == (size, network)
        assert texts["test accuracy"] == f"{100 * np.mean(values):.2f} %"
        assert texts["95 % interval"] == f"{100 * low:.2f} to {100 * high:.2f}"
        assert texts["deviation"] == f"{100 * np.std(values, ddof=1):.2f}"
        assert texts["seeds"] == "5"
        assert texts["number of parameters"] == ("153,752" if network == "perceptron" else "18,162")


@pytest.mark.parametrize("form", FORMS)
def test_a_single_seed_has_no_interval(report: Path, form: str) -> None:
    rows = tables_of(report, form).with_header("first filters", "95 % interval")
    alone = [row for row in rows if row["first filters"][0] == "2"]
    assert [row["95 % interval"][0] for row in alone] == ["one seed"] * 3
    assert [row["deviation"][0] for row in alone] == [""] * 3


@pytest.mark.parametrize("form", FORMS)
def test_differences_are_paired_and_their_intervals_adjusted(report: Path, form: str) -> None:
    rows = tables_of(report, form).with_header("train per class", "network", "against", "difference")[:2]
    for row, size in zip(rows, ("2000", "4000"), strict=True):
        paired = np.subtract(ACCURACIES[size, "LeNet"], ACCURACIES[size, "perceptron"])
        low, high = interval(paired, comparisons=2)
        assert (row["train per class"][0], row["network"][0], row["against"][0]) == (size, "LeNet", "perceptron")
        assert row["difference"][0] == f"+{100 * paired.mean():.2f} points"
        assert row["interval"][0] == f"{100 * low:.2f} to {100 * high:.2f} points"


@pytest.mark.parametrize("form", FORMS)
def test_layers_that_a_network_does_not_have_are_said_to_have_no_figure(report: Path, form: str) -> None:
    rows = tables_of(report, form).with_header("train per class", "layer 0", "3 dense 2")
    assert [row["3 dense 2"][0].startswith("0.0110 (") for row in rows] == [False, True] * 2
    assert [row["layer 1"][0] for row in rows if row["network"][0] == "LeNet"] == ["none"] * 2


@pytest.mark.parametrize("form", FORMS)
def test_published_figures_and_goals_stand_beside_what_was_measured(report: Path, form: str) -> None:
    published, goal = tables_of(report, form).with_header("figure", "source", "measured here")
    assert (published["figure"][0], published["source"][0]) == ("83.00 %", "the blog | 2016")
    assert (goal["figure"][0], goal["source"][0]) == ("86.00 %", "goal: at least")
    assert published["measured here"] == goal["measured here"]
    assert published["measured here"][0].startswith(f"{100 * np.mean(ACCURACIES['4000', 'LeNet']):.2f} %")


@pytest.mark.parametrize("form", FORMS)
def test_every_figure_leads_to_the_settings_and_runs_of_its_cell(report: Path, form: str) -> None:
    result = handmade_result()
    rows = tables_of(report, form).with_header("deviation")
    cells = [cell for answer in result.answers[:3] for cell in getattr(answer, "cells", ())]
    names = [answer.name for answer in result.answers[:3]]
    recipes = {(row["question"], row["cell"]): row["recipe"] for row in csv_rows(report / "runs.csv")}
    for row, cell in zip(rows, cells, strict=True):
        for name in set(row) - set(cell.levels) - {"train per class"}:
            text, link = row[name]
            if text:
                entry = entry_of(report, form, link.removeprefix("#"))
                assert cell.training.network in entry
                assert "learning rate 0.02" in entry
                (recipe,) = {recipes[name, cell.label] for name in names if (name, cell.label) in recipes}
                assert f"lenetpp train --recipe {recipe} --seed 1<" in entry.replace("`", "<")
                for seed, run in cell.runs.items():
                    assert run.record["results"]["digest"][:12] in entry
                    assert f"{100 * cell.values['test_accuracy'][seed]:.2f} %" in entry


@pytest.mark.parametrize("form", FORMS)
def test_what_was_said_comes_first_with_a_verdict_that_leads_to_its_question(report: Path, form: str) -> None:
    text = (report / form).read_text(encoding="utf-8")
    html = as_html(text) if form.endswith(".md") else text
    rows = Tables(html).with_header("the blog said that", "verdict")
    assert [(row["the blog said that"][0], *row["verdict"]) for row in rows] == [
        ("LeNet is better", "right", "#1-lenet"),
        ("by far | a lot (another)", "wrong", "#1-lenet"),
        ("his machine is fast", "not asked here", ""),
    ]
    assert POST["author"] in text[: text.index("by far")]
    assert 'href="https://example.org"' in html
    assert text.index("by far") < text.index("LeNet gets 86.5 %")


def test_the_answer_comes_first_and_everything_else_is_folded_away(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")
    open_part = re.sub(r"<details class=\"behind\">.*?</details>\s*</section>", "</section>", page, flags=re.DOTALL)
    front = (report / "report.md").read_text(encoding="utf-8")
    assert "<details" not in open_part
    for text in (open_part, front):
        places = []
        for answer in handmade_result().answers:
            places += [text.rindex(answer.headline), text.rindex(answer.certainty)]
            assert not any(note in text for note in getattr(answer, "notes", ()))
            assert not any(sentence in text for sentence in answer.sentences)
        assert places == sorted(places)
        assert "deviation" not in text
    answers = len(handmade_result().answers)
    parts = open_part.split('<section class="answer"')[1:]
    assert [len(re.findall('class="(chart|heatmaps)"', part)) for part in parts] == [1] * answers
    assert [part.count("![") for part in front.split("\n## ")[2:-1]] == [1] * answers


@pytest.mark.parametrize("form", FORMS)
def test_behind_an_answer_is_all_that_a_statistician_says(report: Path, form: str) -> None:
    text = text_of(report, form)
    for answer in handmade_result().answers:
        assert all(sentence in text for sentence in answer.sentences)
        assert all(note in text for note in getattr(answer, "notes", ()))


@pytest.mark.parametrize("form", FORMS)
def test_the_command_that_makes_the_report_is_told(report: Path, form: str) -> None:
    assert "lenetpp study blog --jobs 2" in (report / form).read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_missing_runs_are_named_before_the_answers(report: Path, form: str) -> None:
    text = (report / form).read_text(encoding="utf-8")
    assert 0 < text.index(FAILURE) < text.index(handmade_result().answers[0].headline)
    assert "LeNet, train per class 4000, seed 6" in text


def test_filters_and_benchmarks_have_their_tables(report: Path) -> None:
    for form in FORMS:
        first, second = tables_of(report, form).with_header("layer", "likeness", "Gabor share")
        assert first["likeness"][0] == second["likeness"][0] == "0.55 (0.50 to 0.60)"
        low, high = interval([0.31, 0.42, 0.37])
        assert first["Gabor score"][0] == f"0.37 ({low:.2f} to {high:.2f})"
        rungs = tables_of(report, form).with_header("rung", "-O2", "-O3")
        assert [row["rung"][0] for row in rungs] == ["naive", "sparse", "lenetpp"]
        assert rungs[1]["-O3"][0] == "2,400 (1.6)"


def test_tables_of_values_have_full_precision(report: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        return [row for row in csv_rows(report / name) if row["question"] == "lenet"]

    for row in rows("runs.csv"):
        key = (row["level:train_per_class"], row["level:network"])
        if row["missing"]:
            assert (key, row["seed"], row["missing"], row["run"]) == (("4000", "LeNet"), "6", FAILURE, "")
            continue
        assert float(row["test_accuracy"]) == ACCURACIES[key][int(row["seed"]) - 1]
        assert float(row["gradient_norms[0.weight]"]) == pytest.approx(1e-4 * (1 + 0.05 * (int(row["seed"]) - 1)))
        assert len(row["digest"]) == len(row["key"]) == 64
    assert len(rows("runs.csv")) == 21
    cells = [row for row in rows("cells.csv") if row["measure"] == "test_accuracy"]
    for row, values in zip(cells, ACCURACIES.values(), strict=True):
        figures = [float(row[name]) for name in ("mean", "deviation", "low", "high")]
        expected = [float(np.mean(values)), float(np.std(values, ddof=1)), *interval(values)]
        np.testing.assert_allclose(figures, expected, rtol=1e-12)
    differences = rows("differences.csv")
    for row, size in zip(differences, ("2000", "4000"), strict=True):
        paired = np.subtract(ACCURACIES[size, "LeNet"], ACCURACIES[size, "perceptron"])
        figures = [float(row[name]) for name in ("mean", "low", "high")]
        np.testing.assert_allclose(figures, [paired.mean(), *interval(paired, 2)], rtol=1e-12)


def test_every_link_leads_somewhere_and_nothing_outside_is_loaded(report: Path) -> None:
    text = (report / "report.html").read_text(encoding="utf-8")
    assert len(Page(text).references) > 100
    assert not re.search(r"@import|url\((?!#)|https?://(?!www\.w3\.org/|example\.org)", text)
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids))

    pages = {file: Page(as_html(file.read_text(encoding="utf-8"))) for file in report.rglob("*.md")}
    shown, linked = set(), set()
    for file, page in {**pages, report / "report.html": Page(text)}.items():
        for reference in page.references:
            if reference == POST["address"]:
                continue
            name, _, anchor = reference.partition("#")
            target = (file.parent / name).resolve() if name else file
            assert target.is_file(), reference
            assert not anchor or anchor in pages.get(target, page).anchors, reference
            linked.add(target)
            shown |= {target} if target.suffix == ".png" else set()
    assert shown == set(report.glob("pictures/*.png"))
    assert {file for file in linked if file.suffix == ".toml"} == set(report.glob("recipes/*/*.toml"))
    assert set(pages) <= linked | {report / "report.md"}


def test_no_path_of_this_machine_is_told(tmp_path: Path) -> None:
    result = handmade_result()
    answer = comparison_answer()
    lost = replace(answer.cells[0], missing={7: f"{tmp_path / 'runs' / 'x'} cannot be written"})
    runs = {
        seed: replace(run, folder=tmp_path / "runs" / run.folder.name) for seed, run in answer.cells[0].runs.items()
    }
    answer = replace(answer, cells=(replace(lost, runs=runs), *answer.cells[1:]), differences=())
    folder = write(replace(result, answers=(answer,), runs=tmp_path / "runs"), tmp_path / "report")
    for file in folder.rglob("*"):
        assert file.suffix == ".png" or file.is_dir() or str(tmp_path) not in file.read_text(encoding="utf-8"), file


def test_same_runs_give_the_same_bytes_but_for_one_line(report: Path, tmp_path: Path) -> None:
    again = write(handmade_result(), tmp_path)
    changing = (*FORMS, "figures.json")
    names = [str(file.relative_to(report)) for file in report.rglob("*") if file.is_file()]
    for name in set(names) - set(changing):
        assert (again / name).read_bytes() == (report / name).read_bytes(), name
    for form in changing:
        lines, others = ((folder / form).read_text(encoding="utf-8").splitlines() for folder in (report, again))
        differing = [line for line, other in zip(lines, others, strict=True) if line != other]
        assert all("lenetpp 0." in line for line in differing)
        assert sum("numerics" in line for line in lines) == 1


@pytest.mark.parametrize("failing", ["a picture", "a file"])
def test_a_report_that_fails_leaves_the_earlier_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    result = replace(handmade_result(), answers=(comparison_answer(),))
    write(result, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    changed = replace(result, answers=(replace(comparison_answer(), sentences=("Another answer.",)),))

    def fails(*_: object) -> None:
        raise OSError("disk full")

    replaced = Path.replace
    if failing == "a picture":
        monkeypatch.setattr(IntervalChart, "_draw", fails)
    else:
        monkeypatch.setattr(
            Path, "replace", lambda path, to: fails() if Path(to).name == "report.md" else replaced(path, to)
        )
    with pytest.raises(OSError, match="disk full"):
        write(changed, tmp_path)
    monkeypatch.undo()
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert set(after) == set(before)
    assert after[tmp_path / "report.md"] == before[tmp_path / "report.md"]


def test_texts_of_the_study_are_text_and_not_markup(tmp_path: Path) -> None:
    answer = comparison_answer()
    nasty = "# <script>alert(1)</script> | `code` *stars* [link](http://example.org) a_b_c"
    cells = tuple(replace(cell, label=f"{nasty} {number}") for number, cell in enumerate(answer.cells))
    said = replace(answer.judgements[0], claim=answer.judgements[0].claim.model_copy(update={"text": nasty}))
    named = replace(
        answer, title=nasty, text=nasty, headline=nasty, certainty=nasty, judgements=(said,), sentences=(nasty,),
        notes=(nasty,), cells=cells, differences=(),
    )  # fmt: skip
    folder = write(replace(handmade_result(), answers=(named,)), tmp_path)
    page = (folder / "report.html").read_text(encoding="utf-8")
    markdown = as_html(text_of(folder, "report.md"))
    for text in (page, markdown):
        assert "<script>alert" not in text
        assert 'href="http:' not in text
        assert nasty in Page(text).texts["p"] or nasty in Page(text).texts["strong"]
    columns = [len(tables_of(folder, form).with_header("deviation")[0]) for form in FORMS]
    assert columns[0] == columns[1]
    assert list(folder.glob("pictures/*.svg"))


def test_code_in_the_texts_of_a_study_is_code(tmp_path: Path) -> None:
    named = replace(comparison_answer(), text="Do `lenetpp train --recipe <a_b>` & see.")
    folder = write(replace(handmade_result(), answers=(named,)), tmp_path)
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in (page, as_html(text_of(folder, "report.md"))):
        assert "<p>Do <code>lenetpp train --recipe &lt;a_b&gt;</code> &amp; see.</p>" in text


def test_a_study_without_any_run_still_says_so(tmp_path: Path) -> None:
    answer = comparison_answer()
    cells = tuple(
        replace(cell, runs={}, missing={1: "interrupted"}, values={name: {} for name in cell.values}, layer_values={})
        for cell in answer.cells
    )
    empty = replace(answer, cells=cells, differences=(), sentences=("This has no answer yet.",))
    folder = write(replace(handmade_result(), answers=(empty,)), tmp_path)
    text = text_of(folder, "report.md")
    assert text.count("interrupted") > 4
    assert list(folder.glob("pictures/*")) == []
    assert NETWORKS["LeNet"] in text
