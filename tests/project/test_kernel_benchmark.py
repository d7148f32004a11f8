"""The benchmark of the kernels prints every row, counts operations right and refuses what it does not understand."""

import re
import subprocess
from pathlib import Path
from typing import TypeAlias

import pytest

import lenetpp as lp
from builds import Run
from lenetpp import _core
from side_by_side.problems import GROUPS

from .conftest import CMakeBuild

pytestmark = pytest.mark.build

Rows: TypeAlias = list[dict[str, str]]
SHORTEST = ("--rounds", "1", "--seconds", "1e-6")
SETS = _core.available_instruction_sets()
MEASURED = [name for name in GROUPS["lenet-sized"] if name in lp.NAMED_NETWORKS]
"""Of the package's networks; wider ones are measured as a whole, side by side with other tools."""
NUMBER = r"\d+(?:\.\d+)?"


@pytest.fixture(scope="module")
def program(cmake_build: CMakeBuild) -> Path:
    return cmake_build.folder / "lenetpp_kernel_benchmark"


@pytest.fixture(scope="module")
def output(program: Path, run: Run) -> str:
    return run(program, *SHORTEST, "--markdown")


def tables(output: str) -> list[Rows]:
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", output, re.MULTILINE):
        header, rule, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()]
        assert all(set(cell) <= set("-:") for cell in rule)
        found.append([dict(zip(header, row, strict=True)) for row in rows])
    return found


def test_every_kernel_is_measured_on_every_instruction_set(output: str, project_root: Path) -> None:
    header = (project_root / "cpp/src/kernels/kernels.h").read_text(encoding="utf-8")
    in_library = set(re.findall(r"\(\*(\w+)\)\(", header))
    rows = tables(output)[0]
    assert {row["kernel"] for row in rows} == in_library
    for row in rows:
        for instruction_set in SETS:
            assert re.fullmatch(rf"{NUMBER}( \({NUMBER}, {NUMBER}%\))?", row[instruction_set]), row


def test_every_layer_with_parameters_has_its_rows(output: str) -> None:
    measured = {(row["network"], row["kernel"], row["layer"]) for row in tables(output)[0]}
    for name in MEASURED:
        shape = lp.network(name).input_shape
        for layer in lp.network(name).summary().layers:
            kind = layer.text.split()[0].replace("conv", "convolution")
            place = f"{layer.text} on {'x'.join(map(str, shape))}"
            forward = backward = {kind}
            # Convolutions that see all of several planes have kernels of their own.
            if kind == "convolution" and shape[0] > 1 and "separate" not in layer.text:
                forward, backward = {kind, "filter_lanes"}, {"window", "filter_lanes"}
            shape = layer.output_shape
            if kind != "maxpool":
                assert sum((name, f"{kernel}_forward", place) in measured for kernel in forward) == 1
                assert sum((name, f"{kernel}_weight_gradient", place) in measured for kernel in backward) == 1


def test_operations_are_those_that_the_result_needs(output: str) -> None:
    normalized, numbers = "on 16x12x12", 16 * 12 * 12
    in_windows = (3 + 4 + 12 * 5 + 4 + 3) * 12 * 12  # of 5 planes, but for those at either end
    of_two_convolutions = 2 * 2 * 16 * 16 * 9 * 12 * 12
    operations = {
        ("lenet5", "convolution_forward", "conv 6x5x5 pad2 relu on 1x28x28"): 2 * 6 * 25 * 28 * 28,
        ("lenet5", "filter_lanes_forward", "conv 16x5x5 relu on 6x14x14"): 2 * 16 * 6 * 25 * 10 * 10,
        ("lenet5", "dense_forward", "dense 120 relu on 16x5x5"): 2 * 120 * 400,
        ("lenet5", "dense_input_gradient", "dense 120 relu on 16x5x5"): 2 * 120 * 400,
        ("lenet5", "dense_weight_gradient", "dense 84 relu on 120x1x1"): 2 * 84 * 120,
        # The one before the residual and the first one within it are one row.
        ("residual", "plane_moments", f"batchnorm relu {normalized}"): 2 * 4 * numbers,
        ("residual", "scaled_planes", f"batchnorm {normalized}"): 2 * numbers,
        ("residual", "scaled_gradient_sums", f"batchnorm {normalized}"): 4 * numbers,
        ("residual", "scaled_gradients", f"batchnorm {normalized}"): 5 * numbers,
        ("residual", "filter_lanes_weight_gradient", f"conv 16x3x3 pad1 nobias {normalized}"): of_two_convolutions,
        ("residual", "full_input_gradient", f"conv 16x3x3 pad1 nobias {normalized}"): of_two_convolutions,
        ("lrn", "local_response_forward", f"lrn 5 {normalized}"): 2 * in_windows + 2 * numbers,
        ("lrn", "local_response_backward", f"lrn 5 {normalized}"): 3 * in_windows + 7 * numbers,
    }
    for row in tables(output)[0]:
        expected = operations.pop((row["network"], row["kernel"], row["layer"]), None)
        if expected is not None:
            microseconds, gigaflops = map(float, re.findall(NUMBER, row["scalar"])[:2])
            assert microseconds * gigaflops * 1e3 == pytest.approx(expected, rel=0.02), row
    assert not operations, "not measured"


