"""Whole datasets with something wrong in them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.errors import BadInput

RECORDS = "collated-activations"


def faults(root: Path | str) -> dict[str, list[str]]:
    with open_dataset(root) as dataset:
        items = [item for item in check_dataset(dataset) if item.faults]
    return {
        path: [said for item in items if item.path == path for said in item.faults] for path in {i.path for i in items}
    }


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change a zip's members with the standard library."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("packed", [True, False])
def test_a_dataset_just_written_has_no_faults(write, packed):
    root = write(packed=packed)
    assert faults(root) == {}
    with open_dataset(root) as dataset:
        looked_at = [item.path for item in check_dataset(dataset)]
    assert f"{RECORDS}/1/4.json" in looked_at
    assert {"dataset.json", "units/0.json", "explanations/0/1.jsonl"} <= set(looked_at)


@pytest.mark.parametrize("packed", [True, False])
def test_a_public_layout_without_a_manifest_is_checked_too(write, packed):
    root = write(packed=packed)
    (root / "dataset.json").unlink()
    assert faults(root) == {}


@pytest.mark.parametrize("packed", [True, False])
def test_a_dataset_over_http_is_checked_too(serve, write, packed):
    server = serve(write(packed=packed))
    assert faults(server.address) == {}


def test_a_missing_zip_is_one_line(write):
    root = write()
    (root / f"{RECORDS}/1.zip").unlink()
    assert faults(root) == {
        f"{RECORDS}/1.zip": ["missing: the manifest lists it"],
        f"{RECORDS}/1": ["missing: the manifest says that the layer has 5 units"],
    }


def test_a_missing_file_is_named(write):
    root = write(packed=False)
    (root / f"{RECORDS}/1/3.json").unlink()
    (root / "explanations/0/1.jsonl").unlink()
    (root / "units/1.json").unlink()
    assert faults(root) == {
        f"{RECORDS}/1/3.json": ["missing: the manifest says that there is such a unit"],
        "explanations/0/1.jsonl": ["missing: files.parquet lists it"],
        "units/1.json": ["missing: the manifest lists it"],
    }


def test_a_flipped_byte_is_found_by_digest_and_by_checksum(write):
    root = write()
    path = root / f"{RECORDS}/0.zip"
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"2.json") + 60] ^= 0xFF
    path.write_bytes(raw)
    found = faults(root)
    assert set(found) == {f"{RECORDS}/0.zip", f"{RECORDS}/0.zip/2.json"}
    assert found[f"{RECORDS}/0.zip"] == ["its SHA-256 is not the one in the manifest: it was changed or damaged"]
    assert not found[f"{RECORDS}/0.zip/2.json"][0].startswith(("/", " "))


def test_a_truncated_zip_is_one_line(write):
    root = write()
    path = root / f"{RECORDS}/0.zip"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert faults(root) == {
        f"{RECORDS}/0.zip": [
            f"{len(whole) - 9:,} bytes, but the manifest says {len(whole):,}",
            "is not a zip file, or is cut short: no end record at its end.",
        ]
    }


def test_a_changed_file_is_found_by_its_digest(write):
    root = write(packed=False)
    path = root / f"{RECORDS}/0/2.json"
    path.write_bytes(path.read_bytes().replace(b"2.0", b"3.0"))
    assert faults(root) == {
        f"{RECORDS}/0/2.json": ["its SHA-256 is not the one in files.parquet: it was changed or damaged"]
    }


def test_inconsistent_records_are_named_by_file_and_field(write):
    root = write()
    (root / "dataset.json").unlink()

    def change(files: dict[str, bytes]) -> None:
        files["0.json"], files["1.json"] = files["1.json"], files["0.json"]
        files["2.json"] = files["2.json"].replace(b'"activations":[0.0,', b'"activations":[')
        files["3.json"] = b"{}"

    rewritten(root / f"{RECORDS}/0.zip", change)
    found = faults(root)
    assert {path: said[0] for path, said in found.items()} == {
        f"{RECORDS}/0/0.json": "$.neuron_id: says layer 0, unit 1, but lies at layer 0, unit 0",
        f"{RECORDS}/0/1.json": "$.neuron_id: says layer 0, unit 0, but lies at layer 0, unit 1",
        f"{RECORDS}/0/2.json": "$.random_sample[0]: 3 tokens but 2 activations",
        f"{RECORDS}/0/3.json": "$: Object missing required field `neuron_id`",
    }


def test_what_does_not_belong_is_named(write):
    root = write()
    (root / "dataset.json").write_text(json.dumps(json.loads((root / "dataset.json").read_text()) | {"files": {}}))
    rewritten(
        root / f"{RECORDS}/0.zip", lambda files: files.update({"notes.txt": b"", "007.json": b"", "3/1.json": b""})
    )
    rewritten(root / f"{RECORDS}/1.zip", lambda files: files.update({"9.json": files["0.json"]}))
    (root / f"{RECORDS}/.2.zip.partial").touch()
    (root / "explanations/0").mkdir()
    found = faults(root)
    assert found.pop(f"{RECORDS}/1/9.json") == ["$.neuron_id: says layer 1, unit 0, but lies at layer 1, unit 9"]
    assert found == {
        f"{RECORDS}/.2.zip.partial": ["not part of a dataset"],
        f"{RECORDS}/0.zip/007.json": ["not part of a dataset"],
        f"{RECORDS}/0.zip/3/1.json": ["not part of a dataset"],
        f"{RECORDS}/0.zip/notes.txt": ["not part of a dataset"],
        f"{RECORDS}/1.zip/9.json": ["the manifest has no such unit"],
        "explanations/0": ["there both as a folder and as a zip; the zip is the one that is read"],
    }


def test_a_layer_that_the_manifest_lacks_is_looked_at(write):
    root = write()
    (root / f"{RECORDS}/7.zip").write_bytes((root / f"{RECORDS}/1.zip").read_bytes())
    assert faults(root)[f"{RECORDS}/7.zip/0.json"] == ["the manifest has no such unit"]


def test_a_table_that_does_not_fit_is_named(write):
    root = write(packed=False)
    (root / "dataset.json").unlink()
    (root / "units/0.json").write_text('{"layer": 0, "unit": [0, 1, 2, 3, 4], "max": [1]}')
    assert faults(root) == {"units/0.json": ["$: columns of unequal length: unit 5, max 1"]}


def test_an_unreadable_manifest_is_a_fault_and_the_rest_is_checked(write):
    root = write()
    (root / "dataset.json").write_text("{")
    (root / f"{RECORDS}/0.zip").write_bytes(b"")
    found = faults(root)
    assert "not JSON" in found["dataset.json"][0]
    assert found[f"{RECORDS}/0.zip"] == ["is not a zip file, or is cut short: no end record at its end."]


def test_an_unreadable_file_is_a_fault(write):
    root = write(packed=False)
    (root / f"{RECORDS}/0/2.json").unlink()
    (root / f"{RECORDS}/0/2.json").mkdir()
    (said,) = faults(root)[f"{RECORDS}/0/2.json"]
    assert "Is a directory" in said


def test_no_dataset_is_bad_input(tmp_path):
    with pytest.raises(BadInput):
        faults(tmp_path)
