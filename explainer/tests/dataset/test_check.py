"""Whole datasets with something wrong in them."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    assert said == "is a folder; a file belongs there."


def test_no_dataset_is_bad_input(tmp_path):
    with pytest.raises(BadInput):
        faults(tmp_path)


def changed_manifest(root: Path, **changes: Any) -> None:
    path = root / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("packed", [True, False])
def test_a_layer_that_is_said_to_be_endless_is_counted_not_listed(write, packed):
    root = write(packed=packed, layers=1)
    changed_manifest(root, layers=[{"index": 0, "units": 10**11}], files={})
    found = faults(root)
    where = f"{RECORDS}/0.zip" if packed else f"{RECORDS}/0"
    missing = [f"{where}/{unit}.json" for unit in range(5, 25)]
    assert set(found) == {*missing, where, "units/0.json"}
    assert found[where] == ["99,999,999,975 more units of the manifest are missing"]
    assert found[missing[-1]] == ["missing: the manifest says that there is such a unit"]


def test_a_manifest_that_leads_out_of_the_dataset_is_one_fault(write):
    root = write()
    changed_manifest(root, files={"../secret": {"bytes": 3, "sha256": ""}})
    assert faults(root) == {"dataset.json": ["$.files['../secret']: not a path inside the dataset"]}


def test_parts_that_the_manifest_names_must_be_known_and_there(write):
    root = write(layers=1)
    changed_manifest(root, artefacts=[RECORDS, "explanations", "logits", "opinions"])
    unknown, absent = sorted(faults(root)["dataset.json"], key=len, reverse=True)
    assert unknown.startswith("$.artefacts: there is no part 'opinions'; there are collated-activations, ")
    assert absent == "$.artefacts: names logits, and there are no files of it"


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_regular_file_is_a_fault_and_the_rest_is_checked(write, packed, make):
    root = write(packed=packed)
    (root / "lists.json").touch()
    odd = ["dataset.json", "units/0.json", "lists.json", "explanations/0.zip", f"{RECORDS}/1/2.json"]
    odd = [path for path in odd if (root / path).exists()] + [f"{RECORDS}/7.zip"]
    for path in odd:
        (root / path).unlink(missing_ok=True)
        make(root / path)
    found = faults(root)
    for path in odd:
        assert found.pop(path)[-1].endswith("; a file belongs there.")
    assert found == {}


@pytest.mark.parametrize("data", [b"", b"nonsense", b"PAR1"])
def test_a_list_of_files_that_cannot_be_read_is_a_fault(write, data):
    root = write(packed=False)
    (root / "files.parquet").write_bytes(data)
    assert faults(root)["files.parquet"][-1] == "not a Parquet file with the columns path, bytes and sha256"


def test_a_broken_manifest_where_nothing_else_stands_is_the_one_fault(tmp_path):
    (tmp_path / "dataset.json").mkdir()
    assert faults(tmp_path) == {"dataset.json": ["is a folder; a file belongs there."]}


def test_lists_and_values_of_tables_are_looked_at(write):
    root = write(layers=1)
    changed_manifest(root, files={})
    (root / "lists.json").write_text('{"lists": [{"title": "x", "units": [{"layer": 0, "unit": 5}]}]}')
    (root / "units/0.json").write_text('{"layer": 0, "unit": [0, 1, 2, 3, 4], "max": [1, 2, null, "3", 4]}')
    assert faults(root) == {
        "lists.json": ["$.lists[0].units[0]: the dataset has no layer 0, unit 5"],
        "units/0.json": ["$.max[3]: Expected `float | null`, got `str`"],
    }
