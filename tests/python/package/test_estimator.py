"""LeNetClassifier: scikit-learn's own checks, and images in every form that scikit-learn's users have."""

import os
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks  # type: ignore[import-untyped]

import lenetpp as lp
from lenetpp import TrainingSettings
from lenetpp.training.estimator_start import ELSEWHERE

from .patterns import stripes

LAYERS = "conv 4x3x3 relu | maxpool 2 | dense {classes}"


def classifier(**parameters: Any) -> Any:
    return lp.LeNetClassifier(**{"network": LAYERS, "epochs": 12, "learning_rate": 0.05, **parameters})


PERCEPTRON = "dense 20 relu | dense {classes}"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [
        lp.LeNetClassifier(),
        lp.LeNetClassifier(PERCEPTRON, epochs=30, learning_rate=0.05),
        lp.LeNetClassifier(PERCEPTRON, optimizer="adam", learning_rate=0.005, epochs=60, class_weight="balanced"),
        lp.LeNetClassifier("dense 30 tanh | dense {classes} sigmoid", loss="squared_error", epochs=200, threads=2),
        lp.LeNetClassifier(early_stopping=True),
    ]
)
def test_scikit_learns_own_checks_pass(estimator: Any, check: Any) -> None:
    check(estimator)


def test_labels_of_any_kind_come_back() -> None:
    images, labels = stripes(60)
    names = np.array(["horizontal", "vertical", "diagonal"])[labels]
    model = classifier().fit(images, names)
    test_images, test_labels = stripes(30, start=1000)
    assert model.classes_.tolist() == ["diagonal", "horizontal", "vertical"]
    assert model.score(test_images, np.array(["horizontal", "vertical", "diagonal"])[test_labels]) > 0.9
    assert model.network_.class_names == ("diagonal", "horizontal", "vertical")
    np.testing.assert_allclose(model.predict_proba(test_images).sum(axis=1), 1)
    np.testing.assert_array_equal(
        model.predict(test_images), model.classes_[model.predict_proba(test_images).argmax(axis=1)]
    )


def test_rows_and_planes_give_the_same_network() -> None:
    images, labels = stripes(60)
    digests = {
        classifier(**parameters).fit(form, labels).network_.digest
        for form, parameters in (
            (images, {}),
            (images[:, 0], {}),
            (images.reshape(60, 64), {}),
            (images.reshape(60, 64), {"input_shape": (1, 8, 8)}),
        )
    }
    assert len(digests) == 1


def test_numbers_become_float32_and_bytes_stay_bytes() -> None:
    images, labels = stripes(60)
    halves = images / 255 - 0.5
    digests = [
        classifier().fit(form, labels).network_.digest
        for form in (halves, halves.astype(np.float32), images, images.astype(np.int64))
    ]
    assert digests[0] == digests[1]
    assert digests[2] == digests[3]
    assert digests[0] != digests[2]


def test_loss_curve_and_settings_are_those_of_train() -> None:
    images, labels = stripes(60)
    settings = TrainingSettings(epochs=3, momentum=0.5)
    model = classifier(settings=settings, epochs=4, learning_rate=None, random_state=8).fit(images, labels)
    data = lp.Dataset.from_arrays((images, labels), (images, labels))
    run = lp.train(
        lp.Network.parse(f"1x8x8 | {LAYERS.format(classes=3)}"), data, settings=settings, epochs=4, seed=8, runs=None
    )
    assert model.network_.digest == run.digest
    assert model.loss_curve_ == [record.loss for record in run.history]
    assert model.n_iter_ == 4


def test_a_named_network_takes_its_recipe_and_shape() -> None:
    images, labels = stripes(30)
    large = images.repeat(4, axis=2).repeat(4, axis=3).reshape(30, -1)
    model = lp.LeNetClassifier("lenet5", epochs=1).fit(large, labels)
    assert model.network_ == lp.network("lenet5", (1, 32, 32), 3)


def test_a_search_over_settings_works() -> None:
    from sklearn.model_selection import GridSearchCV  # type: ignore[import-untyped]

    images, labels = stripes(60)
    search = GridSearchCV(classifier(epochs=3), {"learning_rate": [1e-6, 0.05]}, cv=2).fit(images, labels)
    assert search.best_params_ == {"learning_rate": 0.05}
    assert pickle.loads(pickle.dumps(search.best_estimator_)).predict(images[:1]).shape == (1,)


