"""make_plan(): from a study's file to cells, their settings and their seeds."""

from pathlib import Path
from typing import Any

import pytest

import lenetpp as lp
from lenetpp.data.choice import DataChoice
from lenetpp.studies.errors import StudyError
from lenetpp.studies.plan import Plan, PlannedCell, make_plan
from lenetpp.training.frozen_recipes import FrozenRecipe

STUDY = """
title = "Plan"
seeds = 3

[base]
network = "1x28x28 | dense {units} {activation} | dense 10"
train_per_class = 2
test_per_class = 1
units = 4
activation = "relu"
epochs = 7
batch_size = 5

[factors]
units = [2, 3]
learning_rate = [0.5, 1e-3]
flip_horizontally = [false, true]
[factors.activation]
squashing = { activation = "sigmoid", learning_rate = 0.25 }
straight = { activation = "relu" }

[questions.size]
title = "?"
compare = "units"
by = ["learning_rate"]
base = { epochs = 1 }
seeds = 2

[questions.activation]
title = "?"
compare = "activation"
by = ["flip_horizontally", "learning_rate"]

[questions.own]
title = "?"
compare = "units"
factors = { units = { many = { units = 9, epochs = 2 } } }
base = { epochs = 1, batch_size = 6 }

[quick]
seeds = 1
base = { units = 8, epochs = 3 }
factors = { units = [2] }
questions.own.seeds = 4
"""


def plan_of(folder: Path, content: str = STUDY, **options: Any) -> Plan:
    file = folder / "plan.toml"
    file.write_text(content, encoding="utf-8")
    return make_plan(file, **options)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan_of(tmp_path_factory.mktemp("plan"))


def settings_of(cell: PlannedCell, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(cell.training.settings, name) for name in names)


def test_cells_are_all_combinations_the_compared_factor_last(plan: Plan) -> None:
    assert [question.name for question in plan.questions] == ["size", "activation", "own"]
    size, activation, own = plan.questions
    assert [dict(cell.levels) for cell in size.cells] == [
        {"learning_rate": "0.5", "units": "2"},
        {"learning_rate": "0.5", "units": "3"},
        {"learning_rate": "0.001", "units": "2"},
        {"learning_rate": "0.001", "units": "3"},
    ]
    assert [tuple(cell.levels.values()) for cell in activation.cells] == [
        (flip, rate, name) for flip in ("no", "yes") for rate in ("0.5", "0.001") for name in ("squashing", "straight")
    ]
    assert [dict(cell.levels) for cell in own.cells] == [{"units": "many"}]


def test_a_level_goes_over_the_question_and_the_question_over_the_study(plan: Plan) -> None:
    size, activation, own = plan.questions
    assert settings_of(size.cells[1], "epochs", "batch_size", "learning_rate") == (1, 5, 0.5)
    assert size.cells[1].training.network == "1x28x28 | dense 3 relu | dense 10"
    # Of two factors that set the same, the one that comes later in the order of the levels.
    assert settings_of(activation.cells[0], "epochs", "learning_rate", "flip_horizontally") == (7, 0.25, False)
    assert settings_of(activation.cells[-1], "epochs", "learning_rate", "flip_horizontally") == (7, 0.001, True)
    assert activation.cells[0].training.network == "1x28x28 | dense 4 sigmoid | dense 10"
    assert settings_of(own.cells[0], "epochs", "batch_size") == (2, 6)
    assert own.cells[0].training.network == "1x28x28 | dense 9 relu | dense 10"
    assert {cell.training.images for question in plan.questions for cell in question.cells} == {20}


def test_seeds_are_those_of_the_question_else_of_the_study_and_the_same_in_all_its_cells(plan: Plan) -> None:
    counts = {question.name: {cell.seeds for cell in question.cells} for question in plan.questions}
    assert counts == {"size": {range(1, 3)}, "activation": {range(1, 4)}, "own": {range(1, 4)}}
    for question in plan.questions:
        for cell in question.cells:
            assert (cell.trainings.training, cell.trainings.seeds) == (cell.training, cell.seeds)


def test_the_caller_decides_on_all_seeds(tmp_path: Path) -> None:
    found = plan_of(tmp_path, seeds=5)
    assert {cell.seeds for question in found.questions for cell in question.cells} == {range(1, 6)}


def test_the_quick_form_is_laid_over_the_rest_table_by_table(tmp_path: Path) -> None:
    size, activation, own = plan_of(tmp_path, quick=True).questions
    assert [dict(cell.levels) for cell in size.cells] == [
        {"learning_rate": "0.5", "units": "2"},
        {"learning_rate": "0.001", "units": "2"},
    ]
    assert (size.cells[0].seeds, activation.cells[0].seeds, own.cells[0].seeds) == (
        range(1, 3),
        range(1, 2),
        range(1, 5),
    )
    assert settings_of(activation.cells[-1], "epochs", "batch_size") == (3, 5)
    assert activation.cells[-1].training.network == "1x28x28 | dense 8 relu | dense 10"


TWICE = """
title = "?"
seeds = {seeds}
base = {{ network = "1x28x28 | dense 10", train_per_class = 2, test_per_class = 1, epochs = 1 }}
[factors]
batch_size = [1, 2]
loss = ["cross_entropy", "squared_error"]
[questions.size]
title = "?"
compare = "batch_size"
[questions.both]
title = "?"
compare = "batch_size"
by = ["loss"]
seeds = 3
"""


