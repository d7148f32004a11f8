"""The table of tricks says what the benchmark's file says; a file that is none names the key."""

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from lenetpp.studies.benchmark_answers import BenchmarkAnswer, answer_benchmark
from lenetpp.studies.errors import StudyError
from lenetpp.studies.plan import make_plan
from lenetpp.studies.question_kinds import BenchmarkQuestion

from ..mutations import COUNT, mutations

QUESTION = BenchmarkQuestion(
    kind="benchmark", title="Which trick?", file="ladder.json", command="python benchmarks/ladder.py --json ladder.json"
)
LADDER: dict[str, Any] = {
    "date": "2026-11-25T11:46+02:00",
    "machine": {"processor": "Abacus", "architecture": "beads", "cores": 2},
    "load_average": None,
    "numerics": {"version": 2, "class": "fused", "instruction_set": "scalar", "compiler": "GCC 12"},
    "software": {"lenetpp": "0.1.0", "numpy": "2.4.6", "system": "Linux"},
    "tricks": {
        "batch": 32,
        "rungs": [
            {"name": "loops", "seconds": {"plain": [0.032, 0.030, 0.034], "vectors": [0.016, 0.016, 0.020]}},
            {"name": "+ trick", "seconds": {"plain": [0.016, 0.012, 0.017], "vectors": [0.008, 0.004, 0.016]}},
            {"name": "+ SIMD", "seconds": {"vectors": [0.004, 0.004, 0.004]}},
            {"name": "all", "seconds": {"": [0.002, 0.001, 0.001]}},
        ],
    },
    "batch_sizes": {"training_seconds": 2, "results": []},
}


def answer(folder: Path, ladder: object = LADDER) -> BenchmarkAnswer:
    (folder / "ladder.json").write_text(json.dumps(ladder), encoding="utf-8")
    return answer_benchmark("speed", QUESTION, folder / "study.toml")


STEPS = {
    "results": [
        {"data_type": "float32", "batch": 1, "seconds": [0.1, 0.2, 0.3]},
        {"data_type": "float32", "batch": 4, "seconds": [0.2, 0.4, 0.6]},
    ],
    "scalar": [
        {"data_type": "float32", "batch": 4, "seconds": [1.0, 2.0, 3.0]},
        {"data_type": "float64", "batch": 4, "seconds": [1.5, 2.0, 6.0]},
    ],
}


def step(instructions: str, numbers: str, batch: str) -> dict[str, str]:
    return {"instructions": instructions, "numbers": numbers, "batch": batch}


def judged(folder: Path, *conditions: dict[str, Any]) -> BenchmarkAnswer:
    claim = {"text": "it is faster", "source": "the blog", "of_a_machine": True, "conditions": list(conditions)}
    question = BenchmarkQuestion.model_validate({**QUESTION.model_dump(), "claims": [claim]})
    (folder / "ladder.json").write_text(json.dumps({**LADDER, "batch_sizes": STEPS}), encoding="utf-8")
    return answer_benchmark("speed", question, folder / "study.toml")


def test_claims_on_speed_have_scalar_figures_beside_vector_ones_by_the_step_and_by_the_image(tmp_path: Path) -> None:
    one, four = step("vectors", "float32", "1"), step("vectors", "float32", "4")
    single, double = step("no vectors", "float32", "4"), step("no vectors", "float64", "4")
    found = judged(
        tmp_path,
        {"measure": "step", "where": one, "against": four, "at_most": 1},
        {"measure": "image", "where": one, "against": four, "at_most": 1},
        {"measure": "step", "where": double, "against": single, "at_most": 1.2},
        {"rung": "trick", "build": "plain", "at_least": 1},
        {"up_to": "trick", "build": "vectors", "at_least": 1},
    )
    (judgement,) = found.judgements
    figures = [finding.figure for finding in judgement.findings]
    assert [(each.value, each.low, each.high) for each in figures if each] == [
        pytest.approx(expected) for expected in ((0.5, 0.5, 0.5), (2, 2, 2), (1.5, 1, 2), (2, 2, 2.5), (2, 1.25, 4))
    ]
    assert judgement.words == "on this machine, today: 0.50 to 2.00 times, see there"
    assert (
        "On this machine, today: time of a step (no vectors, batch 4), float64 against float32: 1.50 times "
        in " ".join(found.sentences)
    )
    assert found.steps["no vectors", "float64", "4"] == 2.0


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"rung": "magic", "at_least": 1}, r"\.rung: ladder\.json has no trick 'magic'; there are trick, SIMD"),
        ({"up_to": "magic", "at_least": 1}, r"\.up_to: ladder\.json has no trick 'magic'"),
        (
            {"rung": "trick", "build": "-O9", "at_least": 1},
            r"\.build: ladder\.json has no build '-O9'; there are plain, ",
        ),
        (
            {"measure": "step", "where": step("vectors", "float64", "1"), "against": {}, "at_least": 1},
            r"\.where: ladder\.json has no steps with such instructions, numbers, batch; there are vectors, float32, 1",
        ),
    ],
)
def test_what_the_file_does_not_have_is_refused_by_its_key(
    tmp_path: Path, condition: dict[str, Any], message: str
) -> None:
    with pytest.raises(StudyError, match=rf"questions\.speed\.claims\[0\]\.conditions\[0\]{message}"):
        judged(tmp_path, condition)


