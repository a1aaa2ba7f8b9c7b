"""A bounded memory of things that are cheap to keep and dear to make: by key in, the thing or None out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    value: V
    size: int
    until: float


class Memory(Generic[V]):
    """Keeps values for ``age`` seconds and at most ``size`` bytes of them; the oldest go first. Thread-safe."""

    def __init__(self, *, size: int, age: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._age, self._clock = size, age, clock
        self._entries: dict[Hashable, _Entry[V]] = {}  # in order of arrival
        self._used = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """What was put there, while it is young enough. Takes no lock: this is the busiest line of the server."""
        entry = self._entries.get(key)
        return entry.value if entry is not None and self._clock() < entry.until else None

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep ``value``, which takes ``size`` bytes; one that is larger than the whole memory is not kept."""
        with self._lock:
            self._forget(key)
            if size > self._size:
                return
            while self._used + size > self._size:
                self._forget(next(iter(self._entries)))
            self._entries[key] = _Entry(value, size, self._clock() + self._age)
            self._used += size

    def _forget(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        self._used -= entry.size if entry else 0
