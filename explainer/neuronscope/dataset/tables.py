"""What is wrong in the files beside the parts, ``units/{layer}.json`` and ``lists.json``: bytes in, sentences out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neuronscope import codec
from neuronscope.dataset.consistency import undefined_numbers
from neuronscope.errors import BrokenData

_SHOWN = 3  # faults of one kind in one file that are spelt out

_NUMBER, _WHOLE, _BOOL, _TEXT = (int, float), (int,), (bool,), (str,)
_COLUMNS: dict[str, tuple[type, ...]] = {
    "max": _NUMBER,
    "min": _NUMBER,
    "mean": _NUMBER,
    "variance": _NUMBER,
    "skewness": _NUMBER,
    "kurtosis": _NUMBER,
    "density": _NUMBER,
    "dead": _BOOL,
    "sequences_fired": _WHOLE,
    "peak_token": _TEXT,
    "explanation": _TEXT,
    "score": _NUMBER,
}
_CALLED: dict[tuple[type, ...], str] = {
    _NUMBER: "a number",
    _WHOLE: "a whole number",
    _BOOL: "true or false",
    _TEXT: "text",
}


@dataclass(frozen=True)
class _ListedUnit:
    layer: int
    unit: int
    label: str | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        if self.layer < 0 or self.unit < 0:
            raise ValueError("layer and unit must be 0 or greater")


@dataclass(frozen=True)
class _UnitList:
    title: str
    units: list[_ListedUnit]
    note: str | None = None


@dataclass(frozen=True)
class _Lists:
    lists: list[_UnitList]


def table_faults(data: bytes, layer: int, units: Sequence[int]) -> Iterator[str]:
    """The faults of a ``units/{layer}.json``: columns of one length, a row per unit of the layer, right values."""
    yield from undefined_numbers(data)
    try:
        table = codec.loads(data, dict[str, Any])
    except BrokenData as error:
        yield str(error)
        return
    if not _same([table.get("layer")], [layer]):
        yield f"$.layer: {table.get('layer')!r}, but it lies at layer {layer}"
    if not _same(table.get("unit"), units):
        yield "$.unit: not the units of this layer, in order"
    lengths = {name: len(column) for name, column in table.items() if isinstance(column, list)}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        yield f"$: columns of unequal length: {said}"
    for name, kinds in _COLUMNS.items():
        yield from _column_faults(name, table.get(name), kinds)


def _same(column: object, units: Sequence[int]) -> bool:
    """Whether the column is those units; ``units`` may be a range that is too long to be written out."""
    if not isinstance(column, list) or len(column) != len(units):
        return False
    return all(type(value) is int and value == unit for value, unit in zip(column, units, strict=True))


def _column_faults(name: str, column: object, kinds: tuple[type, ...]) -> Iterator[str]:
    """The first value that is of another type; the exact type counts, since True is an int to isinstance."""
    if column is None:
        return
    if not isinstance(column, list):
        yield f"$.{name}: a list belongs here"
        return
    for i, value in enumerate(column):
        if value is not None and type(value) not in kinds:
            yield f"$.{name}[{i}]: {_CALLED[kinds]} or null belongs here"
            return


def members(units: Sequence[int]) -> Container[int]:
    """The units to look one up in: a range as it is, since it may be too long to be written out, else a set."""
    return units if isinstance(units, range) else frozenset(units)


def list_faults(data: bytes, layers: Mapping[int, Sequence[int]]) -> Iterator[str]:
    """The faults of a ``lists.json``: lists of units that are in ``layers``, the unit ids by layer."""
    yield from undefined_numbers(data)
    try:
        lists = codec.loads(data, _Lists).lists
    except BrokenData as error:
        yield str(error)
        return
    known = {layer: members(units) for layer, units in layers.items()}
    unknown = [
        f"$.lists[{i}].units[{j}]: the dataset has no layer {listed.layer}, unit {listed.unit}"
        for i, unit_list in enumerate(lists)
        for j, listed in enumerate(unit_list.units)
        if listed.unit not in known.get(listed.layer, ())
    ]
    yield from unknown[:_SHOWN]
    if len(unknown) > _SHOWN:
        yield f"{len(unknown) - _SHOWN} more units are not in the dataset"
