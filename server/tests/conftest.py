"""A small dataset that has every part, one in the public layout, a built viewer, and the app over them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
import typer
from flask import Flask
from flask.testing import FlaskClient
from typer.testing import CliRunner

from neuronscope import records as r
from neuronscope import relations
from neuronscope.annotations.schema import sqlite_url
from neuronscope.cli.app import build_app
from neuronscope.dataset import Dataset, DatasetWriter, dumps, puzzles
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, NeuronpediaIds, NeuronpediaSource, SourceInfo
from neuronscope.dataset.runs import FailedUnit, RunModel, RunReport
from neuronscope.messages import Description
from neuronscope.trace import nouns as t
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.jobs import Progressed
from neuronscope_server.shapes import Options, ScoreAsked, SiteModel

LAYERS = {0: [0, 1, 2], 3: [17, 42]}
NEIGHBOUR = {"layer": 0, "unit": 1, "value": 0.5, "measure": "correlation"}


RUN = "20260102T030405Z-0a1b2c3d"
PUZZLE = puzzles.StoredPuzzle("the word of", [["a", [" of", 3.0]], ["b"]], ["the word a", "all words"], "of")
ANSWER = puzzles.PuzzleAnswer("of", None, 3, "the true explanation has no score: nothing was simulated", [])
PUZZLE_RUN = puzzles.PuzzleRun(
    ["m"], "structured", 0, "0.1.0", None, puzzles.Picked(0, 0, None, None, None), None, [ANSWER]
)


def run_report() -> RunReport:
    return RunReport(
        run=RUN, created="2026-01-02T03:04:05+00:00", version="0.1.0", seconds=12.5, options={"explainers": ["pairs"]},
        units=3, explained=2, scored=2, requests=9, retries=1, cached=0, prompt_tokens=100, completion_tokens=10,
        uncounted=0, cost=None, failures={"empty": 1}, failed_units=[FailedUnit(0, 2, "pairs", "empty", "no text")],
        models=[RunModel(("explain",), Description("m", "server", "chat"))],
    )  # fmt: skip


TRACE = "the-word-of"


def stored_trace() -> t.StoredTrace:
    node = t.Node("mlp", 3, "transformer.h.3.mlp.c_proj", 17, "unit", 1, " of", 2.0, 0.0, -0.5, 1.0)
    point = t.VerifiedNode("mlp", 3, 17, "unit", 1, 1.0, 0.75)
    report = t.TraceReport(
        model="tiny-gpt2", metric="loss", value=2.5, tokens=["word", " of"], options=t.TraceOptions(keep=1),
        predictions=t.Foretold(0, [t.Guess(7, " of", 2, 1.5, 0.25)], [t.Guess(5, " a", 0, 2.5, 0.5)]),
        nodes=[node], total=6,
        completeness=t.Completeness(1.0, 0.5, [t.LayerSum("mlp", 3, 6, 1.0, 2.0, 0.0, 0.0, 0.5, [0.0, 1.0])]),
        verify=t.Verified(None, "1 nodes are too few for a correlation", [point]), edges=[], edge_nodes=1, note=None,
    )  # fmt: skip
    return t.StoredTrace(TRACE, "2026-01-02T03:04:05Z", "word of", report)


def activation_record(seed: int) -> r.ActivationRecord:
    words = [f" word{(seed * 7 + i) % 31}" for i in range(16)]
    return r.ActivationRecord(words, [float((seed + i) % 5) for i in range(16)])


def neuron_record(layer: int, unit: int) -> r.NeuronRecord:
    return r.NeuronRecord(
        r.NeuronId(layer, unit),
        random_sample=[activation_record(unit + i) for i in range(6)],
        random_sample_by_quantile=[[activation_record(50 + unit)] for _ in range(4)],
        quantile_boundaries=list(r.QUANTILE_BOUNDARIES),
        mean=0.25,
        most_positive_activation_records=[activation_record(100 + unit + i) for i in range(8)],
    )


def explanations(layer: int, unit: int) -> r.NeuronSimulationResults:
    tokens = [" a", " b"]
    simulation = r.SequenceSimulation(tokens, [0.0, 1.0], "simulated_normalized_activations", [], [])
    scored = r.ScoredSimulation([r.ScoredSequenceSimulation(simulation, [0.0, 2.0], 1.0)], 1.0)
    return r.NeuronSimulationResults(r.NeuronId(layer, unit), [r.ScoredExplanation(" the word of", scored)])


def part_files(part: str, layer: int, unit: int) -> bytes:
    """One file of ``part``; the parts without a noun in the library are written as plain objects."""
    tokens = relations.TokensAndWeights([" a"], [1.0])
    connected = relations.ConnectedNeurons(["3_17"], [0.5], [], [])
    files: dict[str, object] = {
        "collated-activations": neuron_record(layer, unit),
        "explanations": explanations(layer, unit),
        "related-tokens/activation-based": relations.TokenLookupTableSummaryOfNeuron([" a"], [None]),
        "related-tokens/weight-based": relations.WeightBasedSummaryOfNeuron(tokens, tokens, tokens, tokens),
        "related-neurons/weight-based": relations.RelatedNeurons(None, connected),
        "related-neurons/activation-based": {"neighbours": [NEIGHBOUR]},
        "related-neurons/decoder-based": {"neighbours": [NEIGHBOUR]},
        "logits": {"top": tokens, "bottom": tokens, "mean": 0.0, "folded": True},
    }
    return dumps(files[part])


ALL_PARTS = [
    "collated-activations", "explanations", "related-tokens/activation-based", "related-tokens/weight-based",
    "related-neurons/weight-based", "related-neurons/activation-based", "related-neurons/decoder-based", "logits",
]  # fmt: skip


def write_dataset(root: Path, *, packed: bool = True, parts: list[str] = ALL_PARTS) -> Path:
    with DatasetWriter(root, packed=packed) as writer:
        for part in parts:
            for layer, units in LAYERS.items():
                writer.add_layer(part, layer, [(unit, part_files(part, layer, unit)) for unit in units])
        for layer, units in LAYERS.items():
            columns = {"layer": layer, "unit": units, "max": [1.0] * len(units), "density": [None] * len(units)}
            writer.add_file(f"units/{layer}.json", json.dumps(columns).encode())
        partners = [[{"layer": 3, "unit": 5, "correlation": 0.75}], []]
        matches = {"layer": 3, "other": "twin", "tokens": 640, "unit": [17, 42], "matches": partners}
        writer.add_file("matches/twin/3.json", json.dumps(matches).encode())
        lists = {"lists": [{"title": "Words", "note": None, "units": [{"layer": 3, "unit": 17, "label": "of"}]}]}
        writer.add_file("lists.json", json.dumps(lists).encode())
        writer.add_file("puzzles.json", dumps({"of": PUZZLE}))
        writer.add_file("puzzle-results.json", dumps(puzzles.PuzzleResults([PUZZLE_RUN])))
        writer.add_file(f"reports/{RUN}.json", dumps(run_report()))
        entry = t.TraceEntry(TRACE, "2026-01-02T03:04:05Z", "word of", "tiny-gpt2", "loss")
        writer.add_file("traces.json", dumps(t.TraceEntries([entry])))
        writer.add_file(f"traces/{TRACE}.json", dumps(stored_trace()))
        layers = [LayerInfo(0, 3), LayerInfo(3, 2, [17, 42])]
        ids = NeuronpediaIds("tiny-model", [NeuronpediaSource(3, "3-own")])
        model, source = ModelInfo("tiny-gpt2"), SourceInfo("mlp")
        writer.finish(Manifest("tiny", "A tiny model", model, source, layers, neuronpedia=ids))
    return root


@pytest.fixture(scope="session")
def trace() -> t.StoredTrace:
    """That of the dataset of ``packed``."""
    return stored_trace()


@pytest.fixture
def write() -> Callable[..., Path]:
    """``write(root)`` writes the dataset of ``packed`` there."""
    return write_dataset


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every part, zipped; never changed by a test."""
    return write_dataset(tmp_path_factory.mktemp("packed") / "tiny")


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public layout without a manifest, with NaN and later names, as real files have them."""
    root = tmp_path_factory.mktemp("public") / "old"
    folder = root / "collated-activations" / "0"
    folder.mkdir(parents=True)
    for unit in range(2):
        record = json.loads(dumps(neuron_record(0, unit)))
        record |= {"neuron_id": {"layer": "0", "idx": unit}, "kurtosis": float("nan")}
        (folder / f"{unit}.json").write_text(json.dumps(record))
    return root


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A dataset that the test may break: folders of files, records only."""
    return write_dataset(tmp_path / "own", packed=False, parts=["collated-activations"])


