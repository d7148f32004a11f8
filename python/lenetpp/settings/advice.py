"""What to try, in words: of each remedy only what a run's settings do not have already."""

from collections.abc import Mapping
from typing import Any

from lenetpp.basics.language import chosen_language, listed, recalled, say


def one_of(*remedies: str) -> str:
    """Return those that are not empty, with "or" before the last."""
    *others, last = filter(None, remedies)
    return say("{others} or {last}", others=listed(others), last=last) if others else last


def warmup(settings: Mapping[str, Any]) -> str:
    """Return what helps against steps that are too large at the beginning."""
    return "" if settings.get("warmup_epochs", 0) >= 1 else "warmup_epochs=1"


def clipping(settings: Mapping[str, Any]) -> str:
    """Return what helps against single steps that are too large."""
    return "" if 0 < settings.get("gradient_clip_norm", 0) <= 1 else "gradient_clip_norm=1"


def momentum(settings: Mapping[str, Any]) -> str:
    """Return what helps against steps that are too small; where gradients are summed, it makes them too large."""
    return "" if settings.get("momentum") or settings.get("reduction") == "sum" else "momentum=0.9"


def divergence(what: str, settings: Mapping[str, Any]) -> str:
    """Return what is said of a training that ended as its numbers became infinite or none."""
    smaller = say("a learning_rate below {rate}", rate=f"{settings.get('learning_rate', 0):g}")
    return say(
        "training diverged (NaN or infinite values): {what}; try {remedies}",
        what=what,
        remedies=one_of(smaller, warmup(settings), clipping(settings)),
    )


def recalled_divergence(text: str, settings: Mapping[str, Any]) -> str:
    """Return the message that a recorded text of :func:`divergence` was; the text itself where it is none."""
    if chosen_language() == "en":
        return text
    what = text.partition(": ")[2].rpartition("; try ")[0]
    known = divergence(recalled(what), settings)
    return known if known == text else recalled(text)


def initialization(settings: Mapping[str, Any]) -> str:
    """Return initial weights that are made for sigmoids."""
    others = [name for name in ("glorot", "blog") if name != settings.get("initialization")]
    return say("initialization {names}", names=one_of(*others))


def varied_images(settings: Mapping[str, Any]) -> str:
    """Return what helps against images that are memorised."""
    missing = [name for name in ("flip_horizontally", "shift_pixels") if not settings.get(name)]
    return one_of(*missing) if missing else ""


def weight_decay(settings: Mapping[str, Any]) -> str:
    """Return what helps against weights that grow."""
    decay = settings.get("weight_decay", 0)
    return say("a weight_decay above {decay}", decay=f"{decay:g}") if decay else "weight_decay=0.0005"


def class_weights(settings: Mapping[str, Any]) -> str:
    """Return what helps against classes with few images."""
    return "" if settings.get("class_weight") == "balanced" else 'class_weight="balanced"'
