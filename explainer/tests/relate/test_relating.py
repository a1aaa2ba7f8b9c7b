"""Relations by weight: every number agrees with a float64 brute force of the published formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import stats

from neuronscope import codec
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.errors import BadInput
from neuronscope.relate import RelateOptions, relate
from neuronscope.relations import LogitTable, TokensAndWeights
from neuronscope.subject import Subject, open_source, token_texts

Matrix = NDArray[np.float64]
EXACT = {"rtol": 2e-5, "atol": 1e-6}  # float32 products, six digits


class Weights:
    """A tiny model's matrices, one vector to a row, found by hand; ``fold`` puts gains in."""

    def __init__(self, subject: Subject, *, fold: bool) -> None:
        model: Any = subject.model
        gpt2 = "GPT2" in subject.info.architecture
        blocks = model.transformer.h if gpt2 else model.model.layers
        gains = [block.ln_2 if gpt2 else block.post_attention_layernorm for block in blocks]
        final = model.transformer.ln_f if gpt2 else model.model.norm
        self.embedding = double(model.transformer.wte if gpt2 else model.model.embed_tokens)
        self.unembedding = double(model.lm_head) * (double(final) if fold else 1)
        self.writing = [double(block.mlp.c_proj) if gpt2 else double(block.mlp.down_proj).T for block in blocks]
        names = ["c_fc"] if gpt2 else ["gate_proj", "up_proj"]
        self.reading = [
            [
                (double(getattr(block.mlp, name)).T if gpt2 else double(getattr(block.mlp, name)))
                * (double(gain) if fold else 1)
                for name in names
            ]
            for block, gain in zip(blocks, gains, strict=True)
        ]


def double(module: Any) -> Matrix:
    weight: Matrix = module.weight.detach().double().numpy()
    return weight


def agree(found: TokensAndWeights, values: Matrix, texts: list[str], k: int) -> None:
    """The k largest of ``values`` in order, each with its token; two that are as good as equal may change places."""
    best = np.sort(values)[::-1][:k]
    np.testing.assert_allclose(found.strengths, best, **EXACT)
    by_text: dict[str, list[float]] = {}
    for text, value in zip(texts, values.tolist(), strict=True):
        by_text.setdefault(text, []).append(value)
    for text, strength in zip(found.tokens, found.strengths, strict=True):
        assert strength is not None
        assert min(abs(value - strength) for value in by_text[text]) <= 1e-6 + 2e-5 * abs(strength)


def connected(found: Any, values: Matrix, names: list[str], k: int) -> None:
    positive = TokensAndWeights(found.top_positive_neurons, found.top_positive_weights)
    negative = TokensAndWeights(found.top_negative_neurons, [-value for value in found.top_negative_weights])
    agree(positive, values, names, k)
    agree(negative, -values, names, k)


@pytest.fixture(params=["gpt2", "llama"])
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=[False, True], ids=["folded", "raw"])
def related(request: pytest.FixtureRequest, subject: Subject, make_dataset: Callable[..., Path]) -> Iterator[Any]:
    """Dataset, weights, and what was asked for."""
    options = RelateOptions(tokens=12, neurons=5, mask=(), raw=request.param)
    root = make_dataset(subject, open_source(subject))
    relate(subject, root, options=options)
    with open_dataset(root) as dataset:
        yield dataset, Weights(subject, fold=not request.param), options


def test_related_tokens_agree_with_brute_force(subject: Subject, related: Any) -> None:
    dataset, weights, options = related
    texts = token_texts(subject.tokenizer, range(300))
    for layer in range(3):
        for unit in dataset.units(layer):
            found = dataset.related_tokens(layer, unit, "weight-based")
            pairs = [(found.input_positive, found.input_negative), (found.up_positive, found.up_negative)]
            for (positive, negative), reading in zip(pairs, weights.reading[layer], strict=False):
                values = weights.embedding @ reading[unit]
                agree(positive, values, texts, 12)
                agree(minus(negative), -values, texts, 12)
            values = weights.unembedding @ weights.writing[layer][unit]
            agree(found.output_positive, values, texts, 12)
            agree(minus(found.output_negative), -values, texts, 12)
            assert (found.up_positive is not None) == (len(weights.reading[layer]) == 2)
            assert found.folded is not options.raw


def minus(found: TokensAndWeights) -> TokensAndWeights:
    return TokensAndWeights(found.tokens, [-strength for strength in found.strengths if strength is not None])


