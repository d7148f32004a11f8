"""Pictures of images: feature maps, patches, winners, mistakes, confusion; each against another way to it."""

import base64
import io

import numpy as np
import pytest
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp.networks.measurement import Evaluation
from lenetpp.pictures.confusion import ConfusionMatrix
from lenetpp.pictures.patches import exciting_patches
from lenetpp.pictures.scale import Scale
from lenetpp.pictures.tiles import as_pixels, data_uri, montage
from reference.network import forward, normalize
from reference.network_text import parse

from .networks import network_with, noise
from .runs import CLASSES, TEXT


def float64_parameters(network: lp.Network) -> dict[str, NDArray[np.float64]]:
    return {name: values.astype(np.float64) for name, values in network.parameters().items()}


def test_feature_maps_are_the_layers_outputs(run: lp.Run, data: lp.Dataset) -> None:
    image = data.test_images[7]
    maps = run.feature_maps(image)
    expected = forward(
        parse(TEXT), float64_parameters(run.network), normalize(image[np.newaxis], run.network.normalization)
    )
    assert len(maps.layers) == len(expected)
    for layer, layer_pass in zip(maps.layers, expected, strict=True):
        np.testing.assert_allclose(layer.values, layer_pass.output[0].reshape(layer.values.shape), rtol=1e-4, atol=1e-4)
    assert maps.predicted.startswith(CLASSES[int(run.network.predict(image[np.newaxis])[0])])


def test_a_figure_of_feature_maps_shows_every_layer(run: lp.Run, data: lp.Dataset) -> None:
    maps = run.feature_maps(data.test_images[0])
    axes = maps.plot()
    arrays = [np.ma.array(image.get_array(), dtype=np.float64) for image in axes.get_images()[1:]]
    shown = [np.asarray(array.filled(np.nan)) for array in arrays]
    assert len(shown) == len(maps.layers)
    for pixels, layer in zip(shown, maps.layers, strict=True):
        np.testing.assert_allclose(np.sort(pixels[~np.isnan(pixels)]), np.sort(layer.values.ravel()))
    texts = [text.get_text() for text in axes.texts]
    assert any("0  conv 4x5x5 relu:  4 planes of 24x24" in text for text in texts)
    assert all(name in texts for name in CLASSES)


@pytest.mark.parametrize(
    "text", ["2x9x9 | conv 3x3x2 stride2 pad1 | dense 2", "2x9x9 | maxpool 2 | conv 3x3x3 separate | dense 2"]
)
def test_patches_are_where_a_filter_is_largest(text: str) -> None:
    architecture, index = parse(text), 0 if text.index("conv") < 10 else 1
    shape = architecture.parameter_shapes[f"{index}.weight"]
    network = network_with(text, {index: noise(*shape)})
    network.normalization = (np.array([100.0, 50.0]), np.array([60.0, 60.0]))
    images = np.random.default_rng(5).integers(0, 256, (7, 2, 9, 9), dtype=np.uint8)
    patches = exciting_patches(network, index, images, count=3)
    outputs = forward(architecture, float64_parameters(network), normalize(images, network.normalization))[index].output
    for number, found in enumerate(patches.filters):
        of_filter = outputs[:, number::3]  # separate: the outputs of plane 0 under every filter come first
        largest = of_filter.reshape(7, -1).max(axis=1)
        assert [patch.image for patch in found] == np.argsort(-largest)[:3].tolist()
        np.testing.assert_allclose([patch.value for patch in found], np.sort(largest)[::-1][:3], rtol=1e-5)
        assert all(outputs[patch.image, patch.plane].max() == pytest.approx(patch.value, rel=1e-5) for patch in found)


