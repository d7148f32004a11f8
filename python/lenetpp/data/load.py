"""load_data: from a name or a path to a data set, whatever its format."""

import dataclasses
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from lenetpp.basics.kinds import as_path
from lenetpp.basics.suggestions import meant
from lenetpp.basics.wordings import around, worded
from lenetpp.data.cifar import holds_cifar, is_archive, read_cifar
from lenetpp.data.dataset import Dataset, Selection
from lenetpp.data.decoded_cache import read_archive
from lenetpp.data.download import fetch_data
from lenetpp.data.errors import DataError
from lenetpp.data.idx import find_idx_files, read_idx_folder
from lenetpp.data.image_folders import has_class_folders, read_image_folder
from lenetpp.data.npz import read_npz, read_npz_stream
from lenetpp.data.picture_fit import Fit, Size, checked_fit, checked_size
from lenetpp.data.places import EMBEDDED_NAME, embedded_npz, find_published
from lenetpp.data.published import PUBLISHED
from lenetpp.data.selection import select, split_by_shares

MOST_BESIDE = 1000
"""Files and folders that a mistyped path is held against."""


def load_data(
    source: str | Path | None = None,
    *,
    classes: Sequence[str | int] | None = None,
    train_per_class: int | None = None,
    test_per_class: int | None = None,
    validation_per_class: int | None = None,
    validation: float | None = None,
    test: float | None = None,
    split_seed: int | None = None,
    size: Size | None = None,
    fit: Fit | None = None,
) -> Dataset:
    """Load images and labels.

    Samples keep the order of their source. The same arguments give the same data, whatever the machine.

    Parameters
    ----------
    source : str or Path, optional
        A name: "fashion-mnist-5000" (the default: part of lenetpp), "mnist", "fashion-mnist", "kmnist" or "cifar10".
        These are looked for in the folders of the environment variable LENETPP_DATA, then in the cache, and are
        otherwise downloaded into the cache and checked.
        Or a path ("./mnist" where a name would be understood) to

        - a folder with the four IDX files of MNIST and its kin, or one of these files;
        - CIFAR-10, Python or binary version: the folder or the archive (.tar.gz, .tar.xz);
        - an .npz file with x_train, y_train, x_test, y_test, or train_images, train_labels, test_images,
          test_labels, the same arrays of a part called "validation" or "val" beside those of "test" or instead of
          them, and optionally classes, an array of names, but no others;
        - a folder of pictures with one subfolder for each class, or "train" with such subfolders and, beside it,
          "test" and "validation" (or "valid", "val") where there are such parts. Needs Pillow. With neither of them
          the last fifth of each class is the test part, as the data set's `note` says. Pictures are turned upright
          where they say how they were taken, and white where they are transparent. Files that are no pictures are
          named by the data set's `left_out`. HEIC needs pillow-heif, ``lenetpp[heif]``.

        All that is read for one data set may take 2 GiB of memory, or as many bytes as the environment variable
        LENETPP_DATA_LIMIT says; what takes more is an error before it takes any.
    classes : sequence of str or int, optional
        Only these classes, by name or number; the first becomes label 0. A text of digits that is no name is a number.
    train_per_class, test_per_class : int, optional
        Only the first so many images of each class. By default all.
    validation_per_class : int, optional
        Take so many images of each class from the training part as a validation part: the last ones, so that they
        are the same whatever `train_per_class` is. A number and not a share, because every class then counts alike
        and nothing is rounded. Where the source has a validation part of its own, only the first so many images of
        each class of that. By default the validation part is the source's, if it has one.
    validation, test : float, optional
        Set this share of the training images of each class apart, as the validation part and the test part, before
        any are counted: in [0, 1), rounded down, but at least one of each class. Drawn at random, always the same ones,
        of a class by its name; ``load_data(...).split(...)`` takes the last ones instead. Where the source has such a
        part, that is an error. For photos in folders `test` replaces the last fifth; 0 keeps none aside.
    split_seed : int, optional
        Another draw of them; by default 1.
    size : (int, int), int or str, optional
        Height and width that the pictures of a folder are resized to: ``(32, 48)``, ``"32x48"``, or ``32`` for both. By
        default they must all be of one size.
    fit : {"crop", "pad"}, optional
        With `size`, what becomes of a picture whose sides have another ratio; its own proportions stay. ``"crop"``,
        the default: the middle of it, since that is what one photographs, and a border would tell the network each
        photo's format. ``"pad"``: all of it, with its outermost pixels repeated on both sides.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If there are no such data, they are malformed or cannot be downloaded, or there are fewer than asked for.

    Examples
    --------
    >>> data = load_data(classes=["Sneaker", "Bag"], train_per_class=100)
    >>> data
    <Dataset fashion-mnist-5000: 200 train, 200 test images of 1x28x28, 2 classes>
    """
    if source is None:
        source = EMBEDDED_NAME
    elif str(source).startswith("~"):  # otherwise data are called as they were given, "./mnist" for example
        source = as_path(source, "source")
    if size is None and fit is not None:
        raise worded(
            DataError("fit needs a size: give size=(32, 32), too"),
            in_shell="--crop and --pad need a size: give --size 32x32, too",
        )
    sides, fit = None if size is None else checked_size(size), checked_fit(fit)
    data = dataclasses.replace(_read(source, sides, fit, hold_out=test is None), name=str(source))
    if sides is not None:
        data = dataclasses.replace(data, selection=Selection(size=list(sides), fit=fit))
    data = select(data, classes=classes)
    if validation is not None or test is not None or split_seed is not None:
        if validation is not None and validation_per_class is not None:
            raise DataError("validation must be left out where validation_per_class says how many images it takes")
        data = split_by_shares(data, validation, test, split_seed)
    return select(
        data,
        train_per_class=train_per_class,
        test_per_class=test_per_class,
        validation_per_class=validation_per_class,
    )


