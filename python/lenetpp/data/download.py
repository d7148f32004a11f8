"""Downloads of published data sets into the cache, checked against their published checksums."""

import logging
from pathlib import Path

from lenetpp.basics.suggestions import did_you_mean
from lenetpp.data.errors import DataError
from lenetpp.data.places import EMBEDDED_NAME, cache_folder
from lenetpp.data.progress import download_bar
from lenetpp.data.published import PUBLISHED

CHUNK_SIZE = 1 << 16
SECONDS_TO_WAIT = 30


def fetch_data(name: str) -> Path:
    """Download a data set into the cache, unless it is there already, and check it.

    A file appears in the cache only when it is whole and its checksum is the published one.

    Parameters
    ----------
    name : {"mnist", "fashion-mnist", "kmnist", "cifar10"}
        Which one.

    Returns
    -------
    Path
        Its folder in the cache.

    Raises
    ------
    DataError
        If the name is unknown, a file cannot be downloaded or is not the published one.
    """
    if name == EMBEDDED_NAME:
        raise DataError(f"name={name!r} is part of lenetpp: there is nothing to download")
    if name not in PUBLISHED:
        there_are = ", ".join(PUBLISHED)
        raise DataError(f"name must be one of {there_are}, but is {name!r}{did_you_mean(str(name), PUBLISHED)}")
    data = PUBLISHED[name]
    folder = cache_folder() / name
    for file_name, checksum in data.checksums.items():
        _download(data.url + file_name, f"md5:{checksum}", folder / file_name)
    return folder


def _download(url: str, checksum: str, file: Path) -> None:
    import pooch  # type: ignore[import-untyped]
    import requests

    def write(url: str, output: str, _: object) -> None:
        with requests.get(url, stream=True, timeout=SECONDS_TO_WAIT) as response, Path(output).open("wb") as stream:
            response.raise_for_status()
            size = int(response.headers.get("content-length", 0))
            with download_bar(file.name, size) as advance:
                for chunk in response.iter_content(CHUNK_SIZE):
                    stream.write(chunk)
                    advance(len(chunk))

    pooch.get_logger().setLevel(logging.WARNING)  # it tells each download to standard error
    try:
        pooch.retrieve(url, checksum, fname=file.name, path=file.parent, downloader=write)
    except requests.RequestException as error:
        reason = error if isinstance(error, requests.HTTPError) else "the connection failed"
        raise DataError(
            f"{url}: cannot be downloaded: {reason}; try again, or put the file into a folder that LENETPP_DATA names"
        ) from error
    except ValueError as error:
        raise DataError(f"{url}: not the published file, and not kept: {error}") from error
    except OSError as error:
        raise DataError(f"{file}: cannot be written: {error}") from error
