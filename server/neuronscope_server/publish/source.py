"""A dataset that is being published: what the site says of it and what is in its files, looked at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.listed import listed_files
from neuronscope.dataset.manifest import FileInfo
from neuronscope.errors import BadInput, BrokenData
from neuronscope_server.catalog import Catalog, is_remote
from neuronscope_server.shapes import SiteDataset


@dataclass(frozen=True)
class Source:
    """``infos``: size and SHA-256 by path, of every file that the dataset lists."""

    dataset: Dataset
    looked: SiteDataset
    infos: dict[str, FileInfo]

    @property
    def name(self) -> str:
        return self.looked.name

    @cached_property
    def _folders(self) -> set[str]:
        """Those that hold a file of it."""
        return {path.rpartition("/")[0] for path in self.infos}

    def has(self, parts: Iterable[str]) -> list[str]:
        """Those of the parts that it has."""
        return [part for part in parts if part in self.looked.parts]

    def layers(self, parts: Iterable[str]) -> list[int]:
        """The layers for which it lists a file of one of these parts."""
        return [layer for layer in self.dataset.layers() if any(self._lists(part, layer) for part in parts)]

    def layers_with(self) -> dict[str, list[int]]:
        """Of each part that some layers lack, the others: a browser need not ask there."""
        found = {part: self.layers([part]) for part in self.has(layout.PARTS)}
        return {part: layers for part, layers in found.items() if layers != self.dataset.layers()}

    def places(self, part: str) -> dict[str, list[int]]:
        """The places of a part in a site, each with its layers. Explanations come layer by layer, and have one each."""
        layers = self.layers([part])
        return {f"{part}/{layer}": [layer] for layer in layers} if part == layout.EXPLANATIONS else {part: layers}

    def digests(self, parts: Iterable[str], layers: Sequence[int] | None = None) -> list[tuple[str, str]]:
        """Path and SHA-256 of every file of these parts, or of some layers of them, by path."""
        begins = tuple(f"{part}/" for part in parts)
        if layers is not None:
            begins = tuple(f"{begin}{layer}{end}" for begin in begins for layer in layers for end in "./")
        return sorted((path, info.sha256) for path, info in self.infos.items() if path.startswith(begins))

    def _lists(self, part: str, layer: int) -> bool:
        return layout.zip_path(part, layer) in self.infos or f"{part}/{layer}" in self._folders


def source_of(catalog: Catalog, name: str) -> Source:
    """A dataset of the catalog that can be published.

    :raises BadInput: it is on another machine, or does not list its files.
    :raises BrokenData: it cannot be read.
    """
    looked = catalog.look(name)  # not as the API answers: asked for that, it begins to build a search index
    dataset = catalog.dataset(name)
    if is_remote(dataset):
        raise BadInput(f"{dataset.root} is on another machine; only a folder of this one can be published yet.")
    if looked.status != "ready":
        raise BrokenData(f"{dataset.root} cannot be published: {looked.detail}")
    infos = listed_files(dataset)
    if not infos or not dataset.passes_through:
        raise BadInput(
            f"{dataset.root} does not say what is in its files (no dataset.json of this program's), so a site cannot "
            "tell what changed in it: write it anew with neuronscope copy --normalise, or serve it as it is."
        )
    return Source(dataset, looked, infos)
