"""The whole of collation against a brute-force reference over the same recorded activations, on tiny real models."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronscope.collate import CollateOptions, Sampling, Sequences, collate, cut, tokenise
from neuronscope.dataset import Dataset, open_dataset
from neuronscope.errors import BadInput
from neuronscope.records import ActivationRecord, NeuronRecord
from neuronscope.subject import Subject, load_subject, positions, read_activations

LENGTH = 12
SAMPLING = Sampling(top=20, negative=10, random=15, per_quantile=5, seed=3)
OPTIONS = CollateOptions(sampling=SAMPLING, batch_size=24)
WHEN = datetime(2026, 1, 2, tzinfo=UTC)
MASK = (1 << 64) - 1


@pytest.fixture(scope="module", params=["tiny_gpt2", "tiny_llama"])
def subject(request: pytest.FixtureRequest) -> Subject:
    return load_subject(str(request.getfixturevalue(request.param)))


@pytest.fixture(scope="module")
def sequences(subject: Subject, prose: str) -> Sequences:
    """About 600 sequences: two whole shards and a part of one, from documents of different lengths."""
    documents = [prose[start : start + 1700] for start in range(0, len(prose), 1700)]
    return cut(tokenise(documents, subject), length=LENGTH, limit=600, name="prose")


@pytest.fixture(scope="module")
def dataset(subject: Subject, sequences: Sequences, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    out = tmp_path_factory.mktemp("out") / "dataset"
    collate(subject, sequences, out=out, options=OPTIONS, created=WHEN)
    return open_dataset(out)


@pytest.fixture(scope="module")
def recorded(subject: Subject, sequences: Sequences) -> dict[int, np.ndarray]:
    """Every activation that counts, float32 [sequence, position, unit], by layer, from the same batches."""
    rule = positions(subject.info)
    found: dict[int, list[np.ndarray]] = {0: [], 1: []}
    for shard in range(0, len(sequences), 256):
        rows = sequences.ids[shard : shard + 256]
        for first in range(0, len(rows), OPTIONS.batch_size):
            ids = torch.from_numpy(rows[first : first + OPTIONS.batch_size]).long()
            ids = torch.cat([torch.tensor(rule.prefix, dtype=torch.long).expand(len(ids), -1), ids], dim=1)
            for layer, values in read_activations(subject, ids, [0, 1]).items():
                found[layer].append(values[:, rule.counted :].numpy())
    return {layer: np.concatenate(parts) for layer, parts in found.items()}


def every_record(dataset: Dataset) -> list[NeuronRecord]:
    found = [dataset.record(layer, unit) for layer in dataset.layers() for unit in dataset.units(layer)]
    assert all(record is not None for record in found)
    return [record for record in found if record is not None]


def indices(records: list[ActivationRecord], sequences: Sequences) -> list[int]:
    """Which sequences these are, by where they came from."""
    where = {(int(d), int(o)): i for i, (d, o) in enumerate(zip(sequences.documents, sequences.offsets, strict=True))}
    return [where[record.source.document, record.source.offset] for record in records if record.source]


def mixed(x: int) -> int:
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def priority(layer: int, unit: int, stream: int, sequence: int) -> int:
    key = 0
    for part in (SAMPLING.seed, stream, layer, unit):
        key = mixed(key ^ part)
    return mixed((key + sequence * 0x9E3779B97F4A7C15) & MASK)


def reference(values: np.ndarray, layer: int, unit: int) -> dict[str, list[int]]:
    """The method's words, one by one; ``values`` is [sequence, position] of one unit."""
    n = len(values)
    largest, smallest = values.max(axis=1).tolist(), values.min(axis=1).tolist()
    ranked = sorted(range(n), key=lambda i: (-largest[i], i))
    groups = {"top": [i for i in ranked if largest[i] > 0][: SAMPLING.top]}
    rest = sorted((i for i in range(n) if i not in groups["top"] and smallest[i] < 0), key=lambda i: (smallest[i], i))
    groups["negative"] = rest[: SAMPLING.negative]
    shown = {*groups["top"], *groups["negative"]}
    bounds = [Fraction(q).limit_denominator(1000) for q in SAMPLING.quantiles]
    for low, high in pairwise(bounds):
        pool = [i for rank, i in enumerate(ranked) if low * n <= n - 1 - rank < high * n and i not in shown]
        drawn = sorted(pool, key=lambda i: priority(layer, unit, 1, i))[: SAMPLING.per_quantile]
        groups[f"quantile {float(low):g}-{float(high):g}"] = [i for i in pool if i in drawn]
        shown |= set(drawn)
    left = [i for i in range(n) if i not in shown]
    groups["random"] = sorted(left, key=lambda i: priority(layer, unit, 2, i))[: SAMPLING.random]
    return groups


