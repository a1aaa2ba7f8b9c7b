"""Text files: whole where they are short, in parts where they are long, the same text either way."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.collate import textfile
from neuronscope.collate.textfile import TextFile, read_text
from neuronscope.errors import BadInput


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "_PART", 5)


def test_a_short_text_is_whole_and_a_long_one_comes_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeff你\r".encode())
    long = read_text(path)
    assert isinstance(long, TextFile)
    assert ["".join(long), "".join(long)] == ["你\r"] * 2  # from the start each time
    path.write_bytes(b"a\r\nb")
    assert read_text(path) == "a\r\nb"


@given(st.text(alphabet="aé你🙂\n\ufeff", max_size=30))
def test_parts_together_are_the_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("parts") / "a.txt"
    path.write_bytes(text.encode("utf-8-sig"))
    assert "".join(read_text(path)) == text


@pytest.mark.parametrize("before", ["", "ab", "abcd", "abcd" * 5, "你" * 7])
@pytest.mark.parametrize("broken", [b"\xff and more", "你".encode()[:2]])
def test_the_byte_that_is_no_text_is_counted_from_the_start(tmp_path: Path, before: str, broken: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(before.encode() + broken)
    with pytest.raises(BadInput, match=f"is not UTF-8 text: byte {len(before.encode())} is not part of a character"):
        "".join(read_text(path))


def test_gzip_is_undone_and_broken_gzip_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    packed = gzip.compress("naïve text".encode())
    path.write_bytes(packed)
    assert "".join(read_text(path)) == "naïve text"
    for broken in (packed[:-9], b"no gzip", packed[:10] + b"\xff" + packed[11:]):
        path.write_bytes(broken)
        with pytest.raises(BadInput, match="cannot be unpacked to its end"):
            "".join(read_text(path))
