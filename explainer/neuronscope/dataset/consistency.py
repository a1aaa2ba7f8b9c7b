"""What is wrong inside one file: the file's bytes and its place in, a sentence per fault out. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.errors import BrokenData
from neuronscope.records import (
    ActivationRecord,
    NeuronRecord,
    NeuronSimulationResults,
    SequenceSimulation,
)
from neuronscope.relations import ConnectedNeurons, RelatedNeurons

_SHOWN = 3  # faults of one kind in one file that are spelt out
_PERHAPS_UNDEFINED = re.compile(rb"NaN|Infinity|[0-9][eE]\+?[0-9]{3}")  # 1e999 reads as infinity
_UNIT_NAME = re.compile(r"[0-9]+_[0-9]+")


def file_faults(part: str, layer: int, unit: int, data: bytes, *, older: bool = False) -> Iterator[str]:
    """The faults of one unit's file of any part; in the ``older`` form a number that may be undefined may be NaN."""
    undefined = [] if older else list(undefined_numbers(data))
    yield from undefined
    try:
        value: Any = codec.loads(data, layout.PART_NOUN[part])
    except BrokenData as error:
        if not undefined:
            yield str(error)
        return
    if isinstance(value, NeuronRecord):
        yield from record_faults(value, layer, unit)
    elif isinstance(value, NeuronSimulationResults):
        yield from explanation_faults(value, layer, unit)
    elif isinstance(value, RelatedNeurons):
        yield from relation_faults(value)


def undefined_numbers(data: bytes) -> Iterator[str]:
    """A fault per NaN or Infinity, which JSON does not have; null is how an undefined number is written."""
    if not _PERHAPS_UNDEFINED.search(data):
        return
    try:
        plain = json.loads(data, parse_constant=float)
    except (ValueError, RecursionError):
        return  # what is wrong with it is for the decoding to say
    paths = list(_undefined(plain, "$"))
    yield from (f"{path}: not a number; undefined is written null" for path in paths[:_SHOWN])
    if len(paths) > _SHOWN:
        yield f"{len(paths) - _SHOWN} more numbers are undefined"


def _undefined(plain: Any, path: str) -> Iterator[str]:
    if isinstance(plain, float) and plain - plain != 0:
        yield path
    elif isinstance(plain, list):
        for i, item in enumerate(plain):
            yield from _undefined(item, f"{path}[{i}]")
    elif isinstance(plain, dict):
        for key, item in plain.items():
            yield from _undefined(item, f"{path}.{key}")


def record_faults(record: NeuronRecord, layer: int, unit: int) -> Iterator[str]:
    """The faults of a record beyond what its types say."""
    yield from _misplaced(record, layer, unit)
    top, negative = record.most_positive_activation_records, record.most_negative_activation_records or []
    yield from _unsorted(top, "most_positive_activation_records", lambda record: -_largest(record.activations, record))
    yield from _unsorted(
        negative, "most_negative_activation_records", lambda record: -_largest(_negated(record), record)
    )
    yield from _quantile_faults(record)
    groups = list(_groups(record))
    yield from islice((fault for name, item in groups for fault in _sequence_faults(name, item)), _SHOWN)
    yield from _repeated(groups)


def _misplaced(value: NeuronRecord | NeuronSimulationResults, layer: int, unit: int) -> Iterator[str]:
    said = value.neuron_id.layer_index, value.neuron_id.neuron_index
    if said != (layer, unit):
        yield f"$.neuron_id: says layer {said[0]}, unit {said[1]}, but lies at layer {layer}, unit {unit}"


def _negated(record: ActivationRecord) -> list[float]:
    return [-value for value in record.activations]


def _largest(values: Sequence[float], record: ActivationRecord) -> float:
    """The figure of merit: the largest value outside the ignored positions."""
    ignored = set(record.ignored or ())
    return max((value for i, value in enumerate(values) if i not in ignored), default=float("-inf"))


def _unsorted(
    records: Sequence[ActivationRecord], name: str, key: Callable[[ActivationRecord], float]
) -> Iterator[str]:
    for i, (one, next_one) in enumerate(pairwise(records)):
        if key(one) > key(next_one):
            yield f"$.{name}[{i + 1}]: stronger than the one before it; the strongest comes first"
            return


