"""Whether a model can take branches behind a row, and rows for those that cannot.

Branches need a mask of their own, which models with windows or with positions by distance do not take as it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from neuronscope.llm.forward import Branch, Row, next_token_logprobs, takes_positions

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

# Half-precision models differ by their rounding from one way to the other; a wrong mask differs far more.
_TOLERANCE = {"torch.float32": 1e-3, "torch.float64": 1e-3}
_LOW_PRECISION = 0.3


def takes_branches(model: PreTrainedModel) -> bool:
    """Try on a few tokens whether branches behind a row give what rows of their own give."""
    if not takes_positions(model) or _has_windows(model):
        return False
    last = int(model.config.get_text_config().vocab_size) - 1
    ids = [(7 * i + 3) % last for i in range(12)]
    rows = [Row(ids, [4, 12], [Branch(4, (last,)), Branch(9, (1 % last, 2 % last))])]
    try:
        behind = dict(next_token_logprobs(model, rows))[0]
    except (ValueError, TypeError, RuntimeError, IndexError):  # its code does not expect a mask of this shape
        return False
    apart = dict(branch_logprobs(model, rows, behind=False))[0]
    likely = apart > apart.amax(dim=-1, keepdim=True) - 10  # what is hardly possible differs by rounding
    tolerance = _TOLERANCE.get(str(model.dtype), _LOW_PRECISION)
    return bool(((behind - apart).abs()[likely] < tolerance).all())


def _has_windows(model: PreTrainedModel) -> bool:
    config = model.config.get_text_config()
    kinds = getattr(config, "layer_types", None)
    return set(kinds) != {"full_attention"} if kinds else getattr(config, "sliding_window", None) is not None


def branch_logprobs(
    model: PreTrainedModel, rows: Sequence[Row], *, behind: bool, reuse: bool = True
) -> Iterator[tuple[int, torch.Tensor]]:
    """As ``next_token_logprobs``; with ``behind`` False each branch is a row of its own."""
    import torch

    if behind:
        yield from next_token_logprobs(model, rows, reuse=reuse)
        return
    flat, owners = _flat(rows)
    parts: dict[int, list[tuple[int, torch.Tensor]]] = {}
    missing = {number: 1 + len(row.branches) for number, row in enumerate(rows)}
    for index, part in next_token_logprobs(model, flat, reuse=reuse):
        number = owners[index]
        parts.setdefault(number, []).append((index, part))
        if len(parts[number]) == missing[number] - (not rows[number].places):
            ordered = [tensor for _, tensor in sorted(parts.pop(number), key=lambda pair: pair[0])]
            yield number, torch.cat(ordered)


def _flat(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """Rows without branches, each followed by its branches as rows; and the number of the row each belongs to."""
    flat: list[Row] = []
    owners: list[int] = []
    for number, row in enumerate(rows):
        apart = [[*row.ids[: branch.place], *branch.tokens] for branch in row.branches]
        flat += [Row(row.ids, row.places), *(Row(ids, [len(ids)]) for ids in apart)]
        owners += [number] * (1 + len(apart))
    return flat, owners
