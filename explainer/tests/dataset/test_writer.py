"""Datasets written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from neuronscope.dataset import DatasetWriter, open_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput, StorageFailed

MANIFEST = Manifest("x", "X", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 2)])
FILES = [
    (0, b'{"neuron_id":{"layer_index":0,"neuron_index":0}}'),
    (1, b'{"neuron_id":{"layer_index":0,"neuron_index":1}}'),
]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_written_reads_back(tmp_path, packed):
    root = tmp_path / "deep" / "x"
    with DatasetWriter(root, packed=packed) as writer:
        writer.add_layer("collated-activations", 0, FILES)
        writer.add_layer("related-tokens/weight-based", 0, [])
        writer.add_file("units/0.json", b"{}")
        manifest = writer.finish(MANIFEST)
    dataset = open_dataset(root)
    assert dataset.manifest == manifest
    assert manifest.schema_version == 1
    assert manifest.artefacts == ["collated-activations", "related-tokens/weight-based"]
    assert [dataset.read("collated-activations", 0, unit) for unit in (0, 1, 2)] == [FILES[0][1], FILES[1][1], None]
    assert (root / "collated-activations/0.zip").exists() is packed
    assert not list(root.rglob("*.partial"))


def test_the_manifest_lists_zips_and_top_level_files_with_their_digests(write):
    root = write()
    listed = open_dataset(root).manifest.files
    on_disk = everything(root)
    del on_disk["dataset.json"]
    assert {path: (info.bytes, info.sha256) for path, info in listed.items()} == {
        path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in on_disk.items()
    }


def test_the_folder_form_lists_its_files_in_parquet(write):
    root = write(packed=False)
    assert set(open_dataset(root).manifest.files) == {"files.parquet", "units/0.json", "units/1.json"}
    rows = pq.read_table(io.BytesIO((root / "files.parquet").read_bytes())).to_pylist()
    on_disk = {path: data for path, data in everything(root).items() if path.count("/") == 2 or "explan" in path}
    assert {row["path"]: (row["bytes"], row["sha256"]) for row in rows} == {
        path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in on_disk.items()
    }


def test_equal_content_is_equal_bytes(write):
    assert {k: v for k, v in everything(write("one")).items() if k != "dataset.json"} == {
        k: v for k, v in everything(write("two")).items() if k != "dataset.json"
    }


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_leaves_nothing_behind(tmp_path, packed, error):
    def files():
        yield FILES[0]
        raise error

    def attempt() -> None:
        with DatasetWriter(tmp_path / "deep" / "x", packed=packed) as writer:
            writer.add_file("units/0.json", b"{}")
            writer.add_layer("explanations", 0, FILES)
            writer.add_layer("collated-activations", 0, files())

    with pytest.raises(error):
        attempt()
    assert list(tmp_path.iterdir()) == []


def test_leaving_without_finish_leaves_nothing_behind(tmp_path):
    with DatasetWriter(tmp_path / "x") as writer:
        writer.add_layer("collated-activations", 0, FILES)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_that_was_there_stays(tmp_path):
    with DatasetWriter(tmp_path) as writer:
        writer.add_layer("collated-activations", 0, FILES)
    assert tmp_path.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_root_that_holds_anything_is_refused_and_untouched(tmp_path):
    (tmp_path / "notes").write_text("mine")
    for root, words in [(tmp_path, "not empty"), (tmp_path / "notes", "is a file")]:
        with pytest.raises(BadInput, match=words), DatasetWriter(root):
            pytest.fail("it opened")
    assert everything(tmp_path) == {"notes": b"mine"}


@pytest.mark.parametrize("call", ["fsync", "write"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(tmp_path, monkeypatch, call):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def attempt() -> None:
        with DatasetWriter(tmp_path / "x") as writer:
            if call == "fsync":
                monkeypatch.setattr(os, "fsync", full)
            else:
                writer.add_file("a.json", b"")
                monkeypatch.setattr("pathlib.Path.open", lambda *_: FullFile())
            writer.add_layer("collated-activations", 0, FILES)

    class FullFile(io.BytesIO):
        write = full

    with pytest.raises(StorageFailed, match=r"Cannot write .*collated-activations.*No space left on device"):
        attempt()
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """Files cannot grow beyond ``size`` bytes: the system refuses the write, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("size", [40_000, 40_007, 60_000])
def test_a_disk_that_fills_up_in_the_middle_of_a_layer_leaves_nothing_behind(tmp_path, threads, size):
    def attempt() -> None:
        with DatasetWriter(tmp_path / "x") as writer:
            writer.add_layer("collated-activations", 0, FILES)
            writer.add_layer("collated-activations", 1, jobs(40), threads=threads)

    with small_disk(size), pytest.raises(StorageFailed, match=r"Cannot write .*activations/1.zip: File too large"):
        attempt()
    assert list(tmp_path.iterdir()) == []


