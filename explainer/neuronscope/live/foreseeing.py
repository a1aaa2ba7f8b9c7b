"""Predictions with answers, and those of a model that is changed beside those of the model as it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.answers import Cost, Forecast, Predictions, SplicedSae
from neuronscope.live.asks import AskPredictions
from neuronscope.live.changing import Alteration
from neuronscope.live.latents import Watched
from neuronscope.live.predicting import Pieces, answered, difference, forecast, spread
from neuronscope.live.reading import Read
from neuronscope.subject import Subject
from neuronscope.subject.edits import Change, Edit, edited
from neuronscope.subject.forward import read_logits
from neuronscope.subject.hooks import find_hook
from neuronscope.subject.tokens import encode_checked

if TYPE_CHECKING:
    import torch


_MOST_ANSWER_TOKENS = 256  # a pass over text and answer is made for each answer


def foresee(subject: Subject, ask: AskPredictions, read: Read, altered: Alteration, pieces: Pieces) -> Predictions:
    """Predictions, answers and, where anything is changed, what that makes of them.

    :raises BadInput: an answer without tokens, or one for which there is no room.
    """
    answers = [(answer, _answer_ids(subject, answer, read)) for answer in ask.answers]
    plain, logits = _state(subject, ask, read, answers, (), pieces)
    told = Predictions(list(read.tokens), read.prefix > 0, plain.positions, plain.next, plain.answers, plain.loss)
    if not ask.changes:
        return told
    changed, others = _state(subject, ask, read, answers, altered.edits, pieces)
    return replace(
        told,
        changed=changed,
        difference=difference(logits, others, read, (plain, changed)),
        splice=_cost(subject, read, altered, (plain, changed)) if ask.splice is not None else None,
    )


def _answer_ids(subject: Subject, answer: str, read: Read) -> list[int]:
    ids = encode_checked(subject.tokenizer, answer)
    if not ids:
        raise BadInput(f"the answer {answer!r} has no tokens: give at least one, mostly with a space before it")
    if len(ids) > _MOST_ANSWER_TOKENS:
        raise BadInput(f"the answer {answer[:40]!r} has {len(ids):,} tokens; at most {_MOST_ANSWER_TOKENS} are taken")
    most = subject.info.max_positions
    if most is not None and len(read.ids) + len(ids) > most:
        raise BadInput(f"{subject.info.name} reads {most:,} tokens, and text and answer {answer[:40]!r} have more")
    return ids


def _state(
    subject: Subject,
    ask: AskPredictions,
    read: Read,
    answers: Sequence[tuple[str, list[int]]],
    edits: Sequence[Edit],
    pieces: Pieces,
) -> tuple[Forecast, torch.Tensor]:
    """What the model, with some edits, expects; and its logits [position, token]."""
    with edited(subject, edits) if edits else nullcontext():
        logits = _logits(subject, read.ids)
        found = [
            answered(answer, ids, logits[-1:] if len(ids) == 1 else _of_answer(subject, read, ids), pieces)
            for answer, ids in answers
        ]
    return forecast(spread(logits, read.ids, ask.top_k), read, found, pieces), logits


def _of_answer(subject: Subject, read: Read, ids: list[int]) -> torch.Tensor:
    """[token, vocabulary]: what is expected in the place of each of an answer's tokens."""
    return _logits(subject, (*read.ids, *ids[:-1]))[len(read.ids) - 1 :]


def _logits(subject: Subject, ids: Sequence[int]) -> torch.Tensor:
    import torch

    return read_logits(subject, torch.tensor([list(ids)]))[0]


def _cost(subject: Subject, read: Read, altered: Alteration, states: tuple[Forecast, Forecast]) -> Cost:
    """Zeros in place of what the SAEs write are the other end of the scale."""
    saes = [_watched(name, watched, read) for name, watched in altered.watched]
    zeros = [Edit(find_hook(subject, watched.hook), _zeros(read.prefix)) for _, watched in altered.watched]
    with edited(subject, zeros):
        zero = forecast(spread(_logits(subject, read.ids), read.ids, 0), read, [], Pieces(subject)).loss
    before, after = states[0].loss, states[1].loss
    if before is None or after is None or zero is None:
        return Cost(saes, None, None, "the text has no token that anything was expected of")
    if zero - before <= 1e-6:
        return Cost(saes, zero, None, "zeros in the SAEs' places lose nothing on this text, so there is no scale")
    return Cost(saes, zero, (zero - after) / (zero - before), None)


def _zeros(prefix: int) -> Change:
    def zero(values: torch.Tensor, begin: int) -> torch.Tensor:
        changed = values.clone()
        changed[:, max(0, prefix - begin) :] = 0
        return changed

    return zero


def _watched(name: str, watched: Watched, read: Read) -> SplicedSae:
    def text_only(values: torch.Tensor | None) -> list[float | None]:
        return [None] * len(read.tokens) if values is None else values[read.prefix : len(read.ids)].tolist()

    latents = [None if count is None else int(count) for count in text_only(watched.latents)]
    return SplicedSae(name, watched.hook, text_only(watched.error_norm), text_only(watched.norm), latents)
