"""A tool that goes wrong in its process, as the size of the batch says."""

import os
import time

import numpy as np
from numpy.typing import NDArray

from side_by_side.problems import Case, Problem

NEVER_READY, ENDS_WHILE_PREPARED, ENDS_WHILE_MEASURED, RAISES, WORKS = 1, 2, 3, 4, 5


class Contender:
    formulation = "fragile"

    def __init__(self, *, ends: bool) -> None:
        self.ends = ends
        self.resets = 0

    def values(self) -> NDArray[np.floating]:
        return np.zeros(1)

    def reset(self) -> None:
        self.resets += 1
        if self.ends and self.resets == 2:
            os._exit(1)

    def run(self, repetitions: int) -> None:
        time.sleep(0.001 * repetitions)


def prepare(problem: Problem, case: Case) -> Contender:  # noqa: ARG001  # as every tool takes it
    if case.batch == NEVER_READY:
        time.sleep(60)
    if case.batch == ENDS_WHILE_PREPARED:
        os._exit(1)
    if case.batch == RAISES:
        raise ArithmeticError("first line\nsecond line")
    return Contender(ends=case.batch == ENDS_WHILE_MEASURED)
