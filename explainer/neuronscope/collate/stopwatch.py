"""Seconds by stage of a run; what runs inside another stage is counted once, as its own."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """``with watch.stage("write"): ...`` adds to ``watch.seconds["write"]``."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._clock = clock
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what runs inside as ``name``."""
        self._switch()
        self._running.append(name)
        try:
            yield
        finally:
            self._switch()
            self._running.pop()

    def add(self, other: Stopwatch, *, share: float = 1.0) -> None:
        """Add a share of what another one has measured, such as one of several threads."""
        for name, seconds in other.seconds.items():
            self.seconds[name] += share * seconds

    def _switch(self) -> None:
        now = self._clock()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now
