"""The dataset contract, data/README.md, names every field that is written."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from neuronscope import records, relations
from neuronscope.dataset import manifest

README = (Path(__file__).parents[3] / "data/README.md").read_text()

# Whose row names a class that has none of its own; Splits is never written.
ROWS = {
    "ConnectedNeurons": "RelatedNeurons",
    "Neighbour": "Neighbours",
    "UnitMatch": "LayerMatches",
    "ModelInfo": "model",
    "SourceInfo": "source",
    "LayerInfo": "layers",
    "NeuronpediaIds": "neuronpedia",
    "NeuronpediaSource": "neuronpedia",
}
ROWS |= {"CorpusInfo": "corpus", "SamplingInfo": "sampling", "RunInfo": "run", "FileInfo": "files"}
CLASSES = [
    noun
    for module in (records, relations, manifest)
    for noun in vars(module).values()
    if dataclasses.is_dataclass(noun) and noun not in (records.Splits, manifest.Manifest)
]


def first_cells(line: str) -> list[str]:
    return [name.strip("*`? ") for name in line.split("|")[1].split(",")]


def fields_named_in(text: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", text))))


TABLE_ROWS = {name: line for line in README.splitlines() if line.startswith("| ") for name in first_cells(line)}


@pytest.mark.parametrize("noun", CLASSES, ids=lambda noun: noun.__name__)
def test_each_field_stands_in_the_row_of_its_class(noun):
    row = TABLE_ROWS[ROWS.get(noun.__name__, noun.__name__)]
    named = fields_named_in(row)
    if "the three scores" in row:
        named |= fields_named_in(TABLE_ROWS["ScoredSimulation"])
    assert {field.name for field in dataclasses.fields(noun)} - named == set()


def test_each_field_of_the_manifest_has_a_row():
    assert {field.name for field in dataclasses.fields(manifest.Manifest)} - set(TABLE_ROWS) == set()
