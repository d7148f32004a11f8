"""What the page knows of settings and networks is what the package says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
import page_facts
from lenetpp.networks.named_networks import named_text
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.settings.class_weights import weights_of_classes
from lenetpp.settings.declaration import declared_settings
from lenetpp.settings.training_settings import TrainingSettings

from .conftest import InNode

Scripts = Callable[[str], InNode]


def test_the_pages_facts_are_the_packages() -> None:
    written = page_facts.FACTS_FILE.read_text(encoding="utf-8")
    assert written == page_facts.written(), "run python tools/page_facts.py"


def test_every_setting_and_network_is_in_the_page_or_left_out_by_name() -> None:
    facts = json.loads(page_facts.FACTS_FILE.read_text(encoding="utf-8"))
    names = {setting.name for setting in declared_settings(TrainingSettings)}
    assert set(facts["settings"]) | set(facts["missing"]) == names
    assert set(facts["missing"]) == {"patience", "keep", "evaluate_every"}
    assert list(facts["networks"]) == list(NAMED_NETWORKS)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 17, 30)])
def test_presets_have_the_texts_and_settings_of_the_package(in_node: Scripts, shape: tuple[int, int, int]) -> None:
    presets = in_node("presets")
    names = list(NAMED_NETWORKS)
    assert presets("presetText", [[name, shape, 7] for name in names]) == [named_text(name, shape, 7) for name in names]
    data = lp.load_data(train_per_class=300)
    shown = presets("presetSettings", [[name, len(data.train_images)] for name in names])
    for name, own in zip(names, shown, strict=True):
        expected = lp.recipe(name, data).as_dict() | {"restarts": []}
        assert own == {key: value for key, value in expected.items() if key in own}
        assert expected.keys() - own.keys() == page_facts.NOT_IN_THE_PAGE.keys()


TEXTS = st.one_of(
    st.integers(-3, 2**55).map(str),
    st.floats(-2, 2).map(repr),
    st.sampled_from(["true", "false", "", "1e999", "nan", "constructor", "1,2", "3,2", "balanced", "Bag=2", "Bag=x"]),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(declared_settings(TrainingSettings)), TEXTS), min_size=40, max_size=40))
def test_a_setting_is_taken_by_the_page_where_the_package_takes_it(
    settings_script: InNode, cases: list[tuple[Any, str]]
) -> None:
    known = [(one, text) for one, text in cases if one.name not in page_facts.NOT_IN_THE_PAGE]
    read = settings_script("settingFromText", [[one.name, text] for one, text in known])
    for (one, text), value in zip(known, read, strict=True):
        assert (not isinstance(value, dict)) == _verdict(one, text), (one.name, text, value)


def _verdict(one: Any, text: str) -> bool:
    """Whether the package takes what the text says, in the range of the page."""
    narrower = page_facts.NARROWER.get(one.name)
    try:
        value = one.kind(text) if one.kind in (int, float) else text
        if one.kind is bool:
            value = {"true": True, "false": False}[text]
        if one.kind == tuple[int, ...]:
            parts = [int(part) for part in text.split(",") if text]
            return all(0 <= part < 2**53 for part in parts)  # what they are together is another question
        TrainingSettings(**({one.name: value} | PARTNERS.get(one.name, {})))
    except (ValueError, KeyError):
        return False
    return narrower is None or int(value) in narrower


PARTNERS: dict[str, dict[str, Any]] = {"alternate_flips": {"flip_horizontally": True}}
"""Settings without which another one may not be."""


@pytest.fixture(scope="module")
def settings_script(in_node: Scripts) -> InNode:
    return in_node("settings")


def test_weights_of_images_have_the_bits_of_the_package(settings_script: InNode) -> None:
    data = lp.load_data(train_per_class=6, classes=["Bag", "Coat", "Sneaker"])[[0, 1, 2, 5, 7, 9, 11, 12, 13, 16]]
    labels = data.train_labels
    for text in ("balanced", "Bag=2,Coat=0.1", "1=3"):
        expected = weights_of_classes(text, data.classes, labels)
        assert expected is not None
        assert settings_script("imageWeights", [[text, data.classes, labels.tolist()]]) == [expected[labels].tolist()]
