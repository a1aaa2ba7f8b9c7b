"""What a browser searches without a server: a dataset's explanations and tokens in, a few files of columns out.

The words are those of the server's own index, so that the same are found. ``search.json`` says what is in the files:
of each kind of entry (``explanations``, ``tokens``) one with numbers and words and one with texts. A file is a raw
deflate stream of its columns, one right after the other, widest numbers first, each little-endian:

    {kind}.words   score, max                  f8, NaN where not known
                   row                         u4, the entry's place among those of both kinds
                   layer, unit, number, author u4, the author's place in ``authors`` and 1, or 0
                   length                      u4, words of the entry
                   packed, unfolded            u4, of each block of texts: where it ends in its file, and beyond it
                   having, size                u4, of each word: entries that have it, bytes of their list
                   lists                       u1, of each word its entries, as ``postings`` describes
                   words                       u1, UTF-8, a line break after each; in the order of their UTF-16
    {kind}.texts   blocks                      u1, as ``textblocks`` describes: an explanation, or tokens with line
                                               breaks between them; of tokens also the unit's explanation, empty
                                               where there is none; a browser may ask for a block alone

``viewer/src/wordColumns.ts`` reads them.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from threading import Lock

import numpy as np

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset
from neuronscope.dataset.search.entries import Entry, Explained, Peaking, entries
from neuronscope.dataset.search.schema import FIELD, TOKENS, WORDS, analyzer, one_line
from neuronscope_server.publish.pieces import Piece
from neuronscope_server.publish.postings import postings
from neuronscope_server.publish.textblocks import Blocks, Texts, text_blocks

PLACE = "search"  # the name of the folder's place in api/site.json
HEAD = "search.json"
_KINDS = {"explanations": WORDS, "tokens": TOKENS}
FORM = 2  # of what is made here; another one gives the files another folder
_PLACES = ("row", "layer", "unit", "number", "author", "length")
_TOGETHER = 10_000  # entries that are gone through at a time
_LEVEL = 6  # of zlib, whose bytes are the same each time
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
    authors, rows = _Numbered(), 0
    rest = iter(found)
    while some := list(islice(rest, _TOGETHER)):
        said = {row: one for row, one in enumerate(some, rows) if isinstance(one, Explained)}
        peaking = {row: one for row, one in enumerate(some, rows) if isinstance(one, Peaking)}
        kinds["explanations"].add_explanations(said, authors)
        kinds["tokens"].add_tokens(peaking)
        rows += len(some)
    made: dict[str, bytes] = {}
    heads: list[ColumnFile] = []
    for name, kind in kinds.items():
        blocks = kind.texts()
        columns = kind.words(blocks)
        words, texts = f"{name}.words", f"{name}.texts"
        made[words] = zlib.compress(b"".join(column.tobytes() for _, column in columns), _LEVEL, -15)
        made[texts] = blocks.data
        heads.append(ColumnFile(words, len(made[words]), [_column(*column) for column in columns]))
        heads.append(ColumnFile(texts, len(made[texts]), [Column("blocks", "u1", blocks.size)]))
    snapshot = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in made.values())).hexdigest()[:16]
    return made | {HEAD: dumps(Head(FORM, snapshot, rows, list(authors), heads))}


Columns = list[tuple[str, np.ndarray]]


class _Numbered(dict[str, int]):
    """Words, or authors, with numbers in the order in which they are first asked for."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Kind:
    """Collects the entries of one kind, some thousand at a time: columns are filled at once, not cell by cell."""

    def __init__(self, kind: int) -> None:
        self._analyze = analyzer(FIELD[kind]).analyze
        self._numbers: dict[str, array[float]] = {name: array("d") for name in ("score", "max")}
        self._places: dict[str, array[int]] = {name: array("I") for name in _PLACES}
        self._words = _Numbered()
        self._ids = array("I")  # of all words of all entries, one after the other
        self._ends = array("I"), array("I")  # of each entry: bytes of its text, and of what is about it
        self._texts: tuple[list[bytes], list[bytes]] = [], []
        self._tokens: dict[str, tuple[str, list[str]]] = {}

    def add_explanations(self, rows: Mapping[int, Explained], authors: _Numbered) -> None:
        """Entries by their places among those of both kinds."""
        found = list(rows.values())
        texts = [one.text for one in found]
        self._places["number"].extend([one.number for one in found])
        self._places["author"].extend([0 if one.author is None else authors[one.author] + 1 for one in found])
        self._add(rows, texts, [""] * len(found), list(map(self._analyze, texts)))

    def add_tokens(self, rows: Mapping[int, Peaking]) -> None:
        """As :meth:`add_explanations`."""
        found = list(rows.values())
        tokens = [[token for token in map(self._token, one.tokens) if token[0]] for one in found]
        texts = ["\n".join([line for line, _ in of_one]) for of_one in tokens]
        for name in ("number", "author"):
            self._places[name].extend([0] * len(found))
        words = [[word for _, words in of_one for word in words] for of_one in tokens]
        self._add(rows, texts, [one.explanation or "" for one in found], words)

    def _token(self, token: str) -> tuple[str, list[str]]:
        """As it is shown, and its words; looked for once, since many units share it."""
        found = self._tokens.get(token)
        if found is None:
            line = one_line(token)
            found = self._tokens[token] = line, self._analyze(line) if line else []
        return found

    def _add(self, rows: Mapping[int, Entry], texts: list[str], abouts: list[str], words: list[list[str]]) -> None:
        found = rows.values()
        self._ids.extend(map(self._words.__getitem__, chain.from_iterable(words)))
        self._places["length"].extend(map(len, words))
        self._places["row"].extend(rows)
        self._places["layer"].extend([one.layer for one in found])
        self._places["unit"].extend([one.unit for one in found])
        self._numbers["score"].extend([_or_nan(one.score) for one in found])
        self._numbers["max"].extend([_or_nan(one.max) for one in found])
        for ends, kept, new in zip(self._ends, self._texts, (texts, abouts), strict=True):
            encoded = [text.encode() for text in new]
            ends.extend(map(len, encoded))
            kept.append(b"".join(encoded))

    def words(self, blocks: Blocks) -> Columns:
        """The columns of ``{kind}.words``; ``blocks`` are its texts."""
        words = sorted(self._words, key=lambda word: word.encode("utf-16-be"))  # the order of texts in browsers
        order = np.empty(len(words), np.int64)
        order[[self._words[word] for word in words]] = np.arange(len(words))
        ids = order[np.frombuffer(self._ids, np.uint32)]
        lengths = np.frombuffer(self._places["length"], np.uint32)
        having, sizes, lists = postings(ids, np.repeat(np.arange(len(lengths)), lengths), len(words))
        return [
            *((name, np.frombuffer(column, np.float64).astype("<f8")) for name, column in self._numbers.items()),
            *((name, np.frombuffer(column, np.uint32).astype("<u4")) for name, column in self._places.items()),
            ("packed", blocks.packed),
            ("unfolded", blocks.unfolded),
            ("having", having.astype("<u4")),
            ("size", sizes.astype("<u4")),
            ("lists", lists),
            ("words", _bytes(f"{word}\n".encode() for word in words)),
        ]

    def texts(self) -> Blocks:
        """What is in ``{kind}.texts``."""
        own, about = (
            Texts(b"".join(texts), np.cumsum(np.frombuffer(lengths, np.uint32), dtype=np.int64))
            for texts, lengths in zip(self._texts, self._ends, strict=True)
        )
        return text_blocks(own, about)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _bytes(parts: Iterable[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(parts), np.uint8)


def _column(name: str, values: np.ndarray) -> Column:
    (kind,) = (kind for kind, stored in _TYPES.items() if np.dtype(stored) == values.dtype)
    return Column(name, kind, len(values))
