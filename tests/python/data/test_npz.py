"""npz files: with Keras' names and ours, and everything else refused."""

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenetpp.data import DataError, load_data

IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
KERAS: dict[str, Any] = {
    "x_train": IMAGES,
    "y_train": np.array([0, 1, 2, 0], np.uint8),
    "x_test": IMAGES[:2],
    "y_test": np.array([1, 2]),
}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_file_with_keras_names_is_read(tmp_path: Path, save: Any) -> None:
    save(tmp_path / "mnist.npz", **KERAS)
    data = load_data(tmp_path / "mnist.npz")
    np.testing.assert_array_equal(data.train_images[:, 0], IMAGES)
    assert data.train_labels.tolist() == [0, 1, 2, 0]
    assert data.test_labels.tolist() == [1, 2]
    assert data.classes == ("0", "1", "2")


def test_our_names_classes_planes_and_fortran_order_are_read(tmp_path: Path) -> None:
    images = np.asfortranarray(np.arange(60, dtype=np.float32).reshape(2, 2, 3, 5))
    np.savez(
        tmp_path / "own.npz",
        train_images=images,
        train_labels=[0, 1],
        test_images=images,
        test_labels=[1, 0],
        classes=["no", "yes"],
    )
    data = load_data(str(tmp_path / "own.npz"))
    np.testing.assert_array_equal(data.train_images, images)
    assert data.classes == ("no", "yes")


