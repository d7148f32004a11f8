"""``lenetpp filters`` as a user types it."""

from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp

from ..command import Command
from .networks import network_with, noise

TEXT = "3x14x14 | conv 2x5x5 separate nobias | maxpool 2 | conv 3x3x3 | dense 2"


@pytest.fixture
def models(tmp_path: Path) -> list[Path]:
    """Two models whose first filters are the same, in another order and one with another sign."""
    filters = noise(2, 5, 5)
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    for path, values in zip(paths, (filters, np.array([filters[1], -filters[0]])), strict=True):
        network_with(TEXT, {0: values}).save(path)
    return paths


def test_filters_of_a_model_are_shown(lenetpp: Command, models: list[Path]) -> None:
    output = lenetpp("filters", models[0])
    assert "layer 0: conv 2x5x5 separate nobias" in output
    assert "filter 1" in output
    assert "In parentheses: how well the pattern fits" in output
    assert "More filters: --layer 2" in output
    assert "layer 2: conv 3x3x3" in lenetpp("filters", models[0], "--layer", 2)


def test_figures_are_reported_as_json(lenetpp: Command, models: list[Path]) -> None:
    result = lenetpp.json("filters", models[0])
    assert result["layer"] == 0
    assert len(result["filters"]) == 2
    described = result["filters"][0]
    assert set(described["scores"]) == {"edge", "line", "corner", "spot", "blur", "Gabor"}
    assert 0 <= described["gabor"]["r_squared"] <= 1


def test_several_models_are_matched(lenetpp: Command, models: list[Path]) -> None:
    result = lenetpp.json("filters", *models)
    assert result["likeness"] == pytest.approx(1)
    assert result["matchings"][1]["order"] == [1, 0]
    np.testing.assert_allclose(result["matchings"][1]["correlations"], [-1, 1], rtol=1e-6)
    random = result["random_likeness"]
    assert 0 < random["low"] < random["mean"] < random["high"] < 1
    output = " ".join(lenetpp("filters", *models).split())
    assert "2 sets of filters have a similarity of 1.00" in output


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "html", "xlsx"])
@pytest.mark.parametrize("count", [1, 2])
def test_pictures_are_written(lenetpp: Command, models: list[Path], tmp_path: Path, ending: str, count: int) -> None:
    beginnings = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "html": b"<!doctype html>", "xlsx": b"PK"}
    out = tmp_path / f"picture.{ending}"
    assert lenetpp("filters", *models[:count], "--out", out, "--scale", "each") == f"written: {out}\n"
    assert out.read_bytes().lstrip().startswith(beginnings[ending])


def test_a_run_is_shown_and_shows_itself(lenetpp: Command, tmp_path: Path) -> None:
    images = noise(8, 3, 14, 14).astype(np.float32)
    data = lp.Dataset.from_arrays(train=(images, [0, 1] * 4), test=(images, [0, 1] * 4), classes=["a", "b"])
    run = lp.train(lp.Network.parse(TEXT), data, epochs=1, runs=tmp_path)
    assert run.folder is not None
    assert "layer 0" in lenetpp("filters", run.folder)
    np.testing.assert_array_equal(run.filters(2).weights, run.network.parameters()["2.weight"])
    assert lp.match_filters([run, run]).grid().rows[0].label == run.folder.name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layer", "1"], "layer 1 is 'maxpool 2'"),
        (["--scale", "none"], 'scale must be "common" or "each", but is \'none\''),
        (["--out", "picture.gif"], "must end in .png, .svg, .pdf, .html, .xlsx"),
        (["--out", "no/such/folder/picture.html"], "No such file or directory"),
        (["nothing"], "'nothing' is neither a model file nor a run's folder"),
    ],
)
def test_wrong_arguments_are_one_line(
    lenetpp: Command, models: list[Path], arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(models[0].parent)
    errors = lenetpp("filters", models[0], *arguments, code=1, stream="errors")
    assert errors.startswith("error: ")
    assert message in errors
    assert errors.count("\n") == 1
