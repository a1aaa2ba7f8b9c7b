"""A dataset: (layer, unit) in, nouns or stored bytes out. Missing is None; what is there and unusable raises."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from neuronscope import codec
from neuronscope.dataset import discover, layout
from neuronscope.dataset.bulk import in_order, in_order_async
from neuronscope.dataset.central import Directory
from neuronscope.dataset.layout import index
from neuronscope.dataset.manifest import Manifest, read_manifest, unit_ids
from neuronscope.dataset.store import Stat, Store, place
from neuronscope.dataset.stored import StoredFile, plain
from neuronscope.dataset.zips import Archive
from neuronscope.errors import BadInput, BrokenData
from neuronscope.records import NeuronRecord, NeuronSimulationResults
from neuronscope.relations import RelatedNeurons, TokenLookupTableSummaryOfNeuron, WeightBasedSummaryOfNeuron

T = TypeVar("T")

TokenKind = Literal["activation-based", "weight-based"]
TokenTable = TokenLookupTableSummaryOfNeuron | WeightBasedSummaryOfNeuron


class Dataset:
    """Reads one dataset; made by ``open_dataset``. Any thread may call any method.

    Nothing is read when one is made. A replaced file is noticed: locally at each reading, elsewhere by its ETag.
    """

    def __init__(
        self,
        store: Store,
        *,
        name: str,
        assumed: Manifest | None = None,
        beside: Mapping[str, bytes] | None = None,
    ) -> None:
        """``assumed`` stands in for a manifest where the root has none, in place of looking; ``beside`` for files
        outside the parts, by their paths."""
        self.name = name
        self.store = store
        self._assumed = assumed
        self._beside = dict(beside or {})
        self._manifest: tuple[Stat | None, Manifest] | None = None
        self._archives: dict[tuple[str, int], Archive] = {}
        self._folders: set[tuple[str, int]] = set()  # (part, layer) known to be folders; filled for remote roots only
        self._lock = threading.RLock()

    @property
    def root(self) -> str:
        """The place as it was given."""
        return self.store.root

    @property
    def manifest(self) -> Manifest:
        """dataset.json or, where there is none, what looking finds; a local one is read again when it was replaced.

        :raises BadInput: the root holds no dataset.
        :raises BrokenData: dataset.json cannot be used.
        """
        with self._lock:
            if self._manifest is not None and not self.store.local:
                return self._manifest[1]
            stat = self.store.stat(layout.MANIFEST)
            if self._manifest is None or self._manifest[0] != stat:
                self._manifest = stat, self._look() if stat is None else self._read_manifest()
            return self._manifest[1]

    @property
    def passes_through(self) -> bool:
        """Whether the stored bytes are in today's form (no NaN, no old names), so that they may go out unchanged."""
        return self.manifest.schema_version is not None

    def layers(self) -> list[int]:
        """The layers that have records, ascending."""
        return sorted(layer.index for layer in self.manifest.layers)

    def units(self, layer: int) -> Sequence[int]:
        """The ids of a layer's units, ascending; empty for a layer that is not there."""
        wanted = index(layer, "layer")
        info = next((info for info in self.manifest.layers if info.index == wanted), None)
        return range(0) if info is None else unit_ids(info)

    def has(self, part: str) -> bool:
        """Whether the dataset has files of this part, for some units at least."""
        return layout.known_part(part) in self.manifest.artefacts

    def __contains__(self, unit: tuple[int, int]) -> bool:
        """Whether ``(layer, unit)`` has a record; only its presence is looked at.

        :raises BadInput: not two whole numbers from 0.
        """
        if not isinstance(unit, tuple) or len(unit) != 2:
            raise BadInput(f"{unit!r} is not a pair (layer, unit).")
        layer, number = index(unit[0], "layer"), index(unit[1], "unit")
        archive = self._archive(layout.RECORDS, layer)
        if archive is not None:
            return layout.unit_name(layout.RECORDS, number) in archive
        return self.store.stat(layout.unit_path(layout.RECORDS, layer, number)) is not None

    def record(self, layer: int, unit: int) -> NeuronRecord | None:
        """What the unit responds to.

        :raises BadInput: a negative or non-integer index.
        :raises BrokenData: the file cannot be used; the message names it and the field.
        """
        return self._load(layout.RECORDS, layer, unit, NeuronRecord)

    def explanations(self, layer: int, unit: int) -> NeuronSimulationResults | None:
        """The unit's explanations and scores; raises as :meth:`record`."""
        return self._load(layout.EXPLANATIONS, layer, unit, NeuronSimulationResults)

    def related_tokens(self, layer: int, unit: int, kind: TokenKind = "activation-based") -> TokenTable | None:
        """The tokens a unit goes with, by mean activation or by weight; raises as :meth:`record`."""
        if kind == "activation-based":
            return self._load(layout.TOKENS_BY_ACTIVATION, layer, unit, TokenLookupTableSummaryOfNeuron)
        if kind == "weight-based":
            return self._load(layout.TOKENS_BY_WEIGHT, layer, unit, WeightBasedSummaryOfNeuron)
        raise BadInput(f"Related tokens are activation-based or weight-based, not {kind!r}.")

    def related_neurons(
        self, layer: int, unit: int, kind: Literal["weight-based"] = "weight-based"
    ) -> RelatedNeurons | None:
        """The units that the weights connect this one to; raises as :meth:`record`."""
        if kind != "weight-based":
            raise BadInput(
                f"Related neurons are read here weight-based, not {kind!r}; stored() gives any part's bytes."
            )
        return self._load(layout.NEURONS_BY_WEIGHT, layer, unit, RelatedNeurons)

    def records(self, units: Iterable[tuple[int, int]], *, concurrency: int = 8) -> Iterator[NeuronRecord | None]:
        """The records of many ``(layer, unit)`` in the order given, ``concurrency`` read at a time."""
        return in_order(lambda pair: self.record(*pair), units, concurrency=concurrency)

    def arecords(self, units: Iterable[tuple[int, int]], *, concurrency: int = 8) -> AsyncIterator[NeuronRecord | None]:
        """The async form of :meth:`records`."""
        return in_order_async(lambda pair: self.record(*pair), units, concurrency=concurrency)

    def stored(self, part: str, layer: int, unit: int) -> StoredFile | None:
        """One file as it lies; a zip member's CRC has been verified, once per version of the zip.

        :raises BadInput: no such part, or a negative or non-integer index.
        :raises BrokenData: the zip or the member cannot be used.
        """
        layer, unit = _checked(part, layer, unit)
        archive = self._archive(part, layer)
        if archive is not None:
            return archive.read(layout.unit_name(part, unit))
        data = self._unpacked(part, layer, unit)
        return None if data is None else plain(data)

    def read(self, part: str, layer: int, unit: int) -> bytes | None:
        """One file's plain bytes, verified; raises as :meth:`stored`."""
        layer, unit = _checked(part, layer, unit)
        archive = self._archive(part, layer)
        if archive is not None:
            return archive.plain(layout.unit_name(part, unit))
        return self._unpacked(part, layer, unit)

    def directory(self, part: str, layer: int) -> Directory | None:
        """Where the members of a layer's zip lie, or None where it is no zip.

        :raises BrokenData: the zip's directory cannot be used.
        """
        archive = self._archive(layout.known_part(part), index(layer, "layer"))
        return None if archive is None else archive.directory()

    def read_each(self, part: str, layer: int, units: Sequence[int]) -> Iterator[bytes | None]:
        """What :meth:`read` gives for each of a layer's units, in order; of a zip many are read at a time."""
        layer = _checked(part, layer, 0)[0]
        archive = self._archive(part, layer)
        if archive is not None:
            return archive.plains(layout.unit_name(part, unit) for unit in units)
        return (self._unpacked(part, layer, unit) for unit in units)

    def explanations_of(self, layer: int, units: Sequence[int]) -> Iterator[NeuronSimulationResults | None]:
        """What :meth:`explanations` gives for each of a layer's units, in order; read as by :meth:`read_each`."""
        return self._load_each(layout.EXPLANATIONS, layer, units, NeuronSimulationResults)

    def related_tokens_of(self, layer: int, units: Sequence[int]) -> Iterator[TokenLookupTableSummaryOfNeuron | None]:
        """The tokens of the highest mean activation of each of a layer's units, in order, as :meth:`read_each`."""
        return self._load_each(layout.TOKENS_BY_ACTIVATION, layer, units, TokenLookupTableSummaryOfNeuron)

    def file(self, path: str) -> bytes | None:
        """A file outside the parts, such as ``lists.json`` or ``units/3.json``; never a path from a caller."""
        found = self.store.read(path)
        return self._beside.get(path) if found is None else found

    def close(self) -> None:
        """Give back connections."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Dataset({self.root!r})"

    def _load(self, part: str, layer: int, unit: int, noun: type[T]) -> T | None:
        return self._decoded(self.read(part, layer, unit), part, (layer, unit), noun)

    def _load_each(self, part: str, layer: int, units: Sequence[int], noun: type[T]) -> Iterator[T | None]:
        for unit, data in zip(units, self.read_each(part, layer, units), strict=True):
            yield self._decoded(data, part, (layer, unit), noun)

    def _decoded(self, data: bytes | None, part: str, pair: tuple[int, int], noun: type[T]) -> T | None:
        if data is None:
            return None
        try:
            return codec.loads(data, noun)
        except BrokenData as error:
            raise BrokenData(f"{place(self.store, layout.unit_path(part, *pair))}: {error}") from error

    def _unpacked(self, part: str, layer: int, unit: int) -> bytes | None:
        data = self.store.read(layout.unit_path(part, layer, unit))
        if data is not None and not self.store.local:
            self._folders.add((part, layer))
        return data

    def _archive(self, part: str, layer: int) -> Archive | None:
        """The layer's zip, or None where it is a folder; asked of a remote root only until one of the two is found."""
        if (part, layer) in self._folders:
            return None
        archive = self._archives.get((part, layer))
        if archive is None:
            archive = self._archives.setdefault((part, layer), Archive(self.store, layout.zip_path(part, layer)))
        return archive if archive.exists() else None

    def _look(self) -> Manifest:
        return self._assumed or discover.look(self.store, name=self.name)

    def _read_manifest(self) -> Manifest:
        data: Any = self.store.read(layout.MANIFEST)
        if data is None:
            raise BrokenData(f"{place(self.store, layout.MANIFEST)} was removed while it was being read.")
        return read_manifest(data, place(self.store, layout.MANIFEST))


def _checked(part: str, layer: int, unit: int) -> tuple[int, int]:
    layout.known_part(part)
    return index(layer, "layer"), index(unit, "unit")
