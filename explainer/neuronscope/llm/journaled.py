"""A model whose answers are written to a journal before anybody sees them: requests in, known or new answers out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from neuronscope.errors import BadInput
from neuronscope.llm.accounting import Account, Totals
from neuronscope.llm.journal import Journal
from neuronscope.llm.protocol import PASSING, LanguageModel
from neuronscope.llm.requests import (
    Answer,
    ByRequest,
    Request,
    answer_json,
    ask,
    digest,
    failures_in,
    identity,
    read_answer,
)
from neuronscope.messages import Description, Prompt


class BudgetSpent(Exception):
    """No more may be asked: what was asked has cost as much as was allowed."""


class Budget:
    """US dollars that some models together may cost; requests under way when they are spent are still paid for."""

    def __init__(self, dollars: float, models: Sequence[LanguageModel]) -> None:
        """:raises BadInput: nothing to spend, or a model without prices."""
        if not dollars > 0:
            raise BadInput(f"the budget is {dollars} US dollars: give more than 0, or leave it out")
        if any(model.totals().cost is None for model in models):
            raise BadInput("a budget needs prices: say what a million tokens read and written cost")
        self._dollars, self._models = dollars, list(models)

    def spent(self) -> float:
        """What was spent so far."""
        return sum(model.totals().cost or 0.0 for model in self._models)

    def check(self) -> None:
        """:raises BudgetSpent: there is nothing left."""
        if self.spent() >= self._dollars:
            raise BudgetSpent(f"{self.spent():.4f} of {self._dollars:g} US dollars are spent")


class Journaled(ByRequest):
    """A LanguageModel in front of another. The same question asked twice, even at once, is one request.

    Answers that the journal holds are given again. Failures that may pass are asked for again, others are kept.
    """

    def __init__(
        self, model: LanguageModel, journal: Journal, *, name: str, budget: Budget | None = None, at_once: int = 8
    ) -> None:
        """``name`` is this model's in the journal; with a ``budget``, up to ``at_once`` requests are under way."""
        self._model, self._journal, self._name = model, journal, name
        self._budget = budget
        self._slots = asyncio.Semaphore(at_once)
        self._under_way: dict[str, asyncio.Task[Answer]] = {}
        self._account = Account()

    def describe(self) -> Description:
        """The other model's."""
        return self._model.describe()

    def totals(self) -> Totals:
        """The other model's, and how many answers were in the journal."""
        totals = self._model.totals()
        return replace(totals, cached=totals.cached + self._account.totals().cached)

    def count_tokens(self, prompt: Prompt) -> int:
        """As the other model counts."""
        return self._model.count_tokens(prompt)

    async def close(self) -> None:
        """Close the other model."""
        await self._model.close()

    async def settle(self) -> None:
        """Wait for requests that are under way and that nobody waits for any more."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def answer(self, request: Request) -> Answer:
        """:raises BudgetSpent: it would be a new request, and the budget is spent.
        :raises StorageFailed: the journal cannot be written.
        """
        key = self._key(request)
        kept = self._journal.find(key)
        known = None if kept is None else read_answer(kept, request)
        if known is not None:
            self._account.add_cached()
            return known
        if key not in self._under_way:
            task = asyncio.get_running_loop().create_task(self._ask(key, request))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        # Who waits may be called off; an answer that is being paid for is still written down.
        return await asyncio.shield(self._under_way[key])

    async def _ask(self, key: str, request: Request) -> Answer:
        async with self._slots if self._budget is not None else contextlib.nullcontext():
            if self._budget is not None:
                self._budget.check()
            answer = await ask(self._model, request)
        passing = any(failure.kind in PASSING for failure in failures_in(answer))
        self._journal.add(key, answer_json(answer), model=self._name, totals=self._model.totals(), passing=passing)
        return answer

    def _ended(self, key: str, task: asyncio.Task[Answer]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # who waited has it; where nobody did, it is no news

    def _key(self, request: Request) -> str:
        return digest(self._identity, request).hex()

    @cached_property
    def _identity(self) -> bytes:
        return identity(self._model.describe())
