"""What a filter looks like, in words: the best-fitting pattern of each kind, measured against what noise reaches.

With so few cells a flexible pattern fits even noise well. So the share of a filter's variance that a pattern explains
is placed between what 99 of 100 filters of noise stay below, score 0, and a perfect fit, score 1. The kind of the
highest score names the filter; where none is above 0, it is near-noise.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.filters.gabor_fit import GaborFit, fit_gabor
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.filters.pattern_templates import MAKERS, templates

NOISE_FILTERS = 1000
NOISE_QUANTILE = 0.99
REFINED_NOISE = 20
"""Filters of noise around the quantile to which Gabor functions are fitted exactly."""
NOISE_SEED = 1
SMALLEST_SIDE = 3
"""Filters of fewer cells to a side have no shape to speak of."""
GABOR_ADVANTAGE = 0.12
"""By so much must a Gabor function's score exceed those of simpler patterns, most of which it can imitate."""
DIRECTIONS = (
    say("the right"),
    say("the upper right"),
    say("the top"),
    say("the upper left"),
    say("the left"),
    say("the lower left"),
    say("the bottom"),
    say("the lower right"),
)
"""In steps of 45 degrees."""


@dataclass(frozen=True)
class FilterDescription:
    """What a filter looks like; its text says it in words.

    Attributes
    ----------
    kind : {"edge", "line", "corner", "spot", "blur", "Gabor", "near-noise", "zero", "too small"}
        The name: that of the highest score; "near-noise" if no score is above 0. Filters that are 0 everywhere, or
        have fewer than 3 cells to a side, have no scores.
    words : str
        The name with direction and sign: "bright line at 45°".
    scores : dict of float
        How well the best pattern of each kind fits: 0 as noise does at its best (99 %), 1 perfectly.
    gabor : GaborFit or None
        The best-fitting Gabor function; None where there are no scores, or all cells are alike.
    planes : tuple of float
        How strongly each input plane goes into the pattern; the strongest is 1. NaN of those it does not see.
    planes_share : float
        Share of the filter's squares that the one pattern, weighed so over the planes, explains, in [0, 1].
    """

    kind: str
    words: str
    scores: dict[str, float]
    gabor: GaborFit | None
    planes: tuple[float, ...]
    planes_share: float

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name, as JSON can hold them."""
        gabor = self.gabor
        return {
            "kind": self.kind,
            "words": self.words,
            "scores": self.scores,
            "gabor": gabor
            and {"orientation": gabor.orientation, "frequency": gabor.frequency, "r_squared": gabor.r_squared},
            "planes": [None if math.isnan(part) else part for part in self.planes],
            "planes_share": self.planes_share,
        }

    def __str__(self) -> str:
        return str(self.in_words())

    def in_words(self) -> str:
        """Return the text, which knows how it was made."""
        if self.kind not in self.scores:
            return self.words
        name = say("{words} ({score})", words=self.words, score=f"{self.scores[self.kind]:.2f}")
        if len(self.planes) > 1:
            name = say("{name} in {share} of it", name=name, share=percent(self.planes_share, 0))
        if self.gabor is None or self.kind == "Gabor":
            return name
        return say("{name}; {gabor}", name=name, gabor=self.gabor.in_words())


def describe_filters(filters: LayerFilters) -> tuple[FilterDescription, ...]:
    """Return what each filter of a layer looks like.

    A filter that sees several planes is described by the one pattern that, weighed over the planes, comes nearest to
    it (its first singular vectors).
    """
    return tuple(_describe(weights) for weights in filters.weights)


def _describe(weights: FloatArray) -> FilterDescription:
    """Describe a filter (planes, height, width)."""
    pattern, planes, share = _common_pattern(weights)
    if not pattern.any():
        return FilterDescription("zero", say("zero everywhere"), {}, None, planes, share)
    if min(pattern.shape) < SMALLEST_SIDE:
        return FilterDescription("too small", say("too small for a shape"), {}, None, planes, share)
    variance = np.square(pattern - pattern.mean()).sum()
    has_shape = variance > np.finfo(np.float32).eps * np.square(pattern).sum()
    gabor = fit_gabor(pattern) if has_shape else None
    fits = {kind: _best_fit(kind, pattern) for kind in MAKERS if has_shape or kind == "blur"}
    shares = {kind: fit.share for kind, fit in fits.items()}
    if gabor is not None:
        shares["Gabor"] = gabor.r_squared
    scores = {kind: _score(kind, share, *pattern.shape) for kind, share in shares.items()}
    kind = max(scores, key=lambda name: scores[name] - (GABOR_ADVANTAGE if name == "Gabor" else 0))
    if scores[kind] <= 0:
        return FilterDescription("near-noise", say("near-noise"), scores, gabor, planes, share)
    words = _words(kind, fits[kind], gabor)
    return FilterDescription(kind, words, scores, gabor, planes, share)


def _common_pattern(weights: FloatArray) -> tuple[FloatArray, tuple[float, ...], float]:
    """Return the pattern (height, width) that all planes share most, each plane's part in it, and its share of all."""
    seen = ~np.isnan(weights).any(axis=(1, 2))
    left, lengths, right = np.linalg.svd(weights[seen].reshape(seen.sum(), -1), full_matrices=False)
    strongest = left[np.abs(left[:, 0]).argmax(), 0] or 1.0
    planes = np.full(len(weights), np.nan)
    planes[seen] = left[:, 0] / strongest
    pattern = (strongest * lengths[0] * right[0]).reshape(weights.shape[1:])
    total = float(np.square(lengths).sum())
    return pattern, tuple(planes.tolist()), float(lengths[0] ** 2) / total if total else 1.0


