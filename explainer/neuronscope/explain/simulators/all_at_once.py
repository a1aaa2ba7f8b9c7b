"""An explanation and excerpts to simulations, from the log-probabilities of a prompt: all tokens of all texts at once.

Each excerpt is a listing in which every number is ``unknown``; at each of these places the model tells how likely the
strings "0" to "10" are instead (method, section 6). What all listings follow is read once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.explain.parts import Simulated, SimulatorKind
from neuronscope.explain.room import Kept, Messages, too_long
from neuronscope.explain.simulators.base import ModelSimulator
from neuronscope.explain.simulators.distribution import NUMBER_TEXTS, Guess, guess_of, notes_on, simulation_of
from neuronscope.llm.protocol import CandidateLogprobs, CandidateQuestion, Failure
from neuronscope.messages import prompt_hash
from neuronscope.prompts.listing import Listing, open_listing, shown_positions, shown_tokens
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.simulating import Examples, listing_messages
from neuronscope.prompts.templates import SimulateExample


@dataclass(frozen=True)
class _Asked:
    """An excerpt's number, its shown positions, and the listing of them."""

    number: int
    positions: tuple[int, ...]
    listing: Listing


class AllAtOnceSimulator(ModelSimulator):
    """A Simulator for a model in process, or for a server that honours ``echo`` with ``logprobs``."""

    kind: SimulatorKind = "all-at-once"

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        """Expected values and distributions over 0 to 10; what failed is in ``failures``, its positions are None.

        :raises BadInput: the model tells no log-probabilities of a prompt, or its tokenizer cannot write the numbers.
        """
        asked = [_asked(number, excerpt) for number, excerpt in enumerate(excerpts)]
        fitting, failures = self._fitting(explanation, [one for one in asked if one.positions])
        kept = self._keep(explanation, fitting)
        messages = listing_messages(self._templates, kept.examples, explanation)
        answers = await asyncio.gather(*(self._ask(messages, some) for some in self._together(fitting)))
        guesses: dict[int, dict[int, Guess]] = {}
        for answer in answers:
            if isinstance(answer, Failure):
                failures.append(answer)
            else:
                guesses |= answer
        simulations = [simulation_of(one, guesses.get(number, {})) for number, one in enumerate(excerpts)]
        notes = kept.notes + notes_on(guesses.values())
        return Simulated(tuple(simulations), tuple(failures), prompt_hash(messages), notes)

    def _fitting(self, explanation: str, asked: Sequence[_Asked]) -> tuple[list[_Asked], list[Failure]]:
        """What fits behind the messages without examples, and failures for the rest."""
        bare = listing_messages(self._templates, (), explanation)
        fitting = [one for one in asked if self._room.holds(bare, self._size(one))]
        return fitting, [too_long(one.number, self._room.limit) for one in asked if one not in fitting]

    def _keep(self, explanation: str, asked: Sequence[_Asked]) -> Kept[SimulateExample]:
        """The examples that leave room for the longest excerpt."""

        def build(examples: Examples) -> Messages:
            return listing_messages(self._templates, examples, explanation)

        return self._room.keep(build, self._examples, max(map(self._size, asked), default=0))

    def _size(self, asked: _Asked) -> int:
        """Tokens of a listing; where 10 is two tokens, each place has one more that goes through the model."""
        return self._room.count(asked.listing.text) + len(asked.positions)

    def _together(self, asked: Sequence[_Asked]) -> list[Sequence[_Asked]]:
        """In process one question reads the messages once; a server is asked for each text, and fails for each."""
        if self._description.kind == "local":
            return [asked] if asked else []
        return [[one] for one in asked]

    async def _ask(self, messages: Messages, asked: Sequence[_Asked]) -> dict[int, dict[int, Guess]] | Failure:
        """For each excerpt's number the guesses by position."""
        texts = tuple(one.listing.text for one in asked)
        offsets = tuple(one.listing.offsets for one in asked)
        answer = await self._model.candidate_logprobs(CandidateQuestion(messages, texts, offsets, NUMBER_TEXTS))
        if isinstance(answer, Failure):
            return answer
        return {one.number: _guesses(one, answer, row) for row, one in enumerate(asked)}


def _asked(number: int, excerpt: Excerpt) -> _Asked:
    return _Asked(number, tuple(shown_positions(excerpt)), open_listing(shown_tokens(excerpt)))


def _guesses(asked: _Asked, answer: CandidateLogprobs, row: int) -> dict[int, Guess]:
    return {
        position: guess_of({number: logprob for number, logprob in enumerate(values) if logprob is not None})
        for position, values in zip(asked.positions, answer.values[row], strict=True)
    }
