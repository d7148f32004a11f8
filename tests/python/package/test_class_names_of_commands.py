"""Generated data at the commands and at the estimator: right by the names of the classes, or refused with a way out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lenetpp as lp
import needs

from ..command import Command
from .class_cases import IMAGES, KNOWN, LABELS, QUICK, Case, cases, is_known, is_numbered, share_right, trained
from .patterns import TEXT

FEW = settings(QUICK, max_examples=12)
SLOW = ("--epochs", 1, "--learning-rate", 1e-30, "--weight-decay", 0, "--quiet")
"""Hardly changes a weight: what was learned must still be there."""


def file_of(case: Case, folder: Path) -> Path:
    data, file = case.data, folder / "data.npz"
    arrays: dict[str, Any] = {"x_train": data.train_images, "y_train": data.train_labels}
    arrays |= {"x_test": data.test_images, "y_test": data.test_labels}
    np.savez(file, classes=np.array(case.names), **arrays)
    return file


def has_no_names(case: Case) -> bool:
    """Whether the classes are called as those of data that name none."""
    return is_numbered(case) and len(case.names) == len(KNOWN)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def model(tmp_path: Path) -> Path:
    trained().save(tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


@FEW
@given(case=cases())
def test_evaluate_is_right_by_names_or_refused(case: Case, model: Path, lenetpp: Command) -> None:
    assume(not has_no_names(case))
    file = file_of(case, model.parent)
    if is_known(case):
        found = lenetpp.json("evaluate", model, file)
        assert found["accuracy"] == pytest.approx(share_right(trained(), case))
        assert found["images"] == len(case.true_names)
        return
    said = one_line(lenetpp("evaluate", model, file, code=1, stream="errors"))
    for words in (*KNOWN, *case.names, "--as "):
        assert words in said
    meant = [KNOWN[number] for number in case.shown]
    found = lenetpp.json("evaluate", model, file, "--as", ",".join(meant))
    assert found["accuracy"] == pytest.approx(share_right(trained(), Case(case.shown, tuple(meant))))


@FEW
@given(case=cases())
def test_train_from_keeps_what_was_learned_under_its_names_or_says_that_the_layer_is_new(
    case: Case, model: Path, lenetpp: Command
) -> None:
    assume(len(case.names) > 1 and not has_no_names(case))
    runs = model.parent / "runs"
    command = ("train", file_of(case, model.parent), "--from", model, *SLOW, "--runs", runs)
    said = one_line(lenetpp(*command, stream="errors"))
    tuned = lp.Network.load(max(runs.iterdir()) / "model.safetensors")
    assert tuned.class_names == case.names
    is_new = "note: the last layer is new" in said
    assert is_new == (set(case.names) != set(KNOWN))
    if is_new:
        for name in (*KNOWN, *case.names):
            assert name in said
    else:
        assert share_right(tuned, case) == share_right(trained(), case)


@FEW
@given(case=cases())
def test_replay_has_the_same_bits_by_names_or_refuses(case: Case, tmp_path: Path, lenetpp: Command) -> None:
    run = tmp_path / "run"
    if not run.exists():
        original = Case((0, 1, 2), KNOWN)
        trained_run = lp.train(lp.Network.parse(TEXT), original.data, epochs=1, runs=tmp_path / "runs")
        assert trained_run.folder is not None
        trained_run.folder.rename(run)
    command = ("replay", run, "--data", file_of(case, tmp_path), "--quiet")
    if set(case.names) == set(KNOWN):
        true_names = [KNOWN[number] for number in case.shown]
        code = 0 if list(case.names) == true_names else 4  # these are data with other labels
        assert ("same bits" in lenetpp(*command, code=code)) == (code == 0)
        return
    said = one_line(lenetpp(*command, code=1, stream="errors"))
    for words in (*KNOWN, *case.names, "renaming"):
        assert words in said


@FEW
@given(case=cases())
def test_predict_counts_the_pictures_of_known_folders_and_names_the_others(
    case: Case, model: Path, lenetpp: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    picture = needs.module("PIL.Image")
    folder, network = tmp_path_factory.mktemp("photos"), trained()
    assert network.class_names is not None
    expected: dict[str, list[bool]] = {}
    for number, (image, label) in enumerate(zip(IMAGES[:18], LABELS[:18], strict=True)):
        if label not in case.shown:
            continue
        name = case.names[case.shown.index(label)]
        (folder / name).mkdir(exist_ok=True)
        picture.fromarray(image[0]).save(folder / name / f"{number}.png")
        if name in KNOWN:
            expected.setdefault(name, []).append(network.class_names[network.predict(image[np.newaxis])[0]] == name)
    found = lenetpp.json("predict", model, folder)
    counted = {name: (of_class["right"], of_class["images"]) for name, of_class in found["right"].items()}
    assert counted == {name: (sum(right), len(right)) for name, right in expected.items()}
    said = one_line(lenetpp("predict", model, folder, stream="errors"))
    assert ("does not know" in said) == (not is_known(case))
    if not is_known(case):
        for words in (*KNOWN, *case.names, "not counted as right or wrong", "--as "):
            assert words in said
        meant = ",".join(KNOWN[case.shown[case.names.index(name)]] for name in sorted(case.names))
        renamed = lenetpp.json("predict", model, folder, "--as", meant)["right"]
        assert {name: of_class["images"] for name, of_class in renamed.items()} == dict.fromkeys(meant.split(","), 6)


@FEW
@given(labels=st.permutations(KNOWN) | st.permutations(["horizontal", "vertical", "boat"]))
def test_the_estimator_trains_a_network_further_under_its_names_or_refuses(labels: list[str]) -> None:
    needs.module("sklearn")
    estimator = lp.LeNetClassifier(trained().copy(), epochs=1, learning_rate=1e-30, weight_decay=0.0)
    case = Case((0, 1, 2), tuple(labels))
    if "boat" in labels:
        with pytest.raises(ValueError, match="does not know: boat"):
            estimator.fit(IMAGES[:, 0], case.true_names)
        return
    predicted = estimator.fit(IMAGES[:, 0], case.true_names).predict(IMAGES[:, 0])
    assert np.mean(predicted == np.array(case.true_names)) == pytest.approx(share_right(trained(), case))


def test_predict_takes_a_folder_of_one_class_and_refuses_names_that_do_not_fit(
    model: Path, lenetpp: Command, tmp_path: Path
) -> None:
    picture = needs.module("PIL.Image")
    for name in ("vertical", "holiday"):
        (tmp_path / name).mkdir()
        picture.fromarray(IMAGES[1, 0]).save(tmp_path / name / "1.png")
    assert "of the 1 in folders of classes" in lenetpp("predict", model, tmp_path / "vertical")
    flat = lenetpp.json("predict", model, tmp_path / "holiday")
    assert (flat["right"], flat["predictions"][0]["true_class"]) == ({}, None)
    assert lenetpp("predict", model, tmp_path / "holiday", stream="errors") == ""
    both = ("predict", model, tmp_path / "vertical", tmp_path / "holiday")
    assert lenetpp.json(*both, "--as", "diagonal,vertical")["right"].keys() == {"vertical", "diagonal"}
    refused = {"vertical": "each of the 2 folders", "vertical,boat": "different classes of the network"}
    for names, problem in refused.items():
        said = lenetpp(*both, "--as", names, code=2, stream="errors")
        assert problem in one_line(said.replace("│", ""))
