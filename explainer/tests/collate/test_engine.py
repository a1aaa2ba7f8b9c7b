"""The whole of collation against a brute-force reference over the same recorded activations, on tiny real models."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from neuronscope.collate import CollateOptions, Sampling, Sequences, Step, collate, cut, rowcache, tokenise
from neuronscope.dataset import Dataset, loads, open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.errors import BadInput, BrokenData
from neuronscope.records import ActivationRecord, GroupCount, NeuronRecord
from neuronscope.relations import Neighbours, TokenLookupTableSummaryOfNeuron
from neuronscope.subject import (
    Positions,
    Source,
    SparseActivations,
    Subject,
    load_subject,
    open_source,
    positions,
    read_activations,
    token_texts,
)

pytestmark = pytest.mark.usefixtures("one_thread")
LENGTH = 12
SAMPLING = Sampling(top=20, negative=10, random=15, per_quantile=5, seed=3)
OPTIONS = CollateOptions(sampling=SAMPLING, batch_size=24, keep_table=True)
WHEN = datetime(2026, 1, 2, tzinfo=UTC)
MASK = (1 << 64) - 1

# Corpora of one sequence less than a shard, a whole one, one more, and two shards with a part of a third.
CASES = [
    ("tiny_gpt2", "float32", "mlp", 600),
    ("tiny_gpt2", "bfloat16", "mlp", 257),
    ("tiny_llama", "float32", "mlp", 255),
    ("tiny_llama", "bfloat16", "mlp", 600),
    ("tiny_gpt2", "bfloat16", "resid", 256),
    ("tiny_llama", "float32", "resid", 600),
    ("tiny_gpt2", "float32", "attn", 257),
    ("tiny_llama", "bfloat16", "attn", 600),
    ("tiny_gpt2", "float32", "sae:standard", 600),
    ("tiny_gpt2", "bfloat16", "sae:abstopk", 257),
    ("tiny_llama", "bfloat16", "sae:standard", 256),
    ("tiny_gpt2", "bfloat16", "vectors", 600),
    ("tiny_llama", "float32", "vectors", 255),
]


@dataclass(frozen=True)
class Case:
    """One run; ``recorded`` has every activation that counts, float32 [sequence, position, unit], by layer."""

    subject: Subject
    source: Source
    sequences: Sequences
    rule: Positions
    dataset: Dataset
    recorded: dict[int, np.ndarray]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(map(str, case)))
def case(request: pytest.FixtureRequest, prose: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    request.getfixturevalue("one_thread")
    model, dtype, asked, count = request.param
    folder = tmp_path_factory.mktemp("out")
    subject = load_subject(str(request.getfixturevalue(model)), dtype)
    source = open_source(subject, saved(asked, folder))
    sequences = corpus(subject, prose, count)
    collate(subject, sequences, source=source, out=folder / "dataset", options=OPTIONS, created=WHEN)
    rule = positions(subject.info, prepend_bos=source.prepend_bos)
    dataset = open_dataset(folder / "dataset")
    return Case(subject, source, sequences, rule, dataset, every_activation(subject, source, sequences, rule))


def saved(asked: str, folder: Path) -> str:
    """The source to ask for, with its files written into ``folder`` where it has any."""
    if asked.startswith("sae:"):
        return f"sae:{save_sae(folder / 'sae', asked.removeprefix('sae:'))}"
    if asked == "vectors":
        draw = np.random.default_rng(5)
        arrays: dict[str, Any] = {f"blocks.{i}.hook_resid_pre": draw.normal(size=(7, 16)) for i in range(2)}
        np.savez(folder / "probes.npz", **arrays, **{"blocks.1.hook_resid_pre.bias": np.full(7, -3.0)})
        return f"vectors:{folder / 'probes.npz'}"
    return asked


def save_sae(folder: Path, architecture: str) -> Path:
    """40 random latents of the residual stream before layer 1, as sae_lens stores them; a quarter never fires."""
    draw = torch.Generator().manual_seed(4)
    weights = {name: torch.randn(16, 40, generator=draw) for name in ("W_enc", "W_dec")}
    weights["W_dec"] = weights["W_dec"].T.contiguous()
    bias = torch.where(torch.arange(40) % 4 == 0, -1e6, torch.linspace(-12, 0, 40))
    weights |= {"b_enc": bias if architecture == "standard" else torch.zeros(40), "b_dec": torch.zeros(16)}
    folder.mkdir()
    save_file(weights, folder / "sae_weights.safetensors")
    config = {"architecture": architecture, "d_in": 16, "d_sae": 40, "dtype": "float32", "device": "cpu"}
    config |= {"apply_b_dec_to_input": True, "normalize_activations": "none", "reshape_activations": "none"}
    config |= {"k": 3, "rescale_acts_by_decoder_norm": False} if "topk" in architecture else {}
    metadata = {"hook_name": "blocks.1.hook_resid_pre", "prepend_bos": architecture == "standard"}
    metadata |= {"sae_lens_version": "6.0.0"}
    (folder / "cfg.json").write_text(json.dumps(config | {"metadata": metadata}))
    return folder


def corpus(subject: Subject, prose: str, count: int) -> Sequences:
    """The first ``count`` sequences of documents of different lengths."""
    documents = [prose[start : start + 1700] for start in range(0, len(prose), 1700)]
    return cut(tokenise(documents, subject), length=LENGTH, limit=count, name="prose")


def every_activation(
    subject: Subject, source: Source, sequences: Sequences, rule: Positions, batch_size: int = 24
) -> dict[int, np.ndarray]:
    found: dict[int, list[np.ndarray]] = {layer: [] for layer in source.units}
    for shard in range(0, len(sequences), 256):
        rows = sequences.ids[shard : shard + 256]
        for first in range(0, len(rows), batch_size):
            ids = torch.from_numpy(rows[first : first + batch_size].astype(np.int64))
            ids = torch.cat([torch.tensor(rule.prefix, dtype=torch.long).expand(len(ids), -1), ids], dim=1)
            for layer, values in read_activations(subject, source, ids, source.units).items():
                found[layer].append(whole(values)[:, rule.counted :].float().numpy())
    return {layer: np.concatenate(parts) for layer, parts in found.items()}


def whole(values: torch.Tensor | SparseActivations) -> torch.Tensor:
    if isinstance(values, torch.Tensor):
        return values
    sequences, length, units = values.shape
    full = torch.zeros(sequences * length, units)
    full[values.position, values.unit] = values.value
    return full.reshape(values.shape)


def every_record(dataset: Dataset) -> list[NeuronRecord]:
    found = [dataset.record(layer, unit) for layer in dataset.layers() for unit in dataset.units(layer)]
    assert all(record is not None for record in found)
    return [record for record in found if record is not None]


def values_of(case: Case, record: NeuronRecord) -> np.ndarray:
    return case.recorded[record.neuron_id.layer_index][:, :, record.neuron_id.neuron_index]


def groups_of(record: NeuronRecord) -> list[list[ActivationRecord]]:
    negative = record.most_negative_activation_records
    assert negative is not None
    quantiles = record.random_sample_by_quantile or []
    return [record.most_positive_activation_records, negative, *quantiles, record.random_sample]


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


@dataclass(frozen=True)
class Expected:
    """A group as it should be, and what it could choose from."""

    chosen: list[int]
    pool: int
    fired: int


def reference(values: np.ndarray, layer: int, unit: int) -> list[Expected]:
    """The method's words, one by one; ``values`` is [sequence, position] of one unit."""
    n = len(values)
    largest, smallest = values.max(axis=1).tolist(), values.min(axis=1).tolist()
    ranked = sorted(range(n), key=lambda i: (-largest[i], i))
    top = [i for i in ranked if largest[i] > 0][: SAMPLING.top]
    groups = [Expected(top, n, sum(value > 0 for value in largest))]
    rest = sorted(set(range(n)) - set(top), key=lambda i: (smallest[i], i))
    below = [i for i in rest if smallest[i] < 0]
    groups.append(Expected(below[: SAMPLING.negative], len(rest), len(below)))
    shown = {*top, *groups[1].chosen}
    bounds = [Fraction(str(q)) for q in SAMPLING.quantiles]
    for low, high in pairwise(bounds):
        pool = [i for rank, i in enumerate(ranked) if low * n <= n - 1 - rank < high * n and i not in shown]
        drawn = sorted(pool, key=lambda i: priority(layer, unit, 1, i))[: SAMPLING.per_quantile]
        fired = sum(largest[i] > 0 for i in pool)
        groups.append(Expected([i for i in pool if i in drawn], len(pool), fired))
    shown |= {i for group in groups for i in group.chosen}
    left = [i for i in range(n) if i not in shown]
    drawn = sorted(left, key=lambda i: priority(layer, unit, 2, i))[: SAMPLING.random]
    return [*groups, Expected(drawn, len(left), sum(largest[i] > 0 for i in left))]


