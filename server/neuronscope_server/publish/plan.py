"""What a static site holds: named datasets and the built viewer in, every file of the site out; nothing is written yet.

The small files are what the server itself answers, written down.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path

from flask.testing import FlaskClient

from neuronscope.codec import dumps, dumps_plain, loads
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.listed import listed_files
from neuronscope.dataset.manifest import FileInfo
from neuronscope.dataset.matches import matched
from neuronscope.dataset.runs import run_names
from neuronscope.dataset.store import Pieces
from neuronscope.dataset.unitindex import UnitQuery
from neuronscope.dataset.zipwriter import Deflated, deflate
from neuronscope.errors import BadInput, BrokenData, StorageFailed
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, is_remote
from neuronscope_server.columns import UnitColumns
from neuronscope_server.publish.bundles import (
    BESIDE,
    RELATIONS,
    MadeZip,
    answered,
    gzipped,
    part_members,
    relation_members,
    stored_deflated,
)
from neuronscope_server.publish.elsewhere import origin_of, stays, web_address
from neuronscope_server.publish.page import static_page
from neuronscope_server.publish.pieces import SITE, Begin, Piece, Release, SitePlan, release_folder, release_of, whole
from neuronscope_server.publish.wordfiles import FORM, PLACE, word_pieces
from neuronscope_server.publish.zipindex import can_be_indexed, index_of_zip
from neuronscope_server.related import JOINED
from neuronscope_server.shapes import Site, SiteDataset
from neuronscope_server.tables import Tables
from neuronscope_server.viewer import INDEX, STATIC, is_hashed, read_viewer

_FORM = "2"  # of what is made here; another one gives every release another name
ROWS = "rows"
ROWS_TOGETHER = 64  # as viewer/src/columnQueries.ts knows


def plan_site(
    catalog: Catalog,
    *,
    title: str,
    packed: bool,
    static: Path = STATIC,
    base: str | None = None,
    suggest: str | None = None,
    elsewhere: Mapping[str, str] | None = None,
    begin: Begin = lambda _: None,
) -> SitePlan:
    """Every file of a site of these datasets. What takes long to read is read when it is written.

    ``begin`` is given every release once it is planned: it can be written while the rest is still looked at.

    ``base``: the path that the page takes its addresses to be relative to. ``suggest``: as ``Site.suggest``.
    ``elsewhere``: datasets that stay where they are, addresses by name.

    :raises BadInput: a dataset cannot be published, or the viewer is not built.
    :raises BrokenData: a dataset's files cannot be read.
    """
    assets = read_viewer(static)
    if len(assets) < 2:
        raise BadInput("This copy has no viewer to publish: run make build in a checkout, which needs Node 20.")
    client = create_app(catalog, static=static).test_client()
    tables = Tables(catalog, None)
    releases, entries = [], []
    for name in catalog.names():
        looked = catalog.look(name)  # not as the API answers: asked for that, it begins to build a search index
        publisher = _Publisher(catalog.dataset(name), looked, tables, client, begin)
        found, entry = publisher.packed() if packed else publisher.files()
        releases += found
        entries.append(entry)
    for name, root in (elsewhere or {}).items():
        release, entry = stays(name, root)
        begin(release)
        releases.append(release)
        entries.append(entry)
    site = Site(title, entries, [], search=any(entry.search for entry in entries), writing=False, suggest=suggest)
    page = static_page(assets[INDEX].file.bytes(), base, _origins(elsewhere or {}))
    files = [whole(name, asset.file.bytes()) for name, asset in assets.items() if name != INDEX]
    lasting, others = ([one for one in files if is_hashed(one.path) == wanted] for wanted in (True, False))
    return SitePlan(releases, lasting, [*others, whole(INDEX, page), whole(SITE, dumps(site))])


def _origins(elsewhere: Mapping[str, str]) -> list[str]:
    return sorted({origin_of(web_address(root)) for root in elsewhere.values()})


class _Publisher:
    """The releases of one dataset."""

    def __init__(
        self, dataset: Dataset, looked: SiteDataset, tables: Tables, client: FlaskClient, begin: Begin
    ) -> None:
        if is_remote(dataset):
            raise BadInput(f"{dataset.root} is on another machine; only a folder of this one can be published yet.")
        if looked.status != "ready":
            raise BrokenData(f"{dataset.root} cannot be published: {looked.detail}")
        self._dataset, self._looked = dataset, looked
        self._tables, self._client, self._begin = tables, client, begin
        self._name = looked.name
        self._infos = _infos(dataset)
        self._digests = {path: info.sha256 for path, info in self._infos.items()}
        self._folders = {path.rpartition("/")[0] for path in self._digests}

    def packed(self) -> tuple[list[Release], SiteDataset]:
        """A zip per layer of records, of explanations, and of what stands beside."""
        beside = [part for part in BESIDE if part in self._looked.parts]
        alone = [part for part in (layout.RECORDS, layout.EXPLANATIONS) if part in self._looked.parts]
        places = {PLACE: self._words()} | {part: self._zips(part) for part in alone}
        if beside:
            places[RELATIONS] = self._relations(beside)
        return self._with_root(places, packed=True)

    def files(self) -> tuple[list[Release], SiteDataset]:
        """A file per unit and part."""
        parts = [part for part in layout.PARTS if part in self._looked.parts]
        return self._with_root({PLACE: self._words()} | {part: self._unit_files(part) for part in parts}, packed=False)

    def _with_root(self, places: dict[str, Release], *, packed: bool) -> tuple[list[Release], SiteDataset]:
        if "units" in self._looked.parts:
            places[ROWS] = self._rows(packed=packed)
        root = self._begun(release_of(dict(self._answers())))
        folders = {part: release.folder for part, release in places.items()}
        entry = dataclasses.replace(
            self._looked, root=root.folder, packed=packed, places=folders, layers_with=self._layers_with()
        )
        searched = dataclasses.replace(entry, search="ready", search_detail=None, meaning=False)
        return [*places.values(), root], searched

    def _begun(self, release: Release) -> Release:
        self._begin(release)
        return release

    def _words(self) -> Release:
        """What a browser searches."""
        sources = self._sources([layout.EXPLANATIONS, layout.TOKENS_BY_ACTIVATION, "units"])
        return self._begun(Release(release_folder(f"words {FORM}", sources), [word_pieces(self._dataset)]))

    def _zips(self, part: str) -> Release:
        groups = [self._zip(part, layer) for layer in self._layers([part])]
        return self._begun(Release(release_folder(f"zips {_FORM}", self._sources([part])), groups))

    def _zip(self, part: str, layer: int) -> list[Piece]:
        """The dataset's own zip where it has one that a browser can read, and its index."""
        store, path = self._dataset.store, layout.zip_path(part, layer)
        directory, stat = self._dataset.directory(part, layer), store.stat(path)
        if directory is not None and (stat is None or stat.version != directory.version):
            raise StorageFailed(f"{path} of {self._name} was changed while it was being read: run it again.")
        if stat is None or directory is None or not can_be_indexed(directory.members):
            return _indexed(layer, MadeZip(partial(part_members, self._dataset, part, layer)))
        return [
            Piece(f"{layer}.zip", partial(Pieces, store, path, stat), self._infos[path]),
            Piece(f"{layer}.idx", lambda: [index_of_zip(store, path, directory)]),
        ]

    def _relations(self, parts: Sequence[str]) -> Release:
        made = partial(relation_members, self._dataset, parts, tables=self._tables, name=self._name)
        groups = [_indexed(layer, MadeZip(partial(made, layer=layer))) for layer in self._layers(parts)]
        sources = self._sources([*parts, "units"])
        return self._begun(Release(release_folder(f"relations {_FORM}", sources), groups))

    def _unit_files(self, part: str) -> Release:
        kind = f"files {_FORM} {part}"
        groups = [[one] for one in self._unit_pieces(part)]
        return self._begun(Release(release_folder(kind, self._sources([part, "units"])), groups))

    def _unit_pieces(self, part: str) -> Iterator[Piece]:
        for layer in self._layers([part]):
            for unit in self._units_with(part, layer):
                yield Piece(f"{layer}/{unit}.json.gz", partial(self._unit_file, part, (layer, unit)))

    def _units_with(self, part: str, layer: int) -> list[int]:
        """The units of a layer that have a file of this part."""
        store, path, end = self._dataset.store, layout.zip_path(part, layer), layout.extension(part)
        stat = store.stat(path)
        if stat is None:
            names = [name.rpartition("/")[2] for name in self._digests if name.startswith(f"{part}/{layer}/")]
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
        manifest, parts = self._dataset.manifest, self._looked.parts
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
        sources = [*self._sources(["units"]), (layout.UNITS, self._digests.get(layout.UNITS, ""))]
        kind = f"rows {_FORM} {packed} {ROWS_TOGETHER}"
        if packed:
            groups = [_indexed("rows", MadeZip(self._row_blocks))]
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

    def _layers(self, parts: Iterable[str]) -> list[int]:
        """The layers for which the dataset lists a file of one of these parts."""
        return [layer for layer in self._dataset.layers() if any(self._lists(part, layer) for part in parts)]

    def _layers_with(self) -> dict[str, list[int]]:
        """Of each part that some layers lack, the others: a browser need not ask there."""
        found = {part: self._layers([part]) for part in layout.PARTS if part in self._looked.parts}
        return {part: layers for part, layers in found.items() if layers != self._dataset.layers()}

    def _lists(self, part: str, layer: int) -> bool:
        return layout.zip_path(part, layer) in self._digests or f"{part}/{layer}" in self._folders

    def _sources(self, parts: Iterable[str]) -> list[tuple[str, str]]:
        begins = tuple(f"{part}/" for part in parts)
        return sorted((path, sha) for path, sha in self._digests.items() if path.startswith(begins))


def _indexed(layer: int | str, made: MadeZip) -> list[Piece]:
    return [Piece(f"{layer}.zip", made.read), Piece(f"{layer}.idx", made.index)]


def _infos(dataset: Dataset) -> dict[str, FileInfo]:
    """Size and SHA-256 by path, of every file that the dataset lists.

    :raises BadInput: it lists none.
    """
    files = listed_files(dataset)
    if not files or not dataset.passes_through:
        raise BadInput(
            f"{dataset.root} does not say what is in its files (no dataset.json of this program's), so a site cannot "
            "tell what changed in it: collate it with neuronscope, or serve it as it is."
        )
    return files


def _get(client: FlaskClient, url: str, *, needed: bool = True) -> bytes | None:
    response = client.get(url, headers={"Accept-Encoding": "identity"})
    if response.status_code == 404 and not needed:
        return None
    if response.status_code != 200:
        raise BrokenData((response.json or {}).get("detail") or f"{url} cannot be read.")
    return bytes(response.data)
