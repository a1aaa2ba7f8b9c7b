"""Answers are in the journal before they are used: what was answered is never asked again, whatever ended the run."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.llm import (
    CandidateLogprobs,
    CandidateQuestion,
    Completion,
    Failure,
    Message,
    Prices,
    Reply,
    Sampling,
    TokenLogprobs,
    Totals,
    Usage,
)
from neuronscope.llm.journal import begin_journal, reopen_journal
from neuronscope.llm.journaled import Budget, BudgetSpent, Journaled
from neuronscope.llm.requests import Answer, ByRequest, Request
from neuronscope.messages import Description, Prompt

Stub = Any  # see conftest
HELLO = [Message("user", "Hello")]


class Counting(ByRequest):
    """Answers with the request's own words, after a moment; counts what it was asked."""

    def __init__(self, *, failing: Failure | None = None) -> None:
        self.asked: list[Request] = []
        self.failing = failing

    def describe(self) -> Description:
        return Description("counting", "local", "chat", hash="0" * 64)

    def totals(self) -> Totals:
        return Totals(requests=len(self.asked), prompt_tokens=10 * len(self.asked))

    def count_tokens(self, prompt: Prompt) -> int:
        return len(str(prompt))

    async def close(self) -> None: ...

    async def answer(self, request: Request) -> Answer:
        self.asked.append(request)
        await asyncio.sleep(0.01)
        if self.failing is not None:
            return self.failing if request.n is None else Reply((self.failing,) * request.n, Usage(None, None))
        if request.call == "complete":
            return Reply((Completion(request.words(), "stop"),) * (request.n or 1), Usage(3, 4))
        if request.call == "token_logprobs":
            return TokenLogprobs(("a\tb\n",), (0,), (None,), ((),))
        return CandidateLogprobs((((-0.1234567890123456, None),),))


def ask_all(model: Journaled) -> list[Any]:
    """One question of each kind."""

    async def main() -> list[Any]:
        question = CandidateQuestion("prefix", ("a",), ((0,),), ("0", "1"))
        return [
            await model.complete(HELLO, 2, sampling=Sampling(temperature=0)),
            await model.token_logprobs("a\tb\n"),
            await model.candidate_logprobs(question),
        ]

    return asyncio.run(main())


def test_what_was_answered_is_answered_again_after_reopening_and_asked_of_nobody(tmp_path: Path) -> None:
    first, journal = Counting(), begin_journal(tmp_path / "journal", b"{}")
    said = ask_all(Journaled(first, journal, name="0"))
    journal.close()
    again, reopened = Counting(), reopen_journal(tmp_path / "journal")
    assert reopened is not None
    model = Journaled(again, reopened, name="0")
    assert ask_all(model) == said
    assert (len(first.asked), again.asked, model.totals().cached) == (3, [], 3)
    assert (reopened.header, reopened.answered) == (b"{}", 3)


def test_one_question_of_many_tasks_at_once_is_one_request(tmp_path: Path) -> None:
    inner = Counting()
    model = Journaled(inner, begin_journal(tmp_path / "journal", b"{}"), name="0")

    async def main() -> list[Reply]:
        return list(await asyncio.gather(*(model.complete(HELLO) for _ in range(20))))

    replies = asyncio.run(main())
    assert (len(inner.asked), len(set(map(repr, replies)))) == (1, 1)


def test_one_who_stops_waiting_takes_the_answer_from_nobody(tmp_path: Path) -> None:
    inner = Counting()
    model = Journaled(inner, begin_journal(tmp_path / "journal", b"{}"), name="0")

    async def main() -> Reply:
        leaving = asyncio.ensure_future(model.complete(HELLO))
        staying = asyncio.ensure_future(model.complete(HELLO))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert isinstance(asyncio.run(main()).choices[0], Completion)
    assert len(inner.asked) == 1


@pytest.mark.parametrize("kind", ["timeout", "rate-limited", "server-error", "unreachable", "truncated", "malformed"])
def test_failures_that_may_pass_are_asked_again(tmp_path: Path, kind: Any) -> None:
    failing = Counting(failing=Failure(kind, "not now"))
    journal = begin_journal(tmp_path / "journal", b"{}")
    ask_all(Journaled(failing, journal, name="0"))
    journal.close()
    reopened = reopen_journal(tmp_path / "journal")
    assert reopened is not None
    well = Counting()
    assert isinstance(ask_all(Journaled(well, reopened, name="0"))[0].choices[0], Completion)
    assert (len(well.asked), reopened.earlier()["0.0"].totals.requests) == (3, 3)


@pytest.mark.parametrize("kind", ["refused", "empty", "rejected"])
def test_failures_that_say_something_of_the_request_are_kept(tmp_path: Path, kind: Any) -> None:
    failing, journal = Counting(failing=Failure(kind, "never")), begin_journal(tmp_path / "journal", b"{}")
    said = ask_all(Journaled(failing, journal, name="0"))
    journal.close()
    reopened, well = reopen_journal(tmp_path / "journal"), Counting()
    assert reopened is not None
    assert ask_all(Journaled(well, reopened, name="0")) == said
    assert well.asked == []


def test_another_model_or_other_settings_are_another_question(tmp_path: Path) -> None:
    journal = begin_journal(tmp_path / "journal", b"{}")
    inner = Counting()
    model = Journaled(inner, journal, name="0")

    class Other(Counting):
        def describe(self) -> Description:
            return Description("other", "local", "chat", hash="1" * 64)

    other = Other()

    async def main() -> None:
        await model.complete(HELLO)
        await model.complete(HELLO, sampling=Sampling(seed=1))
        await model.complete(HELLO, 2)
        await Journaled(other, journal, name="1").complete(HELLO)

    asyncio.run(main())
    assert (len(inner.asked), len(other.asked)) == (3, 1)