def test_a_patch_holds_the_pixels_and_beyond_the_border_the_mean() -> None:
    # The filter wants its lower right corner bright: the only bright pixel is the image's first one.
    network = network_with("1x4x4 | conv 1x3x3 pad2 nobias | dense 2", {0: np.eye(9)[8].reshape(1, 1, 3, 3)})
    network.normalization = (np.array([10.0]), np.array([1.0]))
    image = np.full((1, 1, 4, 4), 10, dtype=np.uint8)
    image[0, 0, 0, 0] = 200
    (patch,) = exciting_patches(network, 0, image).filters[0]
    assert patch.corner == (-2, -2)
    assert patch.value == 190
    assert patch.pixels.tolist() == [[[10, 10, 10], [10, 10, 10], [10, 10, 200]]]


def test_winners_lie_where_the_image_is_bright() -> None:
    network = network_with("1x6x6 | conv 1x3x3 nobias | maxpool 4 | dense 2", {0: np.eye(9)[4].reshape(1, 1, 3, 3)})
    image = np.zeros((1, 6, 6), dtype=np.uint8)
    image[0, 2, 3] = 9  # seen by the filter's middle
    winners = lp.Run(network=network, settings=lp.TrainingSettings()).winners(image)
    assert winners.layer == 1
    assert winners.centres(0).tolist() == [[3.0, 2.0]]  # x, y
    assert winners.values.tolist() == [[[9.0]]]
    offsets = winners.plot().collections[0].get_offsets()
    np.testing.assert_array_equal(np.asarray(offsets), [[3.5, 2.5]])  # the middle of the pixel as it is drawn


def test_mistakes_are_ordered_by_how_wrong_and_how_unsure_they_are() -> None:
    # The two pixels of an image are the logits of its classes.
    network = network_with("1x1x2 | dense 2 nobias", {0: np.eye(2)})
    pixels = np.array([[9, 0], [0, 3], [5, 0], [0, 1], [2, 0], [4, 4]], dtype=np.float32)
    labels = [1, 0, 0, 1, 1, 0]
    images = pixels.reshape(6, 1, 1, 2)
    data = lp.Dataset.from_arrays(train=(images, labels), test=(images, labels), classes=["left", "right"])
    run = lp.Run(network=network, settings=lp.TrainingSettings())
    found = run.mistakes(3, data=data)
    assert [image.number for image in found.most_wrong] == [0, 1, 4]
    assert [image.number for image in found.least_sure] == [5, 3, 4]
    worst = found.most_wrong[0]
    assert (worst.true, worst.predicted) == ("right", "left")
    assert list(worst.probabilities) == ["left", "right"]
    assert worst.probabilities["left"] == pytest.approx(1 / (1 + np.exp(-9)))
    assert worst.words() == ["true: right", "left 100.0 %", "right 0.0 %"]
    assert "true: right\nleft 100.0 %\nright 0.0 %" in [text.get_text() for text in found.plot().texts]


def test_where_nothing_is_wrong_its_row_is_a_title_alone() -> None:
    network = network_with("1x1x2 | dense 2 nobias", {0: np.eye(2)})
    images = np.array([[9, 0], [0, 3]], dtype=np.float32).reshape(2, 1, 1, 2)
    run = lp.Run(network=network, settings=lp.TrainingSettings())
    right, wrong = (
        run.mistakes(data=lp.Dataset.from_arrays((images, labels), (images, labels))) for labels in ([0, 1], [1, 0])
    )
    assert right.most_wrong == ()
    assert right.figure_size[1] < 0.65 * wrong.figure_size[1]
    title, next_title = right.plot().texts[:2]
    assert title.get_text() == "Most wrong: none"
    assert next_title.get_position()[1] - title.get_position()[1] == pytest.approx(0.3)


def test_pictures_are_printed_in_a_line(run: lp.Run, data: lp.Dataset) -> None:
    image = data.test_images[7]
    patches, maps = run.patches(0), run.feature_maps(image)
    mistakes, curves = run.mistakes(), run.curves()
    pictures = [patches, maps, mistakes, curves, run.winners(image), run.confusion()]
    parts = [patches.filters[0][0], maps.layers[0], mistakes.least_sure[0], curves.lines[0]]
    for each in (*pictures, *parts):
        assert type(each).__name__ in repr(each)
        assert len(repr(each)) < 200
        assert "\n" not in repr(each)


