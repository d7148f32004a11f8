"""How long `lenetpp runs` takes over thousands of runs, start-up included.

Runs are copies of a real one, with other settings and results, so that a condition has something to choose from.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import tomli_w
import typer

import lenetpp as lp
from lenetpp.records.run_files import read_record
from measuring.machine import circumstances, circumstances_markdown

CONDITION = 'test_accuracy > 0.88 and network.name == "lenet5" and learning_rate < 0.03'


def main(
    count: Annotated[int, typer.Option("--runs", min=1, metavar="N", help="Recorded runs.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Listings of each kind.")] = 7,
) -> None:
    """Record runs, list them, and print a table of seconds: median, and range in brackets."""
    facts = circumstances()
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder)
        _record(runs, count)
        first = _listing(runs)
        again = [_listing(runs) for _ in range(rounds)]
        after_training = [_after_one_more(runs, number) for number in range(rounds)]
    print(circumstances_markdown(facts))
    print(f"\n| listing {count:,} runs | seconds |\n|---|---|")
    print(f"| for the first time, which makes the index | {first:.1f} |")
    for name, seconds in (("again", again), ("again, with a run more than before", after_training)):
        print(f"| {name} | {statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f}) |")


def _record(runs: Path, count: int) -> None:
    """Fill a folder with copies of a run that differ in seed, learning rate and accuracy."""
    data = lp.load_data(train_per_class=10, test_per_class=2)
    trained = lp.train(lp.network("lenet5"), data, epochs=3, runs=runs / "original", progress=False)
    assert trained.folder is not None
    record, metrics = read_record(trained.folder), (trained.folder / "metrics.jsonl").read_bytes()
    random = np.random.default_rng(1)
    for number in range(count):
        record["settings"] |= {"seed": number, "learning_rate": float(random.choice([0.01, 0.02, 0.05]))}
        record["results"] |= {"test_accuracy": float(random.random())}
        folder = runs / f"20260101-{number // 1000:06}-{number % 1000:03}"
        folder.mkdir()
        (folder / "run.toml").write_text(tomli_w.dumps(record), encoding="utf-8")
        (folder / "metrics.jsonl").write_bytes(metrics)


def _after_one_more(runs: Path, number: int) -> float:
    shutil.copytree(next(runs.glob("20260101-*")), runs / f"20260102-000000-{number:03}")
    return _listing(runs)


def _listing(runs: Path) -> float:
    """Return the seconds of a whole process."""
    command = [sys.executable, "-m", "lenetpp", "runs", "--best", "--where", CONDITION]
    start = time.perf_counter()
    listed = subprocess.run(
        command, env={**os.environ, "LENETPP_RUNS": str(runs)}, check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    assert "lenet5" in listed.stdout, listed.stdout
    return seconds


if __name__ == "__main__":
    typer.run(main)
