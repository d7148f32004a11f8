"""Stuck trainings: those that learned nothing, which no mean over trainings should contain.

A training is stuck if its test accuracy is one that always answering with the most frequent class would reach or pass
in more than 1 of 1,000 draws of as many test images (binomial). Where the images are too few to tell even a quarter of
what there is to learn from that, no training is called stuck.
"""

import math

from scipy.special import bdtrc

from lenetpp.networks.measurement import Evaluation

RARE = 0.001
A_QUARTER = 0.25


def is_stuck(evaluation: Evaluation | None) -> bool:
    """Return whether an evaluation of the test images is that of a training that learned nothing."""
    if evaluation is None or not evaluation.count:
        return False
    count, right = evaluation.count, int(evaluation.confusion.trace())
    chance = chance_of(evaluation)
    told_apart = math.ceil(count * (chance + A_QUARTER * (1 - chance)))
    return _by_chance(told_apart, count, chance) <= RARE < _by_chance(right, count, chance)


def chance_of(evaluation: Evaluation) -> float:
    """Return the share that always answering with the most frequent class gets right."""
    return int(evaluation.confusion.sum(axis=1).max()) / evaluation.count


def _by_chance(right: int, count: int, chance: float) -> float:
    """Return the probability of having so many or more right."""
    return 1.0 if right <= 0 else float(bdtrc(right - 1, count, chance))
