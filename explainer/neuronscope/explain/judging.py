"""An explanation and texts in, a model's yes or no to each out: detection and fuzzing.

One text a request, answered with one word, so that texts are judged apart and the word has a probability: in process
from the probabilities of "yes" and "no" themselves, from a server's likeliest first tokens where it tells them. Or
several texts a request, which is cheaper and has no probabilities.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from neuronscope.errors import BadInput
from neuronscope.explain.nouns import Answer
from neuronscope.explain.parts import Judge, Judged, JudgeItem, JudgeTask
from neuronscope.explain.room import Messages, room_of
from neuronscope.llm.protocol import (
    TOP_LIMIT,
    CandidateQuestion,
    Completion,
    Failure,
    LanguageModel,
    Sampling,
    WrittenToken,
)
from neuronscope.messages import prompt_hash
from neuronscope.prompts.judging import (
    NO,
    YES,
    judge_messages,
    one_messages,
    parse_answer,
    parse_answers,
    shown_text,
)
from neuronscope.prompts.nouns import Fitted
from neuronscope.prompts.templates import JudgeExample, Templates

_CANDIDATES = (YES, NO, YES.capitalize(), NO.capitalize())
_ONE_WORD = 4  # tokens: some models begin with a blank or a mark
_LINE = 6  # tokens of "12: yes" and its line end
# Less likely than this together, "yes" and "no" are no answer (as for the numbers of a simulation).
_LEAST_PROBABILITY = 1e-9


@dataclass(frozen=True)
class _Said:
    """What was read about one text."""

    said: bool | None
    probability: float | None = None


@dataclass(frozen=True)
class _Read:
    """What was read of one reply, for each of its texts, and the failure where something is missing."""

    said: tuple[_Said, ...]
    failure: Failure | None = None


class ModelJudge:
    """A Judge that asks a language model."""

    def __init__(
        self,
        task: JudgeTask,
        model: LanguageModel,
        *,
        templates: Templates,
        few_shot: str | None = "default",
        context_tokens: int | None = None,
        texts_per_request: int = 1,
    ) -> None:
        """``few_shot`` names a set of examples, None uses none; ``context_tokens`` None: as many as the model reads.

        :raises BadInput: no such task or set of examples, or no texts per request.
        """
        if task not in ("detection", "fuzzing"):
            raise BadInput(f"no judge is called {task}: choose detection or fuzzing")
        if texts_per_request < 1:
            raise BadInput(f"texts_per_request is {texts_per_request}: give at least 1")
        self._task: JudgeTask = task
        self._model, self._templates, self._many = model, templates, texts_per_request
        self._description = model.describe()
        self._examples: tuple[JudgeExample, ...] = getattr(templates.few_shot(few_shot), task)
        self._room = room_of(model, context_tokens)
        self._logprobs = True  # until the server refuses to tell them

    @property
    def task(self) -> JudgeTask:
        """See Judge."""
        return self._task

    @property
    def model(self) -> str | None:
        """The model's name."""
        return self._description.name

    async def judge(self, explanation: str, items: Sequence[JudgeItem]) -> Judged:
        """An answer for each item; what failed or cannot be read has ``said`` None and a failure."""
        texts = [shown_text(item.excerpt, item.marked) for item in items]
        some = [texts[first : first + self._many] for first in range(0, len(texts), self._many)]
        fitted = [self._fit(explanation, part) for part in some]
        replies = await asyncio.gather(*(self._ask(one, part) for one, part in zip(fitted, some, strict=True)))
        said = [one for reply in replies for one in reply.said]
        answers = [
            Answer(item.truth, one.said, one.probability, item.sequence) for item, one in zip(items, said, strict=True)
        ]
        failures = tuple(reply.failure for reply in replies if reply.failure)
        notes = tuple(dict.fromkeys(note for one in fitted for note in one.notes))
        return Judged(tuple(answers), failures, prompt_hash(self._build(explanation, [""], self._examples)), notes)

    def _build(self, explanation: str, texts: Sequence[str], examples: Sequence[JudgeExample]) -> Messages:
        if self._many == 1:
            return one_messages(self._templates, self._task, examples, explanation, texts[0])
        return judge_messages(self._templates, self._task, examples, explanation, texts)

    def _fit(self, explanation: str, texts: Sequence[str]) -> Fitted:
        """The messages with as many examples as there is room for."""

        def build(examples: Sequence[JudgeExample]) -> Messages:
            return self._build(explanation, texts, examples)

        reserve = _ONE_WORD if self._many == 1 else _LINE * len(texts)
        kept = self._room.keep(build, self._examples, reserve, job=self._task)
        messages = build(kept.examples)
        return Fitted(messages, kept.notes, fits=bool(kept.examples) or self._room.holds(messages, reserve))

    async def _ask(self, fitted: Fitted, texts: Sequence[str]) -> _Read:
        if not fitted.fits:
            reason = f"the text does not fit the context of {self._room.limit} tokens without any example"
            return _none(Failure("rejected", reason), len(texts))
        if self._many > 1:
            return await self._ask_several(fitted.messages, len(texts))
        if self._description.kind == "local":
            return await self._ask_in_process(fitted.messages)
        return await self._ask_server(fitted.messages)

    async def _ask_several(self, messages: Messages, many: int) -> _Read:
        sampling = Sampling(temperature=0.0, max_tokens=_LINE * many)
        answer = (await self._model.complete(messages, sampling=sampling)).choices[0]
        if isinstance(answer, Failure):
            return _none(answer, many)
        said = parse_answers(answer.text, many)
        missing = said.count(None)
        failure = Failure("unparsed", f"{missing} of {many} texts have no answer of yes or no") if missing else None
        return _Read(tuple(map(_Said, said)), failure)

    async def _ask_in_process(self, messages: Messages) -> _Read:
        question = CandidateQuestion(tuple(messages), ("",), ((0,),), _CANDIDATES)
        answer = await self._model.candidate_logprobs(question)
        if isinstance(answer, Failure):
            return _none(answer)
        said = _weighed(zip(_CANDIDATES, answer.values[0][0], strict=True))
        return _none(_unparsed("")) if said is None else _Read((said,))

    async def _ask_server(self, messages: Messages) -> _Read:
        answer = await self._complete(messages)
        if isinstance(answer, Failure):
            return _none(answer)
        said = parse_answer(answer.text)
        if said is None:
            return _none(_unparsed(answer.text))
        return _Read((_Said(said, _probability(answer.logprobs, said)),))

    async def _complete(self, messages: Messages) -> Completion | Failure:
        """With the likeliest tokens where the server tells them; some refuse requests that ask for them."""
        top = TOP_LIMIT if self._logprobs else None
        sampling = Sampling(temperature=0.0, max_tokens=_ONE_WORD, top_logprobs=top)
        answer = (await self._model.complete(messages, sampling=sampling)).choices[0]
        if not (isinstance(answer, Failure) and answer.kind == "rejected" and top is not None):
            return answer
        plain = Sampling(temperature=0.0, max_tokens=_ONE_WORD)
        again = (await self._model.complete(messages, sampling=plain)).choices[0]
        self._logprobs = isinstance(again, Failure)
        return again