# The default network


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((784,), "1x28x28 | conv 6x5x5 pad2 relu |"),
        ((121,), "1x11x11 | conv 6x5x5 pad2 relu |"),
        ((100,), "100x1x1 | dense 100 relu | dense 2"),
        ((64,), "64x1x1 | dense 100 relu | dense 2"),
        ((30,), "30x1x1 | dense 100 relu | dense 2"),
        ((1,), "1x1x1 | dense 100 relu | dense 2"),
        ((8, 8), "1x8x8 | dense 100 relu | dense 2"),
        ((3, 32, 32), "3x32x32 | conv 6x5x5 relu |"),
        ((2, 20, 11), "2x20x11 | conv 6x5x5 pad2 relu |"),
    ],
)
def test_the_default_takes_any_shape(shape: tuple[int, ...], text: str) -> None:
    images = np.random.default_rng(1).normal(size=(8, *shape))
    model = lp.LeNetClassifier(epochs=1).fit(images, np.arange(8) % 2)
    assert str(model.network_).startswith(text)
    assert model.predict(images).shape == (8,)


def test_features_of_any_scale_are_learned_without_a_scaler() -> None:
    generator = np.random.default_rng(3)
    features = generator.normal(size=(300, 5))
    labels = features[:, 1] + features[:, 2] > 0
    scaled = features * [1e4, 1e-4, 1e-3, 1, 10] + [1e5, 0, 3, 0, 7]
    assert lp.LeNetClassifier().fit(scaled, labels).score(scaled, labels) > 0.9


# Parameters


def test_every_training_setting_is_a_parameter_that_changes_the_training() -> None:
    parameters = lp.LeNetClassifier().get_params()
    names = set(TrainingSettings().as_dict()) | {"restarts"}
    assert names - set(ELSEWHERE) <= set(parameters)
    assert set(ELSEWHERE.values()) <= set(parameters)
    images, labels = stripes(60)
    usual: dict[str, Any] = {"epochs": 3, "schedule": "cosine"}
    changed: dict[str, Any] = {
        "momentum": 0.5,
        "nesterov": True,
        "weight_decay": 0.1,
        "shift_pixels": 1,
        "flip_horizontally": True,
    }
    changed |= {"reduction": "sum", "initialization": "lecun", "normalization": "unit", "gradient_clip_norm": 0.1}
    changed |= {"loss": "squared_error", "warmup_epochs": 1.0, "restarts": (1,), "optimizer": "adam", "batch_size": 8}
    digest = classifier(**usual).fit(images, labels).network_.digest
    for name, value in changed.items():
        assert classifier(**usual, **{name: value}).fit(images, labels).network_.digest != digest, name


def test_the_seed_may_be_a_number_a_generator_or_chance() -> None:
    images, labels = stripes(60)

    def digest(random_state: Any) -> str:
        return str(classifier(epochs=1, random_state=random_state).fit(images, labels).network_.digest)

    assert digest(5) == digest(np.int64(5)) != digest(6)
    generator = np.random.RandomState(2)
    assert digest(np.random.RandomState(2)) == digest(generator) != digest(generator)
    assert digest(None) != digest(None)
    np.random.seed(7)  # noqa: NPY002  (what scikit-learn's None draws from)
    first = digest(None)
    np.random.seed(7)  # noqa: NPY002
    assert digest(None) == first


def test_threads_change_nothing() -> None:
    images, labels = stripes(60)
    models = [classifier(epochs=2, threads=threads).fit(images, labels) for threads in (1, 2, -1)]
    assert len({model.network_.digest for model in models}) == 1
    assert models[2]._threads() == (len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count())
    with pytest.raises(ValueError, match="threads"):
        classifier(threads=0).fit(images, labels)


def test_progress_is_shown_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    images, labels = stripes(30)
    classifier(epochs=1).fit(images, labels)
    assert capsys.readouterr() == ("", "")
    classifier(epochs=1, verbose=True).fit(images, labels)
    assert capsys.readouterr().err


# Weights


