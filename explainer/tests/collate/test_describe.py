"""Statistics as records hold them, and a layer's columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronscope.collate.describe import RunFacts, columns, statistics_of
from neuronscope.collate.excerpts import Excerpts
from neuronscope.collate.options import Sampling
from neuronscope.collate.result import LayerResult, UnitStatistics
from neuronscope.collate.sequences import Sequences
from neuronscope.records import GroupCount, Histogram, Statistics
from neuronscope.subject import Positions

FACTS = RunFacts(4, 8, "above zero", Sampling(top=2, negative=2, random=1, per_quantile=1, quantiles=(0.0, 0.5)))
NONE = -1
# Unit 5 fires in three sequences, two of them shown in its top group; unit 8 never does.
RESULT = LayerResult(
    layer=3,
    units=np.array([5, 8]),
    statistics=UnitStatistics(
        mean=np.array([0.25, 0.0]),
        variance=np.array([2.0, 0.0]),
        skewness=np.array([-1.0, np.nan]),
        kurtosis=np.array([3.5, np.nan]),
        minimum=np.array([-0.1, 0.0], dtype=np.float32),
        maximum=np.array([4.0, 0.0], dtype=np.float32),
        sequences_fired=np.array([3, 0]),
        sequences_fired_negative=np.array([1, 0]),
        density=np.array([0.375, np.nan]),
        density_threshold=np.array([0.4, np.nan]),
        histogram_exponent=np.array([3, -24], dtype=np.int32),
        histogram_counts=np.arange(128).reshape(2, 64),
    ),
    chosen=np.array([[2, 0, NONE, NONE, 3, 1], [NONE, NONE, NONE, NONE, 1, 0]]),
    pools=np.array([[4, 2, 1, 1], [4, 4, 2, 3]]),
    fired=np.array([[3, 0, 1, 0], [0, 0, 0, 0]]),
    activations=np.array([[[9, 1, 4], [0, 2, 1], *[[0, 0, 0]] * 4], [[0, 0, 0]] * 6], dtype=np.float32),
)


def decode(ids: Sequence[int]) -> str:
    return "".join("abcdefghijkl"[index] for index in ids)


def excerpts() -> Excerpts:
    ids = np.arange(12, dtype=np.int32).reshape(4, 3)
    sequences = Sequences(ids, np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64), "x", 1, 0, 0)
    return Excerpts(sequences, Positions("first-position-ignored", (), recorded=0, counted=1), decode)


def test_a_units_statistics() -> None:
    assert statistics_of(RESULT, 0, FACTS) == Statistics(
        tokens=8,
        sequences=4,
        sequences_fired=3,
        sequences_fired_negative=1,
        dead=False,
        min=float(np.float32(-0.1)),
        max=4.0,
        density=0.375,
        density_threshold=0.4,
        density_definition="above zero",
        histogram=Histogram(-8.0, 0.25, list(range(64))),
        groups=[
            GroupCount("top", 4, 3, 2),
            GroupCount("negative", 2, 0, 0, "2 asked for, none left: the 1 others that fired are in the top group"),
            GroupCount("quantile 0-0.5", 1, 1, 1),
            GroupCount("random", 1, 0, 1),
        ],
    )


def test_a_dead_unit_has_no_density_and_says_what_it_lacks() -> None:
    statistics = statistics_of(RESULT, 1, FACTS)
    assert statistics.dead
    assert (statistics.density, statistics.density_threshold) == (None, None)
    assert [group.note for group in statistics.groups] == [
        "2 asked for, none fired",
        "2 asked for, none fired",
        None,
        None,
    ]


def test_a_group_drawn_from_too_few_says_so() -> None:
    fewer = Sampling(top=2, negative=2, random=2, per_quantile=1, quantiles=(0.0, 0.5))
    chosen = np.array([[2, 0, NONE, NONE, NONE, 1, NONE]])
    result = LayerResult(3, RESULT.units, RESULT.statistics, chosen, RESULT.pools, RESULT.fired, RESULT.activations)
    quantile, random = statistics_of(result, 0, RunFacts(4, 8, "above zero", fewer)).groups[2:]
    assert quantile.note == "1 asked for, none were left to choose from"
    assert random.note == "2 asked for, only 1 were left to choose from"


def test_columns_have_a_row_per_unit_and_null_where_a_number_is_undefined() -> None:
    assert columns(RESULT, excerpts(), FACTS) == {
        "layer": 3,
        "unit": [5, 8],
        "max": [4.0, 0.0],
        "min": [float(np.float32(-0.1)), 0.0],
        "mean": [0.25, 0.0],
        "variance": [2.0, 0.0],
        "skewness": [-1.0, None],
        "kurtosis": [3.5, None],
        "density": [0.375, None],
        "dead": [False, True],
        "sequences_fired": [3, 0],
        "peak_token": ["i", None],
    }


def test_without_a_top_group_there_is_no_peak_token() -> None:
    facts = RunFacts(4, 8, "above zero", Sampling(top=0, negative=2, random=1, per_quantile=1, quantiles=(0.0, 0.5)))
    assert columns(RESULT, excerpts(), facts)["peak_token"] == [None, None]
