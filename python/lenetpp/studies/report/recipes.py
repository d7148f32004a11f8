"""Recipes: a file for each cell, by which anyone can train it again, wherever the figures were made."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from lenetpp.basics.shell_words import shell_command
from lenetpp.basics.surroundings import numerics
from lenetpp.data.choice import DataChoice
from lenetpp.studies.answers import AnyAnswer, cells_of
from lenetpp.studies.cells import Cell
from lenetpp.training.frozen_recipes import FrozenRecipe

FOLDER = "recipes"
MOST_LETTERS = 60
"""Of a file's name."""

RecipeFiles: TypeAlias = Mapping[int, str]
"""The path of a cell's recipe within the report, by the cell's identity."""


def recipe_files(answers: Iterable[AnyAnswer]) -> RecipeFiles:
    """Return where the recipes are: a folder for each question, a file for each cell, named after its levels."""
    files: dict[int, str] = {}
    for answer, cell in cells_of(answers):
        stem = f"{FOLDER}/{slug(answer.name)}/{slug(cell.label)}"
        name, number = f"{stem}.toml", 1
        while name in files.values():
            number += 1
            name = f"{stem}-{number}.toml"
        files[id(cell)] = name
    return files


def recipe_of(title: str, cell: Cell) -> FrozenRecipe:
    """Return what a cell was trained by, with the digests of its runs; `title` is that of its question."""
    training = cell.training
    digests = {seed: run.table("results").get("digest") for seed, run in cell.runs.items()}
    return FrozenRecipe(
        name=cell.label,
        about=f"{title} {cell.label}",
        data=replace(training.data, source=source_name(training.data)),
        data_digest=training.data_digest,
        network=training.network,
        settings=replace(training.settings, seed=1),
        digests={seed: str(digest) for seed, digest in digests.items() if digest is not None},
        numerics=numerics(),
        dtype=training.dtype,
    )


def training_command(recipe_file: str, seed: int) -> str:
    """Return the command, in the report's folder, that trains a cell with a seed again."""
    return shell_command("lenetpp", "train", "--recipe", recipe_file, "--seed", str(seed))


def source_name(data: DataChoice) -> str:
    """Return the name of a source of data; of a path, where it lies on this machine is nobody's business."""
    return data.source.replace("\\", "/").rstrip("/").rsplit("/")[-1]


def slug(name: str) -> str:
    """Return a name of small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:MOST_LETTERS].rstrip("-") or "unnamed"
