"""The command ``lenetpp``: what it prints, what it leaves, how it exits."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from importlib.metadata import metadata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lenetpp as lp
from lenetpp.basics import cpp_library, extras
from lenetpp.command_line.short_help import COMMON
from lenetpp.records.run_writer import RunWriter
from lenetpp.settings.declaration import declared_settings

from ..command import Command
from .patterns import TEXT, stripes


@pytest.fixture
def stripes_file(tmp_path: Path) -> Path:
    path = tmp_path / "stripes.npz"
    (x_train, y_train), (x_test, y_test) = stripes(60), stripes(30, start=1000)
    classes = np.array(["horizontal", "vertical", "diagonal"])
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, classes=classes)
    return path


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("COLUMNS", "80")


def test_train_prints_a_confusion_table_and_the_runs_folder(lenetpp: Command, stripes_file: Path) -> None:
    output = lenetpp("train", stripes_file, "--network", TEXT, "--epochs", 3)
    lines = output.splitlines()
    assert max(len(line) for line in lines if str(stripes_file.parent) not in line) <= 80
    assert TEXT in output
    assert "epochs 3" in output
    table = [line.split() for line in lines if line.split()[:1] in (["0"], ["1"], ["2"])]
    counts = np.array([[0 if cell == "·" else int(cell) for cell in row[2:5]] for row in table])
    assert counts.shape == (3, 3)
    assert counts.sum() == 30
    assert "digest" in output
    run = lp.Run.load(max((stripes_file.parent / "runs").iterdir()))
    assert run.evaluation is not None
    np.testing.assert_array_equal(counts, run.evaluation.confusion)
    assert run.digest in output


def test_train_json_is_one_object_with_the_figures(lenetpp: Command, stripes_file: Path) -> None:
    result = lenetpp.json("train", stripes_file, "--network", TEXT, "--epochs", 2, "--seed", 5, "--no-nesterov")
    run = lp.Run.load(result["run"])
    assert result["digest"] == run.digest
    assert result["test_accuracy"] == run.test_accuracy
    assert result["epochs"] == 2
    assert result["images_per_second"] > 0
    assert result["seconds"] > 0
    assert (run.settings.epochs, run.settings.seed) == (2, 5)


def test_train_takes_every_setting(lenetpp: Command, stripes_file: Path) -> None:
    result = lenetpp.json(
        *["train", stripes_file, "--network", TEXT, "--epochs", 1, "--batch-size", 8, "--learning-rate", 0.02],
        *["--schedule", "step", "--step-epochs", 2, "--step-factor", 0.5, "--warmup-epochs", 0.5, "--momentum", 0.8],
        *["--nesterov", "--weight-decay", 0.001, "--gradient-clip-norm", 2, "--loss", "squared_error"],
        *["--reduction", "sum", "--initialization", "lecun", "--normalization", "unit", "--flip"],
        *["--shift-pixels", 1, "--seed", 3],
    )
    assert lp.Run.load(result["run"]).settings == lp.TrainingSettings(
        epochs=1,
        batch_size=8,
        learning_rate=0.02,
        schedule="step",
        step_epochs=2,
        step_factor=0.5,
        warmup_epochs=0.5,
        momentum=0.8,
        nesterov=True,
        weight_decay=0.001,
        gradient_clip_norm=2.0,
        loss="squared_error",
        reduction="sum",
        initialization="lecun",
        normalization="unit",
        flip_horizontally=True,
        shift_pixels=1,
        seed=3,
    )


def test_train_adapts_a_named_network_and_uses_its_recipe(lenetpp: Command) -> None:
    result = lenetpp.json(
        *["train", "--network", "blog-mlp", "--classes", "Sneaker,8", "--per-class", 20, "--test-per-class", 5],
        *["--validation-per-class", 3, "--epochs", 1],
    )
    run = lp.Run.load(result["run"])
    assert str(run.network).startswith("1x28x28 | dense 100")
    assert run.network.class_names == ("Sneaker", "Bag")
    assert run.settings == lp.TrainingSettings(**{**lp.recipe("blog-mlp").as_dict(), "epochs": 1})
    assert run.history[0].validation_accuracy is not None
    assert np.sum(result["confusion"]) == 10


def test_evaluate_measures_a_run_on_its_own_data(lenetpp: Command) -> None:
    trained = lenetpp.json("train", "--classes", "Bag,Sandal", "--per-class", 30, "--epochs", 1)
    result = lenetpp.json("evaluate", "last")
    assert result["accuracy"] == trained["test_accuracy"]
    assert result["confusion"] == trained["confusion"]
    assert result["classes"] == ["Bag", "Sandal"]
    model = Path(trained["run"]) / "model.safetensors"
    assert lenetpp.json("evaluate", model, "--classes", "Bag,Sandal")["accuracy"] == trained["test_accuracy"]
    assert "accuracy" in lenetpp("evaluate", trained["run"])


def test_evaluate_notices_changed_data(lenetpp: Command, stripes_file: Path) -> None:
    lenetpp("train", stripes_file, "--network", TEXT, "--epochs", 1)
    (x_train, y_train), (x_test, y_test) = stripes(60), stripes(30, start=7)
    np.savez(stripes_file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    assert "its digest differs" in lenetpp("evaluate", "last", stream="errors")


def test_predict_names_class_and_probability(lenetpp: Command, tmp_path: Path) -> None:
    lenetpp("train", "--epochs", 1, "--per-class", 50)
    data = lp.load_data()
    run = lp.Run.load(max((tmp_path / "runs").iterdir()))
    for number in range(3):
        Image.fromarray(data.test_images[number, 0]).save(tmp_path / f"{number}.png")
    pictures = [tmp_path / f"{number}.png" for number in range(3)]
    expected = run.network.predict_proba(data.test_images[:3])
    predictions = lenetpp.json("predict", "last", *pictures)["predictions"]
    for prediction, picture, row in zip(predictions, pictures, expected, strict=True):
        assert prediction["image"] == str(picture)
        assert prediction["class"] == data.classes[row.argmax()]
        assert prediction["probability"] == row.max()
        assert sum(prediction["probabilities"].values()) == pytest.approx(1)
    assert data.classes[expected[0].argmax()] in lenetpp("predict", "last", pictures[0])


def test_predict_answers_for_the_pictures_that_it_can_read(lenetpp: Command, stripes_file: Path) -> None:
    lenetpp("train", stripes_file, "--network", TEXT, "--epochs", 1)
    good, bad, folder = (stripes_file.parent / name for name in ("good.png", "bad.png", "pictures"))
    pixels = stripes(3)[0][:, 0]
    Image.fromarray(pixels[0]).save(good)
    bad.write_text("no picture")
    found = json.loads(lenetpp("predict", "last", good, bad, "missing.png", "--json", code=1))
    assert [answer["image"] for answer in found["predictions"]] == [str(good)]
    assert [failure.split(": ")[0] for failure in found["failures"]] == [str(bad), "missing.png"]
    errors = lenetpp("predict", "last", bad, good, code=1, stream="errors")
    assert errors.startswith(f"error: {bad}: not a readable picture")
    assert "good.png" in lenetpp("predict", "last", bad, good, code=1).replace("\n", "")
    folder.mkdir()
    assert f"{folder}: no pictures" in lenetpp("predict", "last", folder, code=1, stream="errors")
    for name, picture in zip("cab", pixels, strict=True):
        Image.fromarray(picture).save(folder / f"{name}.png")
    (folder / "notes.txt").write_text("no picture either")
    found = lenetpp.json("predict", "last", folder, good)
    expected = [str(folder / name) for name in ("a.png", "b.png", "c.png")]
    assert [answer["image"] for answer in found["predictions"]] == [*expected, str(good)]
    assert found["predictions"][2]["probabilities"] == found["predictions"][3]["probabilities"]


def test_the_example_of_resumes_help_works_after_train(lenetpp: Command) -> None:
    example = re.search(r"Example: `?lenetpp (resume [^`\n]*?\d+)", lenetpp("resume", "--help"))
    assert example is not None
    words = example[1].split()
    assert words == ["resume", "last", "--epochs", "30"]
    short = ["--network", "1x28x28 | maxpool 4 | dense 10", "--recipe", "lenet5"]
    before = lenetpp.json("train", *short)
    epochs = before["epochs"]
    after = lenetpp.json(*words)
    assert (after["run"], after["outcome"], after["epochs"]) == (before["run"], "finished", 30)
    assert 0 < epochs < 30
    assert f"restarts {epochs}" in " ".join(lenetpp("show", "last").split())
    longer = lenetpp.json(*words, "--anew")
    assert (longer["epochs"], longer["run"] == after["run"]) == (30, False)
    direct = lenetpp.json("train", *short, "--epochs", 30)
    assert direct["digest"] == longer["digest"]
    extended = lenetpp.json("train", *short, "--epochs", 30, "--restarts", epochs)
    assert extended["digest"] == after["digest"]
    assert "must be whole numbers with commas between" in lenetpp(
        "train", "--restarts", "soon", code=1, stream="errors"
    )


def test_the_commands_name_the_option_that_helps(lenetpp: Command, stripes_file: Path) -> None:
    lenetpp("train", stripes_file, "--network", TEXT, "--epochs", 2, "--schedule", "cosine")
    assert "give a larger number as --epochs to extend it" in lenetpp("resume", "last", code=1, stream="errors")


def test_data_that_moved_are_given_to_every_command(lenetpp: Command, stripes_file: Path) -> None:
    lenetpp("train", stripes_file, "--network", TEXT, "--epochs", 1, "--classes", "vertical,diagonal,horizontal")
    moved = stripes_file.rename(stripes_file.with_name("moved.npz"))
    out = stripes_file.parent
    commands: list[list[object]] = [
        ["replay", "last"],
        ["evaluate", "last"],
        ["draw", "mistakes", "last", "--out", out / "mistakes.png"],
        ["draw", "feature_maps", "last", "--out", out / "maps.png"],
        ["draw", "winners", "last", "--out", out / "winners.png"],
        ["draw", "patches", "last", "--out", out / "patches.png"],
        ["draw", "ablation", "last", "--out", out / "ablation.png"],
        ["draw", "altered", "last", "--out", out / "altered.png"],
        ["draw", "occlusion", "last", "--out", out / "occlusion.png"],
        ["resume", "last", "--epochs", 2],
        ["resume", "last", "--anew"],
    ]
    page = out / "run.html"
    lenetpp("show", "last", "--html", page)
    assert "There are no pictures of images" in page.read_text()
    assert "data=" not in page.read_text()
    lenetpp("show", "last", "--html", page, "--data", moved)
    assert "There are no pictures of images" not in page.read_text()
    for command in commands:
        errors = lenetpp(*command, code=1, stream="errors")
        assert "cannot be found again" in errors
        assert re.search(r"give data with the digest [0-9a-f]{64} as --data$", errors.strip())
        lenetpp(*command, "--data", moved)


def test_other_data_are_not_taken_for_those_that_moved(lenetpp: Command, stripes_file: Path) -> None:
    lenetpp("train", stripes_file, "--network", TEXT, "--epochs", 1)
    other = stripes_file.with_name("other.npz")
    arrays = dict(np.load(stripes_file))
    np.savez(other, **{**arrays, "x_test": 255 - arrays["x_test"]})
    for command in (["resume", "last", "--epochs", 2], ["evaluate", "last"], ["resume", "last", "--anew"]):
        errors = lenetpp(*command, "--data", other, code=1, stream="errors")
        assert "are not those of the run" in errors
        assert "as --data" in errors
    assert "data" in lenetpp("replay", "last", "--data", other, code=4)
    model = max((stripes_file.parent / "runs").iterdir()) / "model.safetensors"
    assert "--data are those of a run" in lenetpp("evaluate", model, "--data", other, code=2, stream="errors")


def test_data_commands_describe_what_there_is(lenetpp: Command) -> None:
    names = [item["name"] for item in lenetpp.json("data", "list")["data"]]
    assert {"fashion-mnist-5000", "mnist", "cifar10"} <= set(names)
    assert "mnist" in lenetpp("data", "list")
    data = lp.load_data()
    info = lenetpp.json("data", "info")
    assert info["digest"] == data.digest
    assert info["images"] == {"train": [500] * 10, "test": [100] * 10}
    assert info["mean"][0] == pytest.approx(data.train_images.mean())
    assert info["deviation"][0] == pytest.approx(data.train_images.std())
    assert "Ankle boot" in lenetpp("data", "info")


def test_doctor_finds_the_same_bits_on_every_instruction_set(lenetpp: Command) -> None:
    report = lenetpp.json("doctor")
    assert report["self_check"]["same_bits"] is True
    assert list(report["self_check"]["digests"]) == report["numerics"]["available_instruction_sets"]
    assert "scalar" in report["self_check"]["digests"]
    assert report["software"]["numpy"] == np.__version__
    assert "the same bits" in lenetpp("doctor")


def test_doctor_says_what_is_missing_for_what(lenetpp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_is_installed", lambda package: package != "distributed")
    missing = {name: ["distributed"] if name == "cluster" else [] for name in extras.PURPOSES}
    assert lenetpp.json("doctor")["missing"] == missing
    text = " ".join(lenetpp("doctor").split())
    assert '`lenetpp study --cluster` lacks distributed: pip install "lenetpp[cluster]"' in text
    assert "LeNetClassifier ready" in text


def test_every_extra_for_users_has_a_purpose() -> None:
    for_developers = {"benchmark", "docs", "test"}
    assert set(metadata("lenetpp").get_all("Provides-Extra") or ()) == set(extras.PURPOSES) | for_developers


def test_folders_of_the_cpp_library_are_printed_or_missed_in_words(
    lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpp_library, "FOLDER", tmp_path)
    for option, folder in (("cmake", "lib/cmake/lenetpp"), ("pkg-config", "lib/pkgconfig"), ("include", "include")):
        assert "this installation has no C++ library" in lenetpp(f"--{option}-dir", code=1, stream="errors")
        (tmp_path / folder).mkdir(parents=True)
        assert lenetpp(f"--{option}-dir") == f"{tmp_path / folder}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "no-such-data"], "no-such-data"),
        (["train", "--classes", "Bag,Unicorn"], "Unicorn"),
        (["train", "--per-class", "501"], "501"),
        (
            ["train", "--network", "lenet6"],
            "no network named 'lenet6' (did you mean lenet5?); the names are perceptron",
        ),
        (["train", "--network", "1x28x28 | dens 2"], "^"),
        (["train", "--network", "3x28x28 | dense 10"], "begin the network's text with '1x28x28'"),
        (["train", "--epochs", "0"], "epochs must be in [1, 2**32), but is 0"),
        (["train", "--momentum", "1"], "momentum must be in [0, 1), but is 1"),
        (["evaluate", "no-such-run"], "'no-such-run' is neither a model file nor a run's folder"),
        (["predict", "no-such-run", "a.png"], "no-such-run"),
        (["data", "info", "no-such-data"], "no-such-data"),
        (["data", "fetch", "no-such-data"], "no-such-data"),
    ],
)
def test_what_a_user_can_put_right_is_an_error_without_traceback(
    lenetpp: Command, arguments: list[str], message: str
) -> None:
    errors = lenetpp(*arguments, code=1, stream="errors")
    assert errors.startswith("error: ")
    assert message in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("arguments", [["train", "--speed", "3"], ["fly"], ["train", "--epochs", "many"], ["predict"]])
def test_wrong_usage_exits_with_2(lenetpp: Command, arguments: list[str]) -> None:
    assert "Traceback" not in lenetpp(*arguments, code=2, stream="errors")


def test_divergence_is_an_error_that_names_the_run(lenetpp: Command) -> None:
    errors = lenetpp("train", "--learning-rate", "1e30", "--epochs", 1, code=1, stream="errors")
    assert "training diverged (NaN or infinite values): in epoch 1, step" in errors
    command = errors.splitlines()[-1].removeprefix("see what happened with: ")
    assert "diverged" in lenetpp(*command.split()[1:])


@pytest.mark.parametrize("network", [TEXT, "perceptron"])
@pytest.mark.parametrize("folder", ["runs", "with a space", "-dash"])
def test_train_ends_with_two_commands_that_can_be_pasted(
    lenetpp: Command, stripes_file: Path, monkeypatch: pytest.MonkeyPatch, network: str, folder: str
) -> None:
    monkeypatch.chdir(stripes_file.parent)
    monkeypatch.setenv("LENETPP_RUNS", folder)
    monkeypatch.setenv("COLUMNS", "30")
    output = lenetpp("train", stripes_file, "--network", network, "--epochs", 1)
    before, commands = output.split("next:\n")
    pasted = [shlex.split(line) for line in commands.splitlines()]
    assert len(pasted) == 2
    (run,) = Path(folder).iterdir()
    for program, *arguments in pasted:
        assert program == "lenetpp"
        assert arguments[-1] == str(run)
        lenetpp(*arguments)
    assert lp.Run.load(run).digest in before


@pytest.mark.parametrize("columns", ["20", "60", "80"])
def test_digests_never_break_in_two(
    lenetpp: Command, stripes_file: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    commands: list[list[object]] = [
        ["train", stripes_file, "--network", TEXT, "--epochs", 1],
        ["show"],
        ["replay", "last", "--quiet"],
    ]
    commands += [["evaluate", "last"], ["resume", "last", "--epochs", 2]]
    for command in commands:
        assert re.search(r"^digest +[0-9a-f]{64}$", lenetpp(*command), re.MULTILINE)
    others: list[list[object]] = [["data", "info", stripes_file], ["doctor"]]
    for command in others:
        assert re.search(r" [0-9a-f]{64}$", lenetpp(*command), re.MULTILINE)


@pytest.mark.parametrize(
    "words", [[], ["train"], ["evaluate"], ["predict"], ["data"], ["data", "list"], ["data", "info"], ["doctor"]]
)
def test_help_has_an_example(lenetpp: Command, words: list[str]) -> None:
    text = lenetpp(*words, "--help")
    assert "Usage: lenetpp" in text
    assert not words or "Example: lenetpp " in text.replace("`", "")


def test_version_and_the_short_form_of_help(lenetpp: Command) -> None:
    assert lenetpp("--version") == lenetpp("-V") == f"lenetpp {lp.__version__}\n"
    for words in ([], ["train"], ["data"], ["data", "info"]):
        assert lenetpp(*words, "-h") == lenetpp(*words, "--help")


@pytest.mark.parametrize(
    ("option", "meant"),
    [
        ("--lr", "--learning-rate"),
        ("--bs", "--batch-size"),
        ("--wd", "--weight-decay"),
        ("--flip-horizontally", "--flip"),
        ("--epoch", "--epochs"),
        ("--thread", "--threads"),
    ],
)
def test_an_option_by_another_name_is_answered_with_the_one_that_is_meant(
    lenetpp: Command, option: str, meant: str
) -> None:
    errors = lenetpp("train", option, "1", code=2, stream="errors")
    named = errors[errors.index("No such option") :]  # the words around differ between versions of typer
    assert re.findall(r"--[a-z-]+", named) == [option, meant]


def start(*arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "lenetpp", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )


def test_a_pipe_gets_the_result_and_the_error_stream_a_line_for_each_epoch() -> None:
    process = start("train", "--epochs", 2, "--per-class", 50, "--json")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(output)["epochs"] == 2
    header, *lines = errors.splitlines()
    assert header.split() == ["epoch", "loss", "training", "test", "rate", "images/s"]
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert f"{100 * json.loads(output)['test_accuracy']:.2f} %" in lines[-1]


def test_quiet_leaves_the_error_stream_empty(lenetpp: Command, stripes_file: Path) -> None:
    steps = ("--network", TEXT, "--epochs", 1, "--schedule", "constant")
    assert lenetpp("train", stripes_file, *steps, "--quiet", stream="errors") == ""
    assert lenetpp("resume", "last", "--epochs", 2, "-q", stream="errors") == ""
    assert lenetpp("replay", "last", "--quiet", stream="errors") == ""
    assert [line.split()[0] for line in lenetpp("replay", "last", stream="errors").splitlines()] == ["epoch", "1", "2"]
    errors = lenetpp("resume", "last", "--epochs", 3, stream="errors")
    assert [line.split()[0] for line in errors.splitlines()] == ["epoch", "3"]


def test_a_reader_that_has_left_does_not_stop_the_training(tmp_path: Path) -> None:
    process = start("train", "--epochs", 2, "--per-class", 50, "--json")
    assert process.stderr is not None
    process.stderr.close()
    assert process.stdout is not None
    assert json.loads(process.stdout.read())["outcome"] == "finished"
    process.stdout.close()
    assert process.wait(60) == 0
    assert len(list(tmp_path.glob("runs/2*"))) == 1


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C")
def test_ctrl_c_keeps_the_work_and_exits_with_130(tmp_path: Path) -> None:
    process = start("train", "--epochs", 1000000)
    metrics = tmp_path / "runs"
    deadline = time.monotonic() + 30
    while not any(path.stat().st_size for path in metrics.glob("*/metrics.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    pressed = time.monotonic()
    _, errors = process.communicate(timeout=30)
    # 0.2 s for the answer, the rest for the interpreter's own end.
    assert time.monotonic() - pressed < 1.0
    assert process.returncode == 130
    assert "stopped by Ctrl-C in epoch" in errors
    folder = Path(errors.strip().splitlines()[-1].removeprefix("continue with: lenetpp resume "))
    assert lp.Run.load(folder).outcome == "interrupted"


# A folder that can no longer be written


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No epoch can be recorded, as if the disk were full, until the record is saved elsewhere."""
    add_epoch = RunWriter.add_epoch

    def fail(record: RunWriter, metrics: dict[str, object], snapshot: bytes = b"") -> None:
        if record.folder.parent.name == "runs":
            raise OSError(28, "No space left on device", str(record.folder / "metrics.jsonl"))
        add_epoch(record, metrics, snapshot)

    monkeypatch.setattr(RunWriter, "add_epoch", fail)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_one_line_and_a_hint(lenetpp: Command, stripes_file: Path) -> None:
    errors = lenetpp("train", stripes_file, "--network", TEXT, code=1, stream="errors")
    first, second = errors.splitlines()[-2:]
    assert "No space left on device" in first
    (folder,) = (stripes_file.parent / "runs").glob("2*")
    assert second == f"free some space, then continue with: lenetpp resume {folder}"


