"""The memory that ``Network.summary()`` plans, against what the system gave to a process that trains."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT_BYTES = 3 << 20
"""What the interpreter and the allocator do by themselves; a network smaller than that drowns in it."""

PROGRAM = """
import json, sys
from pathlib import Path
import numpy as np
import lenetpp as lp

text, dtype, batch_size, threads, runs, count = json.loads(sys.argv[1])
settings = dict(epochs=2, batch_size=batch_size, threads=threads, momentum=0.9, learning_rate=1e-5, progress=False)

def status(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

def train(text):
    shape = tuple(map(int, text.split(" | ")[0].split("x")))
    classes = int(text.split("dense ")[-1])
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (count, *shape), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int32) % classes
    data = lp.Dataset.from_arrays(train=(images, labels), test=(images[:96], labels[:96]))
    data.digest
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = status("VmRSS")
    lp.train(lp.Network.parse(text, dtype=dtype), data, runs=runs, checkpoint_seconds=1e-6, **settings)
    return status("VmHWM") - before

train("1x8x8 | conv 2x3x3 | maxpool 2 | dense 3")  # imports, buffers, the allocator's own
used = train(text)
planned = lp.Network.parse(text, dtype=dtype).summary(batch_size, threads).training_bytes
print(json.dumps([planned, used]))
"""


def planned_and_used(
    text: str, dtype: str, batch_size: int, threads: int, runs: str | None, images: int = 160
) -> tuple[int, int]:
    arguments = json.dumps([text, dtype, batch_size, threads, runs, images])
    command = [sys.executable, "-c", PROGRAM, arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    planned, used = json.loads(answer.stdout)
    return planned, used


needs_peaks = pytest.mark.skipif(
    not os.access("/proc/self/clear_refs", os.W_OK), reason="only Linux tells a process's peak anew"
)


@needs_peaks
@pytest.mark.parametrize("recorded", [False, True], ids=["not recorded", "recorded"])
@pytest.mark.parametrize(
    ("text", "dtype", "batch_size", "threads"),
    [
        pytest.param("3x32x32 | dense 600 relu | dense 10", "float32", 16, 1, id="parameters"),
        pytest.param("3x32x32 | dense 600 relu | dense 10", "float32", 16, 2, id="parameters, 2 threads"),
        pytest.param("3x32x32 | dense 600 relu | dense 10", "float64", 16, 1, id="parameters, float64"),
        pytest.param("3x48x48 | conv 24x5x5 relu | conv 16x3x3 relu | dense 4", "float32", 128, 1, id="activations"),
        pytest.param(
            "3x48x48 | conv 24x5x5 relu | conv 16x3x3 relu | dense 4", "float32", 128, 2, id="activations, 2 threads"
        ),
        pytest.param(
            "3x64x64 | conv 8x5x5 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 512 relu | dense 10",
            "float32",
            64,
            2,
            id="both",
        ),
        pytest.param("1x28x28 | conv 2x5x5 relu | maxpool 2 | dense 10", "float32", 16, 1, id="tiny"),
    ],
)
def test_a_training_needs_the_memory_that_is_planned(
    tmp_path: Path, text: str, dtype: str, batch_size: int, threads: int, recorded: bool
) -> None:
    planned, used = planned_and_used(text, dtype, batch_size, threads, str(tmp_path) if recorded else None)
    assert abs(used - planned) <= max(LIMIT_BYTES, 0.1 * planned), f"planned {planned:,}, used {used:,} bytes"


@needs_peaks
def test_the_images_are_never_copied() -> None:
    images = 12_000
    _, used = planned_and_used("1x28x28 | conv 2x5x5 relu | maxpool 2 | dense 10", "float32", 16, 1, None, images)
    assert used < 784 * images / 2
