"""Many small reads at once, given out in the order they were asked for; no more than a bounded number are under way."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from neuronscope.errors import BadInput

T = TypeVar("T")
R = TypeVar("R")


def in_order(work: Callable[[T], R], items: Iterable[T], *, concurrency: int) -> Iterator[R]:
    """``work(item)`` for each item, in order, on ``concurrency`` threads.

    ``items`` is drawn from only as results go out, so that it may be endless. An error of ``work`` is raised at its
    place in the order; what was not begun then is dropped.

    :raises BadInput: ``concurrency`` is below 1.
    """
    _refuse_none(concurrency)
    return _in_order(work, iter(items), concurrency)


def _in_order(work: Callable[[T], R], items: Iterator[T], concurrency: int) -> Iterator[R]:
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="neuronscope-read")
    try:
        waiting: deque[Future[R]] = deque(pool.submit(work, item) for item in islice(items, 2 * concurrency))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(work, item) for item in islice(items, 1))
            yield result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


async def in_order_async(work: Callable[[T], R], items: Iterable[T], *, concurrency: int) -> AsyncIterator[R]:
    """The async form of :func:`in_order`: the event loop goes on while threads read.

    :raises BadInput: ``concurrency`` is below 1.
    """
    import asyncio  # who is called from it has it already; others need not wait for it

    _refuse_none(concurrency)
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="neuronscope-read")
    loop, rest = asyncio.get_running_loop(), iter(items)
    try:
        waiting = deque(loop.run_in_executor(pool, work, item) for item in islice(rest, 2 * concurrency))
        while waiting:
            result = await waiting.popleft()
            waiting.extend(loop.run_in_executor(pool, work, item) for item in islice(rest, 1))
            yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _refuse_none(concurrency: int) -> None:
    if concurrency < 1:
        raise BadInput(f"concurrency is {concurrency}; at least 1 read at a time is needed.")
