"""Addresses of the page, right and hostile ones, from a seed; and what the page makes of one."""

import json
import random
import re
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import lenetpp as lp
from lenetpp.networks.network_history import NAMED_NETWORKS

from .opened_page import OpenedPage

OWN: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[3] / "web" / "page" / "facts.json").read_text(encoding="utf-8")
)
CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
PROTOTYPES = ("constructor", "__proto__", "toString", "hasOwnProperty", "valueOf")
MODEST = {
    "epochs": (1, 2),
    "batch_size": (2, 64),
    "learning_rate": (1e-4, 0.02),
    "warmup_epochs": (0, 1),
    "step_epochs": (1, 3),
    "weight_decay": (0, 0.01),
    "gradient_clip_norm": (0, 5),
    "gradient_clip_value": (0, 1),
    "adam_epsilon": (1e-8, 1e-3),
    "shift_pixels": (0, 4),
    "cutout_pixels": (0, 8),
    "rotation_degrees": (0, 20),
    "seed": (0, 2**53 - 1),
}
"""Where numbers of trainings that learn something lie, of settings whose range is wide."""


EVERY_SETTING: dict[str, dict[str, Any]] = {
    "sgd": {
        "preset": "lenet5",
        "per_class": 3,
        "epochs": 3,
        "batch_size": 7,
        "learning_rate": 0.004,
        "schedule": "cosine",
        "restarts": "1",
        "warmup_epochs": 0.5,
        "optimizer": "sgd",
        "momentum": 0.8,
        "nesterov": "true",
        "weight_decay": 0.001,
        "decay_weights_only": "true",
        "average_decay": 0.7,
        "loss": "squared_error",
        "reduction": "sum",
        "class_weight": "Bag=2,Coat=0.5",
        "initialization": "glorot",
        "whitening": "true",
        "normalization": "unit",
        "flip_horizontally": "true",
        "alternate_flips": "true",
        "shift_pixels": 2,
    },
    "adamw": {
        "preset": "mixing",
        "classes": "Sneaker,Bag,Coat",
        "per_class": 4,
        "epochs": 3,
        "batch_size": 5,
        "schedule": "step",
        "step_epochs": 1,
        "step_factor": 0.5,
        "optimizer": "adamw",
        "adam_beta1": 0.8,
        "adam_beta2": 0.99,
        "adam_epsilon": 1e-6,
        "gradient_clip_norm": 2.5,
        "gradient_clip_value": 0.1,
        "label_smoothing": 0.1,
        "rotation_degrees": 12.5,
        "scaling": 0.2,
        "shear": 0.1,
        "cutout_pixels": 5,
        "brightness": 0.2,
        "contrast": 0.3,
        "colour_noise": 0.1,
        "seed": 2**53 - 1,
    },
}
"""Addresses, by their optimizer, that together give every setting a value that it has not by itself."""


def random_entries(generator: random.Random) -> list[tuple[str, str]]:
    """Return what an address says: a network, few images, some settings, which may contradict each other."""
    entries = {
        "lang": "en",
        "preset": generator.choice(list(NAMED_NETWORKS)),
        "per_class": str(generator.randint(2, 4)),
    }
    if generator.random() < 0.4:
        names = generator.sample(CLASSES, generator.randint(2, 9))
        entries["classes"] = ",".join(names)
    for name, setting in OWN["settings"].items():
        if name in ("epochs", "batch_size") or generator.random() < 0.12:
            entries[name] = random_value(generator, name, setting)
    return list(entries.items())


def random_value(generator: random.Random, name: str, setting: dict[str, Any]) -> str:
    """Return a value in the range of a setting."""
    match setting["kind"]:
        case "choice":
            return str(generator.choice(setting["choices"]))
        case "switch":
            return generator.choice(("true", "false"))
        case "text":
            return generator.choice(("none", "balanced"))
        case "wholes":
            return "1"
    low, high = MODEST.get(name, (0, 0.9))
    return str(generator.randint(int(low), int(high)) if setting["kind"] == "whole" else generator.uniform(low, high))


def _with(entries: list[tuple[str, str]], key: str, text: str) -> str:
    return written([pair for pair in entries if pair[0] != key] + [(key, text)])


def written(entries: Iterable[tuple[str, object]]) -> str:
    """Return the text of an address."""
    return "#" + "&".join(f"{key}={quote(str(text))}" for key, text in entries)