def test_related_units_agree_with_brute_force_over_all_pairs_of_layers(related: Any) -> None:
    dataset, weights, _ = related
    names = [[f"{layer}_{unit}" for unit in dataset.units(layer)] for layer in range(3)]
    for layer in range(3):
        for unit in dataset.units(layer):
            found = dataset.related_neurons(layer, unit)
            for number, (up, down) in enumerate([(found.c_fc, found.c_proj), (found.c_fc_up, found.c_proj_up)]):
                if number == len(weights.reading[0]):
                    assert up is down is None
                    continue
                assert (up is None) == (layer == 0)
                assert (down is None) == (layer == 2)
                if up is not None:
                    values = np.concatenate(weights.writing[:layer]) @ weights.reading[layer][number][unit]
                    connected(up, values, list(chain(*names[:layer])), 5)
                if down is not None:
                    readers = np.concatenate([reading[number] for reading in weights.reading[layer + 1 :]])
                    connected(down, readers @ weights.writing[layer][unit], list(chain(*names[layer + 1 :])), 5)


def test_logit_tables_agree_with_brute_force(subject: Subject, related: Any) -> None:
    dataset, weights, options = related
    texts = token_texts(subject.tokenizer, range(300))
    for layer in range(3):
        for unit in dataset.units(layer):
            table = codec.loads(dataset.read("logits", layer, unit), LogitTable)
            values = weights.unembedding @ weights.writing[layer][unit]
            agree(table.top, values, texts, 12)
            agree(minus(table.bottom), -values, texts, 12)
            expected = [values.mean(), values.var(), stats.skew(values), stats.kurtosis(values, fisher=False)]
            got = [table.mean, table.variance, table.skewness, table.kurtosis]
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
            assert (table.tokens, table.folded) == (300, not options.raw)
            low, width = table.histogram.lowest, table.histogram.width
            edges = low + width * np.arange(len(table.histogram.counts) + 1)
            assert np.abs(np.histogram(values, edges)[0] - table.histogram.counts).sum() <= 2  # one at an edge
            assert -low / 2 <= np.abs(values).max() * 1.00001
            assert sum(table.histogram.counts) == 300


def test_the_dataset_stays_one_without_faults(subject: Subject, make_dataset: Callable[..., Path]) -> None:
    root = make_dataset(subject, open_source(subject))
    summary = relate(subject, root)
    assert summary.parts == ["related-tokens/weight-based", "related-neurons/weight-based", "logits"]
    with open_dataset(root) as dataset:
        assert [checked for checked in check_dataset(dataset) if checked.faults] == []
        assert dataset.manifest.artefacts == ["collated-activations", *summary.parts]


