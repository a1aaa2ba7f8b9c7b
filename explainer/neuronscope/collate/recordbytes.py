"""One layer's arrays in; out, unit by unit, the bytes of collated-activations/{layer}/{unit}.json.

They are what ``codec.dumps`` of the whole NeuronRecord gives. The codec writes the record without its sequences; the
JSON of each sequence's text, made once, goes between, with the activations as compiled code writes them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.describe import RunFacts, statistics_of
from neuronscope.collate.excerpts import Excerpts, Frames
from neuronscope.collate.numbers import defined, significant
from neuronscope.collate.result import NEGATIVE, RANDOM, TOP, LayerResult
from neuronscope.records import NeuronId, NeuronRecord

Text = NDArray[np.uint8]
Ints = NDArray[np.int64]
_NO_LIST = b"[]"


def records(result: LayerResult, excerpts: Excerpts, facts: RunFacts) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """``(unit, a job that gives its file's bytes)``, ascending by unit; the jobs may run on several threads.

    A job raises ValueError where an activation is undefined.
    """
    for row, unit in enumerate(result.units.tolist()):
        chosen = result.chosen[row]
        yield unit, partial(record_bytes, result, row, excerpts.frames(chosen[chosen >= 0].tolist()), facts)


def record_bytes(result: LayerResult, row: int, frames: Frames, facts: RunFacts) -> bytes:
    """The file of unit ``result.units[row]``; ``frames`` are those of its sequences, in the order of their slots.

    :raises ValueError: an activation is undefined.
    """
    from neuronscope.collate.kernels.assemble import assemble

    slots = np.flatnonzero(result.chosen[row] >= 0)
    numbers = _numbers(result.activations[row], slots)
    skeleton = dumps(_without_sequences(result, row, facts))
    lists = _lists(slots.tolist(), facts)
    out = np.empty(len(skeleton) + frames.size + len(numbers[0]) + len(slots) + len(lists), np.uint8)
    cuts = _cuts(skeleton, len(lists))
    end = assemble(np.frombuffer(skeleton, np.uint8), cuts, lists, (frames.text, frames.spans), numbers, out)
    return out[:end].tobytes()


def _numbers(values: NDArray[np.float32], slots: Ints) -> tuple[Text, Ints, Ints]:
    """The activations in each of the slots, as JSON lists: a text, and where in it each begins and ends."""
    from neuronscope.collate.kernels.decimals import json_rows

    text, starts, ends = json_rows(values, slots)
    if not (left := np.flatnonzero(starts == ends)).size:
        return text, starts, ends
    starts, ends, pieces = starts.copy(), ends.copy(), [text.tobytes()]
    for place in left.tolist():
        pieces.append(_by_codec(values[slots[place]]))
        starts[place] = sum(map(len, pieces[:-1]))
        ends[place] = starts[place] + len(pieces[-1])
    return np.frombuffer(bytearray().join(pieces), np.uint8), starts, ends


def _by_codec(values: NDArray[np.float32]) -> bytes:
    if not np.isfinite(values).all():
        raise ValueError("ActivationRecord.activations holds NaN or infinity, which cannot be written")
    return dumps(significant(values).tolist())


def _lists(slots: list[int], facts: RunFacts) -> Ints:
    """Which of the filled slots stand in each list of a record, [list, 2], in the order of NeuronRecord's fields."""
    spans = {
        group.name: tuple(bisect_left(slots, slot) for slot in (group.start, group.start + group.size))
        for group in facts.groups
    }
    quantiles = [span for name, span in spans.items() if name not in (TOP, NEGATIVE, RANDOM)]
    return np.array([spans[RANDOM], *(quantiles or [(0, 0)]), spans[TOP], spans[NEGATIVE]], np.int64)


def _cuts(skeleton: bytes, lists: int) -> Ints:
    """Where the record's first empty lists are."""
    cuts, at = np.empty(lists, np.int64), -1
    for place in range(lists):
        at = cuts[place] = skeleton.index(_NO_LIST, at + 1)
    return cuts


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
