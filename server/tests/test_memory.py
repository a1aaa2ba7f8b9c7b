"""Bounded in bytes and in time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neuronscope_server.memory import Memory


def test_value_is_given_until_it_is_too_old() -> None:
    now = [0.0]
    memory: Memory[str] = Memory(size=10, age=1.0, clock=lambda: now[0])
    memory.put("a", "value", 1)
    now[0] = 0.99
    assert memory.get("a") == "value"
    now[0] = 1.0
    assert memory.get("a") is None


def test_oldest_goes_first() -> None:
    memory: Memory[str] = Memory(size=10, age=1.0)
    for key in "abc":
        memory.put(key, key, 4)
    assert [memory.get(key) for key in "abc"] == [None, "b", "c"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 15)), max_size=60))
def test_never_holds_more_than_its_size(puts: list[tuple[int, int]]) -> None:
    memory: Memory[int] = Memory(size=10, age=1000.0)
    sizes: dict[int, int] = {}
    for key, size in puts:
        memory.put(key, size, size)
        sizes[key] = size
        held = {k: memory.get(k) for k in range(6)}
        assert sum(value for value in held.values() if value is not None) <= 10
        assert held[key] == (size if size <= 10 else None)
        assert all(value in (None, sizes.get(k)) for k, value in held.items())
