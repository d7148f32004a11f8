"""Ladder: what ``benchmarks/ladder.py --json`` writes, as far as a study shows it, checked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Annotated, Self, TypeAlias

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from lenetpp.basics.file_reading import read_content
from lenetpp.basics.file_schemas import first_problem
from lenetpp.basics.kinds import as_path
from lenetpp.studies.errors import StudyError
from lenetpp.studies.limits import MOST_LADDER_BYTES
from lenetpp.studies.question_kinds import BenchmarkQuestion
from lenetpp.studies.question_parts import Condition

Seconds: TypeAlias = Annotated[float, Field(ge=1e-9, le=1e9)]
"""Of a step: what no clock tells, or nobody waits for, is none, and would make speeds infinite."""


STEP_FACTORS = ("instructions", "numbers", "batch")
"""What a condition about steps has a level of, in `where` and in `against`."""
VECTORS, NO_VECTORS = "vectors", "no vectors"


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


class Steps(Part):
    """Steps of the blog's LeNet with one type of numbers and one size of batches: seconds by round."""

    data_type: str
    batch: Annotated[int, Field(ge=1, lt=2**31)]
    seconds: Annotated[list[Seconds], Field(min_length=1)]


class BatchSizes(Part):
    """Steps by the machine's vector instructions, and without any."""

    results: list[Steps] = []
    scalar: list[Steps] = []


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
    batch_sizes: BatchSizes = BatchSizes()

    def rung(self, trick: str) -> Rung:
        """Return the rung that a trick makes."""
        return next(rung for rung in self.tricks.rungs if rung.trick == trick)

    @property
    def steps(self) -> dict[tuple[str, str, str], list[float]]:
        """Seconds a step by instructions ("vectors" or "no vectors"), type of numbers and images a step."""
        measured = {VECTORS: self.batch_sizes.results, NO_VECTORS: self.batch_sizes.scalar}
        return {
            (instructions, each.data_type, str(each.batch)): each.seconds
            for instructions, results in measured.items()
            for each in results
        }


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
        content = read_content(study.parent / as_path(question.file, "file"), MOST_LADDER_BYTES, follow_links=True)
    except (OSError, ValueError) as error:
        raise StudyError(f"{key}: {error}; `{question.command}` writes it") from error
    try:
        ladder = Ladder.model_validate_json(content)
    except ValidationError as error:
        raise StudyError(
            f"{key}: {question.file} is not what `{question.command}` writes: {first_problem(error)}"
        ) from error
    for number, claim in enumerate(question.claims):
        for place, condition in enumerate(claim.conditions):
            for part, problem in _unknown(ladder, condition):
                path = f"questions.{name}.claims[{number}].conditions[{place}].{part}"
                raise StudyError(f"{path}: {question.file} has no {problem}")
    return ladder


def steps_named(where: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the key among a ladder's steps of the cell of a condition."""
    instructions, numbers, batch = (where.get(factor, "") for factor in STEP_FACTORS)
    return instructions, numbers, batch


def _unknown(ladder: Ladder, condition: Condition) -> Iterator[tuple[str, str]]:
    tricks = [rung.trick for rung in ladder.tricks.rungs[1:]]
    for part in ("rung", "up_to"):
        named = getattr(condition, part)
        if named not in (None, *tricks):
            yield part, f"trick {named!r}; there are {', '.join(tricks)}"
    builds = [*ladder.tricks.rungs[0].seconds]
    if condition.build not in (None, *builds):
        yield "build", f"build {condition.build!r}; there are {', '.join(builds)}"
    for part in ("where", "against"):
        cell = getattr(condition, part)
        if cell and (set(cell) != set(STEP_FACTORS) or steps_named(cell) not in ladder.steps):
            there_are = "; ".join(", ".join(key) for key in ladder.steps) or "none"
            yield part, f"steps with such {', '.join(STEP_FACTORS)}; there are {there_are}"
