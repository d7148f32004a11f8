"""Finding: something that went wrong in a run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that went wrong in a run.

    Attributes
    ----------
    name : str
        What it is called, such as "vanishing gradients".
    figures : str
        What was recorded.
    meaning : str
        Why that matters.
    advice : str
        What to try.
    layers : tuple of int
        Indices of the layers it is about; empty where it is about the whole.
    """

    name: str
    figures: str
    meaning: str
    advice: str
    layers: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.figures} {self.meaning} {self.advice}"
