"""Datasets with known scores, written with the library's own writer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.layout import EXPLANATIONS, RECORDS
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.runs import FailedUnit, RunModel, RunReport
from neuronscope.messages import Description
from neuronscope.records import (
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    Provenance,
    Score,
    ScoredExplanation,
    ScoredSequenceSimulation,
    ScoredSimulation,
    SequenceSimulation,
)

Explained = Mapping[tuple[int, int], Sequence[ScoredExplanation]]
WriteExplained = Callable[..., Path]
CONSTANT = "all simulated activations are equal"


def _score(value: float | None, reason: str | None = None, note: str | None = None) -> Score:
    """A score over 10 sequences; ``note`` flags it as not reliable."""
    why = None if value is not None else reason or CONSTANT
    reliable = value is not None and note is None
    return Score(value, None, why, sequences=10, tokens=630, unparsed=0, reliable=reliable, note=note)


def _a_simulation() -> ScoredSimulation:
    """One sequence of two tokens, as every scored explanation has."""
    simulation = SequenceSimulation(["a", " b"], [0.0, 7.5], "simulated_normalized_activations", [[0.0]], [[1.0]])
    return ScoredSimulation([ScoredSequenceSimulation(simulation, [0.0, 1.0])], ev_correlation_score=0.25)


def _explained(
    text: str,
    value: Score | float | None,
    *,
    explainer: str = "pairs",
    baselines: Mapping[str, float | None] | None = None,
    more: Mapping[str, Score] | None = None,
) -> ScoredExplanation:
    """An explanation of run r1 with a correlation, and baselines' correlations by name."""
    of_baselines = {name: {"correlation": _score(base, "nobody else")} for name, base in (baselines or {}).items()}
    lookup = explainer == "tokens"
    models = (None, "lookup", None) if lookup else ("tiny-writer", "all-at-once", "tiny-simulator")
    return ScoredExplanation(
        text,
        _a_simulation(),
        author="token lookup" if lookup else f"tiny-writer ({explainer})",
        scores={"correlation": value if isinstance(value, Score) else _score(value), **(more or {})},
        baselines=of_baselines or None,
        provenance=Provenance(explainer, *models, calibration="none", run="r1", created="2026-11-01T00:00:00Z"),
    )


def _a_run(run: str = "r1", **changes: object) -> RunReport:
    """The report of a run over ten units, two of which got no explanation."""
    failed = [FailedUnit(0, unit, "pairs", "empty", f"the answer to request {unit} is empty") for unit in (8, 9)]
    whole = RunReport(
        run,
        created="2026-11-01T00:00:00Z",
        version="0.1.0",
        seconds=75.0,
        options={"explainers": ["pairs"]},
        units=10,
        explained=8,
        scored=16,
        requests=1200,
        retries=3,
        cached=40,
        prompt_tokens=250_000,
        completion_tokens=9_000,
        uncounted=1,
        cost=None,
        failures={"unparsed": 12, "timeout": 2},
        failed_units=failed,
        models=[RunModel(("explain",), Description("tiny-writer", "local", "chat"))],
    )
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def score() -> Callable[..., Score]:
    """See _score."""
    return _score


@pytest.fixture
def explained() -> Callable[..., ScoredExplanation]:
    """See _explained."""
    return _explained


@pytest.fixture
def a_run() -> Callable[..., RunReport]:
    """See _a_run."""
    return _a_run


@pytest.fixture
def write_explained(tmp_path: Path) -> WriteExplained:
    """Write a dataset with explanations and reports of runs, and give its folder."""

    def write(
        explanations: Explained,
        runs: Sequence[RunReport] = (),
        *,
        name: str = "tiny",
        layers: int = 2,
        packed: bool = True,
    ) -> Path:
        root, units = tmp_path / name, max(10, *(unit + 1 for _, unit in explanations), 0)
        with DatasetWriter(root, packed=packed) as writer:
            for layer in range(layers):
                records = [(unit, codec.dumps(NeuronRecord(NeuronId(layer, unit)))) for unit in range(units)]
                writer.add_layer(RECORDS, layer, records)
                files = [
                    (unit, codec.dumps(NeuronSimulationResults(NeuronId(layer, unit), list(explanations[layer, unit]))))
                    for unit in range(units)
                    if (layer, unit) in explanations
                ]
                if files:
                    writer.add_layer(EXPLANATIONS, layer, files)
            for run in runs:
                writer.add_file(f"reports/{run.run}.json", codec.dumps(run))
            infos = [LayerInfo(layer, units) for layer in range(layers)]
            writer.finish(Manifest(name, "Tiny units", ModelInfo("tiny-gpt2"), SourceInfo("mlp"), infos))
        return root

    return write
