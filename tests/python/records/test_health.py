"""Run health: ill trainings are told what is wrong with the recorded figures, healthy ones nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp.health import findings
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun

from .handmade import record

STUCK = "nothing is learned"
DEEP_SIGMOIDS = "1x28x28 | dense 60 sigmoid | dense 50 sigmoid | dense 40 sigmoid | dense 30 sigmoid | dense 10"
PLAIN = {"warmup_epochs": 0.0, "schedule": "constant"}
TANH = "1x28x28 | conv 6x5x5 pad2 tanh | maxpool 2 | conv 16x5x5 tanh | maxpool 2 | dense 84 tanh | dense 10"


@lru_cache
def clothes(train_per_class: int | None = None) -> lp.Dataset:
    return lp.load_data(train_per_class=train_per_class)


def trained(runs: Path, network: str, data: lp.Dataset, **changes: Any) -> RecordedRun:
    named = "|" not in network
    settings = lp.recipe(network, data) if named else lp.TrainingSettings()
    untrained = lp.network(network, data.input_shape, len(data.classes)) if named else lp.Network.parse(network)
    try:
        run = lp.train(untrained, data, settings=replace(settings, **changes), runs=runs)
    except lp.TrainingDiverged as diverged:
        run = diverged.run
    assert run.folder is not None
    return RecordedRun.read(run.folder)


def names(run: RecordedRun) -> list[str]:
    return [finding.name for finding in findings(run)]


# Real trainings


@pytest.mark.parametrize(
    ("network", "changes"),
    [
        ("lenet5", {"epochs": 6}),
        ("lenet5", {"epochs": 1}),
        ("lenet5", {"epochs": 2, **PLAIN, "batch_size": 16, "weight_decay": 0.0, "initialization": "he"}),
        (TANH, {"epochs": 5, "initialization": "glorot"}),
        ("mixing", {"epochs": 4}),
        ("three-conv", {"epochs": 2}),
        ("strided", {"epochs": 2}),
    ],
)
def test_healthy_trainings_are_told_nothing(tmp_path: Path, network: str, changes: dict[str, Any]) -> None:
    assert names(trained(tmp_path, network, clothes(), **changes)) == []


def test_the_blogs_recipe_is_healthy_and_its_sigmoids_with_usual_weights_vanish(
    tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_DATA", str(shared_data))
    data = lp.load_data("cifar10", classes=["airplane", "ship"], train_per_class=1500)
    assert names(trained(tmp_path, "blog-lenet", data, epochs=8)) == []
    usual = (
        "3x32x32 | conv 5x5x5 sigmoid | maxpool 3/2 | conv 3x5x5 sigmoid | maxpool 3/2 | "
        "dense 120 sigmoid | dense 84 sigmoid | dense 2 sigmoid"
    )
    ill = trained(tmp_path, usual, data, epochs=4, batch_size=4, loss="squared_error", initialization="glorot")
    found = {finding.name: finding for finding in findings(ill)}
    assert list(found) == ["vanishing gradients", "nothing is learned"]
    assert found["vanishing gradients"].layers == (0, 2, 4, 5)
    assert "Each of the 5 sigmoid or tanh layers" in found["vanishing gradients"].meaning
    assert "relu" in found["vanishing gradients"].advice


@pytest.mark.parametrize(
    ("network", "changes", "expected"),
    [
        ("lenet5", {"learning_rate": 0.3, "epochs": 3, **PLAIN}, ["dead units", STUCK]),
        ("lenet5", {"learning_rate": 1e30, "epochs": 2}, ["divergence"]),
        (
            DEEP_SIGMOIDS,
            {"initialization": "glorot", "epochs": 4, **PLAIN, "momentum": 0.0},
            ["vanishing gradients", STUCK],
        ),
        ("lenet5", {"learning_rate": 1e-7, "epochs": 3, **PLAIN, "momentum": 0.0}, ["updates lost to rounding", STUCK]),
        # What else such a chaotic training shows changes with its last bits.
        (TANH, {"learning_rate": 0.3, "epochs": 4}, ["divergence", "saturation"]),
        ("lenet5", {"normalization": "none", "epochs": 1}, ["your images are not normalised"]),
    ],
)
def test_ill_trainings_are_told_why(tmp_path: Path, network: str, changes: dict[str, Any], expected: list[str]) -> None:
    found = names(trained(tmp_path, network, clothes(), **changes))
    assert found[: len(expected)] == expected


def test_a_few_images_learned_by_heart_are_overfitting(tmp_path: Path) -> None:
    run = trained(tmp_path, "lenet5", clothes(30), epochs=30, schedule="constant", learning_rate=0.01)
    assert names(run) == ["overfitting"]
    (finding,) = lp.diagnose(run.folder)
    assert "The test loss has risen since its lowest." in finding.figures
    assert "epoch" not in finding.figures  # which is nobody's to choose by
    assert "early stopping on validation images" in finding.advice
    assert f"{100 * (run.test_accuracy or 0):.1f} % of the test images" in finding.figures


# Handmade records: the figures decide, one by one

NETWORK = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 20 sigmoid | dense 3"
LAYERS = ("0", "2", "3")


def epoch(number: int, **changes: Any) -> EpochRecord:
    weights = [f"{layer}.weight" for layer in LAYERS]
    healthy = EpochRecord(
        epoch=number,
        loss=1.0 / number,
        training_accuracy=0.8,
        test_loss=1.0,
        test_accuracy=0.78,
        learning_rate=0.01,
        seconds=1.0,
        images_per_second=1000.0,
        gradient_norms=dict.fromkeys(weights, 0.5),
        update_ratio=dict.fromkeys(weights, 0.001),
        lost_updates=dict.fromkeys(weights, 0.0),
        dead_units=dict.fromkeys(LAYERS, 0.0),
        saturated_units={"2": 0.1},
        digest="0" * 64,
    )
    return replace(healthy, **changes)


def recorded(
    change: Callable[[int], dict[str, Any]] = lambda _: {}, text: str = "", epochs: int = 5, **record_changes: Any
) -> RecordedRun:
    """Some epochs; `change` tells for each number what is not as in a healthy one."""
    content = record(network__text=text or NETWORK, **record_changes)
    return RecordedRun(Path("handmade"), content, [epoch(number, **change(number)) for number in range(1, epochs + 1)])


def test_healthy_figures_are_no_finding() -> None:
    assert names(recorded()) == []


def test_a_record_without_figures_of_layers_still_says_what_it_can() -> None:
    kinds = ("gradient_norms", "update_ratio", "lost_updates", "dead_units", "saturated_units")
    empty: dict[str, Any] = {kind: {} for kind in kinds}
    assert names(recorded(lambda _: empty)) == []
    assert names(recorded(lambda _: {**empty, "training_accuracy": 0.33})) == ["nothing is learned"]
    unread = recorded(lambda _: {"training_accuracy": 1.0})
    unread.record["network"]["text"] = "a network of the future"
    assert names(unread) == ["overfitting"]
    assert names(RecordedRun(Path("handmade"), {}, [])) == []


def test_dead_units_are_counted() -> None:
    (finding,) = findings(recorded(lambda _: {"dead_units": {"0": 0.5, "2": 0.0, "3": 0.0}}))
    assert finding.layers == (0,)
    assert "2 of 4 in layer 0 (conv 4x3x3 relu)" in finding.figures
    assert "learning_rate of 0.0025 (it was 0.01)" in finding.advice


def test_units_dead_at_first_that_came_to_life_are_no_finding() -> None:
    assert names(recorded(lambda n: {"dead_units": {"0": 0.5 if n < 5 else 0.0}})) == []


def test_saturation_is_knowledge_late_and_illness_early() -> None:
    assert names(recorded(lambda n: {"saturated_units": {"2": 0.8 if n > 1 else 0.1}})) == []
    assert names(
        recorded(lambda _: {"saturated_units": {"2": 0.95}, "training_accuracy": 0.95, "test_accuracy": 0.93})
    ) == ["saturation"]
    (early,) = findings(recorded(lambda n: {"saturated_units": {"2": 0.6 if n == 1 else 0.1}}))
    assert "after the first epoch: 60 % in layer 2 (dense 20 sigmoid)" in early.figures
    (late,) = findings(recorded(lambda n: {"saturated_units": {"2": 0.92 if n > 1 else 0.1}}))
    assert "after the last epoch: 92 % in layer 2" in late.figures


def test_gradients_vanish_only_if_they_do_for_more_than_a_moment() -> None:
    def small_first(epochs: tuple[int, ...]) -> Callable[[int], dict[str, Any]]:
        norms = {"0.weight": 0.01, "2.weight": 0.1, "3.weight": 0.5}
        return lambda n: {"gradient_norms": norms} if n in epochs else {}

    assert names(recorded(small_first((1,)))) == []
    (finding,) = findings(recorded(small_first((1, 2))))
    assert finding.name == "vanishing gradients"
    assert "In 2 of 5 epochs" in finding.figures
    assert "0.01 in layer 0 (conv 4x3x3 relu) and 0.5 in layer 3 (dense 3)" in finding.figures
    assert "momentum" in finding.advice
    assert "momentum" not in findings(recorded(small_first((1, 2)), settings__momentum=0.9))[0].advice


POSTS_PERCEPTRON = (
    "3x32x32 | dense 100 nobias sigmoid(2) | dense 50 nobias sigmoid(2) | dense 30 nobias | dense 2 nobias"
)


def perceptrons_history(plateau: int) -> Callable[[int], dict[str, Any]]:
    """As the post's perceptron was trained with seed 1: some epochs on a plateau, then as healthy as others."""
    standing = {"0.weight": 0.1143, "1.weight": 0.147, "2.weight": 0.826, "3.weight": 3.268}
    learning = {"0.weight": 4.5, "1.weight": 1.2, "2.weight": 1.9, "3.weight": 2.1}
    return lambda n: {
        "gradient_norms": standing if n <= plateau else learning,
        "training_accuracy": 0.494 if n <= plateau else 0.66,
        "test_accuracy": 0.5 if n <= plateau else 0.65,
    }


