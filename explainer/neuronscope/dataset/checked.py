"""What a check says of one file, and how an error becomes a fault: a store's errors in, sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from neuronscope.dataset.store import Store, place
from neuronscope.errors import BrokenData, StorageFailed


@dataclass(frozen=True)
class Checked:
    """One file that was looked at (or should have been there), and a sentence per fault."""

    path: str
    faults: list[str] = field(default_factory=list)


def guarded(store: Store, path: str, items: Iterable[Checked]) -> Iterator[Checked]:
    """The items and, where ``path`` turns out to be unusable, that as the last of them."""
    try:
        yield from items
    except (BrokenData, StorageFailed) as error:
        yield Checked(path, [said(error, store, path)])


def said(error: BrokenData | StorageFailed, store: Store, *paths: str) -> str:
    """What is wrong, without the file's name, which stands before it already.

    :raises StorageFailed: ``error`` itself, where the network failed: that says nothing about the dataset.
    """
    if isinstance(error, StorageFailed) and not store.local:
        raise error
    sentence = str(error)
    for path in paths:
        sentence = sentence.removeprefix(place(store, path))
    return sentence.lstrip(" ,:")