def test_whole_weights_are_copies_in_any_order_to_the_bit() -> None:
    images, labels = stripes(60)
    weights = np.arange(60) % 4
    order = np.random.default_rng(1).permutation(60)
    copies = classifier().fit(images.repeat(weights, axis=0), labels.repeat(weights))
    weighted = classifier().fit(images[order], labels[order], sample_weight=weights[order])
    assert weighted.network_.digest == copies.network_.digest
    assert classifier().fit(images, labels, sample_weight=weights * 0.125).network_.digest == copies.network_.digest
    early: dict[str, Any] = {"early_stopping": True, "class_weight": {0: 2.0, 1: 1.0, 2: 0.5}}
    copies = classifier(**early).fit(images.repeat(weights, axis=0), labels.repeat(weights))
    weighted = classifier(**early).fit(images[order], labels[order], sample_weight=weights[order])
    assert weighted.network_.digest == copies.network_.digest


def test_weights_that_are_all_alike_are_none() -> None:
    images, labels = stripes(60)
    plain = classifier().fit(images, labels).network_.digest
    for weights in (np.ones(60), np.full(60, 0.3)):
        assert classifier().fit(images, labels, sample_weight=weights).network_.digest == plain
    assert classifier(class_weight={0: 2, 1: 2, 2: 2}).fit(images, labels).network_.digest == plain
    assert classifier(class_weight="balanced").fit(images, labels).network_.digest == plain


def test_weights_are_those_of_train() -> None:
    images, labels = stripes(60)
    weights = 0.5 + np.arange(60) / 59
    model = classifier(random_state=4).fit(images, labels, sample_weight=weights)
    order = sorted(range(60), key=lambda number: images[number].tobytes())
    data = lp.Dataset.from_arrays((images[order], labels[order], (weights / weights.mean())[order]), (images, labels))
    network = lp.Network.parse(f"1x8x8 | {LAYERS.format(classes=3)}")
    run = lp.train(network, data, epochs=12, learning_rate=0.05, seed=4, runs=None)
    assert [epoch.loss for epoch in run.history] == pytest.approx(model.loss_curve_, rel=1e-5)


def test_a_rare_class_counts_as_much_as_the_others_where_that_is_asked_for() -> None:
    generator = np.random.default_rng(0)
    rare = (np.arange(400) % 20 == 0).astype(int)
    features = generator.normal(size=(400, 2)) + rare[:, np.newaxis]
    found = {
        weight: lp.LeNetClassifier(class_weight=weight).fit(features, rare).predict(features)[rare == 1].mean()
        for weight in (None, "balanced")
    }
    assert found["balanced"] > found[None] + 0.2


