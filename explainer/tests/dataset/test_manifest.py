"""dataset.json."""

from __future__ import annotations

import json
from typing import Any

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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"layers": [{"index": 0, "units": 7, "unit_ids": [1, 2]}]},
            "$.layers[0]: units is 7 but there are 2 unit_ids",
        ),
        ({"layers": [{"index": 0, "units": 2, "unit_ids": [2, 2]}]}, "$.layers[0]: unit_ids do not ascend"),
        ({"layers": [{"index": 0, "units": 2, "unit_ids": [-2, 2]}]}, "$.layers[0]: unit_ids must be 0 or greater"),
        ({"layers": [{"index": -1, "units": 2}]}, "$.layers[0]: index is -1; it must be 0 or greater"),
        ({"layers": [{"index": 0, "units": -7}]}, "$.layers[0]: units is -7; it must be 0 or greater"),
        ({"layers": [{"index": 0, "units": 10**18 + 1}]}, "$.layers[0]: units is 1000000000000000001; it must be"),
        ({"layers": [{"index": 3, "units": 1}] * 2}, "$: layers has layer 3 twice"),
        ({"schema_version": -4}, "$: schema_version is -4; it must be 1 or greater"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_broken(change, words):
    plain: dict[str, Any] = json.loads(write_manifest(MANIFEST)) | change
    with pytest.raises(BrokenData) as caught:
        read_manifest(json.dumps(plain).encode(), "dataset.json")
    assert str(caught.value).startswith(f"dataset.json: {words}")


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../../etc/passwd", "units/../../x", "a\\b", "a\0b", "a\nb", "./a", "a//b", "\ud800"]
)
def test_a_listed_path_that_leads_out_of_the_dataset_is_broken(path):
    plain = json.loads(write_manifest(MANIFEST)) | {"files": {"units/3.json": {"bytes": 1, "sha256": ""}}}
    assert "units/3.json" in read_manifest(json.dumps(plain).encode(), "dataset.json").files
    plain["files"][path] = {"bytes": 1, "sha256": ""}
    with pytest.raises(BrokenData) as caught:
        read_manifest(json.dumps(plain).encode(), "dataset.json")
    assert str(caught.value) == f"dataset.json: $.files[{path!r}]: not a path inside the dataset"
