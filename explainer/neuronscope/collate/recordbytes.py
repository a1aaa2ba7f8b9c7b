"""One layer's arrays in; out, unit by unit, the bytes of collated-activations/{layer}/{unit}.json.

They are what ``codec.dumps`` of the whole NeuronRecord gives. The codec writes the record without its sequences; the
JSON of each sequence's text, made once, goes between, with the activations as compiled code writes them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.describe import RunFacts, statistics_of
from neuronscope.collate.excerpts import Excerpts, Frame
from neuronscope.collate.numbers import defined, significant
from neuronscope.collate.result import NEGATIVE, RANDOM, TOP, LayerResult
from neuronscope.records import NeuronId, NeuronRecord

Pieces = list[bytes | memoryview]


def records(result: LayerResult, excerpts: Excerpts, facts: RunFacts) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """``(unit, a job that gives its file's bytes)``, ascending by unit; the jobs may run on several threads.

    A job raises ValueError where an activation is undefined.
    """
    for row, unit in enumerate(result.units.tolist()):
        chosen = result.chosen[row]
        frames = [excerpts.frame(sequence) for sequence in chosen[chosen >= 0].tolist()]
        yield unit, partial(record_bytes, result, row, frames, facts)


def record_bytes(result: LayerResult, row: int, frames: Sequence[Frame], facts: RunFacts) -> bytes:
    """The file of unit ``result.units[row]``; ``frames`` are those of its sequences, in the order of their slots.

    :raises ValueError: an activation is undefined.
    """
    slots = np.flatnonzero(result.chosen[row] >= 0)
    written = _activations(result.activations[row], slots)
    places = slots.tolist()
    shown: dict[str, Pieces] = {}
    for group in facts.groups:
        first, end = (bisect_left(places, slot) for slot in (group.start, group.start + group.size))
        shown[group.name] = _list(frames[first:end], written[first:end])
    return _filled(dumps(_without_sequences(result, row, facts)), shown)


def _activations(values: NDArray[np.float32], slots: NDArray[np.int64]) -> Pieces:
    """The activations in each of the slots, as JSON lists."""
    from neuronscope.collate.kernels.decimals import json_rows

    lists = json_rows(values, slots)
    return [text or _by_codec(values[slot]) for slot, text in zip(slots.tolist(), lists, strict=True)]


def _by_codec(values: NDArray[np.float32]) -> bytes:
    if not np.isfinite(values).all():
        raise ValueError("ActivationRecord.activations holds NaN or infinity, which cannot be written")
    return dumps(significant(values).tolist())


def _list(frames: Sequence[Frame], activations: Pieces) -> Pieces:
    """The pieces of a JSON list of sequences."""
    if not frames:
        return [b"[]"]
    pieces: Pieces = []
    for frame, numbers in zip(frames, activations, strict=True):
        pieces += (b",", frame.before, numbers, frame.after)
    return [b"[", *pieces[1:], b"]"]


def _without_sequences(result: LayerResult, row: int, facts: RunFacts) -> NeuronRecord:
    of = result.statistics
    return NeuronRecord(
        neuron_id=NeuronId(result.layer, int(result.units[row])),
        random_sample=[],
        random_sample_by_quantile=[[] for _ in facts.sampling.quantiles[1:]],
        quantile_boundaries=list(facts.sampling.quantiles),
        mean=defined(of.mean[row]),
        variance=defined(of.variance[row]),
        skewness=defined(of.skewness[row]),
        kurtosis=defined(of.kurtosis[row]),
        most_positive_activation_records=[],
        most_negative_activation_records=[],
        statistics=statistics_of(result, row, facts),
    )


def _filled(record: bytes, shown: dict[str, Pieces]) -> bytes:
    """The record with its groups in the place of its empty lists, which stand in the order of NeuronRecord's fields."""
    quantiles = [pieces for name, pieces in shown.items() if name not in (TOP, NEGATIVE, RANDOM)]
    lists = [shown[RANDOM], *(quantiles or [[b"[]"]]), shown[TOP], shown[NEGATIVE]]
    around = record.split(b"[]", len(lists))
    pieces: Pieces = [around[0]]
    for group, after in zip(lists, around[1:], strict=True):
        pieces += (*group, after)
    return b"".join(pieces)
