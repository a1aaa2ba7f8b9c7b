"""Zips of ours and of others, whole and hostile; Python's own zipfile is the reference."""

from __future__ import annotations

import io
import os
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.zips import Archive
from neuronscope.dataset.zipwriter import Deflated, ZipWriter, deflate
from neuronscope.errors import BrokenData

FILES = {"0.json": b'{"a":1}', "17.json": b"x" * 5000, "3.json": b""}
MEMBERS = st.dictionaries(st.integers(0, 10**6).map("{}.json".format), st.binary(max_size=400), max_size=12)


def packed(files: dict[str, bytes], *, full: int = 0xFFFFFFFF) -> bytes:
    """A zip of ours."""
    out = io.BytesIO()
    writer = ZipWriter(out.write, full=full)
    for name, data in files.items():
        writer.add(name, data)
    writer.finish()
    return out.getvalue()


def packed_by_others(files: dict[str, bytes], method: int, *, zip64: bool, comment: bytes) -> bytes:
    """A zip of the standard library's; ``zip64`` forces 64-bit sizes, which then stand only in the extra fields."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.comment = comment
        for name, data in files.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=zip64) as member:
                member.write(data)
    return out.getvalue()


def opened(folder: Path, data: bytes, **options: int) -> Archive:
    """The bytes as a zip in a store."""
    (folder / "0.zip").write_bytes(data)
    return Archive(FolderStore(folder), "0.zip", **options)


def contents(archive: Archive) -> dict[str, bytes]:
    return {name: archive.read(name).bytes() for name in archive.names()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zips")


@given(files=MEMBERS, full=st.sampled_from([0xFFFFFFFF, 0, 100]))
def test_what_is_written_reads_back_equal_here_and_in_the_standard_library(folder, files, full):
    data = packed(files, full=full)
    assert contents(opened(folder, data)) == files
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in archive.infolist())


@given(files=MEMBERS, asked=st.lists(st.integers(0, 20).map("{}.json".format)), together=st.integers(1, 2000))
def test_members_read_together_are_those_read_one_by_one(folder, files, asked, together):
    archive = opened(folder, packed(files))
    names = [*files, *asked, *reversed(files)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("neuronscope.dataset.zips._TOGETHER", together)
        assert list(archive.plains(names)) == [archive.plain(name) for name in names]


def test_members_are_read_together_on_while_the_zip_is_replaced(tmp_path):
    archive = opened(tmp_path, packed(dict.fromkeys(FILES, b"old")))
    read = archive.plains(["0.json", "none.json", *FILES])
    assert next(read) == b"old"
    (tmp_path / "new").write_bytes(packed(FILES))
    (tmp_path / "new").rename(tmp_path / "0.zip")
    assert list(read) == [None, *FILES.values()]


@given(
    files=MEMBERS,
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    zip64=st.booleans(),
    comment=st.sampled_from([b"", b"by someone", b"PK\x05\x06" + bytes(30)]),
)
def test_zips_of_the_standard_library_read_equal(folder, files, method, zip64, comment):
    archive = opened(folder, packed_by_others(files, method, zip64=zip64, comment=comment))
    assert contents(archive) == files
    assert {name: archive.plain(name) for name in files} == files


@given(files=MEMBERS)
def test_equal_content_is_equal_bytes(files):
    assert packed(files) == packed(files)


def test_more_members_than_16_bits_can_count(tmp_path):
    files = {f"{i}.json": b"{}" for i in range(0x10000 + 5)}
    data = packed(files)
    archive = opened(tmp_path, data)
    assert len(archive.names()) == len(files)
    assert archive.plain("65540.json") == b"{}"
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert len(other.namelist()) == len(files)


def test_exactly_65535_members(tmp_path):
    files = {f"{i}.json": b"" for i in range(0xFFFF)}
    assert len(opened(tmp_path, packed_by_others(files, 0, zip64=False, comment=b"")).names()) == len(files)
    assert len(opened(tmp_path, packed(files)).names()) == len(files)


def test_a_member_goes_out_as_gzip_without_compressing_anew(tmp_path):
    stored = opened(tmp_path, packed(FILES)).read("17.json")
    assert zlib.decompress(stored.gzip(), 31) == FILES["17.json"]
    assert stored.data in stored.gzip()


def test_an_uncompressed_member_is_no_gzip(tmp_path):
    stored = opened(tmp_path, packed_by_others(FILES, 0, zip64=False, comment=b"")).read("17.json")
    assert stored.data == stored.bytes() == FILES["17.json"]
    with pytest.raises(ValueError, match="deflated"):
        stored.gzip()


def test_a_missing_zip_and_a_missing_member_are_none(tmp_path):
    archive = Archive(FolderStore(tmp_path), "0.zip")
    assert (archive.exists(), archive.names(), archive.read("0.json"), "0.json" in archive) == (False, [], None, False)
    archive = opened(tmp_path, packed(FILES))
    assert (archive.read("1.json"), archive.plain("1.json"), "1.json" in archive, "0.json" in archive) == (
        None,
        None,
        False,
        True,
    )


def test_a_replaced_zip_is_read_anew(tmp_path):
    archive = opened(tmp_path, packed(FILES))
    assert archive.plain("0.json") == FILES["0.json"]
    (tmp_path / "new").write_bytes(packed({"0.json": b"new", "1.json": b"more"}))
    (tmp_path / "new").replace(tmp_path / "0.zip")
    assert contents(archive) == {"0.json": b"new", "1.json": b"more"}
    (tmp_path / "0.zip").unlink()
    assert archive.read("0.json") is None


def test_the_directory_is_read_once_and_a_member_inflated_once_for_its_checksum(tmp_path, monkeypatch):
    archive = opened(tmp_path, packed(FILES))
    archive.read("17.json")
    reads = []
    read_range = FolderStore.read_range
    monkeypatch.setattr(FolderStore, "read_range", lambda *a, **k: reads.append(a) or read_range(*a, **k))
    monkeypatch.setattr("neuronscope.dataset.stored._inflate", lambda *_: pytest.fail("inflated again"))
    assert archive.read("17.json").size == 5000
    assert len(reads) == 1


def test_many_threads_read_while_the_zip_is_replaced(tmp_path):
    versions = [packed({f"{i}.json": bytes([v]) * 999 for i in range(50)}) for v in range(4)]
    archive = opened(tmp_path, versions[0])
    seen: list[bytes] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.extend(archive.plain(f"{i}.json") for i in range(50))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for round_number in range(40):
        (tmp_path / "new").write_bytes(versions[round_number % 4])
        (tmp_path / "new").replace(tmp_path / "0.zip")
        time.sleep(0.002)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(seen) <= {bytes([v]) * 999 for v in range(4)}


def changed(data: bytes, at: int, form: str, value: object) -> bytes:
    """``data`` with one number overwritten."""
    raw = bytearray(data)
    struct.pack_into(form, raw, at, value)
    return bytes(raw)


def entry_of(data: bytes, name: str) -> int:
    """Where a member's entry in the central directory begins."""
    return data.rindex(name.encode()) - 46


