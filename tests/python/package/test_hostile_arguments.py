"""Hostile arguments give a ValueError or a TypeError that names the argument."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.networks.receptive_fields import ReceptiveField
from lenetpp.pictures.colours import Colour
from lenetpp.pictures.confusion import ConfusionMatrix
from lenetpp.pictures.scale import Scale

from .patterns import TEXT, stripes_data

HALF = "\ud800"
HUGE = 10**400
IMAGES = np.zeros((2, 1, 8, 8), np.uint8)
LABELS = np.array([0, 1], np.int32)
ENDLESS = np.broadcast_to(np.float32(1), (10**12,))


def network() -> lp.Network:
    made = lp.Network.parse(TEXT)
    made.initialize(1)
    return made


CALLS: list[tuple[str, Callable[[], object]]] = [
    # Halves of characters, which no file can hold
    ("text", lambda: lp.Network.parse(HALF)),
    ("scheme", lambda: network().initialize(1, HALF)),  # type: ignore[arg-type]
    ("loss", lambda: network().evaluate(IMAGES, [0, 1], loss=HALF)),  # type: ignore[arg-type]
    ("name", lambda: lp.train(network(), stripes_data(), name=HALF)),
    ("note", lambda: lp.train(network(), stripes_data(), note=HALF)),
    ("tag", lambda: lp.train(network(), stripes_data(), tags=[HALF])),
    ("origin", lambda: lp.train(network(), stripes_data(), origin=HALF)),
    ("runs", lambda: lp.train(network(), stripes_data(), runs=HALF)),
    ("folder", lambda: lp.runs(HALF)),
    ("path", lambda: network().save(HALF)),
    ("model", lambda: lp.Network.from_onnx(HALF)),
    ("source", lambda: lp.load_data(HALF)),
    ("path", lambda: lp.FrozenRecipe.read(HALF)),
    # What is not of the kind that is wanted
    ("metrics", lambda: network().evaluate(IMAGES, [0, 1], metrics=[1])),  # type: ignore[arg-type]
    ("run", lambda: lp.delete(None)),  # type: ignore[arg-type]
    ("runs", lambda: lp.match_filters([1, 2], 0)),  # type: ignore[list-item]
    ("runs", lambda: lp.ComparedRuns((1,))),  # type: ignore[arg-type]
    ("rows", lambda: lp.RunTable("text")),  # type: ignore[arg-type]
    ("epochs", lambda: lp.History([1])),  # type: ignore[list-item]
    ("settings", lambda: lp.Run(network=network(), settings=1)),  # type: ignore[arg-type]
    ("history", lambda: lp.Run(network=network(), settings=lp.TrainingSettings(), history=[])),  # type: ignore[arg-type]
    ("others", lambda: untrained().curves("loss", 1)),  # type: ignore[arg-type]
    ("name", lambda: lp.frozen_recipe(None)),  # type: ignore[arg-type]
    ("data", lambda: lp.recipe("lenet5", 1)),  # type: ignore[arg-type]
    ("network", lambda: lp.layer_outputs(None, IMAGES)),  # type: ignore[arg-type]
    ("train_images", lambda: lp.Dataset(None, LABELS, IMAGES, LABELS, ("a", "b"))),  # type: ignore[arg-type]
    ("parts", lambda: Scale.of_parts("text", "each")),  # type: ignore[arg-type]
    ("descending", lambda: lp.RunTable([]).sort("seed", descending=HUGE)),  # type: ignore[arg-type]
    # Without an end: refused before it is read
    ("values", lambda: network().set_parameters(ENDLESS)),  # type: ignore[arg-type]
    ("values", lambda: network().set_state(ENDLESS)),  # type: ignore[arg-type]
    ("rows", lambda: lp.RunTable(ENDLESS)),  # type: ignore[arg-type]
    ("epochs", lambda: lp.History(ENDLESS)),
    ("runs", lambda: lp.ComparedRuns(ENDLESS)),  # type: ignore[arg-type]
    ("parts", lambda: Scale.of_parts(ENDLESS, "common")),  # type: ignore[arg-type]
    ("epochs", lambda: untrained().augmentation(epochs=HUGE, data=stripes_data())),
    ("images", lambda: untrained().augmentation(images=0, data=stripes_data())),
    # Too large, infinite, not a number
    ("index", lambda: lp.pool_winners(network(), 2**63, IMAGES)),
    ("rate", lambda: lp.Dropout(float("inf"))),
    ("epsilon", lambda: lp.BatchNormalization(epsilon=float("inf"))),
    ("units", lambda: lp.Dense(HUGE)),
    ("learning_rate", lambda: lp.TrainingSettings(learning_rate=HUGE)),
    ("value", lambda: Scale(1.0).colour(HUGE)),
    ("values", lambda: Scale(1.0).pixels(np.array(HUGE))),
    ("value", lambda: Scale(1.0).text(HUGE)),
    ("share", lambda: Colour(1, 2, 3).tint(float("inf"))),
    ("row", lambda: ReceptiveField((1, 1), (1, 1), (0, 0)).centre(HUGE, 0)),
]


def untrained() -> lp.Run:
    return lp.Run(network=network(), settings=lp.TrainingSettings(shift_pixels=1))


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[f"{number}-{name}" for number, (name, _) in enumerate(CALLS)])
def test_hostile_arguments_are_refused_by_name(name: str, call: Callable[[], object]) -> None:
    with pytest.raises((ValueError, TypeError), match=name):
        call()


@pytest.mark.parametrize("number", [2**63, HUGE, -(2**63)])
def test_places_that_do_not_exist_are_index_errors(number: int) -> None:
    evaluation = network().evaluate(IMAGES, [0, 1])
    winners = untrained().winners(IMAGES[0], 1)
    with pytest.raises(IndexError, match="true"):
        ConfusionMatrix(evaluation).colour(number, 0)
    with pytest.raises(IndexError, match="plane"):
        winners.centres(number)


@pytest.mark.parametrize("argument", ["X", "sample_weight"])
def test_the_classifier_refuses_numbers_beyond_floats_by_name(argument: str) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    given: dict[str, object] = {"X": np.zeros((4, 64)), "y": [0, 1, 0, 1], argument: [[HUGE]] * 4}
    with pytest.raises(ValueError, match=argument):
        lp.LeNetClassifier().fit(**given)  # type: ignore[arg-type]


def test_checkpoints_may_be_as_far_apart_as_one_likes() -> None:
    lp.train(lp.Network.parse(TEXT), stripes_data(), runs=None, epochs=1, checkpoint_seconds=HUGE)


READERS: dict[str, Callable[[Path], object]] = {
    "from_onnx": lp.Network.from_onnx,
    "load": lp.Network.load,
    "load_data": lp.load_data,
    "read_images": lambda path: lp.read_images([path], (1, 8, 8)),
    "recipe": lp.FrozenRecipe.read,
}


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes with a name")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("reader", READERS)
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path, reader: str) -> None:
    pipe = tmp_path / "file.toml"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match=r"regular file|no such file"):
        READERS[reader](pipe)
