"""Sentences about the filters of all seeds and layers."""

from collections.abc import Iterator, Sequence

from lenetpp.basics.language import follow, say
from lenetpp.basics.percent import percent, percent_number
from lenetpp.studies.layer_answers import LayerAnswer
from lenetpp.studies.sentences import mean_in_short

HARDLY, PARTLY = 0.25, 0.75
"""Of the way from chance to the same filters: below the first, different trainings hardly find the same ones; above the
second they largely do."""


def filter_headline(layers: Sequence[LayerAnswer]) -> str:
    """Return whether different trainings find the same filters, of the first layers; empty where none are matched.

    Of several networks that with the least likeness is named, and that with the most.
    """
    found = sorted(_first_matched(layers), key=_way)
    ends = [*dict.fromkeys((found[0], found[-1]))] if found else []
    return follow(*(_of_one(layer, named=len(found) > 1) for layer in ends)) if ends else ""


def _of_one(layer: LayerAnswer, *, named: bool) -> str:
    assert layer.match is not None
    way, chance = _way(layer), layer.match.random_likeness
    lead = (say("Hardly"), say("Partly"), say("Largely"))[(way > HARDLY) + (way > PARTLY)]
    if layer.match.likeness <= chance.high:
        lead = say("No more than by chance")
    if named:
        lead = say("{lead} with {cell}", lead=lead, cell=layer.cell.named)
    return say(
        "{lead}: the first filters of two trainings have a similarity of {likeness} ({mean} by chance, 1 = identical).",
        lead=lead,
        likeness=f"{layer.match.likeness:.2f}",
        mean=f"{chance.mean:.2f}",
    )


def filter_certainty(layers: Sequence[LayerAnswer]) -> str:
    """Return how sure that is."""
    found = _first_matched(layers)
    if not found:
        return say("There are no figures yet.")
    beyond = sum(layer.match.likeness > layer.match.random_likeness.high for layer in found if layer.match is not None)
    known = {"count": beyond, "total": len(found)}
    if beyond == len(found):
        return say(
            "In all {total} networks that is more than in 97.5 % of random draws, which are as smooth as the filters.",
            **known,
        )
    if not beyond:
        return say(
            "In none of {total} networks is that more than in 97.5 % of random draws, which are as smooth as the "
            "filters.",
            **known,
        )
    return say(
        "In {count} of {total} networks that is more than in 97.5 % of random draws, which are as smooth as the "
        "filters.",
        **known,
    )


def _first_matched(layers: Sequence[LayerAnswer]) -> list[LayerAnswer]:
    first: dict[int, LayerAnswer] = {}
    for layer in layers:
        first.setdefault(id(layer.cell), layer)
    return [layer for layer in first.values() if layer.match is not None]


def _way(layer: LayerAnswer) -> float:
    """Return how far the likeness is from chance, 0, to the same filters, 1."""
    assert layer.match is not None
    chance = layer.match.random_likeness.mean
    return (layer.match.likeness - chance) / (1 - chance) if chance < 1 else 0.0


def likeness_in_words(layers: Sequence[LayerAnswer]) -> Iterator[str]:
    """Yield whether the seeds find the same filters, layer by layer."""
    for layer in layers:
        if layer.match is None:
            continue
        chance, pairs = layer.match.random_likeness, layer.likeness.values()
        known = {
            "name": layer.name, "likeness": f"{layer.match.likeness:.2f}",
            "low": f"{chance.low:.2f}", "high": f"{chance.high:.2f}",
        }  # fmt: skip
        said = (
            say("{name}: filters are more alike than chance, by {likeness} (chance {low} to {high}).", **known)
            if layer.match.likeness > chance.high
            else say("{name}: filters are no more alike than chance, by {likeness} (chance {low} to {high}).", **known)
        )
        if len(pairs) > 1:
            said = say("{said} Pairs: {low} to {high}.", said=said, low=f"{min(pairs):.2f}", high=f"{max(pairs):.2f}")
        yield said


def gabor_in_words(layers: Sequence[LayerAnswer]) -> Iterator[str]:
    """Yield how many filters are called Gabor functions, layer by layer."""
    for layer in layers:
        share, score = layer.gabor_share, layer.gabor_score
        if share is not None and score is not None and layer.noise_share is not None:
            yield (
                say(
                    "{name}: {share} are Gabor functions, by chance {noise_share}; mean score {score}.",
                    name=layer.name,
                    share=mean_in_short(percent_number, share, "%"),
                    noise_share=percent(layer.noise_share),
                    score=mean_in_short("{:.2f}".format, score),
                )
            )
