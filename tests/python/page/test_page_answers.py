"""Shares of the classes: the core's own probabilities, also of opened networks, by the names of their classes."""

from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp

from .opened_page import SHORT, OpenedPage


def shown_shares(page: OpenedPage, section: str) -> dict[str, float]:
    """Percent of each class, as a section lists them."""
    rows = page.page.locator(f"{section} .answer li")
    return {row.locator(".class").inner_text(): float(row.locator(".number").inner_text()[:-2]) for row in rows.all()}


@pytest.mark.parametrize(
    ("name", "classes"),
    [("blog-lenet", ["Sneaker", "Bag"]), ("blog-mlp", ["Coat", "Shirt", "Dress"]), ("lenet5", None)],
)
def test_an_opened_model_answers_as_python_does(
    tab: OpenedPage, tmp_path: Path, name: str, classes: list[str] | None
) -> None:
    data = lp.load_data(classes=classes, train_per_class=50)
    network = lp.network(name, data.input_shape, len(data.classes))
    lp.train(network, data, settings=lp.recipe(name), epochs=2, runs=None, progress=False)
    network.save(tmp_path / "model.safetensors")
    tab.go("#per_class=20&epochs=1&lang=en")
    tab.page.set_input_files("#open-model", tmp_path / "model.safetensors")
    accuracy = f"{100 * lp.evaluate(network, data).accuracy:.1f} %"
    tab.page.locator("#bits [role=status]", has_text=f"Test accuracy on these images: {accuracy}").wait_for()
    tab.page.locator("#looking .answer li").nth(len(data.classes) - 1).wait_for()
    expected = 100 * network.predict_proba(data.test_images[:1])[0]
    shares = shown_shares(tab, "#looking")
    assert tuple(shares) == data.classes
    assert list(shares.values()) == pytest.approx(expected, abs=0.051)


def test_a_model_of_other_classes_is_shown_with_its_own_names(tab: OpenedPage, tmp_path: Path) -> None:
    network = lp.network("lenet5", (1, 28, 28), 3)
    network.initialize(1)
    network.normalization = (np.zeros(1), np.ones(1))
    network.class_names = ("cup", "pen", "Bag")
    network.save(tmp_path / "model.safetensors")
    tab.go(SHORT)
    tab.page.set_input_files("#open-model", tmp_path / "model.safetensors")
    tab.page.locator("#bits [role=status]", has_text="does not fit the images").wait_for()
    tab.page.focus(".pad")
    tab.page.keyboard.press("Space")
    tab.page.locator("#pad .answer li").nth(2).wait_for()
    assert tuple(shown_shares(tab, "#pad")) == network.class_names
