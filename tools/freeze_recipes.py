"""Complete ``frozen_recipes.toml``: train each recipe with some seeds, and write the digests that everybody should get.

    python tools/freeze_recipes.py --seeds 10

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
from lenetpp.training.frozen_recipes import FrozenRecipe

RECIPES = Path(__file__).parents[1] / "python/lenetpp/training/frozen_recipes.toml"


def main() -> None:
    """Train what is missing, and write the file anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(1, parser.parse_args().seeds + 1)
    tables = tomllib.loads(RECIPES.read_text(encoding="utf-8"))
    for name, table in tables.items():
        recipe = FrozenRecipe.from_table(name, table)
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
