"""``lenetpp train`` in a process that notes how long each of its stages took.

Usage: staged_training.py RESULT.json [ARGUMENT OF lenetpp train]...; the file gets the seconds of each stage, and the
moments (since the epoch) at which the first and the last line of this file were reached. The bar of progress is drawn
as if on a terminal.
"""

# ruff: noqa: E402  (imports are stages too, in this order)
import time

STARTED = time.time()

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import getattr_static
from pathlib import Path
from typing import Any


class Stages:
    """Seconds by stage. Within a stage another may begin: the time of that one counts there alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count the time within this context to `stage`."""
        self._count()
        self._running.append(stage)
        try:
            yield
        finally:
            self._count()
            self._running.pop()

    def watch(self, owner: Any, names: str, stage: str) -> None:
        """Count the time of functions, methods and properties of `owner`, with spaces between, to `stage`."""
        for name in names.split():
            member = getattr_static(owner, name)  # also one that its class has from another
            if isinstance(member, property):
                assert member.fget is not None
                setattr(owner, name, property(self._timed(member.fget, stage)))
            elif isinstance(member, classmethod):
                setattr(owner, name, classmethod(self._timed(member.__func__, stage)))
            else:
                setattr(owner, name, self._timed(member, stage))

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            with self(stage):
                return function(*arguments, **options)

        return timed

    def _count(self) -> None:
        now = time.perf_counter()
        if self._running:
            stage = self._running[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


def main(result_file: Path, arguments: list[str]) -> None:
    """Train, and write the seconds."""
    stages = Stages()
    with stages("import of NumPy"):
        import numpy  # noqa: F401
    with stages("import of lenetpp"):
        import lenetpp
    with stages("import of the command line: typer, rich"):
        import lenetpp.command_line
    watch_training(stages)
    sys.argv = ["lenetpp", "train", *arguments]
    try:
        lenetpp.command_line.main()
    except SystemExit as end:
        if end.code:
            raise
    result_file.write_text(json.dumps({"started": STARTED, "seconds": stages.seconds, "ended": time.time()}))


def watch_training(stages: Stages) -> None:
    """Let every stage of a training be counted."""
    import lenetpp.command_line
    from lenetpp import _core
    from lenetpp.command_line import train as command
    from lenetpp.networks.network import Network
    from lenetpp.records.run_writer import RunWriter
    from lenetpp.training import epoch_evaluation
    from lenetpp.training import loop as training_loop
    from lenetpp.training import train as training
    from lenetpp.training.display import training_display
    from lenetpp.training.progress import TerminalDisplay

    vars(training_loop)["training_display"] = lambda _, *numbers, **named: training_display(True, *numbers, **named)

    stages.watch(lenetpp.command_line, "main", "typer and the rest of the command line")
    stages.watch(command, "load_data", "loading the data")
    stages.watch(command, "train", "the training loop, in Python")
    stages.watch(training, "prepared_core", "normalization and initial weights")
    stages.watch(training, "_description", "beginning of the record")
    stages.watch(RunWriter, "create", "beginning of the record")
    stages.watch(_core.Trainer, "__init__ train_epoch", "training steps, in C++")
    stages.watch(epoch_evaluation, "evaluate_in_slices", "evaluation")
    stages.watch(Network, "digest parameter_digests", "digests")
    stages.watch(RunWriter, "add_epoch save_checkpoint", "metrics and checkpoints")
    stages.watch(training_loop, "write_end", "end of the record: model, results")
    stages.watch(training_loop, "training_display", "display")
    stages.watch(TerminalDisplay, "__enter__ __exit__ show_training show_evaluation show_epoch", "display")
    stages.watch(command, "print_facts print_result", "display")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
