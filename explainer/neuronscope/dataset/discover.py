"""What a dataset without a manifest holds, found by looking: in, a store; out, layers, unit ids and parts.

Where a place lists its folders, the lists say it. Where it does not, unit ids are taken to run from 0 without gaps and
to be as many in every layer: their number in layer 0, and the number of layers, are found by doubling and bisecting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from neuronscope.dataset import layout
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo, unit_ids
from neuronscope.dataset.store import Store
from neuronscope.dataset.zips import Archive
from neuronscope.errors import BadInput, BrokenData

UNKNOWN_MODEL = ModelInfo(name="unknown")  # the files of the public layout do not say which model they are about


def look(store: Store, *, name: str) -> Manifest:
    """A manifest put together by looking, with ``name`` for a title; its ``schema_version`` is None.

    :raises BadInput: there are no records under the root; the message says what was looked for.
    """
    layers = find_layers(store)
    if not layers:
        raise BadInput(nothing_there(store))
    return Manifest(
        name=name,
        title=name,
        model=UNKNOWN_MODEL,
        source=SourceInfo(kind="mlp"),  # the public layout was made for MLP neurons, and says nothing of kinds
        layers=layers,
        artefacts=[part for part, held in zip(layout.PARTS, _held(store, layers), strict=True) if held],
    )


def nothing_there(store: Store) -> str:
    """The sentence for a root that holds no dataset."""
    return f"{store.root} holds no dataset: neither {layout.MANIFEST} nor {layout.RECORDS}/. " + (
        "Give the folder that has them." if store.local else "Check the address, and set credentials if it is private."
    )


def find_layers(store: Store) -> list[LayerInfo]:
    """The layers that have records, ascending; an empty folder is none, and a zip that cannot be read has 0 units."""
    names = store.list(layout.RECORDS)
    if names is None:
        return _probe_layers(store)
    indices = {layer for name in names if (layer := layer_of(name)) is not None}
    found = [_layer(store, index) for index in sorted(indices)]
    return [layer for layer in found if layer is not None]


def _layer(store: Store, index: int) -> LayerInfo | None:
    try:
        units = list_units(store, layout.RECORDS, index)
    except BrokenData:
        return LayerInfo(index, 0)  # whoever asks for a unit of it is told; the other layers stay readable
    return _info(index, units) if units else None


def list_units(store: Store, part: str, layer: int) -> list[int] | None:
    """The ids of the units that have a file in the layer, ascending; None where the place does not list."""
    archive = Archive(store, layout.zip_path(part, layer))
    names = archive.names() if archive.exists() else store.list(f"{part}/{layer}")
    if names is None:
        return None
    end = layout.extension(part)
    return sorted(unit for name in names if (unit := layout.number(name, end)) is not None)


def _held(store: Store, layers: Sequence[LayerInfo]) -> Iterator[bool]:
    return in_order(lambda part: holds_part(store, part, layers), layout.PARTS, concurrency=8)


def holds_part(store: Store, part: str, layers: Sequence[LayerInfo]) -> bool:
    """Whether any file of the part is there; where the place does not list, whether one is for an outermost unit."""
    names = store.list(part)
    if names is not None:
        return any(layer_of(name) is not None for name in names)
    return any(_shows_part(store, part, layer) for layer in [*layers[:1], *layers[1:][-1:]])


def _shows_part(store: Store, part: str, layer: LayerInfo) -> bool:
    """Whether the layer's zip, or the file of its first or last unit, is there."""
    units = unit_ids(layer)
    ends = sorted({*units[:1], *units[-1:]})
    paths = [layout.zip_path(part, layer.index), *(layout.unit_path(part, layer.index, unit) for unit in ends)]
    return any(store.stat(path) is not None for path in paths)


def layer_of(name: str) -> int | None:
    """The layer that a name in a part's folder stands for: ``3`` or ``3.zip``."""
    return layout.number(name, "" if name.isdigit() else ".zip")


def _info(index: int, units: Sequence[int]) -> LayerInfo:
    gapless = units[-1] == len(units) - 1
    return LayerInfo(index, len(units), None if gapless else list(units))


def _probe_layers(store: Store) -> list[LayerInfo]:
    if not _has_file(store, layout.RECORDS, 0, 0):
        return []
    count = _count(lambda layer: _has_file(store, layout.RECORDS, layer, 0))
    if store.stat(layout.zip_path(layout.RECORDS, 0)) is not None:  # a zip has its list inside
        layers = [_layer(store, layer) for layer in range(count)]
        return [layer for layer in layers if layer is not None]
    width = _count(lambda unit: store.stat(layout.unit_path(layout.RECORDS, 0, unit)) is not None)
    return [LayerInfo(layer, width) for layer in range(count)]


def _has_file(store: Store, part: str, layer: int, unit: int) -> bool:
    if store.stat(layout.unit_path(part, layer, unit)) is not None:
        return True
    return store.stat(layout.zip_path(part, layer)) is not None


def _count(exists: Callable[[int], bool]) -> int:
    """How many numbers from 0 exist, given that 0 does and that there are no gaps: doubling, then bisecting."""
    low, high = 0, 1
    while exists(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if exists(middle) else (low, middle)
    return high
