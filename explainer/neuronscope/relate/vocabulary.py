"""The tokens that units are related to: a subject and what is masked in; matrices, columns that count, and texts out.

Special tokens are those that the tokenizer calls so. Unused ones have no place in any text: reserved names such as
<unused12> or <|reserved_special_token_3|>, and rows of the embedding beyond the tokenizer's vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.errors import BadInput
from neuronscope.relate.options import MASKS
from neuronscope.relate.tokens import Tokens
from neuronscope.subject import Subject, token_texts
from neuronscope.subject.weights import vocabulary_weights

if TYPE_CHECKING:
    import torch

_RESERVED = re.compile(r"(?:<\|?|\[)(?:unused|reserved)[\w-]*(?:\|?>|\])", re.IGNORECASE)
_TOGETHER = 4096  # rows whose float64 copy is in memory at once


@dataclass(frozen=True)
class Vocabulary:
    """Token t is row t of both matrices; ``texts[t]`` is what people read."""

    embedding: Tokens
    unembedding: Tokens
    texts: Sequence[str] = field(repr=False)
    masked: Mapping[str, int]  # how many tokens, by kind; one of both kinds counts as special

    @property
    def tokens(self) -> int:
        """How many are not masked."""
        return count_in(self.embedding.spans)


def open_vocabulary(subject: Subject, mask: Sequence[str]) -> Vocabulary:
    """The vocabulary of a subject without the tokens of some kinds.

    :raises BadInput: no unembedding, another width than the stream's, weights that are not finite, or all are masked.
    """
    weights = vocabulary_weights(subject)
    kinds = _kinds(subject, len(weights.embedding))
    left_out = np.zeros(len(weights.embedding), bool)
    masked = {}
    for kind in (kind for kind in MASKS if kind in mask):
        masked[kind] = int((kinds[kind] & ~left_out).sum())
        left_out |= kinds[kind]
    if left_out.all():
        raise BadInput(f"all {len(left_out)} tokens of {subject.info.name} are masked: mask fewer kinds")
    texts = _texts(subject, len(weights.embedding))
    spans = spans_of(~left_out)
    return Vocabulary(Tokens(weights.embedding, spans), Tokens(weights.unembedding, spans), texts, masked)


def spans_of(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The runs of true entries of ``kept`` [column] as int64 [run, 2]: begin, and end after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False]))))
    return edges.reshape(-1, 2).astype(np.int64)


def count_in(spans: NDArray[np.int64]) -> int:
    """How many columns the runs have together."""
    return int((spans[:, 1] - spans[:, 0]).sum())


def mean_of(tokens: Tokens) -> torch.Tensor:
    """The mean of the rows that count, float64 [d_model], added up in float64."""
    import torch

    matrix = tokens.vectors
    total = torch.zeros(matrix.shape[1], dtype=torch.float64, device=matrix.device)
    for begin, end in tokens.spans.tolist():
        for start in range(begin, end, _TOGETHER):
            total += matrix[start : min(start + _TOGETHER, end)].double().sum(0)
    return total / count_in(tokens.spans)


def _kinds(subject: Subject, tokens: int) -> dict[str, NDArray[np.bool_]]:
    """Which tokens are of each kind, bool [token]; a token may be of both."""
    tokenizer = subject.tokenizer
    added = {token for token, known in tokenizer.added_tokens_decoder.items() if known.special}
    special, unused = np.zeros(tokens, bool), np.zeros(tokens, bool)
    special[[token for token in added | set(tokenizer.all_special_ids) if 0 <= token < tokens]] = True
    pieces = enumerate(_pieces(subject, tokens))
    unused[[token for token, piece in pieces if piece is None or _RESERVED.fullmatch(piece)]] = True
    return {"special": special, "unused": unused}


def _texts(subject: Subject, tokens: int) -> list[str]:
    """Rows that belong to no token are called by their number."""
    there = [token for token, piece in enumerate(_pieces(subject, tokens)) if piece is not None]
    texts = [f"<{token}>" for token in range(tokens)]
    for token, text in zip(there, token_texts(subject.tokenizer, there), strict=True):
        texts[token] = text
    return texts


def _pieces(subject: Subject, tokens: int) -> list[str | None]:
    """What the tokenizer calls each token; None for a row beyond its vocabulary."""
    known = {token: piece for piece, token in subject.tokenizer.get_vocab().items()}
    return [known.get(token) for token in range(tokens)]
