"""The benchmarks run by their documented commands; how fast anything is, is not asserted."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from optimization_ladder.compiled_rungs import BUILDS, Batch, CompiledRungs
from optimization_ladder.tricks import LENETPP, check_gradients
from side_by_side.problems import problem
from side_by_side.tools import PEERS
from whole_path import STAGES

FAST_PEERS = [tool for tool in PEERS if tool.name != "torch.compile"]
"""Compilation takes longer than all other tests of this file."""


ON_ONE_CORE = """
import os, sys
os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def run(
    project_root: Path, script: str, *options: str | Path, launcher: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *launcher, project_root / "benchmarks" / script, *options]
    # Errors come in a box; a wide one breaks no line.
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=environment)


def test_peers_are_measured_side_by_side_or_named_as_missing(project_root: Path, tmp_path: Path) -> None:
    record_file = tmp_path / "peers.json"
    options = "--nets lenet5,blog-mlp-biased --batches 4 --inference-batches 3 --threads 1 --rounds 2 --seconds 0.005"
    names = ",".join(tool.name for tool in FAST_PEERS)
    finished = run(project_root, "peers.py", *options.split(), "--peers", names, "--json", record_file)
    assert finished.returncode == 0, finished.stderr
    record = json.loads(record_file.read_text())
    measured: dict[str, set[str]] = {}
    for result in record["results"]:
        assert not [refusal for refusal in result["refusals"].values() if refusal["is_fault"]]
        for tool, measurement in result["measurements"].items():
            assert len(measurement["seconds"]) == 2
            assert min(measurement["seconds"]) > 0
            assert measurement["disagreement"] is None
            case = result["case"]
            measured.setdefault(tool, set()).add(f"{case['task']} {case['network']} {case['batch']}")

    training = {"training lenet5 4", "training blog-mlp-biased 4"}
    inference = {"inference lenet5 3", "inference blog-mlp-biased 3"}
    offered = {"scikit-learn": {"training blog-mlp-biased 4"}, "ONNX Runtime": inference}
    assert measured.pop("lenetpp") == training | inference
    for tool in FAST_PEERS:
        if tool.obstacle is not None:
            assert f"{tool.name} is skipped: {tool.obstacle}" in finished.stdout
        else:
            assert measured.pop(tool.name) == offered.get(tool.name, training | inference)
    assert not measured
    assert "### Training, images per second, 1 thread" in finished.stdout
    assert re.search(r"^\| lenet5 +\| +3 \| +[\d,]+ \([\d,]+ to [\d,]+\)", finished.stdout, re.MULTILINE)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not restrict processes to cores")
def test_peers_are_measured_by_default_on_a_machine_of_one_core(project_root: Path) -> None:
    options = "--nets lenet5 --batches 4 --inference-batches= --peers= --rounds 1 --seconds 0.001"
    finished = run(project_root, "peers.py", *options.split(), launcher=("-c", ON_ONE_CORE))
    assert finished.returncode == 0, finished.stderr
    assert re.findall(r"^### .*", finished.stdout, re.MULTILINE) == ["### Training, images per second, 1 thread"]


@pytest.mark.parametrize(
    ("script", "option", "value", "named"),
    [
        ("peers.py", "--nets", "lenet6", "lenet6"),
        ("peers.py", "--batches", "0,1", "from 1 to 768"),
        ("peers.py", "--threads", "one", "whole numbers"),
        ("peers.py", "--nets", "", "nothing to measure"),
        ("ladder.py", "--batches", "1,x", "whole numbers"),
    ],
)
def test_a_wrong_option_is_named(project_root: Path, script: str, option: str, value: str, named: str) -> None:
    finished = run(project_root, script, option, value)
    assert finished.returncode == 2
    assert named in finished.stderr


class ScaledRungs(CompiledRungs):
    """Rungs whose gradients can be made a little too large."""

    scale = 1.0

    def loss_and_gradients(self, rung: int, parameters: NDArray[np.float32], batch: Batch) -> tuple[float, FloatArray]:
        loss, gradients = super().loss_and_gradients(rung, parameters, batch)
        return loss, gradients * self.scale


