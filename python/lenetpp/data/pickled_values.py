"""Reads the pickles of CIFAR-10's Python version without Python's pickle module, which can be made to run anything.

A pickle is a program for a small stack machine. This is such a machine that knows only the instructions which these
files use, and builds only numbers, byte strings, lists, dictionaries, tuples, and arrays of unsigned bytes. Three
names that stand for functions and types in the files are mere words here: nothing is ever looked up or called.
"""

import enum
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.errors import DataError

MAXIMUM_INSTRUCTIONS = 200_000
"""An official file has about 40,000 for its 10,000 images; the most memory-hungry ones stay far below 100 MB."""


class _Word(enum.Enum):
    RECONSTRUCT = enum.auto()
    ARRAY = enum.auto()
    DTYPE = enum.auto()
    ARRAY_TO_FILL = enum.auto()  # what a call of RECONSTRUCT gives
    UNSIGNED_BYTE = enum.auto()  # what a call of DTYPE gives


_NAMES = {
    (b"numpy.core.multiarray", b"_reconstruct"): _Word.RECONSTRUCT,
    (b"numpy", b"ndarray"): _Word.ARRAY,
    (b"numpy", b"dtype"): _Word.DTYPE,
}


def read_pickled_values(content: bytes, source: str) -> object:
    """Return the value that `content` describes: text as bytes, arrays as read-only uint8 views of their own bytes.

    Raises
    ------
    DataError
        If an instruction is not one of these files', or makes no sense; names `source` and the offset.
    """
    machine = _Machine(content)
    try:
        return machine.run()
    except (ValueError, TypeError, LookupError) as error:
        reason = "nothing there for the instruction to work on" if isinstance(error, LookupError) else error
        raise DataError(
            f"{source}: not a file of CIFAR-10's Python version: at byte {machine.start:,}: {reason}; "
            "get the file again"
        ) from error


class _Machine:
    """`stack` holds what was pushed since the last mark, `below` the stacks under each mark."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.start = 0  # where the current instruction begins
        self.position = 0  # how far `content` has been read
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> object:
        for _ in range(MAXIMUM_INSTRUCTIONS):
            self.start = self.position
            instruction = self.take(1)
            if instruction == b".":
                return self.result()
            self.step(instruction)
        raise ValueError(f"more than {MAXIMUM_INSTRUCTIONS:,} instructions")

    def step(self, instruction: bytes) -> None:
        stack = self.stack
        match instruction:
            case b"\x80":
                self.number(1)  # the version of the format
            case b"K":
                stack.append(self.number(1))
            case b"M":
                stack.append(self.number(2))
            case b"J":
                stack.append(self.number(4, signed=True))
            case b"U":
                stack.append(self.take(self.number(1)))
            case b"T":
                stack.append(self.take(self.number(4)))
            case b"N":
                stack.append(None)
            case b"\x89":
                stack.append(False)
            case b"]":
                stack.append([])
            case b"}":
                stack.append({})
            case b"q":
                self.memo[self.number(1)] = stack[-1]
            case b"r":
                self.memo[self.number(4)] = stack[-1]
            case b"h":
                stack.append(self.memo[self.number(1)])
            case b"j":
                stack.append(self.memo[self.number(4)])
            case b"(":
                self.below.append(stack)
                self.stack = []
            case b"e":
                items = self.pop_to_mark()
                _expect(self.stack[-1], list).extend(items)
            case b"u":
                items = self.pop_to_mark()
                keys = [_expect(key, bytes) for key in items[0::2]]
                _expect(self.stack[-1], dict).update(zip(keys, items[1::2], strict=True))
            case b"t":
                items = self.pop_to_mark()
                self.stack.append(tuple(items))
            case b"\x85" | b"\x86" | b"\x87":
                size = instruction[0] - 0x84
                stack[-size:] = [tuple(stack[index] for index in range(-size, 0))]
            case b"c":
                name = self.line(), self.line()
                if name not in _NAMES:
                    raise ValueError(f"asks for {name}, which these files do not hold")
                stack.append(_NAMES[name])
            case b"R":
                arguments, function = stack.pop(), stack.pop()
                stack.append(_reduce(function, arguments))
            case b"b":
                state, target = stack.pop(), stack.pop()
                stack.append(_build(target, state))
            case _:
                raise ValueError(f"the pickle instruction {instruction!r}, which these files do not use")

    def take(self, size: int) -> bytes:
        taken = self.content[self.position : self.position + size]
        if len(taken) < size:
            raise ValueError(f"cut short: {size:,} bytes expected, {len(taken):,} left")
        self.position += size
        return taken

    def number(self, size: int, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "little", signed=signed)

    def line(self) -> bytes:
        end = self.content.find(b"\n", self.position)
        if end < 0:
            raise ValueError("a name without an end")
        return self.take(end + 1 - self.position)[:-1]

    def pop_to_mark(self) -> list[Any]:
        items = self.stack
        self.stack = self.below.pop()
        return items

    def result(self) -> object:
        if self.position != len(self.content):
            raise ValueError("bytes follow the end")
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