HOSTILE: tuple[Callable[[list[tuple[str, str]], random.Random], str], ...] = (
    lambda entries, own: _with(entries, "preset", own.choice(PROTOTYPES)),
    lambda entries, own: _with(entries, own.choice(PROTOTYPES), "1"),
    lambda entries, own: _with(entries, "classes", f"{own.choice(PROTOTYPES)},Bag"),
    lambda entries, own: _with(entries, own.choice(["loss", "optimizer", "schedule"]), own.choice(PROTOTYPES)),
    lambda entries, _: _with(entries, "loss", "binary_cross_entropy"),
    lambda entries, own: _with(entries, "per_class", own.choice(["99999", "0", "-1", "1e9", "9" * 400, "x", "", " 3"])),
    lambda entries, own: _with(
        entries,
        own.choice([name for name, one in OWN["settings"].items() if "range" in one]),
        own.choice(["NaN", "Infinity", "1e999", "-5", "0x10", "9" * 400, "", "1_000", "\u0663", "0.5.5", "null"]),
    ),
    lambda entries, own: _with(entries, "restarts", own.choice(["3,1", "1,1", "0", "1,", "9999999999999999", "a"])),
    lambda entries, own: _with(
        entries, "classes", own.choice(["Bag", "Bag,Bag", "", ",", "Bag,Boat", "0,1", "Bag;Coat"])
    ),
    lambda entries, own: _with(
        entries, "data", own.choice(["mnist", "mnist@00000000", "@", "fashion-mnist-5000@12345678"])
    ),
    lambda entries, own: _with(entries, "numerics", own.choice(["1", "99", "four"])),
    lambda entries, own: _with(entries, own.choice(["patience", "keep", "evaluate_every"]), "2"),
    lambda entries, own: _with(entries, "lang", own.choice(["fr", "", "__proto__"])),
    lambda entries, own: _with(
        entries,
        "network",
        own.choice(
            [
                "",
                "|",
                "1x28x28 | dense",
                "1x28x28 | dense 7",
                "3x32x32 | dense 10",
                "1x28x28 | dense 4000000000 | dense 10",
                "1x28x28 | " + "residual [ " * 400 + "relu" + " ]" * 400,
                "1x28x28 | conv 6x5x5 rolu | dense 10",
                "\u0000\ud7ff",
                '1x28x28 | dense 10"; echo',
            ]
        ),
    ),
    lambda entries, own: (
        written(entries) + own.choice(["&", "&&&", "&seed", "&=", "&=1", "&%", "&seed=%zz", "&x=%E0%A4"])
    ),
    lambda entries, _: written([*entries, ("seed", "1"), ("seed", "2")]),
    lambda entries, _: written(entries) + "&note=" + "x" * 30_000,
    lambda _, own: own.choice(["#", "#%", "##", "#<script>alert(1)</script>", "#seed=1?seed=2", "#\u202e"]),
)
"""What can be wrong with an address; some of it by chance is right."""


def random_address(generator: random.Random) -> str:
    """Return one address, every second a hostile one."""
    entries = random_entries(generator)
    return generator.choice(HOSTILE)(entries, generator) if generator.random() < 0.5 else written(entries)


class Outcome:
    """What the page makes of an address in a tab that may have shown another one before.

    Attributes
    ----------
    sentence : str
        What it says of the address; empty where nothing is wrong with it.
    command : str
        What it shows then.
    digest : str
        Of the network at the end of the training; "diverged" where there is no end.
    """

    def __init__(self, page: OpenedPage, address: str) -> None:
        self.sentence = self.command = self.digest = ""
        page.go(address)
        if page.page.locator("#problem").is_visible():
            self.sentence = page.text("#problem")
            return
        self.command = page.text("#command")
        page.page.click("#train")
        state = page.page.locator("#state", has_text=re.compile("^(Finished|Training diverged)"))
        state.wait_for(timeout=120_000)
        self.digest = page.text("#digest") if state.inner_text().startswith("Finished") else "diverged"


def digest_of(command: str, train: Callable[..., Any]) -> str:
    """Return the digest that a command of the page gives; `train` is given its words and returns its JSON."""
    words = shlex.split(command)
    assert words[:2] == ["lenetpp", "train"], command
    try:
        return str(train(*words[2:])["digest"])
    except lp.TrainingDiverged:
        return "diverged"
