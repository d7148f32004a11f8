"""The numeric contract: same settings and data, same bits, whatever runs them."""

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp import _core

from . import digests
from .cases import Case, cases


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, str]]:
    return digests.training_digests()


@pytest.mark.parametrize("instruction_set", ["scalar", "avx2", "avx512", "neon"])
def test_every_instruction_set_gives_the_same_bits(instruction_set: str, expected: dict[str, dict[str, str]]) -> None:
    if instruction_set not in _core.available_instruction_sets():
        pytest.skip(f"this build on this processor has no {instruction_set}")
    report = _run_script(instruction_set)
    assert report["instruction_set"] == instruction_set
    assert report["trainings"] == expected
    assert report["gradients"] == digests.gradient_digests()


def test_unknown_instruction_set_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r'expected one of scalar.*"sse9".*LENETPP_INSTRUCTION_SET'):
        _run_script("sse9")


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_every_number_of_threads_gives_the_same_bits(threads: int, expected: dict[str, dict[str, str]]) -> None:
    assert digests.training_digests(threads) == expected


def test_bits_are_those_of_this_numerics_version(expected: dict[str, dict[str, str]]) -> None:
    golden = json.loads(digests.GOLDEN_FILE.read_text(encoding="utf-8"))
    if _core.numeric_class() != golden["numeric_class"]:
        pytest.skip(f"this build is of the numeric class {_core.numeric_class()}")
    assert _core.numerics_version() == golden["numerics_version"], (
        f"the numerics version changed: renew {digests.GOLDEN_FILE.name} with `python {digests.__file__} --write`"
    )
    assert expected == golden["trainings"], "bits changed: undo that, or raise the numerics version and renew the file"


@given(case=cases(), threads=st.integers(1, 4))
def test_an_image_alone_gives_the_bits_it_gives_in_a_batch(case: Case, threads: int) -> None:
    network, images = case.network(), case.images
    together = network.compute_outputs(images, threads=threads)
    alone = np.concatenate([network.compute_outputs(images[i : i + 1]) for i in range(len(images))])
    assert together.tobytes() == alone.tobytes()
    backwards = network.compute_outputs(images[::-1].copy(), threads=threads)
    assert backwards[::-1].tobytes() == together.tobytes()


@given(case=cases(), threads=st.integers(2, 7))
def test_gradients_do_not_depend_on_the_number_of_threads(case: Case, threads: int) -> None:
    network = case.network()
    loss, gradients = network.loss_and_gradients(case.images, case.labels, case.loss, case.reduction, threads=threads)
    expected_loss, expected = network.loss_and_gradients(case.images, case.labels, case.loss, case.reduction)
    assert loss == expected_loss
    assert {name: values.tobytes() for name, values in gradients.items()} == {
        name: values.tobytes() for name, values in expected.items()
    }


def test_training_again_gives_the_same_bits(expected: dict[str, dict[str, str]]) -> None:
    assert digests.TRAININGS["lenet5"].digests() == expected["lenet5"]


def _run_script(instruction_set: str) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, digests.__file__],
        env={**os.environ, "LENETPP_INSTRUCTION_SET": instruction_set},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if finished.returncode:
        raise RuntimeError(finished.stderr)
    report: dict[str, Any] = json.loads(finished.stdout)
    return report
