"""Files added to a complete dataset: all of them or none, whenever the process ends."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from neuronscope.dataset import DatasetWriter, change_dataset, open_dataset
from neuronscope.dataset.change import is_half_changed
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput

MANIFEST = Manifest("x", "X", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 2), LayerInfo(1, 2)])
OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
LOGITS, TOKENS = "logits", "related-tokens/activation-based"


def records(layer: int) -> list[tuple[int, bytes]]:
    return [(unit, b'{"neuron_id":{"layer_index":%d,"neuron_index":%d}}' % (layer, unit)) for unit in (0, 1)]


def logits(word: str) -> list[tuple[int, bytes]]:
    list_of_one = f'{{"tokens":["{word}"],"strengths":[1.0]}}'
    return [(unit, f'{{"top":{list_of_one},"bottom":{list_of_one}}}'.encode()) for unit in (0, 1)]


def table(layer: int) -> bytes:
    return b'{"layer":%d,"unit":[0,1]}' % layer


@pytest.fixture(params=[True, False], ids=["zips", "folders"])
def packed(request: pytest.FixtureRequest) -> bool:
    return request.param


def write(root: Path, *, packed: bool, word: str | None = None) -> None:
    """The dataset; with a word, as it is after ``change``."""
    with DatasetWriter(root, packed=packed) as writer:
        for layer in (0, 1):
            writer.add_layer("collated-activations", layer, records(layer))
            if word:
                writer.add_layer(LOGITS, layer, logits(word))
            writer.add_file(f"units/{layer}.json", table(layer) + (b"\n" if word else b""))
        writer.finish(MANIFEST)


def change(root: Path, word: str = "a") -> None:
    with change_dataset(root) as changed:
        for layer in (0, 1):
            changed.add_layer(LOGITS, layer, logits(word))
            changed.add_file(f"units/{layer}.json", table(layer) + b"\n")
        changed.finish()


def everything(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "files.parquet"}


def rows(root: Path) -> list[str]:
    return [f"{item.path}: {item.faults}" for item in check_dataset(open_dataset(root)) if item.faults]


def test_a_changed_dataset_equals_one_written_whole(tmp_path: Path, packed: bool) -> None:
    write(tmp_path / "changed", packed=packed)
    change(tmp_path / "changed")
    write(tmp_path / "whole", packed=packed, word="a")
    before, after = open_dataset(tmp_path / "whole").manifest, open_dataset(tmp_path / "changed").manifest
    assert {**after.files, "files.parquet": None} == {**before.files, "files.parquet": None}
    assert after.artefacts == ["collated-activations", LOGITS]
    changed, whole = everything(tmp_path / "changed"), everything(tmp_path / "whole")
    assert changed.keys() == whole.keys()
    assert all(changed[name] == whole[name] for name in whole if name != "dataset.json")
    assert rows(tmp_path / "changed") == []


def test_a_later_change_takes_the_place_of_an_earlier_one(tmp_path: Path, packed: bool) -> None:
    write(tmp_path, packed=packed)
    change(tmp_path, "first")
    with open_dataset(tmp_path) as dataset:
        assert b"first" in (dataset.read(LOGITS, 1, 0) or b"")
        change(tmp_path, "second")
        assert b"second" in (dataset.read(LOGITS, 1, 0) or b"")
    assert rows(tmp_path) == []


def test_leaving_early_leaves_the_dataset_as_it_was(tmp_path: Path, packed: bool) -> None:
    write(tmp_path, packed=packed)
    before = everything(tmp_path)
    with pytest.raises(ValueError, match="units must ascend"), change_dataset(tmp_path) as changed:
        changed.add_layer(LOGITS, 0, reversed(logits("a")))
    assert everything(tmp_path) == before
    assert not is_half_changed(tmp_path)


@pytest.mark.parametrize(
    "first", [1, pytest.param(2, marks=pytest.mark.nightly), pytest.param(3, marks=pytest.mark.nightly)]
)
def test_a_kill_before_any_operation_on_files_leaves_the_old_or_gives_the_new(
    tmp_path: Path, packed: bool, first: int
) -> None:
    """Of every three operations one; nightly the others."""
    met = []
    for at in range(first, 1000, 3):
        root = tmp_path / str(at)
        write(root, packed=packed)
        old = everything(root)
        if not ended_by_a_kill(root, at):
            break
        with open_dataset(root) as dataset:  # it can be read as it is
            assert [dataset.record(1, unit) is not None for unit in (0, 1)] == [True, True]
        with change_dataset(root) as changed:
            changed.add_file("lists.json", b'{"lists":[]}')
        new = everything(root)
        assert rows(root) == []
        if new != old:
            assert open_dataset(root).manifest.artefacts == ["collated-activations", LOGITS]
        met.append(new != old)
    assert met == sorted(met)  # from some operation on the change is made
    assert met.count(True) > 3
    assert met.count(False) > 3


def ended_by_a_kill(root: Path, at: int) -> bool:
    """Change the dataset in another process that kills itself before its operation number ``at``, if it has as many."""
    pid = os.fork()
    if not pid:
        count = 0

        def operation(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if event in OPERATIONS and str(arguments[0]).startswith(str(root)):
                count += 1
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(operation)
        change(root)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert status in (0, signal.SIGKILL)
    return status != 0


def test_a_file_is_taken_out_when_the_change_is_made_even_by_the_next_process(tmp_path: Path, packed: bool) -> None:
    root = tmp_path / "x"
    write(root, packed=packed)
    before = everything(root)
    with change_dataset(root) as changed:
        changed.remove_file("units/1.json")
    assert everything(root) == before  # it was not finished
    with change_dataset(root) as changed:
        changed.remove_file("units/1.json")
        changed.finish()
    assert set(before) - set(everything(root)) == {"units/1.json"}
    with open_dataset(str(root)) as dataset:
        assert "units/1.json" not in dataset.manifest.files
        assert all(not one.faults for one in check_dataset(dataset))


def test_two_changes_at_once_are_refused(tmp_path: Path) -> None:
    write(tmp_path, packed=True)
    with change_dataset(tmp_path), pytest.raises(BadInput, match="being changed by another command"):
        change(tmp_path)
    change(tmp_path)


def test_only_datasets_made_here_are_changed(tmp_path: Path) -> None:
    write(tmp_path / "set", packed=True)
    (tmp_path / "set/dataset.json").unlink()
    with pytest.raises(BadInput, match=r"has no dataset\.json"):
        change(tmp_path / "set")
    with pytest.raises(BadInput, match="is not a folder"):
        change(tmp_path / "nothing")
    assert not (tmp_path / "set/.changing").exists()
