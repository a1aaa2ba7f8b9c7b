"""Simulated numbers moved to the scale of the unit's own activations: fitted on the calibration split, then applied.

Pairs of simulated and true activations come in; a calibration, or the reason why there is none, goes out. A calibration
is a map of numbers: it works on expected activations and on the values of a distribution alike.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from neuronscope.errors import BadInput
from neuronscope.explain.measures import about_mean, is_constant, scaled_to_one
from neuronscope.explain.nouns import Floats, Pairs
from neuronscope.explain.pairing import in_one_order, together
from neuronscope.records import SequenceSimulation

Method = Literal["none", "linear", "percentile"]

# A line through two points fits them whatever they are.
FEWEST_POINTS = 3


class Calibration(Protocol):
    """A map from simulated numbers to activations."""

    def apply(self, values: Floats) -> Floats:
        """The activations for ``values``, float64 of any shape; not finite where a float cannot hold them."""
        ...


@dataclass(frozen=True)
class NoCalibration:
    """Numbers stay as they were simulated."""

    def apply(self, values: Floats) -> Floats:
        """``values`` themselves."""
        return values


@dataclass(frozen=True)
class LinearCalibration:
    """Least squares of true on simulated activations: ``true_mean + slope * (value - simulated_mean)``."""

    slope: float
    simulated_mean: float
    true_mean: float

    def apply(self, values: Floats) -> Floats:
        """The line at ``values``."""
        with np.errstate(over="ignore", invalid="ignore"):
            line: Floats = self.true_mean + self.slope * (values - self.simulated_mean)
        return line


@dataclass(frozen=True)
class PercentileCalibration:
    """Piecewise linear between knots: the k-th smallest simulated value becomes the k-th smallest true one.

    A simulated value that occurs several times becomes the mean of its true ones; values beyond the first and last knot
    become that knot's.
    """

    simulated: tuple[float, ...]  # strictly ascending
    true: tuple[float, ...]  # ascending, one per simulated knot

    def apply(self, values: Floats) -> Floats:
        """The map at ``values``."""
        knots, true = np.array(self.simulated), np.array(self.true)
        if len(knots) == 1:
            return np.full(np.shape(values), true[0])
        within = np.clip(values, knots[0], knots[-1])
        left = np.clip(np.searchsorted(knots, within, side="right") - 1, 0, len(knots) - 2)
        # A share of the way, not a slope: between knots that are hardly apart a slope would be infinite.
        share = (within - knots[left]) / (knots[left + 1] - knots[left])
        with np.errstate(over="ignore", invalid="ignore"):
            mapped: Floats = true[left] + share * (true[left + 1] - true[left])
        return np.clip(mapped, true[left], true[left + 1])


@dataclass(frozen=True)
class NotCalibrated:
    """There is no calibration, and why."""

    reason: str


def fit(
    method: Method, pairs: Sequence[Pairs]
) -> NoCalibration | LinearCalibration | PercentileCalibration | NotCalibrated:
    """Fit ``method`` to all scored tokens of the calibration split together; the order of ``pairs`` does not matter.

    :raises BadInput: an unknown method.
    """
    if method == "none":
        return NoCalibration()
    if method not in ("linear", "percentile"):
        raise BadInput(f"unknown calibration {method!r}; choose none, linear or percentile")
    true, simulated = together(in_one_order(pairs))
    reason = _unfit(true, simulated)
    if reason:
        return NotCalibrated(reason)
    return _fit_linear(true, simulated) if method == "linear" else _fit_percentile(true, simulated)


def calibrate(simulation: SequenceSimulation, calibration: Calibration) -> SequenceSimulation:
    """``simulation`` on the scale of the unit's activations, with what was simulated as ``uncalibrated_simulation``.

    The values of the distribution are mapped too, their probabilities stay; unparsed positions stay unparsed. A
    simulation that was calibrated before is calibrated afresh from what was simulated; ``NoCalibration`` gives that.

    :raises BadInput: what was simulated is on the activations' scale itself, or a number is too large to be mapped.
    """
    simulated = simulation.uncalibrated_simulation or simulation
    if isinstance(calibration, NoCalibration):
        return simulated
    if simulated.activation_scale == "neuron_activations":
        raise BadInput("the simulation is on the activations' scale and holds no uncalibrated one; simulate again")
    return dataclasses.replace(
        simulated,
        expected_activations=_mapped_where_parsed(calibration, simulated.expected_activations),
        activation_scale="neuron_activations",
        distribution_values=[_mapped(calibration, values).tolist() for values in simulated.distribution_values],
        uncalibrated_simulation=simulated,
    )


def _mapped_where_parsed(calibration: Calibration, values: Sequence[float | None]) -> list[float | None]:
    """The values mapped, None where they are None."""
    parsed = np.array([value is not None for value in values], dtype=bool)
    written = np.full(len(values), None, dtype=object)
    written[parsed] = _mapped(calibration, [value for value in values if value is not None])
    numbers: list[float | None] = written.tolist()
    return numbers


def _mapped(calibration: Calibration, values: Sequence[float]) -> Floats:
    mapped = calibration.apply(np.array(values, dtype=np.float64))
    if not np.isfinite(mapped).all():
        raise BadInput("a simulated number is too large to be calibrated; look at the simulator's replies")
    return mapped


def _unfit(true: Floats, simulated: Floats) -> str | None:
    if len(true) < FEWEST_POINTS:
        return f"{len(true)} tokens to calibrate on, {FEWEST_POINTS} needed"
    if is_constant(simulated):
        return "all simulated activations of the calibration split are equal"
    return "all true activations of the calibration split are equal" if is_constant(true) else None


def _fit_linear(true: Floats, simulated: Floats) -> LinearCalibration | NotCalibrated:
    """Both are scaled by powers of two, so that products neither overflow nor vanish."""
    a, a_exponent = scaled_to_one(true)
    s, s_exponent = scaled_to_one(simulated)
    x = about_mean(s)
    with np.errstate(over="ignore"):
        slope = np.ldexp(float(x @ about_mean(a)) / float(x @ x), a_exponent - s_exponent)
        means = np.ldexp([s.mean(), a.mean()], [s_exponent, a_exponent])
    if not np.isfinite(slope):
        return NotCalibrated("simulated and true activations are too far apart in size for a line")
    return LinearCalibration(float(slope), float(means[0]), float(means[1]))


def _fit_percentile(true: Floats, simulated: Floats) -> PercentileCalibration:
    knots, first, counts = np.unique(np.sort(simulated), return_index=True, return_counts=True)
    ascending, exponent = scaled_to_one(np.sort(true))
    means = np.ldexp(np.add.reduceat(ascending, first) / counts, exponent)
    # Rounding a mean must not put it below the one before.
    return PercentileCalibration(tuple(knots.tolist()), tuple(np.maximum.accumulate(means).tolist()))
