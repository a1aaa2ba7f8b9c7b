"""Long work in parts: a generator that says how far it is, so that others can have the model between two parts."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """``done`` of ``total`` parts of what is being done, which is said in a few words."""

    doing: str
    done: int
    total: int


# Gives a stage after each part, and returns what all of them made. The model is as it was between two parts.
Stages = Generator[Stage, None, T]


def finish(stages: Stages[T]) -> T:
    """What all parts made, done one after the other."""
    while True:
        try:
            next(stages)
        except StopIteration as end:
            made: T = end.value
            return made


def pieces(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """The items in order, ``size`` at a time."""
    return [items[first : first + size] for first in range(0, len(items), size)]
