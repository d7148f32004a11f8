"""Images and their classes, in the parts that training, choosing and judging a network need."""

import dataclasses
import hashlib
import json
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeAlias, TypedDict, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.arrays import ImageArray, Shape, shape_text
from lenetpp.basics.html_tables import html_line, html_table, html_title
from lenetpp.basics.wordings import worded
from lenetpp.data.checks import (
    checked_classes,
    checked_images,
    checked_labels,
    checked_weights,
    in_slices,
    refuse_planes_last,
)
from lenetpp.data.errors import DataError
from lenetpp.data.naming import IN_PART, RENAMED, SPLIT, made_of, numbered_classes
from lenetpp.data.picture_fit import Fit
from lenetpp.data.splitting import split_samples

MOST_ROWS = 30
"""Classes that a notebook shows."""

PartName: TypeAlias = Literal["train", "validation", "test"]


class Part(NamedTuple):
    """One part of a data set: its name, images (N, P, H, W) and labels (N,)."""

    name: PartName
    images: ImageArray
    labels: NDArray[np.int32]


class Selection(TypedDict, total=False):
    """What was selected from a source; ``load_data(data.name, **data.selection)`` gives the same data again.

    Only what was asked for has a key; pictures have `size` (height and width) and `fit` together. Classes are names, in
    the order of their labels.
    """

    classes: list[str]
    train_per_class: int
    test_per_class: int
    validation_per_class: int
    validation: float
    test: float
    split_seed: int
    size: list[int]
    fit: Fit


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images with labels: a training part, and a test part, a validation part or both.

    N samples, P planes, height H, width W. ``len(data)``, ``data[0]`` and iterating are about the training images:
    how many there are, an image with its label, and ``data[:100]`` or ``data[labels == 3]`` is a data set that is
    trained on these alone. Checked when it is made. The arrays are read-only views: those of a
    caller that are already C-contiguous are not copied, and must not be changed afterwards.

    Attributes
    ----------
    train_images : ndarray, (N, P, H, W), uint8 or float32
        Raw pixels; normalization belongs to the network.
    train_labels : ndarray, (N,), int32
        Indices into `classes`.
    test_images, test_labels : ndarray
        The same of the test part: as many planes, rows and columns, the same dtype. Where there is none, N is 0.
    classes : tuple of str
        Names of the classes; label 0 is the first.
    name : str
        Where the data come from: a name or a path that `load_data` takes, or anything for arrays of one's own.
    validation_images, validation_labels : ndarray or None
        The same of the validation part.
    selection : Selection
        What was selected from the source.
    note : str
        What had to be decided in reading the source, such as which images are the test part where it has none, and
        what was left out.
    train_weights : ndarray, (N,), float64, or None
        What the loss of each training image, and so its gradient, is multiplied by; None for 1 each. Finite, not
        negative, and not all 0.
    validation_weights : ndarray, (N,), float64, or None
        How much each validation image counts in the accuracy and the loss of the validation part.
    left_out : dict of str to tuple of str
        The files in a folder of pictures that are no images here, by kind: "hidden", ".txt" or whatever else their
        names end in, ... With the images of all parts they are all the files there.
    files : dict of str to ndarray of str, (N,)
        The file within the folder that each image of a part was read from, where it has one: of a folder of pictures.

    Raises
    ------
    DataError
        If arrays, labels, classes or parts do not fit what is said here.
    """

    train_images: ImageArray
    train_labels: NDArray[np.int32]
    test_images: ImageArray
    test_labels: NDArray[np.int32]
    classes: tuple[str, ...]
    name: str = "arrays"
    validation_images: ImageArray | None = None
    validation_labels: NDArray[np.int32] | None = None
    selection: Selection = field(default_factory=Selection)
    note: str = ""
    train_weights: NDArray[np.float64] | None = None
    validation_weights: NDArray[np.float64] | None = None
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.validation_images is None) != (self.validation_labels is None):
            raise DataError("validation_images and validation_labels must be given together")
        object.__setattr__(self, "classes", checked_classes(self.classes))
        for part in ("train", "test", "validation"):
            images = getattr(self, f"{part}_images")
            if part == "validation" and images is None:
                continue
            if part == "test" and len(images) == len(self.test_labels) == 0:
                continue
            images = checked_images(images, f"{part}_images")
            labels = checked_labels(
                getattr(self, f"{part}_labels"), f"{part}_labels", len(images), class_count=len(self.classes)
            )
            object.__setattr__(self, f"{part}_images", images)
            object.__setattr__(self, f"{part}_labels", labels)
            if images.shape[1:] != self.input_shape or images.dtype != self.train_images.dtype:
                raise DataError(
                    f"{part}_images are {_describe(images)}, but train_images {_describe(self.train_images)}: "
                    "planes, height, width and dtype must be the same"
                )
        for found in self.parts():
            if len(self.files.get(found.name, found.labels)) != len(found.labels):
                raise DataError(f"files must have a name for each of the {found.name}_images: give files={{}} without")
        if len(self.test_images) == 0:
            object.__setattr__(self, "test_images", self.train_images[:0])
            object.__setattr__(self, "test_labels", self.train_labels[:0])
        for part, images in (("train", self.train_images), ("validation", self.validation_images)):
            weights = getattr(self, f"{part}_weights")
            if weights is not None:
                checked = checked_weights(weights, f"{part}_weights", 0 if images is None else len(images))
                object.__setattr__(self, f"{part}_weights", checked)

    @classmethod
    def from_arrays(
        cls,
        train: tuple[ArrayLike, ArrayLike] | tuple[ArrayLike, ArrayLike, ArrayLike],
        test: tuple[ArrayLike, ArrayLike] | None = None,
        *,
        validation: tuple[ArrayLike, ArrayLike] | tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
        classes: Sequence[str] | None = None,
        name: str = "arrays",
    ) -> "Dataset":
        """Make a data set of arrays.

        Parameters
        ----------
        train, test, validation : (images, labels)
            Images uint8, float32, or float64 from 0 to 1, (N, P, H, W), or (N, H, W) for one plane; labels integers
            (N,). What looks like planes last, such as (N, 28, 28, 1), is refused; ``Dataset(...)`` itself takes every
            shape at its word. `train` and `validation` may have a third array, the weights (N,) of their images. A
            network is judged by the test part, else by the validation part; :meth:`split` makes them of training
            images.
        classes : sequence of str, optional
            Names of the classes. By default "0", "1", ... up to the largest training label.
        name : str
            What to call the data.

        Raises
        ------
        DataError
            If something does not fit; the message names the array and what to do.
        """
        pair, train_weights = _without_weights(train)
        train_images, train_labels = _pair(pair, "train")
        refuse_planes_last(
            train_images, "train_images", "make the data set with lenetpp.Dataset(train_images=..., ...)"
        )
        no_images: tuple[Any, Any] = ((), ())
        test_images, test_labels = no_images if test is None else _pair(test, "test")
        validation, validation_weights = _without_weights(validation)
        validation_images, validation_labels = (None, None) if validation is None else _pair(validation, "validation")
        names = numbered_classes(train_labels) if classes is None else checked_classes(classes)
        return cls(
            train_images,
            train_labels,
            test_images,
            test_labels,
            names,
            name,
            validation_images,
            validation_labels,
            train_weights=train_weights,
            validation_weights=validation_weights,
        )

    @property
    def input_shape(self) -> Shape:
        """Planes, height and width of every image."""
        _, planes, height, width = self.train_images.shape
        return planes, height, width

    def parts(self) -> Iterator[Part]:
        """Go over the parts there are: name, images and labels of "train", "validation" and "test"."""
        yield Part("train", self.train_images, self.train_labels)
        if self.validation_images is not None and self.validation_labels is not None:
            yield Part("validation", self.validation_images, self.validation_labels)
        if len(self.test_images):
            yield Part("test", self.test_images, self.test_labels)

    @property
    def unseen(self) -> Part:
        """The part that a trained network is judged by: the test part or, where there is none, the validation part.

        Raises
        ------
        DataError
            If there are only training images.
        """
        *_, last = self.parts()
        if last.name == "train":
            problem = f"{self.name} has only training images, by which no network is judged"
            raise worded(
                DataError(
                    f"{problem}: set some apart by data.split(test=0.2), or give test=(images, labels) or "
                    "validation=(images, labels)"
                ),
                in_shell=f"{problem}: set some apart by --test 0.2 or --validation 0.2",
            )
        return last

    def __len__(self) -> int:
        return len(self.train_images)

    def __iter__(self) -> Iterator[tuple[ImageArray, int]]:
        return zip(self.train_images, self.train_labels.tolist(), strict=True)

    @overload
    def __getitem__(self, index: int) -> tuple[ImageArray, int]: ...
    @overload
    def __getitem__(self, index: slice | Sequence[int] | NDArray[Any]) -> "Dataset": ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int | np.integer):
            return self.train_images[index], int(self.train_labels[index])
        chosen = np.arange(len(self))[index]
        return self._trained_on(chosen, self.name + IN_PART)

    def split(self, *, validation: float = 0.0, test: float = 0.0, seed: int | None = None) -> "Dataset":
        """Set training images apart, the same share of each class: the last ones of each, or those that a seed draws.

        Without a seed the test part is behind the validation part. Neighbours in a series are often nearly alike, hence
        none is then drawn from between others. What a seed draws of all images that `load_data` found, the `selection`
        says, so that a run trained on them finds them again. Without any share these are the same data.

        Parameters
        ----------
        validation, test : float
            Shares of the training images, in [0, 1); rounded down, but at least one image of each class.
        seed : int, optional
            Draw them at random, always the same for a seed in [0, 2**63).

        Returns
        -------
        Dataset
            With the parts that were asked for; its images are copies.

        Raises
        ------
        DataError
            If there is such a part already, or none would be left to train on.
        """
        shares = {"test": test, "validation": validation}
        there = {part.name for part in self.parts()}
        for part, share in shares.items():
            if not 0 <= share < 1:
                raise DataError(f"{part} must be a share of the training images, from 0 to below 1, but is {share!r}")
            if share and part in there:
                raise DataError(f"{part} must be 0 for {self.name}, which has a {part} part")
        if seed is not None and (isinstance(seed, bool) or not 0 <= operator.index(seed) < 2**63):
            raise DataError(f"seed must be a whole number from 0 to 2**63 - 1, but is {seed!r}")
        if not any(shares.values()):
            return self
        kept, apart = split_samples(self.train_labels, self.classes, shares, seed)
        parts = {
            f"{part}_{what}": getattr(self, f"train_{what}")[samples]
            for part, samples in apart.items()
            for what in ("images", "labels")
        }
        if "validation" in apart and self.train_weights is not None:
            parts["validation_weights"] = self.train_weights[apart["validation"]]
        left = self._trained_on(kept, self.name + SPLIT)
        drawn = dataclasses.replace(left, files={**left.files, **self._files(**apart)}, **parts)
        if seed is None or not self._is_as_loaded:
            return drawn
        selection = Selection(**self.selection, split_seed=operator.index(seed))
        for part in apart:
            selection[part] = float(shares[part])  # type: ignore[literal-required]
        return dataclasses.replace(drawn, name=self.name, selection=selection)

    @property
    def _is_as_loaded(self) -> bool:
        """Whether `load_data` could draw shares of the same images: it does so before any are counted, and once."""
        drawn_or_counted = {"split_seed", "train_per_class", "test_per_class", "validation_per_class"}
        return made_of(self.name) == self.name and not drawn_or_counted & {*self.selection}

    def renamed(self, classes: Sequence[str]) -> "Dataset":
        """Return the same images with other names of their classes: one for each, in the order of `classes`.

        A network that knows its classes by name is measured on those of the data that have the same names;
        ``data.renamed(["ship"])`` says that what the data call a boat is what the network calls a ship.

        Raises
        ------
        DataError
            Unless there is one name for each class, and all are different.
        """
        names = checked_classes(classes)
        if len(names) != len(self.classes):
            raise worded(
                DataError(f"classes {_one_for_each(names, self.classes)}"),
                in_shell=f"--as {_one_for_each(names, self.classes)}",
            )
        return dataclasses.replace(self, classes=names, name=self.name + RENAMED, selection=Selection())

    def _trained_on(self, samples: NDArray[np.intp], name: str) -> "Dataset":
        """Return the data with these training images alone; the source's name would not give them again."""
        return dataclasses.replace(
            self,
            train_images=self.train_images[samples],
            train_labels=self.train_labels[samples],
            train_weights=None if self.train_weights is None else self.train_weights[samples],
            files={**self.files, **self._files(train=samples)},
            name=name,
            selection=Selection(),
        )

    def _files(self, **samples: NDArray[np.intp]) -> dict[str, NDArray[np.str_]]:
        """Return the files of parts that are made of training images."""
        files = self.files.get("train")
        return {} if files is None else {part: files[chosen] for part, chosen in samples.items()}

    @cached_property
    def digest(self) -> str:
        r"""sha256 of everything that training and judging can depend on, as 64 hexadecimal digits.

        The sum is over these bytes, one after the other, so that it can be computed again without lenetpp:

        1. ``lenetpp dataset 1\n``;
        2. the class names as a JSON list in UTF-8, written by ``json.dumps(names, ensure_ascii=False)``, and ``\n``;
        3. for each part there is, in the order train, validation, test:
           ``<part> images <dtype> <N>x<P>x<H>x<W>\n``, the images in C order, uint8 or little-endian float32;
           ``<part> labels int32 <N>\n``, the labels as little-endian int32;
        4. for each part that has weights: ``<part> weights float64 <N>\n``, the weights as little-endian float64.
        """
        names = json.dumps(list(self.classes), ensure_ascii=False)
        total = hashlib.sha256(b"lenetpp dataset 1\n" + names.encode() + b"\n")
        for part, images, labels in self.parts():
            shape = shape_text(images.shape)
            total.update(f"{part} images {images.dtype.name} {shape}\n".encode())
            for _, some in in_slices(images):  # Ctrl-C is answered between them
                total.update(some.astype(some.dtype.newbyteorder("<"), copy=False).data)
            total.update(f"{part} labels int32 {len(labels)}\n".encode())
            total.update(labels.astype("<i4", copy=False).data)
        for part, weights in (("train", self.train_weights), ("validation", self.validation_weights)):
            if weights is not None:
                total.update(f"{part} weights float64 {len(weights)}\n".encode())
                total.update(weights.astype("<f8", copy=False).data)
        return total.hexdigest()

    @cached_property
    def weights_digest(self) -> str | None:
        """Sha256 of the training images' weights as little-endian float64; None where there are none."""
        if self.train_weights is None:
            return None
        return hashlib.sha256(self.train_weights.astype("<f8", copy=False).data).hexdigest()

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(images):,} {part}" for part, images, _ in self.parts())
        shape = shape_text(self.input_shape)
        return f"<Dataset {self.name}: {counts} images of {shape}, {len(self.classes)} classes>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: how many images of each class there are."""
        parts = {part: np.bincount(labels, minlength=len(self.classes)) for part, _, labels in self.parts()}
        rows = zip(self.classes[:MOST_ROWS], *(map(int, counts) for counts in parts.values()), strict=False)
        table = html_table(("class", *parts), rows, named_rows=True)
        hidden = len(self.classes) - MOST_ROWS
        more = html_line(f"and {hidden:,} more") if hidden > 0 else ""
        return html_title(repr(self).strip("<>")) + table + more + (html_line(self.note) if self.note else "")


def _one_for_each(names: Sequence[str], classes: Sequence[str]) -> str:
    return (
        f"must have one name for each of the {len(classes)} classes ({', '.join(classes)}), in this order, "
        f"but has {len(names)}: {', '.join(names)}"
    )


def _without_weights(part: Any) -> tuple[Any, Any]:
    """Return a pair of images and labels, if it is one, and the weights that stand behind them, or None."""
    if isinstance(part, tuple | list) and len(part) == 3:
        return part[:2], part[2]
    return part, None


def _pair(part: Any, argument: str) -> tuple[Any, Any]:
    """Images and labels of whatever kind; they are checked, and become arrays, when the data set is made."""
    if not isinstance(part, tuple | list) or len(part) != 2:
        raise DataError(f"{argument} must be a pair (images, labels), but is {type(part).__name__}")
    return part[0], part[1]


def _describe(images: ImageArray) -> str:
    return f"{images.dtype.name} {shape_text(images.shape[1:])}"
