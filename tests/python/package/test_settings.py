"""TrainingSettings: validated, spelled out, and the same list of names everywhere."""

import inspect
from dataclasses import FrozenInstanceError, dataclass, fields
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from lenetpp import TrainingSettings
from lenetpp._core import LearningRate, Trainer, trainer_options
from lenetpp.command_line.train import train_command
from lenetpp.settings.class_weights import ClassWeight
from lenetpp.settings.declaration import Range, declared_settings
from lenetpp.settings.training_settings import SettingChanges
from lenetpp.settings.words import as_options, in_words

NAMES = [field.name for field in fields(TrainingSettings)]


def test_the_keywords_of_train_are_the_settings() -> None:
    more_is_taken = {"class_weight": ClassWeight}
    assert get_type_hints(SettingChanges) == get_type_hints(TrainingSettings) | more_is_taken


def test_usual_values_are_those_of_the_core() -> None:
    for name, value in TrainingSettings().taken_by("trainer").items():
        usual, _ = trainer_options()[name]
        assert (value, type(value)) == (usual, type(usual)), name


def test_what_has_a_range_in_the_core_has_it_here() -> None:
    ranges = {setting.name: str(setting.about.range) for setting in declared_settings(TrainingSettings)}
    assert (ranges["batch_size"], ranges["momentum"], ranges["adam_epsilon"], ranges["shear"]) == (
        *("in [1, 2**20]", "in [0, 1)", "above 0", "in [0, 1]"),
    )


def test_every_setting_is_an_option_of_the_shell() -> None:
    assert set(NAMES) <= set(inspect.signature(train_command).parameters)


def test_every_setting_is_used() -> None:
    taken = TrainingSettings().taken_by
    assert set(taken("preparation")) == {"initialization", "whitening", "normalization", "class_weight"}
    assert set(taken("loop")) == {"patience", "keep", "evaluate_every"}
    assert {*taken("trainer"), *taken("schedule"), *taken("preparation"), *taken("loop")} == set(NAMES)


def test_documented_types_are_those_that_are_checked() -> None:
    documented = inspect.getdoc(TrainingSettings)
    assert documented is not None
    for setting in declared_settings(TrainingSettings):
        choices = ", ".join(f'"{choice}"' for choice in get_args(setting.kind))
        words = {"tuple": "tuple of int", "Literal": f"{{{choices}}}"}
        kind = words.get(getattr(setting.kind, "__name__", "Literal"), getattr(setting.kind, "__name__", ""))
        assert f"\n{setting.name} : {kind}\n" in documented


def test_settings_without_meaning_are_not_among_the_defaults() -> None:
    changed, usual = in_words(
        TrainingSettings(learning_rate=0.25, flip_horizontally=True).as_dict(), always=("epochs",)
    )
    assert changed == ["epochs 10", "learning rate 0.25", "flip horizontally yes"]
    assert {"momentum 0.9", "nesterov no"} <= set(usual)
    assert not [words for words in usual if words.startswith(("adam", "step"))]
    changed, usual = in_words(TrainingSettings(optimizer="adam", schedule="step", adam_beta1=0.5).as_dict())
    assert changed == ["schedule step", "optimizer adam", "adam beta1 0.5"]
    assert {"adam beta2 0.999", "adam epsilon 1e-08", "step epochs 10", "step factor 0.1"} <= set(usual)
    assert not [words for words in usual if words.startswith(("momentum", "nesterov"))]


def test_what_was_changed_is_told_even_where_it_has_no_meaning() -> None:
    assert in_words(TrainingSettings(adam_beta1=0.5).as_dict())[0] == ["adam beta1 0.5"]


def test_settings_have_a_meaning_beside_settings_that_there_are() -> None:
    for setting in declared_settings(TrainingSettings):
        if setting.about.beside is not None:
            name, *values = setting.about.beside
            for value in values:
                TrainingSettings(**{name: value})


def test_choices_stand_in_the_help() -> None:
    for setting in declared_settings(TrainingSettings):
        assert all(choice in setting.help for choice in get_args(setting.kind) if isinstance(choice, str))
        assert "{" not in setting.help


def test_what_the_shell_calls_a_setting_is_what_a_command_says() -> None:
    settings = {"learning_rate": 0.1, "flip_horizontally": True, "schedule": "cosine", "restarts": [2, 5], "epochs": 9}
    assert as_options(settings) == [
        *("--learning-rate", "0.1", "--flip", "--schedule", "cosine", "--restarts", "2,5", "--epochs", "9"),
    ]


