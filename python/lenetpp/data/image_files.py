"""Pictures in files (PNG, JPEG, ...), read by Pillow: folders of classes, and single pictures to classify."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.arrays import Shape
from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
TEST_SHARE = 5
"""Without a test part, one in so many pictures of a class is held out."""


def has_class_folders(folder: Path) -> bool:
    """Whether `folder` has a subfolder with pictures in it, or one called "train"."""
    return (folder / "train").is_dir() or any(_pictures(subfolder) for subfolder in _subfolders(folder))


def read_image_folder(folder: Path) -> Dataset:
    """Read pictures from one subfolder for each class, or from such subfolders of "train" and "test".

    Classes are the subfolders' names, sorted; the samples of a class are its files, sorted by name. If all pictures
    are grey they have one plane, otherwise three: red, green, blue. Transparency is dropped. Without a folder "test"
    the last fifth of each class (at least one picture) is held out as the test part: the last in order of names,
    because neighbours in a series are often nearly alike.

    Raises
    ------
    DataError
        If there are no pictures, one cannot be read, they differ in size, or train and test differ in classes.
    """
    if (folder / "train").is_dir():
        train = _files_by_class(folder / "train")
        test = _files_by_class(folder / "test") if (folder / "test").is_dir() else None
    else:
        train, test = _files_by_class(folder), None
    if test is None:
        test = {}
        for name, files in train.items():
            if len(files) < 2:
                raise DataError(f"{folder}: class {name!r} has 1 picture; at least 2 are needed, to train and to test")
            kept = len(files) - max(1, len(files) // TEST_SHARE)
            train[name], test[name] = files[:kept], files[kept:]
    elif list(train) != list(test):
        raise DataError(f"{folder}: train has the classes {', '.join(train)}, but test {', '.join(test)}")
    images, labels = _read_classes({name: train[name] + test[name] for name in train})
    is_test = np.concatenate([[False] * len(train[name]) + [True] * len(test[name]) for name in train])
    return Dataset.from_arrays(
        (images[~is_test], labels[~is_test]), (images[is_test], labels[is_test]), classes=list(train)
    )


def read_images(files: Iterable[str | Path], input_shape: Shape) -> NDArray[np.uint8]:
    """Read pictures as a network takes them: converted to its planes and resized to its height and width.

    Parameters
    ----------
    files : iterable of str or Path
        Pictures of any size, turned upright where they say how they were taken.
    input_shape : (int, int, int)
        Planes (1: grey, 3: red, green, blue), height and width, as in ``network.input_shape``. A picture of another
        size is resized as a whole, without keeping its proportions.

    Returns
    -------
    ndarray, (N, P, H, W), uint8

    Raises
    ------
    DataError
        If a picture cannot be read, there are none, or the network takes neither 1 nor 3 planes.
    """
    planes, height, width = input_shape
    if planes not in (1, 3):
        raise DataError(f"input_shape has {planes} planes, but pictures have 1 (grey) or 3 (red, green, blue)")
    pictures = [_converted(_open(Path(file)), "L" if planes == 1 else "RGB") for file in files]
    if not pictures:
        raise DataError("files must name at least one picture, but are empty")
    return np.stack([_to_planes(_resized(picture, (width, height))) for picture in pictures])


def _files_by_class(folder: Path) -> dict[str, list[Path]]:
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


def _read_classes(files: dict[str, list[Path]]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Images (N, P, H, W) and labels (N,), class by class."""
    pictures, labels = [], []
    first = next(iter(files.values()))[0]
    for label, name in enumerate(files):
        for file in files[name]:
            picture = _open(file)
            pictures.append(_converted(picture, "L" if picture.mode in ("1", "L", "LA") else "RGB"))
            labels.append(label)
            if picture.size != pictures[0].size:
                raise DataError(
                    f"{file}: has {picture.width} x {picture.height} pixels, but {first} has "
                    f"{pictures[0].width} x {pictures[0].height}: bring all pictures to one size first"
                )
    if any(picture.mode == "RGB" for picture in pictures):
        pictures = [picture.convert("RGB") for picture in pictures]
    return np.stack([_to_planes(picture) for picture in pictures]), np.array(labels, dtype=np.int32)


def _open(file: Path) -> "Image.Image":
    """Open and decode a picture; its file is closed again."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise DataError('pictures need Pillow: pip install "lenetpp[images]"') from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                upright = ImageOps.exif_transpose(picture)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DataError(f"{file}: there is no such file") from error
    # Pillow's decoders raise many kinds of errors for damaged files.
    except Exception as error:
        raise DataError(f"{file}: not a readable picture ({', '.join(FORMATS)}): {error}") from error
    if upright.mode.startswith(("I", "F")):
        raise DataError(
            f"{file}: has more than 8 bits for each value (mode {upright.mode}): convert it to 8 bits first"
        )
    return upright


def _converted(picture: "Image.Image", mode: str) -> "Image.Image":
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")  # Pillow warns when a palette with transparency goes straight to RGB
    return picture.convert(mode)


def _resized(picture: "Image.Image", size: tuple[int, int]) -> "Image.Image":
    from PIL import Image

    return picture if picture.size == size else picture.resize(size, Image.Resampling.BILINEAR)


def _to_planes(picture: "Image.Image") -> NDArray[np.uint8]:
    """(P, H, W) of a picture in mode L or RGB."""
    pixels = np.asarray(picture, dtype=np.uint8)
    return pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
