"""Traces that people ask for, made one after the other: parts of one in; a job to watch or cancel, and the trace, out.

A part is done at each turn of the worker's thread. Results are kept, in memory the last ones and, where people's words
are kept too, in that database, by ids that cannot be guessed.
"""

from __future__ import annotations

import logging
import secrets
import threading
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from neuronscope.codec import dumps, loads
from neuronscope.errors import NeuronscopeError, StorageFailed
from neuronscope.live import Prompt
from neuronscope.trace.nouns import PromptsReport, StoredTrace, TraceReport
from neuronscope.trace.stages import Stages
from neuronscope.trace.stored import stored
from neuronscope_server.live.shapes import TraceJob, TraceProgress
from neuronscope_server.live.worker import Worker
from neuronscope_server.refused import Refused, sentence

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations

_WAITING = TraceProgress(0, 1, "waiting for its turn")
_DONE = TraceProgress(1, 1, "done")
_RETRY_AFTER = 10  # seconds
_UNEXPECTED = "Something went wrong inside the server; its log says what."
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Entry:
    """``job`` is without what came out, which is ``packed``, as a TraceJob that is done: JSON, deflated. ``units``:
    whose were asked for."""

    job: TraceJob
    prompt: str | Prompt
    units: str | None
    stages: Stages[TraceReport | PromptsReport]
    packed: bytes | None = None

    @property
    def over(self) -> bool:
        return self.job.state not in ("queued", "running")


class _Turns:
    """The worker's turns for traces, while there are some to make."""

    def __init__(self, advance: Callable[[], bool]) -> None:
        self.advance = advance


class TraceJobs:
    """Any thread may call any method.

    One trace is made at a time and ``waiting`` more may wait; the last ``most`` are remembered. ``words``: where
    results outlive a restart; None: nowhere. ``public`` takes this machine's places out of a sentence.
    """

    def __init__(
        self,
        worker: Worker,
        model: str,
        words: Annotations | None = None,
        *,
        waiting: int = 4,
        most: int = 100,
        public: Callable[[str], str] = str,
    ) -> None:
        self._worker, self._model, self._words = worker, model, words
        self._waiting, self._most, self._public = waiting, most, public
        self._entries: OrderedDict[str, _Entry] = OrderedDict()  # in order of arrival
        self._line: deque[_Entry] = deque()  # the first is being made; those that were cancelled go at their turn
        self._busy = False  # whether the worker has turns for this line
        self._lock = threading.Lock()

    def refuse_full(self) -> None:
        """:raise 429: as many wait as may."""
        with self._lock:
            self._refuse_full()

    def begin(
        self, prompt: str | Prompt, stages: Stages[TraceReport | PromptsReport], *, units: str | None = None
    ) -> TraceJob:
        """Make a trace when its turn comes.

        :raise 429: as many wait as may.
        """
        job = TraceJob(secrets.token_hex(16), "queued", _WAITING, result=None, detail=None)
        with self._lock:
            self._refuse_full()
            self._forget_old()
            entry = self._entries[job.id] = _Entry(job, prompt, units, stages)
            self._line.append(entry)
            if not self._busy:
                self._busy = True
                self._worker.add(_Turns(self._advance))
        return job

    def look(self, id_: str) -> TraceJob:
        """:raise 404: there is no such trace, or it is forgotten.
        :raises StorageFailed: the database failed.
        """
        with self._lock:
            entry = self._entries.get(id_)
        if entry is None:
            return self._kept(id_)
        return entry.job if entry.packed is None else replace(_unpacked(entry.packed), detail=entry.job.detail)

    def made(self, id_: str) -> StoredTrace:
        """A trace that is done, by the id of its job.

        :raise 404: as :meth:`look`.
        :raise 409: it is not done, or of several prompts.
        """
        job = self.look(id_)
        if job.result is None:
            raise Refused(409, "Only a trace of one prompt that is done can be kept in a dataset.")
        return job.result

    def cancel(self, id_: str) -> TraceJob:
        """End a trace that waits or is being made; one that has ended stays as it is.

        :raise 404: as :meth:`look`.
        """
        with self._lock:
            entry = self._entries.get(id_)
            if entry is not None and not entry.over:
                entry.job = replace(entry.job, state="cancelled", detail="It was cancelled.")
        return self.look(id_)

    def _refuse_full(self) -> None:
        unfinished = sum(not entry.over for entry in self._line)
        if unfinished > self._waiting:
            said = f"{unfinished} traces are being made or wait already; try again in a little while."
            raise Refused(429, said, retry_after=_RETRY_AFTER)

    def _forget_old(self) -> None:
        ended = [id_ for id_, entry in self._entries.items() if entry.over]
        for id_ in ended[: max(0, len(ended) - self._most + 1)]:
            del self._entries[id_]

    def _kept(self, id_: str) -> TraceJob:
        if self._words is not None:
            from neuronscope.annotations.traces import trace_of

            data = trace_of(self._words, id_, model=self._model)
            if data is not None:
                return _unpacked(data)
        raise Refused(404, f"There is no trace {id_[:80]!r} here, or it was made so long ago that it is forgotten.")

    def _advance(self) -> bool:
        """In the worker's thread: one part of the first trace; whether there are more."""
        with self._lock:
            while self._line and self._line[0].over:
                self._line.popleft().stages.close()
            if not self._line:
                self._busy = False
                return False
            entry = self._line[0]
        try:
            stage = next(entry.stages)
            self._tell(entry, "running", TraceProgress(stage.done, stage.total, stage.doing))
        except StopIteration as end:
            self._keep(entry, end.value)
        except NeuronscopeError as error:
            self._tell(entry, "failed", entry.job.progress, self._public(sentence(error)))
        except Exception:  # noqa: BLE001  # the thread goes on for the others
            _log.exception("a trace failed")
            self._tell(entry, "failed", entry.job.progress, _UNEXPECTED)
        return True

    def _keep(self, entry: _Entry, made: TraceReport | PromptsReport) -> None:
        done = TraceJob(entry.job.id, "done", _DONE, result=None, detail=None)
        if isinstance(made, PromptsReport):
            done = replace(done, together=made)
        else:
            done = replace(done, result=stored(made, entry.prompt, entry.job.id, entry.units))
        packed = zlib.compress(dumps(done))
        detail = None
        if self._words is not None and not entry.over:
            detail = self._written(self._words, entry.job.id, packed)
        with self._lock:
            if not entry.over:
                entry.packed = packed
        self._tell(entry, "done", _DONE, detail)

    def _written(self, words: Annotations, id_: str, packed: bytes) -> str | None:
        """Why the trace is not kept for longer, if it is not."""
        from neuronscope.annotations.traces import keep_trace

        try:
            keep_trace(words, id_, packed, model=self._model)
        except StorageFailed as error:
            _log.warning("%s", error)
            return f"It is gone when the server starts again, since it could not be kept: {self._public(str(error))}"
        return None

    def _tell(
        self,
        entry: _Entry,
        state: Literal["running", "done", "failed"],
        progress: TraceProgress,
        detail: str | None = None,
    ) -> None:
        """The first end is the one that counts."""
        with self._lock:
            if not entry.over:
                entry.job = replace(entry.job, state=state, progress=progress, detail=detail)


def _unpacked(packed: bytes) -> TraceJob:
    return loads(zlib.decompress(packed), TraceJob)