@pytest.mark.parametrize(
    ("numbers", "words", "inside", "outside"),
    [
        (Range(at_least=1, below=2**32), "in [1, 2**32)", (1, 2**32 - 1), (0, 2**32)),
        (Range(above=0, at_most=1), "in (0, 1]", (0.5, 1), (0, 1.1)),
        (Range(above=0), "above 0", (1e-9,), (0,)),
        (Range(at_least=0), "at least 0", (0,), (-1e-9,)),
    ],
)
def test_a_range_holds_what_its_words_say(
    numbers: Range, words: str, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    assert str(numbers) == words
    assert all(number in numbers for number in inside)
    assert not any(number in numbers for number in outside)


def test_a_field_that_declares_nothing_is_refused() -> None:
    @dataclass
    class Settings:
        plain: int = 1

    with pytest.raises(TypeError, match=r"^plain must have a default, and a Setting beside its type"):
        declared_settings(Settings)


def test_equal_settings_have_equal_types() -> None:
    settings = TrainingSettings(epochs=np.int64(3), momentum=0, learning_rate=np.float32(0.5))  # type: ignore[arg-type]
    assert settings == TrainingSettings(epochs=3, momentum=0.0, learning_rate=0.5)
    assert {type(value) for value in settings.as_dict().values()} == {int, float, str, bool}


def test_restarts_are_recorded_only_where_there_are_some() -> None:
    settings = TrainingSettings(epochs=9, schedule="cosine", restarts=[np.int64(2), 5])  # type: ignore[arg-type]
    assert settings.restarts == (2, 5)
    assert settings.as_dict()["restarts"] == [2, 5]
    assert TrainingSettings(**settings.as_dict()) == settings
    assert "restarts" not in TrainingSettings().as_dict()


@pytest.mark.parametrize("restarts", [(0,), (5, 2), (3, 3), (9,), (-1,), (1.5,), ("2",), "25", 3, None])
def test_restarts_that_cannot_be_are_refused(restarts: Any) -> None:
    with pytest.raises(ValueError, match=r"^restarts must be "):
        TrainingSettings(epochs=9, schedule="cosine", restarts=restarts)
    with pytest.raises(ValueError, match=r"^restarts must be empty where the schedule is not cosine"):
        TrainingSettings(epochs=9, restarts=(3,))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        TrainingSettings().epochs = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", 2**32),
        ("epochs", True),
        pytest.param("epochs", 10**5000, id="epochs-digits"),
        ("batch_size", 0),
        ("batch_size", 2**20 + 1),
        ("batch_size", "many"),
        ("batch_size", 10**30),
        ("learning_rate", 0),
        ("learning_rate", -0.1),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", "fast"),
        ("learning_rate", "0.1"),
        ("learning_rate", True),
        ("learning_rate", 10**400),
        pytest.param("learning_rate", 10**5000, id="learning_rate-digits"),
        ("schedule", "linear"),
        ("step_epochs", 0),
        ("step_epochs", 2**31),
        ("step_factor", 0),
        ("step_factor", 1.5),
        ("warmup_epochs", -1),
        ("momentum", 1),
        ("momentum", -0.1),
        ("nesterov", "yes"),
        ("weight_decay", -1e-9),
        ("gradient_clip_norm", -1),
        ("loss", "hinge"),
        ("reduction", "max"),
        ("initialization", "zeros"),
        ("normalization", "whiten"),
        ("normalization", None),
        ("flip_horizontally", 2),
        ("shift_pixels", -1),
        ("shift_pixels", 2**31),
        ("shift_pixels", 10**30),
        ("seed", -1),
        ("seed", 2**64),
    ],
)
def test_a_value_out_of_range_gives_an_error_that_names_it(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be "):
        TrainingSettings(**{name: value})


def test_nesterov_without_momentum_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^nesterov must be false where momentum is 0"):
        TrainingSettings(momentum=0, nesterov=True)


def schedule_of(settings: TrainingSettings) -> dict[str, Any]:
    taken = settings.taken_by("schedule")
    return {"initial": taken.pop("learning_rate"), **taken}


def test_the_core_accepts_what_the_settings_accept_at_their_limits() -> None:
    from lenetpp import Network

    network = Network.parse("1x4x4 | dense 2")
    network.initialize()
    limits = TrainingSettings(
        epochs=2**32 - 1, step_epochs=2**31 - 1, step_factor=1.0, momentum=0.0, seed=2**64 - 1, warmup_epochs=0
    )
    Trainer(network.core, **limits.taken_by("trainer"))
    LearningRate(**schedule_of(limits))


def test_no_integer_beyond_the_core_is_left_for_the_start_of_training_to_refuse() -> None:
    from lenetpp import Network

    network = Network.parse("1x4x4 | dense 2")
    network.initialize()
    kinds = get_type_hints(TrainingSettings)
    integers = [name for name in NAMES if kinds[name] is int]
    for name in integers:
        for value in (2**power + difference for power in range(20, 65) for difference in (-1, 0, 1)):
            try:
                given = TrainingSettings(**{"schedule": "step", name: value})
            except ValueError:
                continue
            if name == "shift_pixels":
                raise AssertionError("no plane has so many rows")
            if name != "batch_size":  # whose largest would take its memory
                Trainer(network.core, **given.taken_by("trainer"))
            LearningRate(**schedule_of(given))
