"""The networks that a recorded run began and ended with, held to what the record says of them."""

from pathlib import Path
from typing import TYPE_CHECKING

from lenetpp.basics.file_reading import check_regular
from lenetpp.basics.language import say
from lenetpp.networks.network import Network
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.records.run_files import INITIAL_NAME, MODEL_NAME, RECORD_NAME, RecordError, read_record, reading
from lenetpp.settings.training_settings import TrainingSettings

if TYPE_CHECKING:
    from lenetpp.records.record_schema import RunRecord


def recorded_model(folder: Path) -> Network:
    """Return the network of a run's model file.

    Raises
    ------
    RecordError
        If there is none, since the run goes on or ended before there were weights to keep; or if its parameters are
        not those that the record tells of.
    ModelFileError
        If the file is malformed or damaged.
    OSError
        If it cannot be read.
    """
    path, record = folder / MODEL_NAME, read_record(folder)
    try:
        check_regular(path, RecordError)
    except FileNotFoundError:
        outcome = outcome_in_words(record["outcome"])
        raise RecordError(
            say("{folder} has no {file}: its outcome is '{outcome}'", folder=folder, file=MODEL_NAME, outcome=outcome)
        ) from None
    network = Network.load(path)
    expected = _recorded_digest(record)
    if expected not in (None, network.digest):
        raise RecordError(
            f"{path} is not the model that this run ended with: the digest of its parameters is {network.digest}, but "
            f"{RECORD_NAME} has {expected}; take it from a copy, train again with lenetpp.replay, or give the file "
            "itself to use it all the same"
        )
    return network


def initial_model(folder: Path) -> Network:
    """Return the network that a run began with, before its first step.

    Raises
    ------
    RecordError
        If it cannot be had: the run has no model yet, or the weights are not those that the record tells of.
    ModelFileError
        If the model file is malformed or damaged.
    OSError
        If a file cannot be read.
    """
    record, initial = read_record(folder), folder / INITIAL_NAME
    described, settings = record["network"], TrainingSettings(**record["settings"])
    with reading(folder):
        network = (
            Checkpoint.read(initial).network
            if initial.exists()
            else Network.parse(described["text"], dtype=described["dtype"])
        )
    if network.normalization is None:
        network.normalization = recorded_model(folder).normalization
    if not network.initialized:
        network.initialize(settings.seed, settings.initialization)
    if network.digest != described["initial_digest"]:
        raise RecordError(
            f"{folder} began with weights that cannot be had again: their digest is {described['initial_digest']}, but "
            f"those of its seed have {network.digest}"
        )
    network.class_names = record["data"]["classes"]
    return network


def _recorded_digest(record: "RunRecord") -> str | None:
    """Return the digest of the model file's parameters, as far as the record tells it."""
    if record["outcome"] == "running" or "results" not in record:
        return None  # the results, if there are any, are those of an earlier end
    # Where the network computed in another type, `digest` is that of its own parameters.
    results = record["results"]
    return results.get("digest") if record["network"]["dtype"] == "float32" else results.get("model_digest")
