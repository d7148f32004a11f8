"""A study's file that can be meant, and what is said of one that cannot."""

from pathlib import Path

import pytest

from lenetpp.studies.errors import StudyError
from lenetpp.studies.plan import make_plan

GOOD = """
title = "Sizes of batches"
seeds = 2
base = { network = "1x28x28 | dense 10", train_per_class = 2, test_per_class = 2 }

[factors]
batch_size = [1, 2]
loss = ["cross_entropy", "squared_error"]

[questions.size]
title = "Which size?"
compare = "batch_size"

[questions.loss]
title = "Which loss?"
compare = "loss"
"""
COMPARE = 'compare = "batch_size"'
BASE = "train_per_class = 2"
LEVELS = "[1, 2]"
IN_QUESTION = r"questions\.size \(batch_size 1\): "
GOAL = "[[questions.size.goals]]\nwhere = {{ {} }}\nat_least = 0.5\n"


def refusal(folder: Path, content: str) -> str:
    file = folder / "sizes.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        make_plan(file)
    start = f"{file}: "
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)
