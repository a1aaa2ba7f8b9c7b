"""Items side by side: turns in order at every place, and an end that waits for everybody."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.collate.lanes import Turn, in_lanes


def lanes_alive() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("lane ")]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(0, 12), st.integers(1, 4), st.none() | st.integers(0, 3), st.integers(0, 2**20))
def test_items_pass_every_place_in_order_one_at_a_time(
    lanes: int, items: int, places: int, apart: int | None, seed: int
) -> None:
    passed: list[list[int]] = [[] for _ in range(places)]
    inside = [0] * places

    def work(item: int, turn: Turn) -> None:
        for place in range(places):
            time.sleep((seed >> (item + place) & 1) * 1e-4)
            with turn(place):
                inside[place] += 1
                assert inside[place] == 1
                passed[place].append(item)
                inside[place] -= 1

    apart = None if apart is None else min(apart, places - 1)
    assert list(in_lanes(range(items), work, lanes, apart=apart)) == list(range(1, items + 1))
    assert passed == [list(range(items))] * places
    assert not lanes_alive()


def test_lanes_work_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=20)
    assert list(in_lanes(range(2), lambda _, __: both.wait() and None, 2)) == [1, 2]


@pytest.mark.parametrize("lanes", [1, 2, 3])
@pytest.mark.parametrize("failing", [0, 1, 4, 9])
def test_what_one_item_raises_is_raised_and_ends_the_others(lanes: int, failing: int) -> None:
    done = []

    def work(item: int, turn: Turn) -> None:
        with turn(0):
            if item == failing:
                raise ValueError(f"item {item}")
            done.append(item)

    with pytest.raises(ValueError, match=f"item {failing}"):
        list(in_lanes(range(10), work, lanes))
    assert done == list(range(failing))
    assert not lanes_alive()


def test_nothing_more_is_begun_once_an_item_has_failed() -> None:
    """Though no item waits for its turn."""
    failed, begun = threading.Event(), []

    def work(item: int, _: Turn) -> None:
        begun.append(item)
        if item == 0:
            failed.set()
            raise ValueError("item 0")
        failed.wait(20)
        time.sleep(0.2)  # the other lane has given up by then

    with pytest.raises(ValueError, match="item 0"):
        list(in_lanes(range(50), work, 2))
    assert len(begun) <= 3
    assert not lanes_alive()


@pytest.mark.parametrize("lanes", [1, 3])
def test_what_the_items_raise_is_raised(lanes: int) -> None:
    def items() -> list[int]:
        yield from range(3)  # type: ignore[misc]
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(in_lanes(items(), lambda _, __: None, lanes))
    assert not lanes_alive()


def test_leaving_early_waits_for_what_is_under_way() -> None:
    begun, ended = [], []

    def work(item: int, turn: Turn) -> None:
        with turn(0):
            begun.append(item)
        time.sleep(0.05)
        ended.append(item)

    with closing(in_lanes(range(1000), work, 3)) as steps:
        next(steps)
    assert sorted(ended) == sorted(begun)
    assert len(begun) < 20
    assert not lanes_alive()


def test_ctrl_c_while_others_end_is_raised_once_they_have() -> None:
    begun, ended = threading.Event(), []
    main = threading.main_thread().ident
    usual = signal.getsignal(signal.SIGINT)
    assert main is not None

    def work(item: int, _: Turn) -> None:
        if item == 0:
            begun.wait(10)
            raise ValueError
        begun.set()
        wait_until(lambda: signal.getsignal(signal.SIGINT) is not usual)  # the other lane is waited for
        for press in (0.0, 0.1, 0.1):
            time.sleep(press)
            signal.pthread_kill(main, signal.SIGINT)
        time.sleep(0.2)
        ended.append(lanes_alive())

    with pytest.raises(KeyboardInterrupt):
        list(in_lanes(range(2), work, 2))
    assert len(ended) == 1
    assert not lanes_alive()
    assert signal.getsignal(signal.SIGINT) is usual


def test_ctrl_c_means_what_it_meant_before() -> None:
    begun, heard = threading.Event(), []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        main = threading.main_thread().ident
        assert main is not None

        def work(item: int, _: Turn) -> None:
            if item == 0:
                begun.wait(10)
                raise ValueError("item 0")
            begun.set()
            wait_until(lambda: signal.getsignal(signal.SIGINT) is not usual)
            signal.pthread_kill(main, signal.SIGINT)
            time.sleep(0.1)
            assert heard == []

        usual = signal.getsignal(signal.SIGINT)
        with pytest.raises(ValueError, match="item 0"):
            list(in_lanes(range(2), work, 2))
        assert heard == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_lanes_that_are_used_in_a_thread_leave_ctrl_c_alone() -> None:
    usual = signal.getsignal(signal.SIGINT)
    seen: list[object] = []
    done: list[list[int]] = []

    def work(_item: int, _: Turn) -> None:
        seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=lambda: done.append(list(in_lanes(range(4), work, 2))))
    thread.start()
    thread.join()
    assert done == [[1, 2, 3, 4]]
    assert set(seen) == {usual}


def test_lanes_that_are_kept_apart_begin_one_after_the_other() -> None:
    seen = []

    def work(item: int, turn: Turn) -> None:
        seen.append(("begins", item))
        for place in range(3):
            with turn(place):
                seen.append((f"passes {place}", item))

    list(in_lanes(range(2), work, 2, apart=1))
    assert seen.index(("begins", 1)) > seen.index(("passes 1", 0))
