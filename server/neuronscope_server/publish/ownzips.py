"""The zips that a dataset has already, one for each layer of a part: copied to the site as they are, with an index."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from neuronscope.dataset import layout
from neuronscope.dataset.store import Pieces
from neuronscope.errors import StorageFailed
from neuronscope_server.publish.bundles import MadeZip, indexed, part_members
from neuronscope_server.publish.pieces import FORM, Piece, Planned, Release, release_folder
from neuronscope_server.publish.source import Source
from neuronscope_server.publish.zipindex import can_be_indexed, index_of_zip


def own_zips(source: Source, part: str, layers: Sequence[int]) -> Release:
    """A zip for each of these layers of a part; made where the dataset has none that a browser can read.

    Going through its groups raises StorageFailed where the dataset is changed meanwhile.
    """
    groups = Planned(partial(_zip, source, part, layer) for layer in layers)
    return Release(release_folder(f"zips {FORM}", source.digests([part], layers)), groups)


def _zip(source: Source, part: str, layer: int) -> list[Piece]:
    store, path = source.dataset.store, layout.zip_path(part, layer)
    directory, stat = source.dataset.directory(part, layer), store.stat(path)
    if directory is not None and (stat is None or stat.version != directory.version):
        raise StorageFailed(f"{path} of {source.name} was changed while it was being read: run it again.")
    if stat is None or directory is None or not can_be_indexed(directory.members):
        return indexed(layer, MadeZip(partial(part_members, source.dataset, part, layer)))
    return [
        Piece(f"{layer}.zip", partial(Pieces, store, path, stat), source.infos[path]),
        Piece(f"{layer}.idx", lambda: [index_of_zip(store, path, directory)]),
    ]
