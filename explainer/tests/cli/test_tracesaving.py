"""``trace --save``: a trace kept in its dataset, what is refused before anything is computed, and what check says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.dataset.manifest import Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.writer import DatasetWriter
from neuronscope.trace.stored import stored_trace

TEXT = "the cat sees a dog"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset without units."""
    with DatasetWriter(tmp_path / "tiny") as writer:
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("tiny"), SourceInfo("mlp"), []))
    return tmp_path / "tiny"


def test_a_trace_is_kept_as_it_is_printed(run: Run, tiny_gpt2: Path, root: Path) -> None:
    asked = ("trace", tiny_gpt2, TEXT, "--dataset", root, "--top", 9, "--verify", "--edges", 5)
    code, out, err = run(*asked, "--save", "auto", "--json")
    assert code == 0, err
    code, shown, _ = run("show", root, "--part", "traces/the-cat-sees-a-dog")
    assert code == 0
    assert json.loads(shown)["report"] == json.loads(out)
    assert run(*asked, "--save", "another")[0] == 0
    code, shown, _ = run("show", root, "--part", "traces")
    assert [entry["id"] for entry in json.loads(shown)["traces"]] == ["the-cat-sees-a-dog", "another"]
    assert run("check", root)[0] == 0


def test_what_cannot_be_saved_is_refused_before_the_model_is_loaded(run: Run, tiny_gpt2: Path, root: Path) -> None:
    assert run("trace", tiny_gpt2, TEXT, "--dataset", root, "--top", 3, "--save", "auto")[0] == 0
    for given, said in (
        (("--dataset", root, "--save", "auto"), "has a trace 'the-cat-sees-a-dog' already"),
        (("--dataset", root, "--save", "The Cat"), "a trace cannot be called 'The Cat'"),
        (("--save", "auto"), "name it with --dataset"),
    ):
        code, _, err = run("trace", "./no/model", TEXT, *given)
        assert code == 2
        assert said in err
    asked = ("trace", tiny_gpt2, TEXT, "--dataset", root, "--top", 4, "--save", "auto", "--force")
    assert run(*asked)[0] == 0
    with open_dataset(root) as dataset:
        assert len(stored_trace(dataset, "the-cat-sees-a-dog").report.nodes) == 4


def test_check_says_what_is_wrong_with_a_trace(run: Run, tiny_gpt2: Path, root: Path) -> None:
    assert run("trace", tiny_gpt2, TEXT, "--dataset", root, "--top", 3, "--save", "one")[0] == 0
    (root / "traces/one.json").write_bytes(b"{}")
    code, out, _ = run("check", root)
    assert code == 1
    assert "traces/one.json: $: Object missing required field `id`" in out


def test_a_graph_is_written_and_kept_again(run: Run, tiny_gpt2: Path, root: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph.json"
    assert run("trace", tiny_gpt2, TEXT, "--top", 20, "--graph", graph)[0] == 0
    code, out, err = run("import", "graph", graph, "--dataset", root, "--id", "again", "--json")
    assert code == 0, err
    assert json.loads(out)["nodes"] == 20
    with open_dataset(root) as dataset:
        kept = stored_trace(dataset, "again")
    assert kept.prompt == TEXT
    assert kept.report.edges
    assert run("check", root)[0] == 0
    for wrong, said in ((("--id", "again"), "already"), (("--id", "A b"), "cannot be called")):
        code, _, err = run("import", "graph", graph, "--dataset", root, *wrong)
        assert (code, said in err) == (2, True)
    graph.write_text("[1]")
    assert "no attribution graph" in run("import", "graph", graph, "--dataset", root)[2]
    assert "no such file" in run("import", "graph", tmp_path / "none.json", "--dataset", root)[2]
