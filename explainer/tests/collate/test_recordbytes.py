"""Record files as bytes: equal to the codec's for the same record, built object by object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, pairwise
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from neuronscope.codec import dumps, loads
from neuronscope.collate import recordbytes
from neuronscope.collate.describe import RunFacts
from neuronscope.collate.excerpts import Excerpts
from neuronscope.collate.numbers import defined, significant
from neuronscope.collate.options import Sampling
from neuronscope.collate.recordbytes import records
from neuronscope.collate.result import LayerResult, UnitStatistics
from neuronscope.collate.sequences import Sequences
from neuronscope.display import display_tokens
from neuronscope.records import (
    ActivationRecord,
    GroupCount,
    Histogram,
    NeuronId,
    NeuronRecord,
    Statistics,
    TextSource,
)
from neuronscope.subject import Positions

LENGTH, CORPUS = 5, 30
# The middle of a character, what JSON escapes, and what looks like a record.
PIECES = [
    b"a",
    b" the",
    b'"',
    b"\\",
    b"\n",
    b"\x00",
    "é".encode(),
    b"\xf0\x9f",
    b"\x99\x82",
    b'"activations":[0.0]',
    b"[]",
]

POSITIONS = [
    Positions("included", (0,), recorded=0, counted=0),
    Positions("prepended", (0,), recorded=1, counted=1),
    Positions("first-position-ignored", (), recorded=0, counted=1),
]
SAMPLINGS = st.builds(
    Sampling,
    top=st.integers(0, 4),
    negative=st.integers(0, 3),
    random=st.integers(0, 4),
    per_quantile=st.integers(0, 2),
    quantiles=st.sampled_from([(0.0,), (0.0, 0.5), (0.0, 0.5, 0.9, 0.99, 0.999)]),
)
# Of the random numbers, a few per layer are replaced by these.
EXTREMES = [0.0, -0.0, 1e-30, 3e30, 1e15, 1.0, -12345.0, 99996.0, 1e-6]


def decode(ids: Sequence[int]) -> str:
    return b"".join(PIECES[index] for index in ids).decode(errors="replace")


def corpus(rng: np.random.Generator) -> Sequences:
    ids = rng.integers(0, len(PIECES), (CORPUS, LENGTH), dtype=np.int32)
    return Sequences(ids, np.arange(CORPUS) // 3, np.arange(CORPUS) * LENGTH, "x", 10, 0, 0)


def filled(rng: np.random.Generator, sizes: Sequence[int], sequences: NDArray[np.int64]) -> list[int]:
    """Slots of groups of these sizes, each filled from the left as far as chance has it."""
    drawn = iter(rng.permutation(sequences).tolist())
    kept = [int(rng.integers(0, size + 1)) for size in sizes]
    return [next(drawn) if slot < k else -1 for size, k in zip(sizes, kept, strict=True) for slot in range(size)]


def a_layer(rng: np.random.Generator, sampling: Sampling, width: int, *, bfloat16: bool) -> LayerResult:
    units, groups = np.array([0, 3, 17]), 3 + len(sampling.quantiles) - 1
    sizes = [sampling.top, sampling.negative, *[sampling.per_quantile] * (groups - 3), sampling.random]
    chosen = np.array([filled(rng, sizes, np.arange(CORPUS)) for _ in units], dtype=np.int64)
    values = (rng.normal(size=(3, sum(sizes), width)) * 10.0 ** rng.integers(-8, 8)).astype(np.float32)
    values[rng.random(values.shape) < 0.02] = rng.choice(np.array(EXTREMES, dtype=np.float32))
    bits = values.view(np.uint32) & np.uint32(0xFFFF0000 if bfloat16 else 0xFFFFFFFF)
    counts = rng.integers(0, 9, (2, 3, groups))
    return LayerResult(4, units, some_statistics(rng), chosen, counts[0], counts[1], bits.view(np.float32))


def some_statistics(rng: np.random.Generator) -> UnitStatistics:
    numbers = rng.normal(size=(6, 3))
    numbers[rng.random(numbers.shape) < 0.2] = np.nan
    ends = rng.normal(size=(2, 3)).astype(np.float32)
    mean, variance, skewness, kurtosis, density, threshold = numbers
    return UnitStatistics(
        mean=mean,
        variance=variance,
        skewness=skewness,
        kurtosis=kurtosis,
        minimum=ends[0],
        maximum=ends[1],
        sequences_fired=rng.integers(0, 4, 3),
        sequences_fired_negative=rng.integers(0, 4, 3),
        density=density,
        density_threshold=threshold,
        histogram_exponent=rng.integers(-24, 20, 3).astype(np.int32),
        histogram_counts=rng.integers(0, 1000, (3, 64)),
    )


def slowly(result: LayerResult, row: int, sequences: Sequences, positions: Positions, facts: RunFacts) -> NeuronRecord:
    """The record as it should be, one object after the other."""
    asked, of = facts.sampling, result.statistics
    slot, group = count(), count()
    fired, fired_negative = int(of.sequences_fired[row]), int(of.sequences_fired_negative[row])

    def shown(size: int, name: str, why: Callable[[int], str]) -> tuple[list[ActivationRecord], GroupCount]:
        slots = [next(slot) for _ in range(size)]
        kept = [one(s) for s in slots if result.chosen[row, s] >= 0]
        place = next(group)
        note = f"{size} asked for, {f'only {len(kept)}' if kept else 'none'} {why(len(kept))}"
        pool, of_those = int(result.pools[row, place]), int(result.fired[row, place])
        return kept, GroupCount(name, pool, of_those, len(kept), note if len(kept) < size else None)

    def one(s: int) -> ActivationRecord:
        sequence = int(result.chosen[row, s])
        ids = [*positions.prefix, *sequences.ids[sequence].tolist()]
        tokens = display_tokens(ids[positions.recorded :], decode)
        source = TextSource(int(sequences.documents[sequence]), int(sequences.offsets[sequence]))
        values = significant(result.activations[row, s]).tolist()
        return ActivationRecord(tokens, values, source, [0] if positions.counted > positions.recorded else None)

    def left(total: int) -> Callable[[int], str]:
        def why(kept: int) -> str:
            others = total - kept
            return f"left: the {others} others that fired are in the top group" if others else "fired"

        return why

    top, top_count = shown(asked.top, "top", left(fired))
    negative, negative_count = shown(asked.negative, "negative", left(fired_negative))
    ranges = [
        shown(asked.per_quantile, f"quantile {low:g}-{high:g}", lambda _: "were left to choose from")
        for low, high in pairwise(asked.quantiles)
    ]
    random, random_count = shown(asked.random, "random", lambda _: "were left to choose from")
    edge = 2.0 ** int(of.histogram_exponent[row])
    return NeuronRecord(
        neuron_id=NeuronId(result.layer, int(result.units[row])),
        random_sample=random,
        random_sample_by_quantile=[shown for shown, _ in ranges],
        quantile_boundaries=list(asked.quantiles),
        mean=defined(of.mean[row]),
        variance=defined(of.variance[row]),
        skewness=defined(of.skewness[row]),
        kurtosis=defined(of.kurtosis[row]),
        most_positive_activation_records=top,
        most_negative_activation_records=negative,
        statistics=Statistics(
            tokens=facts.tokens,
            sequences=facts.sequences,
            sequences_fired=fired,
            sequences_fired_negative=fired_negative,
            dead=fired == 0 == fired_negative,
            min=float(of.minimum[row]),
            max=float(of.maximum[row]),
            density=defined(of.density[row]),
            density_threshold=defined(of.density_threshold[row]),
            density_definition=facts.density_definition,
            histogram=Histogram(-edge, edge / 32, of.histogram_counts[row].tolist()),
            groups=[top_count, negative_count, *(counted for _, counted in ranges), random_count],
        ),
    )


@given(
    seed=st.integers(0, 2**32),
    sampling=SAMPLINGS,
    positions=st.sampled_from(POSITIONS),
    bfloat16=st.booleans(),
    together=st.integers(2, 3),
)
def test_a_layers_files_are_the_codecs_bytes(
    seed: int, sampling: Sampling, positions: Positions, bfloat16: bool, together: int
) -> None:
    rng = np.random.default_rng(seed)
    sequences = corpus(rng)
    width = len(positions.prefix) + LENGTH - positions.recorded
    result = a_layer(rng, sampling, width, bfloat16=bfloat16)
    facts = RunFacts(CORPUS, CORPUS * LENGTH, "above zero", sampling)
    with patch.object(recordbytes, "_TOGETHER", together):
        jobs = list(records(result, Excerpts(sequences, positions, decode), facts))
    assert [unit for units, _ in jobs for unit in units] == [0, 3, 17]
    assert [len(units) for units, _ in jobs] == ([2, 1] if together == 2 else [3])
    for row, found in enumerate(file for _, job in jobs for file in job()):
        assert found == dumps(slowly(result, row, sequences, positions, facts))


def whole_layer(**changed: Any) -> tuple[LayerResult, Excerpts, RunFacts]:
    """A layer whose units show two top sequences each."""
    rng, sampling = np.random.default_rng(3), Sampling(2, 0, 0, 0, (0.0,))
    given = {
        "layer": 0,
        "units": np.arange(3),
        "statistics": some_statistics(rng),
        "chosen": np.tile(np.arange(2), (3, 1)),
        "pools": np.ones((3, 3), dtype=np.int64),
        "fired": np.ones((3, 3), dtype=np.int64),
        "activations": rng.normal(size=(3, 2, LENGTH)).astype(np.float32),
    }
    facts = RunFacts(CORPUS, CORPUS * LENGTH, "above zero", sampling)
    return LayerResult(**given | changed), Excerpts(corpus(rng), POSITIONS[2], decode), facts


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_undefined_activation_is_refused_as_the_codec_does(value: float) -> None:
    activations = np.ones((3, 2, LENGTH), dtype=np.float32)
    activations[1, 1, 4] = value
    result, excerpts, facts = whole_layer(activations=activations)
    ((_, job),) = records(result, excerpts, facts)
    with pytest.raises(ValueError, match="activations holds NaN or infinity"):
        job()
    with pytest.raises(ValueError, match="activations holds NaN or infinity"):
        dumps(ActivationRecord(["a"], [value]))


def test_rows_that_are_not_contiguous_are_written_alike() -> None:
    result, excerpts, facts = whole_layer()
    wide = np.repeat(result.activations, 2, axis=2)[:, :, ::2]
    strided, _, _ = whole_layer(activations=wide)
    assert not wide.flags.c_contiguous
    ((_, one),), ((_, other),) = records(result, excerpts, facts), records(strided, excerpts, facts)
    assert [loads(file, NeuronRecord) for file in one()] == [loads(file, NeuronRecord) for file in other()]
    assert one() == other()
