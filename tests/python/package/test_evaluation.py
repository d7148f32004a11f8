"""Evaluation: scores by class, the most probable classes, metrics of one's own, against scikit-learn's."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import lenetpp as lp
import needs
from lenetpp import Evaluation, Network

from ..command import Command
from .patterns import TEXT, stripes, stripes_data

metrics = needs.module("sklearn.metrics")


def evaluation(labels: Any, predictions: Any, classes: int) -> Evaluation:
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, predictions), 1)
    return Evaluation(0.0, confusion, tuple("abcdefgh"[:classes]), np.array(predictions), np.array(labels))


@pytest.mark.parametrize("seed", range(5))
def test_scores_by_class_are_scikit_learns(seed: int) -> None:
    generator = np.random.default_rng(seed)
    labels, predictions = generator.integers(0, 4, 50), generator.integers(0, 3, 50)  # the last is never predicted
    found = evaluation(labels, predictions, 5)  # and of the fifth there is nothing
    expected = metrics.precision_recall_fscore_support(labels, predictions, labels=range(5), zero_division=np.nan)
    for scores, values in zip(
        (found.class_precisions, found.class_recalls, found.class_f1_scores), expected, strict=False
    ):
        assert list(scores) == ["a", "b", "c", "d", "e"]
        mine = [np.nan if score is None else score for score in scores.values()]
        np.testing.assert_allclose(mine, values)
    assert found.class_precisions["d"] is None
    assert found.class_f1_scores["e"] is None
    assert found.class_recalls == found.class_accuracies


@pytest.mark.parametrize(("right", "count"), [(875, 1000), (0, 4), (4, 4), (1, 1), (57, 60), (1743, 2000)])
def test_the_accuracys_interval_is_scipys_of_wilson(right: int, count: int) -> None:
    labels = [0] * right + [1] * (count - right)
    found = evaluation(labels, [0] * count, 2)
    expected = stats.binomtest(right, count).proportion_ci(method="wilson")
    assert found.accuracy_interval == pytest.approx((expected.low, expected.high), abs=1e-12)
    low, high = (f"{100 * end:.1f}" for end in expected)
    assert f"accuracy {100 * right / count:.2f} % (95 %: {low} to {high} %), loss" in str(found)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
def test_the_most_probable_classes_are_scikit_learns(k: int) -> None:
    generator = np.random.default_rng(k)
    probabilities = generator.dirichlet(np.ones(8), size=60)
    labels = generator.integers(0, 8, 60).astype(np.int32)
    found = Evaluation(0.0, np.zeros((8, 8), np.int64), tuple("abcdefgh"), None, labels, probabilities)
    expected = metrics.top_k_accuracy_score(labels, probabilities, k=k, labels=range(8))
    assert found.top_k_accuracy(k) == pytest.approx(expected)
    assert found.top_k_accuracy(8) == 1


def test_of_equally_probable_classes_the_first_comes_first() -> None:
    labels = np.array([0, 1, 2], np.int32)
    found = Evaluation(0.0, np.eye(3, dtype=np.int64), ("a", "b", "c"), None, labels, np.full((3, 3), 1 / 3))
    assert [found.top_k_accuracy(k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 1])


def test_evaluate_gives_what_was_asked_for() -> None:
    data = stripes_data()
    network = lp.train(Network.parse(TEXT), data, runs=None, epochs=2).network
    found = lp.evaluate(
        network, data, probabilities=True, metrics={"kappa": metrics.cohen_kappa_score, "count": lambda y, _: len(y)}
    )
    assert found.labels is not None
    np.testing.assert_array_equal(found.labels, data.test_labels)
    np.testing.assert_array_equal(found.probabilities, network.predict_proba(data.test_images))
    assert found.top_k_accuracy(1) == found.accuracy
    expected = metrics.cohen_kappa_score(data.test_labels, network.predict(data.test_images))
    assert found.metrics == {"kappa": pytest.approx(expected), "count": 30}
    assert f"kappa {expected:.4g}" in str(found)
    plain = lp.evaluate(network, data)
    assert (plain.probabilities, plain.metrics, plain.loss) == (None, {}, found.loss)
    with pytest.raises(ValueError, match="evaluate with probabilities=True"):
        plain.top_k_accuracy(2)
    for k in (0, 4):
        with pytest.raises(ValueError, match=f"k must be between 1 and the 3 classes, but is {k}"):
            found.top_k_accuracy(k)


def test_more_images_than_are_looked_at_together_have_all_their_probabilities() -> None:
    images, labels = stripes(1203)
    network = Network.parse(TEXT)
    network.initialize(1)
    found = network.evaluate(images, labels, probabilities=True)
    np.testing.assert_array_equal(found.probabilities, network.predict_proba(images))


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("accuracy", "metrics must be functions of labels and predictions, but mine is 'accuracy'"),
        (lambda *_: [1, 2], "metrics must give a number, but mine gives list"),
        (lambda *_: None, "metrics must give a number, but mine gives NoneType"),
    ],
)
def test_metrics_that_cannot_be_are_refused(metric: Any, message: str) -> None:
    network = Network.parse(TEXT)
    network.initialize(1)
    with pytest.raises(TypeError, match=message):
        network.evaluate(*stripes(3), metrics={"mine": metric})


def test_the_command_prints_scores_by_class(lenetpp: Command) -> None:
    network = ["--network", "1x28x28 | dense 10", "--epochs", 1, "--per-class", 20, "--test-per-class", 10]
    lenetpp("train", *network, "--quiet")
    printed = lenetpp("evaluate", "last")
    assert "precision" in printed
    assert "among the 5 most probable ones" in printed
    figures = lenetpp.json("evaluate", "last", "--top", 3)
    confusion = np.array(figures["confusion"])
    shares = list(figures["precision"].values())
    for number, share in enumerate(shares):
        predicted = confusion[:, number].sum()
        assert share == (confusion[number, number] / predicted if predicted else None)
    assert figures["top"]["k"] == 3
    assert figures["accuracy"] <= figures["top"]["accuracy"] <= 1
    assert lenetpp.json("evaluate", "last", "--top", 10)["top"] is None
