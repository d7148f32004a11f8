"""Shares of the training images set apart, drawn by a seed: of each class, the same for ever, as the record says."""

import dataclasses
from pathlib import Path
from typing import Any, Literal, get_origin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp.data.splitting import split_samples
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import train_command
from lenetpp.settings.declaration import declared_settings
from lenetpp.settings.training_settings import TrainingSettings

from ..command import Command


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=40, max_size=120),
    st.integers(1, 45),
    st.integers(0, 45),
    st.integers(0, 2**63),
)
def test_a_draw_takes_its_share_of_each_class_and_loses_none(
    numbers: list[int], validation: int, test: int, seed: int
) -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, *numbers], np.int32)
    shares = {"test": test / 100, "validation": validation / 100}
    kept, apart = split_samples(labels, "abcd", shares, seed)
    together = np.concatenate([kept, *apart.values()])
    np.testing.assert_array_equal(np.sort(together), np.arange(len(labels)))
    for part, percent in (("validation", validation), ("test", test)):
        for label in range(4):
            expected = max(1, percent * int((labels == label).sum()) // 100) if percent else 0
            assert (labels[apart.get(part, [])] == label).sum() == expected


def test_a_draw_of_a_class_depends_on_its_name_and_the_seed_alone() -> None:
    def validation_of_bag(**choice: Any) -> np.ndarray[Any, Any]:
        data = lp.load_data(validation=0.2, **choice)
        assert data.validation_images is not None
        of_bag = data.validation_labels == data.classes.index("Bag")
        return np.asarray(data.validation_images[of_bag])

    usual = validation_of_bag()
    np.testing.assert_array_equal(usual, validation_of_bag(classes=["Sneaker", "Bag"], train_per_class=7))
    assert len(usual) == 100
    assert not np.array_equal(usual, validation_of_bag(split_seed=2))


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"validation": 200}, "validation must be a share .* a number of them is validation_per_class"),
        ({"validation": -0.1}, "validation must be a share"),
        ({"validation": True}, "validation must be a share"),
        ({"test": 0.2}, "test must be left out for fashion-mnist-5000, which has a test part"),
        ({"validation": 0.2, "validation_per_class": 3}, "validation must be left out where validation_per_class"),
        ({"split_seed": 3}, "split_seed must be left out without a share"),
        ({"validation": 0.2, "split_seed": -1}, "split_seed must be a whole number"),
    ],
)
def test_shares_that_cannot_be_are_refused(choice: dict[str, Any], words: str) -> None:
    with pytest.raises(lp.DataError, match=words):
        lp.load_data(**choice)


def test_a_run_with_shares_is_replayed_and_its_command_gives_it_again(
    lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    for number, (image, label) in enumerate(lp.load_data(classes=["Bag", "Sneaker"], train_per_class=20)):
        (tmp_path / "photos" / "ab"[label]).mkdir(parents=True, exist_ok=True)
        images.fromarray(image[0]).save(tmp_path / "photos" / "ab"[label] / f"{number:02}.png")
    options = ("--validation", 0.2, "--test", 0.1, "--split-seed", 3, "--size", "28x28", "--epochs", 2)
    network = ("--network", "1x28x28 | dense 2", "--patience", 5, "--keep", "best")
    first = lenetpp.json("train", tmp_path / "photos", *options, *network, "--quiet")
    run = RecordedRun.read(Path(first["run"]))
    assert run.table("data")["images"] == {"train": 28, "validation": 8, "test": 4}
    assert run.table("data")["selection"]["validation"] == 0.2
    assert lenetpp.json("replay", "last")["same_bits"]
    command = train_command(run)
    assert command is not None
    assert "--validation 0.2 --test 0.1 --split-seed 3" in command


@pytest.mark.parametrize("choice", [{}, {"classes": ["Bag", "Sneaker"]}])
def test_what_a_seed_draws_of_loaded_data_is_found_again(tmp_path: Path, lenetpp: Command, choice: Any) -> None:
    loaded = lp.load_data(**choice)
    data = loaded.split(validation=0.9, seed=7)
    assert lp.load_data(data.name, **data.selection).digest == data.digest
    run = lp.train(lp.Network.parse(f"1x28x28 | dense {len(data.classes)}"), data, epochs=1, runs=tmp_path)
    lenetpp("draw", "mistakes", run.folder, "--out", tmp_path / "mistakes.png")
    assert (tmp_path / "mistakes.png").stat().st_size > 1000


def test_a_draw_that_no_arguments_repeat_is_not_said_to_be_found_again() -> None:
    counted = lp.load_data(train_per_class=10)
    for data in (counted.split(validation=0.2, seed=1), counted[:50].split(validation=0.2, seed=1)):
        assert data.name.endswith(", split")
        assert not data.selection
    twice = lp.load_data(validation=0.2)
    assert (
        not dataclasses.replace(twice, validation_images=None, validation_labels=None)
        .split(validation=0.2, seed=1)
        .selection
    )


@pytest.mark.parametrize("seed", [None, 7])
def test_a_split_without_shares_gives_the_same_data(seed: int | None) -> None:
    data = lp.load_data(train_per_class=3)
    same = data.split(seed=seed)
    assert (same.name, same.digest, same.selection) == (data.name, data.digest, data.selection)
    assert lp.load_data(same.name, **same.selection).digest == data.digest


BAD: dict[Any, Any] = {int: -1, float: "nan", str: "=", bool: None}


@pytest.mark.parametrize("name", [one.name for one in declared_settings(TrainingSettings)])
def test_errors_of_the_command_name_its_options(lenetpp: Command, name: str) -> None:
    declared = next(one for one in declared_settings(TrainingSettings) if one.name == name)
    value = BAD.get(declared.kind, "5,1" if name == "restarts" else "nonsense")
    if value is None:
        return  # a flag has no value to be wrong
    errors = " ".join(
        lenetpp(
            "train", "--epochs", 1, declared.option, value, "--quiet", code=_code(declared), stream="errors"
        ).split()
    )
    assert declared.option in errors
    assert f" {name} must" not in f" {errors}" or f"--{name} must" in errors
    for words in ("load_data", "data.split", "from_arrays", "_per_class"):
        assert words not in errors


def _code(declared: Any) -> int:
    return 2 if get_origin(declared.kind) is Literal else 1


@pytest.mark.parametrize("options", [("--patience", 5), ("--keep", "best")])
def test_what_needs_validation_images_says_how_the_command_sets_them_apart(
    lenetpp: Command, options: tuple[Any, ...]
) -> None:
    errors = " ".join(lenetpp("train", *options, code=1, stream="errors").split())
    assert f"{options[0]} must be" in errors
    assert "--validation 0.2" in errors
    assert "load_data" not in errors
