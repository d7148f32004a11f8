"""Frozen recipes: data, network and settings that were once chosen, and the digests that everybody gets by them.

Some are part of the package; others are files, such as a study's report has for each of its cells.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from lenetpp import _core
from lenetpp.basics.file_reading import read_text
from lenetpp.basics.file_schemas import checked, parse_toml
from lenetpp.basics.kinds import as_path, check_has, check_kind
from lenetpp.basics.suggestions import did_you_mean
from lenetpp.basics.surroundings import numerics
from lenetpp.basics.wordings import worded
from lenetpp.data.choice import DataChoice
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.networks.network_structure import DataType
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.run import Run

RECIPES_FILE = Path(__file__).with_name("frozen_recipes.toml")
FILE_ENDING = ".toml"
"""Of the path of a recipe's file, which tells it from a name."""
MOST_FILE_BYTES = 2**20


@dataclass(frozen=True, kw_only=True)
class FrozenRecipe:
    """A training that was chosen once and does not change any more.

    Attributes
    ----------
    name : str
        What ``lenetpp train --recipe`` calls it: a name, or the path of its file.
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
    dtype : str
        Of the parameters.
    """

    name: str
    about: str
    data: DataChoice
    data_digest: str
    network: str
    settings: TrainingSettings
    digests: Mapping[int, str]
    numerics: Mapping[str, Any]
    dtype: DataType = "float32"

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read the recipe of a file; see :meth:`file_text`.

        Raises
        ------
        ValueError
            If it does not say what it should; the message names the file and the key.
        OSError
            If it cannot be read.
        """
        from lenetpp.training.recipe_schema import RECIPE  # imported here: pydantic takes its time

        try:
            table = checked(RECIPE, parse_toml(read_text(as_path(path, "path"), MOST_FILE_BYTES, follow_links=True)))
            return cls(**fields_of_table(str(path), table))
        except ValueError as error:
            raise ValueError(f"{path}: this is no file of a recipe: {error}") from error

    def file_text(self) -> str:
        """Return what a file says that ``lenetpp train --recipe FILE`` can train by, wherever it is."""
        data = {name: value for name, value in asdict(self.data).items() if value is not None}
        table = {
            "about": self.about,
            "network": self.network,
            "dtype": self.dtype,
            "data": {**data, "digest": self.data_digest},
            "settings": self.settings.as_dict(),
            "digests": {str(seed): digest for seed, digest in self.digests.items()},
            "numerics": {name: self.numerics[name] for name in ("version", "class")},
        }
        import tomli_w

        return tomli_w.dumps(table)

    def expected_digest(self, run: Run, data_digest: str) -> str | None:
        """Return the digest that a finished run must have to be a run of this recipe.

        None where nothing is known: something differs from the recipe, or its digests are not of that seed or not of
        this build's numerics.
        """
        check_has(run, "settings", "run", "a Run")
        of_this_build = numerics()
        if any(of_this_build[name] != value for name, value in self.numerics.items()):
            return None
        seed = run.settings.seed
        of_recipe = (self.data_digest, self.network, self.dtype, replace(self.settings, seed=seed))
        of_run = (data_digest, str(run.network), run.network.dtype, run.settings)
        return self.digests.get(seed) if of_run == of_recipe else None


@cache
def frozen_recipes() -> Mapping[str, FrozenRecipe]:
    """Return the frozen recipes by their names."""
    tables = tomllib.loads(RECIPES_FILE.read_text(encoding="utf-8"))
    return {name: FrozenRecipe(**fields_of_table(name, table)) for name, table in tables.items()}


def frozen_recipe(name: str) -> FrozenRecipe:
    """Return a frozen recipe.

    Parameters
    ----------
    name : str
        Such as ``best-airplane-ship``; :func:`frozen_recipes` has all of them. Or the path of a file that ends with
        ``.toml``, such as a study's report has for each of its cells.

    Raises
    ------
    ValueError
        If there is no such recipe, or the file is none of a recipe.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import lenetpp as lp
    >>> recipe = lp.frozen_recipe("best-airplane-ship")
    >>> recipe.data.train_per_class
    4000
    >>> run = lp.train(lp.Network.parse(recipe.network), recipe.data.load(), settings=recipe.settings)  # doctest: +SKIP
    """
    check_kind(name, str, "name", "the name of a recipe or its file")
    if name.endswith(FILE_ENDING):
        return FrozenRecipe.read(name)
    known = frozen_recipes()
    if name not in known:
        names = f"the names are {', '.join(known)}; a file ends with .toml"
        raise worded(
            ValueError(f"there is no frozen recipe {name!r}{did_you_mean(name, known)}; {names}"),
            in_shell=f"--recipe {name!r}: there is no network and no frozen recipe of this name"
            f"{did_you_mean(name, (*known, *NAMED_NETWORKS))}; {names}",
        )
    return known[name]


def fields_of_table(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the recipe that a table describes, which was checked."""
    data = dict(table["data"])
    digest = data.pop("digest")
    classes = data.pop("classes", None)
    return {
        "name": name,
        "about": table["about"],
        "data": DataChoice(classes=None if classes is None else tuple(classes), **data),
        "data_digest": digest,
        "network": _core.Architecture(table["network"]).text,
        "settings": TrainingSettings(**table["settings"]),
        "digests": {int(seed): digest for seed, digest in table["digests"].items()},
        "numerics": table["numerics"],
        "dtype": table.get("dtype", "float32"),
    }
