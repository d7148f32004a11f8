"""Waiting for what other processes do, with an end."""

import os
import time
from collections.abc import Callable

import psutil


def wait_for(holds: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not {what} within {seconds} s"
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def training_children() -> set[int]:
    """Return the processes that train, of this one."""
    every = psutil.process_iter(["pid", "ppid", "cmdline"])  # nothing of one that ends meanwhile
    return {
        each.info["pid"]
        for each in every
        if each.info["ppid"] == os.getpid() and "lenetpp.studies.worker_processes" in (each.info["cmdline"] or [])
    }
