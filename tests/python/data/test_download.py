"""Downloads from a server on this machine: whole, wrong, missing, cut off, and from no server at all."""

import dataclasses
import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lenetpp.data import DataError, available_data, fetch_data, load_data
from lenetpp.data.published import PUBLISHED

from .cifar_files import python_files, write_archive
from .test_idx import write_idx_folder


class Server(ThreadingHTTPServer):
    """Serves `files`; `requests` lists what was asked for, `cut_off` the files of which only half is sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.cut_off: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.removeprefix("/")
        self.server.requests.append(name)
        if name not in self.server.files:
            self.send_error(404)
            return
        content = self.server.files[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if name in self.server.cut_off else content)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with a small MNIST and a small CIFAR-10, which take the place of the published ones."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        folder = write_idx_folder(tmp_path / "published", packed=True)
        write_archive(tmp_path / "published" / "cifar-10-python.tar.gz", python_files())
        server.files = {file.name: file.read_bytes() for file in folder.iterdir()}
        for name in ("mnist", "cifar10"):
            checksums = {file: hashlib.md5(server.files[file]).hexdigest() for file in PUBLISHED[name].checksums}
            monkeypatch.setitem(
                PUBLISHED, name, dataclasses.replace(PUBLISHED[name], url=server.url, checksums=checksums)
            )
        yield server
        server.shutdown()
        thread.join()


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_is_not_there_is_downloaded_once(server: Server, cache: Path, tmp_path: Path) -> None:
    expected = load_data(tmp_path / "published" / "train-images-idx3-ubyte.gz")
    data = load_data("mnist")
    assert (data.train_images == expected.train_images).all()
    assert sorted(server.requests) == files_in(cache) == sorted(PUBLISHED["mnist"].checksums)
    load_data("mnist")
    fetch_data("mnist")
    assert len(server.requests) == 4
    assert {data.name: data.found for data in available_data()}["mnist"] == "cache"


@pytest.mark.usefixtures("server")
def test_cifar10_is_downloaded_as_an_archive(cache: Path) -> None:
    assert fetch_data("cifar10") == cache / "cifar10"
    assert files_in(cache) == ["cifar-10-python.tar.gz"]
    assert len(load_data("cifar10").train_images) == 15


def test_an_interrupted_download_goes_on_with_the_missing_files(server: Server, cache: Path) -> None:
    fetch_data("mnist")
    (cache / "mnist" / "t10k-labels-idx1-ubyte.gz").unlink()
    server.requests.clear()
    load_data("mnist")
    assert server.requests == ["t10k-labels-idx1-ubyte.gz"]


def test_a_file_in_the_cache_that_was_changed_is_fetched_again(server: Server, cache: Path) -> None:
    fetch_data("mnist")
    file = cache / "mnist" / "t10k-labels-idx1-ubyte.gz"
    file.write_bytes(b"changed")
    fetch_data("mnist")
    assert file.read_bytes() == server.files[file.name]


def test_a_wrong_checksum_is_refused_and_nothing_kept(server: Server, cache: Path) -> None:
    server.files["train-labels-idx1-ubyte.gz"] += b"x"
    checksum = PUBLISHED["mnist"].checksums["train-labels-idx1-ubyte.gz"]
    got = hashlib.md5(server.files["train-labels-idx1-ubyte.gz"]).hexdigest()
    message = (
        f"{server.url}train-labels-idx1-ubyte.gz: not the published file, .* expected md5:{checksum} but got {got}"
    )
    with pytest.raises(DataError, match=message):
        load_data("mnist")
    assert files_in(cache) == ["train-images-idx3-ubyte.gz"]


def test_a_missing_file_is_named(server: Server, cache: Path) -> None:
    del server.files["train-images-idx3-ubyte.gz"]
    with pytest.raises(DataError, match=f"{server.url}train-images-idx3-ubyte.gz: cannot be downloaded: 404 "):
        fetch_data("mnist")
    assert files_in(cache) == []


def test_a_download_cut_off_is_refused_and_nothing_kept(server: Server, cache: Path) -> None:
    server.cut_off.add("train-images-idx3-ubyte.gz")
    with pytest.raises(DataError, match=f"{server.url}train-images-idx3-ubyte.gz: "):
        fetch_data("mnist")
    assert files_in(cache) == []


def test_without_a_server_the_address_and_the_way_out_are_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        monkeypatch.setitem(PUBLISHED, "kmnist", dataclasses.replace(PUBLISHED["kmnist"], url=url))
        message = f"{url}train-images-idx3-ubyte.gz: cannot be downloaded: the connection failed; .*LENETPP_DATA"
        with pytest.raises(DataError, match=message):
            load_data("kmnist")
    assert files_in(cache) == []


@pytest.mark.usefixtures("server")
def test_a_cache_that_cannot_be_written_is_named(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be written"):
        fetch_data("mnist")


@pytest.mark.usefixtures("server")
def test_nothing_is_printed_in_a_pipe(capfd: pytest.CaptureFixture[str]) -> None:
    load_data("mnist")
    load_data("cifar10")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-such", "name must be one of mnist, fashion-mnist, kmnist, cifar10, but is 'no-such'"),
        ("fashion-mnist-5000", "is part of lenetpp: there is nothing to download"),
    ],
)
def test_names_that_cannot_be_fetched_are_refused(name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fetch_data(name)
