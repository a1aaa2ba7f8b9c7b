"""Judges: what they ask, what they read, and probabilities equal to the model's own; a real server, a real model."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.explain.judging import ModelJudge, make_judge
from neuronscope.explain.parts import Judged, JudgeItem
from neuronscope.explain.templates import load_templates
from neuronscope.llm import CandidateQuestion, LocalModel, OpenAIServer, ServerOptions
from neuronscope.prompts.judging import one_messages, shown_text
from neuronscope.prompts.nouns import Excerpt

TEMPLATES = load_templates()


def item(text: str, truth: bool, sequence: int, marked: frozenset[int] = frozenset()) -> JudgeItem:
    return JudgeItem(Excerpt(tuple(text.replace(" ", " \0").split("\0"))), truth, sequence, marked)


ITEMS = (
    item("The rain fell all night", True, 0),
    item("She sold the piano", False, 1),
    item("Snow on the roof", True, 2),
)


def judged(model: Any, items: Sequence[JudgeItem] = ITEMS, **options: Any) -> Judged:
    judge = ModelJudge("detection", model, templates=TEMPLATES, **{"few_shot": "short"} | options)
    return asyncio.run(judge.judge("words for weather", items))


def said(word: str, *others: tuple[str, float], logprob: float = -0.1) -> dict[str, Any]:
    """A server's answer of one word, with its log-probability and that of others."""
    top = [{"token": token, "logprob": value, "bytes": None} for token, value in ((word, logprob), *others)]
    content = [{"token": word, "logprob": logprob, "bytes": None, "top_logprobs": top}]
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": word},
        "finish_reason": "stop",
        "logprobs": {"content": content},
    }
    return {"body": {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}}


def plain(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {"body": {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}}


def test_a_servers_word_is_the_answer_and_its_likeliest_tokens_give_the_probability(stub: Any) -> None:
    stub.answer = lambda _path, _body: said("Yes", (" no", -2.5), ("yes", -3.0), ("Maybe", -3.5))
    answers = judged(stub.model()).answers
    yes = math.exp(-0.1) + math.exp(-3.0)
    assert [answer.said for answer in answers] == [True, True, True]
    assert answers[0].probability == pytest.approx(yes / (yes + math.exp(-2.5)))
    assert [(answer.truth, answer.sequence) for answer in answers] == [(True, 0), (False, 1), (True, 2)]


def test_a_server_that_tells_no_probabilities_still_answers(stub: Any) -> None:
    stub.answer = lambda _path, _body: plain("no.")
    found = judged(stub.model())
    assert [(answer.said, answer.probability) for answer in found.answers] == [(False, None)] * 3
    assert not found.failures


def test_a_server_that_refuses_to_tell_probabilities_is_asked_without(stub: Any) -> None:
    refusal = {"status": 400, "body": {"error": {"message": "logprobs are not supported"}}}
    stub.answer = lambda _path, body: refusal if body.get("logprobs") else plain("yes")
    found = judged(stub.model())
    assert [answer.said for answer in found.answers] == [True, True, True]
    assert not found.failures


def test_what_is_neither_yes_nor_no_is_unparsed_and_never_guessed(stub: Any) -> None:
    stub.answer = lambda _path, body: (
        plain("Hard to say") if "piano" in body["messages"][-1]["content"] else plain("yes")
    )
    found = judged(stub.model())
    assert [answer.said for answer in found.answers] == [True, None, True]
    assert [failure.kind for failure in found.failures] == ["unparsed"]
    assert "Hard to say" in found.failures[0].reason


def test_a_request_that_fails_leaves_its_text_without_an_answer(stub: Any) -> None:
    stub.answer = lambda _path, body: {"status": 500} if "Snow" in body["messages"][-1]["content"] else plain("no")
    found = judged(stub.model(max_retries=0))
    assert [answer.said for answer in found.answers] == [False, False, None]
    assert [failure.kind for failure in found.failures] == ["server-error"]


def test_several_texts_a_request_are_read_by_number_with_one_failure_a_reply(stub: Any) -> None:
    stub.answer = lambda _path, _body: plain("1: yes\n3: no")
    found = judged(stub.model(), texts_per_request=3)
    assert [answer.said for answer in found.answers] == [True, None, False]
    assert [failure.reason for failure in found.failures] == ["1 of 3 texts have no answer of yes or no"]
    assert len(stub.seen) == 1


def test_examples_are_left_out_of_a_prompt_that_is_too_long_and_that_is_said(stub: Any) -> None:
    stub.answer = lambda _path, _body: plain("yes")
    found = judged(stub.model(), few_shot="default", context_tokens=300)
    assert any("left out of the prompt" in note for note in found.notes)
    assert all(answer.said for answer in found.answers)


def test_a_text_that_does_not_fit_at_all_is_a_failure(stub: Any) -> None:
    found = judged(stub.model(), context_tokens=20)
    assert [answer.said for answer in found.answers] == [None] * 3
    assert {failure.kind for failure in found.failures} == {"rejected"}
    assert not stub.seen


@pytest.mark.parametrize("options", [{"few_shot": "nonsense"}, {"texts_per_request": 0}])
def test_nonsense_is_refused(stub: Any, options: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        judged(stub.model(), **options)


def test_in_process_the_probability_is_that_of_the_models_own_next_token(smollm2: LocalModel) -> None:
    items = (item("Snow on the roof", True, 0, frozenset({0})),)
    judge = make_judge("fuzzing", smollm2, templates=TEMPLATES, few_shot=None)
    answer = asyncio.run(judge.judge("words for weather", items)).answers[0]
    text = shown_text(items[0].excerpt, {0})
    messages = one_messages(TEMPLATES, "fuzzing", (), "words for weather", text)
    question = CandidateQuestion(messages, ("",), ((0,),), ("yes", "Yes", "no", "No"))
    values = asyncio.run(smollm2.candidate_logprobs(question)).values[0][0]  # type: ignore[union-attr]
    yes, no = (sum(math.exp(value) for value in pair) for pair in (values[:2], values[2:]))
    assert answer.probability == pytest.approx(yes / (yes + no), rel=1e-5)
    assert answer.said is (answer.probability >= 0.5)


def test_a_real_server_judges(llama_cpp: str) -> None:
    model = OpenAIServer("smollm2", llama_cpp, options=ServerOptions(timeout=120))
    found = judged(model, few_shot=None)
    assert len(found.answers) == 3
    for answer in found.answers:
        assert answer.said is None or answer.probability is None or (answer.probability >= 0.5) is answer.said
    assert len([answer for answer in found.answers if answer.said is None]) == len(found.failures)
