"""The sample dataset in git: small, without faults, and what the model itself does on the text it names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neuronscope.dataset import Dataset, open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.records import NeuronRecord
from neuronscope.subject import Subject, load_subject, open_source, read_activations

CHECKOUT = Path(__file__).parents[3]
SAMPLE = CHECKOUT / "data/sample"
TEXT = CHECKOUT / "data/sample-text.npz"
SMOLLM2 = CHECKOUT / ".cache/smollm2"


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return open_dataset(SAMPLE)


@pytest.fixture(scope="module")
def subject() -> Subject:
    assert SMOLLM2.is_dir(), "the test model is missing: make .cache/smollm2/model.safetensors"
    return load_subject(str(SMOLLM2))


@pytest.fixture(scope="module")
def documents() -> list[np.ndarray]:
    with np.load(TEXT) as stored:
        return np.split(stored["ids"].astype(np.int64), np.cumsum(stored["lengths"])[:-1])


def records(dataset: Dataset) -> list[NeuronRecord]:
    pairs = [(layer, unit) for layer in dataset.layers() for unit in dataset.units(layer)]
    return [record for record in dataset.records(pairs) if record is not None]


def test_it_has_no_faults(sample: Dataset) -> None:
    assert [(item.path, item.faults) for item in check_dataset(sample) if item.faults] == []


def test_it_is_small_enough_for_git() -> None:
    files = [*(path for path in SAMPLE.rglob("*") if path.is_file()), TEXT]
    assert sum(path.stat().st_size for path in files) < 9_000_000


def test_every_group_is_as_large_as_asked_or_says_why_not(sample: Dataset) -> None:
    every = records(sample)
    assert len(every) == 250
    for record in every:
        assert record.statistics is not None
        quantiles = record.random_sample_by_quantile or []
        negative = record.most_negative_activation_records or []
        groups = [record.most_positive_activation_records, negative, *quantiles, record.random_sample]
        for count, group, asked in zip(record.statistics.groups, groups, [20, 10, 5, 5, 5, 5, 15], strict=True):
            assert count.kept == len(group)
            assert (count.note is None) == (len(group) == asked)


def test_nearly_every_unit_can_be_split_for_scoring(sample: Dataset) -> None:
    assert sum(record.splits().notes == [] for record in records(sample)) >= 245


def test_no_token_is_mojibake(sample: Dataset) -> None:
    tokens = {token for record in records(sample) for one in record.random_sample for token in one.tokens}
    assert len(tokens) > 3_000
    assert not [token for token in tokens if any(piece in token for piece in ("Ġ", "Ċ", "â€"))]


@pytest.mark.parametrize("place", [0, 25, 49])
def test_its_activations_are_the_models_own(
    sample: Dataset, subject: Subject, documents: list[np.ndarray], place: int
) -> None:
    """The strongest and the most negative text of a unit in each layer, run again through the model."""
    import torch

    neurons = open_source(subject)
    for layer in sample.layers():
        unit = sample.units(layer)[place]
        record = sample.record(layer, unit)
        assert record is not None
        assert record.most_negative_activation_records
        for stored in (record.most_positive_activation_records[0], record.most_negative_activation_records[0]):
            assert stored.source is not None
            ids = documents[stored.source.document][stored.source.offset :][: len(stored.tokens)]
            assert subject.tokenizer.decode(ids) == "".join(stored.tokens)
            values = read_activations(subject, neurons, torch.from_numpy(ids)[None], [layer])[layer]
            assert isinstance(values, torch.Tensor)
            again = values[0, 1:, unit].numpy()
            np.testing.assert_allclose(again, stored.activations[1:], rtol=2e-3, atol=2e-3 * np.abs(again).max())
