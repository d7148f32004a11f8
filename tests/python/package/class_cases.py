"""Generated data for networks that know their classes by name: in another order, with some missing, some renamed."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import lenetpp as lp

from .patterns import TEXT, stripes

KNOWN = ("horizontal", "vertical", "diagonal")
NAMES = (*KNOWN, "Vertical", "0", "1", "boat")
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
IMAGES, LABELS = stripes(90)


@cache
def trained() -> lp.Network:
    data = lp.Dataset.from_arrays((IMAGES[:60], LABELS[:60]), (IMAGES[60:], LABELS[60:]), classes=KNOWN)
    return lp.train(lp.Network.parse(TEXT), data, epochs=3, runs=None).network


@dataclass(frozen=True)
class Case:
    """Images of some of the classes, each class under a name and a label."""

    shown: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def data(self) -> lp.Dataset:
        chosen = np.flatnonzero(np.isin(LABELS, self.shown))
        labels = np.array([self.shown.index(label) for label in LABELS[chosen]], np.int32)
        part = IMAGES[chosen], labels
        return lp.Dataset.from_arrays(part, part, classes=self.names)

    @property
    def true_names(self) -> list[str]:
        return [self.names[self.shown.index(label)] for label in LABELS if label in self.shown]


def cases() -> st.SearchStrategy[Case]:
    def named(shown: list[int]) -> st.SearchStrategy[Case]:
        names = st.lists(st.sampled_from(NAMES), min_size=len(shown), max_size=len(shown), unique=True)
        own = st.just([KNOWN[number] for number in shown])
        return st.one_of(own, names).map(lambda chosen: Case(tuple(shown), tuple(chosen)))

    return st.lists(st.sampled_from(range(3)), min_size=1, max_size=3, unique=True).flatmap(named)


def share_right(network: lp.Network, case: Case) -> float:
    """Return the oracle: predicted and true names compared."""
    assert network.class_names is not None
    predicted = [network.class_names[number] for number in network.predict(case.data.train_images)]
    return float(np.mean([one == other for one, other in zip(predicted, case.true_names, strict=True)]))


def is_numbered(case: Case) -> bool:
    return case.names == tuple(map(str, range(len(case.names))))


def is_known(case: Case) -> bool:
    return set(case.names) <= set(KNOWN)
