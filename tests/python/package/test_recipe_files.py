"""Recipes in files: what is written is read again, trained by one option, and refused where it is damaged."""

from dataclasses import replace
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.basics.surroundings import numerics
from lenetpp.data.choice import DataChoice
from lenetpp.training.frozen_recipes import FrozenRecipe

from ..command import Command

DATA = DataChoice("fashion-mnist-5000", ("Sneaker", "Bag"), train_per_class=30, test_per_class=10)
SETTINGS = lp.TrainingSettings(epochs=2, batch_size=8, learning_rate=0.02)


@pytest.fixture(scope="module")
def recipe() -> FrozenRecipe:
    data = DATA.load()
    digests = {}
    for seed in (1, 3):
        network = lp.Network.parse("1x28x28 | conv 2x5x5 relu | maxpool 2 | dense 2", dtype="float64")
        digests[seed] = lp.train(network, data, settings=replace(SETTINGS, seed=seed), runs=None).digest
    return FrozenRecipe(
        name="shoes.toml",
        about="Shoes | or `bags`?",
        data=DATA,
        data_digest=data.digest,
        network=str(network),
        settings=SETTINGS,
        digests=digests,
        numerics=numerics(),
        dtype="float64",
    )


@pytest.fixture
def file(recipe: FrozenRecipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    path = tmp_path / "shoes.toml"
    path.write_text(recipe.file_text(), encoding="utf-8")
    return path


def test_a_file_holds_the_whole_recipe(recipe: FrozenRecipe, file: Path) -> None:
    known = {name: recipe.numerics[name] for name in ("version", "class")}
    assert lp.frozen_recipe(str(file)) == replace(recipe, name=str(file), numerics=known)


def test_training_by_a_file_gives_the_bits_that_it_names(recipe: FrozenRecipe, file: Path, lenetpp: Command) -> None:
    result = lenetpp.json("train", "--recipe", file, "--seed", 3)
    assert result["digest"] == result["expected_digest"] == recipe.digests[3]
    output = " ".join(lenetpp("train", "--recipe", file).split())
    assert "The same bits as" in output
    assert "with seed 1." in output


def test_other_settings_or_number_types_have_no_digest(file: Path, lenetpp: Command) -> None:
    assert lenetpp.json("train", "--recipe", file, "--epochs", 1)["expected_digest"] is None
    file.write_text(file.read_text(encoding="utf-8").replace("float64", "float32"), encoding="utf-8")
    result = lenetpp.json("train", "--recipe", file)
    assert result["expected_digest"] not in (None, result["digest"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs = 2", 'epochs = "2"', "settings.epochs"),
        ("epochs = 2", "epoch = 2", "settings.epoch: there is no such key"),
        ("[settings]", "[setting]", "settings: must be given"),
        ("about", "note", "about: must be given"),
        ("maxpool 2", "maxpool two", "maxpool"),
        ("version = ", "version = -", "numerics.version"),
        ("[data]", "[data", "this is no file of a recipe"),
        ("float64", "float16", "dtype"),
        ('source = "fashion-mnist-5000"', "", "data.source: must be given"),
    ],
)
def test_a_damaged_file_is_refused_and_the_key_is_named(
    file: Path, lenetpp: Command, old: str, new: str, message: str
) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    errors = " ".join(lenetpp("train", "--recipe", file, code=1, stream="errors").split())
    assert message in errors
    assert file.name in errors
    assert "Traceback" not in errors


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, lenetpp: Command) -> None:
    assert "nothing.toml" in lenetpp("train", "--recipe", tmp_path / "nothing.toml", code=1, stream="errors")
