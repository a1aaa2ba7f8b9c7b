"""Work that takes a while: a coroutine in, a job that can be watched and cancelled out. One thread runs them all."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial

from neuronscope.errors import NeuronscopeError
from neuronscope.records import ScoredText
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.shapes import Job, JobProgress, ScoreAsked

Progressed = Callable[[int, int], None]
Work = Callable[[Progressed], Awaitable[ScoredText]]
_RETRY_AFTER = 10  # seconds
_UNEXPECTED = "Something went wrong inside the server; its log says what."
_LIGHTER = "The texts of this score are no longer kept, only its numbers; score it again to see them."
_log = logging.getLogger(__name__)


@dataclass
class _Entry:
    job: Job
    changes: int = 0
    finished: float | None = None  # on the clock
    future: Future[None] | None = None


class Jobs:
    """Any thread may call any method.

    ``at_once`` jobs run at a time, ``waiting`` more may wait. Finished ones are remembered for ``age`` seconds, and at
    most ``kept`` of them; the last ``whole`` with the sequences of their results, which may be a megabyte each, the
    others without. ``public`` takes this machine's paths out of a sentence.
    """

    def __init__(
        self,
        *,
        at_once: int = 1,
        waiting: int = 16,
        kept: int = 200,
        whole: int = 16,
        age: float = 3600.0,
        public: Callable[[str], str] = str,
    ) -> None:
        self._at_once, self._most, self._kept, self._age = at_once, at_once + waiting, kept, age
        self._whole = whole
        self._public = public
        self._entries: OrderedDict[str, _Entry] = OrderedDict()  # in order of arrival
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns: asyncio.Semaphore | None = None

    def submit(self, asked: ScoreAsked, work: Work) -> Job:
        """Queue ``work``.

        :raise 503: as many jobs wait as may.
        """
        job = Job(secrets.token_hex(16), asked, "queued", JobProgress(0, None), result=None, detail=None)
        with self._changed:
            self._forget_old()
            unfinished = sum(entry.finished is None for entry in self._entries.values())
            if unfinished >= self._most:
                said = f"{unfinished} jobs run or wait already; try again in a little while."
                raise Refused(503, said, retry_after=_RETRY_AFTER)
            entry = self._entries[job.id] = _Entry(job)
            entry.future = asyncio.run_coroutine_threadsafe(self._run(entry, work), self._running_loop())
            entry.future.add_done_callback(partial(self._over, entry))
        return job

    def look(self, id_: str) -> Job:
        """:raise 404: there is no such job, or it ended long ago."""
        with self._changed:
            return self._entry(id_).job

    def cancel(self, id_: str) -> Job:
        """End a job that waits or runs; one that has ended stays as it is.

        :raise 404: as :meth:`look`.
        """
        with self._changed:
            entry = self._entry(id_)
            if entry.finished is None:
                self._end(entry, replace(entry.job, state="cancelled", detail="It was cancelled."))
                if entry.future is not None:
                    entry.future.cancel()
            return entry.job

    def wait(self, id_: str, seen: int, *, seconds: float) -> tuple[Job, int]:
        """The job once it has changed more than ``seen`` times, or as it is after so many seconds; and its changes.

        :raise 404: as :meth:`look`.
        """
        with self._changed:
            entry = self._entry(id_)
            self._changed.wait_for(lambda: entry.changes > seen, timeout=seconds)
            return entry.job, entry.changes

    async def _run(self, entry: _Entry, work: Work) -> None:
        assert self._turns is not None
        async with self._turns:
            if entry.finished is not None:  # cancelled before its task had begun
                return
            self._tell(entry, replace(entry.job, state="running"))
            result = await work(lambda done, total: self._progressed(entry, done, total))
            self._end(entry, replace(entry.job, state="done", result=result))
            self._lighten()

    def _over(self, entry: _Entry, future: Future[None]) -> None:
        """However the work went, somebody waits for an end."""
        error = None if future.cancelled() else future.exception()
        if isinstance(error, NeuronscopeError):
            self._end(entry, replace(entry.job, state="failed", detail=self._public(sentence(error))))
        elif error is not None:
            _log.error("job %s failed", entry.job.id, exc_info=error)
            self._end(entry, replace(entry.job, state="failed", detail=_UNEXPECTED))

    def _progressed(self, entry: _Entry, done: int, total: int) -> None:
        self._tell(entry, replace(entry.job, progress=JobProgress(done, total)))

    def _tell(self, entry: _Entry, job: Job) -> None:
        with self._changed:
            if entry.finished is None:
                entry.job, entry.changes = job, entry.changes + 1
                self._changed.notify_all()

    def _end(self, entry: _Entry, job: Job) -> None:
        """The first end is the one that counts."""
        with self._changed:
            if entry.finished is None:
                entry.job, entry.changes, entry.finished = job, entry.changes + 1, time.monotonic()
                self._changed.notify_all()

    def _lighten(self) -> None:
        """The sequences of the oldest results go, where there are more than may be kept."""
        with self._changed:
            heavy = [(entry, result) for entry in self._entries.values() if (result := entry.job.result) is not None]
            heavy = [(entry, result) for entry, result in heavy if result.sequences is not None]
            for entry, result in heavy[: max(0, len(heavy) - self._whole)]:
                entry.job = replace(entry.job, result=replace(result, sequences=None), detail=_LIGHTER)

    def _entry(self, id_: str) -> _Entry:
        entry = self._entries.get(id_)
        if entry is None:
            raise Refused(404, f"There is no job {id_[:80]!r}, or it ended so long ago that it is forgotten.")
        return entry

    def _forget_old(self) -> None:
        ended = [(id_, entry.finished) for id_, entry in self._entries.items() if entry.finished is not None]
        over = max(0, len(ended) - self._kept)
        for number, (id_, finished) in enumerate(ended):
            if number < over or finished < time.monotonic() - self._age:
                del self._entries[id_]

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        """The loop that all jobs run in; its thread starts with the first job. Under the lock."""
        if self._loop is None:
            self._loop, self._turns = asyncio.new_event_loop(), asyncio.Semaphore(self._at_once)
            threading.Thread(target=self._loop.run_forever, name="jobs", daemon=True).start()
        return self._loop
