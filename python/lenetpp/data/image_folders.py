"""Folders of pictures with one subfolder for each class, and how they are divided into parts."""

import dataclasses
from collections.abc import Iterable
from functools import reduce
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.language import say
from lenetpp.basics.printable import text_of
from lenetpp.basics.wordings import worded
from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError, UnreadablePicture
from lenetpp.data.image_files import (
    GREY_MODES,
    SUFFIXES,
    converted,
    is_picture_name,
    open_picture,
)
from lenetpp.data.left_out import MOST_NAMED, files_below, in_words, is_hidden, left_out, listed
from lenetpp.data.limits import Allowance
from lenetpp.data.parts import ALL_SPELLINGS, SPELLINGS, spelling_of
from lenetpp.data.picture_fit import Fit, fitted, to_planes
from lenetpp.data.progress import shown_counting

TEST_SHARE = 5
"""Without a test part, one in so many training pictures of a class is held out."""
FEW_PICTURES = 10
"""A class with fewer to train on is memorised, which the note says."""
LEVELS_OF_FOLDERS = 2
"""Those of parts, and of classes: each may be a link to a folder elsewhere."""

ClassFiles = dict[str, list[Path]]
"""The files of each class, both in order."""


def has_class_folders(folder: Path) -> bool:
    """Whether `folder` has a subfolder with pictures in it, or one called "train"."""
    return (folder / "train").is_dir() or any(_pictures(subfolder) for subfolder in _subfolders(folder))


def read_image_folder(folder: Path, size: tuple[int, int] | None, fit: Fit, *, hold_out: bool = True) -> Dataset:
    """Read pictures from one subfolder for each class, or from such subfolders of "train", "validation" and "test".

    Classes are the subfolders' names, sorted; the samples of a class are its files, sorted by name. If all pictures
    are grey they have one plane, otherwise three: red, green, blue. Colours are as in :func:`lenetpp.read_images`.
    "validation" can also be called "valid" or "val". With neither "test" nor "validation", and unless
    `hold_out` is false, the last fifth of each class (at least one picture) is taken from the training pictures as the
    test part, which the data set's note says: the last in order of names, because neighbours in a series are often
    nearly alike. All other files that are found in the folder are named by `left_out`, and the first of each kind in
    the note.

    Raises
    ------
    DataError
        If there are no pictures, some cannot be read, they differ in size and no `size` is given, or the parts differ
        in classes.
    """
    notes: list[str] = []
    parts = _parts(folder, notes, hold_out=hold_out)
    names = list(parts["train"])
    few = [name for name in names if len(parts["train"][name]) < FEW_PICTURES]
    if few:
        notes.append(
            say("few pictures to train on: {classes}; some dozens of each class are a beginning", classes=listed(few))
        )
    in_order = [file for classes in parts.values() for name in names for file in classes[name]]
    others = left_out(files_below(folder, LEVELS_OF_FOLDERS), in_order, folder)
    if others:
        notes.append(in_words(others))
    pictures = _read_all(in_order, size, fit)
    arrays, files = {}, {}
    for part, by_class in parts.items():
        labels = np.repeat(np.arange(len(names), dtype=np.int32), [len(by_class[name]) for name in names])
        arrays[part] = pictures[: len(labels)], labels
        pictures = pictures[len(labels) :]
        files[part] = np.array([text_of(file.relative_to(folder)) for name in names for file in by_class[name]])
    data = Dataset.from_arrays(arrays["train"], arrays.get("test"), validation=arrays.get("validation"), classes=names)
    return dataclasses.replace(data, note=reduce(_with_note, notes, ""), left_out=others, files=files)


def _with_note(notes: str, note: str) -> str:
    return say("{notes}; {note}", notes=notes, note=note) if notes else note


def _parts(folder: Path, notes: list[str], *, hold_out: bool) -> dict[str, ClassFiles]:
    """Return the files of each part; notes tell where the test part comes from, and what is passed over."""
    parts = {}
    if (folder / "train").is_dir():
        names = {subfolder.name for subfolder in _subfolders(folder)}
        for part in SPELLINGS:
            spelling = spelling_of(part, names, str(folder))
            if spelling is not None:
                parts[part] = _files_by_class(folder / spelling, notes)
        _refuse_other_parts(folder)
    else:
        parts["train"] = _files_by_class(folder, notes)
    _check_classes(parts, folder)
    if hold_out and "test" not in parts and "validation" not in parts:
        parts["test"] = _hold_out(parts["train"], folder)
        notes.insert(0, say("no test folder: the last fifth of each class is the test part"))
    return parts


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
            raise DataError(
                f"{folder}: class {name!r} has 1 picture; at least 2 are needed, to train and to test, and some dozens "
                "are a beginning"
            )
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


