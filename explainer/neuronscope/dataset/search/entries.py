"""What is searched: a dataset in, the explanations of its units and the tokens they peak on out, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.store import place
from neuronscope.dataset.tables import UnitTable
from neuronscope.errors import BrokenData
from neuronscope.relations import TokenLookupTableSummaryOfNeuron

LONGEST_TEXT = 10_000  # characters of an explanation that are searched and shown
_LONGEST_TOKEN = 1_000  # characters of a token


@dataclass(frozen=True)
class Explained:
    """One explanation of a unit; ``number`` is its place in the unit's file, ``max`` the unit's largest activation."""

    layer: int
    unit: int
    number: int
    text: str
    author: str | None = None
    score: float | None = None
    max: float | None = None


@dataclass(frozen=True)
class Peaking:
    """The tokens that a unit peaks on, strongest first, with the best explanation that its table has."""

    layer: int
    unit: int
    tokens: list[str]
    explanation: str | None = None
    score: float | None = None
    max: float | None = None


Entry = Explained | Peaking


@dataclass(frozen=True)
class _Row:
    """What the layer's table says of a unit."""

    max: float | None = None
    peak_token: str | None = None
    explanation: str | None = None
    score: float | None = None


def entries(dataset: Dataset, layer: int) -> Iterator[Entry]:
    """The entries of a layer's units, ascending; of each unit first the explanations, then the tokens.

    :raises BrokenData: a file cannot be used; the message names it.
    """
    rows = _rows(dataset, layer)
    for unit in dataset.units(layer):
        row = rows.get(unit, _Row())
        if dataset.has(layout.EXPLANATIONS):
            yield from _explained(dataset, (layer, unit), row.max)
        tokens = _tokens(dataset, (layer, unit), row.peak_token)
        if tokens:
            yield Peaking(layer, unit, tokens, tidy(row.explanation or "") or None, row.score, row.max)


def tidy(text: str) -> str:
    """``text`` without spaces around it, cut at LONGEST_TEXT, in whole characters."""
    return whole_characters(text.strip()[:LONGEST_TEXT])


def whole_characters(text: str) -> str:
    """``text`` with question marks for halves of surrogate pairs, which no index holds."""
    return text.encode("utf-8", "replace").decode()


def _explained(dataset: Dataset, place: tuple[int, int], unit_max: float | None) -> Iterator[Explained]:
    results = dataset.explanations(*place)
    for number, one in enumerate(results.scored_explanations if results else ()):
        simulated = one.scored_simulation
        score = simulated.ev_correlation_score if simulated else None
        yield Explained(*place, number, tidy(one.explanation), one.author, score, unit_max)


def _tokens(dataset: Dataset, place: tuple[int, int], peak: str | None) -> list[str]:
    """The peak token and those of the highest mean activation, each once."""
    related = dataset.related_tokens(*place) if dataset.has(layout.TOKENS_BY_ACTIVATION) else None
    found = related.tokens if isinstance(related, TokenLookupTableSummaryOfNeuron) else []
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
    return {unit: _Row(*cells) for unit, *cells in zip(table.unit, *filled, strict=True)}
