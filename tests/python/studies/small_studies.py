"""Studies of small trainings on the data inside the package, and what their reports say whoever trained them when."""

import csv
import re
from pathlib import Path

from lenetpp.studies.result import StudyResult
from lenetpp.studies.runs_of_study import RunsOfStudy

from .trainings import digests
from .written_reports import text_of

SMALL = """
title = "Small"
text = "On garments."
seeds = 2

[base]
network = "1x28x28 | dense 10"
train_per_class = 10
test_per_class = 10
epochs = 3
batch_size = 8

[factors]
batch_size = [4, 8]
loss = ["cross_entropy", "squared_error"]

[questions.size]
title = "Which size?"
compare = "batch_size"
picture = "line"
metrics = ["test_accuracy", "parameters"]

[questions.loss]
title = "Which loss?"
compare = "loss"
goals = [{ where = { loss = "cross_entropy" }, at_least = 0.01 }]

[questions.filters]
kind = "filters"
title = "The same filters?"
compare = "network"
factors = { network = ["1x28x28 | conv 2x5x5 relu | maxpool 4 | dense 10"] }
"""
"""Eight runs: the batches of 8 are also those with cross-entropy."""

SIZES = """
title = "Sizes"
seeds = 2
base = { network = "1x28x28 | dense 10", train_per_class = 10, test_per_class = 10, epochs = 1 }
factors.batch_size = [4, 8]
questions.size = { title = "Which size?", compare = "batch_size" }
quick = { seeds = 1 }
"""

RUN_NAME = re.compile(r"\b\d{8}-\d{6}-\d+\b")


def write_study(folder: Path, content: str = SIZES, name: str = "sizes.toml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return file


def told(result: StudyResult) -> dict[str, object]:
    """All that a study says, but for the names of the runs and the line of the day and the machine."""
    markdown = text_of(result.report, "report.md")
    lines = [line for line in RUN_NAME.sub("RUN", markdown).splitlines() if not line.startswith("Made: ")]
    assert len(lines) == len(markdown.splitlines()) - 1
    tables = {}
    for file in result.report.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            tables[file.name] = [{**row, "run": ""} for row in csv.DictReader(opened)]
    pictures = {file.name: file.read_bytes() for file in result.report.glob("pictures/*.png")}
    return {
        "lines": lines,
        "tables": tables,
        "pictures": pictures,
        "sentences": [answer.sentences for answer in result.answers],
        "digests": digests(RunsOfStudy(result.folders, {})),
    }
