"""Folders of photos and of all that lies among them: images used and files named as left out are the files found."""

import io
import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

import lenetpp as lp
from lenetpp.data import DataError
from lenetpp.data.left_out import pictures_below

SIZE = (4, 4)
PICTURES = ("1.png", "2.JPG", "3.jpeg", "4.gif", "5.avif", "six.heic", "7.webp", "ä ö.png", "8.bmp", "9.tiff")
OTHERS = ("notes.txt", "movie.MOV", "README", "raw.dng", "archive.tar.gz", "a.b.c", "new\nline.txt", "photo.jpg.part")
HIDDEN = (".DS_Store", "Thumbs.db", "desktop.ini", "._1.png", ".hidden.jpg")
REFUSALS = ("no pictures (", "no data that can be read", "has 1 picture;", "must have the classes")
LINKS = ("nowhere.png", "nowhere")


def prove(folder: Path, count: int = 1000) -> str:
    """Write folders by as many seeds, and count what becomes of their files."""
    totals: Counter[str] = Counter()
    for seed in range(count):
        totals += check(folder / str(seed), Random(seed))
    used, left = totals["used"], totals["left out"]
    return (
        f"{totals['folders']:,} folders with {used + left:,} files: {used:,} used, {left:,} named as left out, 0 "
        f"otherwise; {totals['refused']:,} more folders refused in words"
    )


def check(folder: Path, random: Random) -> Counter[str]:
    """Write a folder of photos; every file in it must be an image of the data set, or be named as left out."""
    write(folder, random)
    found = {str(file.relative_to(folder)) for file in files_of(folder)}
    pictures, named = pictures_below(folder)
    expect_all_named(found, len(pictures), named)
    try:
        data = lp.load_data(folder, size=SIZE)
    except DataError as error:
        if not any(reason in str(error) for reason in REFUSALS):
            raise
        return Counter({"refused": 1})
    used = sum(len(part.images) for part in data.parts())
    expect_all_named(found, used, data.left_out)
    assert all(f"{len(names):,} {kind} (" in data.note for kind, names in data.left_out.items()), data.note
    return Counter({"folders": 1, "used": used, "left out": len(found) - used})


def expect_all_named(found: set[str], used: int, left_out: Mapping[str, tuple[str, ...]]) -> None:
    """Nothing is named twice, nothing that is not there, and as many as are named were not used."""
    named = [name for names in left_out.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) <= found
    assert used + len(named) == len(found)
    assert all(Path(name).suffix.lower() in left_out or is_special(name, left_out) for name in named)


def is_special(name: str, left_out: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether what is named by something else than its ending has none, or is a picture, a link, or hidden."""
    (kind,) = (kind for kind, names in left_out.items() if name in names)
    path = Path(name)
    return (
        (kind == "without an ending" and not path.suffix)
        or (kind == "that are no files" and path.name in LINKS)
        or (kind == "hidden" and any(part in (*HIDDEN, "__MACOSX") or part.startswith(".") for part in path.parts))
        or (kind == "pictures outside the folders of the classes" and path.name in PICTURES)
    )


def files_of(folder: Path) -> list[Path]:
    """By the operating system's walk, as the oracle."""
    return [Path(inside, name) for inside, _, names in os.walk(folder) for name in names]


def write(folder: Path, random: Random) -> None:
    """Classes with pictures and other things, in parts or not, and things beside them."""
    parts = random.choice(((".",), (".",), ("train",), ("train", "test"), ("train", "val", "test")))
    classes = ["bag", "sneaker", "猫"][: random.randint(1, 3)]
    for part in parts:
        for name in classes:
            least = 0 if random.random() < 0.02 else 1 if random.random() < 0.02 else 2
            scatter(folder / part / name, random, random.sample(PICTURES, random.randint(least, 4)))
            if random.random() < 0.3:
                pictures = random.sample(PICTURES, random.randint(0, 2))
                scatter(folder / part / name / "deeper" / "still", random, pictures)
            if random.random() < 0.2:
                scatter(folder / part / name / ".thumbnails", random, random.sample(PICTURES, 1))
        scatter(folder / part, random, random.sample(PICTURES, random.randint(0, 2)) if random.random() < 0.3 else [])
        if random.random() < 0.2:
            (folder / part / "empty").mkdir()
        if random.random() < 0.2:
            write_files(folder / part / "__MACOSX" / "bag", ["._1.png"])
    if parts != (".",) and random.random() < 0.5:
        scatter(folder / "overview", random, random.sample(PICTURES, random.randint(0, 2)))
    if random.random() < 0.3:
        write_files(folder / ".git" / "objects" / "ab", ["cdef", "picture.png"])


def scatter(folder: Path, random: Random, pictures: list[str]) -> None:
    """Pictures, and now and then others files, hidden ones and a link that leads nowhere."""
    for name in pictures:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(encoded(Path(name).suffix.lower()))
    for names, share in ((OTHERS, 0.3), (HIDDEN, 0.3)):
        if random.random() < share:
            write_files(folder, random.sample(names, random.randint(1, 3)))
    if random.random() < 0.1:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / random.choice(LINKS)).symlink_to("gone")


def write_files(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"no picture")


@cache
def encoded(suffix: str) -> bytes:
    """A small picture of the kind that the ending says."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    stream = io.BytesIO()
    pixels = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    Image.fromarray(pixels).save(stream, Image.registered_extensions()[suffix])
    return stream.getvalue()
