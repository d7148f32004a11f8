"""No function compiled for one instruction set may run on a machine without it: flags, symbols and code of objects."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from builds import BUILDS, Run, run
from lenetpp import _core

from .conftest import CMakeBuild, configure, configure_for_aarch64

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(sys.platform != "linux" or os.uname().machine != "x86_64", reason="reads x86-64 ELF objects"),
]

INSTRUCTION_SETS = ("scalar", "avx2", "avx512")
FLAGS = {
    "scalar": set[str](),
    "avx2": {"-mavx2", "-mfma"},
    "avx512": {"-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mfma", "-mprefer-vector-width=512"},
}


def instruction_set_of(object_file: Path) -> str | None:
    """The instruction set that an object is compiled for by itself; None for all other code."""
    match = re.search(r"/lenetpp_(?:\w+_)?(scalar|avx2|avx512)\.dir/", str(object_file))
    return match[1] if match else None


def objects_of(build: CMakeBuild, instruction_set: str | None) -> list[Path]:
    commands = build.compile_commands()
    files = [c.object_file for c in commands if instruction_set_of(c.object_file) == instruction_set]
    assert files, f"no object of {instruction_set} in {build.folder}"
    return files


def test_available_instruction_sets_are_those_that_the_kernel_reports() -> None:
    flags = set(re.findall(r"^flags\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)[0].split())
    needed = {
        "scalar": set[str](),
        "avx2": {"avx2", "fma"},
        "avx512": {"avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"},
    }
    assert _core.available_instruction_sets() == [name for name in INSTRUCTION_SETS if needed[name] <= flags]


def test_every_file_is_compiled_with_its_own_machine_flags_and_no_others(cmake_build: CMakeBuild) -> None:
    for command in cmake_build.compile_commands():
        flags = set(re.findall(r"(?<=\s)-m\S+", command.arguments))
        assert flags == FLAGS[instruction_set_of(command.object_file) or "scalar"], command


def test_no_file_is_compiled_with_flags_that_change_bits(cmake_build: CMakeBuild) -> None:
    forbidden = re.compile(r"-ffast-math|-Ofast|-funsafe|-fassociative|-freciprocal|-ffinite|-fno-signed-zeros|-flto")
    for command in cmake_build.compile_commands():
        assert "-ffp-contract=off" in command.arguments, command
        assert not forbidden.search(command.arguments), command


def test_instruction_set_is_added_by_its_entry_in_the_list(project_root: Path, tmp_path: Path, run: Run) -> None:
    for part in ("cmake", "cpp"):
        shutil.copytree(project_root / part, tmp_path / part)
    shutil.copy(project_root / "CMakeLists.txt", tmp_path)
    with (tmp_path / "cpp/src/kernels/simd/instruction_sets.cmake").open("a", encoding="utf-8") as entries:
        entries.write("lenetpp_instruction_set(second HEADER scalar.h FLAGS -msse4.2 NEEDS sse4.2)\n")
        entries.write('lenetpp_instruction_set(elsewhere MACHINE "defined(__wasm__)" FLAGS -msimd128)\n')
    configure(tmp_path, tmp_path / "build")
    folder, runtime = tmp_path / "build", "CMakeFiles/lenetpp.dir/cpp/src/runtime.cpp.o"
    commands = CMakeBuild(folder).compile_commands()
    added = [c for c in commands if "/lenetpp_second.dir/" in str(c.object_file)]
    assert len(added) == len(objects_of(CMakeBuild(folder), "scalar"))
    for command in added:
        assert all(part in command.arguments for part in ("kernels/simd/scalar.h", "NAMESPACE=second", "-msse4.2"))
    run("cmake", "--build", folder, "--target", runtime)
    used = run("nm", "--demangle", "--undefined-only", folder / runtime)
    assert "lenetpp::second::kernel_table<float>()" in used
    assert "elsewhere" not in used


@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_kernels_export_nothing_outside_their_own_namespace(
    cmake_build: CMakeBuild, run: Run, instruction_set: str
) -> None:
    symbols = run("nm", "--demangle", "--defined-only", "--extern-only", *objects_of(cmake_build, instruction_set))
    names = re.findall(r"^[0-9a-f]+ [A-Za-z] (.+)$", symbols, re.MULTILINE)
    assert any(f"lenetpp::{instruction_set}::kernel_table<float>()" in name for name in names), symbols
    assert [name for name in names if f"lenetpp::{instruction_set}::" not in name] == []


@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_kernels_call_no_mathematics_of_the_c_library(cmake_build: CMakeBuild, run: Run, instruction_set: str) -> None:
    symbols = run("nm", "--demangle", "--undefined-only", *objects_of(cmake_build, instruction_set))
    called = set(re.findall(r"^\s+U (.+)$", symbols, re.MULTILINE))
    own = {name for name in called if "lenetpp::" in name}
    assert called - own <= {"memcpy", "memmove", "memset", "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_"}


def test_code_for_all_machines_holds_no_vector_extension(cmake_build: CMakeBuild, run: Run) -> None:
    files = objects_of(cmake_build, "scalar") + objects_of(cmake_build, None)
    code = run("objdump", "--disassemble", "--no-show-raw-insn", *files)
    assert len(code) > 100_000
    assert re.findall(r".*%[yz]mm\d+.*|.*\tv\w+[ps][sd] .*", code) == []


@pytest.mark.parametrize(("instruction_set", "register"), [("avx2", "%ymm"), ("avx512", "%zmm")])
def test_kernels_use_the_registers_they_are_compiled_for(
    cmake_build: CMakeBuild, run: Run, instruction_set: str, register: str
) -> None:
    code = run("objdump", "--disassemble", "--no-show-raw-insn", *objects_of(cmake_build, instruction_set))
    assert re.search(rf"vfmadd\w+ps .*{register}", code)


@BUILDS.fixture
def library_for_aarch64() -> Path:
    folder = BUILDS.folder / "aarch64"
    configure_for_aarch64(folder)
    run("cmake", "--build", folder)
    return folder


def test_library_cross_compiles_with_the_neon_facade(library_for_aarch64: Path) -> None:
    folder = library_for_aarch64
    symbols = run("aarch64-linux-gnu-nm", "--demangle", "--defined-only", folder / "liblenetpp.a")
    assert "lenetpp::neon::kernel_table<float>()" in symbols
