"""Frozen recipes: found by name, trained by one option, checked to the bit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w

import lenetpp as lp
from lenetpp import _core
from lenetpp.training import frozen_recipes as recipes

from ..command import Command

NETWORK = "1x28x28 | conv 2x5x5 relu | maxpool 2 | dense 2"
SETTINGS = lp.TrainingSettings(epochs=2, batch_size=8, learning_rate=0.02)


@pytest.fixture(scope="module")
def data() -> lp.Dataset:
    return lp.load_data(classes=["Sneaker", "Bag"], train_per_class=30, test_per_class=10)


@pytest.fixture(scope="module")
def trained(data: lp.Dataset) -> lp.Run:
    return lp.train(lp.Network.parse(NETWORK), data, settings=SETTINGS, runs=None)


@pytest.fixture
def recipe(
    data: lp.Dataset, trained: lp.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[recipes.FrozenRecipe]:
    """A recipe for images that are part of the package, in the place of those for CIFAR-10."""
    table = {
        "about": "for this test",
        "data": {
            "source": "fashion-mnist-5000",
            "classes": ["Sneaker", "Bag"],
            "train_per_class": 30,
            "test_per_class": 10,
            "digest": data.digest,
        },
        "network": NETWORK,
        "settings": SETTINGS.as_dict(),
        "digests": {"1": trained.digest},
        "numerics": {"version": _core.numerics_version(), "class": _core.numeric_class()},
    }
    path = tmp_path / "recipes.toml"
    path.write_text(tomli_w.dumps({"shoes-or-bags": table}), encoding="utf-8")
    monkeypatch.setattr(recipes, "RECIPES_FILE", path)
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    recipes.frozen_recipes.cache_clear()
    yield recipes.frozen_recipe("shoes-or-bags")
    recipes.frozen_recipes.cache_clear()


def test_a_run_by_the_recipe_must_have_its_digest(
    recipe: recipes.FrozenRecipe, trained: lp.Run, data: lp.Dataset
) -> None:
    assert recipe.data.load().digest == data.digest
    assert recipe.expected_digest(trained, data.digest) == trained.digest


def test_nothing_is_expected_of_other_settings_data_seeds_networks_or_numerics(
    recipe: recipes.FrozenRecipe, trained: lp.Run, data: lp.Dataset
) -> None:
    longer = replace(trained, settings=replace(SETTINGS, epochs=3))
    other_seed = replace(trained, settings=replace(SETTINGS, seed=2))
    other_network = replace(trained, network=lp.Network.parse("1x28x28 | dense 2"))
    assert recipe.expected_digest(longer, data.digest) is None
    assert recipe.expected_digest(other_seed, data.digest) is None
    assert recipe.expected_digest(other_network, data.digest) is None
    assert recipe.expected_digest(trained, "0" * 64) is None
    old = replace(recipe, numerics={"version": 1, "class": "fused"})
    assert old.expected_digest(trained, data.digest) is None


def test_train_by_a_recipe_needs_nothing_else_and_says_that_the_bits_are_the_same(
    recipe: recipes.FrozenRecipe, lenetpp: Command, trained: lp.Run
) -> None:
    output = " ".join(lenetpp("train", "--recipe", recipe.name).split())
    assert f"The same bits as published for {recipe.name} with seed 1." in output
    result = lenetpp.json("train", "fashion-mnist-5000", "--recipe", recipe.name)
    assert result["digest"] == result["expected_digest"] == trained.digest


def test_train_says_that_nothing_is_known_where_an_option_differs(
    recipe: recipes.FrozenRecipe, lenetpp: Command
) -> None:
    output = " ".join(lenetpp("train", "--recipe", recipe.name, "--epochs", 1).split())
    assert f"no digest of {recipe.name} is known" in output
    assert lenetpp.json("train", "--recipe", recipe.name, "--seed", 2)["expected_digest"] is None


def test_train_says_that_the_bits_are_others(
    recipe: recipes.FrozenRecipe, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(recipe, digests={1: "0" * 64})
    monkeypatch.setattr("lenetpp.command_line.train.frozen_recipe", lambda _: other)
    assert "Other bits: the digest published for shoes-or-bags" in " ".join(
        lenetpp("train", "--recipe", recipe.name).split()
    )


@pytest.mark.usefixtures("recipe")
def test_an_unknown_recipe_is_an_error_that_lists_the_known_ones(lenetpp: Command) -> None:
    assert "no frozen recipe of this name; the names are shoes-or-bags" in lenetpp(
        "train", "--recipe", "best", code=1, stream="errors"
    )


def test_every_recipe_of_the_package_is_complete() -> None:
    for name, recipe in recipes.frozen_recipes().items():
        assert recipe.settings.seed == 1, name
        assert 1 in recipe.digests, name
        assert all(len(digest) == 64 for digest in (recipe.data_digest, *recipe.digests.values())), name
        assert lp.Network.parse(recipe.network).summary().parameters > 0
