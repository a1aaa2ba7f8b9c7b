"""A planned layer whose rows are filled in; out its NeuronRecords, and its columns for units/{layer}.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.numbers import defined, significant
from neuronscope.collate.options import Sampling
from neuronscope.collate.plan import LayerPlan
from neuronscope.collate.sequences import Sequences
from neuronscope.display import Decode, display_tokens
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, Statistics, TextSource
from neuronscope.subject import Positions

ABOVE_ZERO = "above zero"
ABOVE_SHARE = "above 10% of the maximum"

Rows = dict[int, NDArray[np.float32]]
Column = list[int] | list[bool] | list[float | None] | list[str | None]


class Excerpts:
    """Sequences as records show them; the text of each is worked out once."""

    def __init__(self, sequences: Sequences, positions: Positions, decode: Decode) -> None:
        self.positions = positions
        self._sequences = sequences
        self._decode = decode
        self._pieces: dict[int, str] = {}
        self._tokens: dict[int, list[str]] = {}

    def tokens(self, index: int) -> list[str]:
        """Display strings of the recorded positions of one sequence."""
        if index not in self._tokens:
            ids = [*self.positions.prefix, *self._sequences.ids[index].tolist()][self.positions.recorded :]
            self._tokens[index] = display_tokens(ids, self._decode, pieces=self._pieces)
        return self._tokens[index]

    def record(self, index: int, activations: NDArray[np.float32]) -> ActivationRecord:
        """One sequence with its activations, float32 [recorded position]."""
        source = TextSource(int(self._sequences.documents[index]), int(self._sequences.offsets[index]))
        return ActivationRecord(
            self.tokens(index), significant(activations).tolist(), source=source, ignored=self.positions.ignored
        )

    def peak_token(self, index: int, activations: NDArray[np.float32]) -> str:
        """The token of the largest counted activation; where it is a later part of a character, that character."""
        skipped = self.positions.counted - self.positions.recorded
        tokens = self.tokens(index)
        peak = skipped + int(np.argmax(activations[skipped:]))
        return next((token for token in reversed(tokens[: peak + 1]) if token), "")


@dataclass(frozen=True)
class Counted:
    """What all units of a run share."""

    sequences: int
    tokens: int
    gated: bool


def records(plan: LayerPlan, excerpts: Excerpts, counted: Counted, sampling: Sampling) -> Iterator[NeuronRecord]:
    """One record per kept unit, in ascending order."""
    for index in range(len(plan.kept)):
        yield _record(plan, index, excerpts, counted, sampling)


def _record(plan: LayerPlan, index: int, excerpts: Excerpts, counted: Counted, sampling: Sampling) -> NeuronRecord:
    unit, chosen, rows = int(plan.kept[index]), plan.selections[index], plan.rows.of(index)

    def shown(sequences: Sequence[int]) -> list[ActivationRecord]:
        return [excerpts.record(sequence, rows[sequence]) for sequence in sequences]

    return NeuronRecord(
        neuron_id=NeuronId(plan.layer, unit),
        random_sample=shown(chosen.random),
        random_sample_by_quantile=[shown(group) for group in chosen.quantiles],
        quantile_boundaries=list(sampling.quantiles),
        mean=defined(plan.mean[unit]),
        variance=defined(plan.variance[unit]),
        skewness=defined(plan.skewness[unit]),
        kurtosis=defined(plan.kurtosis[unit]),
        most_positive_activation_records=shown(chosen.top),
        most_negative_activation_records=shown(chosen.negative),
        statistics=_statistics(plan, index, counted),
    )


def _statistics(plan: LayerPlan, index: int, counted: Counted) -> Statistics:
    unit = int(plan.kept[index])
    density, threshold = _density(plan, index, counted)
    return Statistics(
        tokens=counted.tokens,
        sequences=counted.sequences,
        sequences_fired=int(plan.fired[unit]),
        sequences_fired_negative=int(plan.fired_negative[unit]),
        dead=not plan.fired[unit] and not plan.fired_negative[unit],
        min=float(plan.minima[unit]),
        max=float(plan.maxima[unit]),
        density=density,
        density_threshold=threshold,
        density_definition=ABOVE_SHARE if counted.gated else ABOVE_ZERO,
        histogram=plan.histograms.unit(unit),
        groups=plan.selections[index].counts,
    )


def _density(plan: LayerPlan, index: int, counted: Counted) -> tuple[float | None, float | None]:
    """Share of tokens above the threshold, and the threshold; None where the maximum is not positive."""
    unit = int(plan.kept[index])
    if not counted.gated:
        return int(plan.above_zero[unit]) / counted.tokens, 0.0
    if plan.maxima[unit] <= 0:
        return None, None
    return int(plan.rows.above[index]) / counted.tokens, float(plan.thresholds[index])


def columns(plan: LayerPlan, excerpts: Excerpts, counted: Counted) -> dict[str, int | Column]:
    """units/{layer}.json: columns of equal length, one row per kept unit."""
    kept = plan.kept
    every = range(len(kept))
    return {
        "layer": plan.layer,
        "unit": kept.tolist(),
        "max": plan.maxima[kept].astype(np.float64).tolist(),
        "min": plan.minima[kept].astype(np.float64).tolist(),
        "mean": [defined(value) for value in plan.mean[kept]],
        "variance": [defined(value) for value in plan.variance[kept]],
        "skewness": [defined(value) for value in plan.skewness[kept]],
        "kurtosis": [defined(value) for value in plan.kurtosis[kept]],
        "density": [_density(plan, index, counted)[0] for index in every],
        "dead": [bool(dead) for dead in (plan.fired[kept] == 0) & (plan.fired_negative[kept] == 0)],
        "sequences_fired": plan.fired[kept].tolist(),
        "peak_token": [_peak_token(plan, index, excerpts) for index in every],
    }


def _peak_token(plan: LayerPlan, index: int, excerpts: Excerpts) -> str | None:
    top = plan.selections[index].top
    return excerpts.peak_token(top[0], plan.rows.of(index)[top[0]]) if top else None
