"""Figures of a batch, from the fused kernel and from its counterpart for GPUs, against plain reckoning in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.collate import finebins, ondevice
from neuronscope.collate.bits import bits_of, floats_of
from neuronscope.collate.finebins import FINE, LOWEST, OCTAVES, SIDE
from neuronscope.collate.kernels.intake import take_in
from neuronscope.collate.kernels.reduce import no_counts, sums_of
from neuronscope.collate.moments import about_the_mean
from neuronscope.collate.options import Sampling
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache

LARGEST = float(np.finfo(np.float32).max)
EDGES = np.array([2.0**power * (1 + part / 16) for power in range(-6, 6) for part in range(16)], np.float32)


@dataclass(frozen=True)
class Figures:
    maxima: np.ndarray
    minima: np.ndarray
    sums: np.ndarray
    bases: np.ndarray
    bins: np.ndarray


def nothing(units: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full((2, units), LOWEST, np.int32), np.zeros((units, 2 * SIDE), np.uint32)


def by_kernel(values: torch.Tensor, bases: np.ndarray, bins: np.ndarray, *, left_out: int = 0) -> Figures:
    """``left_out`` positions are neither kept nor counted."""
    sequences, _, units = values.shape
    bits = np.ascontiguousarray(bits_of(values))
    counts = no_counts(units)
    counts[1][:, :units], counts[2][:units] = bases, bins
    figures = np.empty((2, units, sequences), bits.dtype)
    span = (left_out, left_out)
    take_in(bits, span, 0, True, counts, NO_TOKENS, figures, *nothing_kept(units, bits.shape[1] - left_out, bits.dtype))
    tokens = sequences * (values.shape[1] - left_out)
    of = about_the_mean(tokens, *sums_of(counts[0], units))
    maxima, minima = floats_of(figures)
    sums = np.stack([of.mean, of.m2, of.m3, of.m4])
    return Figures(maxima, minima, sums, counts[1][:, :units].copy(), counts[2][:units].copy())


NO_TOKENS = (*(np.empty(0, np.int32) for _ in range(3)), np.empty((0, 0, 32), np.float32))


def nothing_kept(units: int, positions: int, dtype: np.dtype) -> tuple[Any, np.ndarray]:
    """A cache for nothing, as the kernel takes it."""
    sampling = Sampling(top=0, negative=0, random=0, per_quantile=0)
    plan = plan_cache(0, units, sampling, shape=(1, positions, 0), dtype=dtype)
    cache = RowCache(plan, no_floors(units, sampling))
    return cache.kept, cache.rows


def by_device(values: torch.Tensor, bases: np.ndarray, bins: np.ndarray) -> Figures:
    found = ondevice.reduce_on_device(values, bases)
    bins = finebins.moved_counts(bins, bases, found.bases) + found.bins
    return Figures(found.maxima, found.minima, found.sums, found.bases, bins)


def edge(fine: int) -> float:
    """Where fine bin ``fine`` begins: 16 of equal width for every power of two, and for what is below the least."""
    octave, part = divmod(fine, FINE)
    if fine < 0:
        return -1.0
    return part * 2.0**-130 if octave == 0 else (1 + part / FINE) * 2.0 ** (octave - 127)


def base_of(largest: float) -> int:
    """Where a window begins that ends with the power of two that ``largest`` belongs to."""
    octave = max(int(np.frexp(np.float64(largest))[1]) - 1 + 127, 0) if largest else 0
    return (octave + 1 - OCTAVES) * FINE


def counted(values: np.ndarray, above: int, below: int) -> list[int]:
    """Fine bins of one unit's values, one value at a time."""
    counts = [0] * (2 * SIDE)
    for side, base in enumerate((above, below)):
        edges = [edge(base + step) for step in range(OCTAVES * FINE)]
        sizes = (values if side == 0 else -values).astype(np.float64)
        places = np.searchsorted(edges, sizes[sizes > 0], side="left" if side else "right")
        for place in places:
            counts[side * SIDE + 1 + int(place)] += 1
    counts[0] = int((values == 0).sum())
    return counts


