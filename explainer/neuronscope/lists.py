"""The nouns of lists of units, as ``lists.json`` has them. Plain dataclasses, no input or output."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListedUnit:
    """One unit of a list, with what a person wrote about it."""

    layer: int
    unit: int
    label: str | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        if self.layer < 0 or self.unit < 0:
            raise ValueError("layer and unit must be 0 or greater")


@dataclass(frozen=True)
class UnitList:
    """Units that somebody put together under a title."""

    title: str
    units: list[ListedUnit]
    note: str | None = None


@dataclass(frozen=True)
class Lists:
    """The lists of a dataset (lists.json)."""

    lists: list[UnitList]
