"""Debian's Python for aarch64, unpacked into a folder and run by QEMU: nothing is installed."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import needs
from builds import Run

PACKAGES = ("python3-dev", "libstdc++6")
MULTIARCH = "aarch64-linux-gnu"
PIP_PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_27_aarch64", "manylinux2014_aarch64")


@dataclass(frozen=True)
class EmulatedPython:
    """A virtual environment whose ``bin/python`` is a script that starts the emulator."""

    python: Path
    site_packages: Path
    include: Path


def emulated_python(folder: Path, requirements: Sequence[str], run: Run) -> EmulatedPython:
    """The environment in ``folder`` with these requirements; the test is skipped where none can be had."""
    for tool in ("qemu-aarch64", "apt-get"):
        needs.program(tool)
    root = folder / "root"
    _unpack(folder / "apt", root, run)
    real = (root / "usr/bin/python3").resolve()
    packages = folder / "lib" / real.name / "site-packages"
    script = folder / "bin" / "python"
    script.parent.mkdir()
    # -0: what Python takes for itself, so that the processes it starts are emulated, too.
    script.write_text(f'#!/bin/sh\nexec qemu-aarch64 -L "{root}" -0 "$0" "{real}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    (folder / "pyvenv.cfg").write_text(f"home = {real.parent}\n", encoding="utf-8")
    platforms = [f"--platform={name}" for name in PIP_PLATFORMS]
    version = real.name.removeprefix("python")
    run(sys.executable, "-m", "pip", "install", "--only-binary=:all:", f"--python-version={version}", *platforms,
        f"--target={packages}", *requirements)  # fmt: skip
    return EmulatedPython(script, packages, root / "usr/include" / real.name)


def _unpack(state: Path, root: Path, run: Run) -> None:
    """Unpack what ``PACKAGES`` need, from the machine's package sources, as if nothing were installed."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True)
    options = {
        "APT::Architecture": "arm64",
        "APT::Architectures::": "arm64",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
        "Dir::Cache": state / "cache",
        "Dir::State": state / "state",
        "Dir::State::status": "/dev/null",
    }
    apt_get = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    for arguments in (["update"], ["install", "--yes", "--download-only", *PACKAGES]):
        finished = subprocess.run([*apt_get, *arguments], capture_output=True, text=True, check=False)
        if finished.returncode:
            needs.lacks("Debian's packages for arm64", finished.stderr.strip()[:300])
    for package in (state / "cache/archives").glob("*.deb"):
        run("dpkg-deb", "--extract", package, root)
    # The first is of base-files in an installed system; by the second a Python's own folder is enough to compile with.
    (root / "lib").symlink_to("usr/lib")
    (next((root / "usr/include").glob("python3.*")) / MULTIARCH).symlink_to(f"../{MULTIARCH}")