@given(cut=st.integers(0, 2000), junk=st.binary(max_size=40))
def test_a_file_that_breaks_off_anywhere_loses_the_last_answer_at_most(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("torn") / "journal"
    journal = begin_journal(path, b'{"run": 1}')
    ends = []
    for number in range(5):
        journal.add(
            f"{number:064d}", b'{"answer":%d}' % number, model="0", totals=Totals(requests=number), passing=False
        )
        ends.append(path.stat().st_size)
    journal.close()
    kept = min(cut, ends[-1])
    with path.open("r+b") as file:
        file.truncate(kept)
        file.seek(0, os.SEEK_END)
        file.write(junk.replace(b"\n", b""))  # what a torn write may leave
    reopened = reopen_journal(path)
    whole = sum(end <= kept for end in ends)
    if reopened is None:
        assert kept < ends[0]
        return
    found = [reopened.find(f"{number:064d}") for number in range(5)]
    assert found == [b'{"answer":%d}' % number for number in range(whole)] + [None] * (5 - whole)
    reopened.add("f" * 64, b"new", model="0", totals=Totals(), passing=False)
    reopened.close()
    last = reopen_journal(path)
    assert last is not None
    assert (last.answered, last.find("f" * 64)) == (whole + 1, b"new")
    last.close()


def test_a_damaged_line_in_the_middle_costs_its_own_answer_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = begin_journal(path, b"{}")
    for number in range(3):
        journal.add(f"{number}", b"x%d" % number, model="0", totals=Totals(), passing=False)
    journal.close()
    path.write_bytes(path.read_bytes().replace(b"x1", b"y1"))
    reopened = reopen_journal(path)
    assert reopened is not None
    assert [reopened.find(str(number)) for number in range(3)] == [b"x0", None, b"x2"]


def test_totals_of_all_parts_are_there_once_each(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    begin_journal(path, b"{}").close()
    for part in range(3):
        journal = reopen_journal(path)
        assert journal is not None
        for requests in (1, 2):
            key = f"{part}-{requests}"
            journal.add(key, b"{}", model="0", totals=Totals(requests=requests, failures={"timeout": 1}), passing=False)
        journal.close()
    last = reopen_journal(path)
    assert last is not None
    assert [one.totals.requests for one in last.earlier().values()] == [2, 2, 2]


def test_two_processes_cannot_have_it_open(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = begin_journal(path, b"{}")
    with pytest.raises(BadInput, match="in use by another run"):
        reopen_journal(path)
    with pytest.raises(BadInput, match="in use by another run"):
        begin_journal(path, b"{}")
    journal.close()
    assert reopen_journal(path) is not None


def test_when_the_budget_is_spent_nothing_new_is_asked_and_what_is_under_way_is_kept(
    tmp_path: Path, stub: Stub
) -> None:
    stub.answer = lambda _path, body: {"delay": 0.05, "body": _fine(body)}
    inner = stub.model(prices=Prices(0.0, 1e6), concurrency=4)  # a dollar a token, 3 tokens an answer
    journal = begin_journal(tmp_path / "journal", b"{}")
    model = Journaled(inner, journal, name="0", budget=Budget(10.0, [inner]), at_once=4)

    async def main() -> list[Any]:
        asked = [model.complete([Message("user", str(number))]) for number in range(40)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        await model.settle()
        await model.close()
        return list(found)

    found = asyncio.run(main())
    answered = sum(isinstance(one, Reply) for one in found)
    assert answered + sum(isinstance(one, BudgetSpent) for one in found) == 40
    assert answered == journal.answered == len(stub.seen)
    assert 4 <= answered <= 4 + 4  # 10 dollars are four answers; three more may have been under way


def test_a_budget_needs_prices_and_money(stub: Stub) -> None:
    with pytest.raises(BadInput, match="needs prices"):
        Budget(1.0, [stub.model()])
    with pytest.raises(BadInput, match="more than 0"):
        Budget(0.0, [stub.model(prices=Prices(1, 1))])


def _fine(_body: dict[str, Any]) -> dict[str, Any]:
    choices = [{"index": 0, "message": {"role": "assistant", "content": "fine"}, "finish_reason": "stop"}]
    return {"choices": choices, "usage": {"prompt_tokens": 7, "completion_tokens": 3}}


KILLED = """
import sys, asyncio
from pathlib import Path
from neuronscope.llm import Totals
from neuronscope.llm.journal import begin_journal
journal = begin_journal(Path(sys.argv[1]), b"{}")
for number in range(10**9):
    journal.add(str(number), b"a" * 3000, model="0", totals=Totals(), passing=False)
    print(number, flush=True)
"""


def test_a_killed_process_has_lost_nothing_that_it_used(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    used = [process.stdout.readline() for _ in range(500)]
    process.send_signal(signal.SIGKILL)
    used += process.stdout.read().splitlines()
    process.wait()
    whole = [line for line in used if line.strip().isdigit()]
    reopened = reopen_journal(path)
    assert reopened is not None
    assert reopened.answered >= len(whole) - 1  # the last line printed may itself have broken off
    assert reopened.find(str(len(whole) - 2)) == b"a" * 3000
