"""ONNX models as nodes, constants and metadata: what their bytes say.

Fields and types have the numbers of onnx.proto (https://github.com/onnx/onnx).
"""

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.networks.formats.foreign_constants import NotExpressible
from lenetpp.networks.formats.foreign_layers import Pair
from lenetpp.networks.formats.protobuf import ProtobufError, fields, packed_integers, signed

Message: TypeAlias = dict[int, list[Any]]
GRAPH = 7
"""The field of a model with its graph."""
TYPES = {1: "<f4", 2: "u1", 9: "?", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8"}
VALUES_OF_TYPES = {1: 4, 6: 5, 7: 7, 11: 10}
"""The field with a tensor's values where they are not raw bytes."""
PIXELS = {1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 11: "float64"}
"""The types that images may have."""
OLDEST_OPSET = 7
"""Before it, sums had a broadcast of their own, and inference was an attribute."""
CONSTANTS = {"value_float": np.float32, "value_floats": np.float32, "value_int": np.int64, "value_ints": np.int64}
"""How a Constant says what it is, where it has no tensor."""


class Node(NamedTuple):
    """An operator, the names of what it takes and gives, and those of its inputs that are constants."""

    name: str
    operator: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]
    constants: dict[int, NDArray[Any]]

    def has(self, place: int) -> bool:
        """Whether it has an input at this place."""
        return place < len(self.inputs) and self.inputs[place] != ""

    def constant(self, place: int) -> NDArray[Any]:
        """Return an input that must be there and constant."""
        if place not in self.constants:
            raise NotExpressible(f"its input {place} is missing, or no constant")
        return self.constants[place]

    def whole(self, name: str, usual: int) -> int:
        """Return an attribute that is a whole number."""
        value = self.attributes.get(name, usual)
        if not isinstance(value, int):
            raise NotExpressible(f"{name} must be a whole number, but is {value}")
        return value

    def real(self, name: str, usual: float) -> float:
        """Return an attribute that is a number."""
        value = self.attributes.get(name, usual)
        if not isinstance(value, int | float):
            raise NotExpressible(f"{name} must be a number, but is {value}")
        return float(value)

    def sizes(self, name: str, usual: list[int], least: int = 1) -> list[int]:
        """Return an attribute of as many whole numbers as `usual` has, all of them at least `least`."""
        values = self.attributes.get(name, usual)
        if not isinstance(values, list) or len(values) != len(usual) or min(values) < least:
            raise NotExpressible(f"{name} must be {len(usual)} numbers from {least} on, but are {values}")
        return values

    def pair(self, name: str) -> Pair:
        """Return an attribute of height and width, 1 by default."""
        height, width = self.sizes(name, [1, 1])
        return height, width

    def only(self, name: str, *allowed: Any) -> Any:
        """Return an attribute that has one of few values; the first is the usual one."""
        value = self.attributes.get(name, allowed[0])
        if value not in allowed:
            raise NotExpressible(f"{name} is {value}, which no layer of lenetpp has")
        return value


class OnnxGraph(NamedTuple):
    """What a model says.

    Attributes
    ----------
    images : str
        Name of the input.
    input_shape : (int, int, int)
        Planes, height and width of an image.
    pixels : numpy.dtype
        Type of the images.
    batch : int or None
        How many images it takes at once; None for any number.
    nodes : list of Node
        In the order in which they are computed.
    outputs : list of str
        Names of what the model gives.
    metadata : dict of str
        Any texts.
    """

    images: str
    input_shape: Shape
    pixels: np.dtype[Any]
    batch: int | None
    nodes: list[Node]
    outputs: list[str]
    metadata: dict[str, str]


def onnx_graph(model: bytes) -> OnnxGraph:
    """Return what an ONNX model says.

    Raises
    ------
    ValueError
        If it is none, or does not take images of a known size.
    """
    try:
        content = _message(model)
        if GRAPH not in content:
            raise ProtobufError("it has no graph")
        _check_opset(content)
        graph = _submessage(content, GRAPH)
        constants = dict(_tensor(each) for each in _parts(graph, 5))
        nodes = [_node(each, constants) for each in _parts(graph, 1)]
        outputs = [_text(_message(each), 1) for each in _parts(graph, 12)]
        entries = [_message(each) for each in _parts(content, 14)]
        metadata = {_text(entry, 1): _text(entry, 2) for entry in entries}
        return OnnxGraph(*_images(graph, constants), nodes, outputs, metadata)
    except (ProtobufError, UnicodeDecodeError) as error:
        raise ValueError(f"not an ONNX model that can be read: {error}") from error


def _message(content: bytes) -> Message:
    message: Message = {}
    for number, value in fields(content):
        message.setdefault(number, []).append(value)
    return message


def _parts(message: Message, number: int) -> list[bytes]:
    """Return the values of a field that are texts, messages or other bytes."""
    values = message.get(number, [])
    if not all(isinstance(value, bytes) for value in values):
        raise ProtobufError(f"field {number} is a number")
    return values


def _bytes(message: Message, number: int) -> bytes:
    return (_parts(message, number) or [b""])[-1]


def _submessage(message: Message, number: int) -> Message:
    """Return a message within another one; what is there several times is one message in parts."""
    return _message(b"".join(_parts(message, number)))


def _text(message: Message, number: int) -> str:
    return _bytes(message, number).decode()


def _integers(message: Message, number: int) -> list[int]:
    """Return the whole numbers of a field, which may be packed or not."""
    values: list[int] = []
    for value in message.get(number, []):
        if isinstance(value, float):
            raise ProtobufError(f"field {number} is no whole number")
        values += packed_integers(value) if isinstance(value, bytes) else [signed(value)]
    return values


