"""Coroutines in, what they gave out; where one fails the others are called off, and its own error is raised."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def gathered(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """What each gave, in order; all run at once."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        await _call_off(tasks)
        raise


async def in_flight(items: Iterable[T], work: Callable[[T], Awaitable[R]], *, limit: int) -> AsyncIterator[tuple[T, R]]:
    """``work`` of every item, with the item, as they end; an item is drawn when fewer than ``limit`` are under way."""
    rest = iter(items)
    running: dict[asyncio.Future[R], T] = {}
    try:
        while True:
            while len(running) < limit and (item := next(rest, _END)) is not _END:
                running[asyncio.ensure_future(work(item))] = item
            if not running:
                return
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        await _call_off(list(running))


async def _call_off(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


_END: Any = object()
