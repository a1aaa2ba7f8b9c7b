"""Counting from many threads, and money."""

from __future__ import annotations

import threading

import pytest

from neuronscope.llm import Prices, Totals
from neuronscope.llm.accounting import Account


def test_counts_from_many_threads_are_all_there() -> None:
    account = Account(Prices(1.0, 3.0))

    def work() -> None:
        for _ in range(500):
            account.add_request(10, 2, retries=1)
            account.add_failed_request(retries=2)
            account.add_failures(["timeout", "empty"])
            account.add_cached()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    totals = account.totals()
    assert (totals.requests, totals.retries, totals.cached, totals.uncounted) == (8000, 12000, 4000, 4000)
    assert (totals.prompt_tokens, totals.completion_tokens) == (40_000, 8_000)
    assert totals.failures == {"timeout": 4000, "empty": 4000}
    assert totals.cost == pytest.approx((40_000 * 1 + 8_000 * 3) / 1e6)


def test_without_prices_there_is_no_cost_and_not_zero() -> None:
    account = Account()
    account.add_request(1, 1)
    assert account.totals().cost is None


def test_a_cost_that_one_of_two_does_not_know_is_not_known() -> None:
    assert (Totals(cost=1.0) + Totals(cost=0.5)).cost == 1.5
    assert (Totals(cost=1.0) + Totals()).cost is None


def test_an_answer_without_counts_is_counted_as_such() -> None:
    account = Account()
    account.add_request(None, 5)
    account.add_request(5, None)
    assert (account.totals().requests, account.totals().uncounted) == (2, 2)
