"""The one-at-a-time simulator: in process against passes of their own, on a real server, and where answers fail."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.explain.parts import Simulated
from neuronscope.explain.simulators import OneAtATimeSimulator
from neuronscope.explain.templates import load_templates
from neuronscope.llm import (
    Candidate,
    Completion,
    Description,
    Failure,
    LocalModel,
    OpenAIServer,
    Prompt,
    Sampling,
    ServerOptions,
    WrittenToken,
)
from neuronscope.llm.forms import before_answer
from neuronscope.messages import Message, prompt_hash
from neuronscope.prompts.listing import shown_positions, shown_tokens
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.simulating import begin, listing_messages, number_messages
from neuronscope.prompts.templates import Templates

Fixture = Any  # see conftest

EXCERPT = Excerpt(("<s>", "the", " cat", "\t", "🙂", "", " unbelievably"), frozenset({0}))
SHORT = Excerpt(("a", " cat"))
CHAT_SERVER = Description("scripted", "server", "chat")


def simulate(simulator: OneAtATimeSimulator, *excerpts: Excerpt) -> Simulated:
    return asyncio.run(simulator.simulate("light that falls", excerpts))


def likeliest(model: LocalModel, text: str, *, special: bool) -> dict[str, float]:
    """The 20 likeliest next tokens and their probabilities, by a pass of its own."""
    tokenizer = model._loaded.tokenizer
    ids = tokenizer(text, add_special_tokens=special)["input_ids"]
    with torch.inference_mode():
        logits = model._loaded.model(input_ids=torch.tensor([ids]), logits_to_keep=1).logits[0, -1]
    best = logits.double().softmax(dim=-1).topk(20)
    return {tokenizer.decode([i]): p for i, p in zip(best.indices.tolist(), best.values.tolist(), strict=True)}


def naive_expected(model: LocalModel, text: str, *, special: bool) -> float | None:
    """Of the numbers among the likeliest tokens, 10 read from what is likely after a 1."""
    first = likeliest(model, text, special=special)
    weights = {value: first[str(value)] for value in range(10) if str(value) in first}
    if 1 in weights:
        ten = weights[1] * likeliest(model, text + "1", special=special).get("0", 0.0)
        weights |= {1: weights[1] - ten, 10: ten}
    total = sum(weights.values())
    return sum(value * weight for value, weight in weights.items()) / total if total else None


@pytest.mark.parametrize("name", ["wide_bytes", "pieces_model"])
def test_in_process_the_numbers_are_those_of_a_pass_for_each_token(
    name: str, terse: Templates, request: pytest.FixtureRequest
) -> None:
    model: LocalModel = request.getfixturevalue(name)
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), EXCERPT)
    messages = listing_messages(terse, terse.few_shot("default").simulate, "light that falls")
    (simulation,) = simulated.simulations
    naive = [
        naive_expected(model, before_answer(messages) + begin(shown_tokens(EXCERPT), index), special=True)
        for index in range(5)
    ]
    known = [simulation.expected_activations[position] for position in shown_positions(EXCERPT)]
    # Where 10 hides in so unlikely a 1 that it moves nothing by more than 0.01, it is not asked for.
    assert known == [None if value is None else pytest.approx(value, abs=0.011) for value in naive]
    assert len(simulated.failures) == naive.count(None) < 5
    assert simulation.expected_activations[5] == simulation.expected_activations[4]
    assert simulation.expected_activations[0] is None
    assert simulated.prompt_hash == prompt_hash(messages)


def test_a_trained_chat_model_in_process_goes_on_with_the_listing(smollm2: LocalModel) -> None:
    templates = load_templates()
    simulated = simulate(OneAtATimeSimulator(smollm2, templates=templates, few_shot=None), SHORT)
    turns = [
        {"role": message.role, "content": message.content}
        for message in listing_messages(templates, (), "light that falls")
    ]
    prefix = smollm2._loaded.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    naive = [naive_expected(smollm2, prefix + begin(SHORT.tokens, index), special=False) for index in range(2)]
    (simulation,) = simulated.simulations
    assert simulation.expected_activations == pytest.approx(naive, abs=0.011)
    assert simulated.failures == ()


def written(*tokens: dict[str, float]) -> Completion:
    """A completion whose tokens are the first of each, with the alternatives' probabilities."""
    parts = []
    for likely in tokens:
        top = tuple(Candidate(text, math.log(p)) for text, p in likely.items())
        parts.append(WrittenToken(top[0].token, top[0].logprob, top))
    return Completion("".join(part.token for part in parts), "length", tuple(parts))


