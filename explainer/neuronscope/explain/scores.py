"""Scores of one explanation: true and simulated activations come in, paired up; six scores with intervals go out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neuronscope.explain import measures, scales
from neuronscope.explain.interval import Interval, Scale, interval_over_sequences
from neuronscope.explain.nouns import Floats, Measured, Pairs, SimulationScores
from neuronscope.explain.pairing import in_one_order, together
from neuronscope.records import Score

# Below 8 sequences the correlation's interval is wider than 1 more often than not (simulated sparse units), so that the
# value says little; below 100 tokens a correlation of nothing at all is still beyond 0.2 in one of twenty cases; and
# where more than a fifth is unparsed, what was parsed need not be like the rest.
FEWEST_SEQUENCES = 8
FEWEST_TOKENS = 100
MOST_UNPARSED = 0.2

NO_SEQUENCES = "no sequences"


@dataclass(frozen=True)
class _Kind:
    """How one score is measured, and what its interval is made of."""

    measure: Callable[[Floats, Floats], Measured]
    sums: Callable[[Sequence[Pairs]], Floats]
    scale: Scale


_CORRELATION = _Kind(measures.correlation, scales.correlation_sums, scales.FISHER)
_EXPLAINED_VARIANCE = _Kind(measures.explained_variance, scales.squared_sums, scales.LOG_SHARE)
_R_SQUARED = _Kind(measures.r_squared, scales.centred_sums, scales.LOG_CENTRED_SHARE)
_ABSOLUTE_DEVIATION = _Kind(measures.absolute_deviation_explained, scales.absolute_sums, scales.LOG_SHARE)


def score_simulation(pairs: Sequence[Pairs], *, seed: int = 0) -> SimulationScores:
    """Score one explanation over all tokens of all its sequences; ``seed`` (0 or greater) draws the resamples.

    All but the correlations depend on the scale of the simulated numbers, and mean little before calibration.
    The order of ``pairs`` does not matter, not even for the last bit.
    """
    top = [pair for pair in pairs if pair.group == "top"]
    random = [pair for pair in pairs if pair.group == "random"]
    return SimulationScores(
        correlation=_score(_CORRELATION, pairs, seed),
        correlation_top=_score(_CORRELATION, top, seed),
        correlation_random=_score(_CORRELATION, random, seed),
        explained_variance=_score(_EXPLAINED_VARIANCE, pairs, seed),
        r_squared=_score(_R_SQUARED, pairs, seed),
        absolute_deviation_explained=_score(_ABSOLUTE_DEVIATION, pairs, seed),
    )


def correlation_score(pairs: Sequence[Pairs], *, seed: int = 0) -> Score:
    """The correlation alone, as for a baseline: Pearson's r over all tokens of all sequences together."""
    return _score(_CORRELATION, pairs, seed)


def _score(kind: _Kind, pairs: Sequence[Pairs], seed: int) -> Score:
    scored = in_one_order(pairs)
    measured = kind.measure(*together(scored)) if pairs else Measured(None, NO_SEQUENCES)
    tokens, unparsed = sum(len(pair.true) for pair in scored), sum(pair.unparsed for pair in pairs)
    found = _interval(kind, scored, measured.value, seed)
    doubt = doubts(len(scored), tokens, unparsed)
    return Score(
        value=measured.value,
        interval=found.ends,
        reason=measured.reason,
        sequences=len(scored),
        tokens=tokens,
        unparsed=unparsed,
        reliable=measured.value is not None and doubt is None,
        note="; ".join(sentence for sentence in (doubt, found.note) if sentence) or None,
        interval_method=kind.scale.method if found.ends else None,
        ignored=sum(pair.ignored for pair in pairs),
    )


def _interval(kind: _Kind, scored: Sequence[Pairs], value: float | None, seed: int) -> Interval:
    if value is None:
        return Interval(None)
    return interval_over_sequences(kind.sums(scored), kind.scale, value=value, seed=seed)


def doubts(sequences: int, tokens: int, unparsed: int) -> str | None:
    """Why a score over so much is not reliable, or None."""
    found = []
    if sequences < FEWEST_SEQUENCES:
        found.append(f"only {sequences} of {FEWEST_SEQUENCES} sequences")
    if tokens < FEWEST_TOKENS:
        found.append(f"only {tokens} of {FEWEST_TOKENS} tokens")
    if unparsed > MOST_UNPARSED * (tokens + unparsed):
        found.append(f"{unparsed} of {tokens + unparsed} positions unparsed")
    return "not reliable: " + ", ".join(found) if found else None
