"""PyTorch, eager or compiled: the fastest of its ways to write these networks, to lay out planes and to update."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from side_by_side.contenders import CHECKED_STEPS, fastest
from side_by_side.problems import Case, Problem, whole_batches
from side_by_side.pytorch_modules import build, load

LAYOUTS = {"": torch.contiguous_format, "channels last": torch.channels_last}
OPTIMIZERS: dict[str, dict[str, bool]] = {
    "SGD": {"foreach": False},
    "SGD foreach": {"foreach": True},
    "SGD fused": {"fused": True},
}
chosen_when_compiled: dict[tuple[str, str, bool], str] = {}
"""Formulation by network, task and whether the batch is one image: compiling all of them anew takes long."""


class Training:
    """Steps of plain SGD on tensors that lie ready."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case, form: str, layout: str = "", *, compiled: bool = False) -> None:
        self.problem = problem
        self.model = build(problem.network, form).to(memory_format=LAYOUTS[layout])
        targets = problem.targets if problem.loss == "squared_error" else problem.labels.astype(np.int64)
        self.batches = list(zip(tensors(problem.inputs, case.batch, layout), tensors(targets, case.batch), strict=True))
        self.loss = partial(loss, problem.loss, self.model)
        if compiled:
            self.loss = torch.compile(self.loss, dynamic=False)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=problem.learning_rate)

    def using(self, optimizer: str) -> "Training":
        """Return the same training, of the same model, with another form of SGD."""
        other = copy.copy(self)
        rate = self.problem.learning_rate
        other.optimizer = torch.optim.SGD(self.model.parameters(), lr=rate, **OPTIMIZERS[optimizer])
        return other

    def values(self) -> NDArray[np.floating[Any]]:
        return np.array([self.step(*self.batches[0]).item() for _ in range(CHECKED_STEPS)])

    def reset(self) -> None:
        load(self.model, self.problem.network)

    def run(self, repetitions: int) -> None:
        for repetition in range(repetitions):
            self.step(*self.batches[repetition % len(self.batches)])

    def step(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        value = self.loss(inputs, targets)
        self.optimizer.zero_grad()
        value.backward()
        self.optimizer.step()
        return value.detach()


class Inference:
    """Outputs for tensors that lie ready, without anything that derivatives would need."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case, form: str, layout: str = "", *, compiled: bool = False) -> None:
        self.model = build(problem.network, form).to(memory_format=LAYOUTS[layout]).eval()
        if compiled:
            self.model = torch.compile(self.model, dynamic=False, options={"freezing": True})
        self.batches = tensors(problem.inputs, case.batch, layout)

    def values(self) -> NDArray[np.floating[Any]]:
        with torch.inference_mode():
            outputs: NDArray[np.float32] = self.model(self.batches[0]).numpy()
        return outputs

    def reset(self) -> None:
        pass

    def run(self, repetitions: int) -> None:
        with torch.inference_mode():
            for repetition in range(repetitions):
                self.model(self.batches[repetition % len(self.batches)])


def prepare_eager(problem: Problem, case: Case) -> Training | Inference:
    """Return PyTorch as it runs without compilation."""
    torch.set_num_threads(case.threads)
    return with_fastest_optimizer(fastest(formulations(problem, case, compiled=False)))


def prepare_compiled(problem: Problem, case: Case) -> Training | Inference:
    """Return PyTorch as `torch.compile` makes it."""
    torch.set_num_threads(case.threads)
    torch.compiler.reset()
    candidates = formulations(problem, case, compiled=True)
    key = (case.network, case.task, case.batch == 1)
    if key in chosen_when_compiled:
        candidates = {chosen_when_compiled[key]: candidates[chosen_when_compiled[key]]}
    contender = fastest(candidates)
    chosen_when_compiled[key] = contender.formulation
    return with_fastest_optimizer(contender)


def formulations(problem: Problem, case: Case, *, compiled: bool) -> dict[str, Callable[[], Training | Inference]]:
    """Return the ways to write a network and to lay out its planes, by what to call them."""
    kind = Training if case.task == "training" else Inference
    return {
        ", ".join(filter(None, [form, layout])): partial(kind, problem, case, form, layout, compiled=compiled)
        for form in (["reshaped", "grouped"] if problem.shares_filters else [""])
        for layout in (LAYOUTS if problem.convolutional else [""])
    }


def with_fastest_optimizer(contender: Training | Inference) -> Training | Inference:
    """Let a training use the fastest form of SGD."""
    if isinstance(contender, Inference):
        return contender
    trained = fastest({name: partial(contender.using, name) for name in OPTIMIZERS})
    trained.formulation = ", ".join(filter(None, [contender.formulation, trained.formulation]))
    return trained


def loss(kind: str, model: torch.nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean over the batch; targets are classes (N,) or one-hot (N, classes)."""
    outputs = model(inputs)
    if kind == "cross_entropy":
        return torch.nn.functional.cross_entropy(outputs, targets)
    return torch.nn.functional.mse_loss(outputs, targets, reduction="sum") / (2 * len(inputs))


def tensors(samples: NDArray[Any], batch: int, layout: str = "") -> list[torch.Tensor]:
    """Return batches as tensors."""
    return [
        torch.from_numpy(samples_of_batch.copy()).contiguous(memory_format=LAYOUTS[layout])
        for samples_of_batch in whole_batches(samples, batch)
    ]