def test_dense_weight_gradients_are_measured_with_the_step_and_without(output: str) -> None:
    rows = [row for row in tables(output)[0] if row["kernel"] == "dense_weight_gradient" and row["batch"] == "32"]
    with_step = {(row["network"], row["layer"]) for row in rows if row["layer"].endswith(", with step")}
    alone = {(row["network"], row["layer"]) for row in rows} - with_step
    assert len(alone) > 10
    assert with_step == {(network, f"{layer}, with step") for network, layer in alone}


def test_pooled_convolutions_are_compared_with_their_dense_twins(output: str) -> None:
    rows = tables(output)[1]
    pooled = sum(str(lp.network(name)).count("maxpool") for name in MEASURED)
    assert len(rows) == pooled * len(SETS)
    assert {row["instruction set"] for row in rows} == set(SETS)
    assert all(re.fullmatch(rf"{NUMBER}x", row["dense / sparse"]) for row in rows)


def test_steps_of_the_named_networks_are_divided(output: str) -> None:
    _, _, *steps = tables(output)
    assert len(steps) == 2
    for rows in steps:
        assert [row["kernel"] for row in rows][-2:] == ["between the kernels", "whole step"]
        assert {name for row in rows for name in row if name != "kernel"} == set(MEASURED)
        # They come behind the step, and are measured with the kernels only.
        assert not {"softmax", "move_towards"} & {row["kernel"] for row in rows}
        assert all(re.fullmatch(NUMBER, cell) for name, cell in rows[-1].items() if name != "kernel")


def test_named_networks_are_the_package_s(output: str) -> None:
    assert dict(re.findall(r"^- (\S+): `(.*)`$", output, re.MULTILINE)) == {
        name: str(lp.network(name)) for name in MEASURED
    }


def test_filter_and_double_select(program: Path, run: Run) -> None:
    printed = run(program, *SHORTEST, "--double", "--markdown", "--filter", "kernels lenet5 convolution")
    assert "float64" in printed
    (rows,) = tables(printed)
    assert {row["network"] for row in rows} == {"lenet5"}
    assert {row["kernel"].split("_")[0] for row in rows} == {"convolution"}


def test_wider_networks_are_measured_by_name_only(program: Path, output: str, run: Run) -> None:
    assert "strided" not in output
    rows, *steps = tables(run(program, *SHORTEST, "--markdown", "--network", "strided"))
    assert {row["network"] for row in rows} == {"strided"}
    assert all(set(row) == {"kernel", "strided"} for step in steps for row in step)
    # Nothing is counted for rows of zeros around the input, nor for filters that fill vectors.
    weights = {
        ("filter_lanes_weight_gradient", "conv 64x3x3 stride2 pad1 relu on 32x16x16"): 64 * 32 * 9 * 8 * 8,
        ("full_input_gradient", "conv 128x3x3 stride2 pad1 relu on 64x8x8"): 128 * 64 * 9 * 4 * 4,
    }
    for (kernel, layer), multiply_adds in weights.items():
        (row,) = (row for row in rows if (row["batch"], row["kernel"], row["layer"]) == ("32", kernel, layer))
        microseconds, gigaflops = map(float, re.findall(NUMBER, row["scalar"])[:2])
        assert microseconds * gigaflops * 1e3 == pytest.approx(2 * multiply_adds, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--network", "lenet6"],
            '--network: expected one of "lenet5", "blog-lenet", "blog-lenet-wide", "blog-mlp", "mixing", '
            '"3x3, padding", "1x1", "7x7, stride 2", "11x11", "table", "residual", "lrn", "three-conv", "vgg-small", '
            '"alexnet-small", "strided", got "lenet6"',
        ),
        (["--seconds", "nan"], '--seconds: expected seconds above 0, at most 3600, got "nan"'),
        (["--rounds", "0"], '--rounds: expected a whole number from 1 to 1000000, got "0"'),
        (["--filter"], "--filter: expected a value behind it, got none"),
        (["--fast"], 'there is no option "--fast"; --help lists them'),
        ([*SHORTEST, "--filter", "lenet6"], '--filter: no row holds "lenet6"; --help says how rows are named'),
    ],
)
def test_bad_options_are_named(program: Path, arguments: list[str], message: str) -> None:
    finished = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=300)
    assert finished.returncode != 0
    assert finished.stderr == f"lenetpp_kernel_benchmark: {message}\n"