def make_judge(
    task: JudgeTask,
    model: LanguageModel,
    *,
    templates: Templates,
    few_shot: str | None = "default",
    context_tokens: int | None = None,
) -> Judge:
    """The judge of that task, one text a request.

    :raises BadInput: no such task or set of examples.
    """
    return ModelJudge(task, model, templates=templates, few_shot=few_shot, context_tokens=context_tokens)


def _none(failure: Failure, many: int = 1) -> _Read:
    return _Read((_Said(None),) * many, failure)


def _weighed(logprobs: Iterable[tuple[str, float | None]]) -> _Said | None:
    """Yes against no, whatever their case and blanks; None where neither is likely at all."""
    weights = {YES: 0.0, NO: 0.0}
    for text, logprob in logprobs:
        word = text.strip().lower()
        if word in weights and logprob is not None:
            weights[word] += math.exp(logprob)
    total = math.fsum(weights.values())
    if total < _LEAST_PROBABILITY:
        return None
    probability = min(1.0, weights[YES] / total)
    return _Said(probability >= 0.5, probability)


def _probability(written: Sequence[WrittenToken] | None, said: bool) -> float | None:
    """Of yes against no at the token that is the answer; None where neither is among the likeliest there."""
    place = next((token for token in written or () if parse_answer(token.token) is not None), None)
    if place is None:
        return None
    known = {candidate.token: candidate.logprob for candidate in place.top}
    if place.logprob is not None:
        known.setdefault(place.token, place.logprob)
    weighed = _weighed(known.items())
    # At temperature 0 the answer is the likelier one; where the numbers say otherwise they are not used.
    return None if weighed is None or weighed.said != said else weighed.probability


def _unparsed(text: str) -> Failure:
    shown = f"the reply {text.strip()[:40]!r}" if text.strip() else "the reply"
    return Failure("unparsed", f"{shown} is neither yes nor no")