def damaged(data: bytes) -> dict[str, tuple[bytes, str]]:
    """Each way of damaging a zip: the bytes, and words that the message must hold."""
    entry, end = entry_of(data, "17.json"), data.rindex(b"PK\x05\x06")
    body = data.index(b"17.json") + len("17.json")
    directory = struct.unpack_from("<L", data, end + 16)[0]
    huge = changed(changed(data, entry + 24, "<L", 2**31), entry + 20, "<L", 20)
    return {
        "empty": (b"", "not a zip file, or is cut short"),
        "not a zip": (b"{}" * 400, "not a zip file, or is cut short"),
        "cut short": (data[:-30], "not a zip file, or is cut short"),
        "directory offset past the end": (changed(data, end + 16, "<L", 2**31), "does not fit"),
        "directory offset wrong": (changed(data, end + 16, "<L", directory - 9), "breaks off"),
        "too many entries": (changed(data, end + 10, "<H", 900), "does not fit"),
        "member offset past the end": (changed(data, entry + 42, "<L", 2**30), "where something else lies"),
        "member offset wrong": (changed(data, entry + 42, "<L", 1), "where something else lies"),
        "compressed size too large": (changed(data, entry + 20, "<L", 10**6), "where something else lies"),
        "compressed size too small": (changed(data, entry + 20, "<L", 9), "announced"),
        "size too large": (changed(data, entry + 24, "<L", 5001), "5001 bytes were announced"),
        "size too small": (changed(data, entry + 24, "<L", 100), "announced, but the compressed bytes hold more"),
        "wrong checksum": (changed(data, entry + 16, "<L", 1), "checksum"),
        "damaged bytes": (changed(data, body + 2, "<L", 0xFFFFFFFF), "damaged|checksum|announced"),
        "a bomb": (huge, "is the limit"),
        "encrypted": (changed(data, entry + 8, "<H", 1), "encrypted"),
        "unknown compression": (changed(data, entry + 10, "<H", 93), "compression method 93"),
        "64-bit size missing": (changed(data, entry + 20, "<L", 0xFFFFFFFF), "64-bit"),
        "a local header of another name": (data.replace(b"17.json", b"18.json", 1), "another member"),
        "no local header": (data.replace(b"PK\x03\x04", b"PK\x03\x05"), "no member begins"),
        "a local header that claims more": (changed(data, body - 9, "<H", 60000), "ends after"),
    }


