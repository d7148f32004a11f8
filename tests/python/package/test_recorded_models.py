"""The model of a run: damaged, exchanged or old, nobody takes it for what the run ended with."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import lenetpp as lp
from lenetpp.records.models import recorded_model
from lenetpp.records.run_files import MODEL_NAME, RECORD_NAME, read_record

from ..command import Command
from .foreign_files import rewrite_as_another_program
from .patterns import TEXT, stripes_data


def folder_of_run(runs: Path, *, dtype: Any = "float32") -> Path:
    run = lp.train(lp.Network.parse(TEXT, dtype=dtype), stripes_data(), epochs=1, runs=runs, progress=False)
    assert run.folder is not None
    return run.folder


def another_network() -> lp.Network:
    network = lp.Network.parse(TEXT)
    network.initialize(99)
    return network


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_model_of_another_training_is_refused_with_both_digests(tmp_path: Path, dtype: Any, lenetpp: Command) -> None:
    folder = folder_of_run(tmp_path, dtype=dtype)
    recorded = lp.Run.load(folder).network.digest
    other = another_network()
    other.save(folder / MODEL_NAME)
    with pytest.raises(lp.RecordError) as refused:
        lp.Run.load(folder)
    assert all(word in str(refused.value) for word in (str(folder / MODEL_NAME), recorded, other.digest))
    for words in (["evaluate", folder], ["predict", folder, "picture.png"]):
        assert "is not the model that this run ended with" in lenetpp(*words, code=1, stream="errors")
    assert lp.Network.load(folder / MODEL_NAME).digest == other.digest  # the file itself is sound


def test_the_digest_of_a_float64_runs_model_is_recorded_beside_its_own(tmp_path: Path) -> None:
    results = read_record(folder_of_run(tmp_path / "wide", dtype="float64"))["results"]
    assert results["model_digest"] != results["digest"]
    assert "model_digest" not in read_record(folder_of_run(tmp_path / "usual"))["results"]


def test_a_damaged_model_is_an_error_of_evaluate_instead_of_a_low_accuracy(tmp_path: Path, lenetpp: Command) -> None:
    model = folder_of_run(tmp_path) / MODEL_NAME
    content = bytearray(model.read_bytes())
    content[-3] ^= 64
    model.write_bytes(content)
    errors = lenetpp("evaluate", model.parent, code=1, stream="errors")
    assert re.search(r"model\.safetensors: damaged.* its SHA-256 is \w{64}, but was \w{64}", errors)


def test_an_older_model_is_loaded_and_says_that_damage_cannot_be_noticed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_of_run(tmp_path)
    with caplog.at_level(logging.WARNING):
        expected = recorded_model(folder).digest
    assert caplog.text == ""
    rewrite_as_another_program(folder / MODEL_NAME)
    with caplog.at_level(logging.WARNING):
        assert recorded_model(folder).digest == expected
    assert f"{folder / MODEL_NAME} has no digest" in caplog.text


def test_the_model_of_a_run_that_goes_on_is_not_held_to_results_of_an_earlier_end(tmp_path: Path) -> None:
    # Killed between writing the model and writing the record.
    folder = folder_of_run(tmp_path)
    another_network().save(folder / MODEL_NAME)
    record = read_record(folder)
    (folder / RECORD_NAME).write_text(tomli_w.dumps(record | {"outcome": "running"}))
    assert recorded_model(folder).digest == another_network().digest
