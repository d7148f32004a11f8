"""Study files that ask for too much, were damaged or are meant to do damage: refused in words, before they cost."""

import math
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import lenetpp as lp
from lenetpp.data.choice import DataChoice
from lenetpp.studies.errors import StudyError
from lenetpp.studies.limits import MOST_STUDY_BYTES
from lenetpp.studies.plan import make_plan

from ..command import Command
from ..mutations import COUNT, mutations
from .study_files import BASE, COMPARE, GOOD, LEVELS, refusal

HUGE = hex(1 << 20_000)
"""More digits than Python shows."""
WHOLE = f"""{GOOD}
[questions.grid]
title = "Which of all?"
text = "On garments."
compare = "recipe"
against = "blog"
by = ["units"]
over = "units"
picture = "grid"
metrics = ["test_accuracy", "parameters"]
seeds = 1
base = {{ network = "1x28x28 | dense {{units}} relu | dense 2", dtype = "float64", classes = ["Dress", "Coat"] }}
goals = [{{ where = {{ recipe = "blog", units = "2" }}, at_least = 0.5 }}]
published = [{{ where = {{ recipe = "ours", units = "3" }}, value = 0.5, source = "Somebody" }}]

[questions.grid.factors]
units = [2, 3]

[questions.grid.factors.recipe]
blog = {{ learning_rate = 0.01, schedule = "constant" }}
ours = {{ flip_horizontally = true, recipe = "lenet5" }}

[questions.filters]
kind = "filters"
title = "Which filters?"
compare = "batch_size"
base = {{ network = "1x28x28 | conv 2x5x5 | dense 10" }}

[quick]
seeds = 1
base = {{ train_per_class = 1 }}
"""
TOO_LARGE = "a whole number must be between -2^64 and 2^64, but is"
NO_VALUE = "it must be a text, a number, true, false or a list of texts, but is"
HUNDRED = list(range(1, 101))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "seeds = 2",
            "seeds = 1000000000",
            "questions.size: with its 2 of batch_size and 1,000,000,000 seeds, the study has 2,000,000,000 trainings, "
            "more than 100,000: fewer levels or seeds, or a higher limit, most_trainings",
        ),
        (
            COMPARE,
            f"{COMPARE}\nseeds = 49999",
            "questions.loss: with its 2 of loss and 2 seeds, the study has 100,002 trainings, more than 100,000: ",
        ),
        (
            COMPARE,
            f"{COMPARE}\nby = ['a', 'b', 'c']\n[questions.size.factors]\na = {HUNDRED}\nb = {HUNDRED}\nc = {HUNDRED}\n",
            "questions.size: with its 100 of a x 100 of b x 100 of c x 2 of batch_size and 2 seeds, "
            "the study has 4,000,000 trainings, more than 100,000: ",
        ),
        (
            "seeds = 2",
            f"seeds = {10**30}",
            "seeds: input should be less than 18446744073709551616 (given: 1000000000000000000000000000000)",
        ),
        (
            "seeds = 2",
            f"seeds = {HUGE}",
            "seeds: input should be less than 18446744073709551616 (given: int ",
        ),
        (
            LEVELS,
            f"[1, {HUGE}]",
            f"factors: {TOO_LARGE} int that ",
        ),
        (
            BASE,
            f"{BASE}, epochs = 1{'0' * 400}",
            f"base.epochs: {TOO_LARGE} 1",
        ),
        (
            LEVELS,
            "[1, [[[[[2]]]]]]",
            f"factors: {NO_VALUE} [[[[[",
        ),
    ],
)
def test_what_is_too_much_is_refused_before_it_takes_memory(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert refusal(tmp_path, GOOD.replace(old, new)).startswith(said)


def test_the_limit_of_trainings_can_be_raised(tmp_path: Path, lenetpp: Command) -> None:
    file = tmp_path / "sizes.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert sum(len(each.seeds) for each in make_plan(file, most_trainings=8).trainings) == 8
    with pytest.raises(StudyError, match=r"the study has 8 trainings, more than 7: "):
        make_plan(file, most_trainings=7)
    with pytest.raises(StudyError, match=r"sizes\.toml: questions\.size: .* and 50,001 seeds, .* 100,002 trainings"):
        make_plan(file, seeds=50_001)
    assert "8 trainings, more than 7" in lenetpp("study", file, "--most-trainings", 7, code=1, stream="errors")


# Files that were damaged, or are meant to do damage


def test_a_pipe_and_an_endless_file_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for source, kind in {tmp_path / "pipe.toml": "a pipe", Path("/dev/zero"): "a device", tmp_path: "a folder"}.items():
        with pytest.raises(StudyError, match=rf"^{re.escape(str(source))} must be a regular file, but is {kind}$"):
            make_plan(source)
    large = tmp_path / "large.toml"
    large.write_text(GOOD + "#" * MOST_STUDY_BYTES, encoding="utf-8")
    with pytest.raises(StudyError, match=rf"^{re.escape(str(large))} is too large: at most 1,048,576 bytes are read"):
        make_plan(large)


@pytest.fixture
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DataChoice, "load", cache(DataChoice.load))


WRONG: tuple[Any, ...] = (
    *(0, -1, 2**63, 1.5, math.nan, math.inf, True, "", "\x1b[0m", date(2026, 11, 25)),
    *([], [[]], ["a", 1], {}, {"a": {}}),
)


def places(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (*path, key)
        if isinstance(value, Mapping):
            yield from places(value, (*path, key))


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("path", list(places(tomllib.loads(WHOLE))), ids=".".join)
def test_a_wrong_value_at_any_key_is_planned_or_refused_with_a_documented_error(
    tmp_path: Path, path: tuple[str, ...]
) -> None:
    file = tmp_path / "sizes.toml"
    for value in WRONG:
        content = tomllib.loads(WHOLE)
        table = content
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = value
        file.write_text(tomli_w.dumps(content), encoding="utf-8")
        with suppress(StudyError, lp.DataError):
            make_plan(file)


@pytest.mark.usefixtures("loaded_once")
def test_a_mutated_file_is_planned_or_refused_with_a_documented_error(tmp_path: Path) -> None:
    file = tmp_path / "sizes.toml"
    refused = 0
    for damaged in mutations(WHOLE.encode(), seed=1):
        file.write_bytes(damaged)
        try:
            make_plan(file)
        except (StudyError, lp.DataError) as error:
            refused += str(file) in str(error)
    assert refused > COUNT // 2
