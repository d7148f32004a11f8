"""Conditions on runs, such as ``test_accuracy > 0.88 and network.filters == 10``.

The grammar is a part of Python's: names, numbers, texts and lists; ``== != < <= > >= in``, ``and``, ``or``, ``not``.
Python's own parser reads it and nothing is ever executed: what is not in this list is refused.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from lenetpp.basics.kinds import check_kind
from lenetpp.basics.suggestions import did_you_mean

Row: TypeAlias = Mapping[str, Any]
"""What is known of one run, by the full names of the columns, such as ``settings.learning_rate``."""

SECTIONS = ("settings", "results", "network", "data", "machine", "numerics", "software", "git")
"""Where a short name is looked up, in this order: ``epochs`` is the setting, not how many were trained."""

OTHER_NAMES = {"tag": "tags"}
"""As one asks: ``tag == "first"``."""

SHARES = "accuracy"
"""What the names of columns end with that hold shares."""
PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)\s*%")

LONGEST_CONDITION = 1000
"""Characters. Python's parser recurses, and deep nesting could exhaust its stack."""

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda left, right: _is_equal(left, right),
    ast.NotEq: lambda left, right: not _is_equal(left, right),
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
}


EQUALITIES = (COMPARISONS[ast.Eq], COMPARISONS[ast.NotEq])


class ConditionError(ValueError):
    """A condition that cannot be understood, or that names or compares what is not there."""


def full_name(name: str, columns: Iterable[str]) -> str:
    """Return the column that a name stands for: itself, the first section that has it, or the only one that ends so.

    Raises
    ------
    ConditionError
        If there is none, or several end so; the message lists them.
    """
    known = set(columns)
    name = OTHER_NAMES.get(name, name)
    for candidate in (name, *(f"{section}.{name}" for section in SECTIONS)):
        if candidate in known:
            return candidate
    ending = sorted(column for column in known if column.endswith(f".{name}"))
    if len(ending) == 1:
        return ending[0]
    if ending:
        raise ConditionError(f"{name!r} may be {' or '.join(ending)}: write one of them")
    endings = {column.split(".", count)[-1] for column in known for count in range(1, column.count(".") + 1)}
    hint = did_you_mean(name, sorted(endings | known))
    raise ConditionError(f"no run has a {name!r}{hint}; the names are {', '.join(sorted(known))}")


def condition(text: str, columns: Sequence[str]) -> Callable[[Row], bool]:
    """Return the test that a text describes; a comparison with what a run does not have is false.

    Parameters
    ----------
    text : str
        See the module; for instance ``0.8 < test_accuracy and "ship" in data.classes``. A list equals the texts in it:
        ``tag == "first"``.
    columns : sequence of str
        Names that it may use, in full; they can be shortened as in :func:`full_name`.

    Raises
    ------
    ConditionError
        If the text is not such a condition; from the test itself, if it compares numbers with texts.
    """
    if len(text) > LONGEST_CONDITION:
        raise ConditionError(f"a condition has at most {LONGEST_CONDITION} characters, but this one has {len(text)}")
    try:
        value = _Compiler(text, columns).compile(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, ConditionError):
            raise
        what = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply or holds a null character"
        hint = " (equality is written ==)" if _has_single_equals(text) else ""
        if percentage := PERCENTAGE.search(text):
            hint = f" ({_as_share(float(percentage[1]), percentage[0])})"
        raise ConditionError(
            f"cannot understand the condition {text!r}: {what}{hint}; "
            'an example: test_accuracy > 0.88 and network.name == "blog-lenet"'
        ) from None
    return lambda row: bool(value(row))


