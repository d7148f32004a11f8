"""Origins: what weights are of that a training began with, as records say it and as people read it."""

from pathlib import Path

from lenetpp.basics.language import recalled, say, template

RUN = template("the run {folder}")
MODEL = template("the model {file}")
OTHER_LAST_LAYER = template("{origin}, but for its last layer, new for {count} classes")


def of_run(folder: Path) -> str:
    """Return what the weights of a run are called."""
    return say(RUN, folder=folder)


def of_model(file: str) -> str:
    """Return what the weights of a model file are called."""
    return say(MODEL, file=file)


def with_other_last_layer(origin: str, classes: int) -> str:
    """Return what weights are called whose last layer is new."""
    return say(OTHER_LAST_LAYER, origin=origin, count=classes)


def recalled_origin(text: str) -> str:
    """Return the message that a recorded origin was; the text itself where it is none."""
    return recalled(text, OTHER_LAST_LAYER, RUN, MODEL)
