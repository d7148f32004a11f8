"""What is wrong with a study's file, each in a sentence that begins with the path of the key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from lenetpp.basics.file_schemas import problems

if TYPE_CHECKING:
    from pydantic import ValidationError

KINDS = ("comparison", "filters", "benchmark")
"""Of questions."""
PARTIAL = {"partial": True}
"""Context of a check of a part of a file, without its names: they may be used or known in the rest."""
SEPARATOR = "\n  "
"""Between the lines of a list."""
MOST_LISTED = 20
"""Problems that a message lists."""


def all_problems(error: "ValidationError", schema: type[BaseModel]) -> list[str]:
    """Return all problems that were found by the schema."""
    return problems(error, {"questions": KINDS}, lambda place: _keys_at(schema, place))


def listed(problems: Sequence[str]) -> str:
    """Return a problem as it is, several as a list, a line each."""
    if len(problems) == 1:
        return problems[0]
    left_out = len(problems) - MOST_LISTED
    more = [f"and {left_out} more"] if left_out > 0 else []
    return SEPARATOR.join((f"{len(problems)} mistakes", *problems[:MOST_LISTED], *more))


def _keys_at(schema: type[BaseModel], place: Sequence[int | str]) -> Iterable[str]:
    """Return the keys of the table at a place, or of all tables that may be there."""
    found = [schema]
    for step in place:
        fields = [model.model_fields[step] for model in found if step in model.model_fields]
        if fields:
            found = [model for field in fields for model in _models_in(field.annotation)]
        elif step in KINDS:
            found = [model for model in found if "kind" in model.model_fields and _kind_of(model) == step]
    return [key for model in found for key in model.model_fields]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _kind_of(model: type[BaseModel]) -> object:
    fields: Mapping[str, Any] = model.model_fields
    return next(iter(get_args(fields["kind"].annotation)), None)
