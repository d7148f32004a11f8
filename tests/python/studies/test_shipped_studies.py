"""The studies of the package: they keep to what they say of themselves, and can be planned on the real data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.studies.measures import OF_TEST_IMAGES
from lenetpp.studies.metric_checks import wrong_metrics
from lenetpp.studies.plan import Plan, make_plan
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.study_file import shipped_studies
from lenetpp.studies.study_reading import read_study

WIDTHS = {"best-airplane-ship": (10, 5), "best-airplane-ship-narrow": (5, 3)}


@pytest.fixture(scope="module")
def real_data(shared_data: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LENETPP_DATA", str(shared_data))
        yield


@pytest.fixture(scope="module")
def blog(real_data: None) -> Plan:  # noqa: ARG001
    return make_plan("blog")


def networks(plan: Plan, question: str) -> dict[str, lp.Network]:
    (found,) = (each for each in plan.questions if each.name == question)
    return {", ".join(cell.levels.values()): lp.Network.parse(cell.training.network) for cell in found.cells}


def test_all_can_be_read() -> None:
    assert shipped_studies() == ["blog", "digit-recipes", "history", "photo-recipes", "recipe-search"]
    for name in shipped_studies():
        assert not [*wrong_metrics(read_study(name))]
    for name in ("blog", "history"):
        assert not [*wrong_metrics(read_study(name, quick=True))]


@pytest.mark.parametrize("name", WIDTHS)
def test_the_separate_recipes_keep_to_the_layers_of_the_blog(name: str) -> None:
    recipe = lp.frozen_recipe(name)
    assert recipe.data.train_per_class == 4000
    first, second = WIDTHS[name]
    assert recipe.network == (
        f"3x32x32 | conv {first}x5x5 separate nobias | maxpool 3/2 | conv {second}x5x5 separate nobias | maxpool 3/2 | "
        "dense 120 nobias relu | dense 84 nobias relu | dense 2 nobias"
    )


def test_the_mixing_recipe_keeps_to_its_size() -> None:
    recipe = lp.frozen_recipe("best-airplane-ship-mixing")
    assert recipe.data.train_per_class == 4000
    assert lp.Network.parse(recipe.network).summary().parameters <= 150_000


def test_the_residual_recipe_keeps_to_its_size() -> None:
    assert lp.Network.parse(lp.frozen_recipe("best-airplane-ship-residual").network).summary().parameters <= 150_000


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("airplanes", "best-airplane-ship-residual"),
        ("ten-classes", "quick-cifar10"),
        ("ten-classes-longer", "best-cifar10"),
    ],
)
def test_recipes_for_photos_have_all_of_them_and_the_weights_that_are_said(question: str, name: str) -> None:
    recipe = lp.frozen_recipe(name)
    assert recipe.data.train_per_class is None
    assert recipe.data.test_per_class is None
    asked = read_study("photo-recipes").questions[question]
    assert isinstance(asked, Comparison)
    assert asked.headline is not None
    parameters = lp.Network.parse(recipe.network).summary().parameters
    assert f"{parameters:,} weights" in (asked.headline.says or "")


def test_the_small_recipe_for_digits_keeps_to_its_size() -> None:
    assert lp.Network.parse(lp.frozen_recipe("best-mnist-normalized").network).summary().parameters <= 100_000


@pytest.mark.parametrize("name", ["historic-lenet5", "historic-lenet5-distorted"])
def test_the_historic_recipes_are_the_network_and_the_steps_of_1998(name: str) -> None:
    recipe = lp.frozen_recipe(name)
    settings = recipe.settings
    assert recipe.network == str(lp.network("lenet5-1998"))
    assert (settings.epochs, settings.batch_size, settings.momentum, settings.weight_decay) == (20, 1, 0.0, 0.0)
    assert bool(settings.shear and settings.scaling and settings.shift_pixels) == name.endswith("-distorted")


def test_recipes_for_digits_were_chosen_without_test_images() -> None:
    questions = read_study("digit-recipes").questions
    for search in (questions["rate"], questions["distorted"], questions["small"]):
        assert isinstance(search, Comparison)
        assert search.base["test_per_class"] == 1
        assert search.metrics[0] == "validation_accuracy"
        assert not set(search.metrics) & {*OF_TEST_IMAGES, "test_loss"}


def test_the_search_sees_no_test_images() -> None:
    search = read_study("recipe-search")
    assert search.base["test_per_class"] == 1
    for question in search.questions.values():
        assert isinstance(question, Comparison)
        assert question.metrics[0] == "validation_accuracy"
        assert not set(question.metrics) & {*OF_TEST_IMAGES, "test_loss"}
        changed = [question.base, *(level for factor in question.factors.values() for level in factor.values())]
        assert not any("test_per_class" in changes for changes in changed)


def test_the_quick_form_has_two_seeds_and_no_goal_for_other_data() -> None:
    quick = read_study("blog", quick=True)
    for question in quick.questions.values():
        if isinstance(question, Comparison):
            assert (question.seeds or quick.seeds) == 2
            assert not (question.goals and "train_per_class" in question.base)


def test_figures_of_others_are_those_that_they_published() -> None:
    published = {
        (entry.source, entry.value)
        for question in read_study("blog").questions.values()
        if isinstance(question, Comparison)
        for entry in question.published
    }
    assert published == {
        ("the blog", 0.83), ("the blog", 0.77), ("the blog", 0.87), ("the blog, at times", 0.90),
        ("LeCun et al. (1998), 0.95 % error", 0.9905), ("LeCun et al. (1998), 4.7 % error", 0.953),
        ("LeCun et al. (1998), 0.8 % error with distortions", 0.992),
    }  # fmt: skip


def test_every_cell_of_the_blogs_study_has_five_seeds_and_those_with_goals_of_means_of_ten_have_ten(blog: Plan) -> None:
    assert all(len(cell.seeds) >= 5 for question in blog.questions for cell in question.cells)
    of_ten = [
        question for question in blog.questions if question.name in ("lenet-or-perceptron", "lost-90", "mixing-recipe")
    ]
    assert len(of_ten) == 3
    assert all(len(cell.seeds) == 10 for question in of_ten for cell in question.cells)


def test_all_test_images_are_used(blog: Plan) -> None:
    assert all(cell.training.data.test_per_class is None for question in blog.questions for cell in question.cells)


def test_digits_are_trained_on_all_of_mnist(blog: Plan) -> None:
    (digits,) = (question for question in blog.questions if question.name == "digits")
    assert {cell.training.images for cell in digits.cells} == {60_000}


def test_every_frozen_recipe_is_trained_by_a_study(blog: Plan) -> None:
    plans = (blog, make_plan("digit-recipes", only=["frozen"]), make_plan("photo-recipes"))
    every = [each.training.with_seed(seed) for plan in plans for each in plan.trainings for seed in each.seeds]
    trained = {(training.data_digest, training.network, training.settings) for training in every}
    for name, recipe in lp.frozen_recipes().items():
        assert (recipe.data_digest, recipe.network, recipe.settings) in trained, name


def test_the_nets_that_mix_are_as_large_and_as_costly_as_it_is_said(blog: Plan) -> None:
    compared = {name: network.summary() for name, network in networks(blog, "mixing").items()}
    separate = compared.pop("separate")
    assert compared.pop("mixing, as many parameters").parameters == pytest.approx(separate.parameters, rel=0.01)
    for summary in compared.values():
        assert summary.multiply_adds == pytest.approx(separate.multiply_adds, rel=0.01)


def test_frozen_recipes_are_of_the_data_that_they_name(real_data: None) -> None:  # noqa: ARG001
    for name, recipe in lp.frozen_recipes().items():
        assert recipe.data.load().digest == recipe.data_digest, name


def test_the_networks_of_history_cost_what_their_labels_say(real_data: None) -> None:  # noqa: ARG001
    costs = networks(make_plan("history", only=["photos-cost"]), "photos-cost")
    assert {label: round(network.summary().multiply_adds / 1000) for label, network in costs.items()} == {
        label: int(label) for label in costs
    }


def test_costs_are_those_of_the_trainings_by_the_modern_recipe(real_data: None) -> None:  # noqa: ARG001
    photos, costs = make_plan("history", only=["photos", "photos-cost"]).questions
    modern = {cell.training.key for cell in photos.cells if cell.levels["training"] == "modern recipe"}
    assert len(modern) == 6
    assert modern < {cell.training.key for cell in costs.cells}


@pytest.mark.parametrize("question", ["digits", "photos"])
def test_the_modern_recipe_is_the_same_for_all_networks_of_history(real_data: None, question: str) -> None:  # noqa: ARG001
    (planned,) = make_plan("history", only=[question]).questions
    modern = [
        {**cell.training.settings.as_dict(), "loss": ""}  # what a network's outputs are made for
        for cell in planned.cells
        if cell.levels["training"] == "modern recipe"
    ]
    assert all(settings == modern[0] for settings in modern)


def test_each_idea_of_history_that_is_taken_away_changes_one_thing(real_data: None) -> None:  # noqa: ARG001
    (without,) = make_plan("history", only=["without"]).questions
    whole, *others = (cell.training for cell in without.cells)
    for cell, training in zip(without.cells[1:], others, strict=True):
        settings = {
            name for name, value in training.settings.as_dict().items() if value != whole.settings.as_dict()[name]
        }
        is_network = training.network != whole.network
        assert is_network != bool(settings), cell.levels
