"""Tar archives of other programs, written by Python's tarfile: long names, extended headers, what is no file."""

import io
import tarfile

import pytest

from lenetpp.data import DataError
from lenetpp.data.limits import Allowance
from lenetpp.data.tar_members import read_tar_members


def archive(names: list[str], kind: int, **values: object) -> bytes:
    """Files whose content is their own name."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=kind) as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name.encode())
            for key, value in values.items():
                setattr(member, key, value)
            tar.addfile(member, io.BytesIO(name.encode()))
    return stream.getvalue()


def read(content: bytes, wanted: str = "") -> dict[str, bytes]:
    stream = io.BytesIO(content)
    return dict(read_tar_members(stream, lambda name, _: wanted in name, "source", Allowance()))


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("folders", ["", "data/", "a_rather_long_name_of_a_folder/" * 4, "ü/"])
def test_names_and_contents_are_read(kind: int, folders: str) -> None:
    names = [f"{folders}{name}" for name in ("first", "second.bin", "third")]
    assert read(archive(names, kind)) == {name.rpartition("/")[2]: name.encode() for name in names}


@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_long_name_is_that_of_one_file_only(kind: int) -> None:
    long = "x" * 150
    assert list(read(archive([long, "short"], kind))) == [long, "short"]


def test_records_of_pax_headers_are_passed_over() -> None:
    content = archive(
        ["x" * 200], tarfile.PAX_FORMAT, mtime=1.5, pax_headers={"comment": "path=no\n", "size": "9" * 999}
    )
    assert list(read(content)) == ["x" * 200]


def test_only_wanted_files_are_given() -> None:
    assert list(read(archive(["one", "two"], tarfile.USTAR_FORMAT), wanted="tw")) == ["two"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_file_is_passed_over(kind: bytes) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        member = tarfile.TarInfo("name")
        member.type, member.linkname = kind, "/etc/passwd"
        tar.addfile(member)
    assert read(stream.getvalue()) == {}


def test_an_archive_that_is_cut_off_inside_a_file_is_refused() -> None:
    content = archive(["one", "two"], tarfile.USTAR_FORMAT)
    for length in range(0, 4 * 512, 64):
        if length % 1024:
            with pytest.raises(DataError, match=r"source: (damaged|cut short)"):
                read(content[:length])


@pytest.mark.parametrize("byte", [0, 100, 124, 148, 156, 300])
def test_a_changed_header_is_damaged(byte: int) -> None:
    content = bytearray(archive(["one"], tarfile.USTAR_FORMAT))
    content[byte] ^= 1
    with pytest.raises(DataError, match="source: damaged: no header of a tar archive at byte 0"):
        read(bytes(content))
