"""Jobs wait, run, end, are cancelled and forgotten."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from dataclasses import replace

import pytest

from neuronscope.errors import BadInput
from neuronscope.records import NeuronId, Provenance, ScoredSequenceSimulation, ScoredText, SequenceSimulation
from neuronscope_server.jobs import Jobs, Progressed, Work
from neuronscope_server.refused import Refused
from neuronscope_server.shapes import Job, JobProgress, ScoreAsked

ASKED = ScoreAsked("tiny", 3, 17, "words", 0)
RESULT = ScoredText(NeuronId(3, 17), "words", {}, {}, Provenance("person"))


def held_by(door: threading.Event, begun: threading.Event | None = None) -> Work:
    """Work that ends when the door opens."""

    async def work(_: Progressed) -> ScoredText:
        if begun is not None:
            begun.set()
        while not door.is_set():
            await asyncio.sleep(0.005)
        return RESULT

    return work


def ended(jobs: Jobs, id_: str) -> Job:
    seen, deadline = -1, time.monotonic() + 10
    while time.monotonic() < deadline:
        job, seen = jobs.wait(id_, seen, seconds=1)
        if job.state not in ("queued", "running"):
            return job
    raise AssertionError("the job does not end")


def test_a_job_tells_its_progress_and_ends_with_its_result() -> None:
    jobs, door = Jobs(), threading.Event()

    async def work(progress: Progressed) -> ScoredText:
        progress(1, 4)
        while not door.is_set():
            await asyncio.sleep(0.005)
        return RESULT

    begun = jobs.submit(ASKED, work)
    assert (begun.asked, begun.state, begun.progress) == (ASKED, "queued", JobProgress(0, None))
    seen = 0
    while (job := jobs.look(begun.id)).progress.total is None:
        _, seen = jobs.wait(begun.id, seen, seconds=5)
    assert (job.state, job.progress, job.result) == ("running", JobProgress(1, 4), None)
    door.set()
    job = ended(jobs, begun.id)
    assert (job.state, job.result, job.detail) == ("done", RESULT, None)


def test_one_runs_at_a_time_in_the_order_of_asking() -> None:
    jobs, doors = Jobs(at_once=1), [threading.Event() for _ in range(3)]
    ids = [jobs.submit(ASKED, held_by(door)).id for door in doors]
    for number, door in enumerate(doors):
        jobs.wait(ids[number], 0, seconds=5)
        states = [jobs.look(id_).state for id_ in ids]
        assert states == ["done"] * number + ["running"] + ["queued"] * (2 - number)
        door.set()
        ended(jobs, ids[number])


def test_a_full_queue_says_to_try_again_and_has_room_once_one_has_ended() -> None:
    jobs, door = Jobs(at_once=1, waiting=1), threading.Event()
    first = jobs.submit(ASKED, held_by(door))
    jobs.submit(ASKED, held_by(door))
    with pytest.raises(Refused) as refused:
        jobs.submit(ASKED, held_by(door))
    assert refused.value.status == 503
    assert int(refused.value.headers["Retry-After"]) > 0
    jobs.cancel(first.id)
    jobs.submit(ASKED, held_by(door))
    door.set()


def test_a_running_job_is_cancelled_where_it_waits_and_its_place_is_free() -> None:
    jobs, begun = Jobs(), threading.Event()
    first = jobs.submit(ASKED, held_by(threading.Event(), begun))
    assert begun.wait(5)
    cancelled = jobs.cancel(first.id)
    assert (cancelled.state, cancelled.result) == ("cancelled", None)
    open_door = threading.Event()
    open_door.set()
    assert ended(jobs, jobs.submit(ASKED, held_by(open_door)).id).state == "done"
    assert jobs.look(first.id).state == "cancelled"


def test_a_waiting_job_that_is_cancelled_never_runs() -> None:
    jobs, door, begun = Jobs(), threading.Event(), threading.Event()
    first = jobs.submit(ASKED, held_by(door))
    second = jobs.submit(ASKED, held_by(door, begun))
    assert jobs.cancel(second.id).state == "cancelled"
    door.set()
    ended(jobs, first.id)
    assert ended(jobs, jobs.submit(ASKED, held_by(door)).id).state == "done"
    assert not begun.is_set()


def test_what_has_ended_stays_as_it_is() -> None:
    jobs, door = Jobs(), threading.Event()
    door.set()
    job = jobs.submit(ASKED, held_by(door))
    ended(jobs, job.id)
    assert jobs.cancel(job.id).state == "done"


def test_a_failure_of_ours_keeps_its_sentence_without_paths() -> None:
    jobs = Jobs(public=lambda said: said.replace("/home/a", "tiny"))

    async def work(_: Progressed) -> ScoredText:
        raise BadInput("/home/a has no records of this unit.")

    job = ended(jobs, jobs.submit(ASKED, work).id)
    assert (job.state, job.detail, job.result) == ("failed", "tiny has no records of this unit.", None)


def test_any_other_failure_is_in_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs()

    async def work(_: Progressed) -> ScoredText:
        raise RuntimeError("the secret inside")

    with caplog.at_level(logging.ERROR):
        job = ended(jobs, jobs.submit(ASKED, work).id)
        deadline = time.monotonic() + 5
        while "the secret inside" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.01)
    assert (job.state, job.detail) == ("failed", "Something went wrong inside the server; its log says what.")
    assert "the secret inside" in caplog.text
    open_door = threading.Event()
    open_door.set()
    assert ended(jobs, jobs.submit(ASKED, held_by(open_door)).id).state == "done"


@pytest.mark.parametrize(("kept", "age", "left"), [(2, 3600.0, 2), (100, 0.0, 0)])
def test_ended_jobs_are_forgotten_the_oldest_first(kept: int, age: float, left: int) -> None:
    jobs, door = Jobs(kept=kept, age=age), threading.Event()
    door.set()
    ids = []
    for _ in range(4):
        ids.append(jobs.submit(ASKED, held_by(door)).id)
        ended(jobs, ids[-1])
    waiting = jobs.submit(ASKED, held_by(threading.Event())).id
    for id_ in ids[: len(ids) - left]:
        with pytest.raises(Refused, match="forgotten"):
            jobs.look(id_)
    for id_ in [*ids[len(ids) - left :], waiting]:
        assert jobs.look(id_).id == id_


def test_sequences_are_kept_of_the_latest_results_alone_and_the_others_say_so() -> None:
    simulation = SequenceSimulation([" a"], [1.0], "simulated_normalized_activations", [], [])
    whole = replace(RESULT, sequences=[ScoredSequenceSimulation(simulation, [2.0])])

    async def work(_: Progressed) -> ScoredText:
        return whole

    jobs, door = Jobs(whole=2), threading.Event()
    door.set()
    light = ended(jobs, jobs.submit(ASKED, held_by(door)).id)
    heavy = [ended(jobs, jobs.submit(ASKED, work).id) for _ in range(5)]
    assert [one.result for one in heavy] == [whole] * 5
    last = jobs.submit(ASKED, held_by(door)).id
    ended(jobs, last)
    now = [jobs.look(one.id) for one in heavy]
    assert [one.result for one in now] == [RESULT] * 3 + [whole] * 2
    assert ["no longer kept" in (one.detail or "") for one in now] == [True] * 3 + [False] * 2
    assert (jobs.look(light.id), jobs.look(last).result) == (light, RESULT)


def test_no_job_of_this_name_is_a_404() -> None:
    for act in (Jobs().look, Jobs().cancel):
        with pytest.raises(Refused, match="no job 'x'") as refused:
            act("x")
        assert refused.value.status == 404
