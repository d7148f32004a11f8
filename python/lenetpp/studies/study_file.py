"""StudyFile: what a study's TOML file may say, checked before anything is trained; see ``docs/studies.md``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from lenetpp.basics.kinds import as_path, check_kind
from lenetpp.studies.errors import StudyError
from lenetpp.studies.file_problems import PARTIAL, listed
from lenetpp.studies.names_in_claims import unknown_in_claims
from lenetpp.studies.names_in_studies import there_are, unknown_names, unused_names
from lenetpp.studies.question_kinds import Changes, Question, QuestionPart, Seeds
from lenetpp.studies.question_parts import STRICT, Post
from lenetpp.studies.short_forms import spread_factors

SHIPPED = Path(__file__).parent / "questions"
"""The studies that are part of the package: one folder each, with its ``study.toml``."""
TEMPLATE = Path(__file__).with_name("template.toml")
"""A small study that explains itself, to begin one's own with."""


class StudyFile(BaseModel):
    """A study.

    Attributes
    ----------
    title, text : str
        What it is about.
    post : Post or None
        What was published, if the study is about that.
    seeds : int
        Every cell is trained with the seeds 1, 2, ..., unless its question says how many.
    base : dict
        Settings of data, network and training that hold unless a question or a level says otherwise.
    factors : dict
        Name of a factor -> label of a level -> settings. In the file, a list of values may stand for the levels of a
        factor whose name is that of the setting.
    questions : dict
        By name, in the order of the file.
    """

    model_config = STRICT

    title: str
    text: str = ""
    post: Post | None = None
    seeds: Seeds = 5
    base: Changes = {}
    factors: dict[str, dict[str, Changes]] = {}
    questions: Annotated[dict[str, Annotated[Question, Field(discriminator="kind")]], Field(min_length=1)]

    @field_validator("factors", mode="before")
    @classmethod
    def _factors(cls, value: Any) -> Any:
        return spread_factors(value)

    @field_validator("questions", mode="before")
    @classmethod
    def _kinds(cls, value: Any) -> Any:
        """Let a question without a kind be a comparison."""
        if not isinstance(value, Mapping):
            return value
        return {
            name: {"kind": "comparison", **question} if isinstance(question, Mapping) else question
            for name, question in value.items()
        }

    @model_validator(mode="after")
    def _names(self, info: ValidationInfo) -> Self:
        """Check that names of factors and levels are those of something, and that all are used."""
        if info.context == PARTIAL:
            return self
        of_something = (*unknown_names(self.factors, self.questions), *unknown_in_claims(self.factors, self.questions))
        # A factor may only seem unused because it was misspelt where it is used.
        found = of_something or tuple(unused_names(self.factors, self.questions))
        if found:
            raise ValueError(listed([f"{path}: {problem}" for path, problem in found]))
        return self

    def only(self, names: Sequence[str]) -> Self:
        """Return the study with these questions alone, in their order in the file.

        Raises
        ------
        StudyError
            If there is no such question; the message says which there are.
        """
        for name in names:
            if name not in self.questions:
                raise StudyError(f"there is no question {name!r}{there_are(self.questions, name)}")
        questions = {name: question for name, question in self.questions.items() if name in names}
        return self.model_copy(update={"questions": questions})

    def factor(self, question: QuestionPart, name: str) -> dict[str, Changes]:
        """Return the levels of a factor of a question.

        Raises
        ------
        KeyError
            If neither the question nor the study has it.
        """
        check_kind(question, QuestionPart, "question", "a question of the study")
        return question.factors[name] if name in question.factors else self.factors[name]


def study_path(source: str | Path) -> Path:
    """Return the file of a study: a path, or the name of one of the package."""
    if isinstance(source, str) and source in shipped_studies():
        return SHIPPED / source / "study.toml"
    return as_path(source, "source")


def shipped_studies() -> list[str]:
    """Return the names of the studies that are part of the package."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/study.toml"))
