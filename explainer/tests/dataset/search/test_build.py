"""From a dataset to its index: everything is in it, it is rebuilt when the dataset changes, and never half there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.dataset import DatasetWriter, change_dataset, open_dataset
from neuronscope.dataset.layout import EXPLANATIONS, RECORDS, TOKENS_BY_ACTIVATION, units_path
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.search import SearchIndex, SearchRequest, build_search_index, find_search_index, search
from neuronscope.dataset.search.build import write_index
from neuronscope.errors import BrokenData
from neuronscope.records import (
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    ScoredExplanation,
    ScoredSimulation,
)
from neuronscope.relations import TokenLookupTableSummaryOfNeuron


def explained(layer: int, unit: int, *texts: str) -> bytes:
    scored = [
        ScoredExplanation(text, ScoredSimulation([], 0.5 + number) if number else None, ["gpt-4", None][number % 2])
        for number, text in enumerate(texts)
    ]
    return codec.dumps(NeuronSimulationResults(NeuronId(layer, unit), scored)) + b"\n"


def write_dataset(root: Path, *, packed: bool = True) -> Path:
    with DatasetWriter(root, packed=packed) as writer:
        for layer in (0, 2):
            records = [(unit, codec.dumps(NeuronRecord(NeuronId(layer, unit)))) for unit in range(4)]
            writer.add_layer(RECORDS, layer, records)
            texts = [(unit, explained(layer, unit, f" number {unit}", "all alike")) for unit in (0, 3)]
            writer.add_layer(EXPLANATIONS, layer, texts)
            tokens = TokenLookupTableSummaryOfNeuron([" clock", "hour"], [2.0, 1.0])
            writer.add_layer(TOKENS_BY_ACTIVATION, layer, [(3, codec.dumps(tokens))])
            columns = {"unit": [0, 1, 2, 3], "max": [1.0, None, 3.0, 4.0], "peak_token": [None, "\n", " Dog", " clock"]}
            writer.add_file(units_path(layer), codec.dumps({"layer": layer, **columns}))
        layers = [LayerInfo(layer, 4) for layer in (0, 2)]
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("m"), SourceInfo("mlp"), layers))
    return root


@pytest.fixture(params=[True, False], ids=["zips", "folders"])
def root(request, tmp_path):
    return write_dataset(tmp_path / "tiny", packed=request.param)


def found(target, text, **filters):
    return search(SearchIndex(target), SearchRequest(text, limit=200, **filters))


def test_every_explanation_and_token_is_in_the_index(root, tmp_path):
    target = build_search_index(open_dataset(root), tmp_path / "cache")
    hits = found(target, "number", layer=2).hits
    assert [(h.unit, h.number, h.explanation, h.author, h.score, h.max) for h in hits] == [
        (0, 0, "number 0", "gpt-4", None, 1.0),
        (3, 0, "number 3", "gpt-4", None, 4.0),
    ]
    assert [(h.score, h.author, h.number) for h in found(target, "alike", layer=0).hits] == [(1.5, None, 1)] * 2
    tokens = found(target, "clo OR dog OR hour").hits
    assert sorted((h.layer, h.unit, h.snippet.text, h.max) for h in tokens) == [
        (0, 2, "Dog", 3.0),
        (0, 3, "clock · hour", 4.0),
        (2, 2, "Dog", 3.0),
        (2, 3, "clock · hour", 4.0),
    ]


def test_layers_done_are_reported(root, tmp_path):
    said = []
    build_search_index(open_dataset(root), tmp_path / "cache", lambda done, of: said.append((done, of)))
    assert said == [(1, 2), (2, 2)]


def test_an_index_that_is_right_is_left_as_it_is(root, tmp_path):
    dataset, cache = open_dataset(root), tmp_path / "cache"
    assert find_search_index(dataset, cache) is None
    target = build_search_index(dataset, cache)
    made = (target / "about.json").stat().st_mtime_ns
    assert build_search_index(dataset, cache) == find_search_index(dataset, cache) == target
    assert (target / "about.json").stat().st_mtime_ns == made


def test_a_changed_dataset_gets_a_new_index_and_the_old_one_goes(root, tmp_path):
    cache = tmp_path / "cache"
    before = build_search_index(open_dataset(root), cache)
    with change_dataset(root) as change:
        change.add_layer(EXPLANATIONS, 2, [(1, explained(2, 1, "something new"))])
        change.finish()
    dataset = open_dataset(root)
    assert find_search_index(dataset, cache) is None
    after = build_search_index(dataset, cache)
    assert (after != before, before.exists()) == (True, False)
    assert [(h.layer, h.unit) for h in found(after, "new").hits] == [(2, 1)]
    assert found(after, "number", layer=2).total == 0


def test_a_file_that_changes_behind_the_manifest_is_noticed(root, tmp_path):
    cache = tmp_path / "cache"
    build_search_index(open_dataset(root), cache)
    path = root / units_path(0)
    path.write_bytes(path.read_bytes() + b" ")
    assert find_search_index(open_dataset(root), cache) is None


def test_a_broken_file_is_named_and_leaves_no_index(root, tmp_path):
    cache = tmp_path / "cache"
    (root / units_path(2)).write_text('{"layer": 2, "unit": [0], "max": ["much"]}')
    with pytest.raises(BrokenData, match=r"units/2\.json: .*max"):
        build_search_index(open_dataset(root), cache)
    assert [path.name for path in cache.iterdir()] == [".lock"]


def test_an_index_that_was_damaged_says_so(root, tmp_path):
    target = build_search_index(open_dataset(root), tmp_path / "cache")
    (target / "meta.json").write_text("{")
    with pytest.raises(BrokenData, match="Remove that folder"):
        SearchIndex(target)
    shutil.rmtree(target)
    with pytest.raises(BrokenData, match="Remove that folder"):
        SearchIndex(target)


def test_a_stream_that_breaks_off_leaves_nothing(tmp_path):
    def stream():
        yield from ()
        raise BrokenData("cut short")

    with pytest.raises(BrokenData, match="cut short"):
        write_index(tmp_path / "index", stream(), mark="0" * 16)
    assert not list(tmp_path.iterdir())


def test_two_processes_that_build_at_once_make_one_index(root, tmp_path):
    cache = tmp_path / "cache"
    command = [sys.executable, "-c", BUILD, str(root), str(cache)]
    assert [process.wait() for process in [subprocess.Popen(command) for _ in range(2)]] == [0, 0]
    assert len(list(cache.glob("search-*"))) == 1
    assert found(find_search_index(open_dataset(root), cache), "alike").total == 4


BUILD = """
import sys
from pathlib import Path
from neuronscope.dataset import open_dataset
from neuronscope.dataset.search import build_search_index
build_search_index(open_dataset(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("most", [200, 1_000, 2_000])
def test_a_disk_that_takes_no_more_is_a_sentence(root, tmp_path, most):
    cache = tmp_path / "cache"
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most})){BUILD}"
    result = subprocess.run(
        [sys.executable, "-c", full, str(root), str(cache)], capture_output=True, text=True, check=False
    )
    assert "StorageFailed: " in result.stderr.splitlines()[-1]
    assert [path.name for path in cache.iterdir()] == [".lock"]


def test_names_and_texts_of_others_are_data(tmp_path):
    root = tmp_path / "odd"
    odd = [ScoredExplanation("\ud800 half", author="\ud800"), ScoredExplanation("x" * 50_000), ScoredExplanation("")]
    with DatasetWriter(root) as writer:
        writer.add_layer(RECORDS, 0, [(0, codec.dumps(NeuronRecord(NeuronId(0, 0))))])
        writer.add_layer(EXPLANATIONS, 0, [(0, codec.dumps(NeuronSimulationResults(NeuronId(0, 0), odd)))])
        writer.finish(Manifest("odd", "Odd", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 1)]))
    target = build_search_index(open_dataset(root), tmp_path / "cache")
    assert found(target, "half").hits[0].explanation == "? half"
    assert [len(h.explanation or "") for h in found(target, "").hits] == [6, 10_000, 0]