def _files_by_class(folder: Path, notes: list[str]) -> ClassFiles:
    """Return the pictures in the subfolders; notes tell which of these are empty."""
    subfolders = _subfolders(folder)
    if not subfolders:
        raise DataError(f"{folder}: expected one subfolder of pictures for each class, but there are no subfolders")
    files = {subfolder.name: _pictures(subfolder) for subfolder in subfolders}
    empty = [subfolder for subfolder in subfolders if not files[subfolder.name]]
    for subfolder in empty:
        _refuse_other_files(subfolder)
        del files[subfolder.name]
    if not files:
        raise DataError(f"{folder}: no pictures ({', '.join(SUFFIXES)}) in its subfolders, one for each class")
    if empty:
        names = listed([subfolder.name for subfolder in empty])
        notes.append(say("empty folders are passed over: {names}", names=names))
    return files


def _refuse_other_files(folder: Path) -> None:
    """Refuse a class without pictures that has other files, which may be pictures that cannot be read."""
    others = [path.name for path in folder.iterdir() if not is_hidden(path.name)]
    if others:
        raise DataError(
            f"{folder}: no pictures ({', '.join(SUFFIXES)}) in this folder of a class, but {listed(sorted(others))}: "
            "save photos of other kinds as JPEG first, or move the folder elsewhere"
        )


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not is_hidden(path.name))


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if is_picture_name(path.name) and path.is_file())


def _read_all(files: list[Path], size: tuple[int, int] | None, fit: Fit) -> NDArray[np.uint8]:
    """(N, P, H, W) of all pictures in order, with one plane if all are grey.

    All that cannot be read are named at once: to mend them one after the other would take as many attempts.
    """
    pictures: list[NDArray[np.uint8]] = []
    failures: list[UnreadablePicture] = []
    allowance = Allowance()
    for file in shown_counting(files, say("reading pictures")):
        try:
            picture = _read(file, allowance, size, fit)
        except UnreadablePicture as error:
            failures.append(error)
            continue
        if not failures:
            pictures.append(picture)
            _check_shape(picture, file, pictures[0], files[0])
    if failures:
        raise _all_in_one(failures)
    colours = max(len(picture) for picture in pictures)
    return np.stack([np.broadcast_to(picture, (colours, *picture.shape[1:])) for picture in pictures])


def _read(file: Path, allowance: Allowance, size: tuple[int, int] | None, fit: Fit) -> NDArray[np.uint8]:
    """Return a picture as planes (P, H, W); with a `size`, only one at a time needs memory at its own."""
    try:
        picture = open_picture(file, allowance if size is None else Allowance(), size)
    except UnreadablePicture:
        raise
    except DataError as error:
        if size is not None:
            raise
        less = f"{error}; smaller pictures need less: "
        raise worded(DataError(f"{less}size=(32, 32)"), in_shell=f"{less}--size 32x32") from error
    picture = converted(picture, "L" if picture.mode in GREY_MODES else "RGB")
    if size is None:
        return to_planes(picture)
    allowance.take(3 * size[0] * size[1], str(file))
    return fitted(picture, size, fit)


def _check_shape(picture: NDArray[np.uint8], file: Path, first: NDArray[np.uint8], first_file: Path) -> None:
    (height, width), (first_height, first_width) = picture.shape[1:], first.shape[1:]
    if (height, width) != (first_height, first_width):
        problem = (
            f"{file}: has {width} x {height} pixels, but {first_file} has {first_width} x {first_height}: bring all "
            "pictures to one size by "
        )
        raise worded(DataError(f"{problem}size=(32, 32)"), in_shell=f"{problem}--size 32x32")


def _all_in_one(failures: Iterable[UnreadablePicture]) -> DataError:
    """Return one error for all pictures that cannot be read."""
    messages = [str(failure) for failure in failures]
    if len(messages) == 1:
        return DataError(f"{messages[0]}; mend it, or move it elsewhere")
    named = "; ".join(messages[:MOST_NAMED])
    more = f"; and {len(messages) - MOST_NAMED:,} more" if len(messages) > MOST_NAMED else ""
    return DataError(f"{len(messages):,} pictures cannot be read; mend them, or move them elsewhere: {named}{more}")
