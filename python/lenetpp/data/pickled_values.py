"""Reads the pickles of CIFAR-10's Python version without Python's pickle module, which can be made to run anything.

A pickle is a program for a small stack machine. This is such a machine that knows only the instructions which these
files use, and builds only numbers, byte strings, lists, dictionaries, tuples, and arrays of unsigned bytes. Three
names that stand for functions and types in the files are mere words here: nothing is ever looked up or called.
"""

import enum
import math
import pickletools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.errors import DataError

MAXIMUM_INSTRUCTIONS = 1_000_000
"""An official file has about 20,000 for its 10,000 images; the most memory-hungry ones stay below 100 MB."""


class _Word(enum.Enum):
    RECONSTRUCT = "numpy.core.multiarray _reconstruct"
    ARRAY = "numpy ndarray"
    DTYPE = "numpy dtype"
    ARRAY_TO_FILL = "an array before its BUILD"
    UNSIGNED_BYTE = "the dtype u1"


_NAMES = {word.value: word for word in (_Word.RECONSTRUCT, _Word.ARRAY, _Word.DTYPE)}


def read_pickled_values(content: bytes, source: str) -> object:
    """Return the value that `content` describes: text as bytes, arrays as read-only uint8 views of their own bytes.

    Raises
    ------
    DataError
        If an instruction is not one of these files', or makes no sense; names `source` and the offset.
    """
    machine = _Machine()
    position = 0
    try:
        for count, (opcode, argument, offset) in enumerate(pickletools.genops(content)):
            position = offset or 0
            if count == MAXIMUM_INSTRUCTIONS:
                raise ValueError(f"more than {MAXIMUM_INSTRUCTIONS:,} instructions")
            machine.run(opcode.name, argument)
        if position + 1 != len(content):
            raise ValueError("bytes follow the end")
        return machine.result()
    except (ValueError, LookupError, TypeError) as error:
        raise DataError(
            f"{source}: not a file of CIFAR-10's Python version: at byte {position:,}: {error}; get the file again"
        ) from error


class _Machine:
    """`stack` holds what was pushed since the last mark, `below` the stacks under each mark."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def run(self, name: str, argument: Any) -> None:
        stack = self.stack
        match name:
            case "BININT1" | "BININT2" | "BININT":
                stack.append(argument)
            case "SHORT_BINSTRING" | "BINSTRING":
                stack.append(argument.encode("latin-1"))
            case "NONE":
                stack.append(None)
            case "NEWFALSE":
                stack.append(False)
            case "BINPUT" | "LONG_BINPUT":
                self.memo[argument] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self.memo[argument])
            case "MARK":
                self.below.append(stack)
                self.stack = []
            case "EMPTY_LIST":
                stack.append([])
            case "EMPTY_DICT":
                stack.append({})
            case "APPENDS":
                items = self.pop_to_mark()
                _expect(self.stack[-1], list).extend(items)
            case "SETITEMS":
                items = self.pop_to_mark()
                keys = [_expect(key, bytes) for key in items[0::2]]
                _expect(self.stack[-1], dict).update(zip(keys, items[1::2], strict=True))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                size = int(name[-1])
                self.stack[-size:] = [tuple(stack[index] for index in range(-size, 0))]
            case "TUPLE":
                items = self.pop_to_mark()
                self.stack.append(tuple(items))
            case "GLOBAL":
                if argument not in _NAMES:
                    raise ValueError(f"asks for {argument!r}, which these files do not hold")
                stack.append(_NAMES[argument])
            case "REDUCE":
                arguments, function = stack.pop(), stack.pop()
                stack.append(_reduce(function, arguments))
            case "BUILD":
                state, target = stack.pop(), stack.pop()
                stack.append(_build(target, state))
            case "PROTO" | "STOP":
                pass
            case _:
                raise ValueError(f"the pickle instruction {name}, which these files do not use")

    def pop_to_mark(self) -> list[Any]:
        items = self.stack
        self.stack = self.below.pop()
        return items

    def result(self) -> object:
        if self.below or len(self.stack) != 1:
            raise ValueError("more or less than one value is left")
        return self.stack[0]


def _expect(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, {type(value).__name__} found")
    return value


def _reduce(function: object, arguments: object) -> _Word:
    if function is _Word.RECONSTRUCT and arguments == (_Word.ARRAY, (0,), b"b"):
        return _Word.ARRAY_TO_FILL
    if function is _Word.DTYPE and arguments == (b"u1", 0, 1):
        return _Word.UNSIGNED_BYTE
    raise ValueError("a call that these files do not make")


def _build(target: object, state: object) -> NDArray[np.uint8] | _Word:
    if target is _Word.UNSIGNED_BYTE:
        return _Word.UNSIGNED_BYTE
    if target is not _Word.ARRAY_TO_FILL or not isinstance(state, tuple) or len(state) != 5:
        raise ValueError("a state that these files do not set")
    _, shape, dtype, fortran_order, values = state
    if dtype is not _Word.UNSIGNED_BYTE or fortran_order is not False:
        raise ValueError("an array that is not unsigned bytes in C order")
    # Nothing is allocated by the announced shape: it must agree with the bytes there are.
    if len(_expect(shape, tuple)) != 2 or not all(_expect(length, int) >= 0 for length in shape):
        raise ValueError("an array whose shape is not two lengths")
    if math.prod(shape) != len(_expect(values, bytes)):
        raise ValueError(f"an array of shape {shape} with {len(values):,} bytes")
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)
