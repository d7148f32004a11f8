"""ArgumentNeeded: what an argument of the same call would put right, said in Python's words and in the shell's."""

from lenetpp.records.run_files import RecordError


class ArgumentNeeded(RecordError):  # noqa: N818  (it says what to do)
    """A record does not hold what is needed, or does not allow what was asked for; an argument of the call helps.

    Parameters
    ----------
    problem : str
        What is wrong.
    remedy : str
        What to do, in which ``{}`` stands for the argument.
    argument : str
        As in Python, such as ``data=``; in the shell that is ``--data``.
    """

    def __init__(self, problem: str, remedy: str, argument: str) -> None:
        super().__init__(problem, remedy, argument)
        self.problem, self._remedy, self._argument = problem, remedy, argument

    def __str__(self) -> str:
        return f"{self.problem}; {self._remedy.format(self._argument)}"

    @property
    def in_shell(self) -> str:
        """The message with the name of the option."""
        return f"{self.problem}; {self._remedy.format('--' + self._argument.split('=')[0])}"