def holds_photos(source: str | Path | None) -> bool:
    """Whether a source is a folder of pictures, which can be brought to a size."""
    if source is None or source in (EMBEDDED_NAME, *PUBLISHED):
        return False
    path = as_path(source, "source")
    return path.is_dir() and not find_idx_files(path) and not holds_cifar(path) and has_class_folders(path)


def _read(source: str | Path, size: tuple[int, int] | None, fit: Fit, *, hold_out: bool) -> Dataset:
    if source == EMBEDDED_NAME:
        _refuse_size(source, size)
        return read_npz_stream(io.BytesIO(embedded_npz()), EMBEDDED_NAME)
    classes = None
    if isinstance(source, str) and source in PUBLISHED:
        published = PUBLISHED[source]
        classes = published.classes
        path = find_published(published)
        if path is None:
            fetch_data(source)
            path = find_published(published)
        if path is None:
            raise DataError(f"{source}: was downloaded, but is no longer in the cache")
    else:
        path = as_path(source, "source")
    try:
        return _read_path(path, classes, size, fit, hold_out=hold_out)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    except DataError as error:
        # What is wrong with the arrays themselves is said without the file that they came from.
        if str(path) in str(error):
            raise
        raise around(error, lambda message: DataError(f"{path}: {message}")) from error


def _read_path(
    path: Path, classes: tuple[str, ...] | None, size: tuple[int, int] | None, fit: Fit, *, hold_out: bool
) -> Dataset:
    if holds_photos(path):
        return read_image_folder(path, size, fit, hold_out=hold_out)
    if path.is_dir():
        if find_idx_files(path):
            _refuse_size(path, size)
            return read_idx_folder(path, classes)
        if holds_cifar(path):
            _refuse_size(path, size)
            return read_cifar(path)
        deeper = [inner for inner in sorted(path.iterdir()) if inner.is_dir() and has_class_folders(inner)]
        raise DataError(
            f"{path}: this folder has no data that can be read: neither IDX files (train-images-idx3-ubyte), "
            "nor CIFAR-10 (data_batch_1), nor a subfolder of pictures (JPEG, PNG, HEIC, ...) for each class"
            + (f"; {deeper[0]} has some" if deeper else "")
        )
    if not path.is_file():
        raise DataError(
            f"{path}: there is no such file or folder{_meant_instead(path)}, and the names of data sets are "
            f"{', '.join((EMBEDDED_NAME, *PUBLISHED))}"
        )
    _refuse_size(path, size)
    if is_archive(path):
        return read_archive(path)
    if path.suffix == ".npz":
        return read_npz(path)
    if path in find_idx_files(path.parent).values():
        return read_idx_folder(path.parent, classes)
    raise DataError(f"{path}: this file is not of a known kind: expected .npz, .tar.gz, .tar.xz, or an IDX file's name")


def _meant_instead(path: Path) -> str:
    """Return whether a data set's name, or what lies in the same folder, may be meant by a path that there is not."""
    beside = islice(path.parent.glob("[!.]*"), MOST_BESIDE) if path.name else ()
    names = {each.name: str(each) for each in beside} | {name: name for name in (*PUBLISHED, EMBEDDED_NAME)}
    name = meant(path.name, names)
    return "" if name is None else f" (did you mean {names[name]}?)"


def _refuse_size(source: str | Path, size: tuple[int, int] | None) -> None:
    if size is not None:
        problem = f"is for folders of pictures, but {source} is no such folder: leave it out"
        raise worded(DataError(f"size {problem}"), in_shell=f"--size {problem}")
