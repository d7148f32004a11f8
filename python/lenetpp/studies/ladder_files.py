"""Ladder: what ``benchmarks/ladder.py --json`` writes, as far as a study shows it, checked."""

from pathlib import Path
from statistics import median
from typing import Annotated, Self, TypeAlias

from lenetpp.basics.extras import needed_for
from lenetpp.basics.file_reading import read_content
from lenetpp.basics.file_schemas import first_problem
from lenetpp.studies.errors import StudyError
from lenetpp.studies.limits import MOST_LADDER_BYTES
from lenetpp.studies.question_kinds import BenchmarkQuestion

with needed_for("a study", "study"):
    from pydantic import (
        AwareDatetime,
        BaseModel,
        ConfigDict,
        Field,
        ValidationError,
        model_validator,
    )

Seconds: TypeAlias = Annotated[float, Field(ge=1e-9, le=1e9)]
"""Of a step: what no clock tells, or nobody waits for, is none, and would make speeds infinite."""


class Part(BaseModel):
    """A table of the file; what a study does not show is passed over."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Rung(Part):
    """One rung: seconds a step by build and round; the library itself has one build, named ""."""

    name: str
    seconds: Annotated[dict[str, Annotated[list[Seconds], Field(min_length=1)]], Field(min_length=1)]

    @property
    def trick(self) -> str:
        """What it adds to the one before."""
        return self.name.removeprefix("+ ")

    def times(self, build: str) -> list[float]:
        """Return the seconds of a build; none where the rung has no such build."""
        return self.seconds.get(build, self.seconds.get("", []))

    @property
    def fastest(self) -> list[float]:
        """Those of the build with the smallest median."""
        return min(self.seconds.values(), key=median)


class Tricks(Part):
    """The rungs, the slowest first, and the images of a step."""

    batch: Annotated[int, Field(ge=1, lt=2**31)]
    rungs: Annotated[list[Rung], Field(min_length=2)]

    @model_validator(mode="after")
    def _rounds(self) -> Self:
        """Check that ratios within the rounds can be taken."""
        if len({len(seconds) for rung in self.rungs for seconds in rung.seconds.values()}) > 1:
            raise ValueError("all rungs and builds must have been measured in as many rounds")
        return self


class Machine(Part):
    """Where."""

    processor: str
    cores: int


class Numerics(Part):
    """By which code."""

    instruction_set: str
    compiler: str


class Ladder(Part):
    """The whole file."""

    date: AwareDatetime
    machine: Machine
    numerics: Numerics
    software: dict[str, str]
    tricks: Tricks


def read_ladder(name: str, question: BenchmarkQuestion, study: Path) -> Ladder:
    """Return what the file of a benchmark holds.

    Parameters
    ----------
    name : str
        Of the question.
    question : BenchmarkQuestion
        As in the study's file.
    study : Path
        The study's file, beside which that of the benchmark lies.

    Raises
    ------
    StudyError
        If the file is missing or malformed, or has no trick that a claim is about; the message begins with the path of
        the key.
    """
    key = f"questions.{name}.file"
    try:
        content = read_content(study.parent / question.file, MOST_LADDER_BYTES)
    except (OSError, ValueError) as error:
        raise StudyError(f"{key}: {error}; `{question.command}` writes it") from error
    try:
        ladder = Ladder.model_validate_json(content)
    except ValidationError as error:
        raise StudyError(
            f"{key}: {question.file} is not what `{question.command}` writes: {first_problem(error)}"
        ) from error
    tricks = [rung.trick for rung in ladder.tricks.rungs[1:]]
    for number, claim in enumerate(question.claims):
        for place, condition in enumerate(claim.conditions):
            if condition.rung not in (None, *tricks):
                raise StudyError(
                    f"questions.{name}.claims[{number}].conditions[{place}].rung: {question.file} has no trick "
                    f"{condition.rung!r}; there are {', '.join(tricks)}"
                )
    return ladder
