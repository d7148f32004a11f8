"""Ctrl-C in the first moments of the command, while it is being loaded: no traceback, exit code 130."""

import os
import signal
from pathlib import Path

import pytest

from proofs.early_interrupts import interrupted

posix = pytest.mark.skipif(os.name != "posix", reason="sends signals")


@posix
@pytest.mark.parametrize("milliseconds", [20, 60, 100, 150, 220, 300])
def test_ctrl_c_while_the_command_is_loaded_is_quiet(tmp_path: Path, milliseconds: int) -> None:
    code, errors = interrupted(tmp_path, milliseconds / 1000)
    assert "Traceback" not in errors
    assert code == 130, errors


@posix
def test_what_was_started_in_the_background_goes_on_ignoring_ctrl_c(tmp_path: Path) -> None:
    code, errors = interrupted(tmp_path, 0.1, ("--version",), answer=signal.SIG_IGN)
    assert code == 0, errors
