"""Activations as they are written in a network's text: a name, and a slope in parentheses where there is one."""

from lenetpp import _core

ACTIVATIONS = _core.activations()


def parse_activation(text: str) -> tuple[str, float | None]:
    """Split ``"sigmoid(2)"`` into its name and slope; the slope is None for activations that have none."""
    name, _, slope = text.rstrip(")").partition("(")
    usual_slope, _ = ACTIVATIONS[name]
    return name, float(slope) if slope else usual_slope


def activation_range(text: str) -> tuple[float, float] | None:
    """Return the least and the largest value of an activation that has both."""
    _, ends = ACTIVATIONS[parse_activation(text)[0]]
    return ends


def activation_text(activation: str) -> str:
    """Return an activation's part of a layer's text: nothing where it is the usual one."""
    text = "".join(str(activation).split())
    if text.partition("(")[0] not in ACTIVATIONS:
        raise ValueError(
            f"activation must be one of {', '.join(ACTIVATIONS)}, with a slope in parentheses "
            f'if it has one ("sigmoid(2)"), but is {activation!r}'
        )
    return "" if text == "identity" else f" {text}"
