"""The published roots: what stands in for the files that they lack, in a copy of a few units as they were published."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.cli import main
from neuronscope.copying.rewriting import rewrite
from neuronscope.dataset import Dataset, open_dataset
from neuronscope.dataset.blob import public_address
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.http import HttpStore
from neuronscope.dataset.layout import LISTS, RECORDS, unit_path
from neuronscope.dataset.published import PUBLISHED, published_at
from neuronscope.dataset.tables import list_faults
from neuronscope.lists import Lists

XL, SMALL = PUBLISHED
UNITS = [(5, 131), (12, 847), (46, 2181)]


@pytest.fixture
def miniature(tmp_path: Path) -> Path:
    """Units of GPT-2 XL as they were published: a file each, NaN, no manifest, no lists."""
    root = tmp_path / "data"
    for layer, unit in [*UNITS, (0, 0)]:
        record = {
            "dataclass_name": "NeuronRecord",
            "neuron_id": {"dataclass_name": "NeuronId", "layer_index": layer, "neuron_index": unit},
            "mean": float("nan"),
            "random_sample": [],
            "most_positive_activation_records": [
                {"dataclass_name": "ActivationRecord", "tokens": ["a", " b"], "activations": [0.0, 2.5]}
            ],
        }
        path = root / unit_path(RECORDS, layer, unit)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(record))
    return root


@pytest.fixture
def opened(miniature: Path, serve) -> Dataset:
    """The miniature behind HTTP, known as the published root is."""
    store = HttpStore(serve(miniature).address)
    return Dataset(store, name="xl", assumed=XL.manifest(), beside=XL.beside())


def test_a_root_is_known_by_either_address_and_any_other_is_not():
    for one in PUBLISHED:
        assert published_at(one.root) is published_at(f"{public_address(one.root)}/") is one
        assert published_at(f"{one.root}/more") is published_at(one.root[:-1]) is None


def test_gpt2_xl_has_a_list_of_units_worth_seeing_that_says_who_picked_them():
    (found,) = codec.loads(XL.beside()[LISTS], Lists).lists
    assert found.title == "Units worth seeing"
    assert "Picked by those who published the data" in (found.note or "")
    assert "not verified here" in (found.note or "")
    places = [(unit.layer, unit.unit) for unit in found.units]
    assert len(set(places)) == len(places) == 36
    assert all(unit.label for unit in found.units)
    assert sorted(Counter(unit.description for unit in found.units).values()) == [12, 12, 12]
    assert list(list_faults(XL.beside()[LISTS], {layer: range(XL.units) for layer in range(XL.layers)})) == []
    assert SMALL.beside() == {}


def test_the_list_stands_in_only_while_the_root_has_none(opened: Dataset, miniature: Path):
    assert opened.file(LISTS) == XL.beside()[LISTS]
    assert opened.file("puzzles.json") is None
    (miniature / LISTS).write_text('{"lists": []}')
    assert opened.file(LISTS) == b'{"lists": []}'


def test_only_a_published_root_has_it(miniature: Path):
    with open_dataset(miniature) as dataset:
        assert dataset.file(LISTS) is None
    assert open_dataset(XL.root, environ={"HOME": str(miniature)})._beside == XL.beside()


def test_a_normalised_copy_has_the_list_with_the_units_that_are_in_it(opened: Dataset, tmp_path: Path):
    rewrite(opened, [(0, 0), *UNITS], tmp_path / "copy", tmp_path / "cache")
    with open_dataset(tmp_path / "copy") as made:
        (kept,) = codec.loads(made.file(LISTS) or b"", Lists).lists
        assert [(unit.layer, unit.unit) for unit in kept.units] == UNITS
        assert not [one for one in check_dataset(made) if one.faults]


def test_the_command_shows_the_list(miniature: Path, capsys: pytest.CaptureFixture[str]):
    (miniature / LISTS).write_bytes(XL.beside()[LISTS])
    with pytest.raises(SystemExit) as left:
        main(["show", str(miniature), "--part", "lists", "--json"])
    assert left.value.code in (0, None)
    assert json.loads(capsys.readouterr().out)["lists"][0]["title"] == "Units worth seeing"