def test_what_a_record_costs_is_measured_with_and_without(project_root: Path) -> None:
    finished = run(project_root, "record_cost.py", "--epochs", "1", "--rounds", "2")
    assert finished.returncode == 0, finished.stderr
    for net in ("lenet5", "blog-lenet"):
        assert len(re.findall(rf"^\| {net} +\| +[\d.]+ \| +[\d.]+ \| +[\d.]+, ", finished.stdout, re.MULTILINE)) == 2


def test_every_stage_of_a_whole_process_is_measured(project_root: Path) -> None:
    options = "--rounds 1 -- --per-class 10 --test-per-class 5 --epochs 2"
    finished = run(project_root, "whole_path.py", *options.split())
    assert finished.returncode == 0, finished.stderr
    rows = re.findall(r"^\| (.+?) +\| +([\d,.]+) \| +[\d,.]+ to [\d,.]+ \| +[\d.]+% \|$", finished.stdout, re.MULTILINE)
    assert [name for name, _ in rows] == [*STAGES, "whole process"]
    assert all(float(milliseconds.replace(",", "")) > 0 for _, milliseconds in rows)


def test_a_training_that_fails_is_no_measurement(project_root: Path) -> None:
    finished = run(project_root, "whole_path.py", "--rounds", "1", "--", "--network", "lenet6")
    assert finished.returncode == 1
    assert "lenet6" in finished.stderr


@pytest.mark.build
@pytest.mark.needs("c++")
class TestLadder:
    def test_every_rung_and_batch_size_is_measured(self, project_root: Path, tmp_path: Path) -> None:
        record_file = tmp_path / "ladder.json"
        options = "--batch 4 --batches 1,8 --rounds 2 --seconds 0.002 --training-seconds 0.05 --seeds 2 --json"
        finished = run(project_root, "ladder.py", *options.split(), record_file)
        assert finished.returncode == 0, finished.stderr
        record = json.loads(record_file.read_text())
        rungs = record["tricks"]["rungs"]
        assert rungs[-1]["name"] == LENETPP
        assert [set(rung["seconds"]) for rung in rungs[:-2]] == [set(BUILDS)] * 5
        assert all(len(rounds) == 2 for rung in rungs for rounds in rung["seconds"].values())
        sizes = record["batch_sizes"]["results"]
        assert [(size["data_type"], size["batch"]) for size in sizes] == [
            ("float32", 1),
            ("float32", 8),
            ("float64", 1),
            ("float64", 8),
        ]
        assert all(len(size["accuracies"]) == 2 for size in sizes)
        assert all(rung["name"] in finished.stdout for rung in rungs)

    def test_wrong_gradients_are_found_out(self, tmp_path: Path) -> None:
        compiled = ScaledRungs(tmp_path, ("-O1",))
        task = problem("blog-lenet")
        for rung, name in enumerate(compiled.names):
            compiled.scale = 1.0
            check_gradients(compiled, rung, task, 3, name)
            compiled.scale = 1.0001
            with pytest.raises(ArithmeticError, match=r"gradient of 0\.weight differs"):
                check_gradients(compiled, rung, task, 3, name)


def test_listing_of_runs_is_measured(project_root: Path) -> None:
    finished = run(project_root, "run_listing.py", "--runs", "60", "--rounds", "2")
    assert finished.returncode == 0, finished.stderr
    assert "| listing 60 runs | seconds |" in finished.stdout
    assert re.search(r"^\| again \| \d\.\d\d \(\d\.\d\d to \d\.\d\d\) \|$", finished.stdout, re.MULTILINE)


def test_what_one_driver_feeds_is_measured_with_a_shared_disk_and_without(project_root: Path) -> None:
    finished = run(project_root, "cluster_throughput.py", "--workers", "1", "--runs", "3")
    assert finished.returncode == 0, finished.stderr
    rows = [line.strip("| \n").split("|") for line in finished.stdout.splitlines() if re.match(r"\| 1 ", line)]
    assert [row[1].strip() for row in rows] == ["shared disk", "sent"]
    figures = [[float(cell.replace(",", "")) for cell in row[2:]] for row in rows]
    assert all(runs_per_second > 0 and min(others) >= 0 for runs_per_second, *others in figures)
