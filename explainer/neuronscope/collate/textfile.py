"""A path of a text file in, its text out, part by part; gzip is undone on the way."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from neuronscope.errors import BadInput

_PART = 1 << 22  # bytes: longer text is never held as a whole


@dataclass(frozen=True)
class TextFile:
    """A text file too long to be held as a whole; iterating reads it from its start, part by part.

    Iterating raises BadInput where the file is not UTF-8 text.
    """

    path: Path

    def __iter__(self) -> Iterator[str]:
        return _parts(self.path)


def read_text(path: Path) -> str | TextFile:
    """The text, line ends as they are and without a byte order mark; a ``TextFile`` where it is long.

    :raises BadInput: it is not UTF-8 text (of a long one the first parts are looked at here).
    """
    with closing(_parts(path)) as parts:
        first = next(parts, "")
        return first if next(parts, None) is None else TextFile(path)


@contextmanager
def opened(path: Path) -> Iterator[BufferedIOBase]:
    """The bytes of a file, unpacked if its name ends in .gz.

    :raises BadInput: what should be gzip is not, or is cut off.
    """
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(f"{path} cannot be unpacked to its end: {error}; copy it again") from error


def _parts(path: Path) -> Generator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0  # in bytes
    with opened(path) as file:
        while data := file.read(_PART):
            waiting = len(decoder.getstate()[0])  # the start of a character whose end was not there yet
            text = _decoded(decoder, data, path, position - waiting)
            yield text if position else text.removeprefix("\ufeff")
            position += len(data)
        _decoded(decoder, b"", path, position - len(decoder.getstate()[0]))


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, path: Path, position: int) -> str:
    try:
        return decoder.decode(data, final=not data)
    except UnicodeDecodeError as error:
        byte = position + error.start
        raise BadInput(f"{path} is not UTF-8 text: byte {byte} is not part of a character") from error
