"""Folders of pictures with one subfolder for each class, and how they are divided into parts."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.image_files import GREY_MODES, SUFFIXES, converted, open_picture, to_planes
from lenetpp.data.limits import Allowance
from lenetpp.data.parts import ALL_SPELLINGS, SPELLINGS, spelling_of

if TYPE_CHECKING:
    from PIL import Image

TEST_SHARE = 5
"""Without a test part, one in so many training pictures of a class is held out."""

ClassFiles = dict[str, list[Path]]
"""The files of each class, both in order."""


def has_class_folders(folder: Path) -> bool:
    """Whether `folder` has a subfolder with pictures in it, or one called "train"."""
    return (folder / "train").is_dir() or any(_pictures(subfolder) for subfolder in _subfolders(folder))


def read_image_folder(folder: Path) -> Dataset:
    """Read pictures from one subfolder for each class, or from such subfolders of "train", "validation" and "test".

    Classes are the subfolders' names, sorted; the samples of a class are its files, sorted by name. If all pictures
    are grey they have one plane, otherwise three: red, green, blue. Transparency is dropped, and 16 bits become 8 as
    in :func:`lenetpp.read_images`. "validation" can also be called "valid" or "val". Without a folder "test" the last
    fifth of each class (at least one picture) is taken from the training pictures as the test part, which the data
    set's note says: the last in order of names, because neighbours in a series are often nearly alike.

    Raises
    ------
    DataError
        If there are no pictures, one cannot be read, they differ in size, or the parts differ in classes.
    """
    parts, note = _parts(folder)
    names = list(parts["train"])
    in_order = (file for classes in parts.values() for name in names for file in classes[name])
    pictures = _read_all(in_order, Allowance())
    arrays = {}
    for part, files in parts.items():
        labels = np.repeat(np.arange(len(names), dtype=np.int32), [len(files[name]) for name in names])
        arrays[part] = pictures[: len(labels)], labels
        pictures = pictures[len(labels) :]
    data = Dataset.from_arrays(arrays["train"], arrays["test"], validation=arrays.get("validation"), classes=names)
    return dataclasses.replace(data, note=note)


def _parts(folder: Path) -> tuple[dict[str, ClassFiles], str]:
    """Return the files of each part, and a note about where the test part comes from."""
    parts = {}
    if (folder / "train").is_dir():
        names = {subfolder.name for subfolder in _subfolders(folder)}
        for part in SPELLINGS:
            spelling = spelling_of(part, names, str(folder))
            if spelling is not None:
                parts[part] = _files_by_class(folder / spelling)
        _refuse_other_parts(folder)
    else:
        parts["train"] = _files_by_class(folder)
    _check_classes(parts, folder)
    if "test" in parts:
        return parts, ""
    parts["test"] = _hold_out(parts["train"], folder)
    return parts, "no test folder: the last fifth of each class is the test part"


def _refuse_other_parts(folder: Path) -> None:
    """Refuse a folder beside "train" that holds pictures of classes, so that none is left out without a word."""
    for other in _subfolders(folder):
        if other.name not in ALL_SPELLINGS and any(_pictures(subfolder) for subfolder in _subfolders(other)):
            raise DataError(
                f"{other}: holds pictures of classes, but is no part of the data: expected beside {folder / 'train'} "
                "are validation (or valid, val) and test; rename it, or move it elsewhere"
            )


def _hold_out(train: ClassFiles, folder: Path) -> ClassFiles:
    """Take the last fifth of each class out of `train`."""
    test = {}
    for name, files in train.items():
        if len(files) < 2:
            raise DataError(f"{folder}: class {name!r} has 1 picture; at least 2 are needed, to train and to test")
        kept = len(files) - max(1, len(files) // TEST_SHARE)
        train[name], test[name] = files[:kept], files[kept:]
    return test


def _check_classes(parts: dict[str, ClassFiles], folder: Path) -> None:
    for part, files in parts.items():
        missing = [name for name in parts["train"] if name not in files]
        unknown = [name for name in files if name not in parts["train"]]
        if missing or unknown:
            raise DataError(
                f"{folder}: the {part} part must have the classes of the train part, but "
                + ", and ".join(
                    f"{what} {', '.join(map(repr, names))}"
                    for what, names in (("lacks", missing), ("also has", unknown))
                    if names
                )
            )


def _files_by_class(folder: Path) -> ClassFiles:
    files = {subfolder.name: _pictures(subfolder) for subfolder in _subfolders(folder)}
    if not files:
        raise DataError(f"{folder}: expected one subfolder of pictures for each class, but there are no subfolders")
    for name, pictures in files.items():
        if not pictures:
            raise DataError(f"{folder / name}: no pictures ({', '.join(SUFFIXES)}) in this folder of a class")
    return files


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _pictures(folder: Path) -> list[Path]:
    files = (path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith("."))
    return sorted(path for path in files if path.is_file())


def _read_all(files: Iterable[Path], allowance: Allowance) -> NDArray[np.uint8]:
    """(N, P, H, W) of all pictures in order, with one plane if all are grey."""
    pictures: list[Image.Image] = []
    first = None
    for file in files:
        picture = open_picture(file, allowance)
        pictures.append(converted(picture, "L" if picture.mode in GREY_MODES else "RGB"))
        first = first or file
        if picture.size != pictures[0].size:
            raise DataError(
                f"{file}: has {picture.width} x {picture.height} pixels, but {first} has "
                f"{pictures[0].width} x {pictures[0].height}: bring all pictures to one size first"
            )
    if any(picture.mode == "RGB" for picture in pictures):
        pictures = [picture.convert("RGB") for picture in pictures]
    return np.stack([to_planes(picture) for picture in pictures])
