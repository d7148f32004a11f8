"""Cells whose figures a test decides, without plans and files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lenetpp as lp
from lenetpp.basics.language import listed
from lenetpp.data.choice import DataChoice
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.cells import Cell, level_in_words
from lenetpp.studies.comparison_answers import Answer, answer_comparison
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.trainings import Training

NETWORK = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3"


def epoch(number: int, **figures: Any) -> EpochRecord:
    usual: dict[str, Any] = {
        "loss": 0.5,
        "training_accuracy": 0.8,
        "test_loss": 0.6,
        "test_accuracy": 0.7,
        "learning_rate": 0.01,
        "seconds": 1.0,
        "images_per_second": 100.0,
        "gradient_norms": {},
        "digest": "d",
    }
    return EpochRecord(epoch=number, **(usual | figures))


def recorded(*history: EpochRecord, network: str = NETWORK, **tables: Mapping[str, Any]) -> RecordedRun:
    record: dict[str, Any] = {
        "network": {"text": network},
        "data": {"images": {"training": 100, "test": 2000}},
        "machine": {"processor": "Abacus", "threads": 1},
        "numerics": {"instruction_set": "scalar"},
    }
    return RecordedRun(Path("runs/run"), record | tables, list(history))


def training(network: str = NETWORK) -> Training:
    return Training(DataChoice(), "d" * 64, network, "float32", lp.TrainingSettings(), 100)


def cell(
    levels: Mapping[str, str],
    values: Sequence[float | None],
    measure: str = "test_accuracy",
    missing: str = "diverged in epoch 2",
) -> Cell:
    """A cell with figures of the seeds 1, 2, ...; None of a seed without a run."""
    found = {seed: value for seed, value in enumerate(values, 1) if value is not None}
    words = [level_in_words(factor, level) for factor, level in levels.items()]
    return Cell(
        levels=levels,
        label=listed((words[-1], *words[:-1])),
        training=training(),
        runs={seed: recorded() for seed in found},
        missing={seed: missing for seed, value in enumerate(values, 1) if value is None},
        values={measure: found},
        layer_values={},
    )


def answer(cells: Mapping[str, Sequence[float | None]], measure: str = "test_accuracy", **question: Any) -> Answer:
    """The answer to a comparison of networks; the first one is the reference."""
    content = {"title": "Which is better?", "compare": "network", "metrics": [measure], **question}
    made = tuple(cell({"network": name}, values, measure) for name, values in cells.items())
    return answer_comparison("networks", Comparison.model_validate(content), next(iter(cells)), made)
