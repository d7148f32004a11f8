"""The core compiled to WebAssembly, in node: the golden trainings, multiply-add fused and emulated."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import needs
from builds import run

from .golden import all_as_json, check_golden

SCRIPT = Path(__file__).parent / "node_trainings.mjs"


def has_relaxed_simd(*flags: str) -> bool:
    # (module (func (param v128 v128 v128) (result v128) local.get 0 1 2 f32x4.relaxed_madd))
    module = "0,97,115,109,1,0,0,0,1,8,1,96,3,123,123,123,1,123,3,2,1,0,10,13,1,11,0,32,0,32,1,32,2,253,133,2,11"
    check = f"process.exit(WebAssembly.validate(new Uint8Array([{module}])) ? 0 : 1)"
    return subprocess.run(["node", *flags, "-e", check], capture_output=True, check=False).returncode == 0


def flags_for(name: str) -> list[str]:
    """What node is told, so that it knows a module's instructions; skips where it has none of them."""
    if name == "wasm128" or has_relaxed_simd():
        return []
    flag = "--experimental-wasm-relaxed-simd"
    if not has_relaxed_simd(flag):
        needs.lacks("Node.js", "one that knows relaxed SIMD, 21 or later")
    return [flag]


def trained_in_node(module: Path, *flags: str) -> dict[str, Any]:
    finished = subprocess.run(
        ["node", *flags, SCRIPT, module], input=json.dumps(all_as_json()), capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr[-5000:]
    report: dict[str, Any] = json.loads(finished.stdout)
    return report


@pytest.mark.parametrize("name", ["wasm128", "wasm128_relaxed"])
def test_golden_trainings_have_the_same_bits_in_node(modules: dict[str, Path], name: str) -> None:
    report = trained_in_node(modules[name], *flags_for(name))
    if name == "wasm128_relaxed" and not report["instructionSets"]:
        pytest.skip("the multiply-add of this processor rounds twice")
    check_golden(report, name)


def test_every_kernel_gives_the_bits_of_its_twin_in_node(twins_for_node: Path) -> None:
    # Of float32, on both instruction sets: float64 twins rest on the C library's fma(), which is not exact here (musl).
    flags = flags_for("wasm128_relaxed")
    assert "0 failed" in run("node", *flags, twins_for_node, "--test-case-exclude=*<double>*", "--no-colors")
