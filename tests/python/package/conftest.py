"""What several tests of the package look at, made once."""

from typing import Any

import pytest


@pytest.fixture(scope="session")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[type, Any]:
    """An object of each class that a user can meet."""
    from .public_objects import objects

    return objects(tmp_path_factory.mktemp("met"))
