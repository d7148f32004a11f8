"""lenetpp: one call an epoch in training, one call a batch in inference."""

import numpy as np
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp import _core
from side_by_side.contenders import CHECKED_STEPS
from side_by_side.problems import Case, Problem, whole_batches


class Training:
    """Epochs over as many of the images as make the steps that are asked for."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case) -> None:
        self.problem = problem
        self.batch = case.batch
        self.steps_per_epoch = len(problem.images) // case.batch
        self.network = problem.network.copy()
        self.trainer = _core.Trainer(
            self.network.core, batch_size=case.batch, loss=problem.loss, momentum=0, threads=case.threads
        )
        self.learning_rate = _core.LearningRate(problem.learning_rate)

    def values(self) -> NDArray[np.floating]:
        return np.array([self._epoch(1).loss for _ in range(CHECKED_STEPS)])

    def reset(self) -> None:
        self.network.set_parameters(self.problem.network.parameters())

    def run(self, repetitions: int) -> None:
        while repetitions > 0:
            result = self._epoch(min(repetitions, self.steps_per_epoch))
            repetitions -= result.steps

    def _epoch(self, steps: int) -> _core.EpochResult:
        images = self.problem.images[: steps * self.batch]
        labels = self.problem.labels[: steps * self.batch]
        result = self.trainer.train_epoch(images, labels, epoch=0, learning_rate=self.learning_rate)
        if result.divergence is not None:
            raise ArithmeticError(f"training diverged: {result.divergence}")
        return result


class Inference:
    """Outputs of raw images, as `Network.outputs` gives them."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case) -> None:
        self.network: lp.Network = problem.network
        self.threads = case.threads
        self.batches = whole_batches(problem.images, case.batch)

    def values(self) -> NDArray[np.floating]:
        return self.network.outputs(self.batches[0])

    def reset(self) -> None:
        pass

    def run(self, repetitions: int) -> None:
        for repetition in range(repetitions):
            self.network.outputs(self.batches[repetition % len(self.batches)], threads=self.threads)


def prepare(problem: Problem, case: Case) -> Training | Inference:
    """Return lenetpp for a case."""
    return Training(problem, case) if case.task == "training" else Inference(problem, case)
