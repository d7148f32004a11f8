"""A recorded run that the tests of pictures share."""

import pytest

import lenetpp as lp

from .runs import small_data, small_run


@pytest.fixture(scope="package")
def data() -> lp.Dataset:
    return small_data()


@pytest.fixture(scope="package")
def run(tmp_path_factory: pytest.TempPathFactory) -> lp.Run:
    return small_run(tmp_path_factory.mktemp("runs"))
