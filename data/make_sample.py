"""Make the sample dataset again: the small model and its written text in, data/sample out, the same bytes each time.

python data/make_sample.py .cache/smollm2 data/sample-text.npz data/sample
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from neuronscope.codec import dumps
from neuronscope.collate import CollateOptions, Sequences, Step, collate, cut
from neuronscope.dataset import Dataset, change_dataset, open_dataset
from neuronscope.dataset.indexing import index_units
from neuronscope.explain import ExplainOptions, RunModels, RunProgress, RunSettings, UnitRange, explain_units
from neuronscope.llm import LocalModel
from neuronscope.llm.loading import load
from neuronscope.records import ActivationRecord, NeuronRecord
from neuronscope.relate import relate
from neuronscope.subject import Subject, load_subject
from neuronscope.trace import TraceOptions, logit, logit_difference, trace
from neuronscope.trace.nouns import StoredTrace
from neuronscope.trace.stored import write_trace

MODEL_NAME = "SmolLM2-135M-Instruct"
LAYERS = (2, 9, 16, 23, 29)
UNITS_PER_LAYER = 50
SEQUENCES = 3072
CREATED = datetime(2026, 11, 22, tzinfo=UTC)  # fixed, so that the same numbers are the same bytes
THREADS = 2  # sums are taken in another order with more
PER_LIST = 12
TRACED = {  # prompts by the ids of their traces
    "mary-and-john": ("When Mary and John went to the store, John gave a drink to", logit_difference(" Mary", " John")),
    "capital-of-japan": ("The capital city of Japan is called", logit(" Tokyo")),
}


def written_text(path: Path) -> Sequences:
    """The text that the model wrote, cut into sequences."""
    with np.load(path) as stored:
        ids, lengths = stored["ids"], stored["lengths"]
    documents = np.split(ids, np.cumsum(lengths)[:-1])
    return cut(documents, limit=SEQUENCES, name=f"text written by {MODEL_NAME}")


@dataclass(frozen=True)
class Candidate:
    """One unit, and what lists are made from."""

    layer: int
    unit: int
    record: NeuronRecord
    peaks: Counter[str]  # the tokens that its top records peak at

    def entry(self, description: str) -> dict[str, Any]:
        """The unit as it stands in a list, labelled by what it peaks at most often."""
        words = dict.fromkeys(token.strip() or visible(token) for token, _ in self.peaks.most_common(3))
        label = ", ".join(list(words)[:2])
        return {"layer": self.layer, "unit": self.unit, "label": label, "description": description}


def visible(blank: str) -> str:
    """A token of nothing but blanks, to be seen."""
    return blank.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥")


def lists(dataset: Dataset) -> dict[str, Any]:
    """Units worth a look, by rules that are written beside them."""
    every = list(candidates(dataset))
    return {
        "lists": [
            {
                "title": "One word each",
                "note": "All top texts peak at the same token; in order of kurtosis.",
                "units": [c.entry(f"{c.peaks.total()} of {c.peaks.total()} top texts") for c in one_word(every)],
            },
            {
                "title": "Most selective",
                "note": "Highest kurtosis of the activations over all tokens, and not in the list above.",
                "units": [c.entry(f"kurtosis {c.record.kurtosis or 0:,.0f}") for c in most_selective(every)],
            },
            {
                "title": "Strong both ways",
                "note": "The most negative activation is closest in size to the largest.",
                "units": [c.entry(f"{least(c):.3g} to {most(c):.3g}") for c in both_ways(every)],
            },
        ]
    }


def candidates(dataset: Dataset) -> Iterator[Candidate]:
    """Every unit with at least one top record."""
    units = [(layer, unit) for layer in dataset.layers() for unit in dataset.units(layer)]
    for (layer, unit), record in zip(units, dataset.records(units), strict=True):
        if record is not None and record.most_positive_activation_records:
            yield Candidate(layer, unit, record, Counter(peaks(record.most_positive_activation_records)))


def peaks(records: Iterable[ActivationRecord]) -> Iterator[str]:
    """The token each record peaks at; where it is a later part of a character, that character."""
    for record in records:
        ignored = set(record.ignored or ())
        counted = [i for i in range(len(record.tokens)) if i not in ignored]
        peak = max(counted, key=record.activations.__getitem__)
        yield next((token for token in reversed(record.tokens[: peak + 1]) if token), "")


def by_kurtosis(every: Iterable[Candidate]) -> list[Candidate]:
    return sorted(every, key=lambda c: -(c.record.kurtosis or 0))


def one_word(every: list[Candidate]) -> list[Candidate]:
    return by_kurtosis(c for c in every if len(c.peaks) == 1)[:PER_LIST]


def most_selective(every: list[Candidate]) -> list[Candidate]:
    shown = {(c.layer, c.unit) for c in one_word(every)}
    return by_kurtosis(c for c in every if (c.layer, c.unit) not in shown)[:PER_LIST]


def both_ways(every: list[Candidate]) -> list[Candidate]:
    return sorted(every, key=lambda c: -min(-least(c) / most(c), most(c) / -least(c) if least(c) else 0))[:PER_LIST]


def least(candidate: Candidate) -> float:
    statistics = candidate.record.statistics
    return statistics.min if statistics and statistics.min is not None else 0.0


def most(candidate: Candidate) -> float:
    statistics = candidate.record.statistics
    return statistics.max if statistics and statistics.max else 1.0


def make(model: str, text: Path, out: Path) -> None:
    """Collate, read the lists off the records, relate, and put all units in one table."""
    torch.set_num_threads(THREADS)
    subject = load_subject(model, name=MODEL_NAME)
    options = CollateOptions(layers=LAYERS, most_selective=UNITS_PER_LAYER, title=f"{MODEL_NAME}: selective neurons")

    def progress(step: Step) -> None:
        print(f"\r{step.stage}: {step.done} of {step.total}      ", end="", file=sys.stderr)

    collate(subject, written_text(text), out=out, options=options, created=CREATED, progress=progress)
    with open_dataset(out) as dataset, change_dataset(out) as change:
        change.add_file("lists.json", dumps(lists(dataset)))
        change.finish()
    relate(subject, out)
    explain(model, out)
    with open_dataset(out) as dataset:
        index_units(dataset, out)
    trace_prompts(subject, out)


def trace_prompts(subject: Subject, out: Path) -> None:
    """Two prompts, over the neurons of all layers."""
    for id_, (prompt, metric) in TRACED.items():
        report = trace(subject, prompt, metric, options=TraceOptions(keep=300)).report(verify=50, edges=60)
        write_trace(out, StoredTrace(id_, CREATED.strftime("%Y-%m-%dT%H:%M:%SZ"), prompt, report), force=True)


def explain(model: str, out: Path) -> None:
    """Explanations of the first list's units, by the model itself and by token lookup, simulated and scored.

    The model is small and its scores are low: they are what they are.
    """
    with open_dataset(out) as dataset:
        units = json.loads(dataset.file("lists.json") or b"{}")["lists"][0]["units"]
    chosen = tuple(UnitRange(unit["layer"], unit["unit"], unit["unit"]) for unit in units)
    options = ExplainOptions(explainers=("pairs",), temperature=0.0, scorers=("correlation", "detection"))
    # The model's name stands in every provenance, whatever folder it was in.
    loaded = load(model, dtype="float32", device="cpu")
    itself = LocalModel(loaded.model, loaded.tokenizer, name=MODEL_NAME)
    settings = RunSettings(units=chosen, at_once=2, created=CREATED)

    def progress(step: RunProgress) -> None:
        print(f"\r{step.stage}: {step.done} of {step.total}      ", end="", file=sys.stderr)

    models = RunModels(itself, itself)
    asyncio.run(explain_units(out, options, models=models, settings=settings, progress=progress))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("text", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.out.parent) as scratch:
        fresh = Path(scratch) / options.out.name
        make(options.model, options.text, fresh)
        shutil.rmtree(options.out, ignore_errors=True)
        fresh.rename(options.out)


if __name__ == "__main__":
    main()