@pytest.mark.usefixtures("full_disk")
def test_at_a_terminal_another_folder_may_be_named(
    lenetpp: Command, stripes_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = stripes_file.parent / "saved"
    answers = iter([str(stripes_file), str(saved)])  # a file is in the way of the first
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    command = ("train", stripes_file, "--network", TEXT, "--epochs", 2, "--schedule", "constant")
    errors = lenetpp(*command, code=1, stream="errors")
    assert "File exists" in errors
    assert errors.splitlines()[-1] == f"saved; continue with: lenetpp resume {saved}"
    figures = lenetpp.json("resume", saved)
    monkeypatch.undo()
    again = lp.train(lp.Network.parse(TEXT), lp.load_data(stripes_file), epochs=2, runs=None)
    assert figures["digest"] == again.digest


@pytest.mark.usefixtures("full_disk")
def test_at_a_terminal_one_may_give_up(lenetpp: Command, stripes_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "")
    assert "saved" not in lenetpp("train", stripes_file, "--network", TEXT, code=1, stream="errors")


def test_the_help_of_train_is_short_and_the_whole_one_has_all(
    lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    declared = {setting.name: setting.option for setting in declared_settings(lp.TrainingSettings)}
    for _ in range(2):  # what one hides, the next must not miss
        short, whole = (
            set(re.findall(r"^. +(--[\w-]+)", lenetpp("train", option), re.MULTILINE))
            for option in ("--help", "--help-all")
        )
        assert {name for name, option in declared.items() if option in short} == set(COMMON)
        assert set(declared.values()) < whole
        assert short < whole
        assert {"--help-all", "--network", "--recipe", "--from", "--size"} < short
    assert len(COMMON) == 12
