"""Copies of datasets: files verified, gone on with after a cut, part of one rewritten, a published one unit by unit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.cli.app import main
from neuronscope.copying.files import Copied, copy_files, copy_units
from neuronscope.copying.rewriting import rewrite
from neuronscope.dataset import change_dataset, open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.layout import (
    EXPLANATIONS,
    LISTS,
    MANIFEST,
    RECORDS,
    TRACE_LIST,
    trace_path,
    unit_path,
    zip_path,
)
from neuronscope.dataset.nesting import lies_in
from neuronscope.dataset.target import FolderTarget
from neuronscope.errors import BadInput, BrokenData
from neuronscope.records import NeuronRecord

Write = Callable[..., Path]


class Cut(Exception):
    """What stops a run in its middle."""


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def copied(root: Path, out: Path) -> Copied:
    with open_dataset(root) as dataset:
        return copy_files(dataset, FolderTarget(out))


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["copy", *words])
    return int(left.value.code or 0)


@pytest.mark.parametrize("packed", [True, False])
def test_a_copy_is_the_dataset_byte_by_byte_and_made_once(write: Write, tmp_path: Path, packed: bool) -> None:
    root, out = write(packed=packed), tmp_path / "out"
    first = copied(root, out)
    assert files(out) == files(root)
    assert (first.written, first.bytes) == (first.files, sum(map(len, files(out).values())))
    again = copied(root, out)
    assert (again.files, again.bytes, again.written) == (first.files, first.bytes, 0)


def test_cut_off_anywhere_it_is_no_dataset_yet_and_goes_on(write: Write, tmp_path: Path) -> None:
    root, out = write(packed=False), tmp_path / "out"
    for steps in range(1, 100):
        left = [steps]

        def told(left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Cut

        try:
            with open_dataset(root) as dataset:
                copy_files(dataset, FolderTarget(out), told=told)
        except Cut:
            assert files(out).items() <= files(root).items()
        else:
            break
    assert files(out) == files(root)


def test_a_damaged_file_is_refused_on_either_side(write: Write, tmp_path: Path) -> None:
    root, out = write(), tmp_path / "out"
    copied(root, out)
    there = out / zip_path(RECORDS, 0)
    there.write_bytes(there.read_bytes()[:-1] + b"!")
    assert copied(root, out).written == 1
    assert files(out) == files(root)
    source = root / zip_path(RECORDS, 1)
    source.write_bytes(source.read_bytes()[:-1] + b"!")
    with pytest.raises(BrokenData, match=r"1\.zip is not what dataset\.json says of it"):
        copied(root, tmp_path / "other")
    assert not (tmp_path / "other" / zip_path(RECORDS, 1)).exists()
    assert not (tmp_path / "other" / MANIFEST).exists()


def test_what_is_there_already_is_left_alone(write: Write, tmp_path: Path) -> None:
    root, other = write(), write("other", units=3)
    with pytest.raises(BadInput, match="holds another dataset"):
        copied(root, other)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.tex").write_text("years of work")
    with pytest.raises(BadInput, match="holds something else"):
        copied(root, mine)
    assert [path.name for path in mine.iterdir()] == ["thesis.tex"]


def test_part_of_a_dataset_is_one_of_its_own(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, out = write(layers=3), tmp_path / "out"
    with change_dataset(root) as change:
        units = [{"layer": 0, "unit": 0}, {"layer": 2, "unit": 4}]
        lists = [{"title": "both", "units": units}, {"title": "none of them", "units": units[:1]}]
        change.add_file(LISTS, json.dumps({"lists": lists}).encode())
        change.add_file(TRACE_LIST, b'{"traces":[]}')
        change.add_file(trace_path("one"), b"{}")
        change.finish()
    assert run(str(root), str(out), "--units", "0:1,0:3,2:*", "--json") == 0
    assert json.loads(capsys.readouterr().out)["files"] == len(files(out))
    with open_dataset(out) as made, open_dataset(root) as whole:
        assert [(layer, list(made.units(layer))) for layer in made.layers()] == [(0, [1, 3]), (2, [0, 1, 2, 3, 4])]
        for layer, unit in [(0, 1), (0, 3), (2, 4)]:
            assert made.record(layer, unit) == whole.record(layer, unit)
        assert made.explanations(0, 1) == whole.explanations(0, 1)
        assert made.record(0, 2) is None
        assert (made.file(TRACE_LIST), made.file(trace_path("one"))) == (b'{"traces":[]}', b"{}")
        kept = json.loads(made.file(LISTS) or b"")["lists"]
        assert [(one["title"], [unit["unit"] for unit in one["units"]]) for one in kept] == [("both", [4])]
        assert not [one for one in check_dataset(made) if one.faults]
    assert run(str(root), str(tmp_path / "x"), "--layers", "7") == 2
    assert "has no layer 7; it has 0, 1, 2" in capsys.readouterr().err
    assert run(str(root), str(tmp_path / "x"), "--units", "0:*", "--layers", "1") == 2
    assert run(str(root), "s3://bucket/x") == 2
    assert "s3:// cannot be written to" in capsys.readouterr().err


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A dataset in the public layout: a file per unit, NaN, no manifest."""
    root = tmp_path / "published"
    for unit in range(3):
        record = {
            "dataclass_name": "NeuronRecord",
            "neuron_id": {"dataclass_name": "NeuronId", "layer_index": 0, "neuron_index": unit},
            "mean": float("nan"),
            "most_positive_activation_records": [
                {"dataclass_name": "ActivationRecord", "tokens": ["a", "b"], "activations": [0.0, float(unit)]}
            ],
        }
        path = root / unit_path(RECORDS, 0, unit)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))
    return root


