"""The datasets of a server: names and roots in, datasets and what the lists say of them out.

A dataset on another machine is looked at in the background, so that it holds up neither the start nor the lists.
"""

from __future__ import annotations

import math
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Literal

from neuronscope.dataset import Dataset, layout, open_dataset
from neuronscope.dataset.discover import UNKNOWN_MODEL
from neuronscope.dataset.matches import matched
from neuronscope.dataset.readcache import Kept
from neuronscope.dataset.runs import run_names
from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.shapes import SiteDataset

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_RETRY_AFTER = 30.0  # seconds between two looks at a dataset that could not be reached


class Catalog:
    """Datasets by name. Any thread may call any method."""

    def __init__(self, datasets: Mapping[str, Dataset], *, clock: Callable[[], float] = time.monotonic) -> None:
        """:raises BadInput: a name that cannot stand in an address."""
        for name in datasets:
            if not _NAME.fullmatch(name):
                raise BadInput(f"{name!r} cannot name a dataset; use a-z, 0-9, dot, dash and underscore.")
        self._datasets = dict(datasets)
        self._clock = clock
        self._looked: dict[str, SiteDataset] = {}
        self._retry: dict[str, float] = {}  # when to look again at what failed
        self._threads: dict[str, threading.Thread] = {}  # the last look at each
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """The names, in the order they were given."""
        return list(self._datasets)

    def dataset(self, name: str) -> Dataset:
        """:raise 404: if no dataset has this name; the sentence lists the names there are."""
        if name not in self._datasets:
            raise Refused(
                404, f"No dataset is called {name[:80]!r} here; there is {', '.join(self._datasets) or 'none'}."
            )
        return self._datasets[name]

    def look(self, name: str) -> SiteDataset:
        """What the lists say of a dataset; never waits for another machine."""
        dataset = self.dataset(name)
        if not is_remote(dataset):
            return self._look(name)
        with self._lock:
            known = self._looked.setdefault(name, _not_ready(name, "opening", None))
            if known.status != "ready" and self._clock() >= self._retry.get(name, 0.0) and not self._looks(name):
                self._threads[name] = threading.Thread(target=self._look_from_afar, args=(name,), daemon=True)
                self._threads[name].start()
            return known

    def reachable(self, name: str) -> Dataset:
        """The dataset, to read from; waits for the first look at it, which one thread does for all who ask.

        :raise 404: as :meth:`dataset`.
        :raise 503: it is on another machine and failed lately. At once: asking that machine in vain takes seconds.
        """
        dataset = self.dataset(name)
        if not is_remote(dataset):
            return dataset
        if self.look(name).status == "opening":
            self._threads[name].join()
        look = self.look(name)
        if look.status == "failed":
            seconds = math.ceil(self._retry[name] - self._clock())
            raise Refused(503, look.detail or f"{name} could not be opened.", retry_after=max(1, seconds))
        return dataset

    def public(self, sentence: str) -> str:
        """The sentence with each dataset's place replaced by its name: where files lie is nobody else's business."""
        for name, dataset in self._datasets.items():
            if not is_remote(dataset):
                for place in (os.path.abspath(dataset.root), os.path.realpath(dataset.root)):  # noqa: PTH100
                    sentence = sentence.replace(place, name)
        return sentence

    def _looks(self, name: str) -> bool:
        return name in self._threads and self._threads[name].is_alive()

    def _look_from_afar(self, name: str) -> None:
        found = self._look(name)
        with self._lock:
            self._looked[name], self._retry[name] = found, self._clock() + _RETRY_AFTER

    def _look(self, name: str) -> SiteDataset:
        try:
            return _ready(name, self._datasets[name])
        except NeuronscopeError as error:
            return _not_ready(name, "failed", self.public(sentence(error)))


def open_catalog(roots: Mapping[str, str], kept: Kept | None = None) -> Catalog:
    """Open every root under its name; folders are looked at now. ``kept`` holds what is read from other machines.

    :raises BadInput: a folder holds no dataset, or a root is of no known kind.
    """
    return Catalog({name: open_dataset(absolute(root), name=name, kept=kept) for name, root in roots.items()})


def absolute(root: str) -> str:
    """An address as it is, a folder as its absolute path, so that messages can be cleared of it."""
    return root if "://" in root else os.path.abspath(root)  # noqa: PTH100 - links are kept as they are


def is_remote(dataset: Dataset) -> bool:
    """Whether reading it means asking another machine."""
    return "://" in dataset.root


def _ready(name: str, dataset: Dataset) -> SiteDataset:
    manifest = dataset.manifest
    parts = [part for part in layout.PARTS if dataset.has(part)]
    if manifest.layers and dataset.file(layout.units_path(manifest.layers[0].index)) is not None:
        parts.append("units")
    if dataset.file(layout.LISTS) is not None:
        parts.append("lists")
    if dataset.store.stat(layout.TRACE_LIST) is not None:
        parts.append(layout.TRACES)
    if matched(manifest.files):
        parts.append(layout.MATCHES)
    if dataset.store.stat(layout.PUZZLES) is not None:
        parts.append("puzzles")
    if run_names(dataset):
        parts.append(layout.REPORTS)
    return SiteDataset(
        name=name,
        title=manifest.title,
        model=None if manifest.model == UNKNOWN_MODEL else manifest.model.name,
        source=manifest.source.kind,
        layers=len(manifest.layers),
        units=sum(layer.units for layer in manifest.layers),
        root=_address(name),
        parts=parts,
        packed=False,
        status="ready",
        detail=None,
    )


def _not_ready(name: str, status: Literal["opening", "failed"], detail: str | None) -> SiteDataset:
    return SiteDataset(
        name=name,
        title=name,
        model=None,
        source=None,
        layers=None,
        units=None,
        root=_address(name),
        parts=[],
        packed=False,
        status=status,
        detail=detail,
    )


def _address(name: str) -> str:
    return f"api/datasets/{name}"
