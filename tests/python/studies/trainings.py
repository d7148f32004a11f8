"""Small trainings on the data inside the package, and what came of them."""

from functools import cache
from pathlib import Path
from typing import Any

import lenetpp as lp
from lenetpp.records.run_files import read_record
from lenetpp.studies.runs_of_study import RunsOfStudy
from lenetpp.studies.trainings import Training, make_training

DENSE = "1x28x28 | dense 10"
DATA = {"train_per_class": 20, "test_per_class": 10}


@cache
def load(choice: Any) -> lp.Dataset:
    data: lp.Dataset = choice.load()
    return data


def training(seed: int = 1, **settings: Any) -> Training:
    return make_training({"network": DENSE, "epochs": 2, **DATA, **settings}, load).with_seed(seed)


def trainings(*seeds: int, **settings: Any) -> list[Training]:
    return [training(seed, **settings) for seed in seeds]


def digests(runs: RunsOfStudy) -> dict[str, str]:
    """The digest of the weights by the key of the training."""
    return {key: read_record(folder)["results"]["digest"] for key, folder in runs.folders.items()}


def run_names(runs: Path) -> list[str]:
    return sorted(path.parent.name for path in runs.glob("*/run.toml"))


def trained_alone(of: Training, runs: Path | None = None) -> lp.Run:
    """What lenetpp.train makes of it."""
    return lp.train(lp.Network.parse(of.network, dtype=of.dtype), of.data.load(), settings=of.settings, runs=runs)
