"""``lenetpp predict FOLDER``: a table and a page of all pictures, in pieces, with bad files named and passed over."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lenetpp as lp
from lenetpp.networks import picture_predictions

from ..command import Command

RANDOM = np.random.default_rng(7)
SHAPE = (3, 8, 8)


@pytest.fixture
def network() -> lp.Network:
    network = lp.Network.parse("3x8x8 | dense 3")
    network.initialize(4)
    network.class_names = ("猫", "犬", 'a "quoted" <b>')
    return network


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Five pictures in two folders, one with an odd name, and three files that are none."""
    folder = tmp_path / "photos"
    (folder / "more" / ".hidden").mkdir(parents=True)
    for name in ("b.png", "a & <i>.jpg", "more/c\nd.png", "more/e.gif", "more/.hidden/f.png", "猫.png"):
        height, width = RANDOM.integers(5, 40, 2)
        Image.fromarray(RANDOM.integers(0, 256, (height, width, 3), dtype=np.uint8)).save(folder / name)
    (folder / "document.jpg").write_bytes(b"%PDF-1.7")
    (folder / "notes.txt").write_text("no picture")
    (folder / "Thumbs.db").touch()
    return folder


EXPECTED = ["a & <i>.jpg", "b.png", "more/c\nd.png", "more/e.gif", "猫.png"]