def _quantile_faults(record: NeuronRecord) -> Iterator[str]:
    groups, bounds = record.random_sample_by_quantile, record.quantile_boundaries
    if groups is None or bounds is None:
        return
    # The range above the last of five boundaries is the top group's; six boundaries name its end too.
    if len(groups) not in (len(bounds) - 1, len(bounds) - 2):
        yield f"$.random_sample_by_quantile: {len(groups)} groups for {len(bounds)} boundaries"
    if any(low >= high for low, high in pairwise(bounds)):
        yield "$.quantile_boundaries: not ascending"


def _groups(record: NeuronRecord) -> Iterator[tuple[str, ActivationRecord]]:
    named = [
        ("most_positive_activation_records", record.most_positive_activation_records),
        ("most_negative_activation_records", record.most_negative_activation_records or []),
        ("random_sample", record.random_sample),
        *((f"random_sample_by_quantile[{i}]", group) for i, group in enumerate(record.random_sample_by_quantile or [])),
    ]
    for name, items in named:
        yield from ((f"$.{name}[{i}]", item) for i, item in enumerate(items))


def _sequence_faults(name: str, record: ActivationRecord) -> Iterator[str]:
    if not record.tokens:
        yield f"{name}: no tokens"
    if any(not 0 <= position < len(record.tokens) for position in record.ignored or ()):
        yield f"{name}.ignored: a position outside the sequence"
    if record.source is not None and min(record.source.document, record.source.offset) < 0:
        yield f"{name}.source: negative"
    before = ""
    for i, token in enumerate(record.tokens):
        # A later part of a character that takes several tokens, as only characters of several bytes do; or, where
        # nothing stands before it, a space that a decoder leaves out at the start of a text.
        if not token and before and before.isascii():
            yield f"{name}.tokens[{i}]: empty, and no character before it that could be spread over several tokens"
            return
        before = token[-1:] or before


def _repeated(groups: Sequence[tuple[str, ActivationRecord]]) -> Iterator[str]:
    met: dict[object, str] = {}
    for name, record in groups:
        key = record.source or tuple(record.tokens)
        if key in met:
            yield f"{name}: the same sequence as {met[key]}"
            return
        met[key] = name


def explanation_faults(results: NeuronSimulationResults, layer: int, unit: int) -> Iterator[str]:
    """The faults of an explanations file beyond what its types say."""
    yield from _misplaced(results, layer, unit)
    for i, scored in enumerate(results.scored_explanations):
        path = f"$.scored_explanations[{i}]"
        if not scored.explanation.strip():
            yield f"{path}.explanation: empty"
        sequences = scored.scored_simulation.scored_sequence_simulations if scored.scored_simulation else []
        for j, sequence in enumerate(sequences):
            where = f"{path}.scored_simulation.scored_sequence_simulations[{j}].simulation"
            yield from _distribution_faults(sequence.simulation, where)


def _distribution_faults(simulation: SequenceSimulation, where: str) -> Iterator[str]:
    values, probabilities = simulation.distribution_values, simulation.distribution_probabilities
    if len(values) not in (0, len(simulation.tokens)) or len(values) != len(probabilities):
        yield f"{where}: {len(simulation.tokens)} tokens, {len(values)} and {len(probabilities)} distributions"
    elif any(len(value) != len(chance) for value, chance in zip(values, probabilities, strict=True)):
        yield f"{where}: a distribution with more values than probabilities, or fewer"


def relation_faults(related: RelatedNeurons) -> Iterator[str]:
    """The faults of a related-neurons file beyond what its types say."""
    for name in ("c_fc", "c_proj"):
        connected: ConnectedNeurons | None = getattr(related, name)
        if connected is None:
            continue
        for sign in ("positive", "negative"):
            units = getattr(connected, f"top_{sign}_neurons")
            weights = getattr(connected, f"top_{sign}_weights")
            if len(units) != len(weights):
                yield f"$.{name}: {len(units)} top_{sign}_neurons but {len(weights)} weights"
            if not all(_UNIT_NAME.fullmatch(unit) for unit in units):
                yield f"$.{name}.top_{sign}_neurons: not all are LAYER_UNIT"
