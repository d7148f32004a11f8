"""What a mistyped setting is meant to be: by its letters, or by what other libraries call it."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from lenetpp.basics.suggestions import meant

Class = TypeVar("Class", bound=type)
Function = TypeVar("Function", bound=Callable[..., Any])

OTHER_NAMES = {
    "alpha": "weight_decay",
    "augment": "flip_horizontally",
    "bs": "batch_size",
    "batch": "batch_size",
    "color_noise": "colour_noise",
    "cutout": "cutout_pixels",
    "degrees": "rotation_degrees",
    "callback": "on_epoch",
    "callbacks": "on_epoch",
    "clip_norm": "gradient_clip_norm",
    "clip_value": "gradient_clip_value",
    "clipnorm": "gradient_clip_norm",
    "clipvalue": "gradient_clip_value",
    "criterion": "loss",
    "decay": "weight_decay",
    "early_stopping": "patience",
    "ema": "average_decay",
    "ema_decay": "average_decay",
    "eta": "learning_rate",
    "eta0": "learning_rate",
    "flip": "flip_horizontally",
    "gamma": "step_factor",
    "init": "initialization",
    "iterations": "epochs",
    "jobs": "threads",
    "l2": "weight_decay",
    "loss_function": "loss",
    "lr": "learning_rate",
    "lr_schedule": "schedule",
    "max_epochs": "epochs",
    "max_iter": "epochs",
    "max_norm": "gradient_clip_norm",
    "minibatch": "batch_size",
    "n_epochs": "epochs",
    "n_jobs": "threads",
    "n_iter_no_change": "patience",
    "nb_epoch": "epochs",
    "num_epochs": "epochs",
    "num_threads": "threads",
    "num_workers": "threads",
    "preprocessing": "normalization",
    "random_seed": "seed",
    "random_state": "seed",
    "rate": "learning_rate",
    "restore_best_weights": "keep",
    "rotation": "rotation_degrees",
    "scale": "scaling",
    "seed": "random_state",
    "scheduler": "schedule",
    "shift": "shift_pixels",
    "smoothing": "label_smoothing",
    "step_size": "step_epochs",
    "verbose": "progress",
    "warmup": "warmup_epochs",
    "wd": "weight_decay",
    "workers": "threads",
}
"""What PyTorch, Keras, scikit-learn and people in a hurry call a setting."""


def meant_name(name: str, names: Iterable[str]) -> str | None:
    """Return which of the names is probably meant, or None where none comes near.

    Examples
    --------
    >>> meant_name("lr", ["batch_size", "learning_rate"])
    'learning_rate'
    >>> meant_name("learnig-rate", ["batch_size", "learning_rate"])
    'learning_rate'
    """
    known = list(names)
    plain = name.lower().strip("-").replace("-", "_")
    if (other := OTHER_NAMES.get(plain)) in known:
        return other
    return meant(plain, known)


def check_names(function: str, given: Iterable[str], names: Iterable[str]) -> None:
    """Raise TypeError, as Python does for an unknown keyword, if a given name is none of the names.

    Parameters
    ----------
    function : str
        Whose keywords they are.
    given, names : iterable of str
        What was given, and what there is.
    """
    known = list(names)
    for name in given:
        if name not in known:
            other = meant_name(name, known)
            hint = f" (did you mean {other}?)" if other else ""
            raise TypeError(f"{function} has no setting {name!r}{hint}; there are {', '.join(known)}")


def names_keywords(names: Iterable[str]) -> Callable[[Function], Function]:
    """Decorate a function that takes keywords as its last parameter, so that its signature has their names.

    Each is None where it is not given. Help, completion and scikit-learn read signatures.
    """

    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)
        *parameters, _ = signature.parameters.values()
        keywords = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in names]
        function.__signature__ = signature.replace(parameters=[*parameters, *keywords])  # type: ignore[attr-defined]
        return function

    return decorate


def names_what_is_meant(kind: Class) -> Class:
    """Decorate a class so that unknown keywords are refused by :func:`check_names`, before its initializer does so."""
    initialize = kind.__init__  # type: ignore[misc]  # of this very class
    names = [name for name in inspect.signature(initialize).parameters if name != "self"]

    @wraps(initialize)  # its signature is what help and scikit-learn see
    def with_known_names(self: Any, *values: Any, **named: Any) -> None:
        check_names(kind.__name__, named, names)
        initialize(self, *values, **named)

    kind.__init__ = with_known_names  # type: ignore[misc]
    return kind
