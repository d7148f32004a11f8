"""The proofs, small: a few moments, steps and calls of each instead of all."""

import os
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import needs

from . import (
    clusters,
    failing_calls,
    foreign_networks,
    full_disk,
    hostile_values,
    interrupts,
    kills,
    photo_folders,
    replays,
    stops,
)

posix = pytest.mark.skipif(os.name != "posix", reason="sends signals")


@posix
def test_runs_stopped_at_some_steps_end_with_the_same_bits(tmp_path: Path) -> None:
    stops.prove(tmp_path, stops=(1, 49, 50, 51, 173, 299, 300))


def test_random_runs_replayed_in_fresh_processes_have_the_same_bits(tmp_path: Path) -> None:
    replays.prove(tmp_path, count=3)


@posix
def test_killed_runs_are_readable_and_end_with_the_same_bits(tmp_path: Path) -> None:
    kills.prove(tmp_path, count=3)


@posix
def test_on_dask_killed_workers_cost_no_folder_and_nothing_that_a_checkpoint_holds(tmp_path: Path) -> None:
    needs.module("distributed")
    clusters.prove_killed_workers(tmp_path, count=2, epochs="3000, 4000")  # long enough to be met on fast machines


@pytest.mark.needs("cc")
@pytest.mark.skipif(sys.platform != "linux", reason="preloads a library")
def test_calls_that_fail_leave_old_files_and_the_state(tmp_path: Path) -> None:
    failing_calls.prove(tmp_path, every=7)


def test_a_full_disk_leaves_the_last_checkpoint_and_the_state(tmp_path: Path) -> None:
    (tmp_path / "probe").mkdir()
    if not full_disk.can_mount(tmp_path / "probe"):
        needs.lacks("a disk of its own", "a user who may mount one, as root may")
    full_disk.prove(tmp_path)


@posix
@given(random=st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_every_file_in_a_folder_of_photos_is_used_or_named_as_left_out(random: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        photo_folders.check(Path(folder) / "photos", random)


@posix
def test_ctrl_c_is_answered_in_time_in_every_phase(tmp_path: Path) -> None:
    interrupts.prove(tmp_path, count=3)


def test_random_onnx_graphs_are_read_rightly_or_refused(tmp_path: Path) -> None:
    needs.module("onnx")
    needs.module("onnxruntime")
    foreign_networks.prove_onnx(tmp_path, count=40, first=5000)


def test_random_pytorch_modules_are_read_rightly_or_refused(tmp_path: Path) -> None:
    needs.module("torch")
    foreign_networks.prove_torch(tmp_path, count=10, first=5000)


@posix
def test_hostile_values_give_documented_errors_only(tmp_path: Path) -> None:
    needs.module("sklearn")
    hostile_values.prove(tmp_path, count=150)