def jobs(count: int) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Units whose bytes, 3,000 that hardly deflate, are asked for by a call."""
    for unit in range(count):
        yield unit, lambda seed=unit: Random(seed).randbytes(3000)


@pytest.mark.parametrize("packed", [True, False])
def test_the_number_of_threads_changes_nothing(tmp_path, packed):
    written = []
    for threads in (1, 2, 5):
        root = tmp_path / str(threads)
        with DatasetWriter(root, packed=packed) as writer:
            writer.add_layer("collated-activations", 0, jobs(70), threads=threads)
            writer.add_layer("collated-activations", 1, FILES, threads=threads)
            writer.finish(MANIFEST)
        written.append(everything(root))
    assert written[0] == written[1] == written[2]
    assert open_dataset(root).read("collated-activations", 0, 69) == Random(69).randbytes(3000)


@pytest.mark.parametrize("packed", [True, False])
def test_threads_that_add_layers_at_once_write_what_one_does(tmp_path, packed):
    layers, written = range(6), []
    for at_once in (1, 6):
        root = tmp_path / str(at_once)
        ready = threading.Barrier(at_once, timeout=20)
        with DatasetWriter(root, packed=packed) as writer, ThreadPoolExecutor(at_once) as pool:

            def add(layer: int, writer: DatasetWriter = writer, ready: threading.Barrier = ready) -> None:
                ready.wait()
                writer.add_layer("collated-activations", layer, jobs(9 + layer))
                writer.add_file(f"units/{layer}.json", b"{}")

            list(pool.map(add, layers))
            writer.finish(MANIFEST)
        written.append(everything(root))
    assert written[0] == written[1]


@pytest.mark.parametrize("threads", [1, 2])
def test_files_are_called_for_a_few_at_a_time(tmp_path, threads):
    drawn = called = most = 0

    def content() -> bytes:
        nonlocal called
        called += 1
        return b"{}"

    def files() -> Iterator[tuple[int, Callable[[], bytes]]]:
        nonlocal drawn, most
        for unit in range(1000):
            drawn += 1
            most = max(most, drawn - called)
            yield unit, content

    with DatasetWriter(tmp_path / "x") as writer:
        writer.add_layer("collated-activations", 0, files(), threads=threads)
    assert called == 1000
    assert most <= (1 if threads == 1 else 100)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_of_a_thread_is_raised_and_leaves_nothing_behind(tmp_path, packed, error):
    def fail() -> bytes:
        raise error("in a thread")

    def attempt() -> None:
        with DatasetWriter(tmp_path / "x", packed=packed) as writer:
            writer.add_layer("collated-activations", 0, [*jobs(50), (50, fail), (51, fail)], threads=2)

    with pytest.raises(error, match="in a thread"):
        attempt()
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_stops_the_threads_and_leaves_nothing_behind(tmp_path):
    before = threading.active_count()

    def slow() -> bytes:
        time.sleep(0.001)
        return b"{}"

    def attempt() -> None:
        with DatasetWriter(tmp_path / "x") as writer:
            threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
            writer.add_layer("collated-activations", 0, ((unit, slow) for unit in range(100_000)), threads=2)

    with pytest.raises(KeyboardInterrupt):
        attempt()
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == before


def test_the_runs_own_state_may_stand_in_the_folder_and_stays(tmp_path):
    (tmp_path / ".collating").mkdir()
    (tmp_path / ".collating/state").write_bytes(b"half")
    with DatasetWriter(tmp_path) as writer:
        writer.add_layer("collated-activations", 0, FILES)
    assert everything(tmp_path) == {".collating/state": b"half"}
    with DatasetWriter(tmp_path) as writer:
        writer.add_layer("collated-activations", 0, FILES)
        manifest = writer.finish(MANIFEST)
    assert set(everything(tmp_path)) == {".collating/state", "collated-activations/0.zip", "dataset.json"}
    assert list(manifest.files) == ["collated-activations/0.zip"]


def test_misuse_is_refused(tmp_path):
    with DatasetWriter(tmp_path / "x") as writer:
        writer.add_layer("collated-activations", 0, FILES)
        writer.add_file("units/0.json", b"{}")
        with pytest.raises(ValueError, match="added already"):
            writer.add_layer("collated-activations", 0, FILES)
        with pytest.raises(ValueError, match="added already"):
            writer.add_file("units/0.json", b"{}")
        with pytest.raises(ValueError, match="unit 0 comes after unit 1"):
            writer.add_layer("collated-activations", 1, FILES[::-1])
        with pytest.raises(BadInput, match="no part 'activations'"):
            writer.add_layer("activations", 0, FILES)
        with pytest.raises(BadInput, match="layer is -1"):
            writer.add_layer("collated-activations", -1, FILES)