class _Fit(NamedTuple):
    """The best template of a kind: the share of the filter's squares it explains, its angle, its sign."""

    share: float
    angle: float
    is_bright: bool


def _best_fit(kind: str, pattern: FloatArray) -> _Fit:
    candidates = templates(kind, *pattern.shape)
    unit = _units(pattern[np.newaxis], kind)
    shares = candidates.scores(unit)[:, 0]
    best = int(shares.argmax())
    is_bright = bool(candidates.arrays[best, 0] @ unit[0] > 0)
    return _Fit(float(shares[best]), float(candidates.angles[best]), is_bright)


def _units(patterns: FloatArray, kind: str) -> FloatArray:
    """Return patterns (N, height, width) as vectors (N, cells) of unit length; all but blurs without their mean."""
    flat = patterns.reshape(len(patterns), -1)
    if kind != "blur":
        flat = flat - flat.mean(axis=1, keepdims=True)
    units: FloatArray = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return units


def _score(kind: str, share: float, height: int, width: int) -> float:
    """Return where a share lies between noise (0) and a perfect fit (1)."""
    noise = _noise_share(kind, height, width)
    return (share - noise) / (1 - noise)


@cache
def _noise_share(kind: str, height: int, width: int) -> float:
    """Return the share that the best pattern of a kind explains of noise, in 1 of 100 filters or less."""
    noise = np.random.default_rng(NOISE_SEED).standard_normal((NOISE_FILTERS, height, width))
    shares = templates(kind, height, width).scores(_units(noise, kind)).max(axis=0)
    if kind != "Gabor":
        return float(np.quantile(shares, NOISE_QUANTILE))
    # Exact fits to all of them would take many seconds; the templates tell which ones matter.
    order = np.argsort(shares)
    middle = round(NOISE_QUANTILE * NOISE_FILTERS)
    near = order[middle - REFINED_NOISE // 2 : middle + REFINED_NOISE // 2]
    return float(np.median([fit_gabor(noise[number]).r_squared for number in near]))


def _words(kind: str, fit: _Fit, gabor: GaborFit | None) -> str:
    """Return a pattern's name with its direction and its sign: bright is red, dark is blue."""
    sign = say("bright") if fit.is_bright else say("dark")
    match kind:
        case "edge":
            return say("{along} edge", along=_along(fit.angle))
        case "line":
            return say("{sign} {along} line", sign=sign, along=_along(fit.angle))
        case "corner":
            return say("{sign} corner open to {side}", sign=sign, side=DIRECTIONS[round(fit.angle / 45) % 8])
        case "Gabor":
            assert gabor is not None
            return gabor.in_words()
        case "spot":
            return say("{sign} spot", sign=sign)
    return say("{sign} blur", sign=sign)


def _along(angle: float) -> str:
    return {0.0: say("horizontal"), 90.0: say("vertical")}.get(angle, f"{angle:.0f}°")