def test_a_confusion_matrix_has_the_counts_and_names() -> None:
    counts = np.array([[8, 2, 0], [1, 9, 0], [0, 0, 0]])
    picture = ConfusionMatrix(Evaluation(0.5, counts, ("cat", "dog", "cow")))
    axes = picture.plot()
    written = {(int(text.get_position()[1]), int(text.get_position()[0])): text.get_text() for text in axes.texts}
    assert written == {place: str(count) for place, count in np.ndenumerate(counts)}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog", "cow"]
    assert axes.get_xlabel() == "predicted class"
    assert picture.colour(0, 1).luminance < picture.colour(1, 0).luminance < picture.colour(0, 2).luminance
    assert picture.colour(0, 1).red > picture.colour(0, 1).green
    assert picture.colour(2, 2) == picture.colour(2, 0)  # no image of that class: white


def test_a_picture_in_a_page_has_the_colours_of_the_values() -> None:
    from PIL import Image

    values = np.array([[1.0, -1.0, 0.0], [0.5, -0.25, 3.0]])
    scale = Scale(1.0)
    kind, content = data_uri(scale.pixels(values)).split(",", 1)
    assert kind == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
    for place, value in np.ndenumerate(values):
        assert tuple(pixels[place]) == (*scale.colour(value), 255)


def test_pixels_of_images_become_colours() -> None:
    colour = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    np.testing.assert_array_equal(as_pixels(colour), colour.transpose(1, 2, 0))
    grey = as_pixels(np.array([[[0.5, 1.0]], [[0.5, 2.0]]], dtype=np.float32))
    assert grey.tolist() == [[[0, 0, 0], [170, 170, 170]]]  # 0.5 is black and 2 white: the mean of a third and white


def test_a_montage_keeps_tiles_apart() -> None:
    whole = montage(np.arange(12.0).reshape(3, 2, 2), columns=2)
    np.testing.assert_array_equal(
        whole,
        [
            [0, 1, np.nan, 4, 5],
            [2, 3, np.nan, 6, 7],
            [np.nan] * 5,
            [8, 9, np.nan, np.nan, np.nan],
            [10, 11, np.nan, np.nan, np.nan],
        ],
    )


def test_what_does_not_fit_is_explained(run: lp.Run, data: lp.Dataset) -> None:
    with pytest.raises(ValueError, match=r"layer must be one of the convolutions \[0, 2\], but is 1"):
        run.patches(1)
    with pytest.raises(ValueError, match="layer must be that of a max-pooling, but layer 0 is conv"):
        run.winners(data.test_images[0], 0)
    with pytest.raises(ValueError, match="images must have shape"):
        run.feature_maps(data.test_images[0][:, :5])
    with pytest.raises(ValueError, match="count must be at least 1, but is 0"):
        run.mistakes(0)
    with pytest.raises(ValueError, match="the network has no max-pooling"):
        lp.Run(network=lp.Network.parse("1x8x8 | dense 2"), settings=lp.TrainingSettings()).winners(
            np.zeros((1, 8, 8), dtype=np.uint8)
        )
    with pytest.raises(ValueError, match="this run has no evaluation"):
        lp.Run(network=lp.Network.parse("1x8x8 | dense 2"), settings=lp.TrainingSettings()).confusion()


def test_pictures_of_test_images_need_the_runs_data(run: lp.Run) -> None:
    other = lp.load_data(classes=CLASSES, train_per_class=59)
    with pytest.raises(lp.RecordError, match="are not those of the run"):
        run.mistakes(data=other)
    unrecorded = lp.Run(network=run.network, settings=run.settings)
    with pytest.raises(lp.RecordError, match="pass them as data="):
        unrecorded.patches()
