"""What a run found, written into its dataset: explanations beside those that were there, tables, the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from neuronscope.codec import dumps
from neuronscope.dataset import Dataset, change_dataset, layout, open_dataset
from neuronscope.dataset.change import with_new
from neuronscope.dataset.indexing import index_units
from neuronscope.dataset.runs import RunReport
from neuronscope.explain.spill import Spill
from neuronscope.records import (
    NeuronId,
    NeuronSimulationResults,
    ScoredExplanation,
    ScoredSequenceSimulation,
    ScoredSimulation,
    SequenceSimulation,
)

_THREADS = 2

Progress = Callable[[int, int], None]  # layers done, of how many


def write_results(
    root: Path, found: Spill[NeuronSimulationResults], report: RunReport, progress: Progress | None = None
) -> None:
    """Add what was found to the dataset at ``root``, the report to its reports, and bring its tables up to date.

    Of explanations that are there, those that the run made anew are replaced.

    :raises BadInput: another process changes the dataset right now.
    :raises StorageFailed: the disk is full or failed; the dataset is as it was.
    """
    layers = sorted({unit.layer_index for unit in found.units()})
    with open_dataset(root) as dataset, change_dataset(root) as change:
        for done, layer in enumerate(layers):
            if progress is not None:
                progress(done, len(layers))
            change.add_layer(layout.EXPLANATIONS, layer, _files(dataset, layer, found), threads=_THREADS)
        change.add_file(f"reports/{report.run}.json", dumps(report) + b"\n")
        change.finish()
    with open_dataset(root) as dataset:
        index_units(dataset, root)  # the dataset can be changed, so nothing goes elsewhere
    if progress is not None:
        progress(len(layers), len(layers))


def _files(
    dataset: Dataset, layer: int, found: Spill[NeuronSimulationResults]
) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """The layer's explanations, unit by unit; those of units that the run is not about stay as they lie."""
    new = [unit for unit in found.units() if unit.layer_index == layer]
    made = {unit.neuron_index: partial(_merged, dataset, unit, found) for unit in new}
    return with_new(dataset, layout.EXPLANATIONS, layer, made)


def _merged(dataset: Dataset, unit: NeuronId, found: Spill[NeuronSimulationResults]) -> bytes:
    there = dataset.explanations(unit.layer_index, unit.neuron_index)
    made = found[unit]
    old = [] if there is None else there.scored_explanations
    return dumps(replace(made, scored_explanations=merged(old, made.scored_explanations))) + b"\n"


def merged(old: Sequence[ScoredExplanation], new: Sequence[ScoredExplanation]) -> list[ScoredExplanation]:
    """All of them, without old ones of the same author and simulator as a new one, or not simulated at all."""
    return [one for one in old if not any(_replaces(other, one) for other in new)] + list(new)


def _replaces(new: ScoredExplanation, old: ScoredExplanation) -> bool:
    if new.author is None or old.provenance is None or new.provenance is None:
        return False
    if (new.author, new.provenance.explainer) != (old.author, old.provenance.explainer):
        return False
    simulated = (old.provenance.simulator, old.provenance.simulator_model)
    return simulated in ((new.provenance.simulator, new.provenance.simulator_model), (None, None))


def rounded(explanation: ScoredExplanation) -> ScoredExplanation:
    """With simulated numbers of 4 significant digits, as activations are written; scores are of the exact ones."""
    scored = explanation.scored_simulation
    if scored is None:
        return explanation
    sequences = [_rounded_sequence(one) for one in scored.scored_sequence_simulations]
    return replace(explanation, scored_simulation=_with(scored, sequences))


def _with(scored: ScoredSimulation, sequences: list[ScoredSequenceSimulation]) -> ScoredSimulation:
    return replace(scored, scored_sequence_simulations=sequences)


def _rounded_sequence(scored: ScoredSequenceSimulation) -> ScoredSequenceSimulation:
    return replace(scored, simulation=_rounded_simulation(scored.simulation))


def _rounded_simulation(simulation: SequenceSimulation) -> SequenceSimulation:
    before = simulation.uncalibrated_simulation
    return replace(
        simulation,
        expected_activations=[None if value is None else _short(value) for value in simulation.expected_activations],
        distribution_values=[_all_short(values) for values in simulation.distribution_values],
        distribution_probabilities=[_all_short(values) for values in simulation.distribution_probabilities],
        uncalibrated_simulation=None if before is None else _rounded_simulation(before),
    )


def _all_short(values: Iterable[float]) -> list[float]:
    return [_short(value) for value in values]


def _short(value: float) -> float:
    return value if value.is_integer() and abs(value) < 10_000 else float(f"{value:.4g}")
