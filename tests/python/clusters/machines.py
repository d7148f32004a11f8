"""Machines: network namespaces of one real machine, each with an address, a disk and temporary files of its own.

What a machine must not see of the others' disks is hidden behind an empty one, so that nothing is shared but the wire.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

PREFIX = f"lp{os.getpid() % 100_000}"
NETWORK = f"10.{os.getpid() % 200 + 20}.7"
DRIVER = f"{NETWORK}.1"
"""The address of this machine, on the wire of the others."""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def can_be_had() -> bool:
    """Whether this system and this user can have them."""
    if sys.platform != "linux" or shutil.which("ip") is None or shutil.which("unshare") is None or os.getuid() != 0:
        return False
    space = f"{PREFIX}-try"
    if subprocess.run(["ip", "netns", "add", space], capture_output=True, check=False).returncode != 0:
        return False
    # Where the root is no mount point, as in a plain chroot, they can be made and nothing can be run in them.
    tried = subprocess.run(["ip", "netns", "exec", space, "true"], capture_output=True, check=False)
    ip("netns", "del", space)
    return tried.returncode == 0


class Machine:
    """One of them.

    Attributes
    ----------
    disk : Path
        Its own folder, in which its processes work.
    address : str
        On the wire.
    wire : str
        The device of this machine at the other end of its wire.
    """

    def __init__(self, number: int, disk: Path, hidden: Path) -> None:
        self.disk, self._hidden = disk, hidden
        self._space, self.address = f"{PREFIX}-{number}", f"{NETWORK}.{number + 2}"
        self.wire = f"{PREFIX}v{number}"
        self._processes: list[subprocess.Popen[bytes]] = []
        disk.mkdir(parents=True)

    def plug_in(self, stack: ExitStack) -> None:
        """Connect it to the wire."""
        ip("netns", "add", self._space)
        stack.callback(ip, "netns", "del", self._space)
        ip("link", "add", self.wire, "type", "veth", "peer", "name", "eth0", "netns", self._space)
        ip("link", "set", self.wire, "master", PREFIX)
        ip("link", "set", self.wire, "up")
        ip("-n", self._space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self._space, "link", "set", "eth0", "up")
        ip("-n", self._space, "link", "set", "lo", "up")
        stack.callback(self.stop)

    def start(
        self, *command: str, kilobytes: int | None = None, variables: Mapping[str, str] = {}
    ) -> "subprocess.Popen[bytes]":
        """Start a program there; a number of kilobytes is the size of the disk that it sees as its own."""
        small = f'mount -t tmpfs -o size={kilobytes}k none "{self.disk}" && ' if kilobytes else ""
        script = f'mount -t tmpfs none "{self._hidden}" && {small}exec "$@"'
        with (self.disk.parent / f"{self.disk.name}.log").open("ab") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self._space, "unshare", "--mount", "sh", "-c", script, "sh", *command],
                cwd="/",
                env=os.environ | {"TMPDIR": str(self.disk), "HOME": str(self.disk), **variables},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def start_worker(
        self, scheduler: str, *, kilobytes: int | None = None, variables: Mapping[str, str] = {}
    ) -> "subprocess.Popen[bytes]":
        """Start a worker of Dask with its nanny."""
        options = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(self.disk)]
        return self.start(
            *(sys.executable, "-m", "distributed.cli.dask_worker", scheduler, *options),
            kilobytes=kilobytes,
            variables=variables,
        )

    def processes(self, word: str) -> list[int]:
        """Return the processes there with a word in their command."""
        found = subprocess.run(["ip", "netns", "pids", self._space], capture_output=True, text=True, check=True)
        return [int(each) for each in found.stdout.split() if word in _command(int(each))]

    def temporaries(self) -> list[str]:
        """Return what runs in work have left there."""
        return sorted(str(path.relative_to(self.disk)) for path in self.disk.rglob("lenetpp-*"))

    def stop(self) -> None:
        """End all that was started there."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for left in self.processes(""):
            os.kill(left, 9)
        self._processes.clear()


@contextmanager
def machines(count: int, folder: Path, hidden: Path) -> Iterator[list[Machine]]:
    """Have some machines that do not see a folder of this one."""
    with ExitStack() as stack:
        ip("link", "add", PREFIX, "type", "bridge")
        stack.callback(ip, "link", "del", PREFIX)
        ip("addr", "add", f"{DRIVER}/24", "dev", PREFIX)
        ip("link", "set", PREFIX, "up")
        made = [Machine(number, folder / f"machine{number}", hidden) for number in range(count)]
        for machine in made:
            machine.plug_in(stack)
        yield made


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