def test_every_group_holds_the_sequences_of_the_reference(
    dataset: Dataset, sequences: Sequences, recorded: dict[int, np.ndarray]
) -> None:
    for record in every_record(dataset):
        layer, unit = record.neuron_id.layer_index, record.neuron_id.neuron_index
        expected = reference(recorded[layer][:, :, unit], layer, unit)
        quantiles = record.random_sample_by_quantile or []
        got = [record.most_positive_activation_records, record.most_negative_activation_records or [], *quantiles]
        assert [indices(group, sequences) for group in [*got, record.random_sample]] == list(expected.values())
        assert record.statistics is not None
        assert [count.kept for count in record.statistics.groups] == [len(group) for group in expected.values()]


def test_moments_equal_those_over_all_tokens_in_float64(dataset: Dataset, recorded: dict[int, np.ndarray]) -> None:
    for record in every_record(dataset):
        exact = recorded[record.neuron_id.layer_index][:, :, record.neuron_id.neuron_index].astype(np.float64).ravel()
        deviation = exact - exact.mean()
        variance = (deviation**2).mean()
        expected = [exact.mean(), variance, (deviation**3).mean() / variance**1.5, (deviation**4).mean() / variance**2]
        got = [record.mean, record.variance, record.skewness, record.kurtosis]
        for value, wanted in zip(got, expected, strict=True):
            assert value is not None
            assert abs(value - wanted) <= 1e-6 * max(1.0, abs(wanted))


def test_statistics_equal_plain_counting(dataset: Dataset, subject: Subject, recorded: dict[int, np.ndarray]) -> None:
    for record in every_record(dataset):
        values = recorded[record.neuron_id.layer_index][:, :, record.neuron_id.neuron_index]
        stats = record.statistics
        assert stats is not None
        assert (stats.tokens, stats.sequences) == (values.size, len(values))
        assert (stats.max, stats.min) == (float(values.max()), float(values.min()))
        assert stats.sequences_fired == int((values.max(axis=1) > 0).sum())
        assert stats.sequences_fired_negative == int((values.min(axis=1) < 0).sum())
        assert stats.density_threshold == (float(values.max() * np.float32(0.1)) if subject.info.gated else 0.0)
        assert stats.density == (values > np.float32(stats.density_threshold)).sum() / values.size
        assert stats.histogram is not None
        edge = 2.0 ** math.frexp(float(np.abs(values).max()))[1]
        assert (stats.histogram.lowest, stats.histogram.width) == (-edge, edge / 32)
        counts = np.bincount(np.floor(values.astype(np.float64).ravel() / (edge / 32)).astype(int) + 32, minlength=64)
        assert stats.histogram.counts == counts.tolist()


def test_activations_are_the_recorded_ones_to_four_digits(
    dataset: Dataset, subject: Subject, sequences: Sequences, recorded: dict[int, np.ndarray]
) -> None:
    rule = positions(subject.info)
    for record in every_record(dataset):
        shown = [*record.most_positive_activation_records, *record.random_sample]
        for index, excerpt in zip(indices(shown, sequences), shown, strict=True):
            assert excerpt.ignored == rule.ignored
            values = recorded[record.neuron_id.layer_index][index, :, record.neuron_id.neuron_index]
            got = excerpt.activations[rule.counted - rule.recorded :]
            assert got == [float(f"{float(value):.4g}") for value in values]


def test_tokens_are_the_text_of_the_sequence_without_bos(
    dataset: Dataset, subject: Subject, sequences: Sequences
) -> None:
    for record in every_record(dataset)[:4]:
        shown = record.most_positive_activation_records
        for index, excerpt in zip(indices(shown, sequences), shown, strict=True):
            assert len(excerpt.tokens) == LENGTH
            assert "".join(excerpt.tokens) == subject.tokenizer.decode(sequences.ids[index])


def test_no_sequence_stands_twice_in_a_record(dataset: Dataset, sequences: Sequences) -> None:
    for record in every_record(dataset):
        quantiles = [excerpt for group in record.random_sample_by_quantile or [] for excerpt in group]
        groups = [record.most_positive_activation_records, record.most_negative_activation_records or []]
        every = indices([*groups[0], *groups[1], *quantiles, *record.random_sample], sequences)
        assert len(every) == len(set(every))


def test_columns_repeat_the_records(dataset: Dataset) -> None:
    for layer in dataset.layers():
        columns: dict[str, Any] = json.loads(dataset.file(f"units/{layer}.json") or b"")
        assert columns.pop("layer") == layer
        assert {len(column) for column in columns.values()} == {len(dataset.units(layer))}
        for row, unit in enumerate(dataset.units(layer)):
            record = dataset.record(layer, unit)
            assert record is not None
            assert record.statistics is not None
            stats, top = record.statistics, record.most_positive_activation_records
            got = [columns[name][row] for name in ("unit", "max", "min", "mean", "kurtosis", "density", "dead")]
            assert got == [unit, stats.max, stats.min, record.mean, record.kurtosis, stats.density, stats.dead]
            assert columns["sequences_fired"][row] == stats.sequences_fired
            assert columns["peak_token"][row] in (top[0].tokens if top else [None])


