"""A dataset written over what an unfinished run left."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronscope.dataset import DatasetWriter, open_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput

MANIFEST = Manifest("x", "X", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 2), LayerInfo(1, 2)])
FILES = [
    (0, b'{"neuron_id":{"layer_index":0,"neuron_index":0}}'),
    (1, b'{"neuron_id":{"layer_index":0,"neuron_index":1}}'),
]
OLD = [(0, b"old"), (7, b"old")]

FOREIGN = {
    ".collating/state": b"half",
    "notes.txt": b"mine",
    ".hidden.partial": b"mine",
    "lists.json": b"{}",
    "collated-activations/notes.txt": b"mine",
    "collated-activations/.notes.partial": b"mine",
    "collated-activations/03.zip": b"mine",
    "units/notes.json": b"mine",
    "other/0.zip": b"mine",
}
STALE = {
    ".dataset.json.partial": b"half",
    "units/.1.json.partial": b"half",
    "collated-activations/.1.zip.partial": b"half",
    "collated-activations/.1.partial/0.json": b"half",
    "collated-activations/.1.old.partial/0.json": b"old",
}
OTHERS = {
    "units/9.json": b"old",
    "collated-activations/9.zip": b"old",
    "collated-activations/8/0.json": b"old",
    "related-tokens/weight-based/0.zip": b"old",
}


def put(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(root: Path, *, packed: bool, replacing: bool) -> None:
    with DatasetWriter(root, packed=packed, replacing=replacing) as writer:
        for layer in (0, 1):
            writer.add_layer("collated-activations", layer, FILES)
            writer.add_file(f"units/{layer}.json", b"{}")
        writer.finish(MANIFEST)


def leave_unfinished(root: Path, *, packed: bool) -> None:
    """A run that was killed after its first layer: nothing was cleaned up."""
    writer = DatasetWriter(root, packed=packed, replacing=True)
    with writer:
        writer.add_layer("collated-activations", 0, OLD)
        writer.add_file("units/0.json", b"old")


@pytest.mark.parametrize("packed", [True, False])
def test_the_result_is_that_of_a_run_from_nothing(tmp_path, packed):
    write(tmp_path / "new", packed=packed, replacing=False)
    again = tmp_path / "again"
    leave_unfinished(again, packed=packed)
    put(again, STALE | OTHERS)
    write(again, packed=packed, replacing=True)
    assert everything(again) == everything(tmp_path / "new")
    assert sorted(path.name for path in again.iterdir()) == sorted(path.name for path in (tmp_path / "new").iterdir())
    assert open_dataset(again).read("collated-activations", 0, 7) is None


@pytest.mark.parametrize("packed", [True, False])
def test_from_one_form_to_the_other(tmp_path, packed):
    write(tmp_path / "new", packed=packed, replacing=False)
    leave_unfinished(tmp_path / "again", packed=not packed)
    write(tmp_path / "again", packed=packed, replacing=True)
    assert everything(tmp_path / "again") == everything(tmp_path / "new")


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_somebody_elses_is_not_touched(tmp_path, packed):
    put(tmp_path, FOREIGN)
    write(tmp_path, packed=packed, replacing=True)
    assert FOREIGN.items() <= everything(tmp_path).items()


def test_temporary_files_go_at_once_and_a_failure_leaves_the_rest(tmp_path):
    leave_unfinished(tmp_path, packed=True)
    put(tmp_path, FOREIGN | STALE | OTHERS)
    before = everything(tmp_path)

    def attempt() -> None:
        with DatasetWriter(tmp_path, replacing=True) as writer:
            assert everything(tmp_path) == {path: data for path, data in before.items() if path not in STALE}
            writer.add_layer("collated-activations", 1, FILES)
            writer.add_layer("collated-activations", 0, [*FILES, (2, lambda: bytes([1 // 0]))])

    with pytest.raises(ZeroDivisionError):
        attempt()
    left = everything(tmp_path)
    assert left.pop("collated-activations/1.zip")
    assert left == {path: data for path, data in before.items() if path not in STALE}


def test_a_failure_in_the_folder_form_leaves_the_older_folder(tmp_path):
    leave_unfinished(tmp_path, packed=False)
    before = everything(tmp_path)

    def attempt() -> None:
        with DatasetWriter(tmp_path, packed=False, replacing=True) as writer:
            writer.add_layer("collated-activations", 0, [*FILES, (2, lambda: bytes([1 // 0]))])

    with pytest.raises(ZeroDivisionError):
        attempt()
    assert everything(tmp_path) == before


def test_a_manifest_is_gone_as_soon_as_anything_is_replaced(tmp_path):
    write(tmp_path, packed=True, replacing=False)
    complete = everything(tmp_path)
    with DatasetWriter(tmp_path, replacing=True) as writer:
        assert everything(tmp_path) == complete
        writer.add_file("units/0.json", b"{}")
        assert not (tmp_path / "dataset.json").exists()
    write(tmp_path, packed=True, replacing=True)
    assert everything(tmp_path) == complete


def test_a_new_folder_is_made_and_a_file_is_refused(tmp_path):
    write(tmp_path / "new/x", packed=True, replacing=True)
    assert open_dataset(tmp_path / "new/x").manifest.schema_version == 1
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(BadInput, match="is a file"), DatasetWriter(tmp_path / "file", replacing=True):
        pytest.fail("it opened")


def test_without_replacing_it_is_refused_and_untouched(tmp_path):
    leave_unfinished(tmp_path, packed=True)
    before = everything(tmp_path)
    with pytest.raises(BadInput, match="not empty"), DatasetWriter(tmp_path):
        pytest.fail("it opened")
    assert everything(tmp_path) == before
