"""How recorded runs differ: in settings, data, surroundings, results, and from which epoch on in their bits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lenetpp.basics.language import say
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.origins import recalled_origin
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.words import name_in_words, value_in_words

Differences = dict[str, tuple[Any, ...]]
"""Values of each run, None where it has none, by dotted names such as ``data.digest``."""

SURROUNDINGS = ("numerics", "software", "machine", "git")
SECTIONS = {
    "settings": say("settings"), "data": say("data"), "surroundings": say("surroundings"), "results": say("results"),
}  # fmt: skip
"""Of a comparison, in the order in which one asks, with what they are called."""
STARTS = {
    "seed": say("seed"), "given weights": say("given weights"), "given normalization": say("given normalization"),
}  # fmt: skip
"""What a network had before the first step, as records say it and as people read it."""
DIGEST_SHOWN = 16
"""Characters of a digest in a table."""


@dataclass(frozen=True, kw_only=True)
class Parting:
    """How far two runs went through the same bits.

    Attributes
    ----------
    common_epochs : int
        Epochs that both runs have completed.
    parted : int or None
        First epoch after which the parameters' digests differ; 0 if the initial ones do, None if they never part.
    parted_parameters : list of str
        Names of the parameters that differ after that epoch, as far as the records tell.
    same_bits : bool
        Whether both runs went through the same bits, as far as both went, and both went equally far.
    """

    common_epochs: int
    parted: int | None
    parted_parameters: list[str]
    same_bits: bool

    def __str__(self) -> str:
        """Return a sentence."""
        return str(self.in_words())

    def in_words(self) -> str:
        """Return a sentence that knows its translation."""
        one = self.common_epochs == 1
        common = say("1 epoch") if one else say("{count} epochs", count=self.common_epochs)
        match self.parted:
            case 0:
                return say("The bits differ from the start: the initial weights do.")
            case None if self.common_epochs == 0:
                return say("The same initial weights; there is no epoch that both have completed.")
            case None if self.same_bits:
                return say("The same bits after each of {epochs}.", epochs=common)
            case None:
                return say("The same bits after each of the {epochs} that both have completed.", epochs=common)
            case epoch:
                names = self.parted_parameters
                which = names and say(
                    ", first of all in {name}; in all in {count} parameters", name=names[0], count=len(names)
                )
                if epoch == 1:
                    return say("The bits part in epoch 1{which}.", which=which or "")
                return say(
                    "The same bits up to epoch {last}; they part in epoch {epoch}{which}.",
                    last=epoch - 1,
                    epoch=epoch,
                    which=which or "",
                )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How runs differ.

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
    partings : tuple of Parting
        Of each further run from the first one.
    """

    settings: Differences
    data: Differences
    surroundings: Differences
    results: Differences
    partings: tuple[Parting, ...]

    def section(self, name: str) -> Differences:
        """Return one of the :data:`SECTIONS`."""
        section: Differences = getattr(self, name)
        return section

    def rows(self, name: str) -> list[tuple[str, list[str]]]:
        """Return the rows of a section in words: what differs, and what each run has."""
        return [
            (name_in_words(key.removeprefix(f"{name}.")), [_shown(key, value) for value in values])
            for key, values in self.section(name).items()
        ]


def compare(*runs: RecordedRun) -> Comparison:
    """Compare at least two runs."""

    def tables(*names: str) -> Differences:
        return {
            key: values
            for name in names
            for key, values in differences([run.table(name) for run in runs], f"{name}.").items()
        }

    networks = [{"text": run.network_text, **_start(run)} for run in runs]
    results, surroundings = tables("results"), tables(*SURROUNDINGS)
    # Not how a run was made, only by whom.
    surroundings.pop("machine.process", None)
    results.pop("results.confusion", None)
    return Comparison(
        settings=tables("settings") | differences(networks, "network."),
        data=tables("data"),
        surroundings=surroundings,
        results=results | differences([{"outcome": run.record.get("outcome"), "stuck": run.is_stuck} for run in runs]),
        partings=tuple(_parting(runs[0], run) for run in runs[1:]),
    )


def differences(tables: Sequence[Mapping[str, Any]], prefix: str = "") -> Differences:
    """Return the values that are not the same in all tables, by dotted names."""
    found: Differences = {}
    for name in dict.fromkeys(name for table in tables for name in table):
        values = [table.get(name) for table in tables]
        if any(isinstance(value, Mapping) for value in values):
            found |= differences([value or {} for value in values], f"{prefix}{name}.")
        elif any(one != other for one, other in pairwise(values)):
            found[prefix + name] = tuple(values)
    return found


def _start(run: RecordedRun) -> dict[str, Any]:
    network = run.table("network")
    return {name: network.get(name) for name in ("dtype", "start", "origin")}


def _parting(first: RecordedRun, other: RecordedRun) -> Parting:
    parted = _first_different_epoch(first, other)
    ends = [(run.table("results").get("digest"), run.table("results").get("epochs")) for run in (first, other)]
    return Parting(
        common_epochs=min(len(first.history), len(other.history)),
        parted=parted,
        parted_parameters=_different_parameters(first.history[parted - 1], other.history[parted - 1]) if parted else [],
        same_bits=parted is None and ends[0] == ends[1],
    )


def _first_different_epoch(first: RecordedRun, other: RecordedRun) -> int | None:
    initial = [run.table("network").get("initial_digest") for run in (first, other)]
    if initial[0] != initial[1]:
        return 0
    pairs = zip(first.history, other.history, strict=False)
    return next((one.epoch for one, again in pairs if one.digest != again.digest), None)


def _different_parameters(one: EpochRecord, other: EpochRecord) -> list[str]:
    digests = other.parameter_digests
    return [name for name, digest in one.parameter_digests.items() if name in digests and digests[name] != digest]


def _shown(name: str, value: object) -> str:
    match value:
        case None:
            return "·"
        case str() if name == "outcome":
            return outcome_in_words(value)
        case str() if name == "network.origin":
            return recalled_origin(value)
        case str() if name == "network.start":
            return STARTS.get(value, value)
        case str() if name.endswith("digest"):
            return f"{value[:DIGEST_SHOWN]}…"
    return value_in_words(value)
