"""One layer's arrays in; out, some units at a time, the bytes of collated-activations/{layer}/{unit}.json.

They are what ``codec.dumps`` of the whole NeuronRecord gives. The codec writes each record without its sequences; the
JSON of each sequence's text, made once, goes between, with the activations as compiled code writes them. That is done
for some units at once: threads that write would otherwise wait for Python's lock most of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.describe import RunFacts, statistics_of
from neuronscope.collate.excerpts import Excerpts, Frames
from neuronscope.collate.numbers import defined, significant
from neuronscope.collate.result import NEGATIVE, RANDOM, TOP, LayerResult
from neuronscope.dataset.writer import FileBatch
from neuronscope.records import NeuronId, NeuronRecord

Text = NDArray[np.uint8]
Ints = NDArray[np.int64]
_TOGETHER = 16  # units: some megabyte of text


def records(result: LayerResult, excerpts: Excerpts, facts: RunFacts) -> Iterator[FileBatch]:
    """``(units, a job that gives their files' bytes)``, ascending by unit; the jobs may run on several threads.

    A job raises ValueError where an activation is undefined.
    """
    units = len(result.units)
    for first in range(0, units, _TOGETHER):
        rows = range(first, min(first + _TOGETHER, units))
        chosen = result.chosen[rows.start : rows.stop]
        frames = excerpts.frames(chosen[chosen >= 0].tolist())
        yield result.units[rows.start : rows.stop].tolist(), partial(record_bytes, result, rows, frames, facts)


def record_bytes(result: LayerResult, rows: range, frames: Frames, facts: RunFacts) -> list[bytes]:
    """The files of the units of some ``rows``, neighbours; ``frames`` are those of their sequences, by row and slot.

    :raises ValueError: an activation is undefined.
    """
    from neuronscope.collate.kernels.assemble import assemble

    filled = result.chosen[rows.start : rows.stop] >= 0
    values = result.activations[rows.start : rows.stop]
    numbers = _numbers(values.reshape(-1, values.shape[2]), np.flatnonzero(filled))
    skeletons = [dumps(_without_sequences(result, row, facts)) for row in rows]
    text, lists = b"".join(skeletons), _lists(filled, facts)
    skeleton_ends, ends = np.cumsum([len(skeleton) for skeleton in skeletons]), np.empty(len(rows), np.int64)
    out = np.empty(len(text) + frames.size + len(numbers[0]) + filled.size + lists.size, np.uint8)
    whole = (np.frombuffer(text, np.uint8), skeleton_ends)
    assemble(whole, lists, (frames.text, frames.spans), numbers, out, ends)
    return [out[start:end].tobytes() for start, end in pairwise([0, *ends.tolist()])]


def _numbers(values: NDArray[np.float32], rows: Ints) -> tuple[Text, Ints, Ints]:
    """The activations in each of ``rows``, as JSON lists: a text, and where in it each begins and ends."""
    from neuronscope.collate.kernels.decimals import json_rows

    text, starts, ends = json_rows(values, rows)
    if not (left := np.flatnonzero(starts == ends)).size:
        return text, starts, ends
    starts, ends, pieces, at = starts.copy(), ends.copy(), [text.tobytes()], len(text)
    for place in left.tolist():
        pieces.append(_by_codec(values[rows[place]]))
        starts[place], ends[place] = at, at + len(pieces[-1])
        at += len(pieces[-1])
    return np.frombuffer(bytearray().join(pieces), np.uint8), starts, ends


def _by_codec(values: NDArray[np.float32]) -> bytes:
    if not np.isfinite(values).all():
        raise ValueError("ActivationRecord.activations holds NaN or infinity, which cannot be written")
    return dumps(significant(values).tolist())


def _lists(filled: NDArray[np.bool_], facts: RunFacts) -> Ints:
    """Which of the filled slots, numbered through, stand in each list of each record, [row, list, 2], in the order of
    NeuronRecord's fields; ``filled`` is [row, slot]."""
    spans = {group.name: (group.start, group.start + group.size) for group in facts.groups}
    quantiles = [span for name, span in spans.items() if name not in (TOP, NEGATIVE, RANDOM)]
    slots = np.array([spans[RANDOM], *(quantiles or [(0, 0)]), spans[TOP], spans[NEGATIVE]], np.int64)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(filled, dtype=np.int64)])
    lists: Ints = before[np.arange(len(filled))[:, None, None] * filled.shape[1] + slots]
    return lists


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