def test_every_group_holds_the_sequences_of_the_reference(case: Case) -> None:
    for record in every_record(case.dataset):
        layer, unit = record.neuron_id.layer_index, record.neuron_id.neuron_index
        expected = reference(values_of(case, record), layer, unit)
        got = [indices(group, case.sequences) for group in groups_of(record)]
        assert got == [group.chosen for group in expected], f"layer {layer}, unit {unit}"
        assert record.statistics is not None
        assert [said(count) for count in record.statistics.groups] == [
            (group.pool, group.fired, len(group.chosen)) for group in expected
        ]


def said(count: GroupCount) -> tuple[int, int, int]:
    return count.sequences, count.fired, count.kept


def test_related_tokens_are_those_of_highest_mean_activation(case: Case) -> None:
    prefix = np.tile(np.array(case.rule.prefix, np.int64), (len(case.sequences), 1))
    tokens = np.concatenate([prefix, case.sequences.ids], axis=1)[:, case.rule.counted :].astype(np.int64)
    ids, places, counts = np.unique(tokens, return_inverse=True, return_counts=True)
    texts = token_texts(case.subject.tokenizer, ids.tolist())
    for layer, values in case.recorded.items():
        sums = np.zeros((len(ids), values.shape[2]))
        np.add.at(sums, places.reshape(-1), values.reshape(-1, values.shape[2]).astype(np.float64))
        means = sums / counts[:, None]
        for unit in range(values.shape[2]):
            found = case.dataset.related_tokens(layer, unit)
            assert isinstance(found, TokenLookupTableSummaryOfNeuron)
            often = [i for i in range(len(ids)) if counts[i] >= 3 and means[i, unit] > 1e-9]
            best = sorted(often, key=lambda i: -means[i, unit])[:50]
            assert found.minimum_count == 3
            assert np.allclose(found.average_activations, means[best, unit], rtol=6e-4)
            listed = zip(found.tokens, found.counts or [], found.average_activations, strict=True)
            known = {(texts[i], counts[i]): means[i, unit] for i in often}
            assert all(known[text, count] == pytest.approx(mean, rel=6e-4) for text, count, mean in listed)


