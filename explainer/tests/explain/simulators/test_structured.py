"""The structured simulator: what a reply says of a token counts for that token, and a fault costs its place alone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from neuronscope.explain.parts import Simulated
from neuronscope.explain.simulators import StructuredSimulator
from neuronscope.explain.templates import load_templates
from neuronscope.llm import Completion, Description, Failure, OpenAIServer, ServerOptions
from neuronscope.messages import prompt_hash
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.simulating import structured_messages
from neuronscope.prompts.templates import Templates

Fixture = Any  # see conftest

TOKENS = ("the", " cat", " sat", " on", " the", " mat")
EXCERPT = Excerpt(TOKENS)


def simulate(simulator: StructuredSimulator, *excerpts: Excerpt) -> Simulated:
    return asyncio.run(simulator.simulate("light that falls", excerpts))


def reply(*pairs: tuple[str, object]) -> str:
    """The JSON that a model would write."""
    return json.dumps([{"token": token, "activation": number} for token, number in pairs])


def expected(text: str, scripted: Fixture, templates: Templates, *, excerpt: Excerpt = EXCERPT) -> Any:
    """The numbers and the failures' reasons that come of a reply."""
    model = scripted(completion=lambda *_: Completion(text, "stop"))
    simulated = simulate(StructuredSimulator(model, templates=templates), excerpt)
    assert all(failure.kind == "unparsed" for failure in simulated.failures)
    return simulated.simulations[0].expected_activations, [failure.reason for failure in simulated.failures]


RIGHT = [("the", 0), (" cat", 9), (" sat", 1), (" on", 0), (" the", 0), (" mat", 4.5)]


def test_a_whole_reply_is_read_to_its_last_token(scripted: Fixture, terse: Templates) -> None:
    model = scripted(completion=lambda *_: Completion(f"```json\n{reply(*RIGHT)}\n```", "stop"))
    simulated = simulate(StructuredSimulator(model, templates=terse), EXCERPT, EXCERPT)
    assert simulated.failures == ()
    for simulation in simulated.simulations:
        assert simulation.expected_activations == [0.0, 9.0, 1.0, 0.0, 0.0, 4.5]
        assert simulation.distribution_values == [[0.0], [9.0], [1.0], [0.0], [0.0], [4.5]]
        assert simulation.distribution_probabilities == [[1.0]] * 6
        assert simulation.activation_scale == "simulated_normalized_activations"
    assert [one.temperature for one in model.samplings] == [0.0, 0.0]


@pytest.mark.parametrize("place", range(6))
def test_an_altered_token_is_unparsed_there_and_nowhere_else(place: int, scripted: Fixture, terse: Templates) -> None:
    altered = [(token.strip() + "s" if i == place else token, number) for i, (token, number) in enumerate(RIGHT)]
    numbers, reasons = expected(reply(*altered), scripted, terse)
    assert numbers == [None if i == place else number for i, (_, number) in enumerate(RIGHT)]
    assert reasons == ["1 of 6 tokens were altered or left out; 1 objects are of other tokens"]


@pytest.mark.parametrize("place", range(6))
def test_a_token_that_is_left_out_is_unparsed_and_shifts_nothing(
    place: int, scripted: Fixture, terse: Templates
) -> None:
    numbers, reasons = expected(reply(*(pair for i, pair in enumerate(RIGHT) if i != place)), scripted, terse)
    assert numbers == [None if i == place else number for i, (_, number) in enumerate(RIGHT)]
    assert reasons == ["1 of 6 tokens were altered or left out"]


def test_a_token_that_was_put_in_shifts_nothing_and_is_a_fault(scripted: Fixture, terse: Templates) -> None:
    numbers, reasons = expected(reply(RIGHT[0], (" big", 3), *RIGHT[1:]), scripted, terse)
    assert numbers == [number for _, number in RIGHT]
    assert reasons == ["1 objects are of other tokens"]


@pytest.mark.parametrize("number", [-1, 11, "high", None, True, [3]])
def test_a_number_outside_0_to_10_is_unparsed_and_not_clipped(
    number: object, scripted: Fixture, terse: Templates
) -> None:
    numbers, reasons = expected(reply(*RIGHT[:5], (" mat", number)), scripted, terse)
    assert numbers == [0.0, 9.0, 1.0, 0.0, 0.0, None]
    assert reasons == ["1 tokens have no number from 0 to 10"]


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_reply_that_broke_off_keeps_what_came_before(cut: int, scripted: Fixture, terse: Templates) -> None:
    whole = reply(*RIGHT)
    numbers, reasons = expected(whole[:-cut], scripted, terse)
    kept = whole[:-cut].count("}")
    assert numbers == [number if i < kept else None for i, (_, number) in enumerate(RIGHT)]
    assert len(reasons) == 1
    assert reasons[0].endswith("the list broke off")