def test_a_plateau_that_a_median_hides_is_named_with_its_epochs_and_their_gradients() -> None:
    run = recorded(perceptrons_history(2), POSTS_PERCEPTRON, epochs=20, data__classes=["airplane", "ship"])
    vanishing, plateau = findings(run)
    assert (vanishing.name, plateau.name) == ("vanishing gradients", "plateau")
    assert "On a plateau, in epochs 1, 2," in vanishing.figures
    assert "0.114 in layer 0 (dense 100 nobias sigmoid(2)) and 3.27 in layer 3" in vanishing.figures
    assert "0.035 of it, per weight 0.0005." in vanishing.figures
    assert vanishing.layers == (0, 1, 2)
    assert plateau.figures == (
        "In epochs 1 to 2 of 20 at most 49.4 % of the training images were classified correctly, where guessing gives "
        "50.0 %; later it was 66.0 %."
    )
    one_epoch = recorded(perceptrons_history(1), text=POSTS_PERCEPTRON, data__classes=["airplane", "ship"])
    assert names(one_epoch) == []


def test_a_plateau_without_end_is_nothing_learned_and_one_on_the_way_is_a_plateau() -> None:
    classes = ["airplane", "ship"]
    stuck = recorded(perceptrons_history(5), text=POSTS_PERCEPTRON, data__classes=classes)
    assert names(stuck) == ["vanishing gradients", STUCK]
    fallen = recorded(lambda n: {"training_accuracy": 0.5 if n in (3, 4) else 0.8}, data__classes=classes)
    (finding,) = findings(fallen)
    assert "In epochs 3 to 4 of 5" in finding.figures


