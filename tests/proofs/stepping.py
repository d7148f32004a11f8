"""Ctrl-C at an exact step of a training."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from lenetpp import _core


@contextmanager
def ctrl_c_after_step(stop: int, presses: int = 1) -> Iterator[None]:
    """Press Ctrl-C right after step `stop` of all that are trained meanwhile."""
    steps = 0

    class SteppingTrainer(_core.Trainer):
        def train_epoch(self, *arguments: Any, progress: Any, **options: Any) -> _core.EpochResult:  # type: ignore[override]
            def after_step(samples: int) -> bool:
                nonlocal steps
                steps += 1
                for _ in range(presses if steps == stop else 0):
                    os.kill(os.getpid(), signal.SIGINT)
                return bool(progress(samples))

            return super().train_epoch(*arguments, progress=after_step, progress_interval=0, **options)

    with mock.patch.object(_core, "Trainer", SteppingTrainer):
        yield
