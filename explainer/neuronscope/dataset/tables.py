"""The files beside the parts, ``units/{layer}.json`` and ``lists.json``: the table's noun, and what is wrong in one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from neuronscope import codec
from neuronscope.dataset.consistency import undefined_numbers
from neuronscope.errors import BrokenData
from neuronscope.lists import Lists

_SHOWN = 3  # faults of one kind in one file that are spelt out


@dataclass(frozen=True)
class UnitTable:
    """One layer as columns of equal length, a row per unit; an undefined number is null, a column may be absent."""

    layer: int
    unit: list[int]
    max: list[float | None] | None = None
    min: list[float | None] | None = None
    mean: list[float | None] | None = None
    variance: list[float | None] | None = None
    skewness: list[float | None] | None = None
    kurtosis: list[float | None] | None = None
    density: list[float | None] | None = None
    dead: list[bool | None] | None = None
    sequences_fired: list[int | None] | None = None
    peak_token: list[str | None] | None = None
    explanation: list[str | None] | None = None  # the best one: of the highest score, or else the first
    author: list[str | None] | None = None  # of the explanation
    score: list[float | None] | None = None
    score_low: list[float | None] | None = None  # ends of its 95% interval
    score_high: list[float | None] | None = None
    reliable: list[bool | None] | None = None  # whether the score rests on enough tokens
    explanations: list[int | None] | None = None  # how many there are

    def __post_init__(self) -> None:
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "layer"}
        lengths = {name: len(column) for name, column in columns.items() if column is not None}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise ValueError(f"columns of unequal length: {said}")


def table_faults(data: bytes, layer: int, units: Sequence[int]) -> Iterator[str]:
    """The faults of a ``units/{layer}.json``: the columns of the layer's units, in their order, of the right kinds."""
    yield from undefined_numbers(data)
    try:
        table = codec.loads(data, UnitTable)
    except BrokenData as error:
        yield str(error)
        return
    if table.layer != layer:
        yield f"$.layer: {table.layer}, but it lies at layer {layer}"
    if not _same(table.unit, units):
        yield "$.unit: not the units of this layer, in order"


def _same(column: Sequence[int], units: Sequence[int]) -> bool:
    """Whether the column is those units; ``units`` may be a range that is too long to be written out."""
    return len(column) == len(units) and all(a == b for a, b in zip(column, units, strict=True))


def members(units: Sequence[int]) -> Container[int]:
    """The units to look one up in: a range as it is, since it may be too long to be written out, else a set."""
    return units if isinstance(units, range) else frozenset(units)


def list_faults(data: bytes, layers: Mapping[int, Sequence[int]]) -> Iterator[str]:
    """The faults of a ``lists.json``: lists of units that are in ``layers``, the unit ids by layer."""
    yield from undefined_numbers(data)
    try:
        lists = codec.loads(data, Lists).lists
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
