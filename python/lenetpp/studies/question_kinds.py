"""What the kinds of questions in a study's file may say."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field, PlainValidator, field_validator

from lenetpp.studies.question_parts import STRICT, Claim, Goal, Headline, Published
from lenetpp.studies.short_forms import spread_factors
from lenetpp.studies.values import Value, setting_value

Seeds: TypeAlias = Annotated[int, Field(ge=1, lt=2**64)]
"""How many; no seed is larger."""

# pydantic would tell of each type that a value does not have.
Changes: TypeAlias = dict[str, Annotated[Value, PlainValidator(setting_value)]]
"""Settings of data, network and training by name, as far as they differ from what they are applied to."""


class Part(BaseModel):
    """A table of the file; unknown keys are errors."""

    model_config = STRICT


class QuestionPart(Part):
    """What all kinds of questions have."""

    title: str
    text: str = ""
    """What a reader should know before the answer."""
    base: Changes = {}
    factors: dict[str, dict[str, Changes]] = {}
    """Factors of this question alone, in addition to those of the study."""
    seeds: Seeds | None = None
    claims: list[Claim] = []
    """What somebody said, on which the runs give a verdict."""

    @field_validator("factors", mode="before")
    @classmethod
    def _factors(cls, value: Any) -> Any:
        return spread_factors(value)


class Comparison(QuestionPart):
    """Levels of one factor against each other, apart for every combination of levels of the factors `by`.

    Attributes
    ----------
    compare : str
        Name of the factor.
    against : str or None
        The level that the others are compared with; by default the first.
    by : list of str
        Other factors.
    metrics : list of str
        Names in ``measures.MEASURES``; the first is what the question is about, the others are shown beside it.
    picture : str
        ``intervals``: a row for each cell; ``line``: over the levels of `compare` or of the factor `over`, which are
        numbers; ``grid``: `compare` against the one factor of `by`.
    scale : str or None
        Along which a trend over levels that are numbers is measured: by ``linear`` steps or by ``doubling``; by
        default the latter where the largest level is at least four times the smallest.
    headline : Headline or None
        The two cells that the first sentence is about; by default the reference and the one furthest from it.
    """

    kind: Literal["comparison"] = "comparison"
    compare: str
    against: str | None = None
    by: list[str] = []
    metrics: Annotated[list[str], Field(min_length=1)] = ["test_accuracy"]
    picture: Literal["intervals", "line", "grid"] = "intervals"
    over: str | None = None
    scale: Literal["linear", "doubling"] | None = None
    headline: Headline | None = None
    published: list[Published] = []
    goals: list[Goal] = []

    @property
    def crossed(self) -> tuple[str, ...]:
        """The factors whose levels are combined: first those apart, then the one that is compared."""
        return (*self.by, self.compare)


class FilterQuestion(QuestionPart):
    """Do the seeds of each level of `compare` find the same filters, and how Gabor-like are they, by layer."""

    kind: Literal["filters"]
    compare: str

    @property
    def crossed(self) -> tuple[str, ...]:
        """As of a :class:`Comparison`."""
        return (self.compare,)


class BenchmarkQuestion(Part):
    """Figures that a benchmark script measured and wrote; `file` lies beside the study's file."""

    kind: Literal["benchmark"]
    title: str
    text: str = ""
    file: str
    command: str
    claims: list[Claim] = []


Question: TypeAlias = Comparison | FilterQuestion | BenchmarkQuestion