def test_of_unbalanced_data_chance_is_the_share_of_the_largest_class() -> None:
    unbalanced: dict[str, Any] = {"data__classes": ["airplane", "ship"], "data__train_images_by_class": [900, 100]}

    def accuracies(*values: float) -> Callable[[int], dict[str, Any]]:
        return lambda n: {"training_accuracy": values[n - 1], "test_accuracy": values[n - 1]}

    (stuck,) = findings(recorded(accuracies(0.9, 0.9, 0.9, 0.9, 0.902), **unbalanced))
    assert stuck.name == STUCK
    assert "always answering airplane, the most frequent class, gives 90.0 %" in stuck.figures
    (plateau,) = findings(recorded(accuracies(0.9, 0.9, 0.901, 0.95, 0.96), **unbalanced))
    assert plateau.figures == (
        "In epochs 1 to 3 of 5 at most 90.1 % of the training images were classified correctly, where always answering "
        "airplane, the most frequent class, gives 90.0 %; later it was 96.0 %."
    )
    assert names(recorded(accuracies(0.92, 0.93, 0.94, 0.95, 0.96), **unbalanced)) == []
    # Weights make the rare class as important: less may be right in all, and more be learned.
    weighted = {**unbalanced, "settings__class_weight": "balanced"}
    assert names(recorded(accuracies(0.7, 0.8, 0.8, 0.85, 0.85), **weighted)) == []
    balanced: dict[str, Any] = {**unbalanced, "data__train_images_by_class": [500, 500]}
    assert STUCK not in names(recorded(accuracies(0.7, 0.8, 0.8, 0.85, 0.85), **balanced))


