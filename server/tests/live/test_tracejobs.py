"""The line of traces: one at a time, bounded, cancelled at the next part, and remembered as long as it is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuronscope.annotations import traces
from neuronscope.annotations.schema import sqlite_url
from neuronscope.annotations.store import Annotations
from neuronscope.errors import BadInput, StorageFailed
from neuronscope.trace.nouns import StoredTrace, TraceReport
from neuronscope.trace.stages import Stage, Stages
from neuronscope_server.live.tracejobs import TraceJobs
from neuronscope_server.live.worker import Worker
from neuronscope_server.refused import Refused


class ByHand(Worker):
    """A worker whose turns a test takes."""

    def __init__(self) -> None:
        self.turns: list[Any] = []

    def add(self, turn: Any) -> None:
        self.turns.append(turn)

    def take(self, times: int) -> None:
        for _ in range(times):
            self.turns = [turn for turn in self.turns if turn.advance()]


@pytest.fixture
def worker() -> ByHand:
    return ByHand()


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Annotations]:
    kept = Annotations(sqlite_url(tmp_path / "words.sqlite"))
    yield kept
    kept.close()


Log = list[str]


def parts(report: TraceReport, log: Log, name: str = "one", error: Exception | None = None) -> Stages[TraceReport]:
    try:
        log.append(f"{name} begins")
        yield Stage("reading", 1, 2)
        if error is not None:
            raise error
        return report
    finally:
        log.append(f"{name} is over")


def test_traces_are_made_one_after_the_other_and_say_how_far_they_are(worker: ByHand, trace: StoredTrace) -> None:
    jobs, log = TraceJobs(worker, "tiny"), Log()
    first, second = (jobs.begin(name, parts(trace.report, log, name)) for name in ("one", "two"))
    assert len(worker.turns) == 1
    worker.take(1)
    assert (jobs.look(first.id).state, jobs.look(first.id).progress.doing) == ("running", "reading")
    assert jobs.look(second.id).state == "queued"
    worker.take(4)
    assert log == ["one begins", "one is over", "two begins", "two is over"]
    done = jobs.look(second.id)
    assert done.result is not None
    assert (done.state, done.result.prompt, done.result.report) == ("done", "two", trace.report)
    assert worker.turns == []
    jobs.begin("three", parts(trace.report, log))
    assert len(worker.turns) == 1


def test_more_than_may_wait_are_refused_and_told_when_to_come_back(worker: ByHand, trace: StoredTrace) -> None:
    jobs = TraceJobs(worker, "tiny", waiting=1)
    first, _ = (jobs.begin("", parts(trace.report, [])) for _ in range(2))
    for refused in (jobs.refuse_full, lambda: jobs.begin("", parts(trace.report, []))):
        with pytest.raises(Refused, match="2 traces are being made or wait already") as error:
            refused()
        assert (error.value.status, error.value.headers) == (429, {"Retry-After": "10"})
    jobs.cancel(first.id)
    jobs.refuse_full()


def test_a_cancelled_trace_ends_at_its_next_part_and_the_others_go_on(worker: ByHand, trace: StoredTrace) -> None:
    jobs, log = TraceJobs(worker, "tiny"), Log()
    made = [jobs.begin(name, parts(trace.report, log, name)) for name in ("one", "two", "three")]
    worker.take(1)
    assert jobs.cancel(made[0].id).state == "cancelled"
    assert jobs.cancel(made[1].id).state == "cancelled"
    worker.take(3)
    assert log == ["one begins", "one is over", "three begins", "three is over"]
    assert [jobs.look(job.id).state for job in made] == ["cancelled", "cancelled", "done"]
    assert jobs.cancel(made[2].id).state == "done"


def test_a_trace_that_fails_says_why_and_the_next_one_is_made(
    worker: ByHand, trace: StoredTrace, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = TraceJobs(worker, "tiny", public=lambda said: said.replace("/home/ada", "HOME"))
    errors = [BadInput("/home/ada has none"), RuntimeError("secret"), None]
    made = [jobs.begin("", parts(trace.report, [], error=error)) for error in errors]
    worker.take(7)
    told = [(jobs.look(job.id).state, jobs.look(job.id).detail) for job in made]
    assert told[0] == ("failed", "HOME has none")
    assert told[1] == ("failed", "Something went wrong inside the server; its log says what.")
    assert told[2] == ("done", None)
    assert "secret" in caplog.text


def test_only_the_last_are_remembered_and_those_that_are_kept_outlive_the_process(
    worker: ByHand, words: Annotations, trace: StoredTrace
) -> None:
    jobs = TraceJobs(worker, "tiny", words, most=1)
    first = jobs.begin("one", parts(trace.report, []))
    worker.take(3)
    jobs.begin("two", parts(trace.report, []))
    worker.take(3)
    again = TraceJobs(worker, "tiny", words).look(first.id)
    assert again == jobs.look(first.id)
    assert again.result is not None
    assert again.result.prompt == "one"
    for others in (TraceJobs(worker, "other", words), TraceJobs(worker, "tiny")):
        with pytest.raises(Refused, match="There is no trace"):
            others.look(first.id)


def test_what_is_not_kept_is_forgotten(worker: ByHand, trace: StoredTrace) -> None:
    jobs = TraceJobs(worker, "tiny", most=1)
    made = []
    for _ in range(2):
        made.append(jobs.begin("", parts(trace.report, [])))
        worker.take(3)
    assert jobs.look(made[1].id).state == "done"
    with pytest.raises(Refused, match="There is no trace"):
        jobs.look(made[0].id)


def test_a_database_that_fails_costs_nobody_the_trace(
    worker: ByHand, words: Annotations, trace: StoredTrace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageFailed("The disk is full.")

    monkeypatch.setattr(traces, "keep_trace", fail)
    jobs = TraceJobs(worker, "tiny", words)
    job = jobs.begin("", parts(trace.report, []))
    worker.take(2)
    done = jobs.look(job.id)
    assert (done.state, done.result is not None) == ("done", True)
    assert done.detail == "It is gone when the server starts again, since it could not be kept: The disk is full."