def saying(*tokens: dict[str, float]) -> Callable[[Prompt, Sampling], Completion]:
    """The same answer to whatever is asked."""
    return lambda _prompt, _sampling: written(*tokens)


def test_every_token_is_asked_for_with_unknown_numbers_before_it(scripted: Fixture, terse: Templates) -> None:
    model = scripted(completion=saying({"7": 0.5}))
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), SHORT, SHORT)
    prefix = listing_messages(terse, terse.few_shot("default").simulate, "light that falls")
    begun = ["<start>\na\t", "<start>\na\tunknown\n cat\t"] * 2
    assert [prompt[-1] for prompt in model.prompts] == [Message("assistant", text) for text in begun]
    assert all(prompt[:-1] == prefix for prompt in model.prompts)
    assert [one.expected_activations for one in simulated.simulations] == [[7.0, 7.0]] * 2
    assert {(one.temperature, one.top_logprobs) for one in model.samplings} == {(0.0, 20)}


def test_a_chat_server_is_shown_the_listing_and_asked_for_the_number(scripted: Fixture, terse: Templates) -> None:
    model = scripted(completion=saying({" ": 0.9}, {"7": 0.5, "3": 0.5}), description=CHAT_SERVER)
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), SHORT)
    examples = terse.few_shot("default").simulate
    assert model.prompts == [
        number_messages(terse, examples, "light that falls", begun)
        for begun in ("<start>\na\t", "<start>\na\tunknown\n cat\t")
    ]
    assert simulated.simulations[0].expected_activations == pytest.approx([5.0, 5.0])
    assert simulated.prompt_hash == prompt_hash(number_messages(terse, examples, "light that falls", ""))


def test_a_server_in_plain_text_gets_one_text_to_go_on_with(scripted: Fixture, terse: Templates) -> None:
    model = scripted(completion=saying({"7": 0.5}), description=Description("scripted", "server", "text"))
    simulate(OneAtATimeSimulator(model, templates=terse, few_shot=None), SHORT)
    assert model.prompts[0] == "Rate.\n\nUser: 1 light that falls\n\nAssistant:\n<start>\na\t"


def test_ten_that_may_hide_in_one_is_asked_for_where_the_answer_can_be_begun(
    scripted: Fixture, terse: Templates
) -> None:
    def answer(prompt: Prompt, _: Sampling) -> Completion:
        begun = prompt[-1].content  # type: ignore[union-attr]
        return written({"0": 0.75, "cat": 0.25}) if begun.endswith("\t1") else written({"2": 0.6, "1": 0.2})

    model = scripted(completion=answer)
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), Excerpt(("a",)))
    (simulation,) = simulated.simulations
    assert simulation.distribution_values == [[1.0, 2.0, 10.0]]
    assert simulation.distribution_probabilities[0] == pytest.approx([0.0625, 0.75, 0.1875])
    assert len(model.prompts) == 2
    assert simulated.notes == ()


@pytest.mark.parametrize(("one", "expected"), [(0.5, None), (0.05, 0.05)])
def test_ten_that_may_hide_in_one_is_noted_or_unparsed_where_it_cannot_be_asked_for(
    one: float, expected: float | None, scripted: Fixture, terse: Templates
) -> None:
    # With 5% the expected value may be too low by 0.45 of 10, with half by 4.5.
    model = scripted(completion=saying({"0": 1 - one, "1": one}), description=CHAT_SERVER)
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), Excerpt(("a",)))
    value = simulated.simulations[0].expected_activations[0]
    if expected is None:
        assert value is None
        assert [failure.kind for failure in simulated.failures] == ["unparsed"]
        assert "beginning of 10" in simulated.failures[0].reason
    else:
        assert value == pytest.approx(expected)
        assert simulated.notes == ("at 1 tokens a part of what is likely to be 10 may count as 1, by 1 of 10 at most",)