def test_twice_gives_the_same_bytes(llama: Subject, make_dataset: Callable[..., Path]) -> None:
    root = make_dataset(llama, open_source(llama))
    relate(llama, root)
    first = {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    relate(llama, root)
    assert {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()} == first
    assert len(first) == 3 * 4 + 1


def test_only_units_of_the_dataset_are_candidates(gpt2: Subject, make_dataset: Callable[..., Path]) -> None:
    root = make_dataset(gpt2, open_source(gpt2), {0: [1, 4, 9], 2: [0, 23]})
    summary = relate(gpt2, root)
    weights = Weights(gpt2, fold=True)
    assert (summary.units, summary.candidates) == (5, 5)
    with open_dataset(root) as dataset:
        found = dataset.related_neurons(2, 23)
        assert found is not None
        assert found.c_fc is not None
        assert found.c_proj is None
        values = weights.writing[0][[1, 4, 9]] @ weights.reading[2][0][23]
        connected(found.c_fc, values, ["0_1", "0_4", "0_9"], 10)
        assert len(found.c_fc.top_positive_neurons) == 3  # there are no more, whatever their sign


def test_some_layers_get_files_and_all_are_candidates(gpt2: Subject, make_dataset: Callable[..., Path]) -> None:
    whole, part = (make_dataset(gpt2, open_source(gpt2)) for _ in range(2))
    relate(gpt2, whole)
    summary = relate(gpt2, part, options=RelateOptions(layers=(1,)))
    assert (summary.units, summary.candidates) == (24, 72)
    with open_dataset(whole) as all_layers, open_dataset(part) as one_layer:
        for part_name in summary.parts:
            assert one_layer.read(part_name, 0, 3) is None
            assert one_layer.read(part_name, 1, 3) == all_layers.read(part_name, 1, 3)


def test_masked_tokens_are_nowhere(llama: Subject, make_dataset: Callable[..., Path]) -> None:
    root = make_dataset(llama, open_source(llama))
    summary = relate(llama, root, options=RelateOptions(tokens=400))
    assert (summary.tokens, summary.masked) == (298, {"special": 2})
    with open_dataset(root) as dataset:
        found = dataset.related_tokens(1, 0, "weight-based")
        table = codec.loads(dataset.read("logits", 1, 0) or b"", LogitTable)
    for listed in (found.input_positive, found.output_negative, found.up_positive, table.top):  # type: ignore[union-attr]
        assert listed is not None
        assert len(listed.tokens) == 298
        assert not {"<s>", "<pad>"} & set(listed.tokens)
    assert table.tokens == sum(table.histogram.counts) == 298  # type: ignore[union-attr]


def test_a_unit_that_writes_nothing_has_moments_as_far_as_they_are_defined(
    save_model: Callable[..., Path], make_dataset: Callable[..., Path]
) -> None:
    from neuronscope.subject import load_subject

    subject = load_subject(str(save_model("gpt2", n_embd=16, n_layer=1, n_head=2, n_inner=8)))
    subject.model.transformer.h[0].mlp.c_proj.weight.data[3] = 0
    root = make_dataset(subject, open_source(subject))
    summary = relate(subject, root)
    with open_dataset(root) as dataset:
        table = codec.loads(dataset.read("logits", 0, 3) or b"", LogitTable)
    assert (table.mean, table.variance, table.skewness, table.kurtosis) == (0, 0, None, None)
    assert summary.left_out["related-neurons/weight-based"].startswith("no unit of the dataset writes")


def test_the_norms_that_are_folded_are_named(subject: Subject, make_dataset: Callable[..., Path]) -> None:
    root = make_dataset(subject, open_source(subject))
    expected = {"GPT2LMHeadModel": ["ln_2", "transformer.ln_f"]}.get(
        subject.info.architecture, ["post_attention_layernorm", "model.norm"]
    )
    assert relate(subject, root).folded == expected
    assert relate(subject, root, options=RelateOptions(raw=True)).folded == []


def test_another_model_is_refused_by_what_differs(
    gpt2: Subject, llama: Subject, save_model: Callable[..., Path], make_dataset: Callable[..., Path]
) -> None:
    from neuronscope.subject import load_subject

    root = make_dataset(gpt2, open_source(gpt2))
    with pytest.raises(BadInput, match="architecture LlamaForCausalLM instead of GPT2LMHeadModel"):
        relate(llama, root)
    deeper = load_subject(str(save_model("gpt2", n_embd=16, n_layer=2, n_head=2, n_inner=24)))
    with pytest.raises(BadInput, match="layers 2 instead of 3"):
        relate(deeper, root)
    wider = load_subject(str(save_model("gpt2", n_embd=16, n_layer=3, n_head=2, n_inner=28)))
    with pytest.raises(BadInput, match="hash of its files"):
        relate(wider, root)


@pytest.mark.parametrize("kind", ["resid", "attn"])
def test_units_that_are_no_directions_are_refused(gpt2: Subject, make_dataset: Callable[..., Path], kind: str) -> None:
    source = open_source(gpt2, kind)
    root = make_dataset(gpt2, source)
    with pytest.raises(BadInput, match="name what they were read with"):
        relate(gpt2, root)
    with pytest.raises(BadInput, match="have no reading and writing vectors"):
        relate(gpt2, root, source)
    assert not (root / ".changing").exists()


def test_weights_that_are_not_finite_leave_the_dataset_as_it_was(
    save_model: Callable[..., Path], make_dataset: Callable[..., Path]
) -> None:
    from neuronscope.subject import load_subject

    subject = load_subject(str(save_model("gpt2", n_embd=16, n_layer=2, n_head=2, n_inner=8)))
    root = make_dataset(subject, open_source(subject))
    before = sorted(root.rglob("*"))
    subject.model.transformer.h[1].mlp.c_fc.weight.data[0, 0] = torch.nan
    with pytest.raises(BadInput, match=r"the MLP of layer 1 .* not finite"):
        relate(subject, root)
    assert sorted(root.rglob("*")) == before


def test_options_that_cannot_be_are_refused() -> None:
    for wrong in ({"tokens": 0}, {"neurons": 1001}, {"mask": ("rare",)}, {"layers": ()}):
        with pytest.raises(BadInput):
            RelateOptions(**wrong)  # type: ignore[arg-type]


def test_a_folder_without_a_dataset_is_refused(gpt2: Subject, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        relate(gpt2, tmp_path / "none")
    with pytest.raises(BadInput):
        relate(gpt2, tmp_path)
