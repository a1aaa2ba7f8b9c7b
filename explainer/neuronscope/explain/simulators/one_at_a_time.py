"""An explanation and excerpts to simulations, a short completion for each token: its likeliest tokens hold the numbers.

Every token is asked for on its own, with ``unknown`` for those before it, so no answer rests on another and all can be
under way at once. A model that goes on with an answer that has begun (in process, or in plain text) reads exactly what
the all-at-once simulator has it read; a server's chat model is shown the listing so far and answers with a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from neuronscope.errors import BadInput
from neuronscope.explain.parts import Simulated, SimulatorKind
from neuronscope.explain.room import Kept, Messages, too_long
from neuronscope.explain.simulators.base import ModelSimulator
from neuronscope.explain.simulators.distribution import Guess, notes_on, simulation_of
from neuronscope.explain.simulators.written import NumberAhead, number_ahead
from neuronscope.llm.forms import before_answer
from neuronscope.llm.protocol import TOP_LIMIT, Failure, Reply, Sampling
from neuronscope.messages import Description, Message, Prompt, prompt_hash
from neuronscope.prompts.listing import shown_positions, shown_tokens
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.simulating import Examples, begin, listing_messages, number_messages
from neuronscope.prompts.templates import SimulateExample

# 10 may be two tokens, and a chat model's answer may begin with a blank.
_GOING_ON = Sampling(temperature=0, max_tokens=2, top_logprobs=TOP_LIMIT)
_ANSWERING = Sampling(temperature=0, max_tokens=3, top_logprobs=TOP_LIMIT)
_WRITTEN = _ANSWERING.max_tokens + 1  # tokens behind a listing: an answer, after a 1 where it has to be parted from 10

_SILENT = Failure("malformed", "the answer came without the log-probabilities that were asked for")

# By how much an expected value may be too low because a 10 is taken for a 1: too little to ask again, and too much to
# be called a number.
_NEGLIGIBLE = 0.01
_TOO_MUCH = 1.0


@dataclass(frozen=True)
class _Place:
    """A shown token: of which excerpt, at which position, and the listing up to where its number would stand."""

    excerpt: int
    position: int
    begun: str


class OneAtATimeSimulator(ModelSimulator):
    """A Simulator for models that tell the likeliest tokens of what they write, as most servers do."""

    kind: SimulatorKind = "one-at-a-time"

    @cached_property
    def _goes_on(self) -> bool:
        return _goes_on(self._description)

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        """Expected values and distributions over 0 to 10; a token whose answer failed is None, the rest stay.

        :raises BadInput: the model tells no log-probabilities of what it writes.
        """
        places, failures = self._places(explanation, excerpts)
        kept = self._keep(explanation, places)
        answers = await asyncio.gather(*(self._ask(kept.examples, explanation, place.begun) for place in places))
        self._refuse_silence(answers)
        guesses: dict[int, dict[int, Guess]] = {}
        for place, answer in zip(places, answers, strict=True):
            if isinstance(answer, Failure):
                failures.append(answer)
            else:
                guesses.setdefault(place.excerpt, {})[place.position] = answer.guess()
        simulations = [simulation_of(one, guesses.get(number, {})) for number, one in enumerate(excerpts)]
        notes = (*kept.notes, *notes_on(guesses.values()), *_open_ones(answers))
        shared = prompt_hash(self._messages(kept.examples, explanation, ""))
        return Simulated(tuple(simulations), tuple(failures), shared, notes)

    def _places(self, explanation: str, excerpts: Sequence[Excerpt]) -> tuple[list[_Place], list[Failure]]:
        """The tokens to ask for, and failures for excerpts that are too long with no example at all."""
        places: list[_Place] = []
        failures = []
        for number, excerpt in enumerate(excerpts):
            tokens = shown_tokens(excerpt)
            of_excerpt = [
                _Place(number, position, begin(tokens, index))
                for index, position in enumerate(shown_positions(excerpt))
            ]
            longest = of_excerpt[-1].begun if of_excerpt else ""
            if not self._room.holds(self._messages((), explanation, longest), self._reserve(longest)):
                failures.append(too_long(number, self._room.limit))
            else:
                places += of_excerpt
        return places, failures

    def _keep(self, explanation: str, places: Sequence[_Place]) -> Kept[SimulateExample]:
        """The examples that leave room for the longest of all listings."""
        longest = max((place.begun for place in places), key=len, default="")

        def build(examples: Examples) -> Messages:
            return self._messages(examples, explanation, longest)

        return self._room.keep(build, self._examples, self._reserve(longest))

    def _reserve(self, begun: str) -> int:
        """Tokens that follow the messages: the listing, unless they hold it, and the answer."""
        return (self._room.count(begun) if self._goes_on else 0) + _WRITTEN

    def _messages(self, examples: Examples, explanation: str, begun: str) -> Messages:
        """What the listing follows, or, where that cannot be, what holds it."""
        if self._goes_on:
            return listing_messages(self._templates, examples, explanation)
        return number_messages(self._templates, examples, explanation, begun)

    def _prompt(self, examples: Examples, explanation: str, begun: str) -> Prompt:
        messages = self._messages(examples, explanation, begun)
        if not self._goes_on:
            return messages
        if self._description.prompt_form == "text":
            return before_answer(messages) + begun
        return (*messages, Message("assistant", begun))

    async def _ask(self, examples: Examples, explanation: str, begun: str) -> NumberAhead | Failure:
        """The numbers that may stand at the end of a listing."""
        sampling = _GOING_ON if self._goes_on else _ANSWERING
        ahead = _read(await self._model.complete(self._prompt(examples, explanation, begun), sampling=sampling))
        if isinstance(ahead, Failure) or ahead.farthest_off() < _NEGLIGIBLE:
            return ahead
        if self._goes_on:
            after_one = self._prompt(examples, explanation, begun + "1")
            return _part(ahead, await self._model.complete(after_one, sampling=_GOING_ON))
        if ahead.farthest_off() > _TOO_MUCH:
            return Failure("unparsed", "how much of what is likely to be 1 is the beginning of 10 was not told")
        return ahead

    def _refuse_silence(self, answers: Sequence[NumberAhead | Failure]) -> None:
        """:raises BadInput: no answer at all came with log-probabilities, although some came."""
        told = [answer for answer in answers if isinstance(answer, NumberAhead) or answer.kind == "unparsed"]
        if not told and any(answer == _SILENT for answer in answers):
            raise BadInput(
                f"{self._description.name} gives no log-probabilities of what it writes: use the structured simulator"
            )


def _goes_on(description: Description) -> bool:
    """Whether the model goes on with an answer that has begun."""
    if description.members:
        return all(map(_goes_on, description.members))
    return description.prompt_form == "text" or description.kind == "local"


def _read(reply: Reply) -> NumberAhead | Failure:
    (choice,) = reply.choices
    if isinstance(choice, Failure):
        return choice
    if not choice.logprobs or not any(token.top for token in choice.logprobs):
        return _SILENT
    ahead = number_ahead(choice.logprobs)
    if ahead is None or ahead.guess().expected is None:
        return Failure("unparsed", f"no number from 0 to 10 is among the likeliest tokens of {choice.text[:40]!r}")
    return ahead


def _part(ahead: NumberAhead, reply: Reply) -> NumberAhead | Failure:
    """Ten taken out of one by a completion after that one."""
    (choice,) = reply.choices
    if isinstance(choice, Failure):
        return choice
    return ahead.with_ten(choice.logprobs[0]) if choice.logprobs else _SILENT


def _open_ones(answers: Sequence[NumberAhead | Failure]) -> tuple[str, ...]:
    """A sentence where 1 may be too likely in places."""
    some = sum(isinstance(answer, NumberAhead) and answer.farthest_off() >= _NEGLIGIBLE for answer in answers)
    if not some:
        return ()
    return (f"at {some} tokens a part of what is likely to be 10 may count as 1, by {_TOO_MUCH:g} of 10 at most",)