def test_a_reply_without_json_is_unparsed_everywhere_and_is_never_a_zero(scripted: Fixture, terse: Templates) -> None:
    numbers, reasons = expected("The cat fires at 9.", scripted, terse)
    assert numbers == [None] * 6
    assert reasons == ["the reply holds no JSON list of objects: 'The cat fires at 9.'"]


def test_a_reply_in_another_order_gives_only_what_is_in_order(scripted: Fixture, terse: Templates) -> None:
    numbers, reasons = expected(reply(*reversed(RIGHT)), scripted, terse)
    assert sum(number is not None for number in numbers) < 4
    assert len(reasons) == 1


def test_parts_of_characters_ignored_positions_and_marks_stand_in_no_reply(scripted: Fixture, terse: Templates) -> None:
    excerpt = Excerpt(("<s>", "🙂", "", "\t", "<|im_end|>", "<|im_end|>"), frozenset({0}))
    model = scripted(
        completion=lambda *_: Completion(reply(("🙂", 3), ("\t", 4), ("<|im_end|\\>", 5), ("<|im_end|>", 6)), "stop")
    )
    simulated = simulate(StructuredSimulator(model, templates=terse, few_shot=None), excerpt)
    assert simulated.failures == ()
    assert simulated.simulations[0].expected_activations == [None, 3.0, 3.0, 4.0, 5.0, 6.0]
    (prompt,) = model.prompts
    assert "<s>" not in prompt[-1].content
    assert "<|im_end|>" not in prompt[-1].content


def test_a_request_that_failed_leaves_the_others_their_numbers(scripted: Fixture, terse: Templates) -> None:
    def answer(prompt: Any, _: object) -> Completion | Failure:
        return Failure("timeout", "late") if "dog" in prompt[-1].content else Completion(reply(*RIGHT), "stop")

    simulated = simulate(
        StructuredSimulator(scripted(completion=answer), templates=terse), Excerpt(("dog", " runs")), EXCERPT
    )
    assert simulated.failures == (Failure("timeout", "late"),)
    assert simulated.simulations[0].expected_activations == [None, None]
    assert None not in simulated.simulations[1].expected_activations


def test_an_answer_has_room_for_every_token(scripted: Fixture, terse: Templates) -> None:
    model = scripted(completion=lambda *_: Completion(reply(*RIGHT), "stop"))
    simulate(StructuredSimulator(model, templates=terse), EXCERPT)
    assert model.samplings[0].max_tokens > 2 * len(json.dumps(RIGHT).split())


def test_a_short_context_leaves_examples_out_and_then_excerpts(scripted: Fixture, terse: Templates) -> None:
    long = Excerpt(tuple(f" word{i}" for i in range(200)))
    whole = Description("scripted", "server", "chat", context_tokens=140)
    model = scripted(completion=lambda *_: Completion(reply(*RIGHT), "stop"), description=whole)
    simulated = simulate(StructuredSimulator(model, templates=terse), EXCERPT, long)
    assert [failure.kind for failure in simulated.failures] == ["rejected"]
    assert simulated.simulations[0].expected_activations == [number for _, number in RIGHT]
    assert simulated.simulations[1].expected_activations == [None] * 200
    (prompt,) = model.prompts
    kept = sum(message.role == "assistant" for message in prompt)
    assert kept + len(simulated.notes) == 2
    assert kept < 2
    shown = structured_messages(terse, terse.few_shot("default").simulate[:kept], "light that falls", ())
    assert simulated.prompt_hash == prompt_hash(shown)


def test_nothing_to_show_asks_for_nothing(scripted: Fixture, terse: Templates) -> None:
    model = scripted()
    simulated = simulate(StructuredSimulator(model, templates=terse), Excerpt(("<s>",), frozenset({0})), Excerpt(()))
    assert [one.expected_activations for one in simulated.simulations] == [[None], []]
    assert model.prompts == []


@pytest.mark.nightly
def test_a_real_server_answers_and_only_what_it_answered_counts(llama_cpp: str) -> None:
    excerpts = [Excerpt(("The", " chair")), Excerpt(("🙂", "", " table"))]

    async def main() -> Simulated:
        model = OpenAIServer("smollm2", llama_cpp, options=ServerOptions(concurrency=2, max_retries=0))
        simulator = StructuredSimulator(model, templates=load_templates(), few_shot="short")
        simulated = await simulator.simulate("words for furniture", excerpts)
        assert model.totals().failures == {}
        await model.close()
        return simulated

    simulated = asyncio.run(main())
    numbers = [value for one in simulated.simulations for value in one.expected_activations]
    assert len(numbers) == 5
    assert numbers[0] is not None  # it gets the first token right, if hardly any other
    assert all(value is None or 0 <= value <= 10 for value in numbers)
    assert len(simulated.failures) <= 2
    assert {failure.kind for failure in simulated.failures} <= {"unparsed"}
