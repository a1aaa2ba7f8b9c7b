"""What was asked of a model and what it cost: counts in from any thread or task, one frozen total out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens read and for a million tokens written."""

    input_per_million: float
    output_per_million: float

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for so many tokens."""
        return (prompt_tokens * self.input_per_million + completion_tokens * self.output_per_million) / 1_000_000


@dataclass(frozen=True)
class Totals:
    """Sums since the model was opened.

    ``failures`` counts answers by the kind of their failure. Requests whose answer did not say how many tokens it took
    are in ``uncounted``, and missing from tokens and cost. ``cost`` is US dollars, None where no prices were given.
    """

    requests: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted: int = 0
    cached: int = 0  # answers that were taken from the cache; they are not among the requests
    cost: float | None = None
    failures: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Totals) -> Totals:
        """Both together; a cost that only one of them knows is not known for both."""
        known = self.cost is not None and other.cost is not None
        return Totals(
            requests=self.requests + other.requests,
            retries=self.retries + other.retries,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            uncounted=self.uncounted + other.uncounted,
            cached=self.cached + other.cached,
            cost=(self.cost or 0.0) + (other.cost or 0.0) if known else None,
            failures=dict(Counter(self.failures) + Counter(other.failures)),
        )


class Account:
    """Counts requests; safe to share between threads and tasks."""

    def __init__(self, prices: Prices | None = None) -> None:
        self._prices = prices
        self._lock = threading.Lock()
        self._totals = Totals(cost=None if prices is None else 0.0)

    def add_request(self, prompt_tokens: int | None, completion_tokens: int | None, *, retries: int = 0) -> None:
        """One answered request; token counts are None where the answer did not give them."""
        known = prompt_tokens is not None and completion_tokens is not None
        read, written = prompt_tokens or 0, completion_tokens or 0
        self._add(
            Totals(
                requests=1,
                retries=retries,
                prompt_tokens=read,
                completion_tokens=written,
                uncounted=0 if known else 1,
                cost=None if self._prices is None else self._prices.cost(read, written),
            )
        )

    def add_failed_request(self, *, retries: int = 0) -> None:
        """One request that got no answer. What it may have cost nobody said."""
        self._add(self._free(requests=1, retries=retries, uncounted=1))

    def add_failures(self, kinds: Iterable[str]) -> None:
        """Answers that failed, by the kind of failure."""
        counted = dict(Counter(kinds))
        if counted:
            self._add(self._free(failures=counted))

    def add_cached(self) -> None:
        """One answer that was already there."""
        self._add(self._free(cached=1))

    def totals(self) -> Totals:
        """The sums so far."""
        with self._lock:
            return self._totals

    def _free(
        self,
        *,
        requests: int = 0,
        retries: int = 0,
        uncounted: int = 0,
        cached: int = 0,
        failures: Mapping[str, int] | None = None,
    ) -> Totals:
        cost = None if self._prices is None else 0.0
        return Totals(requests, retries, 0, 0, uncounted, cached, cost, failures or {})

    def _add(self, totals: Totals) -> None:
        with self._lock:
            self._totals = self._totals + totals
