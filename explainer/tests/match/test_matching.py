"""Units matched between datasets of real, tiny models: a model with its units in another order finds each again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronscope import codec
from neuronscope.collate import Sequences, cut, read_documents, tokenise
from neuronscope.dataset import DatasetWriter, change_dataset, dumps, open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.layout import RECORDS, matches_path
from neuronscope.dataset.manifest import CorpusInfo, LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput
from neuronscope.match import layer_pairs, match, open_side, refuse_other_text
from neuronscope.records import NeuronId, NeuronRecord
from neuronscope.relations import LayerMatches
from neuronscope.subject import Subject, load_subject, open_source, read_activations

LENGTH, SEQUENCES = 16, 40
ORDER = torch.randperm(24, generator=torch.Generator().manual_seed(5))
Run = Callable[..., tuple[int, str, str]]


@dataclass(frozen=True)
class Made:
    """A model with its dataset."""

    model: Path
    subject: Subject
    root: Path

    @property
    def manifest(self) -> Manifest:
        with open_dataset(self.root) as dataset:
            return dataset.manifest


@pytest.fixture(scope="module")
def text(prose: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "prose.txt"
    path.write_text(prose[:4000], encoding="utf-8")
    return path


def sequences_of(subject: Subject, text: Path) -> Sequences:
    return cut(tokenise(read_documents([text]), subject), length=LENGTH, limit=SEQUENCES, name=text.name)


@pytest.fixture(scope="module")
def make(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Made]:
    """The dataset of a model: what its manifest says is true, its records say nothing."""

    def make_dataset(model: Path, name: str) -> Made:
        subject, root = load_subject(str(model), "float32", "cpu"), tmp_path_factory.mktemp("sets") / "set"
        info, sequences, source = subject.info, sequences_of(subject, text), open_source(subject)
        manifest = Manifest(
            name=name,
            title=name,
            model=ModelInfo(info.name, info.architecture, info.layers, 24, info.hash),
            source=SourceInfo("mlp", source.hook, "first-position-ignored"),
            layers=[LayerInfo(layer, 24) for layer in (0, 1)],
            corpus=CorpusInfo(text.name, len(sequences), LENGTH, len(sequences) * (LENGTH - 1), sequences.hash()),
        )
        with DatasetWriter(root) as writer:
            for layer in (0, 1):
                records = ((unit, dumps(NeuronRecord(NeuronId(layer, unit)))) for unit in range(24))
                writer.add_layer(RECORDS, layer, records)
            writer.finish(manifest)
        return Made(model, subject, root)

    return make_dataset


@pytest.fixture(scope="module")
def first(tiny_gpt2: Path, make: Callable[[Path, str], Made]) -> Made:
    return make(tiny_gpt2, "first")


@pytest.fixture(scope="module")
def permuted(first: Made, make: Callable[[Path, str], Made], tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same model with the neurons of each layer in another order, which changes nothing that it says."""
    folder = tmp_path_factory.mktemp("permuted")
    subject = load_subject(str(first.model), "float32", "cpu")
    for block in subject.model.base_model.h:
        block.mlp.c_fc.weight.data = block.mlp.c_fc.weight.data[:, ORDER]
        block.mlp.c_fc.bias.data = block.mlp.c_fc.bias.data[ORDER]
        block.mlp.c_proj.weight.data = block.mlp.c_proj.weight.data[ORDER]
    subject.model.save_pretrained(folder)
    subject.tokenizer.save_pretrained(folder)
    return make(folder, "Second one")


def read(root: Path, other: str, layer: int) -> LayerMatches:
    return codec.loads((root / matches_path(other, layer)).read_bytes(), LayerMatches)


def matched(a: Made, b: Made, text: Path, **options: Any) -> None:
    sides = [open_side(made.manifest, made.subject) for made in (a, b)]
    pairs = options.pop("pairs", None) or layer_pairs(a.manifest, b.manifest, None)
    match(a.root, *sides, sequences_of(a.subject, text).ids, other="other", pairs=pairs, **options)


def test_a_model_with_its_units_in_another_order_finds_each_of_them_again(
    run: Run, first: Made, permuted: Made, text: Path
) -> None:
    code, out, err = run(
        *("match", first.root, permuted.root, text, "--model-a", first.model, "--model-b", permuted.model, "--json")
    )
    assert (code, err) == (0, "")
    said = json.loads(out)
    tokens = SEQUENCES * (LENGTH - 1)  # GPT-2's first position is not counted
    assert (said["units"], said["matched"], said["tokens"], said["other"]) == (48, 48, tokens, "second-one")
    assert said["median"] == pytest.approx(1)
    places = torch.argsort(ORDER).tolist()
    for layer in (0, 1):
        found = read(first.root, "second-one", layer)
        assert (found.layer, found.other, found.tokens, found.unit) == (layer, "second-one", tokens, list(range(24)))
        assert [(partners[0].layer, partners[0].unit) for partners in found.matches] == [(layer, p) for p in places]
        assert [partners[0].correlation for partners in found.matches] == pytest.approx([1.0] * 24, abs=1e-6)
        assert {len(partners) for partners in found.matches} == {3}
    with open_dataset(first.root) as dataset:
        assert [checked for checked in check_dataset(dataset) if checked.faults] == []
        assert matches_path("second-one", 1) in dataset.manifest.files


