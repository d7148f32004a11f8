"""Every call that writes a run's folder is made to fail in turn, the n-th for n = 1, 2, ... until none fails.

Python's calls and the core's: by a library that is preloaded into a process of its own.
"""

import ctypes
import errno
import itertools
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.run_files import CHECKPOINT_NAME, MODEL_NAME, RECORD_NAME, read_metrics, read_record

from .scenario import STEPS_OF_EPOCH, assert_same, train
from .stepping import ctrl_c_after_step

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
FILES = {
    "run.toml", "metrics.jsonl", "model.safetensors", "checkpoint.safetensors", "initial.safetensors", "snapshots.f32",
    "predictions.txt",
}  # fmt: skip


def prove(folder: Path, every: int = 1) -> str:
    """Compile the library and let every so many-th call fail, in a process that the library is preloaded into."""
    library = folder / "failing_calls.so"
    source = Path(__file__).with_name("failing_calls.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    command = [sys.executable, "-m", "proofs.failing_calls", str(folder), str(every)]
    environment = os.environ | {"LD_PRELOAD": str(library), "FAILING_CALLS": str(library)}
    finished = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout.strip()


class FailingCalls:
    """The preloaded library: the n-th call under a folder fails."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ["FAILING_CALLS"])
        self._library.what_failed.restype = ctypes.c_char_p

    def set(self, folder: Path, n: int, error: int) -> None:
        self._library.fail_at(os.fsencode(folder), n, error)

    def stop(self) -> str:
        """Let no call fail any more, and return the one that did."""
        failed: bytes = self._library.what_failed()
        self._library.fail_at(b"/", 0, 0)
        return failed.decode()


def _prove(folder: Path, every: int) -> str:
    calls = FailingCalls()
    expected = train(folder / "expected")
    with ctrl_c_after_step(2 * STEPS_OF_EPOCH + 7), pytest.raises(lp.TrainingInterrupted) as caught:
        train(folder / "stopped")
    assert caught.value.run.folder is not None
    stopped = caught.value.run.folder

    def resume_copy(runs: Path) -> lp.Run:
        return lp.resume(runs / stopped.name, progress=False)

    training = _fail_calls(calls, every, folder / "train", expected, train, None)
    resuming = _fail_calls(calls, every, folder / "resume", expected, resume_copy, stopped)
    return (
        f"of a training {training}, of a resumed one {resuming}: each failed once. Old files intact, error clear, "
        "nothing left behind, equal digests after going on in place and elsewhere"
    )


def _fail_calls(
    calls: FailingCalls,
    every: int,
    folder: Path,
    expected: lp.Run,
    act: Callable[[Path], lp.Run],
    prepared: Path | None,
) -> str:
    """Do `act` on a folder of runs, which holds a copy of the run `prepared`, once for each call that can fail."""
    kinds: Counter[str] = Counter()
    for n in itertools.count(1, every):
        error, runs = ERRORS[n % len(ERRORS)], folder / f"failing {n}"
        if prepared is not None:
            shutil.copytree(prepared, runs / prepared.name)
        calls.set(runs, n, error)
        try:
            run = act(runs)
        except OSError as caught:
            failed = calls.stop()
            _check_what_is_said(caught, error, runs, failed)
            _check_what_is_left(runs, caught, expected, failed)
        else:
            failed = calls.stop()
            assert run.folder is not None
            # No call failed, or only the core's attempt to sync the folder of a file that is there already.
            assert_same(run.folder, run, expected)
        if not failed:
            return f"{kinds.total()} calls ({', '.join(f'{count} {kind}' for kind, count in kinds.items())})"
        kinds[failed.split()[0]] += 1
    raise AssertionError("there is always a call that does not fail")


def _check_what_is_said(error: OSError, expected: int, runs: Path, failed: str) -> None:
    assert error.errno == expected, f"{failed}: {error!r}"
    assert str(runs) in str(error), f"{failed}: {error!r}"


def _check_what_is_left(runs: Path, error: OSError, expected: lp.Run, failed: str) -> None:
    folders = list(runs.iterdir()) if runs.exists() else []
    if not folders:
        # It could not even begin.
        assert not isinstance(error, lp.RecordingFailed)
        return
    (folder,) = folders
    names = {path.name for path in folder.iterdir()}
    assert names <= FILES, f"{failed} left {names - FILES}"
    assert RECORD_NAME in names
    read_metrics(folder)
    if CHECKPOINT_NAME in names:
        Checkpoint.read(folder / CHECKPOINT_NAME)
    if MODEL_NAME in names:
        lp.Network.load(folder / MODEL_NAME)
    # What was in memory goes on elsewhere, what is on the disk goes on in place.
    places = [folder]
    if isinstance(error, lp.RecordingFailed):
        places.append(error.save(runs.with_name(f"{runs.name} elsewhere")).folder or folder)
    for place in places:
        if read_record(place)["outcome"] == "finished":
            assert lp.Run.load(place).digest == expected.digest
        else:
            assert_same(place, lp.resume(place, progress=False), expected)


if __name__ == "__main__":
    print(_prove(Path(sys.argv[1]).resolve(), int(sys.argv[2])))  # noqa: T201