def test_units_that_act_together_are_those_of_plain_correlation(case: Case) -> None:
    units = [(layer, unit) for layer, values in case.recorded.items() for unit in range(values.shape[2])]
    figures = np.concatenate([values.max(axis=1).T for values in case.recorded.values()]).astype(np.float64)
    with np.errstate(invalid="ignore"):
        exact = np.corrcoef(figures)
    exact[np.arange(len(units)), np.arange(len(units))] = np.nan
    for row, (layer, unit) in enumerate(units):
        data = case.dataset.read("related-neurons/activation-based", layer, unit)
        assert data is not None
        found = loads(data, Neighbours).neighbours
        best = np.sort(exact[row][~np.isnan(exact[row])])[::-1][:10]
        alike = [one for one in found if one.measure == "pearson"]
        assert [one.value for one in alike] == pytest.approx(best.tolist(), abs=1e-5)
        assert [exact[row, units.index((one.layer, one.unit))] for one in alike] == pytest.approx(best, abs=1e-5)
        fire = figures > 0
        for one in found[len(alike) :]:
            other = units.index((one.layer, one.unit))
            either = (fire[row] | fire[other]).sum()
            expected = (fire[row] & fire[other]).sum() / either if either else None
            assert (one.measure, one.value) == ("jaccard", expected and pytest.approx(expected, abs=1e-5))