def test_speeds_are_medians_and_gains_are_taken_within_a_round(tmp_path: Path) -> None:
    found = answer(tmp_path)
    assert found.header == ("rung", "plain, images/s", "vectors, images/s", "times in all")
    assert found.rows == (
        ("loops", "1,000", "2,000", "1x"),
        ("+ trick", "2,000 (2.00x, 2.00 to 2.50)", "4,000 (2.00x, 1.25 to 4.00)", "4.00x, 2.12 to 7.50"),
        ("+ SIMD", "", "8,000 (2.00x, 1.00 to 4.00)", "8.00x, 7.50 to 8.50"),
        ("all", "32,000", "32,000 (4.00x, 2.00 to 4.00)", "30.0x, 16.0 to 34.0"),
    )
    assert found.speeds["vectors"] == pytest.approx((2000, 4000, 8000, 32000))
    assert found.speeds["plain"][:2] == pytest.approx((1000, 2000))
    assert math.isnan(found.speeds["plain"][2])


def test_sentences_and_note(tmp_path: Path) -> None:
    found = answer(tmp_path)
    assert found.sentences == (
        "All tricks together took training from 1,000 to 32,000 images/s: 30.0x, 16.0 to 34.0 over 3 rounds, with "
        "batches of 32 on one thread.",
        "On top of those before (vectors), trick: 2.00x, 1.25 to 4.00.",
        "On top of those before (vectors), SIMD: 2.00x, 1.00 to 4.00.",
        "On top of those before (vectors), all: 4.00x, 2.00 to 4.00.",
    )
    assert found.headline == (
        "All tricks together make training 30.0 times as fast (16.0 to 34.0): 32,000 instead of 1,000 images a second."
    )
    assert found.certainty == "Measured 3 times in turn on one machine: each time 16.0 to 34.0 times as fast."
    assert found.note.startswith(
        "Measured 2026-11-25 09:46 UTC on Abacus, 2 cores, with the instruction set scalar, compiled by GCC 12; "
        "lenetpp 0.1.0, numpy 2.4.6. Medians of 3 rounds;"
    )


def test_a_missing_file_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"^questions\.speed\.file: .*ladder\.json.*; `python benchmarks/ladder"):
        answer_benchmark("speed", QUESTION, tmp_path / "study.toml")


def changed(**tricks: Any) -> dict[str, Any]:
    return {**LADDER, "tricks": {**LADDER["tricks"], **tricks}}


@pytest.mark.parametrize(
    ("ladder", "said"),
    [
        ([], "ladder.json is not what"),
        ({**LADDER, "machine": {}}, "machine.processor: must be given"),
        (changed(batch=0), "tricks.batch: "),
        (changed(rungs=[]), "tricks.rungs: "),
        (changed(rungs=[{"name": "a", "seconds": {"b": [0.0]}}] * 2), "tricks.rungs[0].seconds.b[0]: "),
        (changed(rungs=[{"name": "a", "seconds": {}}] * 2), "tricks.rungs[0].seconds: "),
        (
            changed(rungs=[{"name": "a", "seconds": {"b": [1.0]}}, {"name": "c", "seconds": {"b": [1.0, 2.0]}}]),
            "as many rounds",
        ),
    ],
)
def test_a_malformed_file_is_refused_by_the_key_and_the_place(tmp_path: Path, ladder: object, said: str) -> None:
    with pytest.raises(StudyError, match=r"^questions\.speed\.file: ") as caught:
        answer(tmp_path, ladder)
    assert said in str(caught.value)


def test_a_pipe_and_an_endless_file_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ladder.json")
    with pytest.raises(StudyError, match=r"^questions\.speed\.file: .*ladder\.json must be .* but is a pipe; `python"):
        answer_benchmark("speed", QUESTION, tmp_path / "study.toml")
    (tmp_path / "ladder.json").unlink()
    (tmp_path / "ladder.json").symlink_to("/dev/zero")
    with pytest.raises(StudyError, match=r"^questions\.speed\.file: .*ladder\.json must be .* but is a device"):
        answer_benchmark("speed", QUESTION, tmp_path / "study.toml")


def test_a_mutated_file_is_shown_or_refused_by_the_key(tmp_path: Path) -> None:
    refused = 0
    for damaged in mutations(json.dumps(LADDER).encode(), seed=1):
        (tmp_path / "ladder.json").write_bytes(damaged)
        try:
            answer_benchmark("speed", QUESTION, tmp_path / "study.toml")
        except StudyError as error:
            refused += str(error).startswith("questions.speed.file: ladder.json is not what ")
    assert refused > COUNT // 2


def test_a_missing_file_is_noticed_before_anything_is_trained(tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text(
        'title = "?"\n[questions.speed]\nkind = "benchmark"\ntitle = "?"\nfile = "no.json"\ncommand = "ladder"\n',
        encoding="utf-8",
    )
    with pytest.raises(StudyError, match=r"study\.toml: questions\.speed\.file: .*no\.json.*`ladder` writes it"):
        make_plan(study)
