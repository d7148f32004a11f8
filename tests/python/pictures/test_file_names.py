"""Images of folders keep the names of their files, through every choice of them, into pictures and pages."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp

from ..command import Command


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    images = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    for number in range(60):
        file = tmp_path / "photos" / ("grey", "$un$")[number % 2] / f"{number:02} of a rather long name.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        images.new("L", (8, 8), 4 * number).save(file)
    return tmp_path / "photos"


def check_files(data: lp.Dataset) -> None:
    for part, images, labels in data.parts():
        for image, label, file in zip(images, labels, data.files[part], strict=True):
            class_name, _, name = file.partition("/")
            assert class_name == data.classes[label]
            assert (image == 4 * int(name[:2])).all()


@pytest.mark.parametrize(
    "choice",
    [{}, {"validation": 0.2, "test": 0.3, "train_per_class": 5}, {"classes": ["grey"], "validation_per_class": 5}],
)
def test_each_image_of_a_folder_knows_its_file(photos: Path, choice: dict[str, Any]) -> None:
    data = lp.load_data(photos, **choice)
    check_files(data)
    check_files(data[1:4])
    check_files(data[data.train_labels == 0])


def test_a_split_keeps_the_files(photos: Path) -> None:
    for seed in (None, 1):
        check_files(lp.load_data(photos, test=0).split(validation=0.2, test=0.3, seed=seed))


def test_files_that_are_not_those_of_the_images_are_refused() -> None:
    with pytest.raises(lp.DataError, match="files must have a name for each of the train_images"):
        lp.Dataset(
            np.zeros((2, 1, 4, 4), np.uint8), np.array([0, 1], np.int32), np.zeros((0, 1, 4, 4), np.uint8),
            np.zeros(0, np.int32), ("a", "b"), files={"train": np.array(["a/1.png"])},
        )  # fmt: skip


def test_mistakes_name_the_files(photos: Path, tmp_path: Path) -> None:
    data = lp.load_data(photos)
    run = lp.train(lp.Network.parse("1x8x8 | dense 2"), data, epochs=1, runs=tmp_path / "runs", progress=False)
    mistakes = run.mistakes(data=data)
    shown = (*mistakes.most_wrong, *mistakes.least_sure)
    assert [image.file for image in shown] == [data.files["test"][image.number] for image in shown]
    texts = [text.get_text() for text in mistakes.plot().texts]
    number = mistakes.least_sure[0].file.split("/")[1][:2]
    assert any(text.startswith(f"{number} o…ong name.png\ntrue: ") for text in texts)
    run.page(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for image in shown:
        assert f'title="{image.file}"' in page
        assert f"<figcaption>{image.file}<br>" in page
    mistakes.save(tmp_path / "mistakes.png")


def test_photos_of_another_size_than_the_network_takes_are_answered_with_what_to_do(
    photos: Path, tmp_path: Path, lenetpp: Command
) -> None:
    data = lp.load_data(photos, size=32)
    with pytest.raises(
        ValueError, match=r"lp\.network\(name, \(1, 32, 32\), 2\) .*load_data\(\.\.\., size=\(28, 28\)\)"
    ):
        lp.train(lp.network("lenet5", classes=2), data)
    with pytest.raises(ValueError, match=r"needs one unit for each class; lp\.network\(name, \(1, 32, 32\), 2\)"):
        lp.train(lp.network("lenet5", (1, 32, 32)), data)
    options = ("--size", 32, "--network", "1x28x28 | dense 2", "--runs", tmp_path)
    errors = " ".join(lenetpp("train", photos, *options, code=1, stream="errors").split())
    assert "begin the network's text with '1x32x32', or --size 28x28 brings pictures to its size" in errors
    trained = lp.train(lp.Network.parse("1x8x8 | dense 2"), lp.load_data(photos), epochs=1, runs=None, progress=False)
    with pytest.raises(ValueError, match=r"have 1x32x32; load_data\(\.\.\., size=\(8, 8\)\) brings"):
        lp.evaluate(trained.network, data)


def test_images_without_files_are_named_by_their_numbers() -> None:
    data = lp.load_data(classes=["Bag", "Sneaker"], train_per_class=5, test_per_class=5)
    run = lp.train(lp.Network.parse("1x28x28 | dense 2"), data, epochs=1, runs=None, progress=False)
    assert {image.file for image in run.mistakes(data=data).least_sure} == {""}
