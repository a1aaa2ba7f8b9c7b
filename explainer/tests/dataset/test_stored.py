"""One stored file."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.stored import StoredFile, plain
from neuronscope.errors import BrokenData


def deflated(data: bytes) -> StoredFile:
    stream = zlib.compressobj(wbits=-15)
    return StoredFile(stream.compress(data) + stream.flush(), deflated=True, crc=zlib.crc32(data), size=len(data))


@given(st.binary(max_size=2000))
def test_bytes_and_gzip_give_the_file_back(data):
    assert plain(data).bytes() == deflated(data).bytes() == zlib.decompress(deflated(data).gzip(), 31) == data


def test_a_stream_with_more_in_it_than_announced_is_never_inflated_whole():
    bomb = deflated(bytes(50_000_000))
    with pytest.raises(BrokenData, match="10 bytes were announced, but the compressed bytes hold more"):
        StoredFile(bomb.data, deflated=True, crc=bomb.crc, size=10).bytes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"crc": 1}, "checksum"),
        ({"size": 5}, "announced"),
        ({"data": b"\xff\xff"}, "damaged"),
        ({"data": b""}, "announced"),
    ],
)
def test_what_does_not_agree_is_broken_data(change, words):
    whole = deflated(b"0123456789")
    fields = {"data": whole.data, "deflated": True, "crc": whole.crc, "size": whole.size} | change
    with pytest.raises(BrokenData, match=words):
        StoredFile(**fields).bytes()


def test_plain_bytes_are_checked_too():
    with pytest.raises(BrokenData, match="checksum"):
        StoredFile(b"abc", deflated=False, crc=1, size=3).bytes()
