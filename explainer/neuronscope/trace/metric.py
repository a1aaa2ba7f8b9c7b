"""What is attributed: a metric as people write it in; a number of the logits, through which gradients pass, out.

* ``loss``: of the last token, given those before it.
* ``logit: Mary``: of a token as what follows the text. The space after the colon belongs to the token.
* ``difference: Mary, John``: the first one's logit less the second one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, token_texts
from neuronscope.subject.tokens import encode_checked

if TYPE_CHECKING:
    import torch

Kind = Literal["loss", "logit", "difference"]


@dataclass(frozen=True)
class Metric:
    """A metric as it was asked for; ``answers`` are the tokens whose logits it is of, none for the loss."""

    kind: Kind
    answers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.kind if self.kind == "loss" else f"{self.kind}:{','.join(self.answers)}"


@dataclass(frozen=True)
class Aim:
    """A metric for one model and one text."""

    metric: Metric
    ids: tuple[int, ...]  # of the answers, or of the last token
    position: int  # where the logits are read

    def of(self, logits: torch.Tensor) -> torch.Tensor:
        """The metric of each sequence, float of the dtype of ``logits`` [sequence, position, token]."""
        here = logits[:, self.position]
        if self.metric.kind == "loss":
            return -here.log_softmax(-1)[:, self.ids[0]]
        if self.metric.kind == "logit":
            return here[:, self.ids[0]]
        return here[:, self.ids[0]] - here[:, self.ids[1]]


def loss() -> Metric:
    """The loss of the last token."""
    return Metric("loss")


def logit(answer: str) -> Metric:
    """The logit of a token as what follows the text, ``" Mary"``."""
    return Metric("logit", (answer,))


def logit_difference(answer: str, other: str) -> Metric:
    """The logit of one token less that of another."""
    return Metric("difference", (answer, other))


def read_metric(text: str) -> Metric:
    """A metric as it is written.

    :raises BadInput: anything else; the sentence says how to write one.
    """
    kind, colon, rest = text.partition(":")
    answers = tuple(rest.split(","))
    if kind == "loss" and not colon:
        return loss()
    if kind == "logit" and rest:
        return logit(rest)
    if kind == "difference" and len(answers) == 2 and all(answers):
        return logit_difference(*answers)
    raise BadInput(f"metric {text!r} is unknown: write loss, 'logit: Mary' or 'difference: Mary, John'")


def aim(subject: Subject, metric: Metric, ids: tuple[int, ...]) -> Aim:
    """The metric for a text of these ids, BOS among them.

    :raises BadInput: an answer of no or of several tokens, two equal answers, or the loss of a text of one token.
    """
    if metric.kind == "loss":
        if len(ids) < 2:
            raise BadInput("the loss of a text of one token is not defined without BOS: nothing comes before it")
        return Aim(metric, ids[-1:], len(ids) - 2)
    found = tuple(_single(subject, answer) for answer in metric.answers)
    if len(set(found)) < len(found):
        raise BadInput(f"both answers are the token {metric.answers[0]!r}, so their difference is always 0")
    return Aim(metric, found, len(ids) - 1)


def _single(subject: Subject, answer: str) -> int:
    ids = encode_checked(subject.tokenizer, answer)
    if len(ids) != 1:
        pieces = ", ".join(map(repr, token_texts(subject.tokenizer, ids))) or "none"
        raise BadInput(
            f"the answer {answer!r} is {len(ids)} tokens ({pieces}); a logit is of one: take the first of them"
        )
    return ids[0]
