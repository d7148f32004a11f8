"""Writing into an array that an object hands out changes the object, or is an error: never nothing without a word."""

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
pytest.importorskip("scipy", reason="SciPy is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import lenetpp as lp

from .public_objects import is_ours


def test_nothing_is_written_into_a_copy(met: dict[type, Any]) -> None:
    looked_at, copies = set(), []
    for kind, value in met.items():
        if kind.__module__ == "lenetpp._core":
            continue  # which the objects that hold it wrap
        for name, get in accessors(value):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    first, second = get(), get()
                except (AssertionError, ValueError, AttributeError, TypeError, KeyError, OSError, ImportError):
                    continue  # of another kind of layer, for instance
            for one, other in zip(arrays(first), arrays(second), strict=True):
                looked_at.add(f"{kind.__name__}.{name}")
                if one.size and one.flags.writeable and not np.shares_memory(one, other):
                    copies.append(f"{kind.__name__}.{name}")
    assert not copies
    wanted = {"Network.parameters", "Network.state", "Network.normalization", "Dataset.train_images"}
    assert wanted | {"Filters.weights", "Evaluation.confusion", "InputGradient.by_pixel"} <= looked_at


def test_what_an_object_hands_out_of_the_network_is_no_way_around_set_parameters() -> None:
    network = lp.Network.parse("1x8x8 | batchnorm | dense 3")
    network.initialize(1)
    network.normalization = ([1.0], [2.0])
    assert network.normalization is not None
    for array in (*network.parameters().values(), *network.state().values(), *network.normalization):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def accessors(value: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the public attributes, properties and methods without arguments that hand out arrays, and how to ask."""
    for name in dir(value):
        member = inspect.getattr_static(value, name)
        if name.startswith("_"):
            continue
        if inspect.isfunction(member):
            if needs_nothing(member) and "ndarray" in str(inspect.signature(member).return_annotation).lower():
                yield name, getattr(value, name)
        elif isinstance(member, property | cached_property) or not callable(member):
            yield name, partial(getattr, value, name)


def needs_nothing(method: Callable[..., Any]) -> bool:
    _, *arguments = inspect.signature(method).parameters.values()
    return all(one.default is not one.empty for one in arguments)


def arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the arrays in a value, which may be a mapping or a sequence of them."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from arrays(item)
    elif isinstance(value, list | tuple) and not is_ours(type(value)):
        for item in value:
            yield from arrays(item)
