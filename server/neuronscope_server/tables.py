"""The units of a server's datasets, to be sorted and looked up: names in; the tables of one version of each out.

A version that was given a page of stays for a while, so that the pages that follow are of the same state.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from neuronscope.dataset.indexing import open_units, units_version
from neuronscope.dataset.localcache import cache_folder
from neuronscope.dataset.unitindex import UnitIndex, UnitRow
from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope_server.catalog import Catalog
from neuronscope_server.refused import Refused

_VERSIONS = 3  # of each dataset


class Tables:
    """Any thread may call any method; ``cache`` is where derived files of datasets are that cannot be written."""

    def __init__(self, catalog: Catalog, cache: Path | None) -> None:
        self._catalog = catalog
        self._cache = cache
        self._known: dict[str, OrderedDict[str, UnitIndex]] = {name: OrderedDict() for name in catalog.names()}
        self._lock = threading.Lock()

    def latest(self, name: str) -> tuple[str, UnitIndex]:
        """The units of a dataset as it is now, and the name of this version.

        :raise 404: if there is no such dataset, or it has no tables of units.
        :raises BrokenData: the tables cannot be used.
        """
        dataset = self._catalog.reachable(name)
        version, known = units_version(dataset), self._known[name]
        index = known.get(version)
        if index is not None:
            return version, index
        with self._lock:
            if version not in known:
                try:
                    known[version] = open_units(dataset, self._cache and cache_folder(self._cache, dataset.root))
                except BadInput as error:
                    raise Refused(404, self._catalog.public(str(error))) from error
                while len(known) > _VERSIONS:
                    known.popitem(last=False)
            return version, known[version]

    def open(self, name: str) -> None:
        """Have what :meth:`latest` gives and its columns, as far as they can be had; nothing is raised."""
        with suppress(Refused, NeuronscopeError):
            self.latest(name)[1].columns()

    def version(self, name: str, version: str) -> UnitIndex:
        """The units as they were in a version that somebody has seen.

        :raise 410: if it is gone.
        """
        latest, index = self.latest(name)
        found = index if latest == version else self._known[name].get(version)
        if found is None:
            raise Refused(
                410,
                f"{name} has changed since this list began. Begin again: a list without a cursor, columns with the "
                "snapshot that columns.json names now.",
            )
        return found

    def find(self, name: str, units: Sequence[tuple[int, int]]) -> list[UnitRow | None]:
        """Rows of some ``(layer, unit)``; None where one, or the tables, are not there."""
        try:
            return self.latest(name)[1].find(units)
        except Refused:
            return [None] * len(units)
