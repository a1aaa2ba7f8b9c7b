"""Live activations of a stored sequence are those of its record, as far as records keep digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from neuronscope.collate import CollateOptions, Sampling, collate, cut, tokenise
from neuronscope.dataset import Dataset, open_dataset
from neuronscope.errors import BadInput
from neuronscope.live import (
    Activations,
    AskActivations,
    AskPredictions,
    AskTopUnits,
    Intervention,
    Live,
    Predictions,
    TopUnits,
    UnitPlace,
)
from neuronscope.records import ActivationRecord
from neuronscope.subject import Source, Subject, load_subject, open_source

CHECKOUT = Path(__file__).parents[3]
SMOLLM2 = CHECKOUT / ".cache" / "smollm2"
OPTIONS = CollateOptions(sampling=Sampling(top=6, negative=2, random=4, per_quantile=1), batch_size=8)
# Of a unit's largest activation, beside the half of the fourth digit that records keep.
ROUNDING = {"float32": 1e-4, "bfloat16": 2.0**-5}

CASES = [
    ("tiny_gpt2", "float32", "mlp"),
    ("tiny_gpt2", "bfloat16", "resid"),
    ("tiny_gpt2", "float32", "sae"),
    ("tiny_llama", "float32", "resid"),
    ("tiny_llama", "bfloat16", "mlp"),
    ("tiny_llama", "float32", "sae"),
    ("tiny_neox", "float32", "mlp"),
    ("tiny_neox", "float32", "attn"),
    ("tiny_neox", "bfloat16", "sae"),
]


@dataclass(frozen=True)
class Case:
    """A small dataset, and the model that it was made with."""

    subject: Subject
    source: Source
    dataset: Dataset


@pytest.fixture(params=CASES, ids="-".join)
def case(request: Any, prose: str, save_sae: Any, tmp_path: Path) -> Iterator[Case]:
    model, dtype, kind = request.param
    subject = load_subject(str(request.getfixturevalue(model)), dtype)
    source = open_source(subject, f"sae:{save_sae('standard')}" if kind == "sae" else kind)
    documents = [prose[start : start + 900] for start in range(0, 7200, 900)]
    sequences = cut(tokenise(documents, subject), length=12, limit=60, name="prose")
    collate(subject, sequences, source=source, out=tmp_path / "dataset", options=OPTIONS)
    with open_dataset(tmp_path / "dataset") as dataset:
        yield Case(subject, source, dataset)


def records(dataset: Dataset, layer: int, unit: int, most: int = 99) -> list[ActivationRecord]:
    found = dataset.record(layer, unit)
    assert found is not None
    groups: Iterable[list[ActivationRecord]] = (found.most_positive_activation_records, found.random_sample)
    return [one for group in groups for one in group][:most]


def compared(
    live: Live, dataset: Dataset, units: list[tuple[int, int]], *, within: float, most: int = 99
) -> tuple[int, int]:
    """How many records of how many were compared: those that are the same tokens when they are read again."""
    stored = [(unit, one) for unit in units for one in records(dataset, *unit, most)]
    asks = [AskActivations(text="".join(one.tokens), units=[UnitPlace(*unit)], plain=True) for unit, one in stored]
    largest = {unit: max(max(map(abs, one.activations)) for one in records(dataset, *unit)) for unit in units}
    same = 0
    for (unit, one), found in zip(stored, live.answer(asks), strict=True):
        assert isinstance(found, Activations)
        if found.tokens == one.tokens:
            same += 1
            told = found.units[0].record
            assert told.ignored == one.ignored
            near = within * (largest[unit] or 1)
            assert told.activations == pytest.approx(one.activations, rel=max(within, 5.1e-4), abs=near)
    return same, len(stored)


def test_activations_are_those_that_collation_stored(case: Case) -> None:
    live = Live(case.subject, case.dataset, saes={"one": case.source} if case.source.kind == "sae" else None)
    assert live.source.units == case.source.units
    units = [(layer, unit) for layer, count in case.source.units.items() for unit in range(0, min(count, 12), 2)]
    same, of = compared(live, case.dataset, units, within=ROUNDING[case.subject.dtype])
    assert same > of / 4
    assert live.card().notes == []


def test_maxima_of_the_tables_are_told_and_shares_are_of_them(case: Case) -> None:
    live = Live(case.subject, case.dataset, source=case.source)
    layer = max(case.source.units)
    (found,) = live.answer([AskTopUnits(text="the cat sees a dog", by="share", layers=[layer], k=2)])
    assert isinstance(found, TopUnits)
    for group in found.positions:
        for one in group:
            record = case.dataset.record(layer, one.unit)
            assert record is not None
            largest = max(
                max(r.activations[live.rule.recorded == 0 :]) for r in record.most_positive_activation_records
            )
            assert one.max == pytest.approx(largest, rel=1e-2)
            assert one.share == pytest.approx(one.activation / one.max)


@pytest.mark.parametrize("case", [("tiny_gpt2", "float32", "sae")], ids="-".join, indirect=True)
def test_a_latent_is_ablated_to_its_mean_by_the_name_of_the_datasets_sae(case: Case, save_sae: Any) -> None:
    again = open_source(case.subject, f"sae:{save_sae('standard')}")  # the same weights, opened twice
    assert again.hash == case.source.hash
    other = open_source(case.subject, f"sae:{save_sae('topk', 'other', k=5)}")
    saes = {"one": case.source, "again": again, "other": other}
    live = Live(case.subject, case.dataset, saes=saes)
    (layer,) = case.source.units
    record = max((case.dataset.record(layer, unit) for unit in range(12)), key=lambda one: one.mean)
    unit, mean = record.neuron_id.neuron_index, record.mean
    assert mean > 0

    def changed(*given: Any, source: str | None) -> Predictions:
        one = Intervention(layer, unit, *given, source=source)
        return live.ask(AskPredictions(text="the cat sees a dog", interventions=[one]))

    expected = changed("set", mean, source=None)
    assert expected.difference.next_kl > 0
    for source in (None, "one", "again"):
        found = changed("ablate", "mean", source=source)
        assert found.difference.kl[1:] == pytest.approx(expected.difference.kl[1:], rel=1e-3, abs=1e-7)
    with pytest.raises(BadInput, match=f"other is not what it was made of: ablate {layer}:{unit} of it to zero"):
        changed("ablate", "mean", source="other")
    alone = Live(case.subject, saes=saes, source=case.source)
    with pytest.raises(BadInput, match=f"the mean of {layer}:{unit} is not known here"):
        alone.ask(AskPredictions(text="a", interventions=[Intervention(layer, unit, "ablate", "mean", source="one")]))


def test_a_dataset_of_another_model_is_refused(case: Case, save_model: Any) -> None:
    other = load_subject(str(save_model("gpt2", n_embd=12, n_layer=1, n_head=2, n_inner=3, n_positions=32)))
    with pytest.raises(BadInput, match=r"of another model|none of the SAEs given has its hash"):
        Live(other, case.dataset)


@pytest.mark.skipif(not SMOLLM2.is_dir(), reason="the small model is not unpacked")
def test_activations_of_a_real_model_are_those_of_the_sample_dataset() -> None:
    with open_dataset(CHECKOUT / "data" / "sample") as dataset:
        live = Live(load_subject(str(SMOLLM2)), dataset)
        units = [(layer, dataset.units(layer)[0]) for layer in dataset.layers()[::2]]
        same, of = compared(live, dataset, units, within=2e-3, most=4)
        assert (same > of / 3, of) == (True, 12)