def test_the_manifest_says_what_was_run(dataset: Dataset, subject: Subject, sequences: Sequences) -> None:
    manifest = dataset.manifest
    assert manifest.model.hash == subject.info.hash
    assert (manifest.model.layers, manifest.model.units_per_layer) == (2, subject.info.units[0])
    assert manifest.source.bos == positions(subject.info).rule
    assert manifest.corpus is not None
    assert (manifest.corpus.hash, manifest.corpus.sequences) == (sequences.hash(), len(sequences))
    assert manifest.sampling is not None
    assert manifest.sampling.quantiles == [0.0, 0.5, 0.9, 0.99, 0.999]
    assert manifest.run is not None
    assert set(manifest.run.versions) == {"neuronscope", "torch", "transformers"}
    assert (manifest.run.batch_size, manifest.run.threads) == (24, torch.get_num_threads())
    assert manifest.created == "2026-01-02T00:00:00Z"
    assert manifest.artefacts == ["collated-activations"]


@pytest.fixture
def run(subject: Subject, sequences: Sequences, tmp_path: Path) -> Callable[..., Path]:
    """Collate into a folder of the given name."""

    def collate_into(name: str, options: CollateOptions = OPTIONS) -> Path:
        collate(subject, sequences, out=tmp_path / name / "dataset", options=options, created=WHEN)
        return tmp_path / name / "dataset"

    return collate_into


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_two_runs_give_the_same_bytes(run: Callable[..., Path]) -> None:
    assert files_of(run("first")) == files_of(run("second"))


def test_folders_hold_the_same_files_as_zips(run: Callable[..., Path]) -> None:
    packed = open_dataset(run("packed"))
    folder = open_dataset(run("folder", CollateOptions(sampling=SAMPLING, batch_size=24, packed=False)))
    assert folder.record(1, 5) == packed.record(1, 5)


def test_the_most_selective_units_keep_their_indices_and_records(run: Callable[..., Path], dataset: Dataset) -> None:
    selective = open_dataset(run("few", CollateOptions((1,), 3, sampling=SAMPLING, batch_size=24)))
    kurtosis = {
        r.neuron_id.neuron_index: r.kurtosis or 0 for r in every_record(dataset) if r.neuron_id.layer_index == 1
    }
    best = sorted(sorted(kurtosis, key=lambda unit: -kurtosis[unit])[:3])
    assert selective.layers() == [1]
    assert list(selective.units(1)) == best
    assert selective.manifest.layers[0].unit_ids == best
    assert [selective.record(1, unit) for unit in best] == [dataset.record(1, unit) for unit in best]


def test_including_special_positions_counts_every_one(run: Callable[..., Path], subject: Subject) -> None:
    root = run("special", CollateOptions((0,), 2, Sampling(seed=3), include_special=True))
    opened = open_dataset(root)
    record = opened.record(0, next(iter(opened.units(0))))
    assert record is not None
    excerpt = record.most_positive_activation_records[0]
    assert excerpt.ignored is None
    assert len(excerpt.tokens) == LENGTH + (subject.info.bos is not None)
    assert record.statistics is not None
    assert record.statistics.tokens == len(excerpt.tokens) * record.statistics.sequences


@pytest.mark.parametrize("layer", [-1, 2])
def test_a_layer_the_model_lacks_leaves_nothing_behind(run: Callable[..., Path], layer: int, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"layer {layer}: .* has layers 0 to 1"):
        run("none", CollateOptions(layers=(layer,)))
    assert list(tmp_path.iterdir()) == []


def test_sequences_longer_than_the_model_reads_are_refused(subject: Subject, prose: str, tmp_path: Path) -> None:
    long = cut(tokenise([prose], subject), length=129)
    with pytest.raises(BadInput, match="reads: 128"):
        collate(subject, long, out=tmp_path / "out")


def test_progress_ends_complete_in_every_stage(subject: Subject, sequences: Sequences, tmp_path: Path) -> None:
    last: dict[str, tuple[int, int]] = {}
    summary = collate(
        subject,
        sequences,
        out=tmp_path / "out",
        options=CollateOptions(layers=(0,)),
        progress=lambda stage, done, total: last.update({stage: (done, total)}),
    )
    assert last == {"statistics": (len(sequences),) * 2, "records": (len(sequences),) * 2, "writing": (1, 1)}
    assert set(summary.seconds) == {"forward", "statistics", "write"}
    assert (summary.units, summary.dead_units) == (subject.info.units[0], 0)