def check(got: Figures, values: np.ndarray, earlier: tuple[np.ndarray, np.ndarray] | None = None) -> None:
    """``values`` are float32 [sequence, position, unit]."""
    bases, bins = earlier or nothing(values.shape[2])
    assert (got.maxima == values.max(axis=1).T).all()
    assert (got.minima == values.min(axis=1).T).all()
    flat = values.reshape(-1, values.shape[2]).astype(np.float64)
    mean = flat.mean(axis=0)
    deviation = flat - mean
    for power in range(1, 5):
        exact = mean if power == 1 else (deviation**power).sum(axis=0)
        scale = np.abs(flat).max(axis=0) if power == 1 else (np.abs(flat).max(axis=0) * 2) ** power
        assert (np.abs(got.sums[power - 1] - exact) <= 1e-13 * len(flat) * scale).all()
    for unit in range(values.shape[2]):
        high, low = float(flat[:, unit].max()), float(flat[:, unit].min())
        below = float(np.nextafter(np.float32(-low), np.float32(0)))
        want = [
            max(int(bases[0, unit]), base_of(high) if high > 0 else LOWEST),
            max(int(bases[1, unit]), base_of(below) if low < 0 else LOWEST),
        ]
        assert got.bases[:, unit].tolist() == want
        if not bins.any():
            assert got.bins[unit].tolist() == counted(values[:, :, unit].ravel(), *want)


def column(kind: int, tokens: int, random: np.random.Generator) -> np.ndarray:
    normal = random.normal(size=tokens)
    edges = random.choice(EDGES, tokens) * random.choice([-1, 1], tokens)
    return [
        normal,
        normal**5,
        np.full(tokens, -0.0),
        np.where(normal > 1, normal, random.choice([0.0, -0.0], tokens)),
        -np.abs(normal) - 0.1,
        2.0 ** random.integers(-20, 20, tokens) * random.choice([-1, 1], tokens),
        np.nextafter(edges.astype(np.float32), np.float32(0)) if kind % 2 else edges,
        np.nextafter(edges.astype(np.float32), np.float32(99)) if kind % 2 else np.full(tokens, edges[0]),
        random.integers(-(2**23), 2**23, tokens) * 2.0**-149,
        random.choice([LARGEST, -LARGEST, 1e-30, 0.0], tokens),
        random.choice([-(2.0**-149), 0.0, 2.0**-149], tokens),
    ][kind % 11]


def batch(shape: tuple[int, int, int], seed: int, dtype: torch.dtype) -> torch.Tensor:
    """Units of every kind, [sequence, position, unit]; none so large that it rounds to infinity."""
    sequences, positions, units = shape
    random = np.random.default_rng(seed)
    columns = [column(int(random.integers(22)), sequences * positions, random) for _ in range(units)]
    values = torch.from_numpy(np.stack(columns, axis=1).astype(np.float32).reshape(sequences, positions, units))
    largest = 60_000 if dtype == torch.float16 else 3e38
    return values.clamp(-largest, largest).to(dtype)


def same(a: Figures, b: Figures) -> None:
    """All alike, sums but for rounding."""
    for name in ("maxima", "minima", "bases", "bins"):
        assert getattr(a, name).dtype == getattr(b, name).dtype
        assert (getattr(a, name) == getattr(b, name)).all()
    largest = np.maximum(a.maxima.max(axis=1), -a.minima.min(axis=1)).astype(np.float64)
    assert (np.abs(a.sums - b.sums) <= 1e-11 * (np.abs(a.sums) + largest ** np.arange(1, 5)[:, None])).all()


WAYS = [by_kernel, by_device]
DTYPES = [torch.float32, torch.bfloat16]
SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 13), st.integers(1, 70))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=25)
@given(SHAPES, st.integers(0, 2**32))
def test_figures_are_those_of_plain_reckoning(
    way: type[Figures], dtype: torch.dtype, shape: tuple[int, int, int], seed: int
) -> None:
    values = batch(shape, seed, dtype)
    check(way(values, *nothing(shape[2])), values.float().numpy())


FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False) | st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 2.0**-126, -(2.0**-126), 2.0**-130, -(2.0**-149), *map(float, EDGES[::7]), -2.125, 2.125]
)


