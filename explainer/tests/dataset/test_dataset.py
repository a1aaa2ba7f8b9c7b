"""One dataset on disk, as folders and as zips."""

from __future__ import annotations

import asyncio
import zlib
from pathlib import Path

import numpy as np
import pytest

from neuronscope import codec
from neuronscope.dataset import Dataset, DatasetWriter, open_dataset
from neuronscope.dataset.layout import PARTS
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput, BrokenData
from neuronscope.relations import (
    ConnectedNeurons,
    RelatedNeurons,
    TokenLookupTableSummaryOfNeuron,
    TokensAndWeights,
    WeightBasedSummaryOfNeuron,
)


@pytest.fixture(params=[True, False], ids=["zips", "folders"])
def dataset(request, write) -> Dataset:
    return open_dataset(write(packed=request.param))


def test_what_it_says_of_itself(dataset, tmp_path):
    assert (dataset.name, dataset.root, dataset.layers()) == ("tiny", str(tmp_path / "tiny"), [0, 1])
    assert [list(dataset.units(layer)) for layer in (0, 1, 2)] == [[0, 1, 2, 3, 4]] * 2 + [[]]
    assert dataset.passes_through
    assert dataset.manifest.title == "Tiny"
    assert [part for part in PARTS if dataset.has(part)] == ["collated-activations", "explanations"]


def test_records_and_explanations(dataset, record_of):
    assert dataset.record(1, 4) == record_of(1, 4)
    assert dataset.explanations(0, 1).scored_explanations[0].explanation == "words about time"


def test_what_is_not_there_is_none(dataset):
    assert dataset.record(0, 5) is dataset.record(2, 0) is dataset.record(10**30, 0) is None
    assert dataset.explanations(0, 0) is dataset.explanations(1, 1) is None
    assert dataset.related_tokens(0, 0) is dataset.related_tokens(0, 0, "weight-based") is None
    assert dataset.related_neurons(0, 0) is dataset.stored("logits", 0, 0) is dataset.file("lists.json") is None


def test_membership(dataset):
    assert (0, 4) in dataset
    assert (0, 5) not in dataset
    assert (2, 0) not in dataset


@pytest.mark.parametrize("bad", [-1, "0", 1.0, None, True])
def test_an_index_that_is_not_a_whole_number_from_0_is_bad_input(dataset, bad):
    for call in (dataset.record, dataset.explanations, dataset.related_tokens, dataset.related_neurons):
        with pytest.raises(BadInput, match="layer is"):
            call(bad, 0)
        with pytest.raises(BadInput, match="unit is"):
            call(0, bad)
    with pytest.raises(BadInput, match="layer is"):
        dataset.units(bad)
    with pytest.raises(BadInput, match="unit is"):
        (0, bad) in dataset  # noqa: B015 - that asking raises is the point
    with pytest.raises(BadInput, match="not a pair"):
        bad in dataset  # noqa: B015


def test_an_unknown_part_or_kind_is_bad_input(dataset):
    for call in (dataset.has, lambda part: dataset.stored(part, 0, 0), lambda part: dataset.read(part, 0, 0)):
        with pytest.raises(BadInput, match=r"no part '\.\./secrets'"):
            call("../secrets")
    with pytest.raises(BadInput, match="activation-based or weight-based"):
        dataset.related_tokens(0, 0, "other")
    with pytest.raises(BadInput, match="weight-based"):
        dataset.related_neurons(0, 0, "other")


def test_the_other_parts(tmp_path):
    tokens = TokensAndWeights(["a"], [None])
    weights = WeightBasedSummaryOfNeuron(tokens, tokens, tokens, tokens)
    lookup = TokenLookupTableSummaryOfNeuron(["a"], [1.5])
    related = RelatedNeurons(ConnectedNeurons(["0_1"], [1.0], [], []), None)
    with DatasetWriter(tmp_path / "x") as writer:
        for part, value in [
            ("related-tokens/weight-based", weights),
            ("related-tokens/activation-based", lookup),
            ("related-neurons/weight-based", related),
        ]:
            writer.add_layer(part, 0, [(7, codec.dumps(value))])
        infos = [LayerInfo(0, 1, [7])]
        writer.finish(Manifest("x", "X", ModelInfo("m"), SourceInfo("sae"), infos))
    dataset = open_dataset(tmp_path / "x")
    assert dataset.related_tokens(0, 7) == lookup
    assert dataset.related_tokens(0, 7, "weight-based") == weights
    assert dataset.related_neurons(0, 7) == related
    assert dataset.units(0) == [7]