def test_a_network_that_tells_unseen_classes_apart_has_learned_whatever_its_last_epoch_was_like() -> None:
    low = {"training_accuracy": 0.34, "test_accuracy": 0.6}
    learned = ["6 2 2", "2 6 2", "2 2 6"]
    results: dict[str, Any] = {"results__test_loss": 1.0, "results__epochs": 5}
    assert names(recorded(lambda _: low, results__confusion=learned, **results)) == []
    guessing = ["4 3 3", "4 3 3", "4 3 3"]
    assert names(recorded(lambda _: low, results__confusion=guessing, **results)) == [STUCK]


def test_small_gradients_of_a_network_with_nothing_left_to_learn_are_no_finding() -> None:
    tiny = {"gradient_norms": {"0.weight": 1e-9, "3.weight": 1e-5}, "lost_updates": {"0.weight": 0.9}}
    assert names(recorded(lambda _: {**tiny, "training_accuracy": 1.0, "test_accuracy": 0.99})) == []


def test_updates_lost_at_the_end_of_a_cosine_are_no_finding() -> None:
    weights = [f"{layer}.weight" for layer in LAYERS]
    lost = {"lost_updates": dict.fromkeys(weights, 0.9), "update_ratio": dict.fromkeys(weights, 1e-7)}
    assert names(recorded(lambda n: {**lost, "learning_rate": 1e-8} if n > 2 else {})) == []
    assert names(recorded(lambda n: lost if n > 2 else {})) == ["updates lost to rounding"]


def test_updates_lost_beside_others_that_move_the_layer_are_no_finding() -> None:
    assert names(recorded(lambda _: {"lost_updates": {"2.weight": 0.4}})) == []


def test_steps_are_tiny_if_an_epoch_of_them_moves_no_layer() -> None:
    tiny = {"0.weight": 1e-6, "2.weight": 2e-6, "3.weight": 4e-6}

    def steps(count: int, **ratios: float) -> RecordedRun:
        images = {"train": 16 * count, "test": 100}
        changes = {"update_ratio": tiny | {f"{name}.weight": ratio for name, ratio in ratios.items()}}
        return recorded(lambda _: changes, data__images=images, settings__batch_size=16)

    (finding,) = findings(steps(250))
    assert finding.name == "tiny steps"
    assert "by more than 0.001 times their size" in finding.figures
    assert names(steps(250, **{"3": 0.001})) == []
    assert names(steps(10_000)) == []


def test_a_loss_far_above_guessing_is_divergence() -> None:
    assert names(recorded(lambda _: {"loss": 1.5})) == []
    (finding,) = findings(recorded(lambda _: {"loss": 2.5}))
    assert finding.name == "divergence"
    assert "guessing would give 1.1" in finding.figures  # ln 3
    assert names(recorded(lambda _: {"loss": 0.55}, settings__loss="squared_error")) == ["divergence"]  # 1/3
    assert names(recorded(lambda _: {"loss": 3.0}, settings__loss="binary_cross_entropy")) == ["divergence"]  # 1.91


