"""An explanation and examples to the messages by which a model simulates a unit: a listing, a number, or JSON. Pure.

The messages of a listing are followed by the listing itself, as the beginning of the answer; the two others ask for an
answer. Examples stand before as turns of the same conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from neuronscope.messages import Message
from neuronscope.prompts.listing import listing, open_listing, plain_text
from neuronscope.prompts.structured import answer_json, shown, tokens_json
from neuronscope.prompts.templates import SimulateExample, Templates

Examples = Sequence[SimulateExample]


def listing_messages(templates: Templates, examples: Examples, explanation: str) -> tuple[Message, ...]:
    """What an open listing follows. An example's numbers are unknown at first, and known from some token on."""
    asked = [_about(one.explanation) for one in examples]
    answers = [listing(one.tokens, one.shown_numbers()) for one in examples]
    return _conversation(templates, "simulate", [*asked, _about(explanation)], answers)


def number_messages(templates: Templates, examples: Examples, explanation: str, begun: str) -> tuple[Message, ...]:
    """What is answered with the number of the last token of a listing; ``begun`` ends with that token and its tab.

    By turns an example asks for the strongest and for the weakest of its known tokens.
    """
    places = [_asked_position(one, strongest=turn % 2 == 0) for turn, one in enumerate(examples)]
    asked = [
        _about(one.explanation) | {"listing": _ended(begin(one.tokens, place))}
        for one, place in zip(examples, places, strict=True)
    ]
    answers = [str(one.numbers[place]) for one, place in zip(examples, places, strict=True)]
    return _conversation(
        templates, "one-at-a-time", [*asked, _about(explanation) | {"listing": _ended(begun)}], answers
    )


def structured_messages(
    templates: Templates, examples: Examples, explanation: str, tokens: Sequence[str]
) -> tuple[Message, ...]:
    """What is answered with a JSON list that has an object for each of the ``tokens``, which are as they are shown.

    The examples' numbers are all given.
    """
    turns = [_as_json(one) for one in examples]
    asked = [_about(one.explanation) | {"tokens": given} for one, (given, _) in zip(examples, turns, strict=True)]
    answers = [answer for _, answer in turns]
    return _conversation(
        templates, "structured", [*asked, _about(explanation) | {"tokens": tokens_json(tokens)}], answers
    )


@lru_cache(maxsize=256)
def _as_json(example: SimulateExample) -> tuple[str, str]:
    """What is given and what is answered; the same for every text that is asked about."""
    tokens = shown(example.tokens)
    return tokens_json(tokens), answer_json(tokens, example.numbers)


def begin(tokens: Sequence[str], position: int) -> str:
    """A listing with unknown numbers up to where the number of the token at ``position`` would stand."""
    whole = open_listing(tokens)
    return whole.text[: whole.offsets[position]]


def _asked_position(example: SimulateExample, *, strongest: bool) -> int:
    """The first of the strongest, or of the weakest, among the known tokens."""
    known = range(example.first_known, len(example.tokens))
    return (max if strongest else min)(known, key=lambda position: example.numbers[position])


def _ended(begun: str) -> str:
    """Without the tab: chat templates trim what a message ends with, each in its own way."""
    return begun.removesuffix("\t")


def _about(explanation: str) -> dict[str, str]:
    """An explanation as the part of a sentence that the templates make it."""
    return {"explanation": plain_text(explanation.strip().removesuffix("."))}


def _conversation(
    templates: Templates, job: str, asked: Sequence[Mapping[str, str]], answers: Sequence[str]
) -> tuple[Message, ...]:
    """The system's message, what is asked of each unit, and the answers to all but the last."""
    messages = [Message("system", templates.text(f"{job}-system"))]
    for unit, values in enumerate(asked, start=1):
        messages.append(Message("user", templates.text(f"{job}-user", {**values, "unit": str(unit)})))
        messages += [Message("assistant", answer) for answer in answers[unit - 1 : unit]]
    return tuple(messages)
