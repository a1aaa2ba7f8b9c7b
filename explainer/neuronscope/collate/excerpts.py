"""A corpus, the rule for the first position and the tokenizer's decoding in; out sequences as records show them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.sequences import Sequences
from neuronscope.display import Decode, display_tokens
from neuronscope.records import ActivationRecord, TextSource
from neuronscope.subject import Positions

_KEPT_TOKENS = 2**21  # of the sequences that are remembered; about 50 MB at most, however large the corpus is


@dataclass(frozen=True)
class Frame:
    """The JSON of a record with one sequence, but for its activations: what stands before them, and what after."""

    before: bytes
    after: bytes


@dataclass(frozen=True)
class Frames:
    """Of several sequences: a text, uint8 [byte], and where in it the part of each before its activations begins, the
    part behind them begins, and that ends, [sequence, 3]."""

    text: NDArray[np.uint8]
    spans: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many bytes they are together."""
        return int((self.spans[:, 2] - self.spans[:, 0]).sum())


@dataclass(frozen=True)
class _Excerpt:
    tokens: list[str]
    frame: Frame


class _Shelf:
    """Frames one behind the other in one text."""

    def __init__(self) -> None:
        self._text = np.empty(2**16, np.uint8)
        self._used = 0
        self._rows: dict[int, int] = {}
        self._spans = np.empty((256, 3), np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    def frames(self, indices: list[int], frame: Callable[[int], Frame]) -> Frames:
        """Those of some sequences; ``frame`` gives one that is not here yet."""
        for index in indices:
            if index not in self._rows:
                self._add(index, frame(index))
        rows = np.fromiter(map(self._rows.__getitem__, indices), np.int64, len(indices))
        return Frames(self._text, self._spans[rows])

    def _add(self, index: int, frame: Frame) -> None:
        start, middle, row = self._used, self._used + len(frame.before), len(self._rows)
        self._used = middle + len(frame.after)
        if self._used > len(self._text):  # what was given out goes on in the old text
            self._text = np.concatenate([self._text, np.empty(max(len(self._text), self._used), np.uint8)])
        if row == len(self._spans):
            self._spans = np.concatenate([self._spans, np.empty_like(self._spans)])
        self._text[start : self._used] = np.frombuffer(frame.before + frame.after, np.uint8)
        self._rows[index], self._spans[row] = row, (start, middle, self._used)


class Excerpts:
    """Sequences as records show them; the text of each is worked out and written as JSON once, and then remembered.

    Several threads may ask.
    """

    def __init__(self, sequences: Sequences, positions: Positions, decode: Decode) -> None:
        self.positions = positions
        self._sequences = sequences
        self._decode = decode
        self._pieces: dict[int, str] = {}
        self._kept = 1 + _KEPT_TOKENS // sequences.length
        self._excerpt = lru_cache(maxsize=self._kept)(self._new_excerpt)
        self._shelf = _Shelf()
        self._lock = threading.RLock()  # a tokenizer need not bear being asked twice at a time

    def tokens(self, index: int) -> list[str]:
        """Display strings of the recorded positions of one sequence."""
        return self._excerpt(index).tokens

    def frame(self, index: int) -> Frame:
        """The JSON around the activations of one sequence."""
        return self._excerpt(index).frame

    def frames(self, indices: list[int]) -> Frames:
        """The same of several, as compiled code reads it; what was given out stays as it is."""
        with self._lock:
            if len(self._shelf) > self._kept:
                self._shelf = _Shelf()
            return self._shelf.frames(indices, self.frame)

    def record(self, index: int, activations: list[float]) -> ActivationRecord:
        """One sequence with its activations, one per recorded position."""
        return self._record(index, self.tokens(index), activations)

    def peak_token(self, index: int, activations: NDArray[np.float32]) -> str:
        """The token of the largest counted activation; where it is a later part of a character, that character.

        :param activations: float32 [recorded position].
        """
        skipped = self.positions.counted - self.positions.recorded
        tokens = self.tokens(index)
        peak = skipped + int(np.argmax(activations[skipped:]))
        return next((token for token in reversed(tokens[: peak + 1]) if token), "")

    def _new_excerpt(self, index: int) -> _Excerpt:
        ids = [*self.positions.prefix, *self._sequences.ids[index].tolist()][self.positions.recorded :]
        with self._lock:
            tokens = display_tokens(ids, self._decode, pieces=self._pieces)
        blank = [0.0] * len(tokens)
        # What follows holds only whole numbers, so the last run of zeros with a point is that of the activations.
        before, _, after = dumps(self._record(index, tokens, blank)).rpartition(dumps(blank))
        return _Excerpt(tokens, Frame(before, after))

    def _record(self, index: int, tokens: list[str], activations: list[float]) -> ActivationRecord:
        source = TextSource(int(self._sequences.documents[index]), int(self._sequences.offsets[index]))
        return ActivationRecord(tokens, activations, source=source, ignored=self.positions.ignored)
