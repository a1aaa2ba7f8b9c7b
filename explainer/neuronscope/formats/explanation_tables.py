"""Explanations as a table, CSV with a header: a row for each, by layer and unit."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping

from neuronscope.errors import BadInput
from neuronscope.formats.given import GivenExplanation, layer_and_source, unit_number

# The columns that are read, each with the names that it may have; capitals do not count.
_NAMES = {
    "layer": ("layer",),
    "unit": ("unit", "index", "feature", "neuron", "latent"),
    "text": ("explanation", "description"),
    "model": ("model", "explanationmodelname"),
    "kind": ("type", "typename"),
    "author": ("author",),
    "score": ("score",),
    "correlation": ("correlation", "ev_correlation_score"),
    "model_id": ("modelid",),
}
_REQUIRED = ("layer", "unit", "text")
_ABSENT = {"", "nan", "null", "none", "na", "n/a", "-"}
LATENTS = ("feature", "latent")  # what a column of units is called where they are an SAE's


def read_table(lines: Iterable[str], name: str) -> Iterator[GivenExplanation]:
    """The explanations of a table; ``name`` stands for the file in messages. Empty words are given too.

    :raises BadInput: a column is missing or there twice, or a row cannot be read; the message gives its line.
    """
    rows = csv.reader(lines, strict=True)
    try:
        columns = _columns(next(rows, []), name)
        for row in rows:
            if any(cell.strip() for cell in row):
                where = f"{name}, line {rows.line_num}"
                yield _given(_cells(row, columns, where), name, where)
    except csv.Error as error:
        raise BadInput(f"{name}, line {rows.line_num} cannot be read as CSV: {error}") from error


def names_latents(header: str) -> bool:
    """Whether a table's first line calls its units an SAE's."""
    return not {word.strip().strip('"').lower() for word in header.split(",")}.isdisjoint(LATENTS)


def _columns(header: list[str], name: str) -> dict[str, int]:
    """The place of each column that is read."""
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        column = next((column for column, names in _NAMES.items() if title.strip().lower() in names), None)
        if column in places:
            raise BadInput(f"{name} has two columns for one thing: {header[places[column]]} and {title}. Remove one.")
        if column is not None:
            places[column] = place
    for column in _REQUIRED:
        if column not in places:
            wanted = " or ".join(_NAMES[column])
            there = ", ".join(header)[:200] or "nothing"
            raise BadInput(f"{name} has no column {wanted}; its first line must name the columns, and has {there}.")
    return places


def _cells(row: list[str], columns: Mapping[str, int], where: str) -> dict[str, str]:
    if len(row) <= max(columns[column] for column in _REQUIRED):
        raise BadInput(f"{where} has {len(row)} columns, fewer than the first line names")
    return {column: row[place].strip() for column, place in columns.items() if place < len(row)}


def _given(cells: Mapping[str, str], name: str, where: str) -> GivenExplanation:
    layer, source = layer_and_source(cells["layer"], where)
    model_id = cells.get("model_id") or None
    return GivenExplanation(
        layer,
        unit_number(cells["unit"], where),
        cells["text"],
        name,
        where,
        model_id=model_id,
        source=source or (str(layer) if model_id else None),
        kind=cells.get("kind") or None,
        model=cells.get("model") or None,
        author=cells.get("author") or None,
        correlation=_number(cells.get("correlation", ""), "correlation", where),
        score=_number(cells.get("score", ""), "score", where),
    )


def _number(text: str, what: str, where: str) -> float | None:
    """None where nothing is written, or that there is no number."""
    if text.lower() in _ABSENT:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (what == "correlation" and abs(value) > 1):
        kind = "a number from -1 to 1" if what == "correlation" else "a number"
        raise BadInput(f"{where}: the {what} is {text[:80]!r}; write {kind}, or nothing where there is none")
    return value
