"""What the Tab key offers: names of runs, data sets, networks, recipes and pictures."""

import re
from collections.abc import Iterable

from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.data.published import PUBLISHED
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.records.labels import read_label
from lenetpp.records.run_files import default_runs_folder, run_folders
from lenetpp.training.frozen_recipes import frozen_recipes

HARMLESS = re.compile(r"[\w.+-]+")
"""Names that a shell takes as they are: anybody may have made a folder, and shells evaluate what they are offered."""


def run_names(incomplete: str) -> list[str]:
    """Return the runs that can be meant, latest first."""
    try:
        folders = run_folders(default_runs_folder())[::-1]
        names = [*filter(None, (read_label(folder).name for folder in folders)), *(folder.name for folder in folders)]
    except OSError:
        names = []
    return beginning(incomplete, dict.fromkeys(("last", "best", *names)))


def data_names(incomplete: str) -> list[str]:
    """Return the data sets that have a name."""
    return beginning(incomplete, (EMBEDDED_NAME, *PUBLISHED))


def network_names(incomplete: str) -> list[str]:
    """Return the networks that have a name."""
    return beginning(incomplete, NAMED_NETWORKS)


def recipe_names(incomplete: str) -> list[str]:
    """Return the recipes: those of named networks, and frozen ones."""
    return beginning(incomplete, (*NAMED_NETWORKS, *frozen_recipes()))


def beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    """Return the names that begin so."""
    return [name for name in names if name.startswith(incomplete) and HARMLESS.fullmatch(name)]
