"""How much there is to do for a training, before it is done."""

from functools import lru_cache

from lenetpp.networks.network import Network
from lenetpp.studies.trainings import Training


def expected_work(training: Training) -> float:
    """Return about how much there is to compute: multiply-adds of all epochs, forward only."""
    return float(_multiply_adds(training.network)) * training.images * training.settings.epochs


@lru_cache
def _multiply_adds(network: str) -> int:
    return Network.parse(network).summary().multiply_adds
