"""Puzzles in, a dataset of one layer out, in which the viewer shows each puzzle as a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from neuronscope.codec import dumps
from neuronscope.dataset import layout, open_dataset
from neuronscope.dataset.indexing import index_units
from neuronscope.dataset.manifest import CorpusInfo, LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.puzzles import PuzzleResults, PuzzleRun
from neuronscope.dataset.writer import DatasetWriter
from neuronscope.explain.puzzlefile import Puzzle
from neuronscope.records import ActivationRecord, NeuronId, NeuronSimulationResults, Provenance, ScoredExplanation

_AUTHOR = "puzzle"


def write_puzzle_dataset(
    puzzles: Sequence[Puzzle], out: Path, *, runs: Sequence[PuzzleRun] = (), created: datetime | None = None
) -> None:
    """Write a dataset whose unit 0:i is puzzle i; the wrong explanations are in its ``puzzles.json`` alone.

    How models did on them, if any were asked, goes beside it.

    :raises BadInput: ``out`` is there and not empty.
    :raises StorageFailed: the disk is full or failed.
    """
    with DatasetWriter(out) as writer:
        records = [puzzle.record(NeuronId(0, unit)) for unit, puzzle in enumerate(puzzles)]
        writer.add_layer(layout.RECORDS, 0, ((unit, dumps(record)) for unit, record in enumerate(records)))
        explained = [dumps(_explained(unit, puzzle)) + b"\n" for unit, puzzle in enumerate(puzzles)]
        writer.add_layer(layout.EXPLANATIONS, 0, enumerate(explained))
        writer.add_file(layout.PUZZLES, puzzles_json(puzzles))
        if runs:
            writer.add_file(layout.PUZZLE_RESULTS, dumps(PuzzleResults(list(runs))))
        writer.add_file(layout.LISTS, dumps({"lists": [_list(puzzles)]}))
        writer.finish(_manifest(puzzles, out.resolve().name, created or datetime.now(UTC)))
    with open_dataset(out) as dataset:
        index_units(dataset, out)


def puzzles_json(puzzles: Sequence[Puzzle]) -> bytes:
    """A file in the public form."""
    return dumps(
        {
            puzzle.name: {
                "name": puzzle.name,
                "explanation": puzzle.explanation,
                "sentences": [_items(sentence) for sentence in puzzle.sentences],
                "false_explanations": list(puzzle.false_explanations),
            }
            for puzzle in puzzles
        }
    )


def _items(sentence: ActivationRecord) -> list[str | list[str | float]]:
    pairs = zip(sentence.tokens, sentence.activations, strict=True)
    return [token if value == 0 else [token, value] for token, value in pairs]


def _explained(unit: int, puzzle: Puzzle) -> NeuronSimulationResults:
    said = ScoredExplanation(puzzle.explanation, author=_AUTHOR, provenance=Provenance("person"))
    return NeuronSimulationResults(NeuronId(0, unit), [said])


def _list(puzzles: Sequence[Puzzle]) -> dict[str, object]:
    units = [{"layer": 0, "unit": unit, "label": puzzle.name} for unit, puzzle in enumerate(puzzles)]
    return {"title": "Puzzles", "note": "Made-up units with a known rule: what is it?", "units": units}


def _manifest(puzzles: Sequence[Puzzle], name: str, created: datetime) -> Manifest:
    sentences = [sentence for puzzle in puzzles for sentence in puzzle.sentences]
    longest = max(len(sentence.tokens) for sentence in sentences)
    tokens = sum(len(sentence.tokens) for sentence in sentences)
    return Manifest(
        name=name,
        title="Puzzles: made-up units with a known rule",
        model=ModelInfo("puzzles"),
        source=SourceInfo("vectors"),
        layers=[LayerInfo(0, len(puzzles))],
        corpus=CorpusInfo("sentences of the puzzles", len(sentences), longest, tokens),
        created=created.isoformat(),
    )
