"""The tallies of one origin in, its part of the report out: averages, comparisons with baselines, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from neuronscope.explain.report.averages import FEWEST_UNITS, NO_UNITS, average, mean_interval, too_few
from neuronscope.explain.report.nouns import (
    Above,
    Average,
    Comparison,
    ExplainerReport,
    Interval,
    LayerAverage,
    ScoreReport,
    UnitScores,
)
from neuronscope.explain.report.reading import UnitPlace
from neuronscope.explain.report.reasons import alike
from neuronscope.explain.report.tallies import BASELINES, CORRELATION, Group, Tally, label

THRESHOLDS = (0.3, 0.5, 0.7)
# Layers are compared by these; every other score by layer would be more than anyone reads.
BY_LAYER = (CORRELATION, "detection_balanced_accuracy", "fuzzing_balanced_accuracy")
_ORDER = (CORRELATION, "correlation_top", "correlation_random", "explained_variance", "r_squared")
_JUDGED = ("detection_", "fuzzing_")


def describe(group: Group, *, seed: int = 0) -> ExplainerReport:
    """All that the report says of one origin; ``seed`` draws the intervals."""
    origin = group.origin
    return ExplainerReport(
        label=label(origin),
        explainer=origin.explainer or None,
        author=origin.author or None,
        model=origin.model or None,
        simulator=origin.simulator or None,
        simulator_model=origin.simulator_model or None,
        calibration=origin.calibration or None,
        units=len(group.explanations),
        explanations=group.explanations.total(),
        unscored=len(group.explanations) - len(group.scored),
        scores=[_score(name, group.tallies[name], seed) for name in sorted(group.tallies, key=_place)],
        by_unit=_columns(group),
        highest=group.highest(),
        lowest=group.lowest(),
        positions=group.positions,
        unparsed=group.unparsed,
        failures=dict(group.failures.most_common()),
    )


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def limits(name: str) -> Interval:
    """The smallest and largest value that a score of this name can have."""
    if name.startswith(_JUDGED):
        return 0.0, 1.0
    return (-1.0 if name.startswith(CORRELATION) else -np.inf), 1.0


def _score(name: str, tally: Tally, seed: int) -> ScoreReport:
    values = _means(tally.values)
    undefined = [reason for unit, reason in tally.undefined.items() if unit not in values]
    trusted = [value for unit, value in values.items() if unit not in tally.doubted]
    of_all = average(list(values.values()), limits=limits(name), seed=seed)
    return ScoreReport(
        name=name,
        average=of_all,
        above=[_above(threshold, list(values.values())) for threshold in THRESHOLDS],
        undefined=len(undefined),
        undefined_reasons=alike(undefined),
        unreliable=len(tally.doubted),
        unreliable_reasons=alike(tally.doubted.values()),
        reliable=average(trusted, limits=limits(name), seed=seed) if tally.doubted else of_all,
        comparisons=[_comparison(baseline, name, tally, seed) for baseline in BASELINES if _knows(tally, baseline)],
        layers=_by_layer(name, values, seed) if name in BY_LAYER else [],
    )


def _means(values: Mapping[UnitPlace, Sequence[float]]) -> dict[UnitPlace, float]:
    return {unit: sum(some) / len(some) for unit, some in values.items()}


def _above(threshold: float, values: Sequence[float]) -> Above:
    units = sum(value > threshold for value in values)
    return Above(threshold, units, units / len(values) if values else None)


def _knows(tally: Tally, baseline: str) -> bool:
    return baseline in tally.pairs or baseline in tally.unpaired


def _comparison(baseline: str, name: str, tally: Tally, seed: int) -> Comparison:
    pairs = tally.pairs.get(baseline, {})
    of_baseline = [base for _, base in _paired(pairs).values()]
    differences = np.sort([score - base for score, base in _paired(pairs).values()])
    units = len(differences)
    reason = too_few(units, FEWEST_UNITS)
    if not units:
        why = tally.unpaired.get(baseline)
        reason = why.most_common(1)[0][0] if why else NO_UNITS
    low, high = limits(name)
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    return Comparison(
        baseline=baseline,
        pairs=units,
        baseline_mean=sum(of_baseline) / units if units else None,
        difference=float(differences.mean()) if units else None,
        interval=mean_interval(differences, limits=(low - high, high - low), seed=seed),
        wins=wins,
        ties=units - wins - losses,
        losses=losses,
        share_won=wins / units if units else None,
        reason=reason,
    )


def _paired(pairs: Mapping[UnitPlace, Sequence[tuple[float, float]]]) -> dict[UnitPlace, tuple[float, float]]:
    """Each unit's mean score and mean baseline, over the explanations that have both."""
    return {
        unit: (sum(score for score, _ in some) / len(some), sum(base for _, base in some) / len(some))
        for unit, some in pairs.items()
    }


def _by_layer(name: str, values: Mapping[UnitPlace, float], seed: int) -> list[LayerAverage]:
    layers: dict[int, list[float]] = {}
    for (layer, _), value in values.items():
        layers.setdefault(layer, []).append(value)
    return [LayerAverage(layer, _layer(name, layers[layer], seed)) for layer in sorted(layers)]


def _layer(name: str, values: Sequence[float], seed: int) -> Average:
    return average(values, limits=limits(name), seed=seed)


def _columns(group: Group) -> UnitScores:
    tally = group.tallies.get(CORRELATION, Tally())
    units = sorted(group.explanations)
    values = _means(tally.values)
    of_baseline = {name: _paired(tally.pairs.get(name, {})) for name in BASELINES}
    lookup, shuffled = (
        [of_baseline[name][unit][1] if unit in of_baseline[name] else None for unit in units] for name in BASELINES
    )
    score = [values.get(unit) for unit in units]
    return UnitScores([layer for layer, _ in units], [unit for _, unit in units], score, lookup, shuffled)
