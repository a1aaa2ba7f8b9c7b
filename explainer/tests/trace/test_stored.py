"""Traces beside a dataset's units: written with their list, both or neither, and what a check says of broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.manifest import Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.writer import DatasetWriter
from neuronscope.errors import BadInput, BrokenData
from neuronscope.trace.nouns import Completeness, Edge, Foretold, Node, TraceOptions, TraceReport
from neuronscope.trace.stored import check_traces, id_of, stored, stored_trace, stored_traces, write_trace

NODE = Node("mlp", 0, "h.0", 3, "unit", 0, "the", 1.0, 0.0, 0.5, -0.5)
REPORT = TraceReport(
    model="tiny", metric="loss", value=1.0, tokens=["the"], options=TraceOptions(), predictions=Foretold(-1, [], []),
    nodes=[NODE], total=1, completeness=Completeness(-0.5, -0.4, []), verify=None, edges=[], edge_nodes=1, note=None,
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset without units."""
    with DatasetWriter(tmp_path / "tiny") as writer:
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("tiny"), SourceInfo("mlp"), []))
    return tmp_path / "tiny"


def faults(root: Path) -> dict[str, list[str]]:
    with open_dataset(root) as dataset:
        return {one.path: one.faults for one in check_traces(dataset) if one.faults}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("John gave it to", "john-gave-it-to"),
        ("  The cat's  hat! ", "the-cat-s-hat"),
        ("你好", "trace"),
        ("", "trace"),
        ("x" * 100, "x" * 40),
        ("the capital of France, as everybody knows, is", "the-capital-of-france-as-everybody-knows"),
    ],
)
def test_id_is_made_of_the_first_words(prompt: str, expected: str) -> None:
    assert id_of(prompt) == expected
    assert stored(REPORT, prompt).id == expected


@pytest.mark.parametrize("bad", ["", "A", "a/b", "../x", "a" * 65, "a\n"])
def test_what_cannot_be_an_id_is_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="a trace cannot be called"):
        stored(REPORT, "the", bad)


def test_traces_are_listed_in_the_order_of_writing_and_the_dataset_has_no_faults(root: Path) -> None:
    for prompt in ("the", "a"):
        write_trace(root, stored(REPORT, prompt))
    with open_dataset(root) as dataset:
        assert [(entry.id, entry.prompt, entry.metric) for entry in stored_traces(dataset)] == [
            ("the", "the", "loss"),
            ("a", "a", "loss"),
        ]
        assert stored_trace(dataset, "the").report == REPORT
        assert {"traces.json", "traces/the.json", "traces/a.json"} <= set(dataset.manifest.files)
        with pytest.raises(BadInput, match="has no trace 'x'; it has the, a"):
            stored_trace(dataset, "x")
        assert not [one for one in check_dataset(dataset) if one.faults]
    assert faults(root) == {}


def test_an_id_that_is_taken_is_refused_unless_by_force(root: Path) -> None:
    write_trace(root, stored(REPORT, "the"))
    other = stored(replace(REPORT, metric="logit:a"), "the")
    before = FolderStore(root).read("traces/the.json")
    with pytest.raises(BadInput, match=r"has a trace 'the' already.*--force"):
        write_trace(root, other)
    assert FolderStore(root).read("traces/the.json") == before
    write_trace(root, other, force=True)
    with open_dataset(root) as dataset:
        assert [entry.metric for entry in stored_traces(dataset)] == ["logit:a"]
        assert stored_trace(dataset, "the") == other


def test_a_dataset_without_traces_has_none_and_no_faults(root: Path) -> None:
    with open_dataset(root) as dataset:
        assert stored_traces(dataset) == []
        assert list(check_traces(dataset)) == []


def change(path: Path, alter: Callable[[dict], object]) -> None:  # type: ignore[type-arg]
    found = json.loads(path.read_bytes())
    alter(found)
    path.write_text(json.dumps(found))


@pytest.mark.parametrize(
    ("path", "alter", "expected"),
    [
        ("traces/the.json", lambda it: it.update(id="other"), "but the file is called the.json"),
        ("traces/the.json", lambda it: it["report"].pop("value"), "value"),
        ("traces/the.json", lambda it: it["report"].update(value=float("nan")), "undefined is written null"),
        ("traces/the.json", lambda it: it["report"]["edges"][0].update(target=1), "among the 1 there"),
        ("traces.json", lambda it: it["traces"].clear(), "does not name the, which is there"),
        ("traces.json", lambda it: it["traces"].append(it["traces"][0]), "named more than once"),
        ("traces.json", lambda it: it["traces"][0].update(id="../x"), "cannot be an id"),
        ("traces.json", lambda it: it.pop("traces"), "traces"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    root: Path,
    path: str,
    alter: Callable[[dict], object],
    expected: str,  # type: ignore[type-arg]
) -> None:
    write_trace(root, stored(replace(REPORT, edges=[Edge(0, 0, 1.0)]), "the"))
    change(root / path, alter)
    found = faults(root)
    assert list(found) == [path]
    assert expected in " ".join(found[path])


def test_a_file_that_is_missing_is_named(root: Path) -> None:
    write_trace(root, stored(REPORT, "the"))
    (root / "traces/the.json").unlink()
    assert faults(root) == {"traces/the.json": ["missing, and traces.json names it"]}
    (root / "traces.json").write_bytes(b"{")
    with open_dataset(root) as dataset, pytest.raises(BrokenData, match=r"traces\.json of tiny"):
        stored_traces(dataset)