def test_raw_bytes_are_told_from_numbers_that_need_no_normalization() -> None:
    raw = recorded(settings__normalization="none", data__pixels="uint8")
    assert names(raw) == ["your images are not normalised"]
    assert names(recorded(settings__normalization="none", data__pixels="float32")) == []
    assert names(recorded(settings__normalization="unit", data__pixels="uint8")) == []


def test_one_class_for_every_image_is_nothing_learned() -> None:
    confusion = ["0 9 0", "0 90 0", "0 1 0"]
    run = recorded(
        lambda _: {"training_accuracy": 0.9, "test_accuracy": 0.9}, results__confusion=confusion, results__test_loss=1.0
    )
    (finding,) = findings(run)
    assert finding.name == "nothing is learned"
    assert "every unseen image is classified as vertical" in finding.figures


def by_class(confusion: list[str], images: list[int], **changes: Any) -> RecordedRun:
    accuracies = {"training_accuracy": 0.86, "test_accuracy": 0.85}
    return recorded(
        lambda _: accuracies, results__confusion=confusion, results__test_loss=1.0, results__epochs=5,
        data__classes=["airplane", "ship"], data__train_images_by_class=images, **changes,
    )  # fmt: skip


def test_a_lost_class_that_the_accuracy_hides_is_named_with_its_images() -> None:
    (finding,) = findings(by_class(["90 10", "19 1"], [404, 81]))  # recall of 5 % beside 90 %, 81 of 485 images
    assert finding.name == "lost classes"
    assert "5 % of ship (81 training images), against 90 % of airplane" in finding.figures
    assert "485 training images of 2 classes" in finding.figures
    assert finding.advice.startswith('Try class_weight="balanced" or more images of it')
    weighted = by_class(["90 10", "19 1"], [404, 81], settings__class_weight="balanced")
    assert "class_weight" not in findings(weighted)[0].advice


def test_a_rare_class_is_named_where_it_is_weaker_and_a_hard_one_only_where_it_is_lost() -> None:
    half = ["90 10", "50 50"]
    assert names(by_class(half, [404, 81])) == ["rare classes"]
    assert names(by_class(half, [400, 400])) == []  # as cats among CIFAR-10's classes
    assert names(by_class(["90 10", "10 90"], [404, 81])) == []
    assert names(by_class(["90 10", "4 1"], [404, 81])) == []  # too few to tell
    (finding,) = findings(by_class(["90 10", "95 5"], [400, 400]))
    assert finding.name == "lost classes"
    assert "class_weight" not in finding.advice


def test_overfitting_is_measured_on_validation_images_where_there_are_any() -> None:
    gap = {"training_accuracy": 0.95, "test_accuracy": 0.8}
    (finding,) = findings(recorded(lambda _: gap))
    assert "80.0 % of the test images" in finding.figures
    assert names(recorded(lambda _: {**gap, "validation_accuracy": 0.93, "validation_loss": 1.0})) == []
    judged = {**gap, "validation_accuracy": 0.8}
    (finding,) = findings(recorded(lambda n: {**judged, "validation_loss": 1.0 if n == 2 else 1.1}))
    assert "The validation loss was lowest after epoch 2 (1) and is 1.1 now." in finding.figures
    assert "fewer epochs" in finding.advice
    rising = {"training_accuracy": 0.87, "test_accuracy": 0.8}
    assert names(recorded(lambda _: rising)) == []
    assert names(recorded(lambda n: {**rising, "test_loss": 1.0 + 0.2 * n})) == ["overfitting"]


