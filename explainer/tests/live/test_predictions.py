"""Predictions and answers against transformers' own logits, and asks of many lengths against each one alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope.live import (
    Activations,
    AskActivations,
    AskPredictions,
    AskTopUnits,
    Intervention,
    Live,
    Predictions,
    TopUnits,
    UnitPlace,
)
from neuronscope.subject import Subject

TEXT = "the cat sees a dog under the naïve tree"
Logits = Callable[[Subject, list[int]], torch.Tensor]


def encoded(subject: Subject, text: str) -> list[int]:
    return [int(token) for token in subject.tokenizer(text, add_special_tokens=False)["input_ids"]]


def test_predictions_are_transformers_own(family: Any, logits_of: Logits) -> None:
    subject: Subject = family.subject
    found = Live(subject).predictions(TEXT, top_k=7)
    ids = [0] * family.prefix + encoded(subject, TEXT)
    logits = logits_of(subject, ids)
    logprobs = logits.double().log_softmax(-1)
    assert "".join(found.tokens) == TEXT
    assert found.bos == bool(family.prefix)
    expected = []
    for place in range(family.prefix, len(ids)):
        told = found.positions[place - family.prefix]
        if place == 0:
            assert (told.logprob, told.rank, told.entropy, told.top) == (None, None, None, [])
            continue
        before = logprobs[place - 1]
        expected.append(float(before[ids[place]]))
        assert told.logprob == pytest.approx(expected[-1], abs=1e-5)
        assert told.rank == int((logits[place - 1] > logits[place - 1, ids[place]]).sum())
        assert told.entropy == pytest.approx(float(-(before.exp() * before).sum()), abs=1e-4)
        assert [one.logit for one in told.top] == logits[place - 1].topk(7).values.tolist()
    assert found.loss == pytest.approx(-sum(expected) / len(expected), abs=1e-5)
    order = logits[-1].topk(7)
    assert [one.logit for one in found.next.top] == order.values.tolist()
    assert [one.logprob for one in found.next.top] == pytest.approx(logprobs[-1][order.indices].tolist(), abs=1e-5)
    assert found.next.entropy == pytest.approx(float(-(logprobs[-1].exp() * logprobs[-1]).sum()), abs=1e-4)


def test_answers_of_one_and_of_several_tokens(family: Any, logits_of: Logits) -> None:
    subject: Subject = family.subject
    answers = [" the", "é", " under a tree"]
    found = Live(subject).predictions(TEXT, answers, top_k=0).answers
    assert [one.answer for one in found] == answers
    assert len({len(one.tokens) for one in found}) > 1
    for one in found:
        ids = [0] * family.prefix + encoded(subject, TEXT)
        joint = 0.0
        for number, token in enumerate(encoded(subject, one.answer)):
            logits = logits_of(subject, ids)[-1]
            told, logprob = one.per_token[number], float(logits.double().log_softmax(-1)[token])
            assert told.rank == int((logits > logits[token]).sum())
            assert told.logit == pytest.approx(float(logits[token]), abs=1e-4)
            assert told.probability == pytest.approx(math.exp(logprob), rel=1e-4)
            joint += logprob
            ids.append(token)
        assert one.probability == pytest.approx(math.exp(joint), rel=1e-4)
        assert (one.rank, one.logit) == (one.per_token[0].rank, one.per_token[0].logit)


def test_an_answer_without_tokens_or_with_too_many_is_refused(gpt2: Subject) -> None:
    live = Live(gpt2)
    with pytest.raises(BadInput, match="has no tokens"):
        live.predictions(TEXT, [""])
    with pytest.raises(BadInput, match="at most 256 are taken"):
        live.predictions(TEXT, ["the cat " * 200])
    with pytest.raises(BadInput, match="reads 128 tokens, and text and answer"):
        live.predictions(TEXT, [" cat" * 120])


def test_a_rank_counts_every_logit_that_is_larger_however_little() -> None:
    """Logarithms of probabilities far below 0 round to the same number where logits differ."""
    from neuronscope.live.predicting import spread

    logits = torch.zeros(1, 300) - 100.0
    logits[0, 0] = 900.0
    logits[0, 5], logits[0, 6] = 0.0, 1e-6
    found = spread(torch.cat([logits, logits]), [1, 5], 3)
    assert found.rank[0] == 2


def close(a: Any, b: Any) -> bool:
    """Equal, numbers within the rounding of another batch."""
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, rel=1e-4, abs=1e-4)
    if hasattr(a, "__dataclass_fields__"):
        return type(a) is type(b) and all(close(getattr(a, n), getattr(b, n)) for n in a.__dataclass_fields__)
    if isinstance(a, list):
        return len(a) == len(b) and all(close(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def mixed_asks() -> list[Any]:
    texts = ["a", TEXT, "the dog runs " * 9, "42 -- (yes)", "你好 🙂 naïve", TEXT[:20]]
    asks: list[Any] = []
    for number, text in enumerate(texts):
        asks.append(AskActivations(text=text, units=[UnitPlace(0, number), UnitPlace(1, 3), UnitPlace(1, 3)]))
        asks.append(AskTopUnits(text=text, k=3, per="text" if number % 2 else "token"))
        asks.append(AskPredictions(text=text, top_k=number))
    asks.append(AskPredictions(text=TEXT, answers=[" cat"]))
    asks.append(AskActivations(text=TEXT, units=[UnitPlace(0, 1)], interventions=[Intervention(0, 1, "set", 3.0)]))
    return asks


def test_asks_of_many_kinds_and_lengths_together_are_each_one_alone(family: Any) -> None:
    live, asks = Live(family.subject), mixed_asks()
    together = live.answer(asks)
    for ask, found in zip(asks, together, strict=True):
        (alone,) = live.answer([ask])
        assert not isinstance(alone, NeuronscopeError)
        assert close(found, alone)


def test_what_is_wrong_with_one_ask_does_not_touch_the_others(gpt2: Subject) -> None:
    live, good = Live(gpt2), mixed_asks()
    bad = [
        AskPredictions(text=""),
        AskActivations(text=TEXT, units=[UnitPlace(9, 0)]),
        AskActivations(text=TEXT, units=[UnitPlace(0, 24)]),
        AskActivations(text=TEXT, units=[UnitPlace(0, 0, "nobody")]),
        AskTopUnits(text=TEXT, layers=[7]),
        AskPredictions(text=TEXT, interventions=[Intervention(0, 99, "add", 1.0)]),
        AskPredictions(text="the " * 2000),
    ]
    asks = [one for pair in zip(good, bad * 3, strict=False) for one in pair]
    found = live.answer(asks)
    assert all(isinstance(one, BadInput) for one in found[1::2])
    for ask, one in zip(asks[::2], found[::2], strict=True):
        assert isinstance(one, (Activations, TopUnits, Predictions))
        assert close(one, live.answer([ask])[0])


def test_a_text_on_which_the_model_overflows_fails_alone(save_model: Any) -> None:
    """One token's embedding is too large for the model: texts read in the same pass are answered all the same."""
    from neuronscope.subject import load_subject

    subject = load_subject(str(save_model("gpt2", n_embd=16, n_layer=2, n_head=2, n_inner=24, n_positions=64)))
    (broken,) = set(encoded(subject, "Q"))
    with torch.no_grad():
        subject.model.transformer.wte.weight[broken] = math.inf
        subject.model.lm_head.weight = torch.nn.Parameter(torch.randn(300, 16))
    live = Live(subject)
    texts = ["cat", "Q", "dog"]
    for ask in (
        lambda text: AskPredictions(text=text),
        lambda text: AskActivations(text=text, units=[UnitPlace(1, 3)]),
        lambda text: AskTopUnits(text=text),
    ):
        found = live.answer([ask(text) for text in texts])
        assert [isinstance(one, BadInput) for one in found] == [False, True, False]
        assert "finite" in str(found[1])
