"""Files that are written whole or not at all, and what is left where the writer is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.basics import files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills by signals")

WRITERS = {
    "python": """
import os, signal, sys
from pathlib import Path
from lenetpp.basics.files import write_file_in_parts

def parts():
    yield b"half"
    os.kill(os.getpid(), signal.SIGKILL)

write_file_in_parts(Path(sys.argv[1]), parts())
""",
    # The system ends the process in the midst of the core's writing.
    "core": """
import resource, signal, sys
import lenetpp as lp

network = lp.Network.parse("1x32x32 | dense 100")
network.initialize()
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
network.save(sys.argv[1])
""",
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_killed_writer_leaves_the_old_file_and_what_the_next_writers_remove(tmp_path: Path, writer: str) -> None:
    path, other = tmp_path / "model", tmp_path / ".of-somebody-else.tmp"
    path.write_bytes(b"old")
    other.write_bytes(b"")
    network = lp.Network.parse("1x1x1 | dense 1")
    network.initialize()
    saves: tuple[Callable[[], None], ...] = (lambda: files.write_file(path, b"new"), lambda: network.save(path))
    for save in saves:
        before = path.read_bytes()
        killed = subprocess.run([sys.executable, "-c", WRITERS[writer], path], check=False)
        assert killed.returncode < 0
        assert path.read_bytes() == before
        (left,) = tmp_path.glob(files.TEMPORARIES)
        save()
        assert left.exists()  # its writer may be at it still
        long_ago = time.time() - files.SECONDS_TO_ABANDON - 10
        for file in (left, other):
            os.utime(file, (long_ago, long_ago))
        save()
        assert {entry.name for entry in tmp_path.iterdir()} == {"model", other.name}
