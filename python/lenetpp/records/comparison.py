"""How two recorded runs differ: in settings, data, surroundings, results, and from which epoch on in their bits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun

Differences = dict[str, tuple[Any, Any]]
"""Values of the first and of the second run, None where it has none, by dotted names such as ``data.digest``."""

SURROUNDINGS = ("numerics", "software", "machine", "git")


@dataclass(frozen=True)
class Comparison:
    """How two runs differ.

    Attributes
    ----------
    settings : dict
        Network and training settings: what decides the bits.
    data : dict
        Name, digest, classes and selection of the data.
    surroundings : dict
        Numerics, software, machine and commit.
    results : dict
        Figures of the end.
    common_epochs : int
        Epochs that both runs have completed.
    parted : int or None
        First epoch after which the parameters' digests differ; 0 if the initial ones do, None if they never part.
    parted_parameters : list of str
        Names of the parameters that differ after that epoch, as far as the records tell.
    """

    settings: Differences = field(default_factory=dict)
    data: Differences = field(default_factory=dict)
    surroundings: Differences = field(default_factory=dict)
    results: Differences = field(default_factory=dict)
    common_epochs: int = 0
    parted: int | None = None
    parted_parameters: list[str] = field(default_factory=list)

    @property
    def same_bits(self) -> bool:
        """Whether both runs went through the same bits, as far as both went, and both went equally far."""
        return self.parted is None and "results.digest" not in self.results and "results.epochs" not in self.results


def compare(first: RecordedRun, second: RecordedRun) -> Comparison:
    """Compare two runs."""

    def tables(*names: str) -> Differences:
        return {
            key: values
            for name in names
            for key, values in differences(first.table(name), second.table(name), f"{name}.").items()
        }

    settings = tables("settings") | differences(
        {"text": first.network_text, **_start(first)}, {"text": second.network_text, **_start(second)}, "network."
    )
    results, surroundings, parted = tables("results"), tables(*SURROUNDINGS), _parting(first, second)
    # Not how a run was made, only by whom.
    surroundings.pop("machine.process", None)
    return Comparison(
        settings=settings,
        data=tables("data"),
        surroundings=surroundings,
        results={name: values for name, values in results.items() if name != "results.confusion"}
        | differences({"outcome": first.record.get("outcome")}, {"outcome": second.record.get("outcome")}),
        common_epochs=min(len(first.history), len(second.history)),
        parted=parted,
        parted_parameters=_different_parameters(first.history[parted - 1], second.history[parted - 1])
        if parted
        else [],
    )


def differences(first: Mapping[str, Any], second: Mapping[str, Any], prefix: str = "") -> Differences:
    """Return the values that are not the same, by dotted names."""
    found: Differences = {}
    for name in dict.fromkeys((*first, *second)):
        one, other = first.get(name), second.get(name)
        if isinstance(one, Mapping) or isinstance(other, Mapping):
            found |= differences(one or {}, other or {}, f"{prefix}{name}.")
        elif one != other:
            found[prefix + name] = (one, other)
    return found


def _start(run: RecordedRun) -> dict[str, Any]:
    network = run.table("network")
    return {name: network.get(name) for name in ("dtype", "start")}


def _parting(first: RecordedRun, second: RecordedRun) -> int | None:
    initial = [run.table("network").get("initial_digest") for run in (first, second)]
    if initial[0] != initial[1]:
        return 0
    for one, other in zip(first.history, second.history, strict=False):
        if one.digest != other.digest:
            return one.epoch
    return None


def _different_parameters(one: EpochRecord, other: EpochRecord) -> list[str]:
    digests = other.parameter_digests
    return [name for name, digest in one.parameter_digests.items() if name in digests and digests[name] != digest]