def test_no_sequence_stands_twice_in_a_record(case: Case) -> None:
    for record in every_record(case.dataset):
        every = [i for group in groups_of(record) for i in indices(group, case.sequences)]
        assert len(every) == len(set(every))


def test_activations_in_every_group_are_the_recorded_ones_to_four_digits(case: Case) -> None:
    for record in every_record(case.dataset):
        values = values_of(case, record)
        for group in groups_of(record):
            for index, excerpt in zip(indices(group, case.sequences), group, strict=True):
                assert excerpt.ignored == case.rule.ignored
                got = excerpt.activations[case.rule.counted - case.rule.recorded :]
                assert got == [float(f"{float(value):.4g}") for value in values[index]]


def test_tokens_are_the_text_of_the_sequence_without_bos(case: Case) -> None:
    for record in every_record(case.dataset)[:4]:
        for group in groups_of(record):
            for index, excerpt in zip(indices(group, case.sequences), group, strict=True):
                assert len(excerpt.tokens) == LENGTH
                assert "".join(excerpt.tokens) == case.subject.tokenizer.decode(case.sequences.ids[index])


def test_moments_equal_those_over_all_tokens_in_float64(case: Case) -> None:
    for record in every_record(case.dataset):
        exact = values_of(case, record).astype(np.float64).ravel()
        deviation = exact - exact.mean()
        variance = (deviation**2).mean()
        got = [record.mean, record.variance, record.skewness, record.kurtosis]
        if not variance:
            assert got == [exact.mean(), 0, None, None]
            continue
        expected = [exact.mean(), variance, (deviation**3).mean() / variance**1.5, (deviation**4).mean() / variance**2]
        for value, wanted in zip(got, expected, strict=True):
            assert value is not None
            assert abs(value - wanted) <= 1e-6 * max(1.0, abs(wanted))


def test_statistics_equal_plain_counting(case: Case) -> None:
    for record in every_record(case.dataset):
        values, stats = values_of(case, record), record.statistics
        assert stats is not None
        assert (stats.tokens, stats.sequences) == (values.size, len(values))
        assert (stats.max, stats.min) == (float(values.max()), float(values.min()))
        assert stats.sequences_fired == int((values.max(axis=1) > 0).sum())
        assert stats.sequences_fired_negative == int((values.min(axis=1) < 0).sum())
        assert stats.dead == (not values.any())


def test_density_counts_tokens_that_fire_or_reach_a_tenth_of_the_maximum(case: Case) -> None:
    for record in every_record(case.dataset):
        values, stats = values_of(case, record), record.statistics
        assert stats is not None
        if case.source.true_zero:
            assert stats.density_definition == "above zero"
            assert (stats.density_threshold, stats.density) == (0.0, (values > 0).sum() / values.size)
        elif values.max() > 0:
            threshold = five_digits(float(values.max() * np.float32(0.1)))
            assert stats.density_definition == "from about 10% of the maximum on"
            assert stats.density_threshold == threshold
            assert stats.density == (values >= threshold).sum() / values.size
        else:
            assert (stats.density_threshold, stats.density) == (None, None)


def five_digits(value: float) -> float:
    """``value`` rounded down to five binary digits."""
    fraction, exponent = math.frexp(value)
    return math.ldexp(math.floor(fraction * 32), exponent - 5)