def test_a_stored_file_is_the_bytes_as_they_lie(dataset, record_of):
    stored = dataset.stored("collated-activations", 1, 2)
    plain = codec.dumps(record_of(1, 2))
    assert (stored.bytes(), stored.size, stored.crc) == (plain, len(plain), zlib.crc32(plain))
    if stored.deflated:
        assert zlib.decompress(stored.gzip(), 31) == plain
    else:
        assert stored.data == plain


def test_many_records_at_once_in_order(dataset, record_of):
    pairs = [(layer, unit) for layer in (1, 0) for unit in (4, 0, 9, 2)]
    expected = [record_of(*pair) if pair[1] < 5 else None for pair in pairs]
    assert list(dataset.records(pairs, concurrency=3)) == expected

    async def collected() -> list[object]:
        return [record async for record in dataset.arecords(pairs)]

    assert asyncio.run(collected()) == expected


def test_a_file_written_over_is_read_anew(dataset, write, record_of):
    assert dataset.record(0, 3) is not None
    other = write("other", units=3, packed=(Path(dataset.root) / "collated-activations/0.zip").exists())
    for path in other.rglob("*"):
        if path.is_file():
            path.replace(Path(dataset.root) / path.relative_to(other))
    assert list(dataset.units(0)) == [0, 1, 2]
    assert dataset.record(0, 2) == record_of(0, 2)


def test_a_part_may_be_folders_beside_zips(write, tmp_path):
    root = write()
    (root / "explanations/0").mkdir()
    (root / "explanations/0.zip").rename(tmp_path / "0.zip")
    unpacked = root / "explanations/0/1.jsonl"
    unpacked.write_text('{"neuron_id": {"layer_index": 0, "neuron_index": 1}, "scored_explanations": []}\n')
    dataset = open_dataset(root)
    assert dataset.explanations(0, 1).scored_explanations == []
    assert dataset.record(0, 1) is not None


def test_a_record_that_cannot_be_used_names_the_file_and_the_field(write):
    root = write(packed=False)
    path = root / "collated-activations/0/3.json"
    path.write_bytes(path.read_bytes().replace(b'"activations":[0.0,', b'"activations":[', 1))
    with pytest.raises(BrokenData) as caught:
        open_dataset(root).record(0, 3)
    assert str(path) in str(caught.value)
    assert "$.random_sample[0]: 3 tokens but 2 activations" in str(caught.value)


def test_a_dataset_closes(write):
    with open_dataset(write()) as dataset:
        assert repr(dataset).startswith("Dataset('")


class Whole:
    """A whole number of another kind than int, as NumPy's are."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


@pytest.mark.parametrize("kind", [np.int64, np.uint8, Whole])
def test_any_kind_of_whole_number_names_a_unit(dataset, record_of, kind):
    assert dataset.record(kind(0), kind(1)) == record_of(0, 1)
    assert dataset.stored("collated-activations", kind(0), kind(1)) == dataset.stored("collated-activations", 0, 1)
    assert (kind(0), kind(1)) in dataset
    assert list(dataset.units(kind(0))) == [0, 1, 2, 3, 4]
    with pytest.raises(BadInput, match="unit is"):
        dataset.record(kind(0), np.float32(1))
    with pytest.raises(BadInput, match="unit is"):
        dataset.record(kind(0), np.True_)


def test_layers_ascend_whatever_the_order_in_the_manifest(write):
    path = write() / "dataset.json"
    plain = codec.loads(path.read_bytes(), dict)
    path.write_bytes(codec.dumps(plain | {"layers": plain["layers"][::-1]}))
    assert open_dataset(path.parent).layers() == [0, 1]
