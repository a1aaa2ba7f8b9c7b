"""What a browser searches without a server: a dataset's explanations and tokens in, a few files of columns out.

The words are those of the server's own index, so that the same are found. ``search.json`` says what is in the files:
of each kind of entry (``explanations``, ``tokens``) one with numbers and words and one with texts. A file is a raw
deflate stream of its columns, one right after the other, widest numbers first, each little-endian:

    {kind}.words   score, max                  f8, NaN where not known
                   row                         u4, the entry's place among those of both kinds
                   layer, unit, number, author u4, the author's place in ``authors`` and 1, or 0
                   length                      u4, words of the entry
                   having, size                u4, of each word: entries that have it, bytes of their list
                   lists                       u1, of each word its entries, as ``postings`` describes
                   words                       u1, UTF-8, a line break after each; in the order of their UTF-16
    {kind}.texts   end, about_end              u4, of each entry: where its text ends
                   text, about                 u1, UTF-8: an explanation, or tokens with line breaks between them;
                                               of tokens also the unit's explanation, empty where there is none

``viewer/src/wordColumns.ts`` reads them.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Lock

import numpy as np
from isal import isal_zlib

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset
from neuronscope.dataset.search.entries import Entry, Explained, entries
from neuronscope.dataset.search.schema import FIELD, TOKENS, WORDS, analyzer, one_line
from neuronscope_server.publish.pieces import Piece
from neuronscope_server.publish.postings import postings

PLACE = "search"  # the name of the folder's place in api/site.json
HEAD = "search.json"
_KINDS = {"explanations": WORDS, "tokens": TOKENS}
FORM = 1  # of what is made here; another one gives the files another folder
_LEVEL = 3  # of deflate; 0 to 3
_TYPES = {"f8": "<f8", "u4": "<u4", "u1": "u1"}


@dataclass(frozen=True)
class Column:
    """``type`` is f8, u4 or u1; ``length`` counts numbers."""

    name: str
    type: str
    length: int


@dataclass(frozen=True)
class ColumnFile:
    """``bytes`` are those of the file, as it is sent."""

    name: str
    bytes: int
    columns: list[Column]


@dataclass(frozen=True)
class Head:
    """``entries`` are those of both kinds; ``snapshot`` changes with what is in the files."""

    version: int
    snapshot: str
    entries: int
    authors: list[str]
    files: list[ColumnFile]


def word_pieces(dataset: Dataset) -> list[Piece]:
    """The files. All are made when the first is read, and kept for the others."""
    files, names = _Files(dataset), [f"{kind}.{end}" for kind in _KINDS for end in ("words", "texts")]
    return [Piece(name, partial(files.read, name)) for name in [*names, HEAD]]


class _Files:
    """Any thread may read."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._made: dict[str, bytes] = {}
        self._lock = Lock()

    def read(self, name: str) -> Iterator[bytes]:
        """:raises BrokenData: a file of the dataset cannot be used."""
        with self._lock:
            if not self._made:
                found = chain.from_iterable(entries(self._dataset, layer) for layer in self._dataset.layers())
                self._made = word_files(found)
        yield self._made[name]


def word_files(found: Iterable[Entry]) -> dict[str, bytes]:
    """The files of these entries, which come in the order of the dataset, by name."""
    kinds = {name: _Kind(kind) for name, kind in _KINDS.items()}
    authors: dict[str, int] = {}
    row = -1
    for row, entry in enumerate(found):
        kinds["explanations" if isinstance(entry, Explained) else "tokens"].add(entry, row, authors)
    made: dict[str, bytes] = {}
    heads: list[ColumnFile] = []
    for name, kind in kinds.items():
        for end, columns in (("words", kind.words()), ("texts", kind.texts())):
            file = f"{name}.{end}"
            made[file] = isal_zlib.compress(b"".join(column.tobytes() for _, column in columns), _LEVEL, -15)
            heads.append(ColumnFile(file, len(made[file]), [_column(*column) for column in columns]))
    snapshot = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in made.values())).hexdigest()[:16]
    return made | {HEAD: dumps(Head(FORM, snapshot, row + 1, list(authors), heads))}


Columns = list[tuple[str, np.ndarray]]


class _Kind:
    """Collects the entries of one kind."""

    def __init__(self, kind: int) -> None:
        self._analyzer = analyzer(FIELD[kind])
        self._numbers: list[tuple[float, ...]] = []  # score, max
        self._places: list[tuple[int, ...]] = []  # row, layer, unit, number, author, length
        self._words: dict[str, int] = {}
        self._ids = array("I")  # of all words of all entries, one after the other
        self._texts: list[bytes] = []
        self._abouts: list[bytes] = []

    def add(self, entry: Entry, row: int, authors: dict[str, int]) -> None:
        about, number, author = "", 0, 0
        if isinstance(entry, Explained):
            text, words, number = entry.text, self._analyzer.analyze(entry.text), entry.number
            author = 0 if entry.author is None else authors.setdefault(entry.author, len(authors)) + 1
        else:
            tokens = [token for token in map(one_line, entry.tokens) if token]
            text, about = "\n".join(tokens), entry.explanation or ""
            words = [word for token in tokens for word in self._analyzer.analyze(token)]
        self._ids.extend([self._words.setdefault(word, len(self._words)) for word in words])
        self._places.append((row, entry.layer, entry.unit, number, author, len(words)))
        self._numbers.append((_or_nan(entry.score), _or_nan(entry.max)))
        self._texts.append(text.encode())
        self._abouts.append(about.encode())

    def words(self) -> Columns:
        """The columns of ``{kind}.words``."""
        numbers = np.array(self._numbers, "<f8").reshape(-1, 2)
        places = np.array(self._places, "<u4").reshape(-1, 6)
        words = sorted(self._words, key=lambda word: word.encode("utf-16-be"))  # the order of texts in browsers
        order = np.empty(len(words), np.int64)
        order[[self._words[word] for word in words]] = np.arange(len(words))
        ids = order[np.frombuffer(self._ids, np.uint32)]
        having, sizes, lists = postings(ids, np.repeat(np.arange(len(places)), places[:, 5]), len(words))
        named = ("row", "layer", "unit", "number", "author", "length")
        return [
            *zip(("score", "max"), numbers.T, strict=True),
            *zip(named, places.T, strict=True),
            ("having", having.astype("<u4")),
            ("size", sizes.astype("<u4")),
            ("lists", lists),
            ("words", _bytes(f"{word}\n".encode() for word in words)),
        ]

    def texts(self) -> Columns:
        """The columns of ``{kind}.texts``."""
        ends = [np.cumsum([len(text) for text in texts]).astype("<u4") for texts in (self._texts, self._abouts)]
        return [
            *zip(("end", "about_end"), ends, strict=True),
            ("text", _bytes(self._texts)),
            ("about", _bytes(self._abouts)),
        ]


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _bytes(parts: Iterable[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(parts), np.uint8)


def _column(name: str, values: np.ndarray) -> Column:
    (kind,) = (kind for kind, stored in _TYPES.items() if np.dtype(stored) == values.dtype)
    return Column(name, kind, len(values))
