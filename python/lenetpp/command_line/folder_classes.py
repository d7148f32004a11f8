"""Folders called like classes: how many of their pictures a network classifies as the folders say."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from lenetpp.basics.language import listed, say
from lenetpp.basics.percent import percent
from lenetpp.basics.printable import text_of
from lenetpp.networks.class_matching import numbers_of_names, said_as, unknown_in_words
from lenetpp.networks.picture_predictions import PicturePrediction


@dataclass(frozen=True)
class FolderClasses:
    """The classes that folders of pictures are called by.

    Attributes
    ----------
    of_file : dict of int
        The number of the network's class for each picture whose folder is called by one.
    problem : str
        What is to be said of folders that are called otherwise; "" where all are matched, or none was meant.
    """

    of_file: Mapping[Path, int]
    problem: str = ""

    def counts(self, predictions: Sequence[PicturePrediction], known: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return for each class how many pictures of its folders are classified right, and of how many."""
        found: dict[str, list[bool]] = {}
        for prediction in predictions:
            true = self.of_file.get(prediction.file)
            if true is not None:
                found.setdefault(known[true], []).append(prediction.predicted == true)
        return {name: (sum(found[name]), len(found[name])) for name in known if name in found}


def folder_classes(
    pictures: Mapping[Path, Sequence[Path]], known: Sequence[str], other_names: Sequence[str] | None
) -> FolderClasses:
    """Match the names of folders with those of a network's classes.

    A picture's folder is the one that holds it; a folder that was named itself, and has others with pictures in it, is
    no class.

    Parameters
    ----------
    pictures : mapping
        The pictures found in each folder that was named.
    known : sequence of str
        The network's classes.
    other_names : sequence of str, optional
        Which of them the folders are, in the order of their names.

    Raises
    ------
    typer.BadParameter
        If there is not one other name for each folder, or one that the network does not know.
    """
    inner, own = {}, {}
    for folder, files in pictures.items():
        below = [file for file in files if file.parent != folder]
        inner.update({file: text_of(Path(file.parent.name)) for file in below})
        own.update(dict.fromkeys([] if below else files, text_of(Path(folder.resolve().name))))
    if other_names is None:  # a folder that was named itself need not be one of a class
        own = {file: name for file, name in own.items() if numbers_of_names([name], known) != [None]}
    of_file = inner | own
    names = sorted(set(of_file.values()))
    numbers = numbers_of_names(names if other_names is None else _checked(other_names, names, known), known)
    number_of = dict(zip(names, numbers, strict=True))
    matched = {file: number for file, name in of_file.items() if (number := number_of[name]) is not None}
    return FolderClasses(matched, _problem(names, known, numbers))


def right_in_words(counts: Mapping[str, tuple[int, int]]) -> str:
    """Return the share of the pictures that are classified right, and the counts of each class."""
    right, count = (sum(values) for values in zip(*counts.values(), strict=True))
    shown = (
        say("{name} {right} of {images}", name=name, right=f"{of_class[0]:,}", images=f"{of_class[1]:,}")
        for name, of_class in counts.items()
    )
    return say(
        "{share} of the {count} in folders of classes are classified correctly: {list}",
        share=percent(right / count),
        count=f"{count:,}",
        list=listed(shown),
    )


def _checked(other_names: Sequence[str], names: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    numbers = numbers_of_names(other_names, known)
    if len(other_names) != len(names):
        raise typer.BadParameter(
            f"--as must have a name for each of the {len(names)} folders ({', '.join(names)}), but has "
            f"{len(other_names)}"
        )
    if None in numbers:
        raise typer.BadParameter(
            f"--as must name different classes of the network ({', '.join(known)}), but is {', '.join(other_names)}"
        )
    return other_names


def _problem(names: Sequence[str], known: Sequence[str], numbers: Sequence[int | None]) -> str:
    if None not in numbers:
        return ""
    example = said_as(known, numbers)
    option = "" if example is None else shlex.quote(",".join(example))
    way = option and say(": --as {names} says in their order which these are", names=option)
    return say(
        "the folders have {unknown}. Their pictures are predicted, but not counted as right or wrong{way}",
        unknown=unknown_in_words(names, known, numbers),
        way=way,
    )
