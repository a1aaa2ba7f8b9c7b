"""Tiny subjects with gains that are not 1, and complete datasets of their units with next to nothing in the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import torch

from neuronscope.dataset import DatasetWriter, Manifest, dumps
from neuronscope.dataset.manifest import LayerInfo, ModelInfo, SourceInfo
from neuronscope.records import NeuronId, NeuronRecord
from neuronscope.subject import Source, Subject, load_subject

MakeDataset = Callable[..., Path]


def with_gains(subject: Subject) -> Subject:
    """Norms whose gains and biases are not 1 and 0, as a fresh model's are."""
    generator = torch.Generator().manual_seed(3)
    for parameter in subject.model.parameters():
        if parameter.ndim == 1:
            parameter.data.normal_(generator=generator)
    return subject


@pytest.fixture(scope="session")
def gpt2(save_model: Callable[..., Path]) -> Subject:
    """Three layers of 24 neurons, not gated; the unembedding is the embedding."""
    return with_gains(load_subject(str(save_model("gpt2", n_embd=16, n_layer=3, n_head=2, n_inner=24))))


@pytest.fixture(scope="session")
def llama(save_model: Callable[..., Path]) -> Subject:
    """Three layers of 20 gated neurons; the unembedding is a matrix of its own."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 20}
    return with_gains(load_subject(str(save_model("llama", bos=True, **sizes))))


@pytest.fixture
def make_dataset(tmp_path: Path) -> MakeDataset:
    """A dataset of some units of a source: ids by layer, all of them unless given."""

    def make(subject: Subject, source: Source, ids: Mapping[int, Sequence[int]] | None = None) -> Path:
        kept = ids or {layer: range(width) for layer, width in source.units.items()}
        info = subject.info
        manifest = Manifest(
            name="tiny",
            title="Tiny",
            model=ModelInfo(info.name, info.architecture, info.layers, None, info.hash),
            source=SourceInfo(source.kind, source.hook, hash=source.hash),
            layers=[
                LayerInfo(layer, len(units), None if units == range(len(units)) else list(units))
                for layer, units in kept.items()
            ],
        )
        root = tmp_path / f"dataset-{len(list(tmp_path.iterdir()))}"
        with DatasetWriter(root) as writer:
            for layer, units in kept.items():
                records = ((unit, dumps(NeuronRecord(NeuronId(layer, unit)))) for unit in units)
                writer.add_layer("collated-activations", layer, records)
            writer.finish(manifest)
        return root

    return make