class _Compiler:
    """Turns the nodes of a parsed condition into functions of a row."""

    def __init__(self, text: str, columns: Sequence[str]) -> None:
        check_kind(text, str, "text", "a condition in a text")
        self._text = text.strip()
        self._columns = columns
        self._hint = ""

    def compile(self, node: ast.expr) -> Callable[[Row], Any]:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as constant):
                return lambda _: constant
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return lambda _: -number
            case ast.Name() | ast.Attribute():
                name = self._full_name(self._dotted(node))
                return lambda row: row.get(name)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                values = [self.compile(item) for item in items]
                return lambda row: [value(row) for value in values]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.compile(operand)
                return lambda row: not inner(row)
            case ast.BoolOp(op=ast.And(), values=parts):
                tests = [self.compile(part) for part in parts]
                return lambda row: all(test(row) for test in tests)
            case ast.BoolOp(op=ast.Or(), values=parts):
                tests = [self.compile(part) for part in parts]
                return lambda row: any(test(row) for test in tests)
            case ast.Compare() if all(type(comparison) in COMPARISONS for comparison in node.ops):
                return self._chain(node)
        raise ConditionError(
            f"a condition is made of names, numbers, texts, comparisons, and, or, not, but {self._text!r} has "
            f"{ast.get_source_segment(self._text, node)!r}"
        )

    def _chain(self, node: ast.Compare) -> Callable[[Row], bool]:
        """Return a comparison, or several in a row as in ``0.8 < test_accuracy < 0.9``."""
        for left, right in pairwise((node.left, *node.comparators)):
            self._check_share(left, right)
            self._check_share(right, left)
        operands = [self.compile(operand) for operand in (node.left, *node.comparators)]
        comparisons = [COMPARISONS[type(comparison)] for comparison in node.ops]

        def holds(row: Row) -> bool:
            values = [operand(row) for operand in operands]
            return all(
                self._compare(compare, left, right)
                for compare, left, right in zip(comparisons, values[:-1], values[1:], strict=True)
            )

        return holds

    def _compare(self, compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
        if compare not in EQUALITIES and (left is None or right is None):
            return False
        try:
            return compare(left, right)
        except TypeError:
            raise ConditionError(
                f"{self._text!r} compares {left!r} with {right!r}, which cannot be done{self._hint}"
            ) from None

    def _check_share(self, column: ast.expr, other: ast.expr) -> None:
        """Raise ConditionError where a share, of which none is above 1, is held against percent."""
        if not isinstance(column, ast.Name | ast.Attribute):
            return
        name = self._full_name(self._dotted(column))
        if name.endswith(SHARES):
            for number in other.elts if isinstance(other, ast.List | ast.Tuple | ast.Set) else [other]:
                if isinstance(number, ast.Constant) and isinstance(number.value, int | float) and number.value > 1:
                    given = f"{number.value:g}"
                    raise ConditionError(f"{self._text!r}: {_as_share(number.value, given)}")

    def _full_name(self, name: str) -> str:
        full, result = full_name(name, self._columns), f"results.{name}"
        if full != result and result in self._columns:
            self._hint = f": {name} means {full}; for the result write {result}"
        return full

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute):
            return f"{self._dotted(node.value)}.{node.attr}"
        raise ConditionError(f"{ast.get_source_segment(self._text, node)!r} is not the name of a column")


def _is_equal(left: Any, right: Any) -> bool:
    """Whether two values are the same; a text also equals a list that has it, such as tags or classes."""
    if isinstance(left, list) and isinstance(right, str):
        return right in left
    if isinstance(right, list) and isinstance(left, str):
        return left in right
    return bool(left == right)


def _as_share(percent: float, given: str) -> str:
    """Say that shares are 0 to 1, and what to write instead of percent, where these can be meant."""
    instead = f", so write {percent / 100:g} instead of {given}" if 0 <= percent <= 100 else ""
    return f"shares are from 0 to 1{instead}"


def _has_single_equals(text: str) -> bool:
    return any(
        character == "="
        and text[position - 1 : position] not in ("=", "<", ">", "!")
        and text[position + 1 : position + 2] != "="
        for position, character in enumerate(text)
    )
