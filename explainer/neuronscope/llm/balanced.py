"""Several models as one: a request in, the answer of whichever has least to do."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence

from neuronscope.errors import BadInput
from neuronscope.llm.accounting import Totals
from neuronscope.llm.protocol import PASSING, LanguageModel
from neuronscope.llm.requests import Answer, ByRequest, Request, ask, failures_in
from neuronscope.messages import Description, Prompt


class Balanced(ByRequest):
    """A LanguageModel over several. A request whose server fails goes on to the others, once each.

    The failures on the way are in the totals; an answer that failed has failed everywhere.
    """

    def __init__(self, models: Sequence[LanguageModel]) -> None:
        """:raises BadInput: no models."""
        if not models:
            raise BadInput("no models to balance: give at least one")
        self._models = list(models)
        self._under_way = [0] * len(models)
        self._last = -1

    def describe(self) -> Description:
        """The members, in an order of their own so that the order in which they were given does not matter."""
        members = sorted((model.describe() for model in self._models), key=repr)
        names = ", ".join(dict.fromkeys(member.name for member in members))
        contexts = [member.context_tokens for member in members]
        known = [context for context in contexts if context is not None]
        shortest = min(known) if len(known) == len(contexts) else None
        return Description(names, "balanced", members[0].prompt_form, shortest, members=tuple(members))

    def totals(self) -> Totals:
        """The sums of all members."""
        return functools.reduce(operator.add, [model.totals() for model in self._models])

    def count_tokens(self, prompt: Prompt) -> int:
        """The most that a member counts, since each of them may be asked."""
        return max(model.count_tokens(prompt) for model in self._models)

    async def close(self) -> None:
        """Close all members."""
        for model in self._models:
            await model.close()

    async def answer(self, request: Request) -> Answer:
        """:raises BadInput: a member cannot be asked at all."""
        left = set(range(len(self._models)))
        while True:
            chosen = self._next(left)
            left.discard(chosen)
            answer = await self._ask(chosen, request)
            if not left or not any(failure.kind in PASSING for failure in failures_in(answer)):
                return answer

    def _next(self, among: set[int]) -> int:
        """The one with the fewest requests under way; of several, the next after the last that was chosen."""
        count = len(self._models)
        self._last = min(among, key=lambda i: (self._under_way[i], (i - self._last - 1) % count))
        return self._last

    async def _ask(self, index: int, request: Request) -> Answer:
        self._under_way[index] += 1
        try:
            return await ask(self._models[index], request)
        finally:
            self._under_way[index] -= 1
