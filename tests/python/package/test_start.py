"""Where a training starts is the same for the command line, studies and the estimator: names come to one network."""

import pytest

import lenetpp as lp
from lenetpp.training.start import find_start

FROZEN = "historic-mnist"
TEXT = "1x28x28 | dense 10"


@pytest.fixture(scope="module")
def data() -> lp.Dataset:
    return lp.load_data(train_per_class=2, test_per_class=1)


def test_without_any_name_it_is_a_lenet_with_its_recipe(data: lp.Dataset) -> None:
    start = find_start(data)
    assert start.network == lp.network("lenet5", data.input_shape, 10)
    assert start.settings == lp.recipe("lenet5", data)


def test_a_text_starts_from_the_general_defaults(data: lp.Dataset) -> None:
    start = find_start(data, TEXT)
    assert str(start.network) == TEXT
    assert start.settings == lp.TrainingSettings()


@pytest.mark.parametrize("network", [TEXT, "mixing"])
def test_a_recipe_can_be_that_of_another_network(data: lp.Dataset, network: str) -> None:
    assert find_start(data, network, "blog-lenet").settings == lp.recipe("blog-lenet", data)
    assert find_start(data, network, FROZEN).settings == lp.frozen_recipe(FROZEN).settings


def test_a_recipe_brings_its_network(data: lp.Dataset) -> None:
    assert find_start(data, recipe="blog-mlp").network == lp.network("blog-mlp", data.input_shape, 10)
    assert str(find_start(data, recipe=FROZEN).network) == lp.frozen_recipe(FROZEN).network


def test_changes_are_checked(data: lp.Dataset) -> None:
    start = find_start(data)
    assert start.changed({"epochs": 3}).epochs == 3
    with pytest.raises(ValueError, match=r"^epochs must be in \[1, 2\*\*32\), but is 0"):
        start.changed({"epochs": 0})


@pytest.mark.parametrize("name", ["lenet6", "dense 10"])
def test_an_unknown_name_is_an_error_that_lists_the_known_ones(data: lp.Dataset, name: str) -> None:
    with pytest.raises(ValueError, match=r"no network named '.*'.*; the names are perceptron"):
        find_start(data, name)
    with pytest.raises(ValueError, match=r"no frozen recipe '.*'; the names are best-"):
        find_start(data, recipe=name)
