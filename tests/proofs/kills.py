"""A training process is killed at random moments: its run must be readable, and end with the same bits."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import lenetpp as lp
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.run_files import CHECKPOINT_NAME, RECORD_NAME, is_being_trained, read_metrics, read_record

from .scenario import assert_same, train

CHECKPOINT_SECONDS = 0.1
CHILD = (
    "import sys; from pathlib import Path; from proofs.scenario import data, train; data(); "
    "print('ready', flush=True); "
    f"train(Path(sys.argv[1]), epochs=int(sys.argv[2]), checkpoint_seconds={CHECKPOINT_SECONDS}); print('done')"
)


def prove(folder: Path, count: int = 200, epochs: int = 400, seed: int = 1) -> str:
    """Kill `count` trainings, each at another moment between its first line and its end, then resume them."""
    expected = train(folder / "expected", epochs=epochs)
    random = np.random.default_rng(seed)
    too_early = too_late = 0
    lost_epochs: list[int] = []
    longest = expected.seconds
    while len(lost_epochs) < count:
        runs = folder / f"{too_early + too_late + len(lost_epochs)}"
        _kill_after(runs, epochs, random.uniform(0, longest))
        records = list(runs.glob(f"*/{RECORD_NAME}"))
        if not records:
            # Killed before there was anything to lose: at most an empty folder is left.
            too_early += 1
            continue
        killed = records[0].parent
        assert not is_being_trained(killed)
        assert read_record(killed)["outcome"] in ("running", "finished")
        if read_record(killed)["outcome"] == "finished":
            too_late += 1
            longest *= 0.95  # the machine is faster now
            continue
        written = len(read_metrics(killed))
        checkpoint = killed / CHECKPOINT_NAME
        known = Checkpoint.read(checkpoint).epoch if checkpoint.exists() else 0
        lost_epochs.append(written - known)
        assert_same(killed, lp.resume(killed, progress=False), expected)
    return (
        f"{count} of {count} runs killed within {epochs} epochs of {1000 * expected.seconds / epochs:.1f} ms ended "
        f"with equal digests; done again were up to {max(lost_epochs)} epochs, {np.mean(lost_epochs):.0f} in the mean "
        f"({too_early} more were killed before they had a record, {too_late} had just finished)"
    )


def _kill_after(runs: Path, epochs: int, seconds: float) -> None:
    command = [sys.executable, "-c", CHILD, str(runs), str(epochs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1], text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
