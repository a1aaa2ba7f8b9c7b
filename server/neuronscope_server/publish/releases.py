"""What is made for the site of a dataset: words, rows, what stands beside units, and the answers of the server."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice

from flask.testing import FlaskClient

from neuronscope.codec import dumps_plain, loads
from neuronscope.dataset import layout
from neuronscope.dataset.matches import matched
from neuronscope.dataset.runs import run_names
from neuronscope.dataset.unitindex import UnitQuery
from neuronscope.dataset.zipwriter import Deflated, deflate
from neuronscope.errors import BrokenData
from neuronscope_server.columns import UnitColumns
from neuronscope_server.publish.bundles import MadeZip, gzipped, indexed, stored_deflated
from neuronscope_server.publish.pieces import FORM, Begin, Piece, Release, release_folder, release_of, whole
from neuronscope_server.publish.relations import BESIDE, RELATIONS, answered, relation_members
from neuronscope_server.publish.source import Source
from neuronscope_server.publish.wordfiles import FORM as WORDS_FORM
from neuronscope_server.publish.wordfiles import PLACE, word_pieces
from neuronscope_server.related import JOINED
from neuronscope_server.shapes import SiteDataset
from neuronscope_server.tables import Tables

ROWS = "rows"
ROWS_TOGETHER = 64  # as viewer/src/columnQueries.ts knows


class Publisher:
    """The releases of one dataset."""

    def __init__(self, source: Source, tables: Tables, client: FlaskClient, begin: Begin) -> None:
        self._source, self._tables, self._client, self._begin = source, tables, client, begin
        self._dataset, self._name = source.dataset, source.name

    def packed(self, copied: Mapping[str, Release]) -> tuple[list[Release], SiteDataset]:
        """Beside the zips of parts that were ``copied`` already: one per layer of what stands beside, and the rest."""
        places = {PLACE: self._words(), **copied}
        if beside := self._source.has(BESIDE):
            places[RELATIONS] = self._relations(beside)
        return self._with_root(places, packed=True)

    def files(self) -> tuple[list[Release], SiteDataset]:
        """A file per unit and part."""
        parts = ((part, self._source.places(part)) for part in self._source.has(layout.PARTS))
        places = {place: self._unit_files(part, layers) for part, found in parts for place, layers in found.items()}
        return self._with_root({PLACE: self._words(), **places}, packed=False)

    def _with_root(self, places: dict[str, Release], *, packed: bool) -> tuple[list[Release], SiteDataset]:
        if "units" in self._source.looked.parts:
            places[ROWS] = self._rows(packed=packed)
        root = self._begun(release_of(dict(self._answers())))
        folders = {part: release.folder for part, release in places.items()}
        entry = dataclasses.replace(
            self._source.looked, root=root.folder, packed=packed, places=folders, layers_with=self._source.layers_with()
        )
        searched = dataclasses.replace(entry, search="ready", search_detail=None, meaning=False)
        return [*places.values(), root], searched

    def _begun(self, release: Release) -> Release:
        self._begin(release)
        return release

    def _words(self) -> Release:
        """What a browser searches."""
        sources = self._source.digests([layout.EXPLANATIONS, layout.TOKENS_BY_ACTIVATION, "units"])
        return self._begun(Release(release_folder(f"words {WORDS_FORM}", sources), [word_pieces(self._dataset)]))

    def _relations(self, parts: Sequence[str]) -> Release:
        made = partial(relation_members, self._dataset, parts, tables=self._tables, name=self._name)
        groups = [indexed(layer, MadeZip(partial(made, layer=layer))) for layer in self._source.layers(parts)]
        sources = self._source.digests([*parts, "units"])
        return self._begun(Release(release_folder(f"relations {FORM}", sources), groups))

    def _unit_files(self, part: str, layers: Sequence[int]) -> Release:
        kind = f"files {FORM} {part}"
        sources = self._source.digests([part], layers)
        if part in JOINED:  # as _unit_file makes them
            sources += self._source.digests(["units"])
        groups = [[one] for one in self._unit_pieces(part, layers)]
        return self._begun(Release(release_folder(kind, sources), groups))

    def _unit_pieces(self, part: str, layers: Sequence[int]) -> Iterator[Piece]:
        for layer in layers:
            for unit in self._units_with(part, layer):
                yield Piece(f"{layer}/{unit}.json.gz", partial(self._unit_file, part, (layer, unit)))

    def _units_with(self, part: str, layer: int) -> list[int]:
        """The units of a layer that have a file of this part."""
        store, path, end = self._dataset.store, layout.zip_path(part, layer), layout.extension(part)
        stat = store.stat(path)
        if stat is None:
            names = [name.rpartition("/")[2] for name in self._source.infos if name.startswith(f"{part}/{layer}/")]
        else:
            directory = self._dataset.directory(part, layer)
            names = list(directory.members) if directory else []
        return sorted(unit for name in names if (unit := layout.number(name, end)) is not None)

    def _unit_file(self, part: str, place: tuple[int, int]) -> list[bytes]:
        """As it lies deflated in the dataset, where the API answers it as it is."""
        data: bytes | Deflated | None
        if part in JOINED:
            data = answered(self._dataset, part, place, self._tables, self._name)
        else:
            data = stored_deflated(self._dataset, part, place)
        if data is None:
            raise BrokenData(f"{layout.unit_path(part, *place)} of {self._name} was removed while it was being read.")
        return [gzipped(data)]

    def _answers(self) -> Iterator[tuple[str, bytes]]:
        """The files that are about more than one unit, as the server answers them."""
        manifest, parts = self._dataset.manifest, self._source.looked.parts
        yield from self._answer(layout.MANIFEST)
        for path in (layout.LISTS, layout.PUZZLES, layout.PUZZLE_RESULTS, layout.TRACE_LIST):
            yield from self._answer(path, needed=False)
        for id_ in layout.trace_ids(manifest.files):
            yield from self._answer(layout.trace_path(id_))
        if "units" in parts:
            for path in (layout.units_path(layer.index) for layer in manifest.layers):
                table = self._dataset.file(path)  # as the server answers it, but for the compressing
                if table is not None:
                    yield path, table
            yield from self._answer("scores.json", needed=False)
            yield from self._columns()
        for other, index in matched(manifest.files):
            yield from self._answer(layout.matches_path(other, index))
        runs = run_names(self._dataset)
        for path in ["reports.json", *(f"reports/{run}.json" for run in runs)] if runs else []:
            yield from self._answer(path)

    def _columns(self) -> Iterator[tuple[str, bytes]]:
        """The numbers of all units, for tables and plots; of a column without any nobody asks."""
        ((path, head),) = self._answer("columns.json")
        yield path, head
        found = loads(head, UnitColumns)
        for column in found.columns:
            if column.known:
                file = f"columns/{column.name}.f64"
                ((_, data),) = self._answer(f"{file}?snapshot={found.snapshot}")
                yield file, data

    def _rows(self, *, packed: bool) -> Release:
        """All that tables say of units, words too: some dozen units a block, in the order of the columns."""
        table = self._source.infos.get(layout.UNITS)
        sources = [*self._source.digests(["units"]), (layout.UNITS, table.sha256 if table else "")]
        kind = f"rows {FORM} {packed} {ROWS_TOGETHER}"
        if packed:
            groups = [indexed("rows", MadeZip(self._row_blocks))]
        else:
            groups = [[whole(f"{at}.json.gz", gzipped(block))] for at, block in self._row_blocks()]
        return self._begun(Release(release_folder(kind, sources), groups))

    def _row_blocks(self) -> Iterator[tuple[int, Deflated]]:
        _, index = self._tables.latest(self._name)
        rows = chain.from_iterable(table.to_pylist() for table in index.select(UnitQuery()))
        blocks = iter(lambda: list(islice(rows, ROWS_TOGETHER)), [])
        return ((at, deflate(dumps_plain({"units": block}))) for at, block in enumerate(blocks))

    def _answer(self, path: str, *, needed: bool = True) -> Iterator[tuple[str, bytes]]:
        data = _get(self._client, f"/api/datasets/{self._name}/{path}", needed=needed)
        if data is not None:
            yield path, data


def _get(client: FlaskClient, url: str, *, needed: bool = True) -> bytes | None:
    response = client.get(url, headers={"Accept-Encoding": "identity"})
    if response.status_code == 404 and not needed:
        return None
    if response.status_code != 200:
        raise BrokenData((response.json or {}).get("detail") or f"{url} cannot be read.")
    return bytes(response.data)
