"""The canonical text of a network, read into an architecture. Only right texts: errors are the core's business."""

import re
from itertools import pairwise
from typing import Any

from .activations import IDENTITY, Activation
from .architecture import (
    ActivationLayer,
    Architecture,
    AvgPool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    Layer,
    LocalResponseNormalization,
    MaxPool2D,
    Pair,
    ResidualEnd,
    ResidualStart,
    Subsample,
)

ACTIVATION_SLOPES = {
    "identity": 1.0,
    "relu": 1.0,
    "leaky_relu": 0.01,
    "sigmoid": 1.0,
    "tanh": 1.0,
    "scaled_tanh": 1.0,
}
"""Every activation's name and the slope it has when the text gives none."""

NUMBERS = ("momentum", "epsilon", "alpha", "beta", "k")
"""Words that a number follows."""


def parse(text: str) -> Architecture:
    """``"3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | dense 2"`` as an architecture."""
    input_text, *layer_texts = text.replace("[", "[|").replace("]", "|]").split("|")
    planes, height, width = (int(number) for number in input_text.split("x"))
    return Architecture((planes, height, width), tuple(_parse_layer(layer.split()) for layer in layer_texts))


def _parse_layer(words: list[str]) -> Layer:
    if words[0] in ("globalavgpool", "activation", "residual", "]"):
        return _parse_wordy_layer(words)
    kind, *options = words
    numbers: dict[str, Any] = {name: float(value) for name, value in pairwise(words) if name in NUMBERS}
    activation = next((found for word in options if (found := _activation(word))), IDENTITY)
    if kind == "batchnorm":
        return BatchNormalization(activation, **numbers)
    size, *options = options
    if kind == "lrn":
        return LocalResponseNormalization(int(size), **numbers)
    if kind in ("maxpool", "avgpool"):
        window, _, strides = size.partition("/")
        return (MaxPool2D if kind == "maxpool" else AvgPool2D)(_pair(window), _pair(strides or window))
    if kind == "subsample":
        window, _, strides = size.partition("/")
        return Subsample(_pair(window), _pair(strides or window), activation)
    if kind == "dropout":
        return Dropout(float(size))
    bias = "nobias" not in options
    if kind == "dense":
        return Dense(int(size), bias, activation)
    if kind != "conv":
        raise ValueError(f"no such layer: {kind}")

    filters, kernel_size = size.split("x", maxsplit=1)
    table = tuple(
        tuple(int(plane) for plane in planes.split(","))
        for planes in _argument(options, r"table\((.+)\)", default="").split(";")
        if planes
    )
    return Conv2D(
        filters=int(filters),
        kernel_size=_pair(kernel_size),
        connection="table" if table else "separate" if "separate" in options else "full",
        table=table,
        strides=_pair(_argument(options, r"stride(\d.*)", default="1")),
        padding=_pair(_argument(options, r"pad(\d.*)", default="0")),
        bias=bias,
        activation=activation,
    )


def _parse_wordy_layer(words: list[str]) -> Layer:
    """A layer without numbers."""
    activation = _activation(words[-1]) or IDENTITY
    match words[0]:
        case "globalavgpool":
            return GlobalAvgPool2D()
        case "activation":
            return ActivationLayer(activation)
        case "residual":
            return ResidualStart(pads="pad" in words)
    return ResidualEnd(activation)


def _pair(text: str) -> Pair:
    """``"3"`` -> (3, 3) and ``"3x2"`` -> (3, 2)."""
    numbers = [int(number) for number in text.split("x")]
    return numbers[0], numbers[-1]


def _activation(word: str) -> Activation | None:
    name, _, slope = word.partition("(")
    if name not in ACTIVATION_SLOPES:
        return None
    return Activation(name, float(slope.removesuffix(")")) if slope else ACTIVATION_SLOPES[name])


def _argument(options: list[str], pattern: str, default: str) -> str:
    """The bracketed part of the first option that matches ``pattern``."""
    return next((match[1] for word in options if (match := re.fullmatch(pattern, word))), default)
