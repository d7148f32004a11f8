"""Frozen recipes: data, network and settings that were once chosen, and the digests that everybody gets by them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from lenetpp import _core
from lenetpp.basics.surroundings import numerics
from lenetpp.data.choice import DataChoice
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.run import Run

RECIPES_FILE = Path(__file__).with_name("frozen_recipes.toml")


@dataclass(frozen=True, kw_only=True)
class FrozenRecipe:
    """A training that was chosen once and does not change any more.

    Attributes
    ----------
    name : str
        What ``lenetpp train --recipe`` calls it.
    about : str
        What it is for, and how it was chosen.
    data : DataChoice
        What it is trained on.
    data_digest : str
        Of these data.
    network : str
        Canonical text.
    settings : TrainingSettings
        With the seed 1.
    digests : mapping
        Of the trained parameters, by the seed.
    numerics : mapping
        Version and class of the numerics that the digests are of.
    """

    name: str
    about: str
    data: DataChoice
    data_digest: str
    network: str
    settings: TrainingSettings
    digests: Mapping[int, str]
    numerics: Mapping[str, Any]

    @classmethod
    def from_table(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Return the recipe that a table of the recipes' file holds."""
        data = dict(table["data"])
        digest = data.pop("digest")
        classes = data.pop("classes", None)
        return cls(
            name=name,
            about=table["about"],
            data=DataChoice(classes=None if classes is None else tuple(classes), **data),
            data_digest=digest,
            network=_core.Architecture(table["network"]).text,
            settings=TrainingSettings(**table["settings"]),
            digests={int(seed): digest for seed, digest in table["digests"].items()},
            numerics=table["numerics"],
        )

    def expected_digest(self, run: Run, data_digest: str) -> str | None:
        """Return the digest that a finished run must have to be a run of this recipe.

        None where nothing is known: something differs from the recipe, or its digests are not of that seed or not of
        this build's numerics.
        """
        of_this_build = numerics()
        if any(of_this_build[name] != value for name, value in self.numerics.items()):
            return None
        seed = run.settings.seed
        of_recipe = (self.data_digest, self.network, replace(self.settings, seed=seed))
        return self.digests.get(seed) if (data_digest, str(run.network), run.settings) == of_recipe else None


@cache
def frozen_recipes() -> Mapping[str, FrozenRecipe]:
    """Return the frozen recipes by their names."""
    tables = tomllib.loads(RECIPES_FILE.read_text(encoding="utf-8"))
    return {name: FrozenRecipe.from_table(name, table) for name, table in tables.items()}


def frozen_recipe(name: str) -> FrozenRecipe:
    """Return a frozen recipe.

    Parameters
    ----------
    name : str
        Such as ``best-airplane-ship``; :func:`frozen_recipes` has all of them.

    Raises
    ------
    ValueError
        If there is no such recipe.

    Examples
    --------
    >>> import lenetpp as lp
    >>> recipe = lp.frozen_recipe("best-airplane-ship")
    >>> recipe.data.train_per_class
    4000
    >>> run = lp.train(lp.Network.parse(recipe.network), recipe.data.load(), settings=recipe.settings)  # doctest: +SKIP
    """
    known = frozen_recipes()
    if name not in known:
        raise ValueError(f"there is no frozen recipe {name!r}; the names are {', '.join(known)}")
    return known[name]
