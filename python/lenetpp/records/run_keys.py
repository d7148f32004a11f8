"""The key of a run: equal keys mean equal bits, so that no run has to be done twice."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from lenetpp.basics import surroundings
from lenetpp.settings.training_settings import TrainingSettings


def run_key(
    network: str,
    dtype: str,
    settings: Mapping[str, Any],
    data_digest: str,
    numerics: Mapping[str, Any] | None = None,
) -> str:
    """Return the sha256 of everything that decides the bits of a run, as 64 hexadecimal digits.

    Parameters
    ----------
    network : str
        Canonical text.
    dtype : str
        Of the parameters.
    settings : mapping
        Training settings by name, the seed among them; what an older version did not know has its default.
    data_digest : str
        Of the data.
    numerics : mapping, optional
        With "version" and "class"; by default those of this build.
    """
    return hashlib.sha256(_decisive_text(network, dtype, settings, data_digest, numerics).encode()).hexdigest()


def keys_by_seed(network: str, dtype: str, settings: Mapping[str, Any], data_digest: str) -> Callable[[int], str]:
    """Return the function from a seed to :func:`run_key` of these settings with that seed, in a microsecond."""
    without_seed = {**settings, "seed": None}
    before, _, after = _decisive_text(network, dtype, without_seed, data_digest, None).rpartition('"seed": null')
    begun, end = hashlib.sha256(f'{before}"seed": '.encode()), after.encode()

    def key(seed: int) -> str:
        whole = begun.copy()
        whole.update(str(seed).encode() + end)
        return whole.hexdigest()

    return key


def _decisive_text(
    network: str, dtype: str, settings: Mapping[str, Any], data_digest: str, numerics: Mapping[str, Any] | None
) -> str:
    defaults = {field.name: field.default for field in fields(TrainingSettings)}
    made_by = numerics or surroundings.numerics()
    decisive = {
        "network": network,
        "dtype": dtype,
        "settings": defaults | dict(settings),
        "data": data_digest,
        "numerics": [made_by["version"], made_by["class"]],
    }
    return json.dumps(decisive, sort_keys=True)


def recorded_key(record: Mapping[str, Any]) -> str | None:
    """Return the key of a recorded run, from the content of its ``run.toml``.

    None where the record does not have it: other weights than the seed's at the start, or an unreadable record.
    """
    try:
        network = record["network"]
        if network["start"] != "seed":
            return None
        settings, digest = record["settings"], record["data"]["digest"]
        return run_key(network["text"], network["dtype"], settings, digest, record["numerics"])
    except (KeyError, TypeError):
        return None
