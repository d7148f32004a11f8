"""What is wrong with a study's file, in a sentence that begins with the path of the key."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

KINDS = ("comparison", "filters", "benchmark")
"""Of questions. pydantic names the kind within the path, where the file has no such key."""


def first_problem(error: "ValidationError") -> str:
    """Return the first problem, and how many more there are."""
    problem = error.errors(include_url=False)[0]
    path = ""
    for place, step in enumerate(problem["loc"]):
        if isinstance(step, int):
            path += f"[{step}]"
        elif not (step in KINDS and place == 2 and problem["loc"][0] == "questions"):
            path += f".{step}" if path else step
    message, given = problem["msg"].removeprefix("Value error, "), ""
    match problem["type"]:
        case "union_tag_invalid":
            path, message, given = f"{path}.kind", f"must be one of {', '.join(KINDS)}", _given(problem["ctx"]["tag"])
        case "extra_forbidden":
            message = "there is no such key"
        case "missing":
            message = "must be given"
        case kind if kind != "value_error":  # our own errors say what was given
            given = _given(problem["input"])
    if not path:
        return message
    others = len(error.errors()) - 1
    more = f"; {others} more to put right" if others else ""
    return f"{path}: {message[:1].lower()}{message[1:]}{given}{more}"


def _given(value: object) -> str:
    return f" (given: {value!r})"