@pytest.fixture
def model(network: lp.Network, tmp_path: Path) -> Path:
    network.save(tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def test_the_table_has_every_picture_and_probability(
    network: lp.Network, model: Path, photos: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_predictions, "PIECE", 2)
    table = photos.parent / "table.csv"
    assert "written: " in lenetpp("predict", model, photos, "--csv", table, code=1)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert [row["image"] for row in rows] == [str(photos / name) for name in EXPECTED]
    images = lp.read_images([photos / name for name in EXPECTED], SHAPE)
    assert network.class_names is not None
    for row, shares in zip(rows, network.predict_proba(images), strict=True):
        assert [float(row[f"probability of {name}"]) for name in network.class_names] == shares.tolist()
        assert row["class"] == network.class_names[shares.argmax()]
        assert float(row["probability"]) == shares.max()


def test_a_file_that_is_no_picture_is_named_once_and_the_exit_code_says_so(
    model: Path, photos: Path, lenetpp: Command
) -> None:
    errors = lenetpp("predict", model, photos, code=1, stream="errors")
    assert re.fullmatch(
        r"note: left out: 1 .txt \(\S*notes.txt\), 2 hidden \(\S*Thumbs.db, \S*f.png\)\n"
        r"note: the folders have only classes that the network does not know: more\. .* not counted .*: --as '\?' .*\n"
        r"error: \S*document.jpg: not a readable picture \(.*\): its content is of another kind\n",
        errors,
    )
    (photos / "document.jpg").unlink()
    assert "5 pictures: " in lenetpp("predict", model, photos)


def test_the_page_shows_every_picture_and_names_the_others(
    network: lp.Network, model: Path, photos: Path, lenetpp: Command
) -> None:
    page = photos.parent / "page.html"
    lenetpp("predict", model, photos, "--html", page, code=1)
    text = page.read_text(encoding="utf-8")
    assert text.count("<figure") == text.count('src="data:image/') == 5
    assert "a &amp; &lt;i&gt;.jpg" in text
    assert "document.jpg: not a readable picture" in text
    assert not re.search(r'(src|href)="(?!data:|#)', text)  # it loads nothing
    counts = np.bincount(network.predict(lp.read_images([photos / name for name in EXPECTED], SHAPE)), minlength=3)
    assert f">猫: {counts[0]}</h2>" in text or counts[0] == 0
    assert sum(int(number) for number in re.findall(r": (\d+)</h2>", text)) == 5


def test_of_a_long_folder_the_page_shows_what_the_network_is_least_sure_of(
    network: lp.Network, model: Path, photos: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lenetpp.pictures import prediction_page

    monkeypatch.setattr(prediction_page, "MOST_PICTURES", 1)
    monkeypatch.setattr(prediction_page, "LEAST_OF_A_CLASS", 1)
    page = photos.parent / "page.html"
    lenetpp("predict", model, photos, "--html", page, code=1)
    shares = network.predict_proba(lp.read_images([photos / name for name in EXPECTED], SHAPE))
    least = {label: shares[shares.argmax(axis=1) == label].max(axis=1).min() for label in set(shares.argmax(axis=1))}
    shown = re.findall(r"<b>([\d.]+) %</b>", page.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(f"{100 * share:.1f}" for share in least.values())
    assert "The 1 that the network is least sure of." in page.read_text(encoding="utf-8")


def test_table_and_page_say_the_class_of_each_folder_and_what_is_wrong(
    model: Path, tmp_path: Path, lenetpp: Command
) -> None:
    for name in ("猫", "犬"):
        (tmp_path / "labelled" / name).mkdir(parents=True)
        for number in range(4):
            pixels = RANDOM.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "labelled" / name / f"{number}.png")
    table, page = tmp_path / "table.csv", tmp_path / "page.html"
    lenetpp("predict", model, tmp_path / "labelled", "--csv", table, "--html", page)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert [row["true class"] for row in rows] == [Path(row["image"]).parent.name for row in rows]
    wrong = [row["true class"] for row in rows if row["class"] != row["true class"]]
    assert wrong
    text = page.read_text(encoding="utf-8")
    assert sorted(re.findall(r'class="bad">is (.+?)<', text)) == sorted(wrong)
    assert sum(map(int, re.findall(r"(\d+) of them (?:is|are) wrong", text))) == len(wrong)


def test_a_share_of_pictures_that_the_run_learned_from_is_not_given_without_saying_so(
    tmp_path: Path, lenetpp: Command
) -> None:
    for folder in ("mine", "new"):
        for name in ("cat", "dog"):
            (tmp_path / folder / name).mkdir(parents=True)
            for number in range(10):
                pixels = RANDOM.integers(0, 256, (8, 8, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(tmp_path / folder / name / f"{number}.png")
    data = lp.load_data(tmp_path / "mine", size=8)
    run = lp.train(lp.Network.parse("3x8x8 | dense 2"), data, epochs=1, runs=tmp_path / "runs", progress=False)
    said = f"learned from pictures in {tmp_path / 'mine'}: it may classify new ones less well; of its 4 test images "
    for command in ("predict", "evaluate"):
        assert said in lenetpp(command, run.folder, tmp_path / "mine", stream="errors")
        assert "learned" not in lenetpp(command, run.folder, tmp_path / "new", stream="errors")


def test_the_page_calls_a_run_by_its_name(photos: Path, lenetpp: Command) -> None:
    images = RANDOM.integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    data = lp.Dataset.from_arrays((images, [0, 1, 0, 1]), (images, [0, 1, 0, 1]))
    network = lp.Network.parse("3x8x8 | dense 2")
    run = lp.train(network, data, epochs=1, name="clouds & ships", runs=photos.parent / "runs", progress=False)
    page = photos.parent / "page.html"
    lenetpp("predict", run.folder, photos / "b.png", "--html", page)
    assert "named by clouds &amp; ships<" in page.read_text(encoding="utf-8")


def test_a_name_that_is_no_text_is_shown(model: Path, tmp_path: Path, lenetpp: Command) -> None:
    try:
        Image.new("RGB", (9, 9)).save(tmp_path / "1.png")
        (tmp_path / "1.png").rename(tmp_path / b"\xff.png".decode(errors="surrogateescape"))
    except OSError:
        pytest.skip("this file system has only names that are text")
    (found,) = lenetpp.json("predict", model, tmp_path, "--csv", tmp_path / "table.csv")["predictions"]
    assert found["image"].endswith("�.png")
    assert "�.png" in (tmp_path / "table.csv").read_text(encoding="utf-8")
