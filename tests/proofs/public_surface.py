"""The public surface, found by itself: what `lenetpp` offers, and the classes of all that this returns or holds.

Found by type hints: from each public name to what its members return, and on. A class that is added somewhere and can
reach a user therefore cannot be forgotten by a test that goes through all of them.
"""

import builtins
import functools
import importlib
import inspect
import pkgutil
import sys
import typing
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import lenetpp as lp

OF_OTHERS = {"torch_": "torch"}
"""Beginnings of module names, and the packages that these modules cannot be imported without."""


def modules() -> list[str]:
    """Names of all modules of the package that can be imported here."""
    names = (found.name for found in pkgutil.walk_packages(lp.__path__, "lenetpp."))
    return [name for name in names if not name.endswith("__main__") and not _lacks_package(name)]


def _lacks_package(module: str) -> bool:
    last = module.rpartition(".")[2]
    return any(last.startswith(start) and find_spec(package) is None for start, package in OF_OTHERS.items())


def exceptions() -> list[type[BaseException]]:
    """All exceptions and warnings that the package defines, the core's included; any of them may reach a user."""
    values = (value for name in [*modules(), "lenetpp._core"] for value in vars(importlib.import_module(name)).values())
    found = {value for value in values if inspect.isclass(value) and issubclass(value, BaseException)}
    return sorted((one for one in found if _is_ours(one)), key=lambda one: f"{one.__module__}.{one.__name__}")


def functions() -> dict[str, Callable[..., Any]]:
    """The functions that `lenetpp` offers, by name."""
    values = {name: getattr(lp, name) for name in lp.__all__}
    return {name: value for name, value in values.items() if callable(value) and not inspect.isclass(value)}


def classes() -> dict[type, str]:
    """The classes that a user can meet, each with the member or function by which he does."""
    found: dict[type, str] = {}
    for name in lp.__all__:
        value = getattr(lp, name)
        if inspect.isclass(value):
            _add(value, name, found)
        elif callable(value):
            _add(_hints(value).get("return"), f"{name}()", found)
    return found


def _add(hint: Any, met_by: str, found: dict[type, str]) -> None:
    for one in _classes_in(hint):
        if _is_ours(one) and one not in found and not typing.is_typeddict(one):
            found[one] = met_by
            for name, kind in _members(one):
                _add(kind, f"{one.__name__}.{name}", found)


def _classes_in(hint: Any) -> Iterator[type]:
    if inspect.isclass(hint):
        yield hint
    for argument in typing.get_args(hint):
        yield from _classes_in(argument)


def _is_ours(one: type) -> bool:
    return one.__module__.partition(".")[0] == "lenetpp"


def _members(one: type) -> Iterator[tuple[str, Any]]:
    """Yield the public members of a class and what they are or return."""
    for name in dir(one):
        function = function_of(inspect.getattr_static(one, name))
        if not name.startswith("_") and function is not None and str(function.__module__).startswith("lenetpp"):
            yield name, _hints(function).get("return")
    for base in filter(_is_ours, one.__mro__):
        yield from ((name, hint) for name, hint in _hints(base).items() if not name.startswith("_"))


def function_of(member: Any) -> Any:
    """Return the function behind a property, a class method or the like; None for anything else."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, functools.cached_property):
        return member.func
    if isinstance(member, classmethod | staticmethod):
        return member.__func__
    return member if inspect.isfunction(member) else None


def _hints(value: Any) -> dict[str, Any]:
    """Return the hints of a function or class; types that only a checker imports count, others' are objects."""
    return typing.get_type_hints(value, localns=_Names(vars(sys.modules[value.__module__])))


class _Names(dict[str, Any]):
    """Names of a module; those that it does not have are looked for among all classes of the package."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, None) or _all_classes().get(name, _Foreign)


class _OfAnother(type):
    """The kind of a class whose attributes are itself: `torch`, `torch.nn`, `torch.nn.Module`."""

    def __getattr__(cls, name: str) -> type:
        return cls


class _Foreign(metaclass=_OfAnother):
    """A module or type of another package."""


@functools.cache
def _all_classes() -> dict[str, type]:
    found: dict[str, type] = {}
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            if inspect.isclass(value) and _is_ours(value):
                found.setdefault(value.__name__, value)
    return found
