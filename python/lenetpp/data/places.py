"""Where data sets with a name are: in the folders of LENETPP_DATA, in the cache, in the package itself."""

import importlib.resources
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lenetpp.basics.kinds import as_path
from lenetpp.basics.language import say
from lenetpp.data.cifar import holds_cifar, is_archive
from lenetpp.data.errors import DataError
from lenetpp.data.idx import find_idx_files
from lenetpp.data.published import FASHION_MNIST, PUBLISHED, PublishedData
from lenetpp.data.streams import packing_errors, unpacked

EMBEDDED_NAME = "fashion-mnist-5000"


@dataclass(frozen=True)
class AvailableData:
    """A data set that `load_data` knows by name, and where it is.

    Attributes
    ----------
    name, description, licence : str
        What it is.
    found : {"embedded", "LENETPP_DATA", "cache", "not found"}
        Where it was found; one that was not is downloaded when it is asked for.
    location : Path or None
        The file or folder.
    """

    name: str
    description: str
    licence: str
    found: Literal["embedded", "LENETPP_DATA", "cache", "not found"]
    location: Path | None


def available_data() -> list[AvailableData]:
    """List the data sets that `load_data` knows by name, and where they are on this machine.

    Raises
    ------
    DataError
        If LENETPP_DATA names something that is not a folder.
    """
    embedded = AvailableData(
        EMBEDDED_NAME,
        say("garments, the first 5,000 + 1,000 images of Fashion-MNIST by class, 1x28x28"),
        FASHION_MNIST.licence,
        "embedded",
        embedded_file(),
    )
    return [embedded, *(_availability(data) for data in PUBLISHED.values())]


def embedded_file() -> Path:
    """Return the data file that is part of the package."""
    return Path(str(importlib.resources.files("lenetpp.data"))) / "embedded" / f"{EMBEDDED_NAME}.npz.xz"


def embedded_npz() -> bytes:
    """Return the data that are part of the package as an .npz file."""
    file = embedded_file()
    with packing_errors(str(file)), file.open("rb") as packed:
        return unpacked(packed, file.name).read()


def cache_folder() -> Path:
    """Return the folder for downloads, the usual one of the operating system; it need not exist yet."""
    import pooch  # type: ignore[import-untyped]

    return Path(pooch.os_cache("lenetpp"))


def data_folders() -> list[Path]:
    """Return the folders that LENETPP_DATA names, separated as in PATH.

    Raises
    ------
    DataError
        If one of them is not a folder.
    """
    folders = [as_path(each, "LENETPP_DATA") for each in os.environ.get("LENETPP_DATA", "").split(os.pathsep) if each]
    for folder in folders:
        if not folder.is_dir():
            raise DataError(f"LENETPP_DATA names {folder}, which is not a folder: correct it or unset it")
    return folders


def find_published(data: PublishedData) -> Path | None:
    """Return the folder or the archive that holds `data`, or None; first LENETPP_DATA, then the cache."""
    return _availability(data).location


def _availability(data: PublishedData) -> AvailableData:
    for folder in data_folders():
        location = _find_in(folder, data)
        if location is not None:
            return AvailableData(data.name, data.description, data.licence, "LENETPP_DATA", location)
    cached = cache_folder() / data.name
    # A download that was interrupted between two files is not there yet.
    if all((cached / name).is_file() for name in data.checksums):
        location = _find_in(cached.parent, data)
        return AvailableData(data.name, data.description, data.licence, "cache", location)
    return AvailableData(data.name, data.description, data.licence, "not found", None)


def _find_in(folder: Path, data: PublishedData) -> Path | None:
    places = [folder / place for place in data.places]
    if data.kind == "cifar":
        places += [folder, *(folder / data.name / place for place in data.places)]
        return next((place for place in places if _is_cifar(place)), None)
    # The files of MNIST, Fashion-MNIST and KMNIST have the same names, so only the folder's tells which they are.
    if folder.name in {place.split("/")[0] for place in data.places}:
        places += [folder, folder / "raw"]
    return next((place for place in places if find_idx_files(place)), None)


def _is_cifar(place: Path) -> bool:
    return holds_cifar(place) if place.is_dir() else is_archive(place) and place.is_file()
