"""Completions of prompts that come one by one: those that wait are taken together and written as one batch."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope.llm.decoding import Draft, write
from neuronscope.llm.protocol import Candidate, Completion, Failure, Reply, Sampling, Usage, WrittenToken
from neuronscope.llm.writing import Writer
from neuronscope.messages import Prompt

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Limit = Callable[[int], Failure | None]

_GATHERING = 0.005  # seconds: what is asked for in one go arrives one after the other


@dataclass
class _Job:
    """Completions that are waited for; ``ids`` is the prompt as the model reads it."""

    prompt: Prompt
    n: int
    sampling: Sampling
    reply: Future[Reply] = field(default_factory=Future)
    ids: list[int] = field(default_factory=list)


class Completer:
    """Takes prompts from any thread; ``run`` is called once for each, on the thread that runs the model."""

    def __init__(self, model: PreTrainedModel, writer: Writer, *, rows: int, limit: Limit) -> None:
        self._model, self._writer, self._rows, self._limit = model, writer, rows, limit
        self._waiting: deque[_Job] = deque()
        self._lock = threading.Lock()

    def add(self, prompt: Prompt, n: int, sampling: Sampling) -> Future[Reply]:
        """Put a prompt in line."""
        job = _Job(prompt, n, sampling)
        with self._lock:
            self._waiting.append(job)
        return job.reply

    def run(self) -> None:
        """Answer what was in line first, and what is asked for in the same way with it."""
        time.sleep(_GATHERING)
        jobs = self._take()
        try:
            ready = [job for job in jobs if self._prepare(job)]
            for job, reply in zip(ready, self._write(ready) if ready else [], strict=True):
                job.reply.set_result(reply)
        except BaseException as error:  # somebody waits for each of them
            for job in jobs:
                if not job.reply.done():
                    job.reply.set_exception(error)
            raise

    def _take(self) -> list[_Job]:
        """The first that waits and those after it with the same sampling, as far as the rows reach."""
        taken: list[_Job] = []
        with self._lock:
            rest: deque[_Job] = deque()
            rows = 0
            for job in self._waiting:
                alike = not taken or replace(job.sampling, seed=None) == replace(taken[0].sampling, seed=None)
                if alike and (not taken or rows + job.n <= self._rows):
                    taken.append(job)
                    rows += job.n
                else:
                    rest.append(job)
            self._waiting = rest
        return taken

    def _prepare(self, job: _Job) -> bool:
        """Write the prompt as ids; False where that already is the answer, or nobody waits for it any more."""
        if not job.reply.set_running_or_notify_cancel():
            return False
        try:
            job.ids = self._writer.ids(self._writer.write(job.prompt))
            if not job.ids:
                raise BadInput("the prompt has no tokens: give some text")
        except NeuronscopeError as error:
            job.reply.set_exception(error)
            return False
        if failure := self._limit(len(job.ids) + job.sampling.max_tokens):
            job.reply.set_result(Reply((failure,) * job.n, Usage(None, None)))
            return False
        return True

    def _write(self, jobs: Sequence[_Job]) -> list[Reply]:
        prompts = [job.ids for job in jobs for _ in range(job.n)]
        seeds = [seed for job in jobs for seed in _seeds(job)]
        sampling = jobs[0].sampling
        ends = _end_ids(self._model)

        def stopped(index: int, draft: Draft) -> bool:
            return draft.ids[-1] in ends or self._stop_at(prompts[index], draft, sampling) is not None

        drafts = iter(write(self._model, prompts, sampling, seeds=seeds, stopped=stopped))
        return [self._reply(job, [next(drafts) for _ in range(job.n)], ends) for job in jobs]

    def _stop_at(self, prompt: Sequence[int], draft: Draft, sampling: Sampling) -> int | None:
        """The character at which a stop string begins."""
        if not sampling.stop:
            return None
        text = self._writer.text_of(draft.ids, prompt)
        found = [place for place in map(text.find, sampling.stop) if place >= 0]
        return min(found) if found else None

    def _reply(self, job: _Job, drafts: Sequence[Draft], ends: frozenset[int]) -> Reply:
        choices = tuple(self._choice(job, draft, ends) for draft in drafts)
        return Reply(choices, Usage(len(job.ids), sum(len(draft.ids) for draft in drafts)))

    def _choice(self, job: _Job, draft: Draft, ends: frozenset[int]) -> Completion | Failure:
        text = self._writer.text_of([token for token in draft.ids if token not in ends], job.ids)
        cut = self._stop_at(job.ids, draft, job.sampling)
        text = text if cut is None else text[:cut]
        logprobs = None if job.sampling.top_logprobs is None else self._logprobs(draft, ends, text)
        if not text.strip() and logprobs is None:
            return Failure("empty", "the model answered with no text")
        return Completion(text, "stop" if draft.ended else "length", logprobs)

    def _logprobs(self, draft: Draft, ends: frozenset[int], text: str) -> tuple[WrittenToken, ...]:
        """Of the tokens of the text; the one that ends it is there only where there is no other."""
        count = len(draft.ids) - (draft.ids[-1] in ends and len(draft.ids) > 1)
        texts = self._writer.token_texts(draft.ids[:count])
        while count > 1 and sum(map(len, texts[: count - 1])) >= len(text) > 0:
            count -= 1  # part of a stop string
        return tuple(WrittenToken(texts[i], draft.logprobs[i], self._candidates(draft.top[i])) for i in range(count))

    def _candidates(self, top: Sequence[tuple[int, float]]) -> tuple[Candidate, ...]:
        return tuple(Candidate(self._writer.token_text(token), logprob) for token, logprob in top)


def _seeds(job: _Job) -> list[int]:
    """One for each completion, counted up from the one that was asked for."""
    first = job.sampling.seed
    return [random.getrandbits(48) if first is None else first + index for index in range(job.n)]


def _end_ids(model: PreTrainedModel) -> frozenset[int]:
    """Tokens after which a text is through."""
    given = getattr(model.generation_config, "eos_token_id", None)
    given = model.config.get_text_config().eos_token_id if given is None else given
    return frozenset(given if isinstance(given, (list, tuple)) else [given]) - {None}