def test_an_answer_without_a_number_costs_its_token_alone(scripted: Fixture, terse: Templates) -> None:
    def answer(prompt: Prompt, _: Sampling) -> Completion | Failure:
        begun = prompt[-1].content  # type: ignore[union-attr]
        if begun.endswith(" cat\t"):
            return written({"unknown": 0.9, "cat": 0.1})
        return Failure("timeout", "late") if begun.endswith(" c\t") else written({"4": 1.0})

    model = scripted(completion=answer)
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), Excerpt(("a", " cat", " b", " c", "🙂", "")))
    (simulation,) = simulated.simulations
    assert simulation.expected_activations == [4.0, None, 4.0, None, 4.0, 4.0]
    assert [failure.kind for failure in simulated.failures] == ["unparsed", "timeout"]
    assert "'unknown'" in simulated.failures[0].reason


def test_a_model_that_never_tells_log_probabilities_is_refused_with_a_sentence(
    scripted: Fixture, terse: Templates
) -> None:
    model = scripted(completion=lambda *_: Completion("7", "stop"))
    with pytest.raises(BadInput, match="gives no log-probabilities of what it writes: use the structured simulator"):
        simulate(OneAtATimeSimulator(model, templates=terse), SHORT)


def test_an_answer_that_lacks_them_once_is_malformed_once(scripted: Fixture, terse: Templates) -> None:
    def answer(prompt: Prompt, _: Sampling) -> Completion:
        begun = prompt[-1].content  # type: ignore[union-attr]
        return Completion("7", "stop") if "cat" in begun else written({"7": 1.0})

    simulated = simulate(OneAtATimeSimulator(scripted(completion=answer), templates=terse), SHORT)
    assert simulated.simulations[0].expected_activations == [7.0, None]
    assert [failure.kind for failure in simulated.failures] == ["malformed"]


def test_only_failures_are_failures_and_no_refusal(scripted: Fixture, terse: Templates) -> None:
    model = scripted(completion=lambda *_: Failure("rate-limited", "slow down"))
    simulated = simulate(OneAtATimeSimulator(model, templates=terse), SHORT)
    assert [failure.kind for failure in simulated.failures] == ["rate-limited"] * 2
    assert simulated.simulations[0].expected_activations == [None, None]


@pytest.mark.parametrize("description", [Description("s", "local", "chat"), CHAT_SERVER])
def test_a_short_context_leaves_examples_out_and_then_excerpts(
    description: Description, scripted: Fixture, terse: Templates
) -> None:
    long = Excerpt(tuple(f" word{i}" for i in range(50)))
    model = scripted(completion=saying({"7": 0.5}), description=description)
    simulated = simulate(OneAtATimeSimulator(model, templates=terse, context_tokens=30), SHORT, long)
    assert simulated.simulations[0].expected_activations == [7.0, 7.0]
    assert simulated.simulations[1].expected_activations == [None] * 50
    assert [failure.kind for failure in simulated.failures] == ["rejected"]
    assert len(simulated.notes) in (1, 2)
    assert len(model.prompts) == 2


@pytest.mark.parametrize("form", ["chat", "text"])
def test_a_real_server_tells_the_numbers_of_real_excerpts(form: Any, llama_cpp: str) -> None:
    templates = load_templates()
    excerpts = [Excerpt(("<s>", "The", " old", " chair", "."), frozenset({0})), Excerpt(("🙂", "", "\t"))]

    async def main() -> Simulated:
        model = OpenAIServer("smollm2", llama_cpp, options=ServerOptions(form, concurrency=2, max_retries=0))
        simulator = OneAtATimeSimulator(model, templates=templates, few_shot="short")
        simulated = await simulator.simulate("words for furniture", excerpts)
        assert model.totals().failures == {}
        await model.close()
        return simulated

    simulated = asyncio.run(main())
    first, second = (one.expected_activations for one in simulated.simulations)
    assert first[0] is None
    assert second[0] == second[1]
    parsed = [value for value in (*first[1:], second[0], second[2]) if value is not None]
    assert len(parsed) + len(simulated.failures) == 6
    assert {failure.kind for failure in simulated.failures} <= {"unparsed"}
    assert parsed
    assert all(0 <= value <= 10 for value in parsed)