@pytest.fixture(scope="session")
def built_viewer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    script = 'document.documentElement.dataset.theme = "dark";'
    head = f'<title>N</title><script>{script}</script><script src="index.0a1b2c3d.js"></script>'
    page = f"<!doctype html><html lang=en>{head}"
    (folder / "index.html").write_text(page)
    (folder / "index.0a1b2c3d.js").write_text("console.log(1);" * 200)
    (folder / "icon.svg").write_text("<svg/>")
    return folder


@pytest.fixture
def catalog(packed: Path, public: Path) -> Catalog:
    return open_catalog({"tiny": str(packed), "old": str(public)})


@pytest.fixture
def app(catalog: Catalog, built_viewer: Path) -> Flask:
    return create_app(catalog, static=built_viewer)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class DoorScorer:
    """A scorer that is none: it says what it was asked, once its ``door`` is open. ``state`` may be set by a test."""

    def __init__(self) -> None:
        self.state: Literal["loading", "ready", "failed"] = "ready"
        self.door = threading.Event()
        self.door.set()

    def status(self) -> SiteModel:
        return SiteModel("a-model", "scoring", self.state, "It is not there." if self.state == "failed" else None)

    async def score(self, dataset: Dataset, asked: ScoreAsked, progress: Progressed) -> r.ScoredText:
        progress(1, 2)
        while not self.door.is_set():
            await asyncio.sleep(0.005)
        progress(2, 2)
        unit = r.NeuronId(asked.layer, asked.unit)
        scores = {"correlation": r.Score(0.5, (0.25, 0.75), None, dataset.manifest.layers[0].units, 48, 0, True)}
        baselines = {"lookup": scores, "shuffled": scores}
        provenance = r.Provenance("person", simulator="structured", options={"seed": asked.seed})
        return r.ScoredText(unit, asked.text, scores, baselines, provenance)


@pytest.fixture
def words_file(tmp_path: Path) -> Path:
    """Where ``writable`` keeps what is written."""
    return tmp_path / "words" / "w.sqlite"


@pytest.fixture
def scorer() -> DoorScorer:
    return DoorScorer()


@pytest.fixture
def writable(catalog: Catalog, built_viewer: Path, words_file: Path, scorer: DoorScorer) -> FlaskClient:
    """A client of a site where one can write, and score texts with ``scorer``."""
    words_file.parent.mkdir()
    options = Options(annotations=sqlite_url(words_file))
    return create_app(catalog, options, static=built_viewer, scorer=scorer).test_client()


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def commands() -> typer.Typer:
    """The root command, with the server's commands in it."""
    return build_app()
