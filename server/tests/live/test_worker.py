"""The queue before the model: bounded, fair between texts that are generated and asks, and alive after failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronscope.errors import BadInput
from neuronscope.live import AskActivations, AskGeneration, Generated, Live, Step, UnitPlace
from neuronscope.subject import load_subject
from neuronscope_server.live.worker import END, Worker
from neuronscope_server.refused import Refused

ASK = AskActivations(text="the cat", units=[UnitPlace(0, 1)])


@pytest.fixture(scope="module")
def live(model: Path) -> Live:
    return Live(load_subject(str(model)))


def test_more_than_may_wait_are_refused_and_told_when_to_come_back(live: Live) -> None:
    worker = Worker(waiting=2)
    door, begun = threading.Event(), threading.Event()

    def stand() -> None:
        begun.set()
        door.wait(20)

    threads = [threading.Thread(target=worker.call, args=(live, stand))]
    threads[0].start()
    assert begun.wait(20)
    threads += [threading.Thread(target=worker.ask, args=(live, ASK)) for _ in range(2)]
    for thread in threads[1:]:
        thread.start()
    while len(worker._waiting) < 2:
        threading.Event().wait(0.005)
    with pytest.raises(Refused) as refused:
        worker.ask(live, ASK)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "2"})
    door.set()
    for thread in threads:
        thread.join(20)
    assert worker.ask(live, ASK)


def test_what_takes_too_long_is_refused_and_not_done_later(live: Live) -> None:
    worker = Worker(seconds=0.05)
    inside, door = threading.Event(), threading.Event()
    refusals: list[int] = []

    def hold() -> None:
        with pytest.raises(Refused) as refused:
            worker.call(live, lambda: inside.set() or door.wait(20))
        refusals.append(refused.value.status)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(20)
    done: list[int] = []
    with pytest.raises(Refused) as refused:
        worker.call(live, lambda: done.append(1))
    holder.join(20)  # refused too, though it is still at work
    assert [*refusals, refused.value.status] == [503, 503]
    door.set()
    Worker.call(worker, live, lambda: None)
    assert not done


def test_failure_inside_is_told_as_such_and_the_thread_lives_on(live: Live) -> None:
    worker = Worker()

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(Refused) as refused:
        worker.call(live, fail)
    assert refused.value.status == 500
    with pytest.raises(BadInput):
        worker.ask(live, AskActivations(text="", units=[UnitPlace(0, 1)]))
    assert worker.ask(live, ASK)


def test_asks_are_answered_while_a_text_is_generated(live: Live) -> None:
    worker = Worker()
    made: list[int] = []

    def steps() -> Iterator[Step | Generated]:
        for item in live.generate(AskGeneration(text="the cat", max_tokens=100)):
            made.append(1)
            yield item

    stream = worker.stream(steps)
    assert isinstance(stream.take(20), Step)
    worker.ask(live, ASK)
    stream.close()
    assert len(made) < 101
    items = []
    while (item := stream.take(0.5)) is not None:  # what was made before it was left
        items.append(item)
    assert END not in items  # a stream that was left says nothing more


def test_two_texts_are_generated_by_turns_each_its_own(live: Live) -> None:
    worker = Worker()
    streams = [
        worker.stream(lambda text=text: live.generate(AskGeneration(text=text, max_tokens=5)))  # type: ignore[misc]
        for text in ("the cat", "a dog runs")
    ]
    for stream, text in zip(streams, ("the cat", "a dog runs"), strict=True):
        alone = [step.token for step in live.generate(AskGeneration(text=text, max_tokens=5)) if isinstance(step, Step)]
        got = []
        while not isinstance(item := stream.take(20), Generated):
            assert isinstance(item, Step)
            got.append(item.token)
        assert got == alone


def test_more_generations_than_may_be_are_refused_until_one_is_left(live: Live) -> None:
    worker = Worker(streams=1)
    first = worker.stream(lambda: live.generate(AskGeneration(text="the cat", max_tokens=2000)))
    with pytest.raises(Refused) as refused:
        worker.stream(lambda: live.generate(AskGeneration(text="a", max_tokens=1)))
    assert refused.value.status == 429
    first.close()
    assert worker.stream(lambda: live.generate(AskGeneration(text="a", max_tokens=1))).take(20)
