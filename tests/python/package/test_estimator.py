"""LeNetClassifier: scikit-learn's own checks, and images in every form that scikit-learn's users have."""

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import TrainingSettings

from .patterns import stripes

sklearn = pytest.importorskip("sklearn", reason="scikit-learn is not installed")

LAYERS = "conv 4x3x3 relu | maxpool 2 | dense {classes}"


def classifier(**parameters: Any) -> Any:
    return lp.LeNetClassifier(**{"network": LAYERS, "epochs": 12, "learning_rate": 0.05, **parameters})


def test_scikit_learns_own_checks_pass() -> None:
    from sklearn.utils.estimator_checks import check_estimator  # type: ignore[import-untyped]

    perceptron = lp.LeNetClassifier("dense 20 relu | dense {classes}", epochs=30, learning_rate=0.05)
    results = check_estimator(perceptron, on_skip=None)
    assert len(results) > 30


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


def test_an_input_shape_that_does_not_fit_is_refused() -> None:
    images, labels = stripes(6)
    with pytest.raises(ValueError, match=r"input_shape \(1, 8, 9\) does not hold the 64 features of X"):
        classifier(input_shape=(1, 8, 9)).fit(images.reshape(6, 64), labels)


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