ILL: dict[str, Callable[[int], dict[str, Any]]] = {
    "dead units": lambda _: {"dead_units": {"0": 0.5}},
    "saturation": lambda n: {"saturated_units": {"2": 0.6 if n == 1 else 0.1}},
    "vanishing gradients": lambda _: {"gradient_norms": {"0.weight": 0.01, "2.weight": 0.1, "3.weight": 0.5}},
    "updates lost to rounding": lambda _: {
        "lost_updates": dict.fromkeys(("0.weight", "2.weight", "3.weight"), 0.9),
        "update_ratio": dict.fromkeys(("0.weight", "2.weight", "3.weight"), 1e-7),
    },
    "divergence": lambda _: {"loss": 2.5},
    "overfitting": lambda _: {"training_accuracy": 0.95, "test_accuracy": 0.8},
}
SET_ALREADY: list[tuple[str, str, dict[str, Any]]] = [
    ("dead units", "warmup_epochs=1", {"settings__warmup_epochs": 1.0}),
    ("saturation", "glorot", {"settings__initialization": "glorot"}),
    ("vanishing gradients", "blog", {"settings__initialization": "blog"}),
    ("vanishing gradients", "momentum=0.9", {"settings__momentum": 0.5}),
    ("updates lost to rounding", "float64", {"network__dtype": "float64"}),
    ("divergence", "warmup_epochs=1", {"settings__warmup_epochs": 2.0}),
    ("divergence", "gradient_clip_norm=1", {"settings__gradient_clip_norm": 0.5}),
    ("overfitting", "flip_horizontally", {"settings__flip_horizontally": True}),
    ("overfitting", "shift_pixels", {"settings__shift_pixels": 2}),
    ("overfitting", "weight_decay=0.0005", {"settings__weight_decay": 0.0005}),
]


@pytest.mark.parametrize(("name", "words", "changes"), SET_ALREADY)
def test_nothing_is_advised_that_is_set_already(name: str, words: str, changes: dict[str, Any]) -> None:
    def advice(run: RecordedRun) -> str:
        return next(finding.advice for finding in findings(run) if finding.name == name)

    assert words in advice(recorded(ILL[name]))
    changed = advice(recorded(ILL[name], **changes))
    assert words not in changed
    assert re.fullmatch(r"Try [^ ,].*[^ ,]\.", changed)
    assert not re.search(r", ,|  |, \.|or \.", changed)


def test_relu_is_advised_only_where_a_hidden_layer_has_another_activation() -> None:
    (finding,) = findings(recorded(ILL["vanishing gradients"]))
    assert "relu in the hidden layers" in finding.advice
    relus = NETWORK.replace("sigmoid", "relu")
    (finding,) = findings(recorded(ILL["vanishing gradients"], text=relus))
    assert "relu" not in finding.advice
    leaky = NETWORK.replace("3x3 relu", "3x3 leaky_relu")
    assert "leaky_relu" in findings(recorded(ILL["dead units"]))[0].advice
    assert "leaky_relu" not in findings(recorded(ILL["dead units"], text=leaky))[0].advice


def test_weight_decay_that_is_set_is_advised_to_grow() -> None:
    (finding,) = findings(recorded(ILL["overfitting"], settings__weight_decay=0.0005))
    assert "a weight_decay above 0.0005" in finding.advice


def test_a_diverged_training_is_not_told_to_set_what_is_set(tmp_path: Path) -> None:
    run = trained(
        tmp_path, "1x28x28 | dense 9 | dense 10", clothes(50), epochs=3, learning_rate=1e30, gradient_clip_norm=1.0
    )
    assert run.record["message"].endswith("; try a learning_rate below 1e+30 or warmup_epochs=1")


figures = st.floats(min_value=0) | st.just(float("nan"))
shares = st.floats(0, 1)


@given(st.data(), st.integers(1, 3))
def test_whatever_was_recorded_there_is_an_answer(data: st.DataObject, epochs: int) -> None:
    def change(_: int) -> dict[str, Any]:
        weights = st.dictionaries(st.sampled_from([f"{layer}.weight" for layer in LAYERS]), figures)
        units = st.dictionaries(st.sampled_from(LAYERS), shares)
        kinds = {
            **dict.fromkeys(("loss", "test_loss", "learning_rate"), figures),
            **dict.fromkeys(("training_accuracy", "test_accuracy"), shares),
            **dict.fromkeys(("gradient_norms", "update_ratio", "lost_updates"), weights),
            **dict.fromkeys(("dead_units", "saturated_units"), units),
        }
        return {name: data.draw(kind) for name, kind in kinds.items()}

    run = recorded(change)
    for finding in findings(replace(run, history=run.history[:epochs])):
        assert finding.figures
        assert finding.meaning
        assert finding.advice