def test_equal_trainings_of_two_questions_are_one(tmp_path: Path) -> None:
    # Cross-entropy is the default, so that the first question is a part of the second.
    found = plan_of(tmp_path, TWICE.format(seeds=2))
    assert [len(question.cells) for question in found.questions] == [2, 4]
    assert sum(len(each.seeds) for each in found.trainings) == 2 * 2 + 4 * 3
    keys = [key_of(seed) for each in found.trainings for key_of in [each.key_of()] for seed in each.seeds]
    assert len(set(keys)) == 4 * 3
    assert keys == [each.training.with_seed(seed).key for each in found.trainings for seed in each.seeds]


def test_an_integer_is_the_same_setting_as_the_equal_real_number(tmp_path: Path) -> None:
    rates = TWICE.format(seeds=1).replace("batch_size = [1, 2]", "batch_size = { a = { momentum = 0 }, b = {} }")
    with_real = plan_of(tmp_path, rates.replace("momentum = 0", "momentum = 0.0"))
    keys = [{each.training.key for each in found.trainings} for found in (plan_of(tmp_path, rates), with_real)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # A named network brings its recipe, and takes planes, size and classes from the data.
        ('network = "blog-mlp"', lp.recipe("blog-mlp")),
        ('recipe = "blog-lenet"', lp.recipe("blog-lenet")),
        ('network = "blog-mlp", recipe = "blog-lenet"', lp.recipe("blog-lenet")),
        ('network = "1x28x28 | dense 10", recipe = "blog-mlp"', lp.recipe("blog-mlp")),
        ('network = "1x28x28 | dense 10"', lp.TrainingSettings()),
    ],
)
def test_settings_start_from_the_recipe(tmp_path: Path, change: str, expected: lp.TrainingSettings) -> None:
    content = TWICE.format(seeds=1).replace('network = "1x28x28 | dense 10"', change)
    found = plan_of(tmp_path, content).trainings[0].training.settings
    # These the file decides.
    decided = {"epochs": 1, "batch_size": 1}
    assert found.as_dict() == expected.as_dict() | decided


@pytest.mark.parametrize(("name", "classes"), [("blog-mlp", ""), ("lenet5", ', classes = ["Dress", "Bag", "Coat"]')])
def test_a_named_network_fits_the_data(tmp_path: Path, name: str, classes: str) -> None:
    content = TWICE.format(seeds=1).replace('network = "1x28x28 | dense 10"', f'network = "{name}"{classes}')
    found = plan_of(tmp_path, content).trainings[0].training
    assert found.network == str(lp.network(name, (1, 28, 28), 3 if classes else 10))
    assert found.data.classes == (("Dress", "Bag", "Coat") if classes else None)


def test_without_a_network_it_is_lenet5(tmp_path: Path) -> None:
    content = TWICE.format(seeds=1).replace('network = "1x28x28 | dense 10", ', "")
    assert plan_of(tmp_path, content).trainings[0].training.network == str(lp.network("lenet5"))


def test_a_frozen_recipe_brings_network_and_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = lp.TrainingSettings(epochs=9, learning_rate=0.125, momentum=0.5)
    recipe = FrozenRecipe(
        name="garments", about="", data=DataChoice(), data_digest="", network="1x28x28 | dense 10 tanh",
        settings=settings, digests={}, numerics={},
    )  # fmt: skip
    for module in ("studies.trainings", "training.frozen_recipes"):
        monkeypatch.setattr(f"lenetpp.{module}.frozen_recipes", lambda: {"garments": recipe})
    content = TWICE.format(seeds=1).replace('network = "1x28x28 | dense 10"', 'recipe = "garments"')
    found = plan_of(tmp_path, content).trainings[0].training
    assert found.network == recipe.network
    assert (found.settings.epochs, found.settings.learning_rate, found.settings.momentum) == (1, 0.125, 0.5)


def test_number_type_and_data_are_those_of_the_file(tmp_path: Path) -> None:
    content = TWICE.format(seeds=1).replace("epochs = 1", 'dtype = "float64", validation_per_class = 2')
    found = plan_of(tmp_path, content).trainings[0].training
    assert found.untrained().dtype == "float64"
    data = lp.load_data(train_per_class=2, test_per_class=1, validation_per_class=2)
    assert (found.data_digest, found.images) == (data.digest, len(data.train_images))


def test_a_study_sets_shares_of_the_training_images_apart_by_its_own_draw(tmp_path: Path) -> None:
    content = TWICE.format(seeds=1).replace("epochs = 1", "validation = 0.3, split_seed = 5, patience = 2, epochs = 1")
    content = content.replace("compare =", 'metrics = ["validation_accuracy"]\ncompare =')
    found = plan_of(tmp_path, content).trainings[0].training
    data = lp.load_data(train_per_class=2, test_per_class=1, validation=0.3, split_seed=5)
    assert data.validation_images is not None
    assert len(data.validation_images) > len(data.train_images)
    assert found.data_digest == data.digest
    assert found.data.load().digest == data.digest
    taken_back = content.replace("validation = 0.3, split_seed = 5, patience = 2", "validation = 0")
    with pytest.raises(StudyError, match="validation_accuracy needs images"):
        plan_of(tmp_path, taken_back)
    with pytest.raises(lp.DataError, match="test must be left out for fashion-mnist-5000, which has a test part"):
        plan_of(tmp_path, content.replace("validation = 0.3", "test = 0.3"))
