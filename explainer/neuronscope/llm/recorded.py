"""Answers written down and given again: a JSON-lines file of requests and answers, one exchange a line.

For tests and examples: what a real model once said, without the model. A request that is not in the file is an error.
"""

from __future__ import annotations

import difflib
import threading
from dataclasses import dataclass
from pathlib import Path

from neuronscope.codec import dumps, loads
from neuronscope.errors import BadInput, BrokenData
from neuronscope.llm.accounting import Account, Totals
from neuronscope.llm.counting import count_cl100k
from neuronscope.llm.protocol import LanguageModel, Reply, Usage
from neuronscope.llm.requests import (
    Answer,
    ByRequest,
    Request,
    StoredAnswer,
    ask,
    failures_in,
    request_json,
    restored,
    stored,
)
from neuronscope.messages import Description, Prompt, prompt_hash

_QUOTED = 80  # characters of a prompt in a sentence
_COMPARED = 4000  # characters by which requests are compared


@dataclass(frozen=True)
class _Exchange:
    """A line of the file; the first line has the description alone, others a prompt's digest and its tokens."""

    description: Description | None = None
    request: Request | None = None
    answer: StoredAnswer | None = None
    prompt_hash: str | None = None
    tokens: int | None = None


class Recording(ByRequest):
    """A LanguageModel that passes requests to another, and writes them down with their answers as they come."""

    def __init__(self, model: LanguageModel, path: Path) -> None:
        """Begins the file anew."""
        self._model = model
        self._path = path
        self._lock = threading.Lock()
        path.write_bytes(dumps(_Exchange(description=model.describe())) + b"\n")

    def describe(self) -> Description:
        """The other model's."""
        return self._model.describe()

    def totals(self) -> Totals:
        """The other model's."""
        return self._model.totals()

    async def close(self) -> None:
        """Close the other model."""
        await self._model.close()

    async def answer(self, request: Request) -> Answer:
        """The other model's answer; failures are written down too."""
        answer = await ask(self._model, request)
        self._append(_Exchange(request=request, answer=stored(answer)))
        return answer

    def count_tokens(self, prompt: Prompt) -> int:
        """The other model's count; it is written down, since what is left out of a prompt depends on it."""
        tokens = self._model.count_tokens(prompt)
        self._append(_Exchange(prompt_hash=prompt_hash(prompt), tokens=tokens))
        return tokens

    def _append(self, exchange: _Exchange) -> None:
        line = dumps(exchange) + b"\n"
        with self._lock, self._path.open("ab") as file:
            file.write(line)


class Recorded(ByRequest):
    """A LanguageModel that says again what a file holds. A request asked again gets its next answer, or the last."""

    def __init__(self, path: Path) -> None:
        """:raises BadInput: no such file.
        :raises BrokenData: not a recording.
        """
        self._path = path
        self._account = Account()
        self._answers: dict[bytes, list[Answer]] = {}
        self._requests: dict[bytes, Request] = {}
        self._counts: dict[str, int] = {}
        self._description = Description("recorded", "recorded", "chat")
        for number, line in enumerate(_lines(path), start=1):
            self._add(number, line)

    def describe(self) -> Description:
        """Of the model that was recorded."""
        return self._description

    def totals(self) -> Totals:
        """What was asked of the recording."""
        return self._account.totals()

    def count_tokens(self, prompt: Prompt) -> int:
        """What the recorded model counted; by cl100k where it was not asked for this prompt."""
        known = self._counts.get(prompt_hash(prompt))
        return count_cl100k(prompt) if known is None else known

    async def close(self) -> None:
        """Nothing to close."""

    async def answer(self, request: Request) -> Answer:
        """:raises BadInput: the request is not in the file; the sentence shows the nearest one that is."""
        answers = self._answers.get(request_json(request))
        if answers is None:
            raise BadInput(self._unknown(request))
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        usage = answer.usage if isinstance(answer, Reply) else Usage(None, None)
        self._account.add_request(usage.prompt_tokens, usage.completion_tokens)
        self._account.add_failures(failure.kind for failure in failures_in(answer))
        return answer

    def _add(self, number: int, line: bytes) -> None:
        where = f"{self._path}, line {number}"
        try:
            exchange = loads(line, _Exchange)
        except (BrokenData, BadInput) as error:
            raise BrokenData(f"{where} is not an exchange with a model: {error}") from error
        if exchange.description is not None:
            self._description = exchange.description
        if exchange.prompt_hash is not None and exchange.tokens is not None:
            self._counts[exchange.prompt_hash] = exchange.tokens
        if exchange.request is None or exchange.answer is None:
            return
        answer = restored(exchange.answer, exchange.request)
        if answer is None:
            raise BrokenData(f"{where}: the answer does not fit the request")
        key = request_json(exchange.request)
        self._requests[key] = exchange.request
        self._answers.setdefault(key, []).append(answer)

    def _unknown(self, request: Request) -> str:
        asked = f"{self._path} holds no answer to this {request.call} request ({_quote(request.words())!r})"
        same = [known for known in self._requests.values() if known.call == request.call]
        if not same:
            return f"{asked}, nor any of its kind: record it first"
        return (
            f"{asked}; {_difference(request, max(same, key=lambda known: _likeness(known, request)))}: record it first"
        )


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().splitlines() if line.strip()]
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}): give a file that Recording wrote") from error


def _likeness(known: Request, request: Request) -> float:
    a, b = known.words()[-_COMPARED:], request.words()[-_COMPARED:]
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() if a != b else 1.0


def _difference(request: Request, nearest: Request) -> str:
    """How the nearest request differs: where its text parts, or which settings it has."""
    asked, known = request.words(), nearest.words()
    if asked != known:
        at = next(
            (i for i, (a, b) in enumerate(zip(asked, known, strict=False)) if a != b), min(len(asked), len(known))
        )
        return f"the nearest parts at character {at}: {_quote(known[at:])!r} there, {_quote(asked[at:])!r} here"
    names = [name for name in Request.__dataclass_fields__ if getattr(request, name) != getattr(nearest, name)]
    pairs = ", ".join(f"{name} is {getattr(nearest, name)} there and {getattr(request, name)} here" for name in names)
    return f"the same text is known with other settings ({pairs})"


def _quote(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
