"""An explanation and excerpts to simulations without log-probabilities: a model answers with numbers as JSON.

One request for each excerpt. A number counts where the reply holds the very token that was shown; what the model
altered, left out, or gave no number from 0 to 10 is without a number there, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from neuronscope.explain.parts import Simulated, SimulatorKind
from neuronscope.explain.room import Kept, Messages, too_long
from neuronscope.explain.simulators.alignment import align
from neuronscope.explain.simulators.base import ModelSimulator
from neuronscope.explain.simulators.distribution import Guess, certain, simulation_of
from neuronscope.llm.protocol import Failure, Reply, Sampling
from neuronscope.messages import prompt_hash
from neuronscope.prompts.listing import HIGHEST, shown_positions, shown_tokens
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.simulating import Examples, structured_messages
from neuronscope.prompts.structured import Items, answer_json, read_items, said, shown
from neuronscope.prompts.templates import SimulateExample


@dataclass(frozen=True)
class _Asked:
    """An excerpt's number, its shown positions and their tokens, and how many tokens an answer may have."""

    number: int
    positions: tuple[int, ...]
    tokens: tuple[str, ...]
    answer_tokens: int


class StructuredSimulator(ModelSimulator):
    """A Simulator for any model that follows instructions; every distribution is the one number it gave."""

    kind: SimulatorKind = "structured"

    @cached_property
    def _counted(self) -> dict[str, int]:
        return {}

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        """The numbers that the model gave; a reply that is not whole is one failure, and what could be read stays."""
        asked = [self._asked(number, excerpt) for number, excerpt in enumerate(excerpts)]
        fitting, failures = self._fitting(explanation, [one for one in asked if one.positions])
        kept = self._keep(explanation, fitting)
        answers = await asyncio.gather(*(self._ask(kept.examples, explanation, one) for one in fitting))
        guesses: dict[int, dict[int, Guess]] = {}
        for one, (read, failure) in zip(fitting, answers, strict=True):
            guesses[one.number] = read
            failures += [failure] if failure else []
        simulations = [simulation_of(one, guesses.get(number, {})) for number, one in enumerate(excerpts)]
        shared = prompt_hash(structured_messages(self._templates, kept.examples, explanation, ()))
        return Simulated(tuple(simulations), tuple(failures), shared, kept.notes)

    def _asked(self, number: int, excerpt: Excerpt) -> _Asked:
        tokens = shown(shown_tokens(excerpt))
        longest = sum(map(self._object_tokens, tokens))
        # Models indent, and put fences around; what is longer than that goes astray.
        return _Asked(number, tuple(shown_positions(excerpt)), tokens, 2 * longest + 32)

    def _object_tokens(self, token: str) -> int:
        """Model tokens of one object of an answer; tokens of texts come again and again, and counting takes time."""
        if token not in self._counted:
            self._counted[token] = self._model.count_tokens(answer_json([token], [HIGHEST]))
        return self._counted[token]

    def _fitting(self, explanation: str, asked: Sequence[_Asked]) -> tuple[list[_Asked], list[Failure]]:
        """What fits without examples, and failures for the rest."""
        fitting = [one for one in asked if self._room.holds(self._messages((), explanation, one), one.answer_tokens)]
        return fitting, [too_long(one.number, self._room.limit) for one in asked if one not in fitting]

    def _keep(self, explanation: str, asked: Sequence[_Asked]) -> Kept[SimulateExample]:
        """The examples that leave room for the longest excerpt and its answer."""
        longest = max(asked, key=lambda one: one.answer_tokens, default=None)
        if longest is None:
            return Kept(self._examples)

        def build(examples: Examples) -> Messages:
            return self._messages(examples, explanation, longest)

        return self._room.keep(build, self._examples, longest.answer_tokens)

    def _messages(self, examples: Examples, explanation: str, asked: _Asked) -> Messages:
        return structured_messages(self._templates, examples, explanation, asked.tokens)

    async def _ask(
        self, examples: Examples, explanation: str, asked: _Asked
    ) -> tuple[dict[int, Guess], Failure | None]:
        """The numbers by position, and what was wrong with the reply."""
        sampling = Sampling(temperature=0, max_tokens=asked.answer_tokens)
        return _read(await self._model.complete(self._messages(examples, explanation, asked), sampling=sampling), asked)


def _read(reply: Reply, asked: _Asked) -> tuple[dict[int, Guess], Failure | None]:
    (choice,) = reply.choices
    if isinstance(choice, Failure):
        return {}, choice
    found = read_items(choice.text)
    if found is None:
        return {}, Failure("unparsed", f"the reply holds no JSON list of objects: {choice.text[:60]!r}")
    places = align(asked.tokens, said(found, asked.tokens), whole=found.closed)
    values = [None if place is None else found.items[place].value for place in places]
    pairs = zip(asked.positions, values, strict=True)
    return {position: certain(value) for position, value in pairs if value is not None}, _fault(found, places, values)


def _fault(found: Items, places: Sequence[int | None], values: Sequence[float | None]) -> Failure | None:
    """Why a reply is not what was asked for; None where it is."""
    paired = sum(place is not None for place in places)
    counts = {
        f"{len(places) - paired} of {len(places)} tokens were altered or left out": len(places) - paired,
        f"{len(found.items) - paired} objects are of other tokens": len(found.items) - paired,
        f"{paired - _known(values)} tokens have no number from 0 to 10": paired - _known(values),
        "the list broke off": not found.closed,
    }
    faults = [sentence for sentence, count in counts.items() if count]
    return Failure("unparsed", "; ".join(faults)) if faults else None


def _known(values: Sequence[float | None]) -> int:
    return sum(value is not None for value in values)
