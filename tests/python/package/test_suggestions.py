"""Did you mean: a slip of a name is answered with the name, wherever there are names, in the shell and in Python."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp.basics.suggestions import did_you_mean, meant
from lenetpp.networks.network_history import NAMED_NETWORKS

from ..command import Command

NAMES = [*NAMED_NETWORKS, *lp.frozen_recipes(), "fashion-mnist", "kmnist", "cifar10", "learning_rate"]


@given(st.sampled_from(NAMES), st.data())
def test_a_letter_too_many_or_too_few_is_no_obstacle(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name) - 1))
    for word in (name[:place] + name[place + 1 :], name[:place] + "x" + name[place:], name.upper()):
        assert word in NAMES or meant(word, NAMES) is not None
    assert meant(name.upper(), NAMES) == name


@given(st.text())
def test_any_text_may_be_asked_about(word: str) -> None:
    assert meant(word, NAMES) in (None, *NAMES)


def test_a_beginning_means_the_only_name_that_has_it() -> None:
    assert meant("alexn", NAMES) == "alexnet-small"
    assert meant("al", ["alexnet-small"]) is None
    assert did_you_mean("quite another", NAMES) == did_you_mean("x" * 1_000_000, NAMES) == ""


@pytest.fixture
def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lenetpp: Command) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LENETPP_RUNS", "runs")
    few = ["--per-class", 2, "--test-per-class", 2, "--epochs", 1, "--network", "perceptron"]
    lenetpp("train", *few, "--name", "wide and slow", "--quiet")
    Path("photos").mkdir()
    Path("mine.toml").write_text("", encoding="utf-8")


IN_SHELL = [
    (["train", "cifar-11"], "cifar10"),
    (["train", "photo"], "photos"),
    (["train", "--network", "lenet6"], "lenet5"),
    (["train", "--recipe", "best-mnits"], "best-mnist"),
    (["train", "--recipe", "resnet9"], "resnet8"),
    (["train", "--from", "wide and slwo"], "wide and slow"),
    (["train", "--classes", "Snaeker,Bag"], "Sneaker"),
    (["data", "info", "kmnits"], "kmnist"),
    (["data", "fetch", "fashion-mnits"], "fashion-mnist"),
    (["evaluate", "lats"], "last"),
    (["show", "wide-and-slo"], "wide and slow"),
    (["runs", "--sort", "test_acuracy"], "test_accuracy"),
    (["study", "blgo"], "blog"),
    (["study", "mine.tmol"], "mine.toml"),
    (["study", "blog", "--only", "filtres"], "filters"),
]


@pytest.mark.usefixtures("_run")
def test_the_shell_says_what_may_be_meant(lenetpp: Command) -> None:
    for arguments, name in IN_SHELL:
        errors = lenetpp(*arguments, code=1, stream="errors")
        assert f"(did you mean {name}?)" in " ".join(errors.split()), errors


def of_a_run() -> None:
    lp.Run.load(next(Path("runs").glob("2*")).name[:-1] + "x")


IN_PYTHON: list[tuple[Callable[[], object], str]] = [
    (lambda: lp.load_data("CIFAR-11"), "cifar10"),
    (lambda: lp.load_data(classes=["Sneeker"]), "Sneaker"),
    (lambda: lp.fetch_data("cifar-10"), "cifar10"),
    (lambda: lp.network("lenet-6"), "lenet5"),
    (lambda: lp.recipe("mixxing"), "mixing"),
    (lambda: lp.frozen_recipe("best-mnits"), "best-mnist"),
    (lambda: lp.Run.load("wide and slo w"), "wide and slow"),
    (of_a_run, "2"),
    (lambda: lp.runs().where("tset_accuracy > 0.5"), "test_accuracy"),
    (lambda: lp.TrainingSettings(optimizer="adamm"), "adam"),  # type: ignore[arg-type]
    (lambda: lp.TrainingSettings(learnig_rate=1), "learning_rate"),  # type: ignore[call-arg]
    (lambda: lp.study("histroy"), "history"),
]


@pytest.mark.usefixtures("_run")
def test_python_says_what_may_be_meant() -> None:
    for call, name in IN_PYTHON:
        with pytest.raises((ValueError, TypeError), match=rf"\(did you mean {name}"):
            call()


def test_what_belongs_to_a_layer_is_no_option_and_its_place_is_named(lenetpp: Command) -> None:
    errors = " ".join(lenetpp("train", "--activation", "sigmoid", code=2, stream="errors").split())
    assert "--activation belongs to a layer" in errors
    assert "conv 6x5x5 sigmoid" in errors


def test_an_argument_given_as_an_option_is_shown_in_its_place(lenetpp: Command) -> None:
    for command, option in (("train", "--data"), ("evaluate", "--model")):
        said = " ".join(lenetpp(command, option, "mnist", code=2, stream="errors").replace("│", "").split())
        assert f"{option} is not an option: give its value alone, as the usage above shows" in said
