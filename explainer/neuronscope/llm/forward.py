"""Token ids through a causal model: rows of ids and places in, log-probabilities of the next token at those places out.

What all rows of a batch begin with goes through the model once: its keys and values are kept, and each row attends to
them as if they were its own. Short branches that go on from many places of a row (a second digit after each place) go
through together with the row, behind it, each seeing only what is before its place.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import DynamicCache, PreTrainedModel

TOKENS_AT_ONCE = 4096  # of a batch: enough to keep a processor busy, little enough for memory
_PLACES_AT_ONCE = 1024  # of a batch: each is a float32 for every token of the vocabulary
_PIECE = 256  # tokens of a long text that go through at once

# Layers whose keys and values are all there is to remember of what came before.
_ATTENTION = {"full_attention", "sliding_attention", "chunked_attention"}


@dataclass(frozen=True)
class Branch:
    """Tokens that go on from the first ``place`` tokens of a row, instead of the row's own."""

    place: int
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """Token ids, and where the next token is asked for: after the first ``places[i]`` ids, and after branches."""

    ids: Sequence[int]
    places: Sequence[int]
    branches: Sequence[Branch] = ()

    @property
    def width(self) -> int:
        """Tokens that go through the model."""
        return len(self.ids) + sum(len(branch.tokens) for branch in self.branches)

    @property
    def asked(self) -> int:
        """Distributions that come out."""
        return len(self.places) + len(self.branches)


def keeps_only_attention(model: PreTrainedModel) -> bool:
    """Whether keys and values are all that a layer remembers (not so in recurrent and mixed models)."""
    kinds = getattr(model.config.get_text_config(), "layer_types", None)
    return not getattr(model, "_is_stateful", False) and (not kinds or set(kinds) <= _ATTENTION)


def takes_positions(model: PreTrainedModel) -> bool:
    """Whether it is told where tokens stand; models that know positions by distance alone are not."""
    return "position_ids" in inspect.signature(model.forward).parameters


def shared_length(rows: Sequence[Sequence[int]], limit: int) -> int:
    """How many ids all rows begin with, ``limit`` at most."""
    first = rows[0]
    return next((i for i in range(limit) if any(row[i] != first[i] for row in rows)), max(0, limit))


def next_token_logprobs(
    model: PreTrainedModel, rows: Sequence[Row], *, reuse: bool = True
) -> Iterator[tuple[int, torch.Tensor]]:
    """For each row, in any order, its number and float32 [places + branches, vocabulary], natural logarithms.

    :param reuse: whether what all rows begin with goes through once; without, each row goes through whole.
    """
    asking = [number for number, row in enumerate(rows) if row.asked]
    if not asking:
        return
    shared = _shared([rows[number] for number in asking]) if reuse and len(asking) > 1 else 0
    prefix = _Prefix(model, rows[asking[0]].ids[:shared])
    for numbers in _batches(sorted(asking, key=lambda number: rows[number].width), rows, shared):
        batch = [rows[number] for number in numbers]
        parts = _logits(prefix, batch).split([row.asked for row in batch])
        for number, part in zip(numbers, parts, strict=True):
            yield number, part.float().log_softmax(dim=-1)


def each_token_logprobs(model: PreTrainedModel, ids: Sequence[int]) -> Iterator[torch.Tensor]:
    """Float32 [up to 256, vocabulary], piece by piece: natural logarithms for the token after each id."""
    import torch
    from transformers import DynamicCache

    cache = DynamicCache()
    for start in range(0, len(ids), _PIECE):
        piece = ids[start : start + _PIECE]
        yield _read_piece(model, piece, cache, torch.arange(len(piece)))[0].float().log_softmax(dim=-1)


def read_ids(model: PreTrainedModel, ids: Sequence[int]) -> DynamicCache:
    """Keys and values of one text: a cache with tensors [1, heads, ids, width]."""
    import torch
    from transformers import DynamicCache

    cache = DynamicCache()
    for start in range(0, len(ids), _PIECE):
        # The head has to run, but on one place only.
        _read_piece(model, ids[start : start + _PIECE], cache, torch.zeros(1, dtype=torch.long))
    return cache


def _read_piece(model: PreTrainedModel, ids: Sequence[int], cache: DynamicCache, columns: torch.Tensor) -> torch.Tensor:
    """Go on with a text; logits [1, columns, vocabulary] at some of the piece's columns."""
    import torch

    columns = columns.to(model.device)
    with torch.inference_mode(), _picking(model, torch.zeros_like(columns), columns):
        piece = torch.tensor([list(ids)], device=model.device)
        return model(input_ids=piece, past_key_values=cache, use_cache=True).logits


class _Prefix:
    """What all rows begin with, read once, for any number of rows."""

    def __init__(self, model: PreTrainedModel, ids: Sequence[int]) -> None:
        self.model = model
        self.length = len(ids)
        self._read = read_ids(model, ids) if ids else None

    def lend(self) -> DynamicCache:
        """A cache that rows may attend to and that keeps nothing of theirs: a batch would else leave much behind."""
        from transformers import DynamicCache

        cache = DynamicCache()
        if self._read is not None:
            kind = _lending_layer()
            cache.layers = [kind(layer) for layer in self._read.layers]
        return cache


