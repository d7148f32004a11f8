"""Plateaus: epochs in which a network that learns in the end does no better than guessing.

A median over the epochs hides them, and so does the result.
"""

from collections.abc import Sequence

from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.health.finding import Finding
from lenetpp.health.layer_figures import LayerFigures
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.guessing import chance_of, guessing_in_words, is_guessing
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.advice import initialization, one_of

EPOCHS = 2
"""Of a plateau. Healthy trainings had none or one: the accuracy of the first is a mean from the first step on."""


def plateau(run: RecordedRun) -> list[EpochRecord]:
    """Return the longest stretch of epochs that did no better than guessing before one that did; empty without any."""
    chance = chance_of(run.record)
    if chance is None:
        return []
    stretches: list[list[EpochRecord]] = [[]]
    for epoch in run.history:
        if is_guessing(epoch.training_accuracy, chance):
            stretches[-1].append(epoch)
        else:
            stretches.append([])
    longest = max(stretches[:-1], key=len, default=[])
    return longest if len(longest) >= EPOCHS else []


def check_plateau(run: RecordedRun, _: Sequence[LayerFigures]) -> Finding | None:
    """Tell of epochs that did no better than guessing."""
    epochs = plateau(run)
    if not epochs:
        return None
    best = max(epoch.training_accuracy for epoch in epochs)
    return Finding(
        say("plateau"),
        say(
            "In epochs {epoch} to {epoch_2} of {count} at most {share} of the training images were classified "
            "correctly, where {guessing}; later it was {share_2}.",
            epoch=epochs[0].epoch,
            epoch_2=epochs[-1].epoch,
            count=len(run.history),
            share=percent(best, 1),
            guessing=guessing_in_words(run.record),
            share_2=percent(run.history[-1].training_accuracy, 1),
        ),
        say("All that time the network learned nothing. Other seeds or fewer epochs may never leave the plateau."),
        say(
            "Try {remedies}, and compare several seeds.",
            remedies=one_of(initialization(run.settings), say("more epochs")),
        ),
    )
