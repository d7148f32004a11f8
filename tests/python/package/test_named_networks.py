"""Named networks: the layers that the literature and the post describe, for any input."""

from dataclasses import replace

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import Conv2D, Dense, MaxPool2D


def test_blog_lenet_is_the_posts_network() -> None:
    network = lp.network("blog-lenet")
    sigmoid = {"bias": False, "activation": "sigmoid(2)"}
    assert network.input_shape == (3, 32, 32)
    assert network.layers == (
        Conv2D(5, 5, connection="separate", bias=False),
        MaxPool2D(3, 2),
        Conv2D(3, 5, connection="separate", bias=False),
        MaxPool2D(3, 2),
        Dense(120, **sigmoid),  # type: ignore[arg-type]
        Dense(84, **sigmoid),  # type: ignore[arg-type]
        Dense(2, **sigmoid),  # type: ignore[arg-type]
    )
    shapes = [layer.output_shape for layer in network.summary().layers]
    assert shapes == [(15, 28, 28), (15, 14, 14), (45, 10, 10), (45, 5, 5), (120, 1, 1), (84, 1, 1), (2, 1, 1)]


def test_blog_lenet_wide_has_twice_the_filters() -> None:
    layers = lp.network("blog-lenet-wide").layers
    assert [layer.filters for layer in layers if isinstance(layer, Conv2D)] == [10, 5]
    assert [layer.activation for layer in layers if isinstance(layer, Dense)] == ["relu", "relu", "sigmoid(2)"]


def test_blog_perceptron_ends_in_the_classes() -> None:
    assert [layer.units for layer in lp.network("blog-mlp").layers if isinstance(layer, Dense)] == [100, 50, 30, 2]


@pytest.mark.parametrize(
    ("shape", "padding"), [((1, 28, 28), (2, 2)), ((3, 32, 32), (0, 0)), ((1, 30, 28), (1, 2)), ((1, 64, 20), (0, 2))]
)
def test_lenet5_pads_small_images_only(shape: tuple[int, int, int], padding: tuple[int, int]) -> None:
    first = lp.network("lenet5", shape, 7).layers[0]
    assert isinstance(first, Conv2D)
    assert first.padding == padding


def test_lenet5_has_the_papers_sizes() -> None:
    summary = lp.network("lenet5").summary()
    assert [layer.output_shape for layer in summary.layers] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84, 1, 1), (10, 1, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shapes", "parameters"),
    [
        (
            "three-conv",
            [(16, 32, 32), (16, 16, 16), (32, 16, 16), (32, 8, 8), (64, 8, 8), (64, 4, 4), (64, 1, 1), (10, 1, 1)],
            16 * 28 + 32 * 145 + 64 * 289 + 64 * 1025 + 10 * 65,
        ),
        (
            "vgg-small",
            [
                (32, 32, 32), (32, 32, 32), (32, 16, 16),
                (64, 16, 16), (64, 16, 16), (64, 8, 8), (128, 1, 1), (10, 1, 1),
            ],
            32 * 28 + 32 * 289 + 64 * 289 + 64 * 577 + 128 * 4097 + 10 * 129,
        ),
        (
            "alexnet-small",
            [(64, 32, 32), (64, 16, 16), (192, 16, 16), (192, 8, 8), (256, 8, 8), (256, 4, 4), (256, 1, 1), (10, 1, 1)],
            64 * 76 + 192 * 1601 + 256 * 1729 + 256 * 4097 + 10 * 257,
        ),
        (
            "strided",
            [(32, 16, 16), (64, 8, 8), (128, 4, 4), (128, 1, 1), (10, 1, 1)],
            32 * 28 + 64 * 289 + 128 * 577 + 128 * 2049 + 10 * 129,
        ),
    ],
)  # fmt: skip
def test_wide_networks_have_the_shapes_worked_out_by_hand(
    name: str, shapes: list[tuple[int, int, int]], parameters: int
) -> None:
    network = lp.network(name)
    assert network.input_shape == (3, 32, 32)
    assert [layer.output_shape for layer in network.summary().layers] == shapes
    network.initialize()
    assert sum(values.size for values in network.parameters().values()) == parameters


