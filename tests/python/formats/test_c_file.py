"""Networks as files of C give the bits of the library, whatever compiles them, in the memory that they say."""

import platform
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
import needs
from lenetpp.networks.activations import ACTIVATIONS
from lenetpp.networks.formats.c_file import c_file
from lenetpp.networks.formats.pixels import Pixels
from lenetpp.networks.layers import KINDS
from lenetpp.networks.network_structure import DataType

from ..numerics.architectures import network_texts
from .c_programs import MAIN, STRICT, compiled, outputs_of, run
from .exported_networks import IDENTIFIERS, TEXTS, bits, images_for, network_of


def check_same_bits(network: lp.Network, program: Path, images: np.ndarray, emulator: tuple[str, ...] = ()) -> None:
    outputs, best = outputs_of(program, network, images, emulator=emulator)
    np.testing.assert_array_equal(bits(outputs), bits(network.outputs(images)))
    np.testing.assert_array_equal(best, network.predict(images))


def test_the_networks_here_have_every_kind_of_layer_and_activation() -> None:
    words = set(re.findall(r"[a-z_]+|\]", " ".join(TEXTS)))
    assert {*KINDS, *ACTIVATIONS, "separate", "table"} - {"identity"} <= words


@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_a_thousand_images_get_the_bits_of_the_library(text: str, tmp_path: Path) -> None:
    network = network_of(text)
    check_same_bits(network, compiled(network, tmp_path), images_for(network, 1000))


@settings(max_examples=10)
@given(text=network_texts(), seed=st.integers(1, 1000))
def test_random_networks_get_the_bits_of_the_library(
    tmp_path_factory: pytest.TempPathFactory, text: str, seed: int
) -> None:
    network = network_of(text, seed=seed)
    check_same_bits(network, compiled(network, tmp_path_factory.mktemp("c")), images_for(network, 20, seed))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("pixels", ["uint8", "float32"])
def test_types_of_pixels_and_numbers(tmp_path: Path, dtype: DataType, pixels: Pixels) -> None:
    network = network_of(TEXTS[2], dtype)
    images = images_for(network, 100).astype(pixels)
    check_same_bits(network, compiled(network, tmp_path, pixels=pixels), images)


def test_images_without_normalization_are_taken_as_they_are(tmp_path: Path) -> None:
    network = network_of(TEXTS[1])
    network.normalization = None
    check_same_bits(network, compiled(network, tmp_path), images_for(network, 100))


