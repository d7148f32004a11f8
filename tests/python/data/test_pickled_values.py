"""The reader of CIFAR-10's pickles: what it reads, and that nothing else can happen."""

import builtins
import contextlib
import os
import pickle
import pickletools
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp.data import DataError
from lenetpp.data.pickled_values import read_pickled_values

from .cifar_files import PythonTwoPickle, python_files

VALUES = st.recursive(
    st.integers(-(2**31), 2**31 - 1) | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.binary(max_size=5), inner, max_size=5),
    max_leaves=300,
)


@given(value=VALUES)
def test_plain_values_come_back(value: object) -> None:
    content = PythonTwoPickle().dumps(value)
    assert pickle.loads(content, encoding="bytes") == value, "the test's own writer is wrong"
    assert read_pickled_values(content, "file") == value


def test_arrays_are_those_that_pickle_itself_reads() -> None:
    for name, content in python_files().items():
        expected = pickle.loads(content, encoding="bytes")
        values: Any = read_pickled_values(content, name)
        assert values.keys() == expected.keys()
        if b"data" in expected:
            assert values[b"data"].dtype == np.uint8
            np.testing.assert_array_equal(values.pop(b"data"), expected.pop(b"data"))
        assert values == expected


class Calls:
    """Pickles itself as a call of any function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("wrapped", [False, True])
def test_functions_are_never_called(tmp_path: Path, protocol: int, wrapped: bool) -> None:
    harm = tmp_path / "harm"
    calls = [
        Calls(os.system, f"touch {harm}"),
        Calls(builtins.eval, f"open({str(harm)!r}, 'w')"),
        Calls(getattr, Path(harm), "touch"),
        Calls(np.save, str(harm), 0),
        Calls(np.memmap, str(harm), "u1", "w+", 0, (1,)),
        Calls(os.mkdir, str(harm)),
    ]
    for call in calls:
        content = pickle.dumps({b"data": call} if wrapped else call, protocol)
        with pytest.raises(DataError, match="file: not a file of CIFAR-10's Python version: at byte"):
            read_pickled_values(content, "file")
    assert not harm.exists()


def array_pickle(
    shape: bytes = b"K\x01K\x03\x86", values: bytes = b"U\x03abc", kind: bytes = b"U\x02u1K\x00K\x01\x87"
) -> bytes:
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01" + shape
        + b"cnumpy\ndtype\n" + kind + b"R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89" + values + b"tb."
    )  # fmt: skip


def test_the_handmade_array_is_read() -> None:
    np.testing.assert_array_equal(read_pickled_values(array_pickle(), "file"), [[97, 98, 99]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (array_pickle(shape=b"K\x01K\x04\x86"), r"an array of shape \(1, 4\) with 3 bytes"),
        (array_pickle(shape=b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86"), "with 3 bytes"),
        (array_pickle(shape=b"J\xff\xff\xff\xffJ\xfd\xff\xff\xff\x86"), "whose shape is not two lengths"),
        (array_pickle(shape=b"(" + b"J\xff\xff\xff\x7f" * 100_000 + b"t"), "whose shape is not two lengths"),
        (array_pickle(shape=b"K\x01U\x01x\x86"), "int expected, bytes found"),
        (array_pickle(values=b"]"), "bytes expected, list found"),
        (array_pickle(kind=b"U\x02O8K\x00K\x01\x87"), "a call that these files do not make"),
        (array_pickle(kind=b"U\x02u1K\x00K\x01K\x00\x87"), "a call that these files do not make"),
        (b"\x80\x02cnumpy\nndarray\nK\x00\x85R.", "a call that these files do not make"),
        (b"\x80\x02cnumpy\nfromfile\n.", r"asks for \(b'numpy', b'fromfile'\), which these files do not hold"),
        (b"\x80\x02cnumpy.core.multiarray\nscalar\n.", r"asks for \(b'numpy.core.multiarray', b'scalar'\)"),
        (b"\x80\x02cnumpy\nndarray.tofile\n.", r"asks for \(b'numpy', b'ndarray.tofile'\)"),
        (b"\x80\x02}}b.", "a state that these files do not set"),
        (b"\x80\x02K\x01.x", "at byte 4: bytes follow the end"),
        (b"\x80\x02K\x01K\x01.", "more or less than one value is left"),
        (b"\x80\x02(K\x01.", "more or less than one value is left"),
        (b"\x80\x02K\x01", "at byte 4: cut short: 1 bytes expected, 0 left"),
        (b"\x80\x02.", "more or less than one value is left"),
        (b"\x80\x02\x86.", "at byte 2: nothing there"),
        (b"\x80\x02R.", "at byte 2: nothing there"),
        (b"\x80\x02h\x07.", "at byte 2: nothing there for the instruction to work on"),
        (b"\x80\x02](U\x01aK\x01u.", "dict expected, list found"),
        (b"\x80\x02}(K\x01K\x02u.", "bytes expected, int found"),
        (b"\x80\x02}(U\x01au.", "at byte 7: zip"),
        (b"\x80\x02T\xff\xff\xff\x7fabc.", "cut short: 2,147,483,647 bytes expected, 4 left"),
        (b"\x80\x02\xff.", r"at byte 2: the pickle instruction b'\\xff', which these files do not use"),
        (b"\x80\x02cnumpy", "at byte 2: a name without an end"),
        (b"", "at byte 0: cut short"),
        (b"\x80\x04\x8e" + (2**40).to_bytes(8, "little") + b"x.", r"the pickle instruction b'\\x8e'"),
        (b"\x80\x04\x96" + (2**60).to_bytes(8, "little") + b"x.", r"the pickle instruction b'\\x96'"),
        (b"\x80\x02K\x01r\xff\xff\xff\xff0.", "the pickle instruction b'0', which"),
        (b"\x80\x02" + b"\x85" * 100_000 + b".", "at byte 2: nothing there"),
        (b"\x80\x02" + b"(" * 30_000 + b"t" * 30_000 + b"K\x01.", "more or less than one value"),
        (b"\x80\x02(" + b"}" * 250_000 + b"t.", "more than 200,000 instructions"),
    ],
)
def test_malformed_pickles_are_refused_with_the_offset_and_little_memory(content: bytes, message: str) -> None:
    tracemalloc.start()
    with pytest.raises(DataError, match=message):
        read_pickled_values(content, "file")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20


def test_deep_nesting_neither_crashes_nor_recurses() -> None:
    value: Any = read_pickled_values(b"\x80\x02K\x01" + b"\x85" * 50_000 + b".", "file")
    for _ in range(50_000):
        (value,) = value
    assert value == 1


def test_a_list_that_holds_itself_is_only_a_list() -> None:
    value: Any = read_pickled_values(b"\x80\x02]q\x01(h\x01e.", "file")
    assert value[0] is value


@given(content=st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_data_error(content: bytes) -> None:
    with contextlib.suppress(DataError):
        read_pickled_values(b"\x80\x02" + content + b".", "file")


@given(
    program=st.lists(
        st.sampled_from([opcode for opcode in pickletools.opcodes if opcode.arg is None]).map(
            lambda opcode: opcode.code.encode("latin-1")
        )
        | st.sampled_from([b"K\x01", b"U\x01a", b"q\x00", b"h\x00", b"cnumpy\ndtype\n", b"cnumpy\nndarray\n"]),
        max_size=40,
    )
)
def test_any_program_gives_a_plain_value_or_a_data_error(program: list[bytes]) -> None:
    try:
        value = read_pickled_values(b"".join(program) + b".", "file")
    except DataError:
        return
    assert type(value).__module__ in ("builtins", "lenetpp.data.pickled_values")
