"""Guessing: what a network has right that learned nothing, and which recorded runs did no better.

Where training weighs all images alike, that is the share of the most frequent class, which a network that has learned
nothing but this always answers. Weights make all classes as important as each other, or as the user wants them: there
it is that of equally frequent ones, so that nothing is called guessing which may be more.
"""

from collections.abc import Mapping
from typing import Any

from lenetpp.basics.language import say
from lenetpp.basics.percent import percent

GUESSING = 0.05
"""Accuracy above that of guessing, as a share of what there is above it. A net that learns has over 0.3 after its first
epoch or two, a stuck one 0.00 to 0.03."""


def is_guessing(accuracy: float, chance: float) -> bool:
    """Whether an accuracy is about that of guessing, or below it."""
    return accuracy - chance < GUESSING * (1 - chance)


def chance_of(record: Mapping[str, Any]) -> float | None:
    """Return the share of the training images that guessing has right; None where there is nothing to tell apart."""
    data = record.get("data", {})
    classes, counts = len(data.get("classes", [])), _counts(record)
    if classes < 2:
        return None
    return max(counts) / sum(counts) if counts else 1 / classes


def guessing_in_words(record: Mapping[str, Any]) -> str:
    """Return what guessing is and what it gives, for data of two classes or more."""
    chance, counts = chance_of(record) or 0.0, _counts(record)
    if counts and max(counts) > min(counts):
        most = record["data"]["classes"][counts.index(max(counts))]
        return say(
            "always answering {most}, the most frequent class, gives {share}", most=most, share=percent(chance, 1)
        )
    return say("guessing gives {share}", share=percent(chance, 1))


def has_learned_nothing(record: Mapping[str, Any], training_accuracy: float) -> bool:
    """Whether a run did no better than guessing on the images it was trained on, nor on others.

    A network that always gives one answer has learned nothing, however many images that has right.
    """
    chance = chance_of(record)
    if chance is None:
        return False
    rows = [list(map(int, row.split())) for row in record.get("results", {}).get("confusion", [])]
    recalls = [row[number] / sum(row) for number, row in enumerate(rows) if any(row)]
    if len(recalls) > 1:
        answers = sum(any(column) for column in zip(*rows, strict=True))
        if answers == 1:
            return True
        if not is_guessing(sum(recalls) / len(recalls), 1 / len(recalls)):
            return False
    return is_guessing(training_accuracy, chance)


def stuck_in_words(stuck: int, runs: int) -> str:
    """Return how many of some runs are stuck; "" where none is."""
    if not stuck:
        return ""
    return (
        say("{stuck} of {runs} runs is stuck: no better than guessing", stuck=f"{stuck:,}", runs=f"{runs:,}")
        if stuck == 1
        else say("{stuck} of {runs} runs are stuck: no better than guessing", stuck=f"{stuck:,}", runs=f"{runs:,}")
    )


def _counts(record: Mapping[str, Any]) -> list[int]:
    """Return the training images of each class; none where they are not recorded, or do not weigh alike."""
    data, settings = record.get("data", {}), record.get("settings", {})
    is_weighted = "weights" in data or settings.get("class_weight", "none") != "none"
    counts: list[int] = data.get("train_images_by_class", [])
    return [] if is_weighted or not any(counts) else list(counts)
