"""What the page in the browser knows of the package: web/page/facts.json.

Settings, networks with their recipes, and by which fingerprint published data are known.

``python tools/page_facts.py`` writes it anew; a test fails where it is not what the package says.
"""

import json
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from lenetpp.data.published import PUBLISHED
from lenetpp.networks.named_networks import ENOUGH_IMAGES, MOST_EPOCHS
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.settings.declaration import DeclaredSetting, Range, declared_settings
from lenetpp.settings.training_settings import TrainingSettings

FACTS_FILE = Path(__file__).resolve().parents[1] / "web" / "page" / "facts.json"
NOT_IN_THE_PAGE = {
    "patience": "it judges by validation images, which the page does not set apart",
    "keep": "it judges by validation images, which the page does not set apart",
    "evaluate_every": "the page evaluates after every epoch; the weights are the same",
}
"""Settings that the page does not have, and why; an address that names one gets this for an answer."""
NARROWER = {"seed": Range(at_least=0, below=2**53)}
"""Ranges where the page takes fewer numbers than the package: beyond 2^53 JavaScript's are not all there."""
KINDS = {int: "whole", float: "number", bool: "switch", str: "text", tuple[int, ...]: "wholes"}


def facts() -> dict[str, Any]:
    """Return what the page knows."""
    declared, defaults = declared_settings(TrainingSettings), TrainingSettings().as_dict()
    return {
        "settings": {one.name: setting_facts(one) for one in declared if one.name not in NOT_IN_THE_PAGE},
        "missing": NOT_IN_THE_PAGE,
        "networks": {
            name: {
                "layers": named.layers,
                "recipe": {key: value for key, value in named.recipe.as_dict().items() if value != defaults.get(key)},
            }
            for name, named in NAMED_NETWORKS.items()
        },
        "published": {
            data.name: {"classes": data.classes, "digest": data.digest} for data in PUBLISHED.values() if data.digest
        },
        "most_epochs": MOST_EPOCHS,
        "enough_images": ENOUGH_IMAGES,
    }


def setting_facts(setting: DeclaredSetting) -> dict[str, Any]:
    """Return what the page knows of a setting: how it is written, checked, and said to the command."""
    has_choices = get_origin(setting.kind) is Literal
    facts = {
        "kind": "choice" if has_choices else KINDS[setting.kind],
        "default": setting.default,
        "option": setting.option,
        "help": setting.help,
        "panel": setting.about.panel,
    }
    if has_choices:
        facts["choices"] = get_args(setting.kind)
    numbers = NARROWER.get(setting.name, setting.about.range)
    if numbers is not None:
        bounds = {name: getattr(numbers, name) for name in ("at_least", "above", "at_most", "below")}
        facts["range"] = {name: bound for name, bound in bounds.items() if bound is not None} | {"words": str(numbers)}
    if setting.about.beside is not None:
        other, *values = setting.about.beside
        facts["beside"] = {"setting": other, "values": values}
    return facts


def written() -> str:
    """Return the file's text."""
    return json.dumps(facts(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FACTS_FILE.write_text(written(), encoding="utf-8")
