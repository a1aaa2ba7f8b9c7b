"""Small files of explanations, and a dataset with records to add them to."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope import codec
from neuronscope.dataset import DatasetWriter, open_dataset
from neuronscope.dataset.indexing import index_units
from neuronscope.dataset.layout import EXPLANATIONS, RECORDS
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.records import (
    ActivationRecord,
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    ScoredExplanation,
)


def entry(index: int | str, description: str | None, **changed: Any) -> dict[str, Any]:
    """An object as Neuronpedia exports it."""
    plain = {"modelId": "gpt2-small", "layer": "6-res-jb", "index": str(index), "description": description}
    return plain | {"explanationModelName": "gpt-4o-mini", "typeName": "oai_token-act-pair"} | changed


ENTRIES = [
    entry(3, "names of rivers"),
    entry(3, "water and its banks", explanationModelName="claude-3-5-haiku", typeName="np_max-act"),
    entry(1, "  "),
    entry(0, "closing brackets", layer="7-res-jb"),
]


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    """A list with two explanations of unit 6:3, one of 7:0, and one of 6:1 that has no words."""
    path = tmp_path / "list.json"
    path.write_text(json.dumps(ENTRIES, indent=1))
    return path


@pytest.fixture
def batches(tmp_path: Path) -> Path:
    """The same as two batches in a folder, the second a gzip file, with fields that are not read."""
    folder = tmp_path / "batches"
    folder.mkdir()
    more = {"embedding": [0.25, -1.5], "scores": [], "id": "x1"}
    lines = [json.dumps(one | more).encode() + b"\n" for one in ENTRIES]
    (folder / "batch-9.jsonl").write_bytes(b"".join(lines[:2]))
    (folder / "batch-10.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines[2:])))
    (folder / "README.md").write_text("What these are.")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a dataset of layers 6 and 7 with five units each, of which 6:3 is explained; its tables are up to date."""

    def write_dataset(name: str = "tiny", *, packed: bool = True) -> Path:
        root = tmp_path / name
        with DatasetWriter(root, packed=packed) as writer:
            for layer in (6, 7):
                records = [
                    NeuronRecord(
                        NeuronId(layer, unit), most_positive_activation_records=[ActivationRecord([" a"], [1.0])]
                    )
                    for unit in range(5)
                ]
                writer.add_layer(RECORDS, layer, [(unit, codec.dumps(one)) for unit, one in enumerate(records)])
            said = NeuronSimulationResults(NeuronId(6, 3), [ScoredExplanation("words about time", author="Ada")])
            writer.add_layer(EXPLANATIONS, 6, [(3, codec.dumps(said) + b"\n")])
            layers = [LayerInfo(6, 5), LayerInfo(7, 5)]
            writer.finish(Manifest(name, name.title(), ModelInfo("gpt2"), SourceInfo("sae"), layers))
        with open_dataset(root) as dataset:
            index_units(dataset, root)
        return root

    return write_dataset
