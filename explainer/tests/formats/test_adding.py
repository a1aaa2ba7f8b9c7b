"""Explanations of others in a dataset: beside its own, once, with where they are from; or alone in a new one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.indexing import open_units
from neuronscope.dataset.unitindex import UnitQuery
from neuronscope.errors import BadInput
from neuronscope.formats.adding import Added, add_explanations
from neuronscope.formats.founding import NewDataset, write_dataset_of
from neuronscope.formats.neuronpedia_explanations import exported
from neuronscope.formats.reading import read_explanations
from neuronscope.formats.scored import Importing
from neuronscope.records import ScoredExplanation

NOW = Importing("2026-01-02T03:04:05+00:00")
LATER = Importing("2026-02-03T04:05:06+00:00")
Write = Callable[..., Path]


def said(root: Path, layer: int, unit: int) -> list[ScoredExplanation]:
    with open_dataset(root) as dataset:
        found = dataset.explanations(layer, unit)
        return found.scored_explanations if found else []


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def faults(root: Path) -> list[str]:
    with open_dataset(root) as dataset:
        return [fault for one in check_dataset(dataset) for fault in one.faults]


@pytest.mark.parametrize("packed", [True, False])
def test_what_was_there_stays_and_what_is_new_comes_after_it(write: Write, a_list: Path, packed: bool) -> None:
    root = write(packed=packed)
    assert add_explanations(root, read_explanations([a_list]), NOW) == Added(3, 0, 2)
    first, second, third = said(root, 6, 3)
    assert (first.explanation, first.author) == ("words about time", "Ada")
    assert (second.explanation, second.author) == ("names of rivers", "gpt-4o-mini (oai_token-act-pair)")
    assert (third.scored_simulation, third.scores) == (None, None)
    made = third.provenance
    assert made
    assert (made.explainer, made.model, made.created) == ("np_max-act", "claude-3-5-haiku", NOW.created)
    assert made.options == {"file": "list.json", "neuronpedia": "gpt2-small/6-res-jb/3"}
    assert faults(root) == []


def test_the_table_of_units_follows(write: Write, a_list: Path) -> None:
    root = write()
    add_explanations(root, read_explanations([a_list]), NOW)
    with open_dataset(root) as dataset:
        rows = open_units(dataset).page(UnitQuery(), limit=20).rows
    counts = {(row.layer, row.unit): (row.explanations, row.explanation, row.score) for row in rows}
    assert counts[6, 3] == (3, "words about time", None)
    assert counts[7, 0] == (1, "closing brackets", None)
    assert counts[6, 1] == (0, None, None)


def test_the_same_again_from_whichever_file_changes_no_byte(write: Write, a_list: Path, batches: Path) -> None:
    root = write()
    add_explanations(root, read_explanations([a_list, batches]), NOW)
    before = contents(root)
    assert add_explanations(root, read_explanations([batches]), LATER) == Added(0, 3, 0)
    assert contents(root) == before


def test_what_is_exported_of_a_dataset_is_there_already(write: Write, a_list: Path, tmp_path: Path) -> None:
    root = write()
    add_explanations(root, read_explanations([a_list]), NOW)
    lines = [exported(one, model="gpt2-small", source="6-res-jb", unit=3) for one in said(root, 6, 3)]
    again = tmp_path / "again.json"
    again.write_text(json.dumps([vars(line) for line in lines]))
    assert add_explanations(root, read_explanations([again]), LATER) == Added(0, 3, 0)


def test_a_correlation_ranks_units_and_a_score_of_unknown_measure_does_not(write: Write, tmp_path: Path) -> None:
    root, table = write(), tmp_path / "t.csv"
    table.write_text("layer,unit,explanation,correlation,score\n6,0,a,0.5,\n6,1,b,,0.75\n6,2,c,0,\n")
    add_explanations(root, read_explanations([table]), NOW)
    with open_dataset(root) as dataset:
        rows = open_units(dataset).page(UnitQuery(layers=(6,)), limit=3).rows
    assert [row.score for row in rows] == [0.5, None, 0.0]
    (other,) = said(root, 6, 1)
    assert other.scores
    assert (other.scores["imported"].value, other.scores["imported"].reliable) == (0.75, False)


def test_neuronpedias_names_are_kept_and_others_refused(write: Write, a_list: Path, tmp_path: Path) -> None:
    root = write()
    add_explanations(root, read_explanations([a_list]), NOW)
    with open_dataset(root) as dataset:
        ids = dataset.manifest.neuronpedia
    assert ids
    assert (ids.model, [one.id for one in ids.sources]) == ("gpt2-small", ["6-res-jb", "7-res-jb"])
    before = contents(root)
    for changed, sentence in (({"modelId": "gemma"}, "of the model gemma"), ({"layer": "6-mlp"}, "source 6-mlp")):
        other = tmp_path / "other.json"
        one = {"modelId": "gpt2-small", "layer": "6-res-jb", "index": "0", "description": "x"}
        other.write_text(json.dumps([one | changed]))
        with pytest.raises(BadInput, match=sentence):
            add_explanations(root, read_explanations([other]), NOW)
    assert contents(root) == before


@pytest.mark.parametrize(
    ("place", "sentence"),
    [("8,0", r"line 3: tiny has no layer 8; it has 6, 7\. Nothing"), ("7,5", r"has no unit 5; it has 5 from 0 to 4")],
)
def test_a_unit_that_the_dataset_lacks_is_refused_and_nothing_is_written(
    write: Write, tmp_path: Path, place: str, sentence: str
) -> None:
    root, table = write(), tmp_path / "t.csv"
    table.write_text(f"layer,unit,explanation\n6,0,fine\n{place},not there\n")
    before = contents(root)
    with pytest.raises(BadInput, match=sentence):
        add_explanations(root, read_explanations([table]), NOW)
    assert contents(root) == before


def test_a_dataset_of_explanations_alone_is_whole_and_has_the_units_that_have_words(
    a_list: Path, tmp_path: Path
) -> None:
    root = tmp_path / "words"
    assert write_dataset_of(root, read_explanations([a_list]), NewDataset(), NOW) == Added(3, 0, 2)
    assert faults(root) == []
    with open_dataset(root) as dataset:
        assert {layer: list(dataset.units(layer)) for layer in dataset.layers()} == {6: [3], 7: [0]}
        assert (dataset.manifest.model.name, dataset.manifest.source.kind) == ("gpt2-small", "sae")
        assert dataset.manifest.artefacts == ["explanations"]
        assert dataset.record(6, 3) is None
        rows = open_units(dataset).page(UnitQuery(), limit=5).rows
    assert [(row.layer, row.unit, row.explanations, row.max, row.dead) for row in rows] == [
        (6, 3, 2, None, None),
        (7, 0, 1, None, None),
    ]


def test_more_words_come_into_such_a_dataset_and_it_stays_whole(a_list: Path, batches: Path, tmp_path: Path) -> None:
    root, table = tmp_path / "words", tmp_path / "t.csv"
    write_dataset_of(root, read_explanations([batches]), NewDataset(layers=12, units=5), NOW)
    table.write_text("layer,unit,explanation\n0,4,commas\n6,3,commas\n")
    assert add_explanations(root, read_explanations([a_list, table]), LATER) == Added(2, 3, 2)
    assert faults(root) == []
    with open_dataset(root) as dataset:
        assert {len(dataset.units(layer)) for layer in dataset.layers()} == {5}
        assert len(dataset.layers()) == 12


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        (NewDataset(units=3), r"list\.json, object 1: unit 3 is beyond the 3 units"),
        (NewDataset(layers=7), r"list\.json, object 4: layer 7 is beyond the 7 layers"),
    ],
)
def test_units_beyond_those_of_the_model_are_refused_and_no_folder_is_left(
    a_list: Path, tmp_path: Path, about: NewDataset, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        write_dataset_of(tmp_path / "words", read_explanations([a_list]), about, NOW)
    assert not (tmp_path / "words").exists()
