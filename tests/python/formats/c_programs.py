"""Networks in C compiled into programs that read images and write outputs, as somebody else would write them."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import lenetpp as lp
import needs
from lenetpp.networks.formats.pixels import Pixels

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-ffp-contract=off")
MAIN = """\
#define NET_DECLARATIONS
#include "net.c"
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  PIXEL image[NET_PLANES * NET_HEIGHT * NET_WIDTH];
  NUMBER *arena = malloc(NET_ARENA * sizeof *arena), outputs[NET_OUTPUTS];
  while (fread(image, sizeof image, 1, stdin)) {
    for (int i = 0; i < NET_ARENA; ++i) arena[i] = (NUMBER)1e30; /* what lay there before decides nothing */
    const int32_t best = net_predict(image, arena, outputs);
    fwrite(outputs, sizeof outputs, 1, stdout);
    fwrite(&best, sizeof best, 1, stdout);
  }
  free(arena);
  return 0;
}
"""


def compiled(
    network: lp.Network,
    folder: Path,
    flags: Sequence[str] = ("-O1", *STRICT),
    *,
    command: str = "cc",
    pixels: Pixels = "uint8",
    main: str = MAIN,
) -> Path:
    """The network's file compiled by itself, and a program that knows it by its declarations only."""
    tool = needs.program(command)
    (folder / "net.c").write_text(network.to_c("net", pixels=pixels), encoding="utf-8")
    (folder / "main.c").write_text(main)
    types = {"uint8": "uint8_t", "float32": "float", "float64": "double"}
    program = folder / "program"
    defines = [f"-DPIXEL={types[pixels]}", f"-DNUMBER={types[network.dtype]}"]
    for source in ("net", "main"):
        run([tool, *flags, *defines, "-c", f"{folder / source}.c", "-o", f"{folder / source}.o"])
    run([tool, *flags, folder / "net.o", folder / "main.o", "-o", program, "-lm"])
    return program


def outputs_of(
    program: Path, network: lp.Network, images: NDArray[Any], *, emulator: Sequence[str] = ()
) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """What the program writes: outputs (N, classes) and predictions (N,)."""
    written = run([*emulator, program], images.tobytes())
    answer = np.dtype([("outputs", network.dtype, network.class_count), ("best", np.int32)])
    answers = np.frombuffer(written, answer)
    assert len(answers) == len(images)
    return answers["outputs"], answers["best"]


def run(command: Sequence[str | Path], given: bytes = b"") -> bytes:
    environment = {**os.environ, "ASAN_OPTIONS": "verify_asan_link_order=0"}
    finished = subprocess.run(command, input=given, capture_output=True, check=False, env=environment)
    assert finished.returncode == 0, finished.stderr.decode()[-5000:]
    return finished.stdout
