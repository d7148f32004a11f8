"""Folders of pictures and single pictures, written by Pillow or broken by hand."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lenetpp.data import DataError, load_data, read_images


def picture(seed: int, shape: tuple[int, ...] = (4, 6)) -> np.ndarray:
    """Pixels (H, W) or (H, W, 3)."""
    return (np.arange(np.prod(shape)) * 7 + seed).astype(np.uint8).reshape(shape)


def write(file: Path, pixels: np.ndarray) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file)
    return file


def test_without_a_test_part_the_last_fifth_of_each_class_is_held_out(tmp_path: Path) -> None:
    for index in range(10):
        write(tmp_path / "b" / f"{index}.png", picture(index))
    for index in range(2):
        write(tmp_path / "a" / f"{index}.png", picture(100 + index))
    data = load_data(tmp_path)
    assert data.classes == ("a", "b")
    assert data.input_shape == (1, 4, 6)
    assert [int(image[0, 0, 0]) for image in data.train_images] == [100, 0, 1, 2, 3, 4, 5, 6, 7]
    assert data.train_labels.tolist() == [0] + [1] * 8
    assert [int(image[0, 0, 0]) for image in data.test_images] == [101, 8, 9]
    assert data.test_labels.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(data.train_images[3, 0], picture(2))


def test_train_and_test_folders_are_read(tmp_path: Path) -> None:
    for part, seed in (("train", 1), ("test", 50)):
        for name in ("yes", "no"):
            write(tmp_path / part / name / "x.png", picture(seed, (4, 6, 3)))
    data = load_data(tmp_path)
    assert data.classes == ("no", "yes")
    np.testing.assert_array_equal(data.train_images[1], picture(1, (4, 6, 3)).transpose(2, 0, 1))
    np.testing.assert_array_equal(data.test_images[0], picture(50, (4, 6, 3)).transpose(2, 0, 1))


def test_one_coloured_picture_makes_all_have_three_planes(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    write(tmp_path / "a" / "2.png", picture(2, (4, 6, 3)))
    data = load_data(tmp_path)
    np.testing.assert_array_equal(data.train_images[0], [picture(1)] * 3)


def test_other_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    for index in range(2):
        write(tmp_path / "a" / f"{index}.PNG", picture(index))
    (tmp_path / "a" / "notes.txt").write_text("none")
    (tmp_path / "a" / ".hidden.png").write_text("none")
    (tmp_path / ".git").mkdir()
    data = load_data(tmp_path)
    assert data.classes == ("a",)
    assert data.left_out == {".txt": ("a/notes.txt",), "hidden": ("a/.hidden.png",)}


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".gif", ".pgm", ".tiff", ".webp"])
def test_lossless_formats_keep_every_pixel(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"picture{suffix}"
    Image.fromarray(picture(3)).save(file, lossless=True)  # which WebP alone is asked
    np.testing.assert_array_equal(read_images([file], (1, 4, 6)), picture(3)[np.newaxis, np.newaxis])


def test_a_class_of_other_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "photo.psd").touch()
    with pytest.raises(DataError, match=r"b: no pictures \(.avif, .*\) in this folder of a class, but photo.psd: save"):
        load_data(tmp_path)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match="this folder has no data that can be read"):
        load_data(tmp_path)
    (tmp_path / "train").mkdir()
    with pytest.raises(DataError, match="train: expected one subfolder of pictures for each class"):
        load_data(tmp_path)


def test_a_class_with_one_picture_cannot_be_split(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    with pytest.raises(DataError, match="class 'a' has 1 picture; at least 2 are needed"):
        load_data(tmp_path)


def test_different_classes_in_train_and_test_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "train" / "a" / "1.png", picture(1))
    write(tmp_path / "test" / "b" / "1.png", picture(1))
    with pytest.raises(DataError, match=r"the test part must have the classes .*, but lacks 'a', and also has 'b'"):
        load_data(tmp_path)


def test_the_picture_of_another_size_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    write(tmp_path / "a" / "2.png", picture(2, (6, 4)))
    with pytest.raises(DataError, match=r"2.png: has 4 x 6 pixels, but .*1.png has 6 x 4: bring all pictures to one"):
        load_data(tmp_path)


def broken_png(damage: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture(1, (40, 60, 3))).save(stream, "png")
    content = bytearray(stream.getvalue())
    if damage == "cut":
        return bytes(content[: len(content) // 2])
    if damage == "changed":
        content[len(content) // 2] ^= 0xFF
    if damage == "absurd size":
        content[16:24] = (2**31 - 1).to_bytes(4, "big") * 2
    return b"" if damage == "empty" else bytes(content)


@pytest.mark.parametrize("damage", ["cut", "changed", "absurd size", "empty"])
def test_a_corrupt_picture_is_named(tmp_path: Path, damage: str) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    (tmp_path / "a" / "2.png").write_bytes(broken_png(damage))
    with pytest.raises(DataError, match=r"2\.png: not a readable picture"):
        load_data(tmp_path)
    with pytest.raises(DataError, match=r"2\.png: not a readable picture"):
        read_images([tmp_path / "a" / "2.png"], (1, 4, 6))


def test_formats_that_run_other_programs_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\nshowpage\n")
    with pytest.raises(DataError, match=r"1\.png: not a readable picture"):
        read_images([tmp_path / "1.png"], (1, 4, 6))


@pytest.mark.parametrize(
    ("suffix", "mode", "order"), [("png", "I;16", "<u2"), ("tiff", "I;16", "<u2"), ("tiff", "I;16B", ">u2")]
)
def test_grey_pictures_of_sixteen_bits_are_divided_by_257_and_rounded(
    tmp_path: Path, suffix: str, mode: str, order: str
) -> None:
    values = np.array([[0, 128, 129, 257], [60_000, 65_406, 65_407, 65_535]], order)
    Image.frombytes(mode, (4, 2), values.tobytes()).save(tmp_path / f"1.{suffix}")
    expected = np.rint(values / 257)
    np.testing.assert_array_equal(read_images([tmp_path / f"1.{suffix}"], (1, 2, 4))[0, 0], expected)
    np.testing.assert_array_equal(read_images([tmp_path / f"1.{suffix}"], (3, 2, 4))[0], [expected] * 3)


def test_a_ppm_of_sixteen_bits_is_read(tmp_path: Path) -> None:
    values = np.array([[0, 128, 129, 257], [60_000, 65_406, 65_407, 65_535]], ">u2")
    (tmp_path / "1.pgm").write_bytes(b"P5\n4 2\n65535\n" + values.tobytes())
    np.testing.assert_array_equal(read_images([tmp_path / "1.pgm"], (1, 2, 4))[0, 0], np.rint(values / 257))


def test_grey_pictures_of_eight_and_sixteen_bits_make_one_plane(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    Image.fromarray(picture(2).astype(np.uint16) * 257).save(tmp_path / "a" / "2.png")
    data = load_data(tmp_path)
    assert data.input_shape == (1, 4, 6)
    np.testing.assert_array_equal(data.test_images[0, 0], picture(2))


@pytest.mark.parametrize("mode", ["1", "L", "P", "PA", "LA", "RGB", "RGBA", "CMYK", "YCbCr"])
@pytest.mark.parametrize("planes", [1, 3])
def test_pictures_of_every_kind_with_eight_bits_are_read(tmp_path: Path, mode: str, planes: int) -> None:
    grey = Image.fromarray(np.full((4, 6), 255, np.uint8)).convert("RGB")
    (grey.convert("P").convert("PA") if mode == "PA" else grey.convert(mode)).save(tmp_path / "1.tiff")
    with Image.open(tmp_path / "1.tiff") as written:
        assert written.mode == mode
    assert (read_images([tmp_path / "1.tiff"], (planes, 4, 6)) == 255).all()


@pytest.mark.parametrize("mode", ["LAB", "F", "I"])
def test_pictures_of_other_kinds_are_named(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (6, 4)).save(tmp_path / "1.tiff")
    write(tmp_path / "a" / "1.png", picture(1))
    (tmp_path / "1.tiff").rename(tmp_path / "a" / "2.tiff")
    message = rf"2\.tiff: has pixels of a kind \(mode {mode}\) that is not read: convert it to grey or to red"
    with pytest.raises(DataError, match=message):
        read_images([tmp_path / "a" / "2.tiff"], (3, 4, 6))
    with pytest.raises(DataError, match=message):
        load_data(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.png")
    with pytest.raises(DataError, match=r"1\.png: is no regular file"):
        read_images([tmp_path / "1.png"], (1, 4, 6))


def test_pictures_to_classify_are_converted_and_resized(tmp_path: Path) -> None:
    colour = np.zeros((8, 12, 3), np.uint8)
    colour[:, 6:] = (255, 0, 0)
    images = read_images([write(tmp_path / "colour.png", colour), write(tmp_path / "grey.png", picture(0))], (3, 4, 6))
    assert images.dtype == np.uint8
    assert images.shape == (2, 3, 4, 6)
    assert images[0, :, 0, 0].tolist() == [0, 0, 0]
    assert images[0, :, 0, -1].tolist() == [255, 0, 0]
    np.testing.assert_array_equal(images[1], [picture(0)] * 3)
    grey = read_images([str(tmp_path / "colour.png")], (1, 8, 12))
    assert grey[0, 0, 0, -1] == round(0.299 * 255)  # ITU-R 601, as the docstrings of Pillow say


def test_pictures_are_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise
    Image.fromarray(picture(1)).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(read_images([tmp_path / "turned.png"], (1, 6, 4))[0, 0], np.rot90(picture(1), -1))


def test_a_palette_with_transparency_is_read_without_a_warning(tmp_path: Path) -> None:
    palette = Image.fromarray(picture(1)).convert("P")
    palette.save(tmp_path / "1.png", transparency=bytes(range(256)))
    assert read_images([tmp_path / "1.png"], (3, 4, 6)).shape == (1, 3, 4, 6)


@pytest.mark.parametrize(
    ("files", "shape", "message"),
    [
        ([], (1, 4, 6), "files must name at least one picture"),
        (["none.png"], (1, 4, 6), "none.png: there is no such file"),
        (["."], (1, 4, 6), "is a folder, but a picture was expected"),
        (["none.png"], (2, 4, 6), "input_shape has 2 planes, but pictures have 1"),
    ],
)
def test_what_cannot_be_classified_is_named(files: list[str], shape: tuple[int, int, int], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_images(files, shape)
