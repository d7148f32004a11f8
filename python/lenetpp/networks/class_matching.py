"""Which output of a network stands for which class of data: by the classes' names, wherever both have names.

By number, the first class of the data being the first output, only where one side has no names: a network whose
``class_names`` is None, or data that nobody named, arrays and files without names, whose labels are then the outputs'
numbers. "mnist" has names, which are digits.
"""

import shlex
from collections.abc import Sequence
from unicodedata import normalize

from lenetpp.basics.language import say
from lenetpp.basics.wordings import worded
from lenetpp.data import Dataset
from lenetpp.data.class_order import relabelled
from lenetpp.data.naming import RENAMED, are_numbers, made_of
from lenetpp.data.published import PUBLISHED
from lenetpp.networks.layers import Dense
from lenetpp.networks.network import Network

MOST_NAMED = 20
UNKNOWN = "?"
"""Stands in an example for the name that is to be given."""


def outputs_of_classes(network: Network, data: Dataset) -> tuple[int, ...]:
    """Return for each class of the data the number of the network's output that stands for it; all are different.

    Data may have fewer classes than the network, where both have names.

    Raises
    ------
    ValueError
        If the data have a class that the network does not know, or there are no names and the numbers of classes
        differ; the message has all names of both.
    """
    known = network.class_names
    if known is None:
        check_class_count(network, data)
        return tuple(range(len(data.classes)))
    numbers = numbers_of_names(data.classes, known)
    found = [number for number in numbers if number is not None]
    if len(found) == len(numbers):
        return tuple(found)
    if not found and len(known) == len(numbers) and _are_unnamed(data) and not all(map(str.isdecimal, known)):
        return tuple(range(len(numbers)))
    raise _unknown_classes(known, data, numbers)


def numbers_of_names(names: Sequence[str], known: Sequence[str]) -> list[int | None]:
    """Return for each name the number of the known one that it is, all different; None where it is none of them."""
    numbers: list[int | None] = []
    for name in names:
        number = _number_of(name, known)
        numbers.append(None if number in numbers else number)
    return numbers


def matched(network: Network, data: Dataset) -> Dataset:
    """Return the data with the network's classes in their order, so that labels are the numbers of its outputs.

    A network that does not know its classes' names takes those of the data.

    Raises
    ------
    ValueError
        As by :func:`outputs_of_classes`.
    """
    numbers = outputs_of_classes(network, data)
    return data if network.class_names is None else relabelled(data, network.class_names, numbers)


def are_its_classes(network: Network, data: Dataset) -> bool:
    """Whether the data have the very classes that the network tells apart, in any order."""
    try:
        return len(outputs_of_classes(network, data)) == network.class_count
    except ValueError:
        return False


def order_outputs(network: Network, data: Dataset) -> None:
    """Bring the outputs of a network with weights into the order of the data's classes, which are its own.

    It computes what it computed before, under the same names.

    Raises
    ------
    ValueError
        If the data have other classes than the network, or fewer; or if they have another order, and the last layer
        is none whose outputs can be exchanged.
    """
    check_class_count(network, data)
    known, numbers = network.class_names, outputs_of_classes(network, data)
    if known is None or list(numbers) == list(range(len(numbers))):
        return
    last = network.layers[-1]
    if not isinstance(last, Dense):
        order = [known[number] for number in range(len(known))]
        raise ValueError(
            f"the classes of {data.name} have another order than those of the network, whose last layer, {last}, "
            f"cannot follow it: load them in the network's, with classes={order!r}"
        )
    ordered, place = network.copy(), list(numbers)
    head = f"{len(network.layers) - 1}."
    ordered.set_parameters(
        {name: values[place] if name.startswith(head) else values for name, values in network.parameters().items()}
    )
    network.core = ordered.core
    network.class_names = tuple(known[number] for number in numbers)


def check_class_count(network: Network, data: Dataset) -> None:
    """Raise ValueError unless the network has an output for each class."""
    if network.class_count == len(data.classes):
        return
    known = f" ({_listed(network.class_names)})" if network.class_names else ""
    problem = (
        f"the network has {network.class_count} outputs{known}, but {data.name} has {len(data.classes)} classes "
        f"({_listed(data.classes)}): the last layer needs one unit for each class"
    )
    if network.initialized:
        raise ValueError(f"{problem}; with_classes({len(data.classes)}) makes it anew")
    raise worded(ValueError(f"{problem}; {fitting_network(data)} is a named network with so many"), in_shell=problem)


def fitting_network(data: Dataset) -> str:
    """Return the call that makes a named network for data."""
    return f"lp.network(name, {data.input_shape}, {len(data.classes)})"


def _number_of(name: str, known: Sequence[str]) -> int | None:
    """Return where a name is among others; systems write an accented letter as one character or as two."""
    if name in known:
        return known.index(name)
    alike = [number for number, other in enumerate(known) if normalize("NFC", other) == normalize("NFC", name)]
    return alike[0] if len(alike) == 1 else None


def _are_unnamed(data: Dataset) -> bool:
    """Whether the classes are only numbered, because their source has no names for them."""
    was_named = RENAMED in data.name or "classes" in data.selection or made_of(data.name) in PUBLISHED
    return are_numbers(data.classes) and not was_named


def _unknown_classes(known: Sequence[str], data: Dataset, numbers: Sequence[int | None]) -> ValueError:
    names = list(data.classes)
    problem = f"{data.name} has {unknown_in_words(names, known, numbers)}."
    ways, in_shell = [], []
    if (example := said_as(known, numbers)) is not None:
        words = f"say in their order which of the network's they are, one for each {UNKNOWN}: "
        ways.append(f"{words}data.renamed({example!r})")
        in_shell.append(f"{words}--as {shlex.quote(','.join(example))}")
    shared = [name for name, number in zip(names, numbers, strict=True) if number is not None]
    if shared:
        words = "take only those that it knows: "
        ways.append(f"{words}load_data(..., classes={shared!r})")
        in_shell.append(f"{words}--classes {shlex.quote(','.join(shared))}")
    advice = "Classes are matched by name: " if ways else "It can be measured on data with its own classes only"
    return worded(
        ValueError(f"{problem} {advice}{', or '.join(ways)}"), in_shell=f"{problem} {advice}{', or '.join(in_shell)}"
    )


def unknown_in_words(names: Sequence[str], known: Sequence[str], numbers: Sequence[int | None]) -> str:
    """Return which of the names are none of the network's, after "has", and both lists where some are."""
    unknown = [name for name, number in zip(names, numbers, strict=True) if number is None]
    if len(unknown) == len(names):
        return say(
            "only classes that the network does not know: {unknown}. The network knows {known}",
            unknown=_listed(unknown),
            known=_listed(known),
        )
    return say(
        "classes that the network does not know: {unknown}. The network knows {known}; the data have {names}",
        unknown=_listed(unknown),
        known=_listed(known),
        names=_listed(names),
    )


def said_as(known: Sequence[str], numbers: Sequence[int | None]) -> list[str] | None:
    """Return what --as takes, with a mark for each name that is to be given; None where there are too many for that."""
    return None if len(numbers) > len(known) else [UNKNOWN if n is None else known[n] for n in numbers]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    left_out = len(names) - MOST_NAMED
    return say("{list} and {count} more", list=shown, count=f"{left_out:,}") if left_out > 0 else shown