@pytest.mark.parametrize(
    "flags",
    [
        ("-std=gnu11", "-O3", "-ffp-contract=fast"),
        pytest.param(
            ("-std=gnu11", "-O3", "-ffp-contract=fast", "-march=haswell"),
            marks=pytest.mark.skipif(
                lp._core.available_instruction_sets()[-1] not in ("avx2", "avx512"),
                reason="this processor has no instruction for fused multiply-adds of x86",
            ),
        ),
    ],
    ids=["fusing", "fusing with the instruction"],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_optimization_and_fusing_compilers_change_no_bit(
    tmp_path: Path, dtype: DataType, flags: tuple[str, ...]
) -> None:
    network = network_of(TEXTS[2], dtype)
    check_same_bits(network, compiled(network, tmp_path, flags), images_for(network, 100))


@dataclass(frozen=True)
class Machine:
    """A processor that is emulated, and how programs for it are compiled."""

    compiler: str
    flags: tuple[str, ...]
    emulator: tuple[str, ...]


MACHINES = {
    "aarch64": Machine("aarch64-linux-gnu-gcc", ("-static",), ("qemu-aarch64",)),
    "Cortex-M0": Machine(
        "arm-none-eabi-gcc", ("-mcpu=cortex-m0", "-mthumb", "--specs=rdimon.specs"), ("qemu-arm", "-cpu", "cortex-m0")
    ),
    "Cortex-M4": Machine(
        "arm-none-eabi-gcc",
        ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-mthumb", "--specs=rdimon.specs"),
        ("qemu-arm", "-cpu", "cortex-m4"),
    ),
}


@pytest.mark.skipif(platform.system() != "Linux", reason="the emulators run programs on Linux")
@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_another_processor_gives_the_same_bits(text: str, machine: Machine, tmp_path: Path) -> None:
    emulator, *options = machine.emulator
    needs.program(emulator)
    network = network_of(text)
    program = compiled(network, tmp_path, ("-Os", *machine.flags, *STRICT), command=machine.compiler)
    check_same_bits(network, program, images_for(network, 50), emulator=(emulator, *options))


@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_nothing_outside_the_arena_is_touched(text: str, tmp_path: Path) -> None:
    network = network_of(text)
    sanitized = (*STRICT, "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    check_same_bits(network, compiled(network, tmp_path, sanitized), images_for(network, 3))


@pytest.mark.parametrize("machine", [(), ("-march=haswell",)], ids=["emulated", "instruction"])
def test_a_multiply_add_is_rounded_once(tmp_path: Path, machine: tuple[str, ...]) -> None:
    """Each sum lies so near the middle of two neighbours that double precision sees the middle itself."""
    if machine and lp._core.available_instruction_sets()[-1] not in ("avx2", "avx512"):
        pytest.skip("this processor has no such instruction")
    network = lp.Network.parse("1x1x1 | conv 4x1x1")
    beside, odd = 2.0**-24 * (1 - 2.0**-23), 1 + 2.0**-23
    weights, biases = np.array([beside, -beside, beside, -beside]), np.array([odd, odd, -odd, -odd])
    network.set_parameters({"0.weight": weights.reshape(4, 1, 1, 1), "0.bias": biases})
    image = np.full((1, 1, 1, 1), 1 + 2.0**-23, np.float32)
    assert network.outputs(image).ravel().tolist() == biases.tolist()
    program = compiled(network, tmp_path, ("-O1", *machine, *STRICT), pixels="float32")
    check_same_bits(network, program, image)


def test_signs_of_zeros_that_vanishing_products_leave(tmp_path: Path) -> None:
    """-0 in a lane or a sum becomes +0 where the library adds the products of its padding, and stays -0 elsewhere."""
    dense = lp.Network.parse("1x1x17 | dense 2 nobias")
    dense.set_parameters({"0.weight": np.stack([np.full(17, -1e-30), np.full(17, 1e-30)])})
    padded = lp.Network.parse("1x2x2 | conv 2x1x1 pad1")
    padded.set_parameters({"0.weight": np.array([1, -1]).reshape(2, 1, 1, 1), "0.bias": [-0.0, -0.0]})
    for name, network in {"dense": dense, "padded": padded}.items():
        (tmp_path / name).mkdir()
        images = np.full((1, *network.input_shape), 1e-20 if name == "dense" else -0.0, np.float32)
        program = compiled(network, tmp_path / name, pixels="float32")
        check_same_bits(network, program, images)


def test_class_names_reach_c_whatever_they_are(tmp_path: Path) -> None:
    names = ("plain", "日本 */ x", 'quote " \\ ??/', "line\nbreak", "/* é\\")
    network = network_of("1x2x2 | dense 5")
    network.class_names = names
    main = MAIN.replace("free(arena);", "free(arena);\n  for (int i = 0; i < 5; ++i) puts(net_class_names[i]);")
    assert run([compiled(network, tmp_path, main=main)]).decode() == "".join(f"{name}\n" for name in names)


def test_without_class_names_their_indices_stand_in_their_place(tmp_path: Path) -> None:
    main = MAIN.replace(
        "free(arena);", "free(arena);\n  for (int i = 0; i < NET_OUTPUTS; ++i) puts(net_class_names[i]);"
    )
    network = network_of("1x2x2 | dense 11")
    assert network.class_names is None
    assert run([compiled(network, tmp_path, main=main)]).decode().split() == [str(index) for index in range(11)]
    assert "its digits" in network.to_c("net").partition("*/")[0]


def test_the_first_lines_say_how_much_memory_it_takes(tmp_path: Path) -> None:
    network = network_of("1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | dense 10")
    file = c_file(network.contents(), "net", "uint8")
    assert file.text == network.to_c("net")
    # The image, one plane before its pooling, six planes behind it.
    assert file.arena_bytes == 4 * (28 * 28 + 28 * 28 + 6 * 14 * 14)
    assert file.constant_bytes == 4 * (6 * 25 + 6 + 6 * 14 * 14 * 10 + 10)
    head = file.text.partition("*/")[0]
    assert f"{file.arena_bytes:,} bytes" in head
    assert f"{file.constant_bytes:,} bytes" in head
    assert str(network) in head
    assert network.digest in head
    symbols = run(["nm", "--undefined-only", compiled(network, tmp_path).with_name("net.o")]).decode()
    assert set(re.findall(r"U (\w+)", symbols)) <= {"fmaf", "memcpy", "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail"}


def test_lines_fit_an_editor() -> None:
    text = network_of(TEXTS[1]).to_c()
    assert max(map(len, text.splitlines())) <= 120
    assert text.isascii()
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("prefix", ["", "4ever", "a-b", "int", "é", "_net", "a b"])
def test_prefixes_that_begin_no_name_in_c(prefix: str) -> None:
    with pytest.raises(ValueError, match=f"prefix must begin names in C.* but is {prefix!r}"):
        network_of(TEXTS[0]).to_c(prefix)


def test_what_cannot_be_written() -> None:
    network = network_of(TEXTS[0])
    with pytest.raises(ValueError, match='pixels must be "uint8" or "float32", but are \'int8\''):
        network.to_c(pixels="int8")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the network has no weights"):
        lp.Network.parse(TEXTS[0]).to_c()
    network.core.set_parameter("0.bias", np.full(17, np.inf, np.float32))
    with pytest.raises(ValueError, match=r"0\.bias has values that are not finite"):
        network.to_c()
