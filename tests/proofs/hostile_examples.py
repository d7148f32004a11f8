"""Hostile values, and valid ones for every argument of what is public."""

import inspect
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import lenetpp as lp


class RefusedError(Exception):
    """What a hostile object raises itself: this may reach whoever gave it."""


class Raising:
    """An object that raises whatever it is asked for."""

    def _raise(self, *_: Any, **__: Any) -> Any:
        raise RefusedError("the hostile object itself")

    __index__ = __array__ = __str__ = __len__ = __iter__ = __float__ = __fspath__ = _raise


def _recursive() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


HOSTILE: dict[str, Callable[[], Any]] = {
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "-0.0": lambda: -0.0,
    "10**400": lambda: 10**400,
    "2**63": lambda: 2**63,
    "-1": lambda: -1,
    "True": lambda: True,
    "''": lambda: "",
    "half a surrogate": lambda: "\ud800",
    "a null": lambda: "a\x00b",
    "a long text": lambda: "x" * 1_000_000,
    "bytes": lambda: b"",
    "None": lambda: None,
    "object()": object,
    "[]": list,
    "{}": dict,
    "set()": set,
    "a function": lambda: lambda: None,
    "an object that raises": Raising,
    "an array of no axis": lambda: np.array(1.0),
    "an empty array": lambda: np.zeros((0,), np.float32),
    "an array of objects": lambda: np.array([object(), None, "a"], dtype=object),
    "a complex array": lambda: np.ones((2, 1, 8, 8), np.complex128),
    "a big-endian array": lambda: np.ones((2, 1, 8, 8), ">f4"),
    "a strided array": lambda: np.ones((4, 2, 16, 16), np.float32)[::2, ::2, ::2, ::-2],
    "an array of NaN": lambda: np.full((2, 1, 8, 8), np.nan, np.float32),
    "a float16 array": lambda: np.ones((2, 1, 8, 8), np.float16),
    "a huge array": lambda: np.broadcast_to(np.float32(1), (10**12,)),
    "a huge stack of images": lambda: np.broadcast_to(np.uint8(1), (10**10, 1, 8, 8)),
    "a list in itself": _recursive,
}


STUDY = """
title = "Sizes"
seeds = 1
base = { network = "1x28x28 | dense 10", train_per_class = 2, test_per_class = 2, epochs = 1 }
factors.batch_size = [4, 8]
questions.size = { title = "Which size?", compare = "batch_size" }
"""


