"""A ``~`` at the beginning of a path is the home folder wherever one is taken: by functions, commands and variables."""

import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import lenetpp as lp
from lenetpp.basics.kinds import as_path
from lenetpp.command_line import app
from lenetpp.training.errors import RecordingFailed
from proofs.hostile_examples import Examples
from proofs.hostile_values import Place, call, places

from ..command import Command

ABSENT = "~/absent/file.npz"


@pytest.fixture(scope="module")
def examples(met: dict[type, Any], tmp_path_factory: pytest.TempPathFactory) -> Examples:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("working"))
        return Examples(tmp_path_factory.mktemp("home"), met)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder, and a working folder in which nothing may be called "~" afterwards."""
    (tmp_path / "home").mkdir()
    (tmp_path / "working").mkdir()
    monkeypatch.chdir(tmp_path / "working")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    yield tmp_path / "home"
    assert not [path for path in Path().iterdir() if path.name.startswith("~")]


def takes_path(place: Place) -> bool:
    parameter = inspect.signature(place.function).parameters.get(place.argument)
    kind = "" if parameter is None else str(parameter.annotation)
    return "str | " in kind and "Path" in kind


def test_functions_and_methods_take_it(home: Path, examples: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    # What several classes inherit is called once.
    taking = {
        (place.function.__qualname__, place.argument): place for place in filter(takes_path, places(examples.objects))
    }
    assert len(taking) > 20
    for place in taking.values():
        name = f"{place.name}({place.argument})"
        made = examples.valid(place.name, place.argument) if place.argument != "source" or "load" not in name else None
        many = made if isinstance(made, list) and not place.takes_many else []
        value = made[0] if isinstance(made, list) else made
        if isinstance(value, Path) and place.name != "Network.from_onnx":
            monkeypatch.setenv("HOME", str(value.parents[1]))
            path = f"~/{value.relative_to(value.parents[1])}"
            given = [path] * len(many) or path
            call(place, examples, lambda given=given: given)  # type: ignore[misc]
            assert value.exists() or place.name == "delete", name
        else:
            monkeypatch.setenv("HOME", str(home))
            with pytest.raises((ValueError, OSError), match=str(home)):
                call(place, examples, lambda: ABSENT)


def test_a_run_that_could_not_be_recorded_is_saved_there(home: Path) -> None:
    assert "as_path" in inspect.getsource(RecordingFailed.save)  # which takes a disk that is full
    assert as_path("~/x", "folder") == home / "x"


@pytest.mark.parametrize("path", ["./~x", "./~/x", "~nobody-of-this-name/x", "x/~"])
def test_other_names_stay_as_they_are(path: str) -> None:
    assert as_path(path, "path") == Path(path)


# Commands


OF_COMMANDS: dict[str, list[list[Any]]] = {
    "train": [["--runs", "--network", "perceptron", "--per-class", 2, "--epochs", 1]],
    "predict": [["--csv", "RUN", "PICTURE"], ["--html", "RUN", "PICTURE"], ["images", "RUN"]],
    "study": [["--runs", "STUDY", "--out", "report"], ["--out", "STUDY", "--runs", "runs"], ["--new"]],
    "runs": [["--runs"]],
    "show": [["--html", "RUN"]],
    "filters": [["--out", "RUN"]],
    "draw": [["--out", "accuracy", "RUN"]],
    "page": [["--out"]],
    "diff": [["--html", "RUN", "RUN"]],
    "export": [["file", "RUN"], ["--tensorboard", "RUN"]],
}
"""The option whose value is a path in the home folder, or the argument that comes last, and the rest of the words."""
ENDINGS = {"--new": ".toml", "filters": ".png", "draw": ".png", "file": ".c"}


def taken_by(command: Any) -> list[str]:
    """What a command takes that is a path: options, and arguments by their parameters."""
    context = command.context_class(command, info_name="x")
    annotations = inspect.signature(command.callback).parameters
    taken = {each.name: each for each in command.get_params(context)}
    return [
        taken[name].opts[0] if taken[name].param_type_name == "option" else name
        for name, parameter in annotations.items()
        if "Path" in str(parameter.annotation)
    ]


def test_the_paths_of_all_commands_are_looked_at() -> None:
    group: Any = get_command(app)
    found = {name: taken_by(command) for name, command in group.commands.items() if not hasattr(command, "commands")}
    expected = {name: {str(words[0]) for words in each} for name, each in OF_COMMANDS.items()}
    assert {name: set(paths) for name, paths in found.items() if paths} == expected


@pytest.mark.parametrize("command", OF_COMMANDS)
def test_commands_take_it(lenetpp: Command, home: Path, examples: Examples, command: str) -> None:
    files = {"RUN": str(examples.valid("Run.load", "run"))}
    files["PICTURE"] = str(examples.valid("read_images", "files")[0])
    files["STUDY"] = str(examples.valid("study", "source"))
    for path, *rest in OF_COMMANDS[command]:
        if path == "--tensorboard":
            pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
        words = [files.get(str(word), word) for word in rest]
        target = home / f"x{ENDINGS.get(str(path), ENDINGS.get(command, ''))}"
        if path == "images":
            shutil.copy(files["PICTURE"], target)
        given = f"~/{target.name}"
        lenetpp(command, *words, *([f"{path}={given}"] if str(path).startswith("--") else [given]))
        assert target.exists() or command == "runs"
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", ABSENT],
        ["train", "--from", ABSENT],
        ["train", "--recipe", "~/absent/file.toml"],
        ["data", "info", ABSENT],
        ["evaluate", ABSENT],
        ["predict", "RUN", "~/absent/file.png"],
        ["study", "~/absent/file.toml"],
        ["draw", "occlusion", "RUN", "--out", "~/x.png", "--image", "~/absent/file.png"],
        ["show", "~/absent/run"],
        ["filters", "~/absent/run"],
        ["replay", "RUN", "--data", ABSENT],
    ],
    ids=" ".join,
)
def test_texts_that_may_be_paths_are_expanded(
    lenetpp: Command, home: Path, examples: Examples, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = shutil.copytree(examples.valid("Run.load", "run"), home / "runs" / "kept")
    monkeypatch.setenv("LENETPP_RUNS", "~/runs")
    errors = lenetpp(*(run if word == "RUN" else word for word in arguments), code=1, stream="errors")
    assert str(home) in errors


def test_the_variables_take_it(lenetpp: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "data").mkdir()
    monkeypatch.setenv("LENETPP_DATA", "~/data")
    monkeypatch.setenv("LENETPP_RUNS", "~/runs")
    lenetpp("train", "--per-class", 2, "--test-per-class", 2, "--epochs", 1, "--network", "perceptron")
    assert len(lp.runs("~/runs")) == len(lp.runs()) == len(list((home / "runs").glob("2*"))) == 1


@pytest.mark.usefixtures("home")
def test_a_dash_names_no_file(lenetpp: Command, examples: Examples) -> None:
    run = str(examples.valid("Run.load", "run"))
    for words in (["filters", run, "--out", "-"], ["draw", "accuracy", run, "--out=-"], ["runs", "--runs", "-"]):
        assert "expected a path, got -" in lenetpp(*words, code=2, stream="errors")
        assert not Path("-").exists()