def test_correlations_of_all_pairs_of_layers_are_those_of_numpy(first: Made, permuted: Made, text: Path) -> None:
    pairs = [(0, 0), (0, 1), (1, 0)]
    matched(first, permuted, text, pairs=pairs, partners=48)
    ids = torch.from_numpy(sequences_of(first.subject, text).ids.astype(np.int64))
    a, b = (
        {layer: values[:, 1:].flatten(0, 1).numpy().astype(np.float64) for layer, values in found.items()}
        for found in (
            read_activations(made.subject, open_source(made.subject), ids, [0, 1]) for made in (first, permuted)
        )
    )
    for layer, others in ((0, [0, 1]), (1, [0])):
        whole = np.corrcoef(a[layer].T, np.concatenate([b[other] for other in others], axis=1).T)[:24, 24:]
        for unit, partners in enumerate(read(first.root, "other", layer).matches):
            assert len(partners) == 24 * len(others)
            places = [24 * others.index(partner.layer) + partner.unit for partner in partners]
            assert [partner.correlation for partner in partners] == pytest.approx(whole[unit, places], abs=1e-6)
            assert [p.correlation for p in partners] == pytest.approx(sorted(whole[unit], reverse=True), abs=1e-6)


def test_only_units_that_the_datasets_hold_are_compared(first: Made, permuted: Made, text: Path) -> None:
    sides = [open_side(made.manifest, made.subject) for made in (first, permuted)]
    some = dataclasses.replace(sides[1], units={0: [3, 17], 1: [5]})
    match(first.root, sides[0], some, sequences_of(first.subject, text).ids, other="some", pairs=[(0, 0)])
    partners = read(first.root, "some", 0).matches
    assert {partner.unit for row in partners for partner in row} == {3, 17}
    assert partners[int(ORDER[17])][0].unit == 17


def test_datasets_of_other_text_and_models_of_other_tokens_are_refused(
    first: Made, permuted: Made, text: Path, run: Run, tmp_path: Path
) -> None:
    corpus = first.manifest.corpus
    assert corpus is not None
    other = dataclasses.replace(permuted.manifest, corpus=dataclasses.replace(corpus, hash="sha256:0"))
    with pytest.raises(BadInput, match="were made of different tokens"):
        refuse_other_text(first.manifest, other)
    with pytest.raises(BadInput, match="does not say of which text"):
        refuse_other_text(first.manifest, dataclasses.replace(other, corpus=None))
    sides = [open_side(made.manifest, made.subject) for made in (first, permuted)]
    tokenizer = type(sides[1].subject.tokenizer).from_pretrained(permuted.model)
    tokenizer.add_tokens(["another"])
    odd = dataclasses.replace(sides[1], subject=dataclasses.replace(sides[1].subject, tokenizer=tokenizer))
    with pytest.raises(BadInput, match="have different tokenizers"):
        match(first.root, sides[0], odd, sequences_of(first.subject, text).ids, other="odd", pairs=[(0, 0)])
    (tmp_path / "else.txt").write_text(text.read_text(encoding="utf-8")[::-1], encoding="utf-8")
    code, _, err = run(
        "match", first.root, permuted.root, tmp_path / "else.txt", "--model-a", first.model, "--model-b", permuted.model
    )
    assert code == 2
    assert "this text is not the one that first was made of" in err


def test_what_units_are_must_be_named_before_anything_is_loaded(
    run: Run, first: Made, text: Path, tmp_path: Path
) -> None:
    source = dataclasses.replace(first.manifest.source, kind="resid")
    with DatasetWriter(tmp_path / "stream") as writer:
        writer.finish(dataclasses.replace(first.manifest, source=source, name="stream"))
    code, _, err = run("match", first.root, tmp_path / "stream", text, "--model-a", "/no/such/model")
    assert code == 2
    assert "stream holds units of the kind resid" in err
    assert "--source-b" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "name the model that A was made of with --model-a"),
        (["--model-a", "MODEL", "--layers", "5"], "layer 5: first has layers 0, 1"),
        (["--model-a", "MODEL", "--layers", "0:7"], "layer 7: Second one has layers 0, 1"),
        (["--model-a", "MODEL", "--layers", "0:1:2"], "cannot be read"),
        (["--model-a", "MODEL"], "is another model"),
        (["--model-a", "/no/such/model"], "/no/such/model"),
    ],
)
def test_nonsense_is_a_sentence_and_exit_code_2(
    run: Run, first: Made, permuted: Made, text: Path, options: list[str], said: str
) -> None:
    given = [str(first.model) if option == "MODEL" else option for option in options]
    code, out, err = run("match", first.root, permuted.root, text, *given)
    assert (code, out) == (2, "")
    assert said in err


def test_a_damaged_file_of_partners_is_found(first: Made, permuted: Made, text: Path) -> None:
    matched(first, permuted, text)
    found = read(first.root, "other", 0)
    turned = dataclasses.replace(found, layer=1, unit=found.unit[::-1], matches=[row[::-1] for row in found.matches])
    with change_dataset(first.root) as change:
        change.add_file(matches_path("other", 0), codec.dumps(turned))
        change.finish()
    with open_dataset(first.root) as dataset:
        faults = [fault for checked in check_dataset(dataset) for fault in checked.faults]
    assert "says layer 1 and 'other', but it lies at layer 0 of 'other'" in faults
    assert "$.unit: not the units of this layer, in order" in faults
    assert any("largest first" in fault for fault in faults)
