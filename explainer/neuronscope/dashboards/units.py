"""The units of a dashboard, wherever they are: a dictionary of examples, records, a dataset; a door for tables too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from neuronscope.dashboards.colour import limit_of
from neuronscope.dashboards.examples import Reading, feature_number, plain, record_of
from neuronscope.dashboards.shapes import Entry, ShownUnit
from neuronscope.errors import BadInput
from neuronscope.records import NeuronRecord

if TYPE_CHECKING:
    from neuronscope.dataset import Manifest

_NAMED = 6  # of what exists, in an error
_KEY = re.compile(r"(?:0|[1-9][0-9]{0,17})(?::(?:0|[1-9][0-9]{0,17}))?")

Key = int | str | tuple[int, int]


class Units(Protocol):
    """Units by key, which is "12:345", or "7" where there are no layers; read when they are asked for."""

    title: str

    @property
    def total(self) -> int:
        """How many there are."""
        ...

    @property
    def provenance(self) -> Manifest | None:
        """What they come from, where that is a dataset."""
        ...

    def every_key(self) -> Iterator[str]:
        """All of them, in order, found as they are taken."""
        ...

    def __contains__(self, key: str) -> bool:
        """Whether there is one of that key."""
        ...

    def unit(self, key: str) -> ShownUnit:
        """One that is there.

        :raises BadInput: what it is made of cannot be used.
        """
        ...

    def entries(self, keys: Sequence[str]) -> list[Entry]:
        """A line for each, with what is known without reading them."""
        ...


def key_of(given: Key) -> str:
    """The key in any form that people write it: 7, "7", "12:345", (12, 345).

    :raises BadInput: another form.
    """
    value = plain(given)
    if isinstance(value, (tuple, list)) and len(value) == 2:
        value = f"{plain(value[0])}:{plain(value[1])}"
    text = str(value).strip().replace("/", ":")
    if isinstance(value, bool) or not _KEY.fullmatch(text):
        raise BadInput(f"{given!r} is no unit: write a number, or layer and unit like 12:345")
    return text


def is_key(text: str) -> bool:
    """Whether a unit can have this key."""
    return _KEY.fullmatch(text) is not None


def known_key(units: Units, given: Key) -> str:
    """The key of a unit that is there.

    :raises BadInput: there is none; the message lists some of what exists.
    """
    key = key_of(given)
    if key in units:
        return key
    some = list(islice(units.every_key(), _NAMED))
    total = units.total
    if not total:
        raise BadInput(f"there is no unit {key}: there are none at all")
    more = f" and {total - len(some):,} more" if total > len(some) else ""
    raise BadInput(f"there is no unit {key}; there {'is' if total == 1 else 'are'} {total:,}: {', '.join(some)}{more}")


def entry_of(unit: ShownUnit) -> Entry:
    """The line of a unit that was read."""
    words = [one.explanation.strip() for one in unit.explanations or ()]
    return Entry(unit.key, unit.name or (words[0] if words else None), limit_of(unit.record) or None)


class Found:
    """Some units by their keys, in order; ``read`` makes one."""

    def __init__(self, keys: Sequence[str], read: Callable[[str], ShownUnit], title: str) -> None:
        self._keys, self._read, self.title = dict.fromkeys(keys), read, title
        self.provenance: Manifest | None = None

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._keys)

    def every_key(self) -> Iterator[str]:
        """All of them, in order."""
        return iter(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def unit(self, key: str) -> ShownUnit:
        """One that is there; raises as what makes it."""
        return self._read(key)

    def entries(self, keys: Sequence[str]) -> list[Entry]:
        """Keys alone: nothing is read."""
        return [Entry(key) for key in keys]


def units_of_examples(examples: Mapping[Any, Any], reading: Reading) -> Units:
    """Features by number, each with its examples; records may stand among them.

    :raises BadInput: a key that is no number from 0.
    """
    given = {str(feature_number(feature)): found for feature, found in examples.items()}

    def read(key: str) -> ShownUnit:
        found = given[key]
        record = found if isinstance(found, NeuronRecord) else record_of(int(key), found, reading)
        return ShownUnit(key, record)

    return Found(list(given), read, "Features")


def units_of_records(records: Sequence[NeuronRecord]) -> Units:
    """Records, named by their layers and units.

    :raises BadInput: two of one unit.
    """
    given: dict[str, NeuronRecord] = {}
    for record in records:
        key = f"{record.neuron_id.layer_index}:{record.neuron_id.neuron_index}"
        if key in given:
            raise BadInput(f"there are two records of unit {key}: give one of them")
        given[key] = record
    return Found(list(given), lambda key: ShownUnit(key, given[key]), "Units")


def named(unit: ShownUnit, names: Mapping[str, str]) -> ShownUnit:
    """The unit with the name that it was given, where there is one."""
    return replace(unit, name=names[unit.key]) if unit.key in names else unit
