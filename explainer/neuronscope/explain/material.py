"""A dataset's unit in, all that explainers and scorers need to know of it out; read once for each unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.dataset.dataset import Dataset
from neuronscope.errors import BrokenData
from neuronscope.explain.parts import UnitMaterial
from neuronscope.prompts.listing import shown_positions
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, Splits
from neuronscope.relations import LogitTable, TokenLookupTableSummaryOfNeuron, WeightBasedSummaryOfNeuron

_HARD_NEGATIVES = 5
_SILENT = 0.2  # of the scale: listed, nothing above 1
_ALIKE = 0.5  # share of a record's different tokens that the train records have too


@dataclass(frozen=True)
class NoMaterial:
    """There is nothing to explain, and why."""

    reason: str


def read_material(dataset: Dataset, layer: int, unit: int, *, per_split: int | None = 5) -> UnitMaterial | NoMaterial:
    """The unit's record, its splits, and the tables that the dataset has of it.

    :raises BadInput: a negative index, or ``per_split`` below 1.
    :raises BrokenData: a file cannot be used.
    """
    record = dataset.record(layer, unit)
    if record is None:
        return NoMaterial(f"{dataset.name} has no record of unit {layer}:{unit}")
    splits = record.splits(per_split)
    scale = scale_of(splits.train)
    lookup = dataset.related_tokens(layer, unit, "activation-based")
    weights = dataset.related_tokens(layer, unit, "weight-based")
    return UnitMaterial(
        unit=NeuronId(layer, unit),
        record=record,
        splits=splits,
        scale=scale,
        lookup=lookup if isinstance(lookup, TokenLookupTableSummaryOfNeuron) else None,
        weights=weights if isinstance(weights, WeightBasedSummaryOfNeuron) else None,
        logits=_logits(dataset, layer, unit),
        hard_negatives=hard_negatives(record, splits, scale),
    )


def _logits(dataset: Dataset, layer: int, unit: int) -> LogitTable | None:
    data = dataset.read(layout.LOGITS, layer, unit)
    if data is None:
        return None
    try:
        return codec.loads(data, LogitTable)
    except BrokenData as error:
        raise BrokenData(f"{dataset.root}, {layout.unit_path(layout.LOGITS, layer, unit)}: {error}") from error


def largest_activation(records: Iterable[ActivationRecord]) -> float | None:
    """The largest activation outside ignored positions; None where no position counts."""
    return max((activation for record in records for activation in _counted(record)), default=None)


def scale_of(records: Iterable[ActivationRecord]) -> float | None:
    """The normalising maximum: the largest counted activation; None where there is none above 0."""
    largest = largest_activation(records)
    return largest if largest is not None and largest > 0 else None


def _counted(record: ActivationRecord) -> Iterator[float]:
    ignored = set(record.ignored or ())
    return (activation for position, activation in enumerate(record.activations) if position not in ignored)


def hard_negatives(record: NeuronRecord, splits: Splits, scale: float | None) -> tuple[ActivationRecord, ...]:
    """Up to 5 records that are like the train split's, though the unit's activation stays below 20% of ``scale``.

    They are of the random samples and stand in no split. Alike is a record that has a token at which a train record
    peaks, or half of its different tokens in common with the train records; such a token counts before many.
    """
    if scale is None:
        return ()
    seen = {tuple(one.tokens) for split in _splits(splits) for one in split}
    silent = []
    for one in _outside_top(record):
        largest = largest_activation([one])
        if tuple(one.tokens) not in seen and largest is not None and largest < _SILENT * scale:
            seen.add(tuple(one.tokens))
            silent.append(one)
    return _most_alike(silent, splits.train)


def _splits(splits: Splits) -> tuple[Sequence[ActivationRecord], ...]:
    return splits.train, splits.calibration, splits.valid, splits.test


def _outside_top(record: NeuronRecord) -> Iterator[ActivationRecord]:
    """Low quantiles first, so that among equals the ones that hardly fire at all come first."""
    for group in record.random_sample_by_quantile or ():
        yield from group
    yield from record.random_sample


def _most_alike(silent: Sequence[ActivationRecord], train: Sequence[ActivationRecord]) -> tuple[ActivationRecord, ...]:
    peaks = {_word(token) for one in train if (token := peak_token(one)) is not None} - {""}
    common = {word for one in train for word in _words(one)}
    ranked = []
    for place, one in enumerate(silent):
        words = _words(one)
        share = len(words & common) / len(words) if words else 0.0
        if words & peaks or share >= _ALIKE:
            ranked.append((not words & peaks, -share, place))
    return tuple(silent[place] for _, _, place in sorted(ranked)[:_HARD_NEGATIVES])


def peak_position(record: ActivationRecord) -> int | None:
    """The shown position with the largest activation, the first of several; None where nothing is shown."""
    positions = shown_positions(excerpt_of(record))
    return max(positions, key=lambda position: record.activations[position], default=None)


def peak_token(record: ActivationRecord) -> str | None:
    """The token at ``peak_position``."""
    position = peak_position(record)
    return None if position is None else record.tokens[position]


def _words(record: ActivationRecord) -> set[str]:
    return {_word(record.tokens[position]) for position in shown_positions(excerpt_of(record))} - {""}


def _word(token: str) -> str:
    """Tokens that differ by blanks or capitals alone are one word."""
    return token.strip().casefold()