def test_histograms_have_64_bins_over_symmetric_powers_of_two(case: Case) -> None:
    for record in every_record(case.dataset):
        values = values_of(case, record).astype(np.float64).ravel()
        assert record.statistics is not None
        histogram = record.statistics.histogram
        assert histogram is not None
        largest = float(np.abs(values).max())
        edge = 2.0 ** math.frexp(largest)[1] if largest else -histogram.lowest
        assert (histogram.lowest, histogram.width) == (-edge, edge / 32)
        counts = np.bincount(np.floor(values / (edge / 32)).astype(int) + 32, minlength=64)
        assert histogram.counts == counts.tolist()


def test_columns_repeat_the_records(case: Case) -> None:
    for layer in case.dataset.layers():
        columns: dict[str, Any] = json.loads(case.dataset.file(f"units/{layer}.json") or b"")
        assert columns.pop("layer") == layer
        assert {len(column) for column in columns.values()} == {len(case.dataset.units(layer))}
        for row, unit in enumerate(case.dataset.units(layer)):
            record = case.dataset.record(layer, unit)
            assert record is not None
            assert record.statistics is not None
            stats, top = record.statistics, record.most_positive_activation_records
            got = [columns[name][row] for name in ("unit", "max", "min", "mean", "kurtosis", "density", "dead")]
            assert got == [unit, stats.max, stats.min, record.mean, record.kurtosis, stats.density, stats.dead]
            assert columns["sequences_fired"][row] == stats.sequences_fired
            assert columns["peak_token"][row] in (top[0].tokens if top else [None])


def test_kept_tables_hold_every_figure_of_merit(case: Case) -> None:
    for layer, values in case.recorded.items():
        tensors = load_file(Path(case.dataset.root) / "figures" / f"{layer}.safetensors")
        largest, smallest = torch.from_numpy(values.max(axis=1).T), torch.from_numpy(values.min(axis=1).T)
        if case.source.sparse:
            unit, sequence = largest.nonzero().unbind(1)
            assert torch.equal(tensors["unit"].long(), unit)
            assert torch.equal(tensors["sequence"].long(), sequence)
            assert torch.equal(tensors["max"], largest[unit, sequence])
            continue
        assert {tensor.dtype for tensor in tensors.values()} == {getattr(torch, case.subject.dtype)}
        assert torch.equal(tensors["max"].float(), largest)
        assert torch.equal(tensors["min"].float(), smallest)


def test_it_has_no_faults(case: Case) -> None:
    checked = list(check_dataset(case.dataset))
    assert [(item.path, item.faults) for item in checked if item.faults] == []
    assert {item.path for item in checked} > {f"figures/{layer}.safetensors" for layer in case.dataset.layers()}


def test_the_manifest_says_what_was_run(case: Case) -> None:
    manifest = case.dataset.manifest
    assert manifest.model.hash == case.subject.info.hash
    assert (manifest.model.layers, manifest.source.kind) == (2, case.source.kind)
    assert (manifest.source.hash, manifest.source.hook) == (case.source.hash, case.source.hook)
    assert [layer.units for layer in manifest.layers] == list(case.source.units.values())
    assert manifest.source.bos == case.rule.rule
    assert manifest.corpus is not None
    assert (manifest.corpus.hash, manifest.corpus.sequences) == (case.sequences.hash(), len(case.sequences))
    assert manifest.sampling is not None
    assert manifest.sampling.quantiles == [0.0, 0.5, 0.9, 0.99, 0.999]
    assert manifest.run is not None
    assert set(manifest.run.versions) == {"neuronscope", "torch", "transformers", "numba"}
    assert manifest.run.dtype == case.subject.dtype
    assert (manifest.run.batch_size, manifest.run.threads) == (24, 1)
    assert manifest.created == "2026-01-02T00:00:00Z"
    assert manifest.artefacts == [
        *("collated-activations", "related-tokens/activation-based", "related-neurons/activation-based")
    ]


