"""A query as one field reads it: a tree of ``syntax`` in, the same shape over words as the field holds them out.

The field's own analysis decides what a word is: "don't" is two words of an explanation, " don" is one token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from neuronscope.dataset.search import syntax

FRAGMENT = 3  # letters from which on a bare word is also looked for inside words
LONGEST_NEAR = 40  # letters; the automaton of a near word grows with it, and hardly a word is longer
Analyze = Callable[[str], list[str]]


@dataclass(frozen=True)
class Run:
    """These words as they stand, one after the other; mostly one."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Words that hold this fragment."""

    fragment: str


@dataclass(frozen=True)
class Start:
    """Words that begin so."""

    prefix: str


@dataclass(frozen=True)
class Close:
    """Words within this many edits; swapping neighbours is one."""

    word: str
    edits: int


@dataclass(frozen=True)
class Like:
    """Words in which this regular expression finds something."""

    pattern: str


@dataclass(frozen=True)
class Both:
    """Every one of ``parts``."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True)
class Either:
    """At least one of ``parts``."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True)
class Without:
    """What ``part`` is not true of."""

    part: Wanted


Leaf = Run | Part | Start | Close | Like
Wanted = Leaf | Both | Either | Without


def wanted(tree: syntax.Tree, analyze: Analyze) -> Wanted | None:
    """What ``tree`` asks of a field whose texts ``analyze`` takes apart; None where no word is left.

    Signs that are no words ask for nothing: ``cat --`` is ``cat``.
    """
    if isinstance(tree, (syntax.Both, syntax.Either)):
        parts = [part for part in (wanted(part, analyze) for part in tree.parts) if part]
        node = Both if isinstance(tree, syntax.Both) else Either
        return _joined(node, parts)
    if isinstance(tree, syntax.Without):
        part = wanted(tree.part, analyze)
        return Without(part) if part else None
    if isinstance(tree, syntax.Pattern):
        return Like(tree.text)
    return _leaf(tree, analyze(tree.text))


def _leaf(tree: syntax.Word | syntax.Prefix | syntax.Near | syntax.Phrase, words: list[str]) -> Wanted | None:
    """Where the text is several words, the sign after it (* or ~) is about the last one."""
    if not words:
        return None
    last, before = words[-1], [Run((word,)) for word in words[:-1]]
    if isinstance(tree, syntax.Prefix):
        return _joined(Both, [*before, Start(last)])
    if isinstance(tree, syntax.Near) and FRAGMENT <= len(last) <= LONGEST_NEAR:
        return _joined(Both, [*before, Close(last, tree.edits)])
    if isinstance(tree, syntax.Word) and len(words) == 1 and len(last) >= FRAGMENT:
        return Part(last)
    return Run(tuple(words))


def as_it_stands(tree: Wanted) -> Wanted:
    """The stricter tree in which fragments are whole words; what is not wanted stays as it is."""
    if isinstance(tree, Part):
        return Run((tree.fragment,))
    if isinstance(tree, (Both, Either)):
        return type(tree)(tuple(as_it_stands(part) for part in tree.parts))
    return tree


def leaves(tree: Wanted) -> Iterator[Leaf]:
    """The leaves that are wanted, from left to right; not those below a Without."""
    if isinstance(tree, (Both, Either)):
        for part in tree.parts:
            yield from leaves(part)
    elif not isinstance(tree, Without):
        yield tree


def _joined(node: type[Both] | type[Either], parts: list[Wanted]) -> Wanted | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return node(tuple(parts))