class Examples:
    """Valid values, made anew for each call.

    An argument's is looked for under "function.argument", then among the attributes of an object of the class that is
    made, then under the argument's own name. Those under the first name are given even where there is a default.
    """

    def __init__(self, folder: Path, objects: Mapping[type, Any]) -> None:
        from python.package.patterns import stripes, stripes_data
        from python.package.public_objects import TEXT

        self._folder = folder
        by_name = {one.__name__: value for one, value in objects.items()}
        data = stripes_data(validation=15)
        images, labels = self._samples = stripes(6)
        network = lp.Network.parse(TEXT)
        network.initialize(1)
        run = lp.train(network.copy(), data, runs=folder / "runs", epochs=1, seed=1, progress=False)
        assert run.folder is not None
        self._recorded = run.folder
        self.objects = {**objects, lp.Evaluation: network.evaluate(images, labels, probabilities=True)}
        picture = folder / "picture.png"
        picture.write_bytes(by_name["Filters"].figure_file(".png"))
        model, recipe, study = folder / "a model", folder / "recipe.toml", folder / "study.toml"
        network.save(model)
        study.write_text(STUDY, encoding="utf-8")
        recipe.write_text(by_name["FrozenRecipe"].file_text(), encoding="utf-8")
        cell, file = by_name["Cell"], by_name["StudyFile"]
        self._makers: dict[str, Callable[[], Any]] = {
            "run": lambda: self._recorded,
            "runs": lambda: [self._recorded, self._recorded],
            "compare.runs": lambda: [self._recorded, self._recorded],
            "runs.folder": lambda: self._recorded.parent,
            "delete.run": self._copied_run,
            "label.run": self._copied_run,
            "resume.run": self._copied_run,
            "resume.data": lambda: data,
            "resume.epochs": lambda: 2,
            "replay.data": lambda: data,
            "train.runs": self._fresh,
            "train.epochs": lambda: 1,
            "train.progress": lambda: False,
            "study.source": lambda: study,
            "study.runs": lambda: folder / "studied",
            "study.out": self._fresh,
            "study.progress": lambda: False,
            "fetch_data.name": lambda: "fashion-mnist-5000",
            "frozen_recipe.name": lambda: next(iter(lp.frozen_recipes())),
            "name": lambda: "lenet5",
            "load_data.train_per_class": lambda: 2,
            "load_data.test_per_class": lambda: 2,
            "files": lambda: [picture],
            "read_images.fit": lambda: "pad",
            "input_shape": lambda: (1, 8, 8),
            "network": network.copy,
            "data": lambda: data,
            "images": lambda: images,
            "labels": lambda: labels,
            "image": lambda: images[0],
            "X": lambda: images,
            "y": lambda: labels,
            "LeNetClassifier.partial_fit.classes": lambda: [0, 1, 2],
            "LeNetClassifier.network": lambda: "dense 3",
            "LeNetClassifier.epochs": lambda: 1,
            "index": lambda: 1,
            "metrics": lambda: {"accuracy": lambda true, predicted: float((true == predicted).mean())},
            "path": lambda: self._fresh() / "file.html",
            "save.path": lambda: self._fresh() / "file.png",
            "FrozenRecipe.read.path": lambda: recipe,
            "FrozenRecipe.expected_digest.data_digest": lambda: data.digest,
            "FrozenRecipe.expected_digest.run": lambda: run,
            "Network.load.path": lambda: model,
            "Network.layers": lambda: [lp.Conv2D(2, 3), lp.Dense(3)],
            "Residual.layers": lambda: [lp.Conv2D(1, 3, padding=1)],
            "Network.from_core.core": lambda: network.core,
            "Network.from_onnx.model": lambda: network.to_onnx(),
            "Network.from_torch.module": _module,
            "Network.set_parameters.values": network.parameters,
            "Network.set_state.values": network.state,
            "Run.curves.measure": lambda: "accuracy",
            **{f"Run.{name}.data": lambda: data for name in ("ablation", "altered", "augmentation", "mistakes")},
            **{f"Run.{name}.data": lambda: data for name in ("page", "patches", "probe")},
            "Run.curves.others": lambda: [run],
            "Run.augmentation.images": lambda: 2,
            "module": _module,
            "model": network.to_onnx,
            "axes": _axes,
            "ending": lambda: ".png",
            "text": lambda: TEXT,
            "dtype": lambda: "float32",
            "count": lambda: 3,
            "k": lambda: 1,
            "taker": lambda: "trainer",
            "train": lambda: (images, labels),
            "classes": lambda: ["a", "b", "c"],
            "values": lambda: np.ones((2, 2), np.float32),
            "parts": lambda: [np.ones((2, 2), np.float32)],
            "choice": lambda: "common",
            "value": lambda: 0.5,
            "share": lambda: 0.5,
            "other": lambda: by_name["Colour"],
            "figures": lambda: {"test_accuracy": 0.5, "test_loss": 0.5},
            "alteration": lambda: next(iter(by_name["AlteredAccuracies"].altered)),
            "sets": lambda: [_filters_of(network, 0)] * 2,
            **dict.fromkeys(("true", "predicted", "frame", "line", "column", "row", "plane"), lambda: 0),
            "History.epochs": lambda: list(run.history),
            "RunTable.rows": lambda: list(lp.runs(self._recorded.parent)),
            "RunTable.sort.name": lambda: "test_accuracy",
            "RunTable.where.text": lambda: "test_accuracy > 0.1",
            "Training.with_seed.seed": lambda: 1,
            "StudyFile.factor.question": lambda: next(iter(file.questions.values())),
            "StudyFile.factor.name": lambda: "batch_size",
            "names": lambda: [next(iter(file.questions))],
            "where": lambda: dict(cell.levels),
            "measure": lambda: next(iter(cell.values)),
            "RecordedRun.read.folder": lambda: self._recorded,
            "RecordedRun.table.name": lambda: "settings",
        }

    def _fresh(self) -> Path:
        (self._folder / "made").mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._folder / "made"))

    def _copied_run(self) -> Path:
        return Path(shutil.copytree(self._recorded, self._fresh() / self._recorded.name))

    def is_given(self, name: str, parameter: inspect.Parameter) -> bool:
        """Whether an argument gets an example: it must, or is given so that little is done."""
        return parameter.default is parameter.empty or f"{name}.{parameter.name}" in self._makers

    def lacks(self, name: str, function: Callable[..., Any]) -> list[str]:
        """Return the arguments that must be given and have no example."""
        needed = (one for one in inspect.signature(function).parameters.values() if one.default is one.empty)
        named = (one for one in needed if one.kind is not one.VAR_KEYWORD)
        return [f"{name}({one.name})" for one in named if self._maker(name, one.name) is None]

    def valid(self, name: str, argument: str) -> Any:
        """Return a valid value for an argument."""
        maker = self._maker(name, argument)
        assert maker is not None
        return maker()

    def _maker(self, name: str, argument: str) -> Callable[[], Any] | None:
        made = next(
            (one for kind, one in self.objects.items() if kind.__name__ == name and kind is _offered(name)), None
        )
        whole, method = f"{name}.{argument}", f"{name.rpartition('.')[2]}.{argument}"
        if whole in self._makers or not hasattr(made, argument):
            return next((self._makers[key] for key in (whole, method, argument) if key in self._makers), None)
        return lambda: getattr(made, argument)

    def use(self, result: Any) -> None:
        """Fit a classifier, which checks its arguments only then as scikit-learn wants it."""
        if isinstance(result, lp.LeNetClassifier) and not hasattr(result, "classes_"):
            result.fit(*self._samples)


def _offered(name: str) -> Any:
    return getattr(lp, name, None)


def _axes() -> Any:
    from matplotlib.figure import Figure

    return Figure().add_subplot()


def _module() -> Any:
    from torch import nn

    return nn.Sequential(nn.Flatten(), nn.Linear(64, 3)).eval()


def _filters_of(network: lp.Network, layer: int) -> Any:
    from lenetpp.filters.layer_filters import LayerFilters

    return LayerFilters.of(network, layer)