def _check_opset(content: Message) -> None:
    opsets = [_message(each) for each in _parts(content, 8)]
    versions = [_integers(opset, 2) for opset in opsets if _text(opset, 1) in ("", "ai.onnx")]
    opset = versions[-1][-1] if versions and versions[-1] else 1
    if opset < OLDEST_OPSET:
        raise ValueError(f"the model is of opset {opset}; read are those from {OLDEST_OPSET} on")


def _tensor(content: bytes) -> tuple[str, NDArray[Any]]:
    message = _message(content)
    name, sides = _text(message, 8), _integers(message, 1)
    (kind,) = _integers(message, 2)[-1:] or [0]
    if kind not in TYPES:
        raise ProtobufError(f"the tensor {name!r} is of the type {kind}, which is not supported")
    if message.get(14) == [1]:
        raise ProtobufError(f"the tensor {name!r} has its values in another file, which is not supported")
    typed = VALUES_OF_TYPES.get(kind, 0)
    if typed in message and kind in (6, 7):
        values = np.array(_integers(message, typed), TYPES[kind])
    elif any(isinstance(value, float) for value in message.get(typed, [])):  # not packed
        values = np.array([value for value in message[typed] if isinstance(value, float)], TYPES[kind])
    else:
        content = b"".join(_parts(message, typed)) or _bytes(message, 9)
        if len(content) % np.dtype(TYPES[kind]).itemsize:
            raise ProtobufError(f"the tensor {name!r} ends within a number")
        values = np.frombuffer(content, TYPES[kind])
    if any(side < 0 for side in sides) or math.prod(sides) != values.size:
        raise ProtobufError(f"the tensor {name!r} has {values.size} values, but the shape {sides}")
    values = values.astype(values.dtype.newbyteorder("=")).reshape(sides)
    return name, values.astype(np.float32) if kind == 10 else values


def _node(content: bytes, constants: dict[str, NDArray[Any]]) -> Node:
    """Return a node; what a Constant gives is one of the constants of those that follow."""
    message = _message(content)
    attributes = dict(_attribute(_message(each)) for each in _parts(message, 5))
    inputs, outputs = ([each.decode() for each in _parts(message, number)] for number in (1, 2))
    if not outputs:
        raise ProtobufError("a node without outputs")
    operator, domain = _text(message, 4), _text(message, 7)
    if operator == "Constant":
        for attribute in attributes.items():
            constants[outputs[0]] = _constant(*attribute)
    own = {place: constants[name] for place, name in enumerate(inputs) if name in constants}
    if domain not in ("", "ai.onnx"):
        operator = f"{domain}.{operator}"
    return Node(_text(message, 3), operator, inputs, outputs, attributes, own)


def _constant(name: str, value: Any) -> NDArray[Any]:
    """Return what an attribute of a Constant says that it gives."""
    if isinstance(value, np.ndarray):
        return value
    if name not in CONSTANTS or value is None:
        raise ProtobufError(f"a Constant with the attribute {name!r}, which is not supported")
    return np.array(value, CONSTANTS[name])


def _floats(message: Message, number: int) -> list[float]:
    """Return the numbers of four bytes of a field, which may be packed or not."""
    values: list[float] = []
    for value in message.get(number, []):
        if isinstance(value, bytes) and len(value) % 4:
            raise ProtobufError(f"field {number} ends within a number")
        values += np.frombuffer(value, "<f4").tolist() if isinstance(value, bytes) else [float(value)]
    return values


def _attribute(message: Message) -> tuple[str, Any]:
    name = _text(message, 1)
    value: Any = None
    if 5 in message:
        _, value = _tensor(b"".join(_parts(message, 5)))
    elif 4 in message:
        value = _text(message, 4)
    elif 2 in message:
        value = message[2][-1]
    elif 3 in message:
        (value,) = _integers(message, 3)[-1:]
    elif 7 in message:
        value = _floats(message, 7)
    elif 8 in message:
        value = _integers(message, 8)
    elif (kind := _integers(message, 20)) in ([1], [2]):  # zero, which writers may leave out
        value = 0.0 if kind == [1] else 0
    return name, value


def _images(graph: Message, constants: dict[str, NDArray[Any]]) -> tuple[str, Shape, np.dtype[Any], int | None]:
    """Return the name of the images, the shape of one, their type, and how many there are."""
    values = [_message(each) for each in _parts(graph, 11)]
    inputs = [value for value in values if _text(value, 1) not in constants]
    if len(inputs) != 1:
        raise ValueError(f"the model must have one input, the images, but has {[_text(each, 1) for each in inputs]}")
    name = _text(inputs[0], 1)
    tensor = _submessage(_submessage(inputs[0], 2), 1)
    sides = [_integers(_message(each), 1) for each in _parts(_submessage(tensor, 2), 1)]
    known = [side[-1] if side else 0 for side in sides]
    if len(known) != 4 or min(known[1:]) < 1:
        shown = [side or "?" for side in known]
        raise ValueError(f"the input {name!r} must be (N, planes, height, width) with known sides, but is {shown}")
    (kind,) = _integers(tensor, 1)[-1:] or [0]
    if kind not in PIXELS:
        raise ValueError(f"the input {name!r} must be of one of the types {', '.join(PIXELS.values())}")
    batch = known[0] if known[0] > 0 else None
    return name, (known[1], known[2], known[3]), np.dtype(PIXELS[kind]), batch
