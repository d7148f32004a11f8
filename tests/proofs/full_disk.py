"""A file system of a few hundred kB fills up during training: the last checkpoint and what is in memory go on."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import lenetpp as lp
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.run_files import CHECKPOINT_NAME

from .scenario import SETTINGS, assert_same, data

# Parameters and momentum: 380 kB. One checkpoint fits, a second one beside it does not.
TEXT = "1x28x28 | conv 4x5x5 relu | maxpool 4 | dense 300 tanh | dense 3"
DISK_KILOBYTES = 1024
LEFT_KILOBYTES = 600


def command(folder: Path) -> list[str]:
    """The command that runs the proof on a disk of its own in `folder`, which vanishes with the process."""
    mount = f'mount -t tmpfs -o size={DISK_KILOBYTES}k none "$1" && exec "$2" -m proofs.full_disk "$1" "$3"'
    small, large = folder / "small disk", folder / "large disk"
    small.mkdir()
    return ["unshare", "--mount", "sh", "-c", mount, "sh", str(small), sys.executable, str(large)]


def can_mount(folder: Path) -> bool:
    """Whether this system and this user can mount a file system that only one process sees."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", str(folder)]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def prove(folder: Path) -> str:
    """Fill a small disk by a training."""
    finished = subprocess.run(
        command(folder), cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout.strip()


def _prove(small: Path, large: Path) -> str:
    expected = lp.train(lp.Network.parse(TEXT), data(), runs=large / "expected", progress=False, **SETTINGS)
    filler = small / "filler"
    filler.write_bytes(bytes((DISK_KILOBYTES - LEFT_KILOBYTES) * 1024))
    try:
        lp.train(
            lp.Network.parse(TEXT), data(), runs=small / "runs", progress=False, checkpoint_seconds=1e-3, **SETTINGS
        )
    except lp.RecordingFailed as error:
        failure = error
    assert failure.errno == errno.ENOSPC
    folder = failure.run.folder
    assert folder is not None
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    checkpoint = Checkpoint.read(folder / CHECKPOINT_NAME)
    saved = failure.save(large / "saved").folder
    assert saved is not None
    assert_same(saved, lp.resume(saved, progress=False), expected)
    filler.unlink()
    assert_same(folder, lp.resume(folder, progress=False), expected)
    return (
        f"a disk with {LEFT_KILOBYTES} kB left was full after epoch {len(failure.run.history)}: the checkpoint of "
        f"epoch {checkpoint.epoch} was intact; equal digests after going on elsewhere from memory, and in place once "
        "there was room"
    )


if __name__ == "__main__":
    print(_prove(Path(sys.argv[1]), Path(sys.argv[2])))  # noqa: T201