@given(arrays(np.float32, (2, 3, 3), elements=FINITE))
def test_any_finite_numbers_are_counted_where_they_belong(floats: np.ndarray) -> None:
    for dtype in DTYPES:
        values = torch.from_numpy(floats).to(dtype).clamp(-3e38, 3e38)
        got = by_kernel(values, *nothing(3))
        check(got, values.float().numpy())
        check(by_device(values, *nothing(3)), values.float().numpy())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=15)
@given(SHAPES, st.integers(0, 2**32))
def test_a_second_batch_is_added_to_the_first(
    way: type[Figures], dtype: torch.dtype, shape: tuple[int, int, int], seed: int
) -> None:
    first, second = batch(shape, seed, dtype), batch(shape, seed + 1, dtype)
    # Windows that rise between batches, and units that are silent in one of them.
    first = first * torch.tensor([0, 2**-6, 1, 2**-3]).repeat(18)[: shape[2]].to(dtype)
    begun = way(first, *nothing(shape[2]))
    got = way(second, begun.bases, begun.bins)
    check(got, second.float().numpy(), (begun.bases, begun.bins))
    both = torch.cat([first, second]).float().numpy()
    for unit in range(shape[2]):
        assert got.bins[unit].tolist() == counted(both[:, :, unit].ravel(), *got.bases[:, unit])


@pytest.mark.parametrize("dtype", DTYPES)
def test_positions_can_be_left_out_without_a_copy(dtype: torch.dtype) -> None:
    values = batch((3, 9, 40), 5, dtype)
    counted = values[:, 1:].float().numpy()
    check(by_kernel(values, *nothing(40), left_out=1), counted)
    check(by_device(values[:, 1:], *nothing(40)), counted)


@settings(max_examples=25)
@given(SHAPES, st.integers(0, 2**32), st.sampled_from([torch.float32, torch.bfloat16, torch.float16]))
def test_a_device_gives_the_same_figures_as_the_kernel(
    shape: tuple[int, int, int], seed: int, dtype: torch.dtype
) -> None:
    values = batch(shape, seed, dtype)
    same(by_kernel(values, *nothing(shape[2])), by_device(values, *nothing(shape[2])))


def test_a_device_works_in_blocks_that_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    values = batch((3, 7, 53), 3, torch.bfloat16)
    whole = by_device(values, *nothing(53))
    monkeypatch.setattr(ondevice, "_BLOCK", 3 * 7 * 10)
    parts = by_device(values, *nothing(53))
    same(whole, parts)


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
def test_a_number_that_is_not_finite_shows_in_the_sums_of_its_unit_alone(wrong: float) -> None:
    values = batch((2, 5, 35), 1, torch.float32)
    values[1, 3, 33] = wrong
    got = by_device(values, *nothing(35))
    assert np.flatnonzero(~np.isfinite(got.sums).all(axis=0)).tolist() == [33]


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("unit", [0, 31, 32, 34])
def test_the_kernel_says_that_a_number_is_not_finite(wrong: float, dtype: torch.dtype, unit: int) -> None:
    values = batch((3, 5, 35), 1, dtype)
    arguments = (np.empty((2, 35, 3), bits_of(values).dtype), *nothing_kept(35, 5, bits_of(values).dtype))
    assert take_in(bits_of(values), (0, 0), 0, True, no_counts(35), NO_TOKENS, *arguments)
    values[2, 4, unit] = wrong
    assert not take_in(bits_of(values), (0, 0), 0, True, no_counts(35), NO_TOKENS, *arguments)
    assert take_in(bits_of(values), (0, 5), 0, True, no_counts(35), NO_TOKENS, *arguments)  # where it is not counted


@pytest.mark.parametrize("shape", [(256, 255, 1), (3, 70_000, 2), (5, 1500, 33), (2, 257, 3)])
def test_no_count_overflows(shape: tuple[int, int, int]) -> None:
    values = torch.ones(shape, dtype=torch.bfloat16)
    values[0, 0] = -3
    got = by_kernel(values, *nothing(shape[2]))
    assert (got.bins.sum(axis=1) == shape[0] * shape[1]).all()
    assert (got.bins.max(axis=1) == shape[0] * shape[1] - 1).all()