def test_pooling_by_2_keeps_the_last_row_of_an_odd_plane() -> None:
    # 28, 14, 7 rows: the last window of the third pooling has one row.
    shapes = [layer.output_shape for layer in lp.network("three-conv", (1, 28, 28)).summary().layers]
    assert shapes[1::2][:3] == [(16, 14, 14), (32, 7, 7), (64, 4, 4)]


@pytest.mark.parametrize("name", lp.NAMED_NETWORKS)
def test_a_named_network_takes_shape_and_classes(name: str) -> None:
    network = lp.network(name, (3, 40, 36), 5)
    assert network.input_shape == (3, 40, 36)
    assert network.class_count == 5
    assert not network.initialized


@pytest.mark.parametrize("name", lp.NAMED_NETWORKS)
def test_a_recipe_fits_its_network(name: str) -> None:
    settings = lp.recipe(name)
    last = lp.network(name).layers[-1]
    assert isinstance(last, Dense)
    assert (settings.loss == "cross_entropy") == (last.activation == "identity")


@pytest.mark.parametrize(
    ("images", "lenet5", "wide", "blog"),
    [(60000, 5, 10, 20), (10000, 10, 10, 20), (8000, 12, 12, 20), (100, 20, 20, 20)],
)
def test_small_data_are_gone_through_more_often(images: int, lenet5: int, wide: int, blog: int) -> None:
    pixels, labels = np.zeros((images, 1, 1, 1), np.uint8), np.zeros(images, np.int32)
    data = lp.Dataset.from_arrays((pixels, labels), (pixels[:1], labels[:1]))
    assert lp.recipe("lenet5", data).epochs == lenet5
    assert lp.recipe("three-conv", data).epochs == wide
    assert lp.recipe("blog-lenet", data).epochs == blog


def test_the_blogs_recipe_is_the_blogs() -> None:
    settings = lp.recipe("blog-lenet")
    assert (settings.initialization, settings.normalization) == ("blog", "unit")
    assert (settings.loss, settings.reduction, settings.momentum) == ("squared_error", "sum", 0)


def test_an_unknown_name_lists_the_known_ones() -> None:
    for function in (lp.network, lp.recipe):
        with pytest.raises(
            ValueError,
            match=r"no network named 'lenet6' \(did you mean lenet5\?\); the names are perceptron, mlp, lenet1",
        ):
            function("lenet6")


def test_an_input_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match=r"conv|window|kernel"):
        lp.network("blog-lenet", (3, 4, 4))
    with pytest.raises(ValueError, match=r"input_shape must be three integers \(planes, height, width\)"):
        lp.network("lenet5", (28, 28))


def test_lenet5_of_1998_has_the_papers_trained_numbers() -> None:
    # LeCun et al. (1998), section II.B, C1 to F6; its last layer is another one.
    parameters = [layer.parameters for layer in lp.network("lenet5-1998").summary().layers]
    assert parameters[:-1] == [156, 12, 1516, 32, 48120, 10164]


def test_residual_nets_have_the_papers_sizes() -> None:
    # He et al. (2015), table 6: 20 layers with weights and 0.27 million of them.
    summary = lp.network("resnet20").summary()
    weighted = [layer for layer in summary.layers if layer.text.startswith(("conv", "dense"))]
    assert len(weighted) == 20
    assert 265_000 < summary.parameters < 275_000
    assert (
        len([layer for layer in lp.network("resnet8").summary().layers if layer.text.startswith(("conv", "dense"))])
        == 8
    )


@pytest.mark.parametrize("name", lp.NAMED_NETWORKS)
def test_each_has_a_year_a_source_and_trains_one_step(name: str) -> None:
    named = lp.NAMED_NETWORKS[name]
    assert 1958 <= named.year <= 2020
    assert len(named.source) > 30
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (8, *named.input_shape), dtype=np.uint8)
    data = lp.Dataset.from_arrays(train=(images, np.arange(8) % 2), test=(images, np.arange(8) % 2), classes=["a", "b"])
    settings = replace(lp.recipe(name), epochs=1)
    run = lp.train(lp.network(name, classes=2), data, settings=settings, runs=None)
    assert np.isfinite(run.history[0].loss)
