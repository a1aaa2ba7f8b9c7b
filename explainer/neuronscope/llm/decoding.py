"""Writing: prompts as token ids in, the tokens that a model goes on with out, many prompts at once.

What the prompts share is read once. Each row draws with a generator of its own, so what a seed gives does not depend on
which other prompts happen to be in the batch (but for rounding).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from neuronscope.llm.forward import read_ids, shared_length, takes_positions

if TYPE_CHECKING:
    import torch
    from transformers import DynamicCache, PreTrainedModel

    from neuronscope.llm.protocol import Sampling


@dataclass
class Draft:
    """What one row has written so far; ``top`` holds (token id, log-probability), most likely first."""

    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    top: list[list[tuple[int, float]]] = field(default_factory=list)
    ended: bool = False  # by a token that ends a text, which is the last of ``ids``, or by a stop string


Stopped = Callable[[int, Draft], bool]


def write(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    sampling: Sampling,
    *,
    seeds: Sequence[int],
    stopped: Stopped,
) -> list[Draft]:
    """Up to ``max_tokens`` tokens for each prompt.

    :param prompts: token ids, at least one each; the same prompt may come several times.
    :param seeds: one for each prompt.
    :param stopped: whether a row, by its number, has written enough; asked after each of its tokens.
    """
    import torch

    drafts = [Draft() for _ in prompts]
    draws = [torch.Generator().manual_seed(seed) for seed in seeds]
    with torch.inference_mode():
        state = _begin(model, prompts)
        for left in reversed(range(sampling.max_tokens)):
            logits = state.logits.float().cpu()
            chosen = _choose(logits, sampling, draws)
            _note(drafts, logits.log_softmax(dim=-1), chosen, sampling.top_logprobs or 0)
            for index, draft in enumerate(drafts):
                draft.ended = draft.ended or stopped(index, draft)
            if not left or all(draft.ended for draft in drafts):
                break
            state = _step(model, state, chosen)
    return drafts


@dataclass(frozen=True)
class _State:
    """Where a batch stands: logits [rows, vocabulary] for the next token, keys and values, int64 mask [rows, seen]."""

    logits: torch.Tensor
    cache: DynamicCache
    mask: torch.Tensor


def _begin(model: PreTrainedModel, prompts: Sequence[Sequence[int]]) -> _State:
    """Read what the prompts share once, and the rest of each padded in front, so that all end in the same column."""
    import torch

    shared = shared_length(prompts, min(map(len, prompts)) - 1)
    cache = read_ids(model, prompts[0][:shared])
    for layer in cache.layers:
        layer.keys, layer.values = (kept.expand(len(prompts), -1, -1, -1) for kept in (layer.keys, layer.values))
    width = max(map(len, prompts)) - shared
    ids = torch.zeros(len(prompts), width, dtype=torch.long)
    mask = torch.zeros(len(prompts), shared + width, dtype=torch.long)
    mask[:, :shared] = 1
    for index, prompt in enumerate(prompts):
        own = torch.tensor(prompt[shared:])
        ids[index, width - len(own) :] = own
        mask[index, shared + width - len(own) :] = 1
    return _advance(model, ids.to(model.device), cache, mask.to(model.device))


def _step(model: PreTrainedModel, state: _State, chosen: torch.Tensor) -> _State:
    import torch

    mask = torch.cat([state.mask, torch.ones_like(state.mask[:, :1])], dim=1)
    return _advance(model, chosen[:, None].to(model.device), state.cache, mask)


def _advance(model: PreTrainedModel, ids: torch.Tensor, cache: DynamicCache, mask: torch.Tensor) -> _State:
    positions = (mask.cumsum(dim=1) - 1).clamp_(min=0)[:, -ids.shape[1] :]
    options: dict[str, Any] = {"position_ids": positions} if takes_positions(model) else {}
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        options["logits_to_keep"] = 1
    out = model(input_ids=ids, past_key_values=cache, use_cache=True, attention_mask=mask, **options)
    return _State(out.logits[:, -1], cache, mask)


def _choose(logits: torch.Tensor, sampling: Sampling, draws: Sequence[torch.Generator]) -> torch.Tensor:
    """int64 [rows]: the likeliest at temperature 0, else drawn from the likeliest that make up ``top_p``."""
    import torch

    if sampling.temperature == 0:
        return logits.argmax(dim=-1)
    probabilities = (logits / sampling.temperature).softmax(dim=-1)
    if sampling.top_p < 1:
        ordered, order = probabilities.sort(dim=-1, descending=True)
        before = ordered.cumsum(dim=-1) - ordered  # the first is always kept
        probabilities = torch.zeros_like(probabilities).scatter(-1, order, ordered * (before < sampling.top_p))
    rows = zip(probabilities, draws, strict=True)
    return torch.cat([torch.multinomial(row, 1, generator=draw) for row, draw in rows])


def _note(drafts: Sequence[Draft], logprobs: torch.Tensor, chosen: torch.Tensor, top: int) -> None:
    """Add the chosen token to the rows that are not through."""
    own = logprobs.gather(-1, chosen[:, None])[:, 0].tolist()
    best = logprobs.topk(min(top, logprobs.shape[-1]), dim=-1)
    for index, draft in enumerate(drafts):
        if not draft.ended:
            draft.ids.append(int(chosen[index]))
            draft.logprobs.append(own[index])
            draft.top.append(list(zip(best.indices[index].tolist(), best.values[index].tolist(), strict=True)))
