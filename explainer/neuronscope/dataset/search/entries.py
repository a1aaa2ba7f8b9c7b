"""What is searched: a dataset in, the explanations of its units and the tokens they peak on out, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.store import place
from neuronscope.dataset.tables import UnitTable
from neuronscope.errors import BrokenData
from neuronscope.records import NeuronSimulationResults
from neuronscope.relations import TokenLookupTableSummaryOfNeuron

LONGEST_TEXT = 10_000  # characters of an explanation that are searched and shown
_LONGEST_TOKEN = 1_000  # characters of a token


class Explained(NamedTuple):
    """One explanation of a unit; ``number`` is its place in the unit's file, ``max`` the unit's largest activation."""

    layer: int
    unit: int
    number: int
    text: str
    author: str | None = None
    score: float | None = None
    max: float | None = None


class Peaking(NamedTuple):
    """The tokens that a unit peaks on, strongest first, with the best explanation that its table has."""

    layer: int
    unit: int
    tokens: list[str]
    explanation: str | None = None
    score: float | None = None
    max: float | None = None


Entry = Explained | Peaking


class _Row(NamedTuple):
    """What the layer's table says of a unit."""

    max: float | None = None
    peak_token: str | None = None
    explanation: str | None = None
    score: float | None = None


def entries(dataset: Dataset, layer: int) -> Iterator[Entry]:
    """The entries of a layer's units, ascending; of each unit first the explanations, then the tokens.

    :raises BrokenData: a file cannot be used; the message names it.
    """
    rows, units, nothing = _rows(dataset, layer), dataset.units(layer), _Row()
    said = dataset.explanations_of(layer, units) if dataset.has(layout.EXPLANATIONS) else repeat(None)
    related = dataset.related_tokens_of(layer, units) if dataset.has(layout.TOKENS_BY_ACTIVATION) else repeat(None)
    for unit, results, table in zip(units, said, related, strict=False):  # what is repeated has no end
        row = rows.get(unit, nothing)
        if results is not None:
            yield from _explained(results, (layer, unit), row.max)
        tokens = _tokens(row.peak_token, table)
        if tokens:
            best = tidy(row.explanation) if row.explanation else ""
            yield Peaking(layer, unit, tokens, best or None, row.score, row.max)


def tidy(text: str) -> str:
    """``text`` without spaces around it, cut at LONGEST_TEXT, in whole characters."""
    return whole_characters(text.strip()[:LONGEST_TEXT])


def whole_characters(text: str) -> str:
    """``text`` with question marks for halves of surrogate pairs, which no index holds."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _explained(results: NeuronSimulationResults, place: tuple[int, int], unit_max: float | None) -> Iterator[Explained]:
    for number, one in enumerate(results.scored_explanations):
        simulated = one.scored_simulation
        score = simulated.ev_correlation_score if simulated else None
        yield Explained(*place, number, tidy(one.explanation), one.author, score, unit_max)


def _tokens(peak: str | None, related: TokenLookupTableSummaryOfNeuron | None) -> list[str]:
    """The peak token and those of the highest mean activation, each once."""
    found = related.tokens if related else []
    tokens = [whole_characters(token[:_LONGEST_TOKEN]) for token in ([] if peak is None else [peak]) + found]
    return list(dict.fromkeys(tokens))


def _rows(dataset: Dataset, layer: int) -> dict[int, _Row]:
    path = layout.units_path(layer)
    data = dataset.file(path)
    if data is None:
        return {}
    try:
        table = codec.loads(data, UnitTable)
    except BrokenData as error:
        raise BrokenData(f"{place(dataset.store, path)}: {error}") from error
    nothing = [None] * len(table.unit)
    columns = (table.max, table.peak_token, table.explanation, table.score)
    filled = [column or nothing for column in columns]
    return dict(zip(table.unit, map(_Row, *filled), strict=True))
