"""Ctrl-C in the first moments of the command, while Python still loads it: quiet, with exit code 130."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TRAINING = ("train", "--epochs", "100000")
STARTED = """
import os, signal, lenetpp_command

def answer_and_say_so(number, handler, set_answer=signal.signal):
    set_answer(number, handler)
    signal.signal = set_answer
    os.write(2, b"ready\\n")

signal.signal = answer_and_say_so
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    os.write(2, b"ready\\n")
lenetpp_command.main()
"""
"""Says when the first line of the command has been run: before that, nothing of ours can answer."""


def interrupted(
    folder: Path, seconds: float, arguments: Sequence[str] = TRAINING, answer: Any = signal.SIG_DFL
) -> tuple[int, str]:
    """Start the command, press Ctrl-C so many seconds after its first line, and return exit code and errors."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"LENETPP_RUNS": str(folder / "runs")},
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, answer),
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def prove(folder: Path, step: float = 0.001, first: float = 0.001, last: float = 0.3) -> str:
    """Press at every step of the first moments."""
    count = round(last / step)
    for number in range(round(first / step), count + 1):
        code, errors = interrupted(folder, number * step)
        assert (code, "Traceback" in errors) == (130, False), f"after {number * step:.3f} s: {code}, {errors}"
        shutil.rmtree(folder / "runs", ignore_errors=True)
    moments = count + 1 - round(first / step)
    return f"Ctrl-C at {moments} moments of the first {1000 * last:.0f} ms: exit code 130, no traceback"
