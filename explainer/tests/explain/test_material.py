"""What is known of a unit: the scale of its train records, its tables, and records that are like the top ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput
from neuronscope.explain.material import (
    NoMaterial,
    hard_negatives,
    largest_activation,
    peak_position,
    peak_token,
    read_material,
    scale_of,
)
from neuronscope.explain.parts import UnitMaterial
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
RECORDS = "collated-activations"


def record(*pairs: tuple[str, float], ignored: list[int] | None = None) -> ActivationRecord:
    return ActivationRecord([token for token, _ in pairs], [value for _, value in pairs], ignored=ignored)


def test_a_unit_of_the_sample_comes_with_all_its_tables() -> None:
    dataset = open_dataset(str(SAMPLE))
    layer = dataset.layers()[1]
    unit = dataset.units(layer)[2]
    material = read_material(dataset, layer, unit)
    assert isinstance(material, UnitMaterial)
    assert material.unit == NeuronId(layer, unit)
    assert material.splits == material.record.splits(5)
    assert [len(material.splits.train), len(material.splits.test)] == [5, 10]
    tokens = {
        value
        for one in material.splits.train
        for place, value in enumerate(one.activations)
        if place not in (one.ignored or ())
    }
    assert material.scale == max(tokens)
    assert material.lookup == dataset.related_tokens(layer, unit)
    assert material.weights == dataset.related_tokens(layer, unit, "weight-based")
    assert material.logits is not None
    assert material.logits.top.tokens


def test_a_unit_without_a_record_has_no_material_but_a_reason() -> None:
    dataset = open_dataset(str(SAMPLE))
    assert read_material(dataset, 3, 999_999) == NoMaterial("sample has no record of unit 3:999999")
    with pytest.raises(BadInput, match="unit is -1"):
        read_material(dataset, 2, -1)


def test_each_file_of_a_unit_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = open_dataset(str(SAMPLE))
    layer = dataset.layers()[0]
    seen: list[str] = []
    read = dataset.read

    def counted(part: str, *place: int) -> bytes | None:
        seen.append(part)
        return read(part, *place)

    monkeypatch.setattr(dataset, "read", counted)
    read_material(dataset, layer, dataset.units(layer)[0])
    assert sorted(seen) == sorted(set(seen))
    assert RECORDS in seen


def test_the_scale_is_the_largest_activation_that_counts() -> None:
    sink = record(("<s>", 900.0), (" a", 2.5), (" b", -7.0), ignored=[0])
    assert largest_activation([sink, record((" c", 1.0))]) == 2.5
    assert scale_of([sink]) == 2.5
    assert largest_activation([record((" a", -1.0), (" b", -3.0))]) == -1.0
    assert scale_of([record((" a", -1.0))]) is None
    assert scale_of([record((" a", 0.0))]) is None
    assert largest_activation([record(("<s>", 4.0), ignored=[0]), record()]) is None


def test_the_peak_is_among_the_tokens_that_are_shown() -> None:
    assert peak_token(record(("<s>", 900.0), (" 🙂", 2.0), ("", 8.0), (" b", 2.0), ignored=[0])) == " 🙂"
    assert peak_position(record(("<s>", 900.0), ("", 1.0), ignored=[0])) is None
    assert peak_token(record()) is None


def test_hard_negatives_have_a_peak_token_or_most_tokens_and_hardly_fire() -> None:
    tops = [record((" the", 0.0), (" bank", 10.0 - i), (f" {i}", 0.0)) for i in range(8)]
    same_word = record((" a", 0.0), ("Bank", 1.5), (" rose", 0.0), (" today", 0.0))
    most_tokens = record((" the", 0.2), (" 4", 0.0), (" x", 0.1))
    one_of_them = record((" the", 1.0), (" bank", 0.0))
    fires = record((" the", 0.0), (" bank", 3.0))
    unlike = record((" two", 0.0), (" three", 0.0), (" the", 0.0))
    unit = NeuronRecord(
        NeuronId(0, 0),
        random_sample=[record((f" r{i}", 0.0)) for i in range(15)] + [most_tokens],
        random_sample_by_quantile=[[unlike, same_word, one_of_them], [fires, one_of_them]],
        most_positive_activation_records=tops,
    )
    splits = unit.splits(2)
    assert hard_negatives(unit, splits, scale_of(splits.train)) == (one_of_them, same_word, most_tokens)
    assert hard_negatives(unit, splits, None) == ()


WORD = st.sampled_from([" a", " b", " c", " d", "", "\n"])
RECORD = st.lists(st.tuples(WORD, st.floats(-1, 10)), min_size=1, max_size=5).map(lambda pairs: record(*pairs))
SOME = st.lists(RECORD, max_size=12)


@given(SOME, SOME, st.lists(SOME, max_size=3), st.integers(1, 3))
def test_hard_negatives_stand_in_no_split_and_nowhere_twice(
    top: list[ActivationRecord], random: list[ActivationRecord], quantiles: list[list[ActivationRecord]], per_split: int
) -> None:
    unit = NeuronRecord(NeuronId(0, 0), random, quantiles, most_positive_activation_records=top)
    splits = unit.splits(per_split)
    scale = scale_of(splits.train)
    found = hard_negatives(unit, splits, scale)
    texts = [tuple(one.tokens) for one in found]
    dealt = {tuple(one.tokens) for one in splits.train + splits.calibration + splits.valid + splits.test}
    assert len(found) <= 5
    assert len(set(texts)) == len(texts)
    assert not dealt & set(texts)
    assert scale is not None or not found
    assert all(max(one.activations) < 0.2 * scale for one in found if scale)
    assert found == hard_negatives(unit, splits, scale)
