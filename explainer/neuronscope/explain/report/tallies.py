"""Explanations one by one in; per origin what they scored, by unit, and why other numbers are not there, out.

Of each explanation its scores stay as numbers; texts stay only of those that score highest and lowest.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from neuronscope.explain.report.lean import ScoredExplanation
from neuronscope.explain.report.nouns import Example
from neuronscope.explain.report.reading import UnitPlace
from neuronscope.records import Score

CORRELATION = "correlation"
BASELINES = ("lookup", "shuffled")
UNKNOWN = "unknown"  # what an explainer is called that the dataset does not name
NO_REASON = "the dataset does not say why"
EXAMPLES = 5

_Ranked = tuple[float, int, int, int, Example]  # what it is ordered by, then layer, unit and place in the file


@dataclass(frozen=True, order=True)
class Origin:
    """Where explanations came from: who explained, who simulated, how it was calibrated. "" is what is not said."""

    explainer: str = ""
    model: str = ""
    author: str = ""  # only where the explainer is not said
    simulator: str = ""
    simulator_model: str = ""
    calibration: str = ""


@dataclass
class Tally:
    """One kind of score of one origin, by unit; a unit has a value for each of its explanations."""

    values: dict[UnitPlace, list[float]] = field(default_factory=dict)
    undefined: dict[UnitPlace, str] = field(default_factory=dict)  # a reason; the unit may have values too
    doubted: dict[UnitPlace, str] = field(default_factory=dict)  # why a value is not reliable
    # By baseline: the score and the baseline's, where both are defined, and why the baseline's is not.
    pairs: dict[str, dict[UnitPlace, list[tuple[float, float]]]] = field(default_factory=dict)
    unpaired: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, unit: UnitPlace, score: Score) -> None:
        """One explanation's score."""
        if score.value is None:
            self.undefined.setdefault(unit, score.reason or NO_REASON)
            return
        self.values.setdefault(unit, []).append(score.value)
        if not score.reliable:
            self.doubted.setdefault(unit, score.note or NO_REASON)

    def compare(self, unit: UnitPlace, baseline: str, score: Score, base: Score) -> None:
        """One explanation's score beside the baseline's on the same excerpts."""
        if base.value is None:
            self.unpaired.setdefault(baseline, Counter())[base.reason or NO_REASON] += 1
        elif score.value is not None:
            self.pairs.setdefault(baseline, {}).setdefault(unit, []).append((score.value, base.value))


@dataclass
class Group:
    """All explanations of one origin."""

    origin: Origin
    explanations: Counter[UnitPlace] = field(default_factory=Counter)
    scored: set[UnitPlace] = field(default_factory=set)
    tallies: dict[str, Tally] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    positions: int = 0
    unparsed: int = 0
    _highest: list[_Ranked] = field(default_factory=list)  # heaps, the first to leave in front
    _lowest: list[_Ranked] = field(default_factory=list)

    def add(self, unit: UnitPlace, one: ScoredExplanation) -> None:
        """One explanation of a unit."""
        self.explanations[unit] += 1
        if one.provenance is not None:
            self.failures.update(one.provenance.failures)
        scores = scores_of(one)
        if scores:
            self.scored.add(unit)
        for name, score in scores.items():
            tally = self.tallies.setdefault(name, Tally())
            tally.add(unit, score)
            for baseline, of_baseline in self._baselines(one).items():
                if name in of_baseline:
                    tally.compare(unit, baseline, score, of_baseline[name])
        if CORRELATION in scores:
            self._add_correlation(unit, one.explanation, scores[CORRELATION])

    def _baselines(self, one: ScoredExplanation) -> Mapping[str, Mapping[str, Score]]:
        """Token lookup is not compared with itself."""
        known = one.baselines or {}
        itself = self.origin.explainer == "tokens" and self.origin.simulator == "lookup"
        return {name: known[name] for name in BASELINES if name in known and not (itself and name == "lookup")}

    def _add_correlation(self, unit: UnitPlace, text: str, score: Score) -> None:
        self.unparsed += score.unparsed
        self.positions += score.unparsed + (score.tokens or 0)
        if score.value is None:
            return
        example = Example(*unit, text, score.value, score.interval, score.reliable)
        order = (-unit[0], -unit[1], -self.explanations[unit])  # of equals the first stays
        _keep(self._highest, (score.value, *order, example))
        _keep(self._lowest, (-score.value, *order, example))

    def highest(self) -> list[Example]:
        """The explanations that score most, the best first."""
        return [ranked[-1] for ranked in sorted(self._highest, key=lambda ranked: ranked[:-1], reverse=True)]

    def lowest(self) -> list[Example]:
        """Those that score least, the worst first, without those that are among the highest."""
        top = self.highest()
        ordered = sorted(self._lowest, key=lambda ranked: ranked[:-1], reverse=True)
        return [ranked[-1] for ranked in ordered if ranked[-1] not in top]


def _keep(heap: list[_Ranked], ranked: _Ranked) -> None:
    if len(heap) < EXAMPLES:
        heapq.heappush(heap, ranked)
    else:
        heapq.heappushpop(heap, ranked)


def origin_of(one: ScoredExplanation) -> Origin:
    """The origin of an explanation; of one without provenance its author alone."""
    said = one.provenance
    if said is None:
        return Origin(author=(one.author or "").strip())
    return Origin(
        said.explainer,
        said.model or "",
        simulator=said.simulator or "",
        simulator_model=said.simulator_model or "",
        calibration=said.calibration or "",
    )


def scores_of(one: ScoredExplanation) -> dict[str, Score]:
    """Its scores by name; of a file that has only the public field, that one."""
    scores = dict(one.scores or {})
    if CORRELATION not in scores and one.scored_simulation is not None:
        value = one.scored_simulation.ev_correlation_score
        reason = NO_REASON if value is None else None
        scores[CORRELATION] = Score(value, None, reason, sequences=0, tokens=None, unparsed=0, reliable=True)
    return scores


def label(origin: Origin) -> str:
    """What people call it."""
    return f"{_explained(origin)}{_simulated(origin)}"


def _explained(origin: Origin) -> str:
    if not origin.explainer:
        return origin.author or "unknown author"
    if origin.explainer == "tokens":
        return "token lookup"
    written = "a person" if origin.explainer == "person" else origin.explainer
    return f"{written} by {origin.model}" if origin.model else written


def _simulated(origin: Origin) -> str:
    if not origin.simulator:
        return ""
    by = f" with {origin.simulator_model}" if origin.simulator_model else ""
    calibrated = f", {origin.calibration} calibration" if origin.calibration not in ("", "none") else ""
    simulated = "" if origin.simulator == "lookup" and origin.explainer == "tokens" else f", {origin.simulator}{by}"
    return f"{simulated}{calibrated}"
