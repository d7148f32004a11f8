"""Sentences about the filters of all seeds and layers."""

from collections.abc import Sequence

from lenetpp.basics.percent import percent, percent_number
from lenetpp.studies.layer_answers import LayerAnswer
from lenetpp.studies.sentences import INTERVAL, mean_in_short


def likeness_in_words(layers: Sequence[LayerAnswer]) -> str | None:
    """Return whether the seeds find the same filters, layer by layer; None where there was nothing to match."""
    more: list[str] = []
    not_more: list[str] = []
    for layer in layers:
        if layer.match is None:
            continue
        noise, pairs = layer.match.random_likeness, layer.likeness.values()
        pair_range = f", pairs {min(pairs):.2f} to {max(pairs):.2f}" if len(pairs) > 1 else ""
        words = (
            f"{layer.name} {layer.match.likeness:.2f} ({len(layer.match.matchings)} seeds{pair_range}; "
            f"noise {noise.low:.2f} to {noise.high:.2f})"
        )
        (more if layer.match.likeness > noise.high else not_more).append(words)
    if not more and not not_more:
        return None
    parts = []
    if more:
        parts.append(f"Filters of different seeds are more alike than noise: {'; '.join(more)}.")
    if not_more:
        others = "They" if more else "Filters of different seeds"
        parts.append(f"{others} are no more alike than noise: {'; '.join(not_more)}.")
    explained = "1 is the same up to order and sign; noise: the middle 95 of 100 draws for as many pairs."
    return " ".join((*parts, explained))


def gabor_in_words(layers: Sequence[LayerAnswer]) -> str | None:
    """Return how many filters are called Gabor functions, layer by layer; None where none was described."""
    parts = []
    for layer in layers:
        share, score = layer.gabor_share, layer.gabor_score
        if share is not None and score is not None and layer.noise_share is not None:
            parts.append(
                f"{layer.name} {mean_in_short(percent_number, share, '%')} against "
                f"{percent(layer.noise_share)} of noise, mean score {mean_in_short('{:.2f}'.format, score)}"
            )
    if not parts:
        return None
    return (
        f"So many filters are best described as Gabor functions ({INTERVAL}s over seeds): {'; '.join(parts)}. Scores: "
        "0 is no better than noise, 1 a perfect fit."
    )
