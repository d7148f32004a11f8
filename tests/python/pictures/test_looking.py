"""Pictures of what a network looks at, of what its layers are worth, and of how its filters came about."""

import io

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

import lenetpp as lp
from lenetpp.networks.altered_images import altered_images
from lenetpp.networks.probes import probed_layers
from lenetpp.pictures.ablation import MOST_BARS, ablation
from lenetpp.pictures.chart import Chart
from lenetpp.pictures.film import film
from lenetpp.records.models import initial_model
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.snapshots import recorded_snapshots

from .charts import laid_out
from .runs import small_data


def bars(chart: Chart) -> list[float]:
    return [float(patch.get_width()) for patch in laid_out(chart).patches if isinstance(patch, Rectangle)]


def test_bars_of_an_ablation_are_the_points_lost(run: lp.Run) -> None:
    shown = run.ablation()
    parts = [part for layer in shown.layers for part in layer.filters]
    np.testing.assert_allclose(bars(shown), [100 * part.lost for part in parts])
    drawn = laid_out(shown)
    assert [label.get_text() for label in drawn.get_yticklabels()] == [f"filter {part.filter}" for part in parts]
    planes = [np.asarray(dots.get_offsets())[:, 0] for dots in drawn.collections]
    expected = [100 * plane.lost for plane in sorted(shown.layers[1].planes, key=lambda part: part.filter)]
    np.testing.assert_allclose(np.concatenate(planes), expected)
    assert repr(shown).startswith("<Ablation: ")
    for part in parts:
        assert f"without filter {part.filter}: " in shown.for_page("a")


def test_of_many_filters_those_that_matter_most_are_drawn() -> None:
    network = lp.Network.parse(f"1x28x28 | conv {MOST_BARS + 3}x5x5 | maxpool 4 | dense 3")
    network.initialize(4)
    shown = ablation(network, small_data())
    lost = sorted((100 * part.lost for part in shown.layers[0].filters), reverse=True)
    np.testing.assert_allclose(bars(shown), lost[:MOST_BARS])
    assert any(f"the {MOST_BARS} filters that matter most" in text.get_text() for text in laid_out(shown).texts)


def test_without_a_convolution_there_is_no_ablation() -> None:
    network = lp.Network.parse("1x28x28 | dense 3")
    network.initialize(1)
    with pytest.raises(ValueError, match="the network has no filters"):
        ablation(network, small_data())


def test_bars_of_altered_images_are_accuracies(run: lp.Run, data: lp.Dataset) -> None:
    shown = run.altered()
    expected = [run.network.evaluate(data.test_images, data.test_labels).accuracy]
    for name in ("upside_down", "mirrored", "centre_hidden", "centre_alone"):
        images = altered_images(data.test_images, name)
        expected.append(float((run.network.predict(images) == data.test_labels).mean()))
        assert np.array_equal(shown.images[len(expected) - 1], images[0])
    np.testing.assert_allclose(bars(shown), 100 * np.array(expected))


def test_an_occlusion_shows_the_image_the_falls_and_the_gradient(run: lp.Run, data: lp.Dataset) -> None:
    shown = run.occlusion(data.test_images[3], size=6, stride=2)
    assert shown.map.falls.shape == (12, 12)
    image, falls, gradient = (np.asarray(drawn.get_array()) for drawn in shown.plot().get_images())
    assert np.array_equal(image[..., 0], data.test_images[3][0])
    np.testing.assert_allclose(falls, shown.map.by_pixel)
    np.testing.assert_allclose(gradient, np.abs(shown.gradient.values).max(axis=0))
    assert shown.captions()[0] == f"predicted as {shown.map.class_name} ({100 * shown.map.probability:.1f} %)"


def test_probes_are_those_of_the_trained_and_of_the_first_network(run: lp.Run, data: lp.Dataset) -> None:
    shown = run.probe(most_images=90)
    assert run.folder is not None
    assert shown.trained == probed_layers(run.network, data, most_images=90)
    assert shown.untrained == probed_layers(initial_model(run.folder), data, most_images=90)
    before, after = (np.asarray(dots.get_offsets())[:, 0] for dots in laid_out(shown).collections)
    np.testing.assert_allclose(before, [100 * layer.accuracy for layer in shown.untrained])
    np.testing.assert_allclose(after, [100 * layer.accuracy for layer in shown.trained])


