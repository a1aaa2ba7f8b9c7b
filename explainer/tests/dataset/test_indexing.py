"""Tables of units made anew: in the dataset where it can be changed, else on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.dataset import change_dataset, open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.indexing import index_units, open_units, units_version
from neuronscope.dataset.layout import EXPLANATIONS
from neuronscope.dataset.unitindex import UnitQuery, UnitRow
from neuronscope.errors import BadInput
from neuronscope.records import NeuronId, NeuronSimulationResults, Score, ScoredExplanation, ScoredSimulation

SCORE = Score(0.4, (0.1, 0.7), None, 10, 640, 0, reliable=True)


def row_of(root: str | Path, cache: Path, layer: int, unit: int) -> UnitRow:
    with open_dataset(root) as dataset:
        (row,) = open_units(dataset, cache).find([(layer, unit)])
    assert row is not None
    return row


def explain(root: Path, *explanations: ScoredExplanation) -> None:
    results = NeuronSimulationResults(NeuronId(1, 3), list(explanations))
    with change_dataset(root) as change:
        change.add_layer(EXPLANATIONS, 1, [(3, codec.dumps(results) + b"\n")])
        change.finish()


def test_the_best_explanation_stands_beside_the_statistics(write: Callable[..., Path], tmp_path: Path) -> None:
    root = write()
    explain(
        root,
        ScoredExplanation("not scored", author="a"),
        ScoredExplanation(" poor ", ScoredSimulation([], ev_correlation_score=0.1), "b"),
        ScoredExplanation(" good ", ScoredSimulation([], ev_correlation_score=0.4), "c", {"correlation": SCORE}),
    )
    with open_dataset(root) as dataset:
        before = units_version(dataset)
        done = index_units(dataset, tmp_path / "cache")
        assert (done.where, done.units, done.changed) == (str(root), 10, 3)
        assert units_version(dataset) != before
        assert index_units(dataset, tmp_path / "cache").changed == 0
        assert not [item for item in check_dataset(dataset) if item.faults]
    row = row_of(root, tmp_path, 1, 3)
    assert (row.explanation, row.author, row.score, row.explanations) == ("good", "c", 0.4, 3)
    assert (row.score_low, row.score_high, row.reliable) == (0.1, 0.7, True)
    assert row_of(root, tmp_path, 0, 1).explanation == "words about time"
    assert row_of(root, tmp_path, 0, 0).explanations == 0
    assert not (tmp_path / "cache").exists()


def test_a_dataset_without_tables_has_them_made_from_its_records(write: Callable[..., Path], tmp_path: Path) -> None:
    root = write()
    for layer in range(2):
        (root / f"units/{layer}.json").unlink()
    with open_dataset(root) as dataset:
        with pytest.raises(BadInput, match="make them with neuronscope index"):
            open_units(dataset)
        index_units(dataset, tmp_path / "cache")
    row = row_of(root, tmp_path, 1, 2)
    assert (row.max, row.mean, row.peak_token, row.density) == (2.0, 0.5, "1_2", None)


def test_tables_of_a_dataset_that_was_not_made_here_stay_on_this_machine(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    root, cache = write(packed=False), tmp_path / "cache"
    (root / "dataset.json").unlink()
    before = sorted(root.rglob("*"))
    with open_dataset(root) as dataset:
        assert index_units(dataset, cache).where == str(cache)
        assert open_units(dataset, cache).page(UnitQuery(), limit=3).total == 10
    assert sorted(root.rglob("*")) == before
    assert row_of(root, cache, 0, 1).explanation == "words about time"


def test_tables_on_this_machine_of_another_state_of_the_dataset_do_not_count(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    root, cache = write(packed=False), tmp_path / "cache"
    (root / "dataset.json").unlink()
    (root / "units/0.json").unlink()
    with open_dataset(root) as dataset:
        index_units(dataset, cache)
    (root / "collated-activations/1/4.json").unlink()
    with open_dataset(root) as dataset, pytest.raises(BadInput, match="no tables of units"):
        open_units(dataset, cache)


def test_a_dataset_on_another_machine_is_read_over_http(
    write: Callable[..., Path], serve: Callable, tmp_path: Path
) -> None:
    write()
    with open_dataset(f"{serve(tmp_path).address}/tiny") as dataset:
        done = index_units(dataset, tmp_path / "cache")
        assert (done.where, done.units) == (str(tmp_path / "cache"), 10)
        (row,) = open_units(dataset, tmp_path / "cache").find([(0, 1)])
    assert row is not None
    assert row.explanation == "words about time"
