"""What a person typed, read into a tree: words, prefixes, near words, phrases, AND, OR, NOT. Pure.

Nothing that is typed is wrong: a bracket without its partner is passed over, a quote without one ends with the text,
and AND, OR or NOT with nothing to join are words. Only length, number of words and depth have limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from neuronscope.errors import BadInput

LONGEST = 1_000  # characters of a query
MOST_WORDS = 32  # each may cost a walk through the words of the index
DEEPEST = 16  # brackets in brackets; the index follows them with its own stack

_PIECES = re.compile(r'"([^"]*)(?:"|$)|([()])|([^\s"()]+)')
_NEAR = re.compile(r"(.+)~([12]?)", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """A bare word; also a fragment to find inside words."""

    text: str


@dataclass(frozen=True)
class Prefix:
    """``text*``: words that begin so."""

    text: str


@dataclass(frozen=True)
class Near:
    """``text~`` or ``text~2``: words at most ``edits`` letters inserted, left out, changed or swapped away."""

    text: str
    edits: int


@dataclass(frozen=True)
class Phrase:
    """``"text"``: these words in a row."""

    text: str


@dataclass(frozen=True)
class Pattern:
    """A regular expression, to be found inside a word."""

    text: str


@dataclass(frozen=True)
class Both:
    """Every one of ``parts``."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Either:
    """At least one of ``parts``."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Without:
    """What ``part`` is not true of."""

    part: Tree


Leaf = Word | Prefix | Near | Phrase | Pattern
Tree = Leaf | Both | Either | Without


def read_query(text: str) -> Tree | None:
    """The query as a tree, or None where nothing was typed. NOT binds closest, then AND, which a space means too.

    :raises BadInput: longer than LONGEST, more than MOST_WORDS words, or brackets deeper than DEEPEST.
    """
    _refuse_long(text)
    pieces = [_piece(match) for match in _PIECES.finditer(text)]
    if sum(not isinstance(piece, str) for piece in pieces) > MOST_WORDS:
        raise BadInput(f"The query has more than {MOST_WORDS} words. Leave some out.")
    return _Reader(pieces).read()


def read_pattern(text: str) -> Pattern | None:
    """The query as one regular expression, or None where nothing was typed.

    :raises BadInput: longer than LONGEST.
    """
    _refuse_long(text)
    return Pattern(text) if text else None


def _refuse_long(text: str) -> None:
    if len(text) > LONGEST:
        raise BadInput(f"The query is {len(text):,} characters long; at most {LONGEST:,} are read. Shorten it.")


def _piece(match: re.Match[str]) -> str | Leaf:
    """A bracket as a string, anything else as a leaf."""
    phrase, bracket, bare = match.groups()
    if bracket:
        return str(bracket)
    if phrase is not None:
        return Phrase(phrase)
    if bare.endswith("*") and len(bare) > 1:
        return Prefix(bare[:-1])
    near = _NEAR.fullmatch(bare)
    return Near(near[1], int(near[2] or 1)) if near else Word(bare)


class _Reader:
    """Recursive descent over pieces; ``_at`` is the next one."""

    def __init__(self, pieces: list[str | Leaf]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    def read(self) -> Tree | None:
        trees = []
        while self._at < len(self._pieces):
            if self._next() == ")":  # nobody opened it
                self._at += 1
            tree = self._either()
            trees += [tree] if tree else []
        return _joined(Both, trees)

    def _either(self) -> Tree | None:
        return self._several("OR", self._both, Either)

    def _both(self) -> Tree | None:
        """Parts joined by AND, or by nothing at all."""
        trees: list[Tree] = []
        while self._at < len(self._pieces) and self._next() != ")" and not (trees and self._joins("OR")):
            if trees and self._joins("AND"):
                self._at += 1
            tree = self._single()
            trees += [tree] if tree else []
        return _joined(Both, trees)

    def _several(self, word: str, read: Callable[[], Tree | None], node: type[Either]) -> Tree | None:
        trees = [read()]
        while self._joins(word):
            self._at += 1
            trees.append(read())
        return _joined(node, [tree for tree in trees if tree])

    def _single(self) -> Tree | None:
        piece, negates = self._next(), self._joins("NOT")
        self._at += 1
        if piece == "(":
            return self._bracketed()
        if negates:
            part = self._single()
            return Without(part) if part else None
        return None if isinstance(piece, str) else piece

    def _bracketed(self) -> Tree | None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput(f"The query has brackets more than {DEEPEST} deep. Use fewer.")
        tree = self._either()
        self._at += 1  # past the closing one, if there is one
        self._depth -= 1
        return tree

    def _next(self) -> str | Leaf | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def _joins(self, word: str) -> bool:
        """Whether ``word`` stands here with something to join after it."""
        return self._next() == Word(word) and self._pieces[self._at + 1 : self._at + 2] not in ([], [")"])


def _joined(node: type[Both] | type[Either], trees: list[Tree]) -> Tree | None:
    if len(trees) < 2:
        return trees[0] if trees else None
    return node(tuple(trees))