@pytest.mark.parametrize("way", damaged(packed(FILES)))
def test_a_damaged_or_hostile_zip_is_a_sentence(tmp_path, way):
    data, words = damaged(packed(FILES))[way]
    for read in (Archive.read, Archive.plain, lambda archive, name: list(archive.plains(["0.json", name]))):
        with pytest.raises(BrokenData, match=words) as caught:
            read(opened(tmp_path, data), "17.json")
        assert str(caught.value).startswith(f"{tmp_path}/0.zip")


@pytest.mark.parametrize("name", ["../17.json", "a/../../17.json", "/etc/17.json", "..\\17.json"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path, name):
    with pytest.raises(BrokenData, match="points outside its folder"):
        opened(tmp_path, packed({name: b"{}"})).names()


def test_a_name_that_stands_twice_is_refused(tmp_path):
    data = packed({"1.json": b"a", "2.json": b"b"}).replace(b"2.json", b"1.json")
    with pytest.raises(BrokenData, match="twice"):
        opened(tmp_path, data).names()


def test_two_members_cannot_lie_over_each_other(tmp_path):
    data = packed({"1.json": os.urandom(500), "2.json": os.urandom(500)})
    with pytest.raises(BrokenData, match="where something else lies"):
        opened(tmp_path, changed(data, entry_of(data, "2.json") + 42, "<L", 0)).names()


@given(st.data())
def test_any_damage_is_broken_data_or_the_true_bytes(folder, data):
    raw = bytearray(packed(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    archive = opened(folder, bytes(raw)[: data.draw(st.integers(0, len(raw)))])
    try:
        found = archive.read("17.json")
    except BrokenData:
        return
    assert found is None or found.bytes() == FILES["17.json"]


def test_a_limit_on_one_member(tmp_path):
    archive = opened(tmp_path, packed(FILES), max_member_bytes=100)
    assert archive.plain("0.json") == FILES["0.json"]
    with pytest.raises(BrokenData, match="5,000 bytes; 100 is the limit"):
        archive.read("17.json")


@given(files=MEMBERS)
def test_a_member_that_was_deflated_before_is_written_alike(files):
    out = io.BytesIO()
    writer = ZipWriter(out.write)
    for name, data in files.items():
        writer.add_deflated(name, deflate(data))
    writer.finish()
    assert out.getvalue() == packed(files)


def test_a_member_of_four_gigabytes_is_refused():
    with pytest.raises(ValueError, match=r"0\.json holds 4294967295 bytes; a member must be smaller"):
        ZipWriter(io.BytesIO().write).add_deflated("0.json", Deflated(b"", 0, 0xFFFFFFFF))


@pytest.mark.parametrize(
    "misuse", [lambda w: w.add("0.json", b""), lambda w: (w.add("1.json", b""), w.add("1.json", b""))]
)
def test_a_name_cannot_be_written_twice(misuse: Callable[[ZipWriter], object]):
    writer = ZipWriter(io.BytesIO().write)
    writer.add("0.json", b"")
    with pytest.raises(ValueError, match="already"):
        misuse(writer)


def test_a_members_name_is_quoted_where_it_is_broken(tmp_path):
    data = bytearray(packed({"x\nforged": b"a" * 50}))
    data[14] ^= 0xFF  # of the CRC in the local header, which does not count
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF
    with pytest.raises(BrokenData, match=r"0\.zip, member 'x\\nforged': the checksum"):
        opened(tmp_path, bytes(data)).read("x\nforged")
