"""The search indexes of a server's datasets: a catalog in; opened indexes, or where their building stands, out.

Building goes on in the background. What was opened stays in use until what replaces it is open, and then for the pages
of searches that began with it.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from neuronscope.dataset import Dataset, Manifest
from neuronscope.dataset.localcache import cache_folder
from neuronscope.dataset.search import (
    Additions,
    Encoder,
    Meaning,
    SearchIndex,
    build_search_index,
    find_search_index,
)
from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope_server.catalog import Catalog, is_remote
from neuronscope_server.refused import Refused, sentence

_PATIENCE = 3.0  # seconds that a request waits for an index; that of a small dataset is there by then
_LOOK_EVERY = 1.0  # seconds between two looks whether the manifest was replaced
_RETRY_AFTER = 30.0  # seconds until what failed is tried again

Status = Literal["building", "ready", "failed"]


@dataclass
class _Held:
    """What is known of one dataset's index."""

    additions: Additions = field(default_factory=Additions)
    index: SearchIndex | None = None
    previous: SearchIndex | None = None
    meaning: Meaning | None = None  # of ``index``, where the server has a sentence model
    manifest: Manifest | None = None  # the one that ``index`` was built for
    failure: str | None = None
    next_look: float = 0.0
    thread: threading.Thread | None = None


class Indexes:
    """Any thread may call any method. ``cache`` is kept from start to start; None: built anew by each process.

    ``first`` is done with a dataset's name before its index is built, which takes longer: what pages wait for more.
    """

    def __init__(
        self,
        catalog: Catalog,
        cache: Path | None,
        *,
        encoder: Encoder | None = None,
        first: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._temporary = (
            None if cache else tempfile.TemporaryDirectory(prefix="neuronscope-", ignore_cleanup_errors=True)
        )
        self._cache = cache or Path(self._temporary.name if self._temporary else "")
        self._encoder = encoder
        self._first = first
        self._clock = clock
        self._held = {name: _Held() for name in catalog.names()}
        self._lock = threading.Lock()

    @property
    def by_meaning(self) -> bool:
        """Whether there is a sentence model."""
        return self._encoder is not None

    def begin(self) -> None:
        """Do what would be done at the first look at each dataset of this machine; never waits."""
        for name in self._catalog.names():
            if not is_remote(self._catalog.dataset(name)):
                self.look(name)

    def look(self, name: str) -> tuple[Status, str | None]:
        """Where the index of a dataset stands and, where it failed, why; never waits.

        :raise 404: if there is no such dataset.
        """
        held = self._begun(name)
        if held.index is not None:
            return "ready", None
        return ("building", None) if held.failure is None else ("failed", held.failure)

    def additions(self, name: str) -> Additions:
        """What people wrote about a dataset since its index was built; raises as :meth:`look`."""
        self._catalog.dataset(name)
        return self._held[name].additions

    def index(self, name: str, snapshot: str | None = None) -> SearchIndex:
        """The index to search in: the latest or, for pages of a search that began with it, that of ``snapshot``.

        :raise 404: if there is no such dataset.
        :raise 410: if the index of that snapshot is gone.
        :raise 503: it is being built, or that failed.
        """
        held = self._begun(name)
        if held.index is None and held.thread is not None:
            held.thread.join(_PATIENCE)
        if held.index is not None:
            return _of_snapshot(held, snapshot)
        if held.failure is not None:
            raise Refused(503, held.failure, retry_after=int(_RETRY_AFTER))
        raise Refused(503, f"The search index of {name} is being built. Ask again in a moment.", retry_after=2)

    def meaning(self, name: str) -> Meaning:
        """What searches by meaning; raises as :meth:`index`.

        :raise 400: the server has no sentence model.
        """
        if self._encoder is None:
            raise Refused(400, "This server does not search by meaning: it has no sentence model.")
        self.index(name)
        found = self._held[name].meaning
        if found is None:  # it was opened before
            raise Refused(503, f"The search index of {name} is being built. Ask again in a moment.", retry_after=2)
        return found

    def _begun(self, name: str) -> _Held:
        """What is held, after a look whether something is to be built, and a thread that does it."""
        dataset = self._catalog.dataset(name)
        held = self._held[name]
        with self._lock:
            idle = held.thread is None or not held.thread.is_alive()
            if idle and self._clock() >= held.next_look and _is_old(held, dataset):
                held.thread = threading.Thread(target=self._make, args=(name, held), daemon=True)
                held.thread.start()
            if idle:
                held.next_look = max(held.next_look, self._clock() + _LOOK_EVERY)
        return held

    def _make(self, name: str, held: _Held) -> None:
        failure: str | None = f"The search index of {name} could not be built; the server's log says why."
        try:
            dataset = self._catalog.reachable(name)
            manifest = dataset.manifest
            self._first(name)
            folder = self._folder(dataset)
            index = SearchIndex(folder)
            if held.index is None or held.index.snapshot != index.snapshot:
                meaning = None if self._encoder is None else Meaning(index, self._encoder, folder)
                held.previous, held.meaning, held.index = held.index, meaning, index
            held.manifest, failure = manifest, None
        except NeuronscopeError as error:
            failure = self._catalog.public(sentence(error)).replace(str(self._cache), "the cache")
        except Refused as error:
            failure = error.detail
        finally:
            held.failure = failure
            held.next_look = self._clock() + (_LOOK_EVERY if failure is None else _RETRY_AFTER)

    def _folder(self, dataset: Dataset) -> Path:
        """The index of what is on another machine is not built unasked: that would be a request for every unit."""
        folder = cache_folder(self._cache, dataset.root)
        if not is_remote(dataset):
            return build_search_index(dataset, folder)
        found = find_search_index(dataset, folder)
        if found is None:
            raise BadInput(f"Run `neuronscope index {dataset.root}` to make {dataset.name} searchable.")
        return found


def _of_snapshot(held: _Held, snapshot: str | None) -> SearchIndex:
    there = [index for index in (held.index, held.previous) if index and snapshot in (None, index.snapshot)]
    if not there:
        raise Refused(410, "The dataset has changed since this search began. Begin again, without a cursor.")
    return there[0]


def _is_old(held: _Held, dataset: Dataset) -> bool:
    """Whether the index is not there, or for another manifest; one that cannot be read is no news."""
    if held.index is None:
        return True
    try:
        return dataset.manifest is not held.manifest
    except NeuronscopeError:
        return False