def test_nothing_but_the_dataset_is_left(case: Case) -> None:
    there = {path.name for path in Path(case.dataset.root).iterdir()}
    assert there == {"dataset.json", "collated-activations", "related-tokens", "related-neurons", "units", "figures"}


# What follows needs one small run each.

Run = Callable[..., Path]


@pytest.fixture(scope="module")
def subject(tiny_gpt2: Path) -> Subject:
    return load_subject(str(tiny_gpt2), "bfloat16")


@pytest.fixture(scope="module")
def sequences(subject: Subject, prose: str) -> Sequences:
    return corpus(subject, prose, 300)


@pytest.fixture
def run(subject: Subject, sequences: Sequences, tmp_path: Path) -> Run:
    """Collate into a folder of the given name."""

    def collate_into(name: str, **options: Any) -> Path:
        asked = replace(CollateOptions(sampling=SAMPLING, batch_size=24), **options)
        collate(subject, sequences, out=tmp_path / name / "dataset", options=asked, created=WHEN)
        return tmp_path / name / "dataset"

    return collate_into


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_two_runs_give_the_same_bytes(run: Run) -> None:
    assert files_of(run("first")) == files_of(run("second"))


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("asked", ["mlp", "attn", "sae:standard"])
def test_any_number_of_threads_gives_the_same_bytes(asked: str, tiny_gpt2: Path, prose: str, tmp_path: Path) -> None:
    subject = load_subject(str(tiny_gpt2), "bfloat16")
    source = open_source(subject, saved(asked, tmp_path))
    some = corpus(subject, prose, 700)
    options = CollateOptions(sampling=SAMPLING, batch_size=7, checkpoint_seconds=0, keep_table=True)
    for count in (1, 2, 5):
        torch.set_num_threads(count)
        collate(subject, some, source=source, out=tmp_path / f"{count}/dataset", options=options, created=WHEN)
        assert torch.get_num_threads() == count
    assert files_of(tmp_path / "1") == files_of(tmp_path / "2") == files_of(tmp_path / "5")


