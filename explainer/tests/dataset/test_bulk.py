"""Many reads at once."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.bulk import in_order, in_order_async
from neuronscope.errors import BadInput


async def collected(work, items, **options):
    return [result async for result in in_order_async(work, items, **options)]


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 9))
def test_results_come_in_the_order_asked(items, concurrency):
    def work(item: int) -> int:
        time.sleep(item / 20_000)
        return item * 2

    expected = [item * 2 for item in items]
    assert list(in_order(work, items, concurrency=concurrency)) == expected
    assert asyncio.run(collected(work, items, concurrency=concurrency)) == expected


def test_no_more_than_asked_run_at_once_and_items_are_drawn_as_results_go_out():
    running, most, lock = 0, 0, threading.Lock()
    drawn = itertools.count()

    def work(item: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.001)
        with lock:
            running -= 1
        return item

    results = in_order(work, drawn, concurrency=3)
    assert [next(results) for _ in range(20)] == list(range(20))
    results.close()
    assert most == 3
    assert next(drawn) <= 20 + 2 * 3


@pytest.mark.parametrize(
    "run", [lambda *a, **k: list(in_order(*a, **k)), lambda *a, **k: asyncio.run(collected(*a, **k))]
)
def test_an_error_is_raised_in_its_place(run):
    with pytest.raises(ZeroDivisionError):
        run(lambda item: 1 / item, [1, 2, 0, 3], concurrency=2)
    with pytest.raises(BadInput, match="at least 1"):
        run(abs, [1], concurrency=0)


def test_the_event_loop_goes_on_meanwhile():
    async def both() -> int:
        ticks = 0
        reading = asyncio.create_task(collected(time.sleep, [0.05], concurrency=1))
        while not reading.done():
            ticks += 1
            await asyncio.sleep(0.001)
        return ticks

    assert asyncio.run(both()) > 5
