"""Public layouts without a manifest, found by listing and by probing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset import discover, open_dataset
from neuronscope.dataset.layout import PARTS
from neuronscope.dataset.store import Stat
from neuronscope.errors import BadInput


class Unlisted:
    """A place of ``layers`` times ``units`` files that answers only whether a file is there."""

    local = False
    root = "https://example.org/data"

    def __init__(self, layers: int, units: int) -> None:
        self.there = layers, units
        self.asked = 0

    def stat(self, path: str) -> Stat | None:
        self.asked += 1
        asked = re.fullmatch(r"collated-activations/(\d+)/(\d+)\.json", path)
        found = asked and int(asked[1]) < self.there[0] and int(asked[2]) < self.there[1]
        return Stat(1, "1") if found else None

    def list(self, _: str) -> None:
        return None


@given(st.integers(1, 70), st.integers(1, 70_000))
def test_probing_finds_the_width_and_the_depth_in_few_requests(layers, units):
    store = Unlisted(layers, units)
    found = discover.look(store, name="x")
    assert [(info.index, info.units, info.unit_ids) for info in found.layers] == [
        (i, units, None) for i in range(layers)
    ]
    assert found.artefacts == ["collated-activations"]
    assert (found.title, found.model) == ("x", discover.UNKNOWN_MODEL)
    assert store.asked < 2 * 2 * (layers.bit_length() + units.bit_length()) + 6 * len(PARTS)


def test_a_place_with_nothing_is_bad_input():
    with pytest.raises(BadInput, match=r"https://example.org/data holds no dataset.*credentials"):
        discover.look(Unlisted(0, 0), name="x")


@pytest.mark.parametrize("packed", [True, False])
def test_probing_over_http_equals_listing_the_folder(serve, write, packed):
    root = write(packed=packed, layers=3, units=7)
    (root / "dataset.json").unlink()
    server = serve(root)
    with open_dataset(server.address) as remote, open_dataset(root) as local:
        assert server.requests == []
        assert remote.layers() == local.layers() == [0, 1, 2]
        assert list(remote.units(2)) == list(local.units(2)) == list(range(7))
        assert local.manifest.artefacts == ["collated-activations", "explanations"]
        assert not remote.passes_through
        assert not local.passes_through


def test_a_bucket_that_answers_403_for_missing_objects(serve, write):
    from neuronscope.dataset.dataset import Dataset
    from neuronscope.dataset.http import HttpStore

    root = write()
    (root / "dataset.json").unlink()
    server = serve(root)
    server.forbid_missing = True
    dataset = Dataset(HttpStore("gs://b/d", address=server.address, missing=frozenset({403, 404})), name="x")
    assert dataset.layers() == [0, 1]
    assert dataset.record(5, 0) is None


def test_sparse_ids_and_layers_are_found_by_listing(tmp_path: Path):
    for layer, unit in [(3, 17), (3, 4), (10, 0), (10, 1)]:
        folder = tmp_path / f"collated-activations/{layer}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{unit}.json").write_text(json.dumps({"neuron_id": {"layer_index": layer, "neuron_index": unit}}))
    (tmp_path / "collated-activations/4").mkdir()
    (tmp_path / "collated-activations/10/007.json").touch()
    (tmp_path / "collated-activations/notes.txt").touch()
    dataset = open_dataset(tmp_path)
    assert [(info.index, info.units, info.unit_ids) for info in dataset.manifest.layers] == [
        (3, 2, [4, 17]),
        (10, 2, None),
    ]
    assert dataset.record(3, 17).neuron_id.neuron_index == 17
