"""Which tokens count, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.relate.tokens import Tokens
from neuronscope.relate.vocabulary import mean_of, open_vocabulary, spans_of
from neuronscope.subject import Subject, load_subject


@pytest.fixture
def reserved(save_model: Callable[..., Path]) -> Subject:
    """A tokenizer of 305 tokens, four of them reserved, one of those special, and an embedding of 310 rows."""
    subject = load_subject(str(save_model("gpt2", n_embd=16, n_layer=1, n_head=2)))
    subject.tokenizer.add_tokens(["<unused0>", "[unused17]", "<|reserved_special_token_3|>", "<unusual>"])
    subject.tokenizer.add_tokens(["<|reserved_special_token_4|>"], special_tokens=True)
    subject.model.resize_token_embeddings(310, mean_resizing=False)
    return subject


@pytest.mark.parametrize(
    ("mask", "tokens", "masked"),
    [
        ((), 310, {}),
        (("special",), 307, {"special": 3}),
        (("unused",), 301, {"unused": 9}),
        (("unused", "special"), 299, {"special": 3, "unused": 8}),
    ],
)
def test_masked_kinds_are_counted(
    reserved: Subject, mask: tuple[str, ...], tokens: int, masked: dict[str, int]
) -> None:
    vocabulary = open_vocabulary(reserved, mask)
    assert (vocabulary.tokens, dict(vocabulary.masked)) == (tokens, masked)


def test_a_reserved_token_is_masked_and_one_of_another_name_is_not(reserved: Subject) -> None:
    vocabulary = open_vocabulary(reserved, ("unused",))
    kept = np.concatenate([np.arange(begin, end) for begin, end in vocabulary.embedding.spans])
    assert set(range(310)) - set(kept.tolist()) == {300, 301, 302, *range(304, 310)}
    assert vocabulary.texts[303] == "<unusual>"
    assert vocabulary.texts[305] == "<305>"


def test_no_token_is_written_as_gibberish(reserved: Subject) -> None:
    texts = open_vocabulary(reserved, ()).texts
    assert not any("\N{REPLACEMENT CHARACTER}" in text or "Ġ" in text for text in texts)
    assert "<0xE4>" in texts
    assert " the" in texts


def test_an_embedding_of_another_width_than_the_stream_is_refused(save_model: Callable[..., Path]) -> None:
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "ffn_dim": 20}
    folder = save_model("opt", **sizes, word_embed_proj_dim=8, max_position_embeddings=64)
    with pytest.raises(BadInput, match="is 8 wide and its residual stream 16"):
        open_vocabulary(load_subject(str(folder)), ())


@given(st.lists(st.booleans()))
def test_spans_are_the_runs_that_are_kept(kept: list[bool]) -> None:
    spans = spans_of(np.array(kept, bool))
    assert [place for begin, end in spans for place in range(begin, end)] == [i for i, k in enumerate(kept) if k]
    assert all(a < b for a, b in spans)
    assert all(b < c for (_, b), (c, _) in pairwise(spans))


def test_the_mean_is_over_the_rows_that_count() -> None:
    matrix = torch.randn(9000, 3, generator=torch.Generator().manual_seed(0))
    kept = np.arange(9000) % 7 != 3
    expected = matrix.double()[torch.from_numpy(kept)].mean(0)
    torch.testing.assert_close(mean_of(Tokens(matrix, spans_of(kept))), expected, rtol=1e-12, atol=1e-12)
