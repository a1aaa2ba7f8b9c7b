"""The end of a run: rows that were not kept are computed again, and nothing shows that they were."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np
import pytest

from neuronscope.collate import CollateOptions, Sampling, cut, dense, tokenise
from neuronscope.collate.dense import DenseLayer
from neuronscope.collate.finish import Chosen, choose_layer, compute_again, most_selective, results
from neuronscope.collate.job import Job, plan_job
from neuronscope.collate.options import SHARD
from neuronscope.collate.result import LayerResult
from neuronscope.collate.rowcache import RowCache, no_floors, plan_cache
from neuronscope.collate.running import batches, run_batches
from neuronscope.collate.stopwatch import Stopwatch
from neuronscope.collate.table import open_table
from neuronscope.subject import load_subject, open_source, read_activations

pytestmark = pytest.mark.usefixtures("one_thread")

SAMPLING = Sampling(top=6, negative=4, random=5, per_quantile=3, seed=2)


@pytest.fixture(scope="module", params=[("tiny_gpt2", "bfloat16"), ("tiny_llama", "float32")], ids=str)
def job(request: pytest.FixtureRequest, prose: str) -> Job:
    """Two layers over three shards; the first tokenizer puts no BOS, so that its first position is not counted."""
    model, dtype = request.param
    subject = load_subject(str(request.getfixturevalue(model)), dtype)
    sequences = cut(tokenise([prose], subject), length=8, limit=2 * SHARD + 40)
    options = CollateOptions(sampling=SAMPLING, batch_size=48)
    return plan_job(subject, open_source(subject), sequences, options)


def streamed(job: Job, folder: Path, *, places: int | None = None) -> list[DenseLayer]:
    """Layers that saw every sequence, with caches of so many places."""
    layers = []
    for layer, units in job.units.items():
        shape = (len(job.sequences), job.recorded, job.span.counted - job.span.recorded)
        plan = plan_cache(layer, units, job.options.sampling, shape=shape, dtype=job.bits)
        table = open_table(folder, layer, units, sequences=len(job.sequences), dtype=job.bits)
        cache = RowCache(plan, no_floors(units, job.options.sampling), places=places)
        layers.append(DenseLayer(layer, table, cache))
    for shard in range(job.shards):
        tallies = {layer.layer: layer.tally(shard, job.span) for layer in layers}

        def take(layer, batch, values, tallies=tallies):
            tallies[layer].add(values, batch.first)

        deque(run_batches(job, batches(job, shard), take, Stopwatch()), maxlen=0)
        for layer in layers:
            layer.merge(shard, tallies[layer.layer].close())
    return layers


def finished(job: Job, layers: list[DenseLayer]) -> tuple[list[LayerResult], int]:
    """What is written, and how many rows were computed again for it."""
    chosen = [choose_layer(job, layer) for layer in layers]
    again = compute_again(job, chosen, Stopwatch())
    return [result for layer in chosen for result in results(layer, again)], len(again)


def missing(chosen: Chosen) -> int:
    return int((~chosen.layer.has(chosen.units, chosen.choice.chosen)).sum())


def same(one: list[LayerResult], other: list[LayerResult]) -> None:
    assert [result.layer for result in one] == [result.layer for result in other]
    for a, b in zip(one, other, strict=True):
        for name in ("units", "chosen", "pools", "fired", "activations"):
            assert getattr(a, name).tobytes() == getattr(b, name).tobytes(), name
        for name, column in vars(a.statistics).items():
            assert column.tobytes() == getattr(b.statistics, name).tobytes(), name


@pytest.mark.parametrize("places", [1, 9, 25])
def test_rows_that_were_not_kept_are_computed_again_to_the_same_bits(job: Job, tmp_path: Path, places: int) -> None:
    full, computed = finished(job, streamed(job, tmp_path / "full"))
    few = streamed(job, tmp_path / "few", places=places)
    lost = sum(missing(choose_layer(job, layer)) for layer in few)
    got, again = finished(job, few)
    assert computed == 0
    assert again == lost > 100
    same(full, got)


def test_activations_are_what_the_model_gives_for_the_chosen_sequences(job: Job, tmp_path: Path) -> None:
    recorded: dict[int, list[np.ndarray]] = {layer: [] for layer in job.layers}
    for shard in range(job.shards):
        for batch in batches(job, shard):
            for layer, values in read_activations(job.subject, job.source, batch.ids, job.layers).items():
                recorded[layer].append(values[:, job.span.recorded :].float().numpy())  # type: ignore[index]
    for result in finished(job, streamed(job, tmp_path, places=9))[0]:
        every = np.concatenate(recorded[result.layer])
        for row, unit in enumerate(result.units):
            shown = result.chosen[row] >= 0
            assert (result.activations[row, shown] == every[result.chosen[row, shown], :, unit]).all()
            assert not result.activations[row, ~shown].any()


def test_parts_of_a_layer_are_the_whole_of_it(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = streamed(job, tmp_path, places=9)
    whole, _ = finished(job, layers)
    monkeypatch.setattr(dense, "_AT_A_TIME", 7 * job.recorded)
    parts, _ = finished(job, layers)
    assert len(whole) == len(layers)
    assert [len(part.units) for part in parts if part.layer == 0][:2] == [7, 7]
    for layer in whole:
        own = [part for part in parts if part.layer == layer.layer]
        for name in ("units", "chosen", "pools", "fired", "activations"):
            assert (np.concatenate([getattr(part, name) for part in own]) == getattr(layer, name)).all()
        for name, column in vars(layer.statistics).items():
            joined = np.concatenate([getattr(part.statistics, name) for part in own])
            assert joined.tobytes() == column.tobytes(), name


def test_units_that_are_left_out_are_not_computed_again(job: Job, tmp_path: Path) -> None:
    layers = streamed(job, tmp_path, places=9)
    options = CollateOptions(sampling=SAMPLING, batch_size=48, most_selective=4, layers=job.layers)
    few = plan_job(job.subject, job.source, job.sequences, options)
    everything, computed = finished(job, layers)
    kept, again = finished(few, layers)
    assert 0 < again < computed
    for part, whole in zip(kept, everything, strict=True):
        assert len(part.units) == 4
        assert (part.activations == whole.activations[part.units]).all()
        assert part.statistics.kurtosis.min() >= np.sort(whole.statistics.kurtosis)[-4]


def test_the_most_selective_units_come_by_index_and_those_that_never_vary_last() -> None:
    kurtosis = np.array([3.0, np.nan, 9.0, 5.0, 9.0])
    assert most_selective(kurtosis, 2).tolist() == [2, 4]
    assert most_selective(kurtosis, 4).tolist() == [0, 2, 3, 4]
    assert most_selective(kurtosis, 9).tolist() == [0, 1, 2, 3, 4]
    assert most_selective(kurtosis, None).tolist() == [0, 1, 2, 3, 4]
