"""Logits to what the model expects: a tensor and the prompt in, probabilities with their tokens out.

Probabilities are computed in float32 from the logits as the model gives them, natural logarithms throughout.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.answers import Alternative, Answered, AnswerToken, Difference, Expected, Forecast, Predicted
from neuronscope.live.reading import Read
from neuronscope.subject import Subject, token_texts

if TYPE_CHECKING:
    import torch

_ROWS = 64  # positions whose distributions are made at a time


@dataclass(frozen=True)
class Spread:
    """What is kept of the distribution at each position: [position] or [position, k]."""

    logprob: torch.Tensor  # of the token that comes next; 0 at the last position
    rank: torch.Tensor
    entropy: torch.Tensor
    top: torch.Tensor  # token ids, most likely first
    top_logprob: torch.Tensor
    top_logit: torch.Tensor


class Pieces:
    """Single tokens as people read them, each made once."""

    def __init__(self, subject: Subject) -> None:
        self._tokenizer = subject.tokenizer
        self._known: MutableMapping[int, str] = {}

    def texts(self, ids: Sequence[int]) -> list[str]:
        """One string per id."""
        new = [token for token in dict.fromkeys(ids) if token not in self._known]
        self._known.update(zip(new, token_texts(self._tokenizer, new), strict=True))
        return [self._known[token] for token in ids]


def spread(logits: torch.Tensor, ids: Sequence[int], top_k: int) -> Spread:
    """The distributions after each position of one text.

    :param logits: [position, token], any dtype.
    :param ids: as many as positions.
    :raises BadInput: they are not finite, as after too strong an intervention.
    """
    import torch

    following = torch.tensor([*ids[1:], 0], device=logits.device)
    parts = [
        _rows(logits[first : first + _ROWS].float(), following[first : first + _ROWS], top_k)
        for first in range(0, len(ids), _ROWS)
    ]
    return Spread(*(torch.cat([getattr(part, name) for part in parts]).cpu() for name in Spread.__dataclass_fields__))


def _rows(logits: torch.Tensor, following: torch.Tensor, top_k: int) -> Spread:
    refuse_infinite(logits)
    logprobs = logits.log_softmax(-1)
    top = logits.topk(min(top_k, logits.shape[1]), dim=-1).indices
    return Spread(
        logprob=logprobs.gather(1, following[:, None])[:, 0],
        rank=(logits > logits.gather(1, following[:, None])).sum(-1),  # logarithms round differences away
        entropy=-(logprobs.exp() * logprobs).nansum(-1),
        top=top,
        top_logprob=logprobs.gather(1, top),
        top_logit=logits.gather(1, top),
    )


def refuse_infinite(logits: torch.Tensor) -> None:
    """:raises BadInput: they hold what is no number."""
    if not bool(logits.isfinite().all()):
        raise BadInput("the model's predictions are no longer finite numbers: intervene with smaller values")


def forecast(found: Spread, read: Read, answers: list[Answered], pieces: Pieces) -> Forecast:
    """What is expected in each token's place, and behind the text."""
    logprob, rank, entropy = found.logprob.tolist(), found.rank.tolist(), found.entropy.tolist()
    top = _alternatives(found, pieces)
    positions = []
    for number, token in enumerate(read.tokens):
        before = read.prefix + number - 1
        if before < 0:
            positions.append(Predicted(token, None, None, None, []))
        else:
            positions.append(Predicted(token, logprob[before], rank[before], entropy[before], top[before]))
    known = [position.logprob for position in positions if position.logprob is not None]
    loss = -sum(known) / len(known) if known else None
    return Forecast(positions, Expected(entropy[-1], top[-1]), answers, loss)


def _alternatives(found: Spread, pieces: Pieces) -> list[list[Alternative]]:
    count = found.top.shape[1]
    texts = pieces.texts(found.top.flatten().tolist())
    logprobs, logits = found.top_logprob.flatten().tolist(), found.top_logit.flatten().tolist()
    flat = [Alternative(*one) for one in zip(texts, logprobs, logits, strict=True)]
    return [flat[first * count : (first + 1) * count] for first in range(len(found.top))]


def answered(answer: str, ids: Sequence[int], logits: torch.Tensor, pieces: Pieces) -> Answered:
    """How the model sees an answer.

    :param ids: of the answer's tokens.
    :param logits: [token, vocabulary]: what was expected in the place of each of them.
    """
    logits = logits.float()
    refuse_infinite(logits)
    logprobs = logits.log_softmax(-1)
    each = []
    for number, (token, text) in enumerate(zip(ids, pieces.texts(ids), strict=True)):
        own = logits[number, token]
        rank = int((logits[number] > own).sum())
        each.append(AnswerToken(text, rank, float(own), float(logprobs[number, token].exp())))
    joint = float(sum(logprobs[number, token].double() for number, token in enumerate(ids)).exp())
    return Answered(answer, [one.token for one in each], each[0].rank, each[0].logit, joint, each)


def difference(
    without: torch.Tensor, with_: torch.Tensor, read: Read, forecasts: tuple[Forecast, Forecast]
) -> Difference:
    """Of two states of the model on one text; logits are [position, token]."""
    import torch

    parts = []
    for first in range(0, len(without), _ROWS):
        a = without[first : first + _ROWS].float().log_softmax(-1)
        b = with_[first : first + _ROWS].float().log_softmax(-1)
        parts.append((a.exp() * (a - b)).nansum(-1).clamp(min=0).cpu())
    kl = torch.cat(parts).tolist()
    pairs = list(zip(forecasts[0].positions, forecasts[1].positions, strict=True))
    before, after = forecasts[0].loss, forecasts[1].loss
    return Difference(
        logprob=[None if a.logprob is None or b.logprob is None else b.logprob - a.logprob for a, b in pairs],
        kl=[None if read.prefix + number == 0 else kl[read.prefix + number - 1] for number in range(len(pairs))],
        next_kl=kl[-1],
        loss=None if before is None or after is None else after - before,
    )
