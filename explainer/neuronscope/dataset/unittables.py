"""What tables say of every unit of a layer: a dataset in; statistics with the best explanation beside them out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.bulk import in_order
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.store import place
from neuronscope.dataset.tables import UnitTable
from neuronscope.errors import BrokenData
from neuronscope.records import NeuronRecord, NeuronSimulationResults, ScoredExplanation

_LOCAL, _REMOTE = 1, 16  # files that are read at a time

Heard = Callable[[int], None]  # how many units are done


def stored_table(data: bytes, where: str) -> UnitTable:
    """The table in a units/{layer}.json; ``where`` names the file in messages.

    :raises BrokenData: it is not one.
    """
    try:
        return codec.loads(data, UnitTable)
    except BrokenData as error:
        raise BrokenData(f"{where}: {error}") from error


def layer_table(dataset: Dataset, layer: int, heard: Heard | None = None) -> UnitTable:
    """One layer's table, with what the explanations say now; statistics from the records where there is no table.

    :raises BrokenData: a file cannot be used.
    :raises StorageFailed: the disk or the network failed.
    """
    path = layout.units_path(layer)
    data = dataset.file(path)
    units = list(dataset.units(layer))
    if data is None:
        table = _from_records(dataset, layer, units, heard)
    else:
        table = stored_table(data, place(dataset.store, path))
    if not dataset.has(layout.EXPLANATIONS):
        return table
    said: dict[str, Any] = _explained(dataset, layer, table.unit, heard)
    return dataclasses.replace(table, **said)


def best_explanation(found: NeuronSimulationResults | None) -> ScoredExplanation | None:
    """The one of the highest score; where none has a score, the first."""
    if found is None or not found.scored_explanations:
        return None
    return max(found.scored_explanations, key=lambda item: -2.0 if (score := score_of(item)) is None else score)


def score_of(explanation: ScoredExplanation) -> float | None:
    """The correlation of simulated with real activations over all tokens, where it was scored."""
    simulated = explanation.scored_simulation
    return None if simulated is None else simulated.ev_correlation_score


def peak_token(record: NeuronRecord) -> str | None:
    """The token at the peak of the strongest sequence; where it is a later part of a character, that character."""
    if not record.most_positive_activation_records:
        return None
    top = record.most_positive_activation_records[0]
    counted = [i for i in range(len(top.tokens)) if i not in set(top.ignored or ())]
    if not counted:
        return None
    peak = max(counted, key=lambda i: top.activations[i])
    return next((token for token in reversed(top.tokens[: peak + 1]) if token), "")


def _from_records(dataset: Dataset, layer: int, units: Sequence[int], heard: Heard | None) -> UnitTable:
    if not dataset.has(layout.RECORDS):
        return UnitTable(layer, list(units))
    rows = _each(dataset, units, heard, lambda unit: _row(dataset.record(layer, unit)))
    names = [field.name for field in dataclasses.fields(UnitTable) if field.name in _ROW]
    return UnitTable(layer, list(units), **{name: [row[name] for row in rows] for name in names})


_ROW = {"max", "min", "mean", "variance", "skewness", "kurtosis", "density", "dead", "sequences_fired", "peak_token"}


def _row(record: NeuronRecord | None) -> dict[str, Any]:
    if record is None:
        return dict.fromkeys(_ROW)
    row: dict[str, Any] = dict.fromkeys(_ROW)
    row |= {name: getattr(record, name) for name in ("mean", "variance", "skewness", "kurtosis")}
    row["peak_token"] = peak_token(record)
    if record.statistics is not None:
        names = ("max", "min", "density", "dead", "sequences_fired")
        return row | {name: getattr(record.statistics, name) for name in names}
    return row | {"max": _largest(record)}  # of the published datasets: what is shown of each unit has its maximum


def _largest(record: NeuronRecord) -> float | None:
    values = [value for top in record.most_positive_activation_records for value in top.activations]
    return max(values, default=None)


def _explained(dataset: Dataset, layer: int, units: Sequence[int], heard: Heard | None) -> dict[str, list[Any]]:
    found = _each(dataset, units, heard, lambda unit: _said(dataset.explanations(layer, unit)))
    return {name: [row[name] for row in found] for name in _SAID}


_SAID = ("explanation", "author", "score", "score_low", "score_high", "reliable", "explanations")


def _said(found: NeuronSimulationResults | None) -> dict[str, Any]:
    best = best_explanation(found)
    if best is None or found is None:
        return dict.fromkeys(_SAID) | {"explanations": 0}
    score = (best.scores or {}).get("correlation")
    low, high = score.interval if score is not None and score.interval is not None else (None, None)
    return {
        "explanation": best.explanation.strip(),
        "author": best.author,
        "score": score_of(best),
        "score_low": low,
        "score_high": high,
        "reliable": None if score is None else score.reliable,
        "explanations": len(found.scored_explanations),
    }


def _each(dataset: Dataset, units: Sequence[int], heard: Heard | None, read: Callable[[int], Any]) -> list[Any]:
    """What ``read`` gives for each unit, several at a time where that saves waiting."""
    rows = []
    for row in in_order(read, units, concurrency=_LOCAL if dataset.store.local else _REMOTE):
        rows.append(row)
        if heard is not None:
            heard(len(rows))
    return rows
