"""The nouns of lists that people keep on a site, and what may stand in one: a list in; the same without edges out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from neuronscope.annotations.nouns import refuse_controls
from neuronscope.errors import BadInput
from neuronscope.lists import ListedUnit, UnitList

LONGEST_TITLE = 200  # characters
LONGEST_NOTE = 2_000
LONGEST_LABEL = 200
LONGEST_DESCRIPTION = 500
MOST_UNITS = 1_000
MOST_LISTS = 500  # of one dataset


class Changed(BadInput):
    """A list is no longer as it was when somebody began to change it."""


@dataclass(frozen=True)
class ListSummary:
    """One list that a person keeps here, as one reader sees it.

    ``units`` is how many it has. ``own``: this reader made it. ``holds``: whether a unit that was asked about is in it.
    """

    id: str
    title: str
    note: str | None
    units: int
    created: str  # ISO 8601, UTC
    edited: str | None
    version: int
    own: bool
    holds: bool | None


@dataclass(frozen=True)
class PeoplesLists:
    """The lists that people keep here of a dataset's units, oldest first; the dataset's own are in its lists.json."""

    lists: list[ListSummary]


@dataclass(frozen=True)
class KeptList:
    """One such list with its units; ``version`` counts its changes, and who changes it names the one that he saw."""

    id: str
    title: str
    note: str | None
    units: list[ListedUnit]
    created: str
    edited: str | None
    version: int
    own: bool


def checked_list(given: UnitList) -> UnitList:
    """A list whose words have no white space at their ends; blank ones are none.

    :raises BadInput: it has no title, something in it is too long, or it holds control characters.
    """
    if len(given.units) > MOST_UNITS:
        raise BadInput(
            f"The list has {len(given.units):,} units; at most {MOST_UNITS:,} are kept. Make two lists of it."
        )
    title = _checked(given.title, "title", LONGEST_TITLE)
    if title is None:
        raise BadInput("The title is empty: say what these units have in common.")
    note = _checked(given.note, "note", LONGEST_NOTE, allowed="\n\r\t")
    return UnitList(title, [_checked_unit(unit) for unit in given.units], note)


def _checked_unit(unit: ListedUnit) -> ListedUnit:
    where = f" of {unit.layer}:{unit.unit}"
    label = _checked(unit.label, f"label{where}", LONGEST_LABEL)
    description = _checked(unit.description, f"description{where}", LONGEST_DESCRIPTION, allowed="\n\r\t")
    return replace(unit, label=label, description=description)


def _checked(text: str | None, what: str, longest: int, *, allowed: str = "") -> str | None:
    kept = (text or "").strip()
    if len(kept) > longest:
        raise BadInput(f"The {what} has {len(kept):,} characters; at most {longest:,} are kept. Shorten it.")
    refuse_controls(kept, what, allowed=allowed)
    return kept or None
