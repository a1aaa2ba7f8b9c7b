"""What the model says where a metric is read: a setting in; the metric's tokens and the most probable ones out."""

from __future__ import annotations

from neuronscope.subject import token_texts
from neuronscope.subject.forward import read_logits
from neuronscope.trace.nouns import Foretold, Guess
from neuronscope.trace.setting import Setting


def foretold(setting: Setting, top: int) -> Foretold:
    """Rank, logit and probability of the metric's tokens and of the ``top`` most probable ones."""
    aim = setting.aim
    logits = read_logits(setting.subject, setting.ids)[0, aim.position].double()
    probabilities = logits.softmax(-1)
    ids = logits.topk(min(top, len(logits))).indices.tolist()

    def guess(token: int, text: str) -> Guess:
        rank = int((logits > logits[token]).sum())
        return Guess(token, text, rank, float(logits[token]), float(probabilities[token]))

    texts = token_texts(setting.subject.tokenizer, [*aim.ids, *ids])
    guesses = [guess(token, text) for token, text in zip([*aim.ids, *ids], texts, strict=True)]
    return Foretold(aim.position - setting.read.prefix, guesses[: len(aim.ids)], guesses[len(aim.ids) :])
