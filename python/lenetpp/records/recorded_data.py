"""The data of a run: how a record describes them, and how they are found again."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lenetpp.basics.kinds import as_path
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.basics.printable import text_of
from lenetpp.data.class_order import in_order_of
from lenetpp.data.errors import DataError
from lenetpp.data.load import load_data
from lenetpp.data.naming import made_of
from lenetpp.data.parts import SPELLINGS
from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.data.published import PUBLISHED
from lenetpp.records.needed_arguments import ArgumentNeeded

if TYPE_CHECKING:
    from lenetpp.data import Dataset


def description_of(data: "Dataset") -> dict[str, Any]:
    """Return what a record says about data: enough to load the same again, unless they are arrays of one's own."""
    description = {
        "name": data.name,
        "digest": data.digest,
        "classes": list(data.classes),
        "images": {part: len(labels) for part, _, labels in data.parts()},
        "train_images_by_class": np.bincount(data.train_labels, minlength=len(data.classes)).tolist(),
        "pixels": str(data.train_images.dtype),
        "selection": dict(data.selection),
    }
    if data.weights_digest is not None:
        description["weights"] = data.weights_digest
    if data.name not in (EMBEDDED_NAME, *PUBLISHED) and Path(data.name).exists():
        # To be found again from any working folder.
        description["path"] = str(Path(data.name).resolve())
    return description


def find_again(description: Mapping[str, Any]) -> "Dataset":
    """Return the data that a record describes, which may have changed: compare the digests.

    Raises
    ------
    ArgumentNeeded
        If they cannot be found.
    """
    source, digest = description.get("path", description["name"]), description["digest"]
    try:
        return found_at(source, description)
    except DataError as error:
        if (origin := made_of(source)) != source:
            raise ArgumentNeeded(
                f"the data of the run, {source!r}, were made of {origin!r} in Python by split(), renamed() or an "
                "index, which the record cannot repeat",
                "make them again in Python by the same calls, data = lp.load_data(...).split(...), and give them to "
                "the method that needs them, such as lp.Run.load(...).mistakes(data=data).save('mistakes.png') (their "
                f"digest is {digest}); of splits a record repeats the shares of load_data(), and those of one "
                "split(seed=...) of all images that load_data() found",
                "data=",
            ) from error
        raise ArgumentNeeded(
            f"the data of the run, {source!r}, cannot be found again ({error})",
            f"give data with the digest {digest} as {{}}",
            "data=",
        ) from error


def learned_from(record: Mapping[str, Any], places: Iterable[str | Path]) -> list[str | Path]:
    """Return which pictures, or folders of pictures, are among those that a run learned from, or hold such."""
    source = record["data"].get("path")
    if source is None or not Path(source).is_dir():
        return []
    return [place for place in places if _has_training_pictures(as_path(place, "places").resolve(), Path(source))]


def _has_training_pictures(place: Path, folder: Path) -> bool:
    if not place.is_relative_to(folder):
        return folder.is_relative_to(place)
    part = place.relative_to(folder).parts[:1]
    return not {*part} & {*SPELLINGS["test"], *SPELLINGS["validation"]}


def learning_in_words(record: Mapping[str, Any]) -> str:
    """Return what is to be said where a run is measured on pictures that it learned from."""
    folder = text_of(record["data"]["path"])
    said = say("the run learned from pictures in {folder}: it may classify new ones less well", folder=folder)
    tested, accuracy = record["data"]["images"].get("test"), record.get("results", {}).get("test_accuracy")
    if not (tested and accuracy):
        return said
    tests = {"count": f"{tested:,}", "share": percent(accuracy)}
    return say("{first}; of its {count} test images {share} were right", first=said, **tests)


def found_at(source: str, description: Mapping[str, Any]) -> "Dataset":
    """Return the data at another place, by name or path, of which the run's choice is made again."""
    return load_data(source, **description["selection"])


def same_data(description: Mapping[str, Any], data: "Dataset | None") -> "Dataset":
    """Return the very data that a record describes: `data`, with their classes in its order, or those found again.

    Raises
    ------
    ArgumentNeeded
        If they cannot be found, or are others.
    """
    found = in_order_of(description["classes"], find_again(description) if data is None else data)
    if found.digest != description["digest"]:
        raise ArgumentNeeded(
            f"the data {found.name!r} are not those of the run: their digest is {found.digest}"
            + _other_classes(description["classes"], found),
            f"give data with the digest {description['digest']} as {{}}",
            "data=",
        )
    return found


def _other_classes(recorded: Sequence[str], data: "Dataset") -> str:
    """Return both lists of classes, where they differ."""
    if sorted(recorded) == sorted(data.classes):
        return ""
    return (
        f", their classes are {', '.join(data.classes)}, and the run's {', '.join(recorded)}: call them as the run "
        "does (folders of photos by renaming them)"
    )
