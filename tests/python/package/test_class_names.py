"""Classes are matched by name: over generated cases what comes out is right, by names compared here, or refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import lenetpp as lp

from ..command import Command
from .class_cases import IMAGES, KNOWN, LABELS, QUICK, Case, cases, is_known, is_numbered, share_right, trained
from .patterns import TEXT


@QUICK
@given(cases())
def test_an_evaluation_is_right_by_names_or_refused(case: Case) -> None:
    network, data = trained(), case.data
    if not is_known(case):
        if is_numbered(case) and len(case.names) == 3:
            return  # has no names
        with pytest.raises(ValueError, match="the network does not know") as refused:
            lp.evaluate(network, data)
        for name in (*KNOWN, *case.names, "data.renamed("):
            assert name in str(refused.value)
        return
    found = lp.evaluate(network, data)
    assert found.accuracy == pytest.approx(share_right(network, case))
    assert found.class_names == KNOWN
    assert found.count == len(data)
    assert {name for name, share in found.class_accuracies.items() if share is not None} == set(case.names)
    assert (f"{len(case.names)} of the 3 classes" in str(found)) == (len(case.names) < 3)
    again = lp.evaluate(network, data.renamed([name.upper() for name in case.names]).renamed(case.names))
    assert again.accuracy == found.accuracy


@QUICK
@given(cases())
def test_training_further_keeps_each_class_under_its_name_or_is_refused(case: Case) -> None:
    network = trained().copy()
    before = share_right(network, case) if is_known(case) else None
    data = case.data
    if len(case.names) < 2:
        return
    if before is None or len(case.names) < 3:
        if is_numbered(case) and len(case.names) == 3:
            return
        with pytest.raises(ValueError, match=r"the network does not know|with_classes"):
            lp.train(network, data, epochs=1, runs=None)
        assert network.digest == trained().digest
        return
    # A rate of almost nothing: what was learned must still be there, in the order of the data.
    tuned = lp.train(network, data, epochs=1, learning_rate=1e-30, weight_decay=0.0, runs=None).network
    assert tuned.class_names == case.names
    assert share_right(tuned, case) == before
    np.testing.assert_array_equal(
        trained().predict_proba(IMAGES)[:, [KNOWN.index(name) for name in case.names]].argmax(axis=1),
        tuned.predict(IMAGES),
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
def test_a_replay_and_a_resume_match_the_names_of_moved_data(tmp_path: Path, order: tuple[int, ...]) -> None:
    part = IMAGES, LABELS
    data = lp.Dataset.from_arrays(part, part, classes=KNOWN)
    run = lp.train(lp.Network.parse(TEXT), data, epochs=1, runs=tmp_path)
    moved = Case(order, tuple(KNOWN[number] for number in order)).data
    assert lp.replay(run, data=moved).same_bits
    assert run.folder is not None
    assert lp.resume(run.folder, epochs=2, data=moved).test_accuracy is not None
    other = Case((0, 1, 2), ("horizontal", "vertical", "boat")).data
    with pytest.raises(lp.RecordError, match=r"boat.*diagonal"):
        lp.replay(run, data=other)
    with pytest.raises(lp.RecordError, match=r"boat.*diagonal"):
        lp.resume(run.folder, epochs=3, data=other)


def test_only_what_has_no_names_is_matched_by_number() -> None:
    network, part = trained().copy(), (IMAGES, LABELS)
    unnamed = lp.Dataset.from_arrays(part, part)
    expected = lp.evaluate(network, lp.Dataset.from_arrays(part, part, classes=KNOWN)).accuracy
    assert lp.evaluate(network, unnamed).accuracy == expected
    network.class_names = None
    found = lp.evaluate(network, lp.Dataset.from_arrays(part, part, classes=("a", "b", "c")))
    assert (found.accuracy, found.class_names) == (expected, ("a", "b", "c"))
    network.class_names = ("3", "8", "5")  # digits are names
    with pytest.raises(ValueError, match="the network does not know: 0, 1, 2"):
        lp.evaluate(network, unnamed)
    assert lp.evaluate(network, unnamed.renamed(["3", "8", "5"])).accuracy == expected


def test_a_warm_start_takes_equal_labels_of_another_type_as_the_same() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    found = lp.LeNetClassifier("dense {classes}", epochs=1, warm_start=True).fit(IMAGES[:, 0], LABELS)
    again = found.fit(IMAGES[:, 0], LABELS.astype(float))
    assert again.classes_.tolist() == [0.0, 1.0, 2.0]
    with pytest.raises(ValueError, match="warm_start needs the classes of before"):
        found.fit(IMAGES[:, 0], LABELS + 1)


# The shell

TINY = ("--network", "1x28x28 | maxpool 2 | dense 2", "--per-class", 60, "--test-per-class", 40, "--epochs", 2)


@pytest.fixture
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))


@pytest.mark.usefixtures("_runs")
def test_the_command_measures_the_same_whatever_the_order(lenetpp: Command) -> None:
    lenetpp("train", "--classes", "Bag,Sneaker", *TINY, "--quiet")
    first = lenetpp.json("evaluate", "last")
    assert first["accuracy"] > 0.9
    other = lenetpp.json("evaluate", "last", "fashion-mnist-5000", "--classes", "Sneaker,Bag", "--test-per-class", 40)
    for figure in ("accuracy", "classes", "confusion", "precision", "recall"):
        assert other[figure] == first[figure]
    own = lenetpp.json("evaluate", "last", "--classes", "Sneaker")
    assert own["images"] == 40
    assert own["accuracy"] == first["recall"]["Sneaker"]
    refused = lenetpp("evaluate", "last", "fashion-mnist-5000", "--classes", "Sneaker,Shirt", code=1, stream="errors")
    for words in ("does not know: Shirt", "knows Bag, Sneaker", "have Sneaker, Shirt", "--as 'Sneaker,?'"):
        assert words in " ".join(refused.split())
    said = ("fashion-mnist-5000", "--classes", "Bag,Sneaker", "--as", "Sneaker,Bag", "--test-per-class", 40)
    assert lenetpp.json("evaluate", "last", *said)["accuracy"] == pytest.approx(1 - first["accuracy"])


@pytest.mark.usefixtures("_runs")
def test_training_further_in_another_order_keeps_what_was_learned(lenetpp: Command) -> None:
    lenetpp("train", "--classes", "Bag,Sneaker", *TINY, "--quiet", "--name", "first")
    first = lenetpp.json("evaluate", "first")
    slow = ("--epochs", 1, "--learning-rate", 1e-30, "--per-class", 60, "--test-per-class", 40)
    lenetpp("train", "--from", "first", "--classes", "Sneaker,Bag", *slow, "--quiet", "--name", "second")
    second = lenetpp.json("evaluate", "second")
    assert second["classes"] == ["Sneaker", "Bag"]
    assert second["recall"] == first["recall"]
    assert lenetpp.json("replay", "second")["same_bits"]
    note = lenetpp("train", "--from", "first", "--classes", "Shirt,Bag", *slow, "--quiet", stream="errors")
    assert "the last layer is new, because the network knows Bag, Sneaker, but the data have Shirt, Bag" in note


@pytest.mark.usefixtures("_runs")
def test_a_folder_of_photos_is_measured_whole_unless_it_has_parts(lenetpp: Command, tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    lenetpp("train", "--classes", "Bag,Sneaker", *TINY, "--quiet")
    data = lp.load_data(classes=["Bag", "Sneaker"], train_per_class=10)

    def save(folder: Path) -> None:
        for number, (image, label) in enumerate(data):
            place = folder / data.classes[label]
            place.mkdir(parents=True, exist_ok=True)
            images.fromarray(image[0]).save(place / f"{number:02}.png")

    save(tmp_path / "photos")
    found = lenetpp.json("evaluate", "last", tmp_path / "photos")
    assert (found["images"], found["part"]) == (20, "train")
    assert "on 20 images" in lenetpp("evaluate", "last", tmp_path / "photos")
    assert lenetpp.json("evaluate", "last", tmp_path / "photos", "--test-per-class", 3)["images"] == 6
    for part in ("train", "test"):
        save(tmp_path / "parts" / part)
    assert lenetpp.json("evaluate", "last", tmp_path / "parts")["part"] == "test"
    (tmp_path / "photos" / "Bag").rename(tmp_path / "photos" / "boat")
    refused = lenetpp("evaluate", "last", tmp_path / "photos", code=1, stream="errors")
    assert "does not know: boat" in " ".join(refused.split())
    named = lenetpp.json("evaluate", "last", tmp_path / "photos", "--as", "Sneaker,Bag")
    assert named["accuracy"] == found["accuracy"]