@pytest.mark.parametrize("picture", ["ablation", "altered", "probe"])
def test_charts_clip_no_text(run: lp.Run, picture: str) -> None:
    axes = laid_out(getattr(run, picture)())
    figure = axes.figure
    room = figure.bbox
    texts = [axes.title, axes.xaxis.label, *axes.get_yticklabels(), *axes.texts, axes._left_title]  # type: ignore[attr-defined]
    for text in texts:
        box = text.get_window_extent()
        assert not text.get_text() or (box.x0 >= -1 and box.x1 <= room.x1 + 1 and box.y0 >= -1), text.get_text()


def test_a_film_has_a_frame_before_training_and_after_each_epoch(run: lp.Run) -> None:
    assert run.folder is not None
    for layer, snapshots in recorded_snapshots(RecordedRun.read(run.folder)).items():
        film_ = run.film(layer)
        assert film_.epochs == 3
        assert [film_.caption(frame) for frame in (0, 1, 3)] == [
            "before training", "after epoch 1 of 3", "after epoch 3 of 3",
        ]  # fmt: skip
        for frame, weights in enumerate(snapshots.weights):
            for number, filter_ in enumerate(weights):
                values = filter_.reshape(-1, *filter_.shape[-2:])[0]
                height, width = values.shape
                left = number * (width + 1)
                colours = film_.frames[frame, :height, left : left + width]
                assert np.array_equal(colours, film_.scale.pixels(values.astype(np.float64)))
        assert film_.scale.limit == pytest.approx(np.abs(snapshots.weights).max())


def test_a_films_figure_is_the_first_and_the_last_frame(run: lp.Run) -> None:
    before, after = run.film().grid().rows
    assert (before.label, after.label) == ("before training", "after epoch 3 of 3")
    last = run.network.parameters()["0.weight"]
    for number, tile in enumerate(after.tiles):
        assert tile is not None
        np.testing.assert_allclose(tile.values, last[number, 0])


def test_a_film_moves(run: lp.Run) -> None:
    still = run.film(0)
    with Image.open(io.BytesIO(still.gif())) as moving:
        assert moving.n_frames == 4  # type: ignore[attr-defined]
        shown = []
        for frame in range(4):
            moving.seek(frame)
            shown.append((np.asarray(moving.convert("RGB")), moving.info["duration"]))
        assert moving.info["loop"] == 0
    assert [duration for _, duration in shown] == [1500, 200, 200, 1500]
    pixels = shown[2][0][12 + 22 + 8, 12 + 8].astype(int)
    assert np.abs(pixels - still.frames[2, 0, 0, :3]).max() <= 8  # GIF has 256 colours


def test_colours_are_one_patch_and_other_planes_stand_beside_each_other() -> None:
    network = lp.Network.parse("3x8x8 | conv 2x3x3 | conv 2x2x2 | dense 2")
    network.initialize(1)
    weights = {name: values.copy() for name, values in network.parameters().items()}
    colours = film(network, 0, [weights["0.weight"]] * 2)
    assert colours.frames.shape == (2, 3, 7, 4)
    planes = film(network, 1, [weights["1.weight"]] * 2)
    assert planes.frames.shape == (2, 2, 5 + 1 + 5, 4)
    assert np.array_equal(network.parameters()["0.weight"], weights["0.weight"])


def test_what_has_no_film_says_why(run: lp.Run) -> None:
    with pytest.raises(ValueError, match="layer must be one of 0, 2, whose filters were kept, but is 1"):
        run.film(1)
    unrecorded = lp.train(lp.Network.parse("1x28x28 | dense 3"), small_data(), epochs=1, runs=None, progress=False)
    with pytest.raises(lp.RecordError, match=r"the run was not recorded .* snapshots"):
        unrecorded.film()
    with pytest.raises(lp.RecordError, match=r"the run was not recorded .* initial weights"):
        unrecorded.probe(data=small_data())
