"""dataset.json."""

from __future__ import annotations

import json

import pytest

from neuronscope.dataset.manifest import (
    LayerInfo,
    Manifest,
    ModelInfo,
    SourceInfo,
    read_manifest,
    unit_ids,
    write_manifest,
)
from neuronscope.errors import BadInput, BrokenData

MANIFEST = Manifest("x", "X", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(3, 2, [4, 17])], schema_version=1)


def test_round_trip():
    assert read_manifest(write_manifest(MANIFEST), "dataset.json") == MANIFEST


def test_fields_of_later_additions_are_tolerated():
    plain = json.loads(write_manifest(MANIFEST)) | {"later": {"a": 1}}
    assert read_manifest(json.dumps(plain).encode(), "dataset.json") == MANIFEST


def test_a_later_schema_says_upgrade():
    plain = json.loads(write_manifest(MANIFEST)) | {"schema_version": 2}
    with pytest.raises(BadInput, match=r"here/dataset\.json has schema_version 2.*Upgrade"):
        read_manifest(json.dumps(plain).encode(), "here/dataset.json")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "Expected `object`"),
        (b'{"name":"x"}', "missing required field"),
        (write_manifest(MANIFEST).replace(b'"units":2', b'"units":"2"'), r"\$\.layers\[0\]\.units"),
    ],
)
def test_a_manifest_that_cannot_be_used_names_the_file_and_the_field(data, words):
    with pytest.raises(BrokenData, match=rf"here/dataset\.json: .*{words}"):
        read_manifest(data, "here/dataset.json")


def test_unit_ids():
    assert unit_ids(LayerInfo(0, 3)) == range(3)
    assert unit_ids(LayerInfo(0, 2, [4, 17])) == [4, 17]
