"""Items worked on side by side, a thread each; what has to happen in their order takes turns.

Cores are used better by a batch each than by all of them working on one: nothing waits for the slowest part of a
matrix product, and while one batch is counted another goes on through the model.
"""

from __future__ import annotations

import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
Turn = Callable[[int], AbstractContextManager[None]]  # place -> what is done in turn there


class _GivenUpError(Exception):
    """Another lane has failed, or nobody wants the rest."""


class _Turns:
    """Each of several places is passed by numbers 0, 1, 2 and so on, one at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next: dict[int, int] = defaultdict(int)
        self._given_up = False

    @contextmanager
    def turn(self, number: int, place: int) -> Iterator[None]:
        self.wait(number, place)
        yield
        with self._changed:
            self._next[place] += 1
            self._changed.notify_all()

    def wait(self, number: int, place: int) -> None:
        """Until all numbers before ``number`` have passed a place."""
        with self._changed:
            self._changed.wait_for(lambda: self._given_up or self._next[place] >= number)
            if self._given_up:
                raise _GivenUpError

    def go_on(self) -> None:
        """Nothing, unless all lanes should end."""
        if self._given_up:
            raise _GivenUpError

    def give_up(self) -> None:
        with self._changed:
            self._given_up = True
            self._changed.notify_all()


class _Items(Iterator[tuple[int, T]]):
    """Numbered items, handed out to several threads."""

    def __init__(self, items: Iterable[T]) -> None:
        self._numbered = enumerate(items)
        self._lock = threading.Lock()

    def __next__(self) -> tuple[int, T]:
        with self._lock:
            return next(self._numbered)


def in_lanes(
    items: Iterable[T], work: Callable[[T, Turn], None], lanes: int, *, apart: int | None = None
) -> Generator[int]:
    """Call ``work(item, turn)`` for each item, in ``lanes`` threads; yields how many are done, whenever one is.

    ``with turn(place)`` waits until all earlier items have passed that place; every item must pass the same places in
    the same order. With one lane everything happens in the calling thread. What ``work`` raises ends all lanes and is
    raised here; leaving the generator early ends them too.

    :param apart: a place that the first item of one lane passes before that of the next lane is begun: lanes that
        follow close upon each other wait at every place.
    """
    turns, numbered = _Turns(), _Items(items)
    if lanes == 1:
        for number, item in numbered:
            work(item, partial(turns.turn, number))
            yield number + 1
        return
    finished: SimpleQueue[BaseException | None] = SimpleQueue()
    threads: list[threading.Thread] = []

    def lane() -> None:
        try:
            for number, item in numbered:
                turns.go_on()
                if number < lanes and apart is not None:
                    turns.wait(number, apart)
                work(item, partial(turns.turn, number))
                finished.put(None)
        except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
            finished.put(error)
            turns.give_up()
        else:
            finished.put(_GivenUpError())

    try:
        for number in range(lanes):
            thread = threading.Thread(target=lane, name=f"lane {number}")
            threads.append(thread)
            thread.start()
        yield from _counted(finished, lanes)
    finally:
        with _holding_ctrl_c():
            turns.give_up()
            for thread in threads:
                thread.join()


@contextmanager
def _holding_ctrl_c() -> Iterator[None]:
    """Ctrl-C waits until this is left, and then does what it would have done, once, however often it was pressed.

    ``Thread.join`` needs that: interrupted, it takes a thread for ended that is still at work (bpo-45274), and one that
    is in C++ when Python ends aborts the whole process.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or usual is None:  # it is not ours to hold
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if pressed:
            signal.raise_signal(signal.SIGINT)


def _counted(finished: SimpleQueue[BaseException | None], lanes: int) -> Iterator[int]:
    """Count items until all lanes have ended; raises what the first that failed raised."""
    done = 0
    while lanes:
        ended = finished.get()
        if ended is None:
            done += 1
            yield done
        elif isinstance(ended, _GivenUpError):
            lanes -= 1
        else:
            raise ended