def _lending_layer() -> type[Any]:
    import torch
    from transformers.cache_utils import DynamicLayer

    class Lending(DynamicLayer):  # type: ignore[misc]  # the library has no types
        def __init__(self, kept: Any) -> None:
            super().__init__()
            self.lazy_initialization(kept.keys, kept.values)
            self.keys, self.values = kept.keys, kept.values

        def update(self, key: torch.Tensor, value: torch.Tensor, *_: object, **__: object) -> tuple[Any, Any]:
            rows = key.shape[0]
            keys, values = (kept.expand(rows, -1, -1, -1) for kept in (self.keys, self.values))
            return torch.cat([keys, key], dim=-2), torch.cat([values, value], dim=-2)

    return Lending


def _shared(rows: Sequence[Row]) -> int:
    """Ids that all rows begin with; nothing may be asked for before the last of them, and every row has to go on."""
    first = [min([*row.places, *(branch.place for branch in row.branches)]) for row in rows]
    limit = min([len(row.ids) - 1 for row in rows] + [place - 1 for place in first])
    return shared_length([row.ids for row in rows], limit)


def _batches(order: Sequence[int], rows: Sequence[Row], shared: int) -> Iterator[list[int]]:
    """Rows of like width together, as many as fit."""
    batch: list[int] = []
    for number in order:  # ascending, so the newest is the widest
        tokens = (len(batch) + 1) * (rows[number].width - shared)
        places = sum(rows[other].asked for other in (*batch, number))
        if batch and (tokens > TOKENS_AT_ONCE or places > _PLACES_AT_ONCE):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _logits(prefix: _Prefix, rows: Sequence[Row]) -> torch.Tensor:
    """[everything asked for, vocabulary], row after row."""
    import torch

    model, shared = prefix.model, prefix.length
    own = max(len(row.ids) for row in rows) - shared  # columns of the rows themselves, padded behind; then branches
    extra = max(row.width - len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), own + extra, dtype=torch.long)
    positions = torch.arange(shared, shared + own + extra).repeat(len(rows), 1)
    seen = _causal(shared, own, extra).repeat(len(rows), 1, 1)
    picked: list[tuple[int, int]] = []
    for index, row in enumerate(rows):
        ids[index, : len(row.ids) - shared] = torch.tensor(row.ids[shared:])
        ends = _place_branches(row, own, shared, (ids[index], positions[index], seen[index]))
        picked += [(index, place - 1 - shared) for place in row.places] + [(index, end) for end in ends]
    mask = _additive(seen, model) if extra else None
    places = torch.tensor(picked, device=model.device)
    with torch.inference_mode(), _picking(model, places[:, 0], places[:, 1]):
        return model(
            input_ids=ids.to(model.device),
            past_key_values=prefix.lend(),
            use_cache=True,
            attention_mask=mask,
            **_position_argument(model, positions),
        ).logits[0]


def _causal(shared: int, own: int, extra: int) -> torch.Tensor:
    """bool [own + extra, shared + own + extra]: what each column of a row sees; of branches only the first column, so
    that unused ones see something."""
    import torch

    seen = torch.ones(own + extra, shared + own + extra, dtype=torch.bool).tril(shared)
    seen[own:] = False
    seen[own:, 0] = True
    return seen


def _place_branches(
    row: Row, own: int, shared: int, into: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
) -> Iterator[int]:
    """Write a row's branches behind it (ids, positions, what they see); the column at which each ends."""
    import torch

    ids, positions, seen = into
    start = own
    for branch in row.branches:
        count = len(branch.tokens)
        columns = slice(start, start + count)
        ids[columns] = torch.tensor(branch.tokens)
        positions[columns] = torch.arange(branch.place, branch.place + count)
        seen[columns, : branch.place] = True
        seen[columns, shared + start : shared + start + count] = torch.ones(count, count, dtype=torch.bool).tril()
        start += count
        yield start - 1


def _additive(seen: torch.Tensor, model: PreTrainedModel) -> torch.Tensor:
    """[rows, 1, queries, keys] in the model's dtype: 0 where a key is seen."""
    import torch

    mask = torch.zeros(seen.shape, dtype=model.dtype).masked_fill_(~seen, torch.finfo(model.dtype).min)
    return mask[:, None].to(model.device)


def _position_argument(model: PreTrainedModel, positions: torch.Tensor) -> dict[str, Any]:
    return {"position_ids": positions.to(model.device)} if takes_positions(model) else {}


@contextmanager
def _picking(model: PreTrainedModel, rows: torch.Tensor, columns: torch.Tensor) -> Iterator[None]:
    """Let the head see only hidden states at (row, column): logits are [1, pairs, vocabulary].

    The head is a fifth of a small model's work, and its output for a batch would be gigabytes.
    """
    head = model.get_output_embeddings()
    hook = head.register_forward_pre_hook(lambda _, inputs: (inputs[0][rows, columns][None], *inputs[1:]))
    try:
        yield
    finally:
        hook.remove()
