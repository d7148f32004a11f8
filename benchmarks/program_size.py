"""How large a program with lenetpp in it is: ``python benchmarks/program_size.py --help``."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from lenetpp import _core
from measuring.machine import circumstances, circumstances_markdown
from measuring.markdown import table

ROOT = Path(__file__).resolve().parents[1]
PREDICTS = """
#include <lenetpp/lenetpp.h>
#include <cstdio>
int main(int, char** arguments) {
  const auto model = lenetpp::load_model(arguments[1]);
  const std::vector<std::uint8_t> pixels(model.network.architecture().input.size());
  const lenetpp::Images image(pixels, model.network.architecture().input);
  std::printf("%d\\n", static_cast<int>(lenetpp::Predictor(model.network).predict(image).front()));
}
"""
PROJECT = """
cmake_minimum_required(VERSION 3.21)
project(sizes LANGUAGES CXX)
add_subdirectory({root} lenetpp)
add_executable(predicts predicts.cpp)
target_link_libraries(predicts PRIVATE lenetpp::lenetpp)
"""


def main(
    build: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where to compile; a temporary folder.")] = None,
) -> None:
    """Compile a program that predicts with each choice of kernels, strip it, and print its sizes as Markdown.

    Example: python benchmarks/program_size.py
    """
    facts = circumstances()
    compiled_for = _core.available_instruction_sets()
    choices = [compiled_for[: last + 1] for last in range(len(compiled_for))]
    with tempfile.TemporaryDirectory() as folder:
        rows = [_size(build or Path(folder), chosen, compiled_for) for chosen in reversed(choices)]
    print(circumstances_markdown(facts), end="\n\n")
    print(table(["kernels compiled in", "bytes stripped"], rows))


def _size(folder: Path, chosen: list[str], known: list[str]) -> list[str]:
    """Return what is compiled in, and the size of the stripped program."""
    source, build = folder / "source", folder / "build"
    source.mkdir(parents=True, exist_ok=True)
    for name, text in (("predicts.cpp", PREDICTS), ("CMakeLists.txt", PROJECT)):
        path, content = source / name, text.format(root=ROOT.as_posix()) if text is PROJECT else text
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
    sets = [f"-DLENETPP_COMPILES_FOR_{name}={'ON' if name in chosen else 'OFF'}" for name in known]
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_UNITY_BUILD=ON", *sets]
    configure: list[str | Path] = ["cmake", "-S", source, "-B", build, "-G", "Ninja", *options]
    compile_all: list[str | Path] = ["cmake", "--build", build]
    for command in (configure, compile_all):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    stripped = Path(shutil.copy(build / "predicts", folder / f"predicts-{len(chosen)}"))
    subprocess.run(["strip", stripped], check=True)
    return [", ".join(chosen), f"{stripped.stat().st_size:,}"]


if __name__ == "__main__":
    typer.run(main)