@pytest.mark.parametrize("model", ["tiny_gpt2", "tiny_llama"])
def test_rows_that_there_was_no_room_for_are_computed_again_to_the_same_bytes(
    model: str, request: pytest.FixtureRequest, prose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = load_subject(str(request.getfixturevalue(model)), "bfloat16")
    summaries = []
    for places in (None, 3):
        if places:
            monkeypatch.setattr(rowcache, "places_for", lambda *_: 3)
        out = tmp_path / str(places) / "dataset"
        options = CollateOptions(sampling=SAMPLING, batch_size=24)
        summaries.append(collate(subject, corpus(subject, prose, 300), out=out, options=options, created=WHEN))
    assert summaries[1].computed_again > 100 > summaries[0].computed_again
    assert files_of(tmp_path / "None") == files_of(tmp_path / "3")


def test_folders_hold_the_same_files_as_zips(run: Run) -> None:
    packed, folder = open_dataset(run("packed")), open_dataset(run("folder", packed=False))
    assert every_record(folder) == every_record(packed)
    assert (Path(folder.root) / "collated-activations/1/5.json").is_file()
    assert not [item for item in check_dataset(folder) if item.faults]


def test_the_most_selective_units_keep_their_indices_and_records(run: Run) -> None:
    whole_layer, few = open_dataset(run("all")), open_dataset(run("few", layers=(1,), most_selective=3))
    kurtosis = {unit: whole_layer.record(1, unit).kurtosis or 0 for unit in range(24)}  # type: ignore[union-attr]
    best = sorted(sorted(kurtosis, key=lambda unit: -kurtosis[unit])[:3])
    assert few.layers() == [1]
    assert list(few.units(1)) == best
    assert few.manifest.layers[0].unit_ids == best
    assert [few.record(1, unit) for unit in best] == [whole_layer.record(1, unit) for unit in best]
    assert not [item for item in check_dataset(few) if item.faults]


@pytest.mark.parametrize("model", ["tiny_gpt2", "tiny_llama"])
def test_including_special_positions_counts_every_one(
    model: str, request: pytest.FixtureRequest, prose: str, tmp_path: Path
) -> None:
    subject = load_subject(str(request.getfixturevalue(model)))
    options = CollateOptions((0,), 2, Sampling(seed=3), include_special=True)
    summary = collate(subject, corpus(subject, prose, 100), out=tmp_path / "out", options=options)
    dataset = open_dataset(tmp_path / "out")
    for record in every_record(dataset):
        excerpt = record.most_positive_activation_records[0]
        assert excerpt.ignored is None
        assert len(excerpt.tokens) == LENGTH + (subject.info.bos is not None)
        assert record.statistics is not None
        assert record.statistics.tokens == len(excerpt.tokens) * 100 == summary.tokens


def test_groups_of_no_records_are_empty(run: Run) -> None:
    none = Sampling(top=0, negative=0, random=0, per_quantile=0)
    dataset = open_dataset(run("none", sampling=none))
    assert all(group == [] for record in every_record(dataset) for group in groups_of(record))
    assert not [item for item in check_dataset(dataset) if item.faults]


@pytest.mark.parametrize("layer", [-1, 2])
def test_a_layer_the_model_lacks_leaves_nothing_behind(run: Run, layer: int, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"layer {layer}: .* has layers 0-1"):
        run("none", layers=(layer,))
    assert list(tmp_path.iterdir()) == []


def test_sequences_longer_than_the_model_reads_are_refused(subject: Subject, prose: str, tmp_path: Path) -> None:
    long = cut(tokenise([prose], subject), length=129)
    with pytest.raises(BadInput, match="reads: 128"):
        collate(subject, long, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_sequences_of_one_token_leave_nothing_to_count(subject: Subject, prose: str, tmp_path: Path) -> None:
    short = cut(tokenise([prose], subject), length=1)
    with pytest.raises(BadInput, match="make them longer"):
        collate(subject, short, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_activations_that_are_not_finite_end_the_run_and_leave_nothing(
    tiny_gpt2: Path, prose: str, tmp_path: Path
) -> None:
    subject = load_subject(str(tiny_gpt2))
    with torch.no_grad():
        subject.model.get_submodule("transformer.h.1.mlp.c_fc").bias[3] = math.inf
    with pytest.raises(BrokenData, match=r"layer 1 .* not finite"):
        collate(subject, corpus(subject, prose, 100), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_progress_ends_complete_in_every_stage(subject: Subject, sequences: Sequences, tmp_path: Path) -> None:
    last: dict[str, Step] = {}
    options = CollateOptions(layers=(0,))
    summary = collate(
        subject, sequences, out=tmp_path / "out", options=options, progress=lambda step: last.update({step.stage: step})
    )
    assert {name: (step.done, step.total) for name, step in last.items()} == {
        "collating": (300, 300),
        "choosing": (1, 1),
        "writing": (1, 1),
        "relating": (1, 1),
    }
    assert last["collating"].silent == 0
    assert set(summary.seconds) == {"forward", "statistics", "relate", "write"}
    assert min(summary.seconds.values()) > 0
    assert (summary.units, summary.dead_units, summary.sequences) == (24, 0, 300)
    assert (summary.tokens, summary.duplicates_dropped) == (300 * 11, sequences.duplicates_dropped)


def test_latents_that_never_fire_are_counted(tiny_gpt2: Path, prose: str, tmp_path: Path) -> None:
    subject = load_subject(str(tiny_gpt2))
    source = open_source(subject, saved("sae:standard", tmp_path))
    summary = collate(subject, corpus(subject, prose, 100), source=source, out=tmp_path / "out")
    silent = sum(record.statistics.dead for record in every_record(open_dataset(tmp_path / "out")) if record.statistics)
    assert summary.dead_units == silent >= 10
