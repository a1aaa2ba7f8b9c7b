"""A dashboard of units that were collected before: in a notebook, and in one HTML file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from neuronscope.dashboards.colour import all_records
from neuronscope.dashboards.examples import Reading
from neuronscope.dashboards.looks import Colours, look_of
from neuronscope.dashboards.page import head_of, in_blocks, notebook_html, page
from neuronscope.dashboards.report import unit_html
from neuronscope.dashboards.saving import save_text
from neuronscope.dashboards.shapes import BLOCK, Entry, Head, Payload, ShownUnit
from neuronscope.dashboards.tables import COLUMN, TABLE, TableUnits, write_table
from neuronscope.dashboards.units import (
    Key,
    Units,
    entry_of,
    is_key,
    key_of,
    known_key,
    named,
    units_of_examples,
    units_of_records,
)
from neuronscope.dashboards.widget import make_widget, show
from neuronscope.errors import BadInput
from neuronscope.records import ActivationRecord, NeuronRecord

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset

Tooltip = Callable[[ShownUnit, ActivationRecord, int], str | None]
_LISTED = 2000  # units that a widget is told of at once; further ones are found by their keys
_FOUND = 50


class OfflineFeatureDashboard:
    """Units with the texts they respond to most.

    Override ``tooltip`` to say more of a token, or ``shown`` to change what is shown of a unit.
    """

    def __init__(
        self,
        examples: Mapping[Any, Any] | NeuronRecord | Sequence[NeuronRecord] | Dataset | Path | str | Units,
        tokenizer: object | None = None,
        window_size: int = 50,
        max_examples: int = 30,
        *,
        title: str | None = None,
        names: Mapping[Any, str] | None = None,
        scale: str = "unit",
        colours: Colours | None = None,
        css: str | None = None,
        tooltip: Tooltip | None = None,
    ) -> None:
        """
        :param examples: by feature ``(max_activation, tokens, activations)``, strongest first; or records; or a
            dataset, opened or by its address.
        :param tokenizer: reads tokens that are ids; anything with ``decode(ids)``, or a function.
        :param window_size: tokens kept to each side of a text's peak. ``max_examples``: texts kept of a feature.
        :param names: of units, by key.
        :param scale: "unit", colours relative to each unit's maximum; "shared", absolute.
        :param colours: ``[(above, below)]`` zero, as "#rrggbb". ``css``: rules of your own, after ours.
        :param tooltip: gets the unit, the text and the position; what it returns stands in the token's tooltip.
        :raises BadInput: something that cannot be used; examples are looked at when their unit is.
        """
        self._units = _units_of(examples, Reading(tokenizer, window_size, max_examples))
        self.title = title or self._units.title
        self._names = {key_of(key): name for key, name in (names or {}).items()}
        self._look = look_of(scale, colours, css)
        self._tooltip = tooltip

    @classmethod
    def from_db(
        cls,
        path: Path | str,
        tokenizer: object | None = None,
        column_name: str = COLUMN,
        table_name: str = TABLE,
        *,
        window_size: int = 50,
        max_examples: int = 30,
        **options: Any,
    ) -> Self:
        """The features of a SQLite file's table: an INTEGER column, and one with examples as JSON. Rows are read when
        their feature is looked at; ``options`` are those of the class.

        :raises BadInput: no such file, table or column.
        """
        reading = Reading(tokenizer, window_size, max_examples)
        return cls(TableUnits(path, reading, table=table_name, column=column_name), **options)

    def to_db(self, path: Path | str, column_name: str = COLUMN, table_name: str = TABLE) -> int:
        """Write the units' texts, as they are shown, to a table that ``from_db`` reads; how many units it has.

        :raises BadInput: there is such a table, or a unit cannot be used.
        """
        units = (self.unit(key) for key in self._units.every_key())
        return write_table(path, units, table=table_name, column=column_name)

    def tooltip(self, unit: ShownUnit, text: ActivationRecord, position: int) -> str | None:
        """What the tooltip of a token says beside its number; None: nothing."""
        return None if self._tooltip is None else self._tooltip(unit, text, position)

    def shown(self, unit: ShownUnit) -> ShownUnit:
        """The unit as it will be shown; here as it was read."""
        return unit

    def unit(self, key: Key) -> ShownUnit:
        """All that is shown of one unit.

        :raises BadInput: there is none of that key, with some that exist; or its examples cannot be used.
        """
        unit = self.shown(named(self._units.unit(known_key(self._units, key)), self._names))
        if self._tooltip is None and type(self).tooltip is OfflineFeatureDashboard.tooltip:
            return unit
        return replace(unit, tips=[self._tips(unit, text) for text in all_records(unit.record)])

    def display(self) -> None:
        """Show it under the cell of a notebook.

        :raises BadInput: anywidget is not installed, or the script is not built.
        """
        show(self)

    def widget(self) -> Any:
        """The widget that ``display`` shows, to be put among others; raises as it."""
        return make_widget(self)

    def export_html(self, path: Path | str, units: Sequence[Key] | None = None) -> Path:
        """Write units, all unless they are named, to one HTML file that needs no network; where it is.

        :raises BadInput: no such unit, or the script is not built.
        :raises StorageFailed: it cannot be written.
        """
        return save_text(path, self.html(units))

    export_to_html = export_html

    def html(self, units: Sequence[Key] | None = None) -> str:
        """The file that ``export_html`` writes; raises as it."""
        found = [
            self.unit(key) for key in (self._units.every_key() if units is None else dict.fromkeys(map(key_of, units)))
        ]
        if not found:
            raise BadInput("there are no units to write: name at least one")
        head = self._head([entry_of(unit) for unit in found], len(found))
        body = unit_html(found[0], provenance=self._units.provenance, total=len(found))
        return page(head, body, list(in_blocks(found, BLOCK)))

    def payload(self) -> Payload:
        """What a widget begins with: the first unit, and a list of the others."""
        keys = list(islice(self._units.every_key(), _LISTED))
        units = [self.unit(key) for key in keys[:1]]
        return Payload(self._head(self._entries(keys), self._units.total), units)

    def answer(self, ask: Mapping[str, Any]) -> object:
        """What a widget asks for: ``unit``, ``find`` or ``save``.

        :raises BadInput: it cannot be answered.
        """
        if ask.get("ask") == "unit":
            return self.unit(str(ask.get("key")))
        if ask.get("ask") == "find":
            return self._find(str(ask.get("words", "")))
        if ask.get("ask") == "save":
            keys = ask.get("keys") or list(islice(self._units.every_key(), 1))
            return {"name": "dashboard.html", "html": self.html(keys)}
        raise BadInput(f"{ask.get('ask')!r} cannot be asked of this dashboard")

    def _repr_html_(self) -> str:
        key = next(self._units.every_key(), None)
        body = (
            "<p>There are no units.</p>"
            if key is None
            else unit_html(self.unit(key), provenance=self._units.provenance, total=self._units.total, tips=True)
        )
        return notebook_html(body, self._look)

    def _head(self, directory: list[Entry], total: int) -> Head:
        found = self._units.provenance
        return head_of(self.title, look=self._look, directory=directory, total=total, provenance=found)

    def _entries(self, keys: Sequence[str]) -> list[Entry]:
        found = self._units.entries(keys)
        return [replace(one, name=self._names[one.key]) if one.key in self._names else one for one in found]

    def _find(self, words: str) -> list[Entry]:
        """Units whose key begins with the words, or whose name holds them; the one of exactly that key first."""
        wanted = words.strip().casefold()
        found: dict[str, Entry] = {}
        if is_key(wanted) and wanted in self._units:
            found[wanted] = self._entries([wanted])[0]
        keys = self._units.every_key()
        for some in iter(lambda: list(islice(keys, 1000)), []):
            for entry in self._entries(some):
                if entry.key.startswith(wanted) or wanted in (entry.name or "").casefold():
                    found.setdefault(entry.key, entry)
            if len(found) >= _FOUND:
                break
        return list(found.values())[:_FOUND]

    def _tips(self, unit: ShownUnit, text: ActivationRecord) -> list[str | None]:
        return [self._said(self.tooltip(unit, text, place), unit) for place in range(len(text.tokens))]

    def _said(self, tip: object, unit: ShownUnit) -> str | None:
        if tip is not None and not isinstance(tip, str):
            raise BadInput(f"unit {unit.key}: tooltip gave a {type(tip).__name__}, where a string or None belongs")
        return tip


OfflineFeatureCentricDashboard = OfflineFeatureDashboard


def _units_of(given: Any, reading: Reading) -> Units:
    if isinstance(given, Mapping):
        return units_of_examples(given, reading)
    if isinstance(given, NeuronRecord):
        return units_of_records([given])
    if isinstance(given, (list, tuple)) and all(isinstance(one, NeuronRecord) for one in given):
        return units_of_records(given)
    if isinstance(given, (str, Path)):
        from neuronscope.dataset import open_dataset

        given = open_dataset(str(given))
    if hasattr(given, "manifest"):
        from neuronscope.dashboards.datasets import DatasetUnits

        return DatasetUnits(given)
    if hasattr(given, "entries") and hasattr(given, "unit"):
        return given  # type: ignore[no-any-return]  # units from elsewhere, as from_db hands them in
    raise BadInput(
        f"a {type(given).__name__} is no set of units: give {{feature: [(max_activation, tokens, activations)]}}, "
        "records, or a dataset"
    )
