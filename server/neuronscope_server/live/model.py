"""The live model: what it is and where in; loaded in the background, and joined with each dataset that it fits."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope_server.catalog import Catalog
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.shapes import LiveOptions, SiteModel
from neuronscope_server.tables import Tables

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.dataset.unitindex import UnitIndex
    from neuronscope.live import Live
    from neuronscope.subject import Source, Subject

_log = logging.getLogger(__name__)
_RETRY_AFTER = 5  # seconds
_FAILED = "The model could not be loaded; the server's log says why."


class LiveModel:
    """Loads from its making on; nothing waits for that. Any thread may call any method."""

    def __init__(self, options: LiveOptions, catalog: Catalog, tables: Tables) -> None:
        self.name = options.name
        self._options, self._catalog, self._tables = options, catalog, tables
        self._lives: dict[str, Live] = {}
        self._base: Subject | None = None
        self._alone: Live | None = None
        self._refused: dict[str, str] = {}
        self._state: Literal["loading", "ready", "failed"] = "loading"
        self._detail: str | None = None
        threading.Thread(target=self._open, name="model", daemon=True).start()

    def status(self) -> SiteModel:
        """Whether it can be asked; never waits."""
        return SiteModel(
            self._options.name,
            "live",
            self._state,
            self._detail,
            datasets=list(self._lives),
            refused=dict(self._refused),
        )

    def live(self, dataset: str | None) -> Live:
        """The model with a dataset; the first that it fits, or with none, where none is named.

        :raise 404: it does not fit this dataset, or there is no such one.
        :raise 503: it is not loaded.
        """
        if self._state == "loading":
            raise Refused(503, f"{self.name} is still loading; try again in a little while.", retry_after=_RETRY_AFTER)
        if self._state == "failed":
            raise Refused(503, f"{self.name} cannot be asked: {self._detail}")
        if dataset is None:
            found = next(iter(self._lives.values()), self._alone)
            assert found is not None
            return found
        if dataset not in self._lives:
            why = self._refused.get(dataset, f"{self.name} knows no dataset {dataset[:80]!r}.")
            raise Refused(404, why)
        return self._lives[dataset]

    def _open(self) -> None:
        try:
            self._load()
            self._state = "ready"
        except NeuronscopeError as error:
            self._detail, self._state = self.public(sentence(error)), "failed"
        except Exception:  # noqa: BLE001  # what the libraries below raise is for the log
            _log.exception("%s could not be loaded", self.name)
            self._detail, self._state = _FAILED, "failed"

    def _load(self) -> None:
        from neuronscope.live import Live
        from neuronscope.subject import load_subject

        options = self._options
        subject = load_subject(options.path, options.dtype, options.device, name=options.name)
        if options.base is not None:
            self._base = load_subject(options.base, options.dtype, options.base_device or options.device)
        saes = self._saes(subject)
        sources: dict[str, Source] = {}
        for name in self._catalog.names():
            try:
                self._lives[name] = self._joined(subject, name, saes, sources)
            except (NeuronscopeError, Refused) as error:
                said = error.detail if isinstance(error, Refused) else sentence(error)
                self._refused[name] = self.public(str(said))
        self._alone = None if self._lives else Live(subject, saes=saes, base=self._base)

    def _saes(self, subject: Subject) -> dict[str, Source]:
        from neuronscope.live.pair import open_pair
        from neuronscope.subject import open_source

        options, base = self._options, self._base
        found: dict[str, Source] = {}
        for name, asked in options.saes.items():
            kind, _, where = asked.partition(":")
            if kind == "crosscoder" and base is not None:
                folder, _, layer = where.rpartition("@")
                device = options.crosscoder_device
                found[name] = open_pair(subject, base, folder, collect_layer=int(layer), device=device)
            else:
                found[name] = open_source(subject, asked)
        return found

    def _joined(self, subject: Subject, name: str, saes: dict[str, Source], sources: dict[str, Source]) -> Live:
        """The model with one dataset; ``sources`` remembers which kinds of units were opened already."""
        from neuronscope.live import Live
        from neuronscope.live.card import fitting
        from neuronscope.live.known import Known
        from neuronscope.subject import open_source

        dataset: Dataset = self._catalog.reachable(name)

        def opened(subject: Subject, kind: str) -> Source:
            if kind not in sources:
                sources[kind] = open_source(subject, kind)
            return sources[kind]

        source = fitting(subject, dataset.manifest, saes, opened)
        known = Known(self._table_of(name))
        return Live(subject, dataset, saes=saes, source=source, known=known, base=self._base)

    def _table_of(self, name: str) -> Callable[[], UnitIndex]:
        def table() -> UnitIndex:
            try:
                return self._tables.latest(name)[1]
            except Refused as error:
                raise BadInput(error.detail) from error

        return table

    def public(self, said: str) -> str:
        """The sentence without this machine's places."""
        said = self._catalog.public(said)
        wheres = {asked.partition(":")[2]: name for name, asked in self._options.saes.items()}
        if self._options.base is not None:
            wheres[self._options.base] = "the base model"
        for place, name in {self._options.path: self._options.name, **wheres}.items():
            forms = (os.path.realpath(place), os.path.abspath(place), place)  # noqa: PTH100
            for form in sorted({form for form in forms if form and "/" in form}, key=len, reverse=True):
                said = said.replace(form, name)
        return said