def test_a_published_dataset_is_copied_as_it_lies_and_goes_on(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (published / unit_path(RECORDS, 0, 2)).write_text("{")
    assert run(str(published), str(out)) == 0
    said = capsys.readouterr()
    assert "3 files" in said.out
    assert "3 of them written now" in said.out
    assert f"cannot be read: {unit_path(RECORDS, 0, 2)}" in said.err
    assert files(out) == files(published)
    (out / unit_path(RECORDS, 0, 1)).unlink()
    with open_dataset(published) as dataset:
        done = copy_units(dataset, [(0, 0), (0, 1), (0, 9)], FolderTarget(out))
    assert (done.files, done.written) == (2, 1)
    assert files(out) == files(published)


def test_normalised_it_is_in_todays_form(published: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(str(published), str(out), "--normalise") == 0
    assert (out / zip_path(RECORDS, 0)).is_file()
    assert not (out / EXPLANATIONS).exists()
    with open_dataset(out) as made, open_dataset(published) as before:
        assert made.passes_through
        assert made.record(0, 1) == before.record(0, 1)
        stored = json.loads(made.read(RECORDS, 0, 1) or b"")
        assert stored.get("mean") is None
        assert codec.loads(made.read(RECORDS, 0, 2) or b"", NeuronRecord).most_positive_activation_records
        assert not [one for one in check_dataset(made) if one.faults]
        assert "units.parquet" in made.manifest.files


def test_what_is_written_anew_appears_whole_or_not_at_all(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()

    def cut(*_: object) -> None:
        assert (tmp_path / ".out.partial" / MANIFEST).is_file()  # all but the tables of units is there
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr("neuronscope.copying.rewriting.index_units", cut)
        with open_dataset(published) as dataset, pytest.raises(Cut):
            rewrite(dataset, [(0, 0), (0, 1)], out, tmp_path / "cache")
    assert files(out) == {}
    assert not (tmp_path / ".out.partial").exists()
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial" / MANIFEST).write_text("what a killed run left behind")
    assert run(str(published), str(out), "--normalise") == 0
    assert not (tmp_path / ".out.partial").exists()
    assert (out / "units.parquet").is_file()
    before = files(out)
    capsys.readouterr()
    assert run(str(published), str(out), "--normalise") == 2
    assert f"{out} is not empty" in capsys.readouterr().err
    assert files(out) == before


def test_a_dataset_whose_manifest_lists_nothing_is_not_copied_in_part_unsaid(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layers = [{"index": 0, "units": 3}]
    manifest = {"name": "bare", "title": "Bare", "model": {"name": "m"}, "source": {"kind": "mlp"}, "layers": layers}
    (published / MANIFEST).write_text(json.dumps(manifest | {"artefacts": [RECORDS]}))
    (published / TRACE_LIST).write_text('{"traces":[]}')
    assert run(str(published), str(tmp_path / "out")) == 2
    assert "lists no files: copy it with --normalise" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert run(str(published), str(tmp_path / "out"), "--normalise") == 0
    with open_dataset(tmp_path / "out") as made:
        assert made.manifest.title == "Bare"
        assert not [one for one in check_dataset(made) if one.faults]


def test_a_copy_and_its_dataset_do_not_lie_in_each_other(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write()
    before = files(tmp_path)
    (tmp_path / "link").symlink_to(root)
    for source, target in ((root, root), (root, root / "copy"), (root, root.parent), (tmp_path / "link", root / "a")):
        for more in ([], ["--normalise"], ["--layers", "0"]):
            assert run(str(source), str(target), *more) == 2
            said = capsys.readouterr().err
            assert f"{source} cannot be copied to {target}: one lies in the other." in said
    assert run(str(root), "") == 2
    assert "The place to write to is empty" in capsys.readouterr().err
    (tmp_path / "link").unlink()
    assert files(tmp_path) == before
    assert run(str(root), f"{root}-copy") == 0


@pytest.mark.parametrize(
    ("inner", "outer", "found"),
    [
        ("az://a/c/data/x", "az://a/c/data/", True),
        ("az://a/c/data", "az://a/c/data", True),
        ("az://a/c/data2", "az://a/c/data", False),
        ("az://a/c/data", "az://a/c/data/x", False),
        ("gs://a/c/data", "az://a/c", False),
        ("/data", "az://a/c", False),
        ("https://a/c/data", "/", False),
        ("/data/../other", "/data", False),
        ("/data/x/..", "/data", True),
    ],
)
def test_which_place_lies_in_which(inner: str, outer: str, found: bool) -> None:
    assert lies_in(inner, outer) == found
