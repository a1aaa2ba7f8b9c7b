"""Whether intervals cover: units with a known score are made up, simulated again and again, and the hits counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest

from neuronscope.explain import measures
from neuronscope.explain.classification import score_answers
from neuronscope.explain.interval import Scale, interval_over_sequences
from neuronscope.explain.nouns import Answer, Floats, Measured, Pairs
from neuronscope.explain.scales import LOG_CENTRED_SHARE, LOG_SHARE, absolute_sums, centred_sums, squared_sums
from neuronscope.explain.scores import correlation_score

TOKENS = 64
# 400 runs tell 95% from 92% at nearly three standard errors; the nightly proof has 2,000.
QUICK, LONG = 400, 2000
Measure = Callable[[Floats, Floats], Measured]
Sums = Callable[[Sequence[Pairs]], Floats]
Unit = Callable[[np.random.Generator, int, int], tuple[Floats, Floats]]


def sparse_unit(generator: np.random.Generator, runs: int, sequences: int) -> tuple[Floats, Floats]:
    """Half top and half random sequences; a simulator that is good in some, bad in others, and rounds.

    True and simulated activations, float64 [run, sequence, token].
    """
    shape = (runs, sequences, TOKENS)
    top = (np.arange(sequences) % 2 == 0)[None, :, None]
    fires = generator.random(shape) < np.where(top, 0.12, 0.03)
    true = fires * generator.gamma(2, 1, size=shape) * np.where(top, 1.5, 0.6)
    noticed = generator.random(shape) < generator.beta(2, 2, size=(runs, sequences, 1))
    false_alarm = (generator.random(shape) < 0.05) * generator.integers(1, 8, size=shape)
    return true, noticed * np.minimum(10, np.floor(2 * true)) + false_alarm + 0.1 * generator.random(shape)


def clustered_unit(generator: np.random.Generator, runs: int, sequences: int) -> tuple[Floats, Floats]:
    """Normal activations, much of whose variance and covariance lies between the sequences."""
    shape, level = (runs, sequences, TOKENS), generator.normal(size=(runs, sequences, 1))
    true = level + generator.normal(size=shape)
    guess = 0.5 * level + np.sqrt(0.75) * generator.normal(size=level.shape)
    return true, guess + 0.3 * true + generator.normal(size=shape)


def pairs_of_run(true: Floats, simulated: Floats) -> list[Pairs]:
    return [Pairs(a, s) for a, s in zip(true.astype(float), simulated.astype(float), strict=True)]


@cache
def true_value(unit: Unit, measure: Measure) -> float:
    """Over 50,000 sequences: its own error is a fiftieth of that over 20."""
    true, simulated = unit(np.random.default_rng(99), 1, 50_000)
    value = measure(true.ravel(), simulated.ravel()).value
    assert value is not None
    return value


def share_covered(intervals: list[tuple[float, float] | None], value: float) -> float:
    found = [ends for ends in intervals if ends is not None]
    assert len(found) == len(intervals)
    return float(np.mean([low <= value <= high for low, high in found]))


def test_the_true_value_is_the_one_of_algebra() -> None:
    assert true_value(clustered_unit, measures.correlation) == pytest.approx(1.1 / np.sqrt(2 * 2.48), abs=0.01)


def correlation_coverage(unit: Unit, sequences: int, runs: int) -> float:
    true, simulated = unit(np.random.default_rng(1), runs, sequences)
    scores = [correlation_score(pairs_of_run(*run), seed=3) for run in zip(true, simulated, strict=True)]
    return share_covered([score.interval for score in scores], true_value(unit, measures.correlation))


@pytest.mark.parametrize("sequences", [10, 20])
@pytest.mark.parametrize("unit", [sparse_unit, clustered_unit])
def test_the_correlations_95_percent_interval_covers_in_92_to_98_percent(unit: Unit, sequences: int) -> None:
    assert 0.92 <= correlation_coverage(unit, sequences, QUICK) <= 0.98


@pytest.mark.nightly
@pytest.mark.parametrize("sequences", [8, 10, 20, 40])
@pytest.mark.parametrize("unit", [sparse_unit, clustered_unit])
def test_it_covers_at_its_rate_in_2000_runs_from_8_sequences_on(unit: Unit, sequences: int) -> None:
    assert 0.92 <= correlation_coverage(unit, sequences, LONG) <= 0.98


@pytest.mark.parametrize("unit", [sparse_unit, clustered_unit])
def test_plain_percentiles_of_10_sequences_would_fall_short(unit: Unit) -> None:
    generator, value = np.random.default_rng(2), true_value(unit, measures.correlation)
    true, simulated = unit(generator, 300, 10)
    intervals: list[tuple[float, float] | None] = []
    for a, s in zip(true, simulated, strict=True):
        drawn = generator.integers(10, size=(500, 10))
        x, y = a[drawn].reshape(500, -1), s[drawn].reshape(500, -1)
        x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):  # a resample in which the unit never fires
            r = (x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
        intervals.append(tuple(np.nanquantile(r, [0.025, 0.975])))
    assert share_covered(intervals, value) < 0.92


@pytest.mark.parametrize(
    ("measure", "sums", "scale"),
    [
        (measures.explained_variance, squared_sums, LOG_SHARE),
        (measures.r_squared, centred_sums, LOG_CENTRED_SHARE),
        (measures.absolute_deviation_explained, absolute_sums, LOG_SHARE),
    ],
    ids=["explained variance", "r squared", "absolute deviation"],
)
def test_the_shares_95_percent_intervals_cover_in_92_to_98_percent(measure: Measure, sums: Sums, scale: Scale) -> None:
    true, simulated = clustered_unit(np.random.default_rng(3), QUICK, 10)
    intervals = []
    for run in zip(true, simulated, strict=True):
        measured = measure(run[0].ravel(), run[1].ravel()).value
        assert measured is not None
        intervals.append(interval_over_sequences(sums(pairs_of_run(*run)), scale, value=measured, seed=3).ends)
    assert 0.92 <= share_covered(intervals, true_value(clustered_unit, measure)) <= 0.98


def answers_of_run(generator: np.random.Generator, hits: float, rejections: float) -> list[Answer]:
    said = [*(generator.random(15) < hits), *(generator.random(15) >= rejections)]
    return [Answer(place < 15, bool(yes)) for place, yes in enumerate(said)]


@pytest.mark.parametrize(("hits", "rejections"), [(0.9, 0.7), (0.97, 0.97)])
def test_balanced_accuracys_95_percent_interval_covers_in_92_to_98_percent(hits: float, rejections: float) -> None:
    generator = np.random.default_rng(4)
    runs = [score_answers(answers_of_run(generator, hits, rejections), seed=3) for _ in range(QUICK)]
    covered = share_covered([run.balanced_accuracy.interval for run in runs], (hits + rejections) / 2)
    assert 0.92 <= covered <= 0.98


def test_fuzzing_answers_about_the_same_sequence_count_as_one() -> None:
    """A sequence marked rightly and wrongly is judged well or badly both times."""
    generator, runs = np.random.default_rng(5), []
    for _ in range(QUICK):
        good = generator.random(20) < 0.7
        runs.append(
            [Answer(truth, truth == fine, sequence=n) for n, fine in enumerate(good) for truth in (True, False)]
        )
    intervals = [score_answers(run, seed=3).balanced_accuracy.interval for run in runs]
    assert 0.92 <= share_covered(intervals, 0.7) <= 0.98
    alone = [[dataclasses.replace(answer, sequence=None) for answer in run] for run in runs]
    assert share_covered([score_answers(run, seed=3).balanced_accuracy.interval for run in alone], 0.7) < 0.92
