"""Calibration: the line of least squares, the matched percentiles of brute force, and reasons where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuronscope.errors import BadInput
from neuronscope.explain.calibration import (
    LinearCalibration,
    Method,
    NoCalibration,
    NotCalibrated,
    PercentileCalibration,
    calibrate,
    fit,
)
from neuronscope.explain.nouns import Floats, Pairs
from neuronscope.records import SequenceSimulation

SIZES = st.one_of(st.floats(-100, 100), st.floats(-1e30, 1e30), st.sampled_from([0.0, 1.0, 10.0, 1e30]))
NUMBERS = st.integers(0, 20).flatmap(lambda n: st.tuples(*[arrays(np.float64, n, elements=SIZES)] * 2))
fitted_methods = pytest.mark.parametrize("method", ["linear", "percentile"])


def a_simulation(values: list[float], distributions: list[list[float]] | None = None) -> SequenceSimulation:
    even = [[1 / len(row) for _ in row] for row in distributions or []]
    tokens = [f"t{place}" for place in range(len(values))]
    return SequenceSimulation(tokens, values, "simulated_normalized_activations", distributions or [], even)


def some_pairs() -> list[Pairs]:
    generator = np.random.default_rng(0)
    simulated = generator.integers(0, 11, size=(4, 64)).astype(float)
    return [Pairs(0.3 * row - 0.2 + generator.normal(size=64), row) for row in simulated]


def test_the_line_is_that_of_least_squares() -> None:
    pairs = some_pairs()
    true, simulated = (np.concatenate([getattr(pair, name) for pair in pairs]) for name in ("true", "simulated"))
    line = fit("linear", pairs)
    assert isinstance(line, LinearCalibration)
    slope, intercept = np.polyfit(simulated, true, 1)
    assert line.apply(np.array([0.0, 1.0, 20.0])) == pytest.approx(intercept + slope * np.array([0.0, 1.0, 20.0]))


def test_percentiles_without_ties_map_each_sorted_value_to_its_peer() -> None:
    generator = np.random.default_rng(1)
    true, simulated = generator.normal(size=(2, 50))
    matched = fit("percentile", [Pairs(true, simulated)])
    assert isinstance(matched, PercentileCalibration)
    np.testing.assert_allclose(matched.apply(np.sort(simulated)), np.sort(true), rtol=1e-12)
    halfway = (np.sort(simulated)[3] + np.sort(simulated)[4]) / 2
    assert matched.apply(np.array(halfway)) == pytest.approx((np.sort(true)[3] + np.sort(true)[4]) / 2)
    assert matched.apply(np.array([-99.0, 99.0])).tolist() == pytest.approx([true.min(), true.max()])


def test_a_simulated_value_that_occurs_often_becomes_the_mean_of_its_peers() -> None:
    matched = fit("percentile", [Pairs(np.array([4.0, 0.0, 1.0, 2.0, 9.0]), np.array([7.0, 0.0, 0.0, 0.0, 5.0]))])
    assert matched == PercentileCalibration((0.0, 5.0, 7.0), (1.0, 4.0, 9.0))


def test_the_order_of_the_sequences_changes_no_bit() -> None:
    pairs = some_pairs()
    assert fit("linear", pairs) == fit("linear", pairs[::-1])
    assert fit("percentile", pairs) == fit("percentile", pairs[::-1])


@fitted_methods
@given(numbers=NUMBERS)
def test_a_calibration_is_finite_or_there_is_a_reason(method: Method, numbers: tuple[Floats, Floats]) -> None:
    calibration = fit(method, [Pairs(*numbers)])
    if isinstance(calibration, NotCalibrated):
        assert calibration.reason
    else:
        assert np.isfinite(calibration.apply(numbers[1])).all()


@given(NUMBERS, arrays(np.float64, 10, elements=st.floats(-1e30, 1e30)))
@example((np.array([4.0, 0.0, 0.0]), np.array([2.2e-308, 0.0, 0.0])), np.full(10, 1.1e-308))
def test_matched_percentiles_never_turn_an_order_round_or_leave_the_true_range(
    numbers: tuple[Floats, Floats], values: Floats
) -> None:
    matched = fit("percentile", [Pairs(*numbers)])
    assume(not isinstance(matched, NotCalibrated))
    assert isinstance(matched, PercentileCalibration)
    mapped = matched.apply(np.sort(values))
    size = np.abs(numbers[0]).max()
    assert (np.diff(mapped) >= -1e-12 * size).all()
    assert mapped.min() >= numbers[0].min() - 1e-12 * size
    assert mapped.max() <= numbers[0].max() + 1e-12 * size


@fitted_methods
def test_points_that_say_nothing_give_a_reason(method: Method) -> None:
    two, three = np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    assert fit(method, []) == NotCalibrated("0 tokens to calibrate on, 3 needed")
    assert fit(method, [Pairs(two, two)]) == NotCalibrated("2 tokens to calibrate on, 3 needed")
    same = "of the calibration split are equal"
    assert fit(method, [Pairs(three, np.full(3, 0.1))]) == NotCalibrated(f"all simulated activations {same}")
    assert fit(method, [Pairs(np.full(3, 0.1), three)]) == NotCalibrated(f"all true activations {same}")


def test_a_line_too_steep_for_a_float_is_a_reason() -> None:
    steep = fit("linear", [Pairs(np.array([0.0, 1e200, 2e200]), np.array([0.0, 1e-200, 2e-200]))])
    assert isinstance(steep, NotCalibrated)


def test_no_calibration_leaves_the_simulation_as_it_is() -> None:
    simulation = a_simulation([1.0, 2.0])
    assert fit("none", []) == NoCalibration()
    assert calibrate(simulation, NoCalibration()) is simulation


def test_expected_activations_and_distributions_are_mapped_alike_and_what_was_simulated_is_kept() -> None:
    simulation = a_simulation([3.0, 5.0], [[0.0, 10.0], []])
    calibrated = calibrate(simulation, LinearCalibration(slope=2.0, simulated_mean=1.0, true_mean=-1.0))
    assert calibrated.expected_activations == [3.0, 7.0]
    assert calibrated.distribution_values == [[-3.0, 17.0], []]
    assert calibrated.distribution_probabilities == simulation.distribution_probabilities
    assert calibrated.activation_scale == "neuron_activations"
    assert calibrated.uncalibrated_simulation == simulation
    assert all(type(value) is float for value in calibrated.expected_activations)


def test_unparsed_positions_stay_unparsed() -> None:
    simulation = a_simulation([3.0, None])  # type: ignore[list-item]
    calibrated = calibrate(simulation, LinearCalibration(slope=2.0, simulated_mean=0.0, true_mean=0.0))
    assert calibrated.expected_activations == [6.0, None]


def test_a_calibrated_simulation_is_calibrated_afresh_from_what_was_simulated() -> None:
    simulation = a_simulation([3.0])
    once = calibrate(simulation, LinearCalibration(slope=2.0, simulated_mean=0.0, true_mean=0.0))
    assert calibrate(once, LinearCalibration(slope=5.0, simulated_mean=0.0, true_mean=0.0)).expected_activations == [15]
    assert calibrate(once, NoCalibration()) == simulation


def test_numbers_on_the_activations_own_scale_are_refused() -> None:
    own = SequenceSimulation(["a"], [1.0], "neuron_activations", [], [])
    with pytest.raises(BadInput, match="holds no uncalibrated one"):
        calibrate(own, LinearCalibration(slope=2.0, simulated_mean=0.0, true_mean=0.0))


def test_a_number_that_a_float_cannot_hold_is_refused() -> None:
    with pytest.raises(BadInput, match="too large"):
        calibrate(a_simulation([1e300]), LinearCalibration(slope=1e30, simulated_mean=0.0, true_mean=0.0))


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown calibration 'cubic'"):
        fit("cubic", some_pairs())  # type: ignore[arg-type]


def test_the_line_brings_the_true_mean() -> None:
    pairs = some_pairs()
    line = fit("linear", pairs)
    assert isinstance(line, LinearCalibration)
    mapped = [value for pair in pairs for value in line.apply(pair.simulated)]
    assert math.fsum(mapped) == pytest.approx(math.fsum(value for pair in pairs for value in pair.true))
