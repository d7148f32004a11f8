"""scikit-learn: MLPClassifier.partial_fit, one call an epoch, for the perceptron that it can compute."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier  # type: ignore[import-untyped]

import lenetpp as lp
from side_by_side.contenders import CHECKED_STEPS, NotOfferedError
from side_by_side.problems import Case, Problem


class Training:
    """Epochs over as many of the inputs as make the steps that are asked for."""

    formulation = "partial_fit"

    def __init__(self, problem: Problem, case: Case) -> None:
        self.network = problem.network
        self.inputs = problem.inputs.reshape(len(problem.inputs), -1)
        self.labels = problem.labels
        self.batch = case.batch
        self.classifier = MLPClassifier(
            tuple(layer.units for layer in problem.layers[:-1] if isinstance(layer, lp.Dense)),
            activation="logistic",
            solver="sgd",
            alpha=0,
            batch_size=case.batch,
            learning_rate_init=problem.learning_rate,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=False,
        )
        # The first call names the classes and makes the arrays that reset() fills.
        self.classifier.partial_fit(
            self.inputs[: self.batch], self.labels[: self.batch], classes=np.unique(self.labels)
        )
        self.reset()

    def values(self) -> NDArray[np.floating[Any]]:
        return np.array([self._epoch(1).loss_ for _ in range(CHECKED_STEPS)])

    def reset(self) -> None:
        for index, (weights, biases) in enumerate(
            zip(self.classifier.coefs_, self.classifier.intercepts_, strict=True)
        ):
            parameters = self.network.parameters()
            weights[...] = parameters[f"{index}.weight"].T
            biases[...] = parameters[f"{index}.bias"]

    def run(self, repetitions: int) -> None:
        while repetitions > 0:
            steps = min(repetitions, len(self.inputs) // self.batch)
            self._epoch(steps)
            repetitions -= steps

    def _epoch(self, steps: int) -> MLPClassifier:
        return self.classifier.partial_fit(self.inputs[: steps * self.batch], self.labels[: steps * self.batch])


def prepare(problem: Problem, case: Case) -> Training:
    """Return scikit-learn for a case, if its classifier can compute the network."""
    if case.task == "inference":
        raise NotOfferedError("measured in training only")
    dense = [layer for layer in problem.layers if isinstance(layer, lp.Dense) and layer.bias]
    dense_with_biases = len(dense) == len(problem.layers)
    activations = [layer.activation for layer in dense]
    logistic = set(activations[:-1]) == {"sigmoid"} and activations[-1:] == ["identity"]
    if not (dense_with_biases and logistic and problem.loss == "cross_entropy" and problem.network.class_count > 2):
        raise NotOfferedError("MLPClassifier has dense layers with biases, sigmoids of slope 1 and a softmax only")
    return Training(problem, case)
