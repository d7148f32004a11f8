"""How a training can end early. Both exceptions carry the run, so that the work so far is at hand."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lenetpp.runs import Run


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C stopped a training; the network keeps the weights it had then.

    A KeyboardInterrupt, so that a script which trains many networks stops as a whole.

    Attributes
    ----------
    run : Run
        What was done so far, recorded like any other run.
    """

    def __init__(self, message: str, run: "Run") -> None:
        super().__init__(message)
        self.run = run


class TrainingDiverged(ArithmeticError):  # noqa: N818  (an outcome of a run, like TrainingInterrupted)
    """A number in training became infinite or not a number; the network is as it was before that epoch.

    Attributes
    ----------
    run : Run
        What was done before, recorded like any other run.
    """

    def __init__(self, message: str, run: "Run") -> None:
        super().__init__(message)
        self.run = run