@pytest.mark.parametrize(
    ("parameters", "weights", "message"),
    [
        ({"class_weight": "even"}, None, "class_weight"),
        ({"class_weight": {0: 1, 7: 2}}, None, "not in class_weight"),
        ({"class_weight": {0: 0, 1: 0, 2: 0}}, None, "class_weight must leave a class with a weight above 0"),
        ({}, -np.ones(60), "[Nn]egative"),
        ({}, np.zeros(60), "[Ss]ample.weight.*(0|zero)"),
        ({"early_stopping": True, "n_iter_no_change": 0}, None, "n_iter_no_change must be at least 1"),
        ({"random_state": -1}, None, "random_state must be from 0"),
        ({"early_stopping": True, "validation_fraction": 1.0}, None, "validation_fraction must be between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(parameters: Any, weights: Any, message: str) -> None:
    images, labels = stripes(60)
    with pytest.raises(ValueError, match=message):
        classifier(**parameters).fit(images, labels, sample_weight=weights)


def test_a_fit_that_fails_leaves_the_last_one() -> None:
    images, labels = stripes(60)
    model = classifier(epochs=1).fit(images, labels)
    predicted = model.predict(images)
    with pytest.raises(ValueError, match="y must have at least two classes, but has one class: 7"):
        model.fit(images, labels * 0 + 7)
    np.testing.assert_array_equal(model.predict(images), predicted)
    with pytest.raises(ValueError, match="y has the label 3, which is none of the classes"):
        model.partial_fit(images, labels + 1)
    np.testing.assert_array_equal(model.predict(images), predicted)


def test_an_empty_text_is_a_label_too() -> None:
    images, labels = stripes(30)
    assert set(classifier().fit(images, np.array(["", "b", "c"])[labels]).classes_) == {"", "b", "c"}


# Early stopping, going on


def test_early_stopping_is_patience_and_the_best_epoch_kept() -> None:
    images, labels = stripes(90)
    labels = np.where(np.arange(90) % 5 == 0, np.roll(labels, 1), labels)  # wrong ones, which can only be remembered
    model = classifier(early_stopping=True, validation_fraction=0.2, n_iter_no_change=3, epochs=100).fit(images, labels)
    assert 3 < model.n_iter_ == len(model.validation_scores_) < 100
    assert model.best_validation_score_ == max(model.validation_scores_)
    last_better = model.n_iter_ - 3
    assert max(model.validation_scores_[last_better:]) <= max(model.validation_scores_[:last_better])
    model.set_params(early_stopping=False, epochs=1).fit(images, labels)
    assert not hasattr(model, "validation_scores_")


def test_mirrored_predictions_are_those_of_the_network() -> None:
    images, labels = stripes(60)
    model = classifier(mirrored=True).fit(images, labels)
    expected = (model.network_.predict_proba(images) + model.network_.predict_proba(images[..., ::-1])) / 2
    np.testing.assert_allclose(model.predict_proba(images), expected, rtol=1e-6)
    np.testing.assert_array_equal(model.predict(images), model.classes_[expected.argmax(axis=1)])
    plain = classifier().fit(images, labels)
    assert plain.network_.digest == model.network_.digest


def test_the_same_share_of_each_class_is_set_apart() -> None:
    from lenetpp.training.estimator_data import Examples, split

    labels = np.repeat(np.arange(4), [50, 20, 5, 1])
    images = np.arange(76, dtype=np.uint8).reshape(76, 1, 1, 1)
    parts = split(Examples(images, labels, None), 0.1, seed=3)
    assert [np.bincount(part.labels, minlength=4).tolist() for part in parts] == [[45, 18, 4, 1], [5, 2, 1, 0]]
    assert sorted(int(image) for part in parts for image in part.images.ravel()) == list(range(76))
    other = split(Examples(images, labels, None), 0.1, seed=4)
    assert other[1].images.tolist() != parts[1].images.tolist()


def test_a_warm_start_goes_on_with_the_weights() -> None:
    images, labels = stripes(60)
    model = classifier(epochs=2, warm_start=True).fit(images, labels)
    first = model.network_.copy()
    model.fit(images, labels)
    data = lp.Dataset.from_arrays((images, labels), (images, labels))
    run = lp.train(first, data, epochs=2, learning_rate=0.05, runs=None)
    assert model.network_.digest == run.digest
    with pytest.raises(ValueError, match="warm_start needs the classes of before"):
        model.fit(images, labels + 1)


def test_parts_are_learned_one_after_the_other() -> None:
    images, labels = stripes(90)
    model = classifier()
    for _ in range(8):
        for start in range(0, 90, 30):
            model.partial_fit(images[start : start + 30], labels[start : start + 30], classes=[0, 1, 2])
    assert model.n_iter_ == len(model.loss_curve_) == 24
    assert model.score(*stripes(30, start=1000)) > 0.9
    copy = pickle.loads(pickle.dumps(model)).partial_fit(images, labels)
    assert copy.network_.digest == model.partial_fit(images, labels).network_.digest


def test_partial_fits_on_all_images_are_the_epochs_of_fit() -> None:
    images, labels = stripes(60)
    whole, parts = classifier(epochs=3).fit(images, labels), classifier()
    for _ in range(3):
        parts.partial_fit(images, labels, classes=[0, 1, 2])
    assert parts.network_.digest == whole.network_.digest
    assert parts.loss_curve_ == whole.loss_curve_


def test_partial_fit_says_what_is_missing() -> None:
    images, labels = stripes(30)
    with pytest.raises(ValueError, match="classes must be given in the first call of partial_fit"):
        classifier().partial_fit(images, labels)
    with pytest.raises(ValueError, match="y has the label 2, which is none of the classes"):
        classifier().partial_fit(images, labels, classes=[0, 1])
    model = classifier().partial_fit(images, labels, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="classes must be those of the first call"):
        model.partial_fit(images, labels, classes=[0, 1, 2, 3])
    assert model.partial_fit(images[labels == 1], labels[labels == 1]).n_iter_ == 2


def test_an_input_shape_that_does_not_fit_is_refused() -> None:
    images, labels = stripes(6)
    with pytest.raises(ValueError, match=r"input_shape \(1, 8, 9\) does not hold the 64 features of X"):
        classifier(input_shape=(1, 8, 9)).fit(images.reshape(6, 64), labels)


def test_planes_last_are_refused_wherever_images_come_unless_the_shape_is_given() -> None:
    labels = np.arange(6) % 2
    for shape in ((6, 8, 8, 3), (6, 8, 9, 1)):
        images = np.arange(np.prod(shape), dtype=np.float64).reshape(shape) / np.prod(shape)
        trained = classifier(epochs=1).fit(images.transpose(0, 3, 1, 2), labels)
        for answer in (classifier().fit, trained.score):
            with pytest.raises(ValueError, match=r"planes last; .* with X\.transpose\(0, 3, 1, 2\)"):
                answer(images, labels)
        with pytest.raises(ValueError, match="X must hold images of input_shape"):
            classifier(input_shape=(shape[3], *shape[1:3])).fit(images, labels)
        meant = classifier(network="dense {classes}", input_shape=shape[1:], epochs=1).fit(images, labels)
        assert meant.network_.input_shape == shape[1:]


def test_without_scikit_learn_the_extra_is_named() -> None:
    program = """
import sys
sys.modules["sklearn"] = None
import lenetpp
try:
    lenetpp.LeNetClassifier
except ImportError as error:
    print(error)
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 'pip install "lenetpp[sklearn]"' in answer.stdout


# Networks as parameters, and scores


@pytest.mark.parametrize("trained", [False, True])
def test_a_network_can_be_given_and_hashed_and_does_not_change(trained: bool) -> None:
    from sklearn.base import clone  # type: ignore[import-untyped]

    images, labels = stripes(60)
    network = lp.Network.parse(f"1x8x8 | {LAYERS.format(classes=3)}")
    if trained:
        network.initialize(7)
        network.normalization = [100.0], [50.0]
    digest = network.digest if trained else None
    model = classifier(network=network).fit(images, labels)
    assert hash(model) == hash(model)
    assert {network: 1}[network.copy()] == 1
    assert network.initialized == trained
    assert not trained or network.digest == digest
    assert clone(model).fit(images, labels).network_.digest == model.network_.digest
    assert (model.network_.digest == classifier().fit(images, labels).network_.digest) != trained
    assert classifier(network=network).partial_fit(images, labels, classes=[0, 1, 2]).network_ == network


def test_a_network_of_another_number_of_classes_is_refused() -> None:
    images, labels = stripes(60)
    network = lp.Network.parse("1x8x8 | dense 10")
    with pytest.raises(ValueError, match="network must have as many outputs as there are classes, 3, but has 10"):
        classifier(network=network).fit(images, labels)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("end", ["", " sigmoid"])
def test_scores_are_logarithms_of_the_probabilities(classes: int, end: str) -> None:
    images, labels = stripes(90)
    images, labels = images[labels < classes], labels[labels < classes]
    names = np.array(["b", "c", "d"])[labels]
    loss = {"loss": "squared_error"} if end else {}
    model = classifier(network=LAYERS + end, epochs=2, **loss).fit(images, names)
    shares = model.predict_proba(images)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(images)), shares, rtol=1e-12)
    scores = model.decision_function(images)
    if classes == 2:
        assert scores.shape == (len(images),)
        np.testing.assert_allclose(1 / (1 + np.exp(-scores)), shares[:, 1], rtol=1e-9)
        assert (model.classes_[(scores > 0).astype(int)] == model.predict(images)).all()
    else:
        assert scores.shape == (len(images), classes)
        assert (model.classes_[scores.argmax(axis=1)] == model.predict(images)).all()


def test_scores_are_finite_where_probabilities_are_least() -> None:
    images, labels = stripes(60)
    model = classifier(network="dense {classes} nobias", epochs=1).fit(images, labels)
    model.network_.set_parameters({"0.weight": 1e4 * np.sign(model.network_.parameters()["0.weight"])})
    assert (model.predict_proba(images) < 1e-300).any()
    assert np.isfinite(model.predict_log_proba(images)).all()
    assert np.isfinite(model.decision_function(images)).all()
