"""Complete ``frozen_recipes.toml``: train each recipe with some seeds, and write the digests that everybody should get.

    python tools/freeze_recipes.py                                         # all anew, say after a change of numerics
    python tools/freeze_recipes.py best-airplane-ship-residual --seeds 10  # a new one

Runs that exist, those of ``lenetpp study blog`` for instance, are not trained again.
"""

import argparse
import tomllib
from pathlib import Path

import tomli_w

from lenetpp.basics.surroundings import numerics
from lenetpp.records.run_files import default_runs_folder, read_record
from lenetpp.studies.running import run_missing
from lenetpp.studies.trainings import Training
from lenetpp.training.frozen_recipes import FrozenRecipe, fields_of_table

RECIPES = Path(__file__).parents[1] / "python/lenetpp/training/frozen_recipes.toml"


def main() -> None:
    """Train what is missing, and write the file anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", nargs="*", help="names; all by default")
    parser.add_argument("--seeds", type=int, help="how many; by default as many as a recipe has digests, else 10")
    arguments = parser.parse_args()
    tables = tomllib.loads(RECIPES.read_text(encoding="utf-8"))
    if unknown := set(arguments.recipes) - set(tables):
        parser.error(f"recipes must be of {', '.join(tables)}, but {', '.join(sorted(unknown))} is not")
    for name in arguments.recipes or tables:
        table = tables[name]
        recipe = FrozenRecipe(**fields_of_table(name, table))
        seeds = range(1, 1 + (arguments.seeds or len(recipe.digests) or 10))
        data = recipe.data.load()
        images = len(data.train_images)
        training = Training(recipe.data, data.digest, recipe.network, "float32", recipe.settings, images)
        trainings = {seed: training.with_seed(seed) for seed in seeds}
        runs = run_missing(list(trainings.values()), default_runs_folder())
        for failure in runs.failures.values():
            raise SystemExit(f"{name}: {failure.reason}")
        table["data"]["digest"] = data.digest
        table["numerics"] = {name: numerics()[name] for name in ("version", "class")}
        table["digests"] = {
            str(seed): read_record(runs.folders[training.key])["results"]["digest"]
            for seed, training in trainings.items()
        }
    RECIPES.write_text(tomli_w.dumps(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