def member(shape: str, dtype: str = "|u1", values: bytes = b"") -> bytes:
    """A .npy file with any header."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + values


def write_npz(file: Path, x_train: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("x_train.npy", x_train)
        for name in ("y_train", "x_test", "y_test"):
            content = io.BytesIO()
            np.save(content, KERAS[name])
            archive.writestr(f"{name}.npy", content.getvalue())


def test_the_handmade_member_is_read(tmp_path: Path) -> None:
    write_npz(tmp_path / "file.npz", member("(4, 2, 3)", values=IMAGES.tobytes()))
    np.testing.assert_array_equal(load_data(tmp_path / "file.npz").train_images[:, 0], IMAGES)


@pytest.mark.parametrize(
    ("x_train", "message"),
    [
        (member("(4, 2, 3)", values=bytes(23)), r"announces \(4, 2, 3\) of uint8, but 23 bytes follow"),
        (member("(4, 2, 3)", values=bytes(25)), "but 25 bytes follow"),
        (member("(2000000000, 2000000000)"), "but 0 bytes follow"),
        (member("(-1, -24)", values=bytes(24)), r"announces \(-1, -24\)"),
        (member("(4,", values=bytes(24)), "malformed header"),
        (member("(2,)", "|O", bytes(16)), r"holds Python objects \(object\), which are not loaded"),
        (b"not npy", "malformed header"),
        (b"", "malformed header"),
        (b"\x93NUMPY\x03\x00" + bytes(100), r"is in version \(3, 0\)"),
        (member("(1099511627776,)", "<U0"), "holds <U0, but numbers were expected"),
        (member("(0, 4611686018427387904, 4611686018427387904)"), "every length must be at least 1"),
        (member("(0,)"), "every length must be at least 1"),
        (member("(4, 2, 3)", "|V1", bytes(24)), "but numbers were expected"),
        (member("(4, 2, 3)", "|S1", bytes(24)), "but numbers were expected"),
        (member("(4, 2, 3)", "<M8[s]", bytes(192)), "but numbers were expected"),
        (member("(4,)", "(2,3)u1", bytes(24)), "but numbers were expected"),
        (member("(4, 2, 3)", "<c8", bytes(192)), "but numbers were expected"),
        (member("(True, 2.5)", values=bytes(24)), "malformed header"),
    ],
)
def test_malformed_arrays_are_named(tmp_path: Path, x_train: bytes, message: str) -> None:
    file = tmp_path / "file.npz"
    write_npz(file, x_train)
    tracemalloc.start()
    with pytest.raises(DataError, match=f"{file}: .*{message}"):
        load_data(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


def test_a_pickle_inside_never_runs(tmp_path: Path) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "harm",)

    np.savez(tmp_path / "file.npz", **{**KERAS, "x_train": np.array([Harmful()], dtype=object)})
    with pytest.raises(DataError, match="holds Python objects"):
        load_data(tmp_path / "file.npz")
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("names", [("x_val", "y_val"), ("x_validation", "y_validation"), ("x_valid", "y_valid")])
def test_a_validation_part_is_read(tmp_path: Path, names: tuple[str, str]) -> None:
    np.savez(tmp_path / "file.npz", **{**KERAS, names[0]: IMAGES[1:3], names[1]: [2, 1]})
    data = load_data(tmp_path / "file.npz")
    assert data.validation_images is not None
    assert data.validation_labels is not None
    np.testing.assert_array_equal(data.validation_images[:, 0], IMAGES[1:3])
    assert data.validation_labels.tolist() == [2, 1]


def test_a_validation_part_by_two_names_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "file.npz", **KERAS, x_val=IMAGES, y_val=[0] * 4, x_valid=IMAGES, y_valid=[0] * 4)
    with pytest.raises(DataError, match="has the validation part twice, as valid and val: keep one"):
        load_data(tmp_path / "file.npz")


@pytest.mark.parametrize("name", ["weights", "x_val", "y_val", "train_images", "clasres", "\x1b[2J"])
def test_an_array_that_nothing_is_known_of_is_refused(tmp_path: Path, name: str) -> None:
    np.savez(tmp_path / "file.npz", **{**KERAS, name: np.zeros(4, np.uint8)})
    with pytest.raises(DataError, match=r"has .*, which nothing is known of, besides x_test, .*: expected") as error:
        load_data(tmp_path / "file.npz")
    assert str(error.value).isprintable()


def test_a_flipped_bit_in_a_name_does_not_lose_the_class_names(tmp_path: Path) -> None:
    file = tmp_path / "file.npz"
    np.savez(file, **KERAS, classes=["a", "b", "c"])
    content = file.read_bytes()
    assert content.count(b"classes.npy") == 2  # in the header before the array, and in the directory at the end
    file.write_bytes(content.replace(b"classes.npy", b"glasses.npy"))
    with pytest.raises(DataError, match="has glasses, which nothing is known of"):
        load_data(file)


def test_an_array_that_a_damaged_length_hides_is_missed(tmp_path: Path) -> None:
    file = tmp_path / "file.npz"
    np.savez(file, **KERAS, classes=["a", "b", "c"])
    content = bytearray(file.read_bytes())
    before = content.rindex(b"y_test.npy") - 46  # its entry of the zip directory; the comment's length is at byte 32
    content[before + 33] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataError, match="has 4 arrays, but announces 5"):
        load_data(file)


def test_an_array_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    write_npz(tmp_path / "file.npz", member("(4, 2, 3)", values=IMAGES.tobytes()))
    with zipfile.ZipFile(tmp_path / "file.npz", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("y_test.npy", b"")
    with pytest.raises(DataError, match="has the array 'y_test' twice"):
        load_data(tmp_path / "file.npz")


def test_class_names_of_characters_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    write_npz(tmp_path / "file.npz", member("(4, 2, 3)", values=IMAGES.tobytes()))
    with zipfile.ZipFile(tmp_path / "file.npz", "a") as archive:
        archive.writestr("classes.npy", member("(3,)", "<U2", b"\xff" * 24))
    with pytest.raises(DataError, match="classes must be names, but have characters that do not exist"):
        load_data(tmp_path / "file.npz")


def test_class_names_in_the_other_byte_order_are_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "file.npz", **KERAS, classes=np.array(["a", "bé", "c"], ">U2"))
    assert load_data(tmp_path / "file.npz").classes == ("a", "bé", "c")


def test_other_names_are_listed(tmp_path: Path) -> None:
    np.savez(tmp_path / "file.npz", images=IMAGES, labels=[0])
    with pytest.raises(DataError, match=r"expected the arrays .*x_train.*, but it has images, labels"):
        load_data(tmp_path / "file.npz")


def test_classes_must_be_text(tmp_path: Path) -> None:
    np.savez(tmp_path / "file.npz", **KERAS, classes=np.arange(3))
    with pytest.raises(DataError, match="classes must be names, a text array"):
        load_data(tmp_path / "file.npz")


def test_other_compression_is_refused(tmp_path: Path) -> None:
    write_npz(tmp_path / "file.npz", member("(4, 2, 3)", values=IMAGES.tobytes()), zipfile.ZIP_LZMA)
    with pytest.raises(DataError, match="array x_train: expected stored or deflated"):
        load_data(tmp_path / "file.npz")


def test_a_size_that_deflate_cannot_reach_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file.npz"
    write_npz(file, member("(4, 2, 3)", values=IMAGES.tobytes()))
    content = bytearray(file.read_bytes())
    entry = content.index(b"PK\x01\x02")  # the first entry of the zip directory; the size is 24 bytes further
    content[entry + 24 : entry + 28] = (1 << 30).to_bytes(4, "little")
    file.write_bytes(content)
    with pytest.raises(DataError, match="announces 1,073,741,824 bytes, more than it can hold"):
        load_data(file)


def test_a_file_that_is_no_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "file.npz").write_bytes(b"something else")
    with pytest.raises(DataError, match=r"file\.npz: damaged or cut short: File is not a zip file"):
        load_data(tmp_path / "file.npz")
