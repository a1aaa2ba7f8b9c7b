"""The all-at-once simulator against one forward pass for each place, over a server that echoes, and where it fails."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.explain.parts import Simulated
from neuronscope.explain.simulators import AllAtOnceSimulator
from neuronscope.explain.templates import load_templates
from neuronscope.llm import (
    CandidateLogprobs,
    CandidateQuestion,
    Description,
    Failure,
    LocalModel,
    LocalOptions,
    TokenLogprobs,
)
from neuronscope.llm.forms import before_answer
from neuronscope.messages import Message, prompt_hash
from neuronscope.prompts.listing import shown_positions, shown_tokens
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.simulating import begin, listing_messages
from neuronscope.prompts.templates import Templates

Fixture = Any  # see conftest

# Tokens as subject models have them: a BOS that is ignored, tabs, line ends, pieces of emoji, words that other
# tokenizers split, blanks, and what looks like the marks of a listing or of a tokenizer.
TOKENS = ["<s>", "the", " cat", "\t", "\n", "🙂", "", "", " unbelievably", "你", "", "naïve", "  ", " 42"]
TOKENS += ["<start>", "</s>"]
EXCERPT = Excerpt(tuple(TOKENS), frozenset({0}))
EXCERPTS = (EXCERPT, Excerpt(("sees", " the", " tree")), Excerpt(("\\t", "(yes)")))
SERVED = (Excerpt(("the", "\t", "🙂", "", " cat")), *EXCERPTS[1:])  # over the wire every token has 300 alternatives
NUMBERS = tuple(map(str, range(11)))


def simulate(simulator: AllAtOnceSimulator, *excerpts: Excerpt) -> Simulated:
    return asyncio.run(simulator.simulate("light that falls", excerpts))


def naive_next(model: LocalModel, ids: list[int]) -> torch.Tensor:
    """float64 [vocabulary]: probabilities of the token after ``ids``, by a pass of its own."""
    with torch.inference_mode():
        logits = model._loaded.model(input_ids=torch.tensor([ids]), logits_to_keep=1).logits
    return logits[0, -1].double().softmax(dim=-1)


def naive_distribution(model: LocalModel, text: str, *, special: bool) -> list[float]:
    """Probability of each number after a text, its tokens multiplied one after the other, 10 taken off 1."""

    def ids(of: str) -> list[int]:
        return list(model._loaded.tokenizer(of, add_special_tokens=special)["input_ids"])

    before = ids(text)
    tails = {number: tuple(ids(text + number)[len(before) :]) for number in NUMBERS}
    heads = {tail[:i] for tail in tails.values() for i in range(len(tail))}
    after = {head: naive_next(model, [*before, *head]) for head in heads}
    joint = {
        number: math.prod(float(after[tail[:i]][token]) for i, token in enumerate(tail))
        for number, tail in tails.items()
    }
    if tails["10"][0] == tails["1"][0]:
        joint["1"] -= joint["10"]
    total = sum(joint.values())
    return [joint[number] / total for number in NUMBERS]


def assert_is_naive(simulated: Simulated, model: LocalModel, prefix: str, *excerpts: Excerpt, special: bool) -> None:
    for simulation, excerpt in zip(simulated.simulations, excerpts, strict=True):
        tokens = shown_tokens(excerpt)
        assert simulation.tokens == list(excerpt.tokens)
        for index, position in enumerate(shown_positions(excerpt)):
            naive = naive_distribution(model, prefix + begin(tokens, index), special=special)
            assert simulation.distribution_values[position] == list(range(11))
            assert simulation.distribution_probabilities[position] == pytest.approx(naive, abs=1e-4)
            assert simulation.expected_activations[position] == pytest.approx(
                sum(value * p for value, p in enumerate(naive)), abs=1e-4
            )


@pytest.mark.parametrize("name", ["wide_bytes", "whole_ten", "pieces_model"])
def test_expected_values_are_those_of_one_pass_for_each_place(
    name: str, terse: Templates, request: pytest.FixtureRequest
) -> None:
    model: LocalModel = request.getfixturevalue(name)
    simulated = simulate(AllAtOnceSimulator(model, templates=terse), *EXCERPTS)
    prefix = before_answer(listing_messages(terse, terse.few_shot("default").simulate, "light that falls"))
    assert_is_naive(simulated, model, prefix, *EXCERPTS, special=True)
    assert not simulated.failures


@pytest.mark.nightly
def test_expected_values_of_a_trained_chat_model_are_those_of_one_pass_for_each_place(smollm2: LocalModel) -> None:
    templates = load_templates()
    excerpt = Excerpt((" light", "\n", "🙂", "", " unbelievably", "<|im_end|>"))
    simulated = simulate(AllAtOnceSimulator(smollm2, templates=templates, few_shot=None), excerpt)
    messages = listing_messages(templates, (), "light that falls")
    turns = [{"role": message.role, "content": message.content} for message in messages]
    prefix = smollm2._loaded.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    assert_is_naive(simulated, smollm2, prefix, excerpt, special=False)
    assert simulated.prompt_hash == prompt_hash(messages)


def test_parts_of_a_character_and_ignored_positions(pieces_model: LocalModel, terse: Templates) -> None:
    (simulation,) = simulate(AllAtOnceSimulator(pieces_model, templates=terse), EXCERPT).simulations
    expected = simulation.expected_activations
    assert expected[0] is None
    assert simulation.distribution_values[0] == []
    assert expected[5] == expected[6] == expected[7]
    assert expected[9] == expected[10]
    assert None not in expected[1:]


@pytest.mark.parametrize("name", ["wide_bytes", "pieces_model"])
def test_reading_the_prefix_once_changes_nothing(name: str, terse: Templates, request: pytest.FixtureRequest) -> None:
    model: LocalModel = request.getfixturevalue(name)
    parts = model._loaded
    whole = LocalModel(parts.model, parts.tokenizer, name="whole", options=LocalOptions(reuse=False))
    once, again = (simulate(AllAtOnceSimulator(it, templates=terse), *EXCERPTS) for it in (model, whole))
    for a, b in zip(once.simulations, again.simulations, strict=True):
        assert a.expected_activations == pytest.approx(b.expected_activations, abs=1e-4)


def test_in_process_all_excerpts_are_one_question(scripted: Fixture, terse: Templates) -> None:
    model = scripted(candidates=flat)
    simulated = simulate(AllAtOnceSimulator(model, templates=terse), *EXCERPTS)
    (question,) = model.questions
    assert len(question.texts) == 3
    assert question.candidates == NUMBERS
    assert simulated.simulations[1].expected_activations == pytest.approx([5.0] * 3)


def flat(question: CandidateQuestion) -> CandidateLogprobs:
    """All numbers alike."""
    return CandidateLogprobs(tuple(tuple((math.log(1 / 20),) * 11 for _ in places) for places in question.offsets))


def echoing(model: LocalModel, top: int = 300) -> Any:
    """A server's answers to ``/completions`` with echo: the prompt's tokens by the model, and one more."""

    def answer(path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert (path, body["echo"]) == ("/v1/completions", True)
        read = asyncio.run(model.token_logprobs(body["prompt"] + "!", top=top))
        assert isinstance(read, TokenLogprobs)
        logprobs = {
            "tokens": list(read.tokens),
            "token_logprobs": list(read.logprobs),
            "top_logprobs": [{c.token: c.logprob for c in reversed(top)} or None for top in read.top],
            "text_offset": list(read.offsets),
        }
        return {"body": {"choices": [{"text": body["prompt"] + "!", "logprobs": logprobs}]}}

    return answer


def test_over_a_server_that_echoes_it_is_as_in_process(stub: Fixture, whole_ten: LocalModel, terse: Templates) -> None:
    stub.answer = echoing(whole_ten)
    served = simulate(AllAtOnceSimulator(stub.model(prompt_form="text", timeout=60.0), templates=terse), *SERVED)
    local = simulate(AllAtOnceSimulator(whole_ten, templates=terse), *SERVED)
    for ours, theirs in zip(served.simulations, local.simulations, strict=True):
        assert ours.expected_activations == pytest.approx(theirs.expected_activations, abs=1e-4)
    assert served.prompt_hash == local.prompt_hash


def test_what_a_server_does_not_name_among_the_likeliest_is_not_counted_and_none_is_unparsed(
    stub: Fixture, whole_ten: LocalModel, terse: Templates
) -> None:
    whole = echoing(whole_ten)

    def answer(path: str, body: dict[str, Any]) -> dict[str, Any]:
        turn = whole(path, body)
        logprobs = turn["body"]["choices"][0]["logprobs"]
        for token, tops in zip(logprobs["tokens"], logprobs["top_logprobs"], strict=True):
            if tops and token != "10":  # at every other place two numbers and a word, or a word alone
                tops.clear()
                tops.update({"cat": -0.5, "2": math.log(0.2), "6": math.log(0.1)})
        last = [i for i, token in enumerate(logprobs["tokens"]) if token == "\t"][-1]
        logprobs["top_logprobs"][last + 1] = {"cat": -0.1}
        return dict(turn)

    stub.answer = answer
    simulator = AllAtOnceSimulator(stub.model(prompt_form="text", timeout=60.0), templates=terse)
    (simulation,) = simulate(simulator, Excerpt(("a", " b"))).simulations
    assert simulation.expected_activations == [pytest.approx((2 * 0.2 + 6 * 0.1) / 0.3), None]
    assert simulation.distribution_values == [[2.0, 6.0], []]
    assert simulation.distribution_probabilities[0] == pytest.approx([2 / 3, 1 / 3])


def test_a_text_that_a_server_fails_on_leaves_the_others_their_numbers(
    stub: Fixture, whole_ten: LocalModel, terse: Templates
) -> None:
    whole = echoing(whole_ten)
    stub.answer = lambda path, body: {"status": 500} if "sees\t" in body["prompt"] else whole(path, body)
    model = stub.model(prompt_form="text", timeout=60.0, max_retries=0)
    simulated = simulate(AllAtOnceSimulator(model, templates=terse), *SERVED)
    assert [failure.kind for failure in simulated.failures] == ["server-error"]
    assert simulated.simulations[1].expected_activations == [None] * 3
    assert None not in simulated.simulations[2].expected_activations


def test_a_server_whose_tokenizer_splits_ten_is_refused_with_a_sentence(
    stub: Fixture, wide_bytes: LocalModel, terse: Templates
) -> None:
    stub.answer = echoing(wide_bytes)
    with pytest.raises(BadInput, match="writes '10' as several tokens"):
        simulate(AllAtOnceSimulator(stub.model(prompt_form="text", timeout=60.0), templates=terse), *EXCERPTS)


def test_a_question_that_failed_leaves_no_number_and_counts_once(scripted: Fixture, terse: Templates) -> None:
    simulated = simulate(AllAtOnceSimulator(scripted(), templates=terse), *EXCERPTS)
    assert simulated.failures == (Failure("timeout", "late"),)
    assert all(value is None for one in simulated.simulations for value in one.expected_activations)
    assert all(values == [] for one in simulated.simulations for values in one.distribution_values)


def test_examples_are_left_out_from_the_last_one_where_the_context_is_short(
    scripted: Fixture, terse: Templates
) -> None:
    # 24 words of messages, 19 of them for the examples; the listing and what is kept free for the answer take 19.
    for context, kept in ((None, 2), (43, 2), (42, 1), (34, 1), (33, 0), (24, 0)):
        model = scripted(candidates=flat)
        simulated = simulate(AllAtOnceSimulator(model, templates=terse, context_tokens=context), EXCERPTS[1])
        (question,) = model.questions
        assert simulated.prompt_hash == prompt_hash(question.prefix)
        assert sum(message.role == "assistant" for message in question.prefix) == kept
        assert len(simulated.notes) == 2 - kept
        assert all("left out of the prompt" in note for note in simulated.notes)


def test_an_excerpt_that_fits_no_context_fails_alone(scripted: Fixture, terse: Templates) -> None:
    model = scripted(candidates=flat, description=Description("short", "local", "chat", context_tokens=60))
    long = Excerpt(tuple(f" word{i}" for i in range(50)))
    simulated = simulate(AllAtOnceSimulator(model, templates=terse), EXCERPTS[1], long)
    assert [failure.kind for failure in simulated.failures] == ["rejected"]
    assert "excerpt 2 does not fit" in simulated.failures[0].reason
    assert simulated.simulations[0].expected_activations == pytest.approx([5.0] * 3)
    assert simulated.simulations[1].expected_activations == [None] * 50


def test_a_tiny_context_of_a_real_model_is_kept_to(bytes_model: LocalModel, terse: Templates) -> None:
    # The tiny GPT-2 has room for 128 tokens, and is asked for no more.
    simulated = simulate(AllAtOnceSimulator(bytes_model, templates=terse), Excerpt(("a", " b", " c")))
    assert simulated.failures == ()
    assert None not in simulated.simulations[0].expected_activations
    assert len(simulated.notes) == 2


def test_excerpts_with_nothing_to_show_ask_for_nothing(scripted: Fixture, terse: Templates) -> None:
    model = scripted(candidates=flat)
    simulated = simulate(AllAtOnceSimulator(model, templates=terse), Excerpt(("<s>",), frozenset({0})), Excerpt(()))
    assert [one.expected_activations for one in simulated.simulations] == [[None], []]
    assert model.questions == []
    assert simulate(AllAtOnceSimulator(model, templates=terse)).simulations == ()


def test_numbers_that_the_model_hardly_considers_are_noted(scripted: Fixture, terse: Templates) -> None:
    def faint(question: CandidateQuestion) -> CandidateLogprobs:
        return CandidateLogprobs(tuple(tuple((-12.0,) * 11 for _ in places) for places in question.offsets))

    simulated = simulate(AllAtOnceSimulator(scripted(candidates=faint), templates=terse), EXCERPTS[1])
    assert simulated.simulations[0].expected_activations == pytest.approx([5.0] * 3)
    assert simulated.notes == ("at 3 of 3 tokens the model gives all numbers together less than 1%",)


def test_a_message_is_never_the_listing_itself(scripted: Fixture, terse: Templates) -> None:
    model = scripted(candidates=flat)
    simulate(AllAtOnceSimulator(model, templates=terse), EXCERPTS[1])
    (question,) = model.questions
    assert isinstance(question.prefix[-1], Message)
    assert question.prefix[-1].role == "user"
    assert "sees" not in question.prefix[-1].content
