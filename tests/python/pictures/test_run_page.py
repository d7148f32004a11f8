"""The page of a run says what the record and the model say, and says what is missing."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.run_page import run_page
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import train_command

from ..command import Command
from .pages import Page
from .runs import CLASSES, small_run


@pytest.fixture(scope="module")
def text(run: lp.Run) -> str:
    assert run.folder is not None
    return run_page(RecordedRun.read(run.folder))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_weight_of_every_filter_is_on_the_page(page: Page, run: lp.Run) -> None:
    shown = [float(tip.rsplit(": ", 1)[1]) for tip in page.texts["title"] if re.search(r"row \d+, column \d+: ", tip)]
    weights = np.concatenate([run.network.parameters()[f"{layer}.weight"].ravel() for layer in (0, 2)])
    np.testing.assert_allclose(np.sort(shown), np.sort(weights), rtol=1e-5)


def test_curves_tell_the_recorded_values(page: Page, run: lp.Run) -> None:
    for epoch in run.history:
        assert f"test, epoch {epoch.epoch}: {epoch.test_loss:.3g}" in page.texts["title"]
        assert f"training, epoch {epoch.epoch}: {100 * epoch.training_accuracy:.3g} %" in page.texts["title"]
        per_weight = epoch.gradient_norms["0.weight"] / (4 * 5 * 5) ** 0.5
        assert f"0 conv 4x5x5, epoch {epoch.epoch}: {per_weight:.3g}" in page.texts["title"]


def test_confusion_and_facts_are_those_of_the_record(page: Page, run: lp.Run) -> None:
    assert run.evaluation is not None
    for (true, predicted), count in np.ndenumerate(run.evaluation.confusion):
        assert f"{count} images of {CLASSES[true]} predicted as {CLASSES[predicted]}" in page.texts["tip"]
    assert f"{100 * (run.test_accuracy or 0):.2f} % of the test images classified correctly" in page.texts["p"]
    assert run.digest in page.texts["code"]
    assert str(run.network) in page.texts["td"]


def test_units_of_a_dense_layer_tell_their_values(page: Page, run: lp.Run, data: lp.Dataset) -> None:
    first = data.test_images[int(np.flatnonzero(data.test_labels == 0)[0])]
    for name, value in zip(CLASSES, run.network.outputs(first[np.newaxis])[0], strict=True):
        assert f"{name}: {value:.4g}" in page.texts["tip"]


def test_what_is_looked_at_is_told(page: Page, run: lp.Run) -> None:
    upside_down = run.altered().accuracies.altered["upside_down"].accuracy
    assert any(tip.startswith(f"upside down: {100 * upside_down:.2f} %") for tip in page.texts["title"])
    lost = run.ablation().layers[1].filters[2].lost
    assert any(tip.startswith(f"without filter 2: {100 * lost:z.1f} points lost") for tip in page.texts["title"])
    assert {"What the network looks at", "How the first filters developed"} <= set(page.texts["h2"])
    assert "after epoch 3 of 3" in page.texts["figcaption"]


def test_a_run_of_an_earlier_version_has_no_film(run: lp.Run, tmp_path: Path) -> None:
    assert run.folder is not None
    folder = shutil.copytree(run.folder, tmp_path / "copy")
    (folder / "snapshots.f32").unlink()
    assert "How the first filters developed" not in Page(run_page(RecordedRun.read(folder))).texts["h2"]


def test_nothing_is_loaded_and_every_link_leads_somewhere(page: Page, text: str) -> None:
    assert page.references
    for reference in page.references:
        assert reference.startswith("data:image/png;base64,") or reference.removeprefix("#") in page.anchors
    assert not re.search(r"@import|url\((?!#)|https?://(?!www\.w3\.org/)", text)


def test_health_is_told_in_words(tmp_path: Path, data: lp.Dataset) -> None:
    network = lp.Network.parse("1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 3")
    raw = lp.train(network, data, epochs=1, normalization="none", learning_rate=1e-6, runs=tmp_path, progress=False)
    assert raw.folder is not None
    found = lp.diagnose(raw.folder)
    assert found
    texts = Page(run_page(RecordedRun.read(raw.folder))).texts
    for finding in found:
        assert finding.name in texts["h3"]
        assert f"{finding.figures} {finding.meaning}" in texts["p"]


def test_the_command_on_the_page_gives_the_same_bits(run: lp.Run, page: Page, lenetpp: Command, tmp_path: Path) -> None:
    (command,) = (code for code in page.texts["code"] if code.startswith("lenetpp train"))
    again = lenetpp.json(*shlex.split(command)[1:], "--runs", tmp_path)
    assert again["digest"] == run.digest


def test_the_command_names_every_setting_that_is_not_the_default(tmp_path: Path, lenetpp: Command) -> None:
    data = lp.load_data(classes=["Bag", "Coat"], train_per_class=30, test_per_class=5, validation_per_class=4)
    settings = lp.TrainingSettings(
        epochs=2, batch_size=7, learning_rate=0.03, schedule="step", step_epochs=1, step_factor=0.5, warmup_epochs=0.5,
        momentum=0.8, nesterov=True, weight_decay=0.001, gradient_clip_norm=2.0, loss="squared_error", reduction="sum",
        initialization="glorot", normalization="unit", flip_horizontally=True, shift_pixels=1, seed=9,
    )  # fmt: skip
    network = lp.Network.parse("1x28x28 | conv 2x5x5 tanh | maxpool 3 | dense 2 sigmoid(2)")
    run = lp.train(network, data, settings=settings, runs=tmp_path, progress=False)
    assert run.folder is not None
    command = train_command(RecordedRun.read(run.folder))
    assert command is not None
    assert lenetpp.json(*shlex.split(command)[1:], "--runs", tmp_path)["digest"] == run.digest


def test_a_run_without_its_model_is_shown_as_far_as_it_came(run: lp.Run, tmp_path: Path) -> None:
    assert run.folder is not None
    folder = shutil.copytree(run.folder, tmp_path / "copy")
    (folder / "model.safetensors").unlink()
    texts = Page(run_page(RecordedRun.read(folder))).texts
    assert "The run has no model (its outcome: finished): what it learned cannot be shown." in texts["p"]
    assert "Filters" not in texts["h2"]
    assert "Training" in texts["h2"]
    (folder / "metrics.jsonl").unlink()
    nothing = Page(run_page(RecordedRun.read(folder))).texts
    assert "Training" not in nothing["h2"]
    assert not any(code.startswith("lenetpp replay") for code in nothing["code"])


def test_a_page_without_the_data_says_so_and_has_them_when_they_are_given(tmp_path: Path) -> None:
    source = lp.load_data(classes=CLASSES, train_per_class=20, test_per_class=10)
    data = lp.Dataset.from_arrays(
        train=(source.train_images, source.train_labels),
        test=(source.test_images, source.test_labels),
        classes=CLASSES,
        name="my own",
    )
    network = lp.Network.parse("1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 3")
    run = lp.train(network, data, epochs=1, runs=tmp_path, progress=False)
    run.page(tmp_path / "without.html")
    without = Page((tmp_path / "without.html").read_text(encoding="utf-8"))
    assert any(
        note.startswith("There are no pictures of images: the data of the run, 'my own'") for note in without.texts["p"]
    )
    assert "Filters" in without.texts["h2"]
    assert not any(command.startswith("lenetpp train") for command in without.texts["code"])
    run.page(tmp_path / "with.html", data=data)
    assert "What each layer makes of an image" in Page((tmp_path / "with.html").read_text(encoding="utf-8")).texts["h2"]
    with pytest.raises(lp.RecordError, match="are not those of the run"):
        run.page(tmp_path / "other.html", data=lp.load_data(classes=CLASSES))
    assert not (tmp_path / "other.html").exists()


def test_names_from_outside_are_text_and_not_markup(tmp_path: Path) -> None:
    source = lp.load_data(classes=CLASSES[:2], train_per_class=20, test_per_class=10)
    data = lp.Dataset.from_arrays(
        train=(source.train_images, source.train_labels),
        test=(source.test_images, source.test_labels),
        classes=["<script>alert(1)</script>", '" onload="alert(2)'],
        name="arrays",
    )
    run = lp.train(
        lp.Network.parse("1x28x28 | conv 2x5x5 | maxpool 4 | dense 2"), data, epochs=1, runs=tmp_path, progress=False
    )
    run.page(tmp_path / "page.html", data=data)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert '" onload="alert' not in text


def test_a_run_that_was_not_recorded_has_no_page(tmp_path: Path) -> None:
    with pytest.raises(lp.RecordError, match="was not recorded"):
        small_run(None, epochs=1).page(tmp_path / "page.html")


def test_show_writes_the_page(run: lp.Run, lenetpp: Command, tmp_path: Path, text: str) -> None:
    assert lenetpp("show", run.folder, "--html", tmp_path / "run.html") == f"written: {tmp_path / 'run.html'}\n"
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "picture",
    [
        "loss", "gradient_norms", "confusion", "mistakes", "feature_maps", "winners", "patches", "ablation", "altered",
        "occlusion", "probe", "film",
    ],
)  # fmt: skip
def test_draw_writes_every_picture(run: lp.Run, lenetpp: Command, tmp_path: Path, picture: str) -> None:
    lenetpp("draw", picture, run.folder, "--out", tmp_path / "picture.svg", "--image", "2")
    drawn = (tmp_path / "picture.svg").read_text()
    image = lp.load_data(classes=CLASSES).test_images[2]
    pictures: dict[str, Callable[[], Picture]] = {
        "loss": lambda: run.curves("loss"),
        "gradient_norms": lambda: run.curves("gradient_norms"),
        "confusion": run.confusion,
        "mistakes": run.mistakes,
        "feature_maps": lambda: run.feature_maps(image),
        "winners": lambda: run.winners(image),
        "patches": run.patches,
        "ablation": run.ablation,
        "altered": run.altered,
        "occlusion": lambda: run.occlusion(image),
        "probe": run.probe,
        "film": run.film,
    }
    pictures[picture]().save(tmp_path / "expected.svg")
    assert drawn == (tmp_path / "expected.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["speed", "RUN"], "PICTURE must be one of loss, accuracy, .* but is 'speed'"),
        (["confusion", "RUN", "RUN"], "confusion is drawn of one run, but 2 are given"),
        (["winners", "RUN", "--image", "60"], "--image must be below 60, the number of test images, but is 60"),
        (["patches", "RUN", "--layer", "1"], "layer must be one of the convolutions"),
        (["loss", "RUN", "--out", "loss.gif"], r"must end in .png, .svg, .pdf, but is 'loss.gif'"),
    ],
)
def test_draw_explains_wrong_arguments(run: lp.Run, lenetpp: Command, arguments: list[str], message: str) -> None:
    words = [str(run.folder) if word == "RUN" else word for word in arguments]
    out = [] if "--out" in words else ["--out", "never-written.png"]
    assert re.search(message, lenetpp("draw", *words, *out, code=1, stream="errors"))
    assert not Path("never-written.png").exists()
