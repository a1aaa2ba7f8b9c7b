"""A real HTTP server that fails in every way servers do: what comes of it, and what is counted."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from pathlib import Path
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.llm import (
    Completion,
    Failure,
    LanguageModel,
    Message,
    OpenAIServer,
    Prices,
    Reply,
    Sampling,
    ServerOptions,
)
from neuronscope.llm.openai_connection import checked_url

Stub = Any  # see conftest
Turn = dict[str, Any]

KEY = "sk-test-123456"
HELLO = [Message("user", "Hello")]


def turn(status: int = 200, body: object = b"{}", headers: dict[str, str] | None = None, **other: Any) -> Turn:
    """What the server does with one request."""
    return {"status": status, "body": body, "headers": headers or {}} | other


def chat(*texts: str | None, finish_reason: str = "stop") -> Turn:
    """A good answer of the chat route."""
    choices = [{"message": {"role": "assistant", "content": text}, "finish_reason": finish_reason} for text in texts]
    return turn(body={"choices": choices, "usage": {"prompt_tokens": 7, "completion_tokens": 3}})


def ask(model: LanguageModel, n: int = 1, **sampling: Any) -> Reply:
    """One question in an event loop of its own."""

    async def main() -> Reply:
        try:
            return await model.complete(HELLO, n, sampling=Sampling(**sampling))
        finally:
            await model.close()

    return asyncio.run(main())


def failure(reply: Reply) -> Failure:
    """The only choice, which is a failure."""
    (choice,) = reply.choices
    assert isinstance(choice, Failure), choice
    return choice


def test_an_answer_is_text_with_its_tokens_counted_and_paid(stub: Stub) -> None:
    model = stub.model(prices=Prices(2.0, 10.0))
    assert ask(model, seed=4, stop=("x",), top_p=0.5).choices == (Completion("fine", "stop"),)
    totals = model.totals()
    assert (totals.requests, totals.prompt_tokens, totals.completion_tokens) == (1, 7, 3)
    assert totals.cost == pytest.approx((7 * 2 + 3 * 10) / 1e6)
    path, headers, body = stub.seen[0]
    assert (path, headers["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert body["messages"] == [{"role": "user", "content": "Hello"}]
    assert (body["model"], body["seed"], body["stop"], body["top_p"], body["n"]) == ("m", 4, ["x"], 0.5, 1)


def test_retry_after_is_waited_for(stub: Stub) -> None:
    stub.turns.append(turn(429, {"error": {"message": "slow down"}}, {"Retry-After": "1"}))
    model = stub.model()
    assert ask(model).choices == (Completion("fine", "stop"),)
    assert stub.at[1] - stub.at[0] >= 1.0
    assert (model.totals().requests, model.totals().retries, model.totals().failures) == (1, 1, {})


@pytest.mark.parametrize(
    ("bad", "kind", "words"),
    [
        (turn(429, {"error": {"message": "slow down"}}), "rate-limited", "slow down"),
        (turn(500, {"error": {"message": "out of order"}}), "server-error", "out of order"),
        (turn(503, b"<html>busy</html>"), "server-error", "503"),
        (turn(body=chat("late")["body"], delay=4.0), "timeout", "within 1 s"),
        (turn(body=b'{"choices": [{"mess'), "truncated", "broke off"),
        (turn(body=b'{"choices": []}', promised=4000), "unreachable", "closed the connection"),
        (turn(hang_up=True), "unreachable", "closed the connection"),
    ],
    ids=["429", "500", "503 that is no JSON", "silence", "half a body", "closed early", "hung up"],
)
def test_what_may_pass_is_tried_again_and_then_a_failure(stub: Stub, bad: Turn, kind: str, words: str) -> None:
    stub.answer = lambda _path, _body: bad
    model = stub.model(max_retries=1, timeout=1.0)
    found = failure(ask(model))
    assert (found.kind, len(stub.seen)) == (kind, 2)
    assert words in found.reason
    totals = model.totals()
    assert (totals.requests, totals.retries, totals.failures, totals.uncounted) == (1, 1, {kind: 1}, 1)


@pytest.mark.parametrize(
    "bad",
    [
        turn(429, {"error": {"message": "slow down"}}),
        turn(500),
        turn(delay=5.0),
        turn(body=b'{"choices": [{"mess'),
        turn(body=b"{}", promised=4000),
        turn(hang_up=True),
    ],
    ids=["429", "500", "silence", "half a body", "closed early", "hung up"],
)
def test_what_passes_when_tried_again_is_an_answer(stub: Stub, bad: Turn) -> None:
    stub.turns.append(bad)
    model = stub.model(timeout=1.5)
    assert ask(model).choices == (Completion("fine", "stop"),)
    assert (len(stub.seen), model.totals().retries, model.totals().failures) == (2, 1, {})


@pytest.mark.parametrize(
    ("bad", "kind", "words"),
    [
        (turn(body={"choices": []}), "empty", "without any choice"),
        (turn(body={}), "empty", "without any choice"),
        (chat("  \n"), "empty", "no text"),
        (chat("", finish_reason="length"), "empty", "allow more"),
        (chat(None, finish_reason="content_filter"), "refused", "content filter"),
        (turn(400, {"error": {"message": "not this", "code": "content_filter"}}), "refused", "not this"),
        (turn(400, {"error": {"message": "too many tokens"}}), "rejected", "too many tokens"),
        (turn(body=b"<html>hello</html>"), "malformed", "not JSON: <html>hello</html>"),
        (turn(body=b"[1, 2]"), "malformed", "not an object"),
        (turn(body=b"[" * 100_000), "malformed", ""),
        (turn(body={"error": {"message": "inner"}}), "server-error", "inner"),
        (turn(body={"choices": [{"message": {"content": 5}}]}), "malformed", "int"),
        (turn(body={"choices": [None]}), "malformed", "not an object"),
    ],
)
def test_answers_without_text_are_failures_with_their_reason(stub: Stub, bad: Turn, kind: str, words: str) -> None:
    stub.turns.append(bad)
    model = stub.model()
    found = failure(ask(model))
    assert (found.kind, model.totals().failures, len(stub.seen)) == (kind, {kind: 1}, 1)
    assert words in found.reason


def test_a_refusal_is_quoted_and_is_not_text(stub: Stub) -> None:
    body = {"choices": [{"message": {"content": "", "refusal": "I would rather not."}, "finish_reason": "stop"}]}
    stub.turns.append(turn(body=body))
    assert failure(ask(stub.model())) == Failure("refused", "the model declined: I would rather not.")


def test_a_deadline_ends_all_tries(stub: Stub) -> None:
    stub.answer = lambda _path, _body: turn(429, {}, {"Retry-After": "30"})
    start = time.monotonic()
    model = stub.model(deadline=0.5)
    assert failure(ask(model)).kind == "timeout"
    assert time.monotonic() - start < 5
    assert model.totals().failures == {"timeout": 1}


def test_no_server_at_all_is_unreachable() -> None:
    model = OpenAIServer("m", "http://127.0.0.1:9/v1", options=ServerOptions(max_retries=0))
    assert failure(ask(model)).kind == "unreachable"


@pytest.mark.parametrize(("status", "words"), [(401, "does not accept the key"), (403, "key"), (404, "is not there")])
def test_what_every_request_would_meet_is_bad_input(stub: Stub, status: int, words: str) -> None:
    stub.answer = lambda _path, _body: turn(status, {"error": {"message": f"you sent {KEY}"}})
    model = stub.model()
    with pytest.raises(BadInput, match=words):
        ask(model)
    assert (len(stub.seen), model.totals().requests) == (1, 1)


def everything(error: BaseException | None) -> str:
    """An exception's words, those of all it came from, and of what they hold."""
    out = ""
    while error is not None:
        out += f"{error!r} {error} {error.args} {vars(error)}"
        request = getattr(error, "request", None)
        out += str(request.headers.raw) if request is not None else ""
        error = error.__cause__ or error.__context__
    return out


def test_the_key_is_in_no_error_no_repr_no_log_and_no_description(
    stub: Stub, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from neuronscope.llm import Cached, Recording
    from neuronscope.llm.opening import OpenOptions

    caplog.set_level(logging.DEBUG)
    model = stub.model(max_retries=0)
    kept = Recording(Cached(model, tmp_path / "answers.sqlite"), tmp_path / "recording.jsonl")
    stub.turns += [turn(status, {"error": {"message": f"you sent {KEY}"}}) for status in (500, 429, 400)]
    stub.turns += [turn(body={"error": KEY}), turn(body=f"not JSON {KEY}".encode()), chat("fine")]
    words = "".join(str(ask(kept)) for _ in range(6))
    assert "[key]" in words
    stub.turns.append(turn(401, {"error": {"message": f"you sent {KEY}"}}))
    with pytest.raises(BadInput) as caught:
        ask(kept, seed=1)
    words += everything(caught.value) + repr(model) + repr(kept.describe()) + repr(OpenOptions(key=KEY)) + caplog.text
    words += "".join(repr(value) for value in vars(model).values()) + repr(vars(model._connection))
    stub.turns += [turn(400, {"error": {"message": "x" * length + KEY}}) for length in (290, 296, 1190, 1196)]
    words += "".join(str(ask(kept, seed=seed)) for seed in range(2, 6))
    assert KEY[:8] not in words
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "url", ["http://me:secret@host/v1", "https://host/v1?key=secret", "http://secret@host", "http://h/#secret"]
)
def test_urls_with_secrets_are_refused_without_showing_them(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked_url(url)
    assert "secret" not in everything(caught.value)


@pytest.mark.parametrize(
    "url", ["", "host:80", "ftp://host", "http://", "http://h:99999", "http://[::1", "http://h/ a"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="http"):
        OpenAIServer("m", url)


def test_nothing_is_taken_from_the_environment(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "from-the-environment")
    ask(stub.model(key=None))
    assert "from-the-environment" not in str(stub.seen[0])


def test_no_more_requests_are_under_way_than_allowed(stub: Stub) -> None:
    stub.answer = lambda _path, _body: turn(body=chat("fine")["body"], delay=0.05)
    model = stub.model(concurrency=3)

    async def main() -> None:
        await asyncio.gather(*(model.complete(HELLO) for _ in range(15)))
        await model.close()

    asyncio.run(main())
    assert stub.most_under_way == 3


@pytest.mark.parametrize("seed", [None, 10])
def test_a_server_that_gives_one_choice_is_asked_for_the_rest(stub: Stub, seed: int | None) -> None:
    model = stub.model()
    reply = ask(model, 3, seed=seed)
    assert reply.choices == (Completion("fine", "stop"),) * 3
    assert (reply.usage.prompt_tokens, model.totals().requests) == (21, 3)
    assert sorted(str(body.get("seed")) for _, _, body in stub.seen) == (
        ["None"] * 3 if seed is None else ["10", "11", "12"]
    )
    ask(model, 2)
    assert [body["n"] for _, _, body in stub.seen[3:]] == [1, 1]  # it is known by then


def test_a_server_that_rejects_several_choices_is_asked_for_each(stub: Stub) -> None:
    stub.answer = lambda _path, body: chat("fine") if body["n"] == 1 else turn(400, {"error": {"message": "one"}})
    model = stub.model()
    assert ask(model, 2).choices == (Completion("fine", "stop"),) * 2
    assert model.totals().failures == {}


def test_a_model_that_names_the_limit_otherwise_gets_it_under_that_name(stub: Stub) -> None:
    said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    stub.turns.append(turn(400, {"error": {"message": said}}))
    model = stub.model()
    assert ask(model, max_tokens=9).choices == (Completion("fine", "stop"),)
    assert (stub.seen[1][2]["max_completion_tokens"], "max_tokens" in stub.seen[1][2]) == (9, False)
    assert model.totals().failures == {}


def test_a_failed_request_is_a_failure_for_each_choice_it_should_have_given(stub: Stub) -> None:
    stub.answer = lambda _path, _body: turn(500)
    model = stub.model(max_retries=0)
    reply = ask(model, 3)
    assert [getattr(choice, "kind", None) for choice in reply.choices] == ["server-error"] * 3
    assert (model.totals().requests, model.totals().failures) == (1, {"server-error": 3})


def test_text_models_get_one_string(stub: Stub) -> None:
    stub.answer = lambda _path, _body: turn(body={"choices": [{"text": " fine", "finish_reason": "length"}]})
    model = stub.model(prompt_form="text")
    assert ask(model).choices == (Completion(" fine", "length"),)
    path, _, body = stub.seen[0]
    assert (path, body["prompt"]) == ("/v1/completions", "User: Hello\n\nAssistant:")
    assert model.totals().uncounted == 1  # this answer does not say how many tokens it took


def test_nothing_is_lost_or_said_twice_when_one_in_ten_requests_fails(stub: Stub) -> None:
    chooser = random.Random(5)
    failing = [
        turn(429, {}, {"Retry-After": "0.05"}),
        turn(500, {}, {"Retry-After": "0.05"}),
        turn(delay=7.0),
        turn(body=b'{"ch'),
    ]

    def answer(_path: str, body: dict[str, Any]) -> Turn:
        with stub.lock:
            unlucky = chooser.random() < 0.1
            return chooser.choice(failing) if unlucky else chat(body["messages"][0]["content"] + "!")

    stub.answer = answer
    model = stub.model(concurrency=32, timeout=3.0, max_retries=6)

    async def main() -> list[Reply]:
        replies = await asyncio.gather(*(model.complete([Message("user", f"question {i}")]) for i in range(200)))
        await model.close()
        return list(replies)

    replies = asyncio.run(main())
    assert [reply.choices for reply in replies] == [(Completion(f"question {i}!", "stop"),) for i in range(200)]
    totals = model.totals()
    assert (totals.requests, totals.failures) == (200, {})
    # A try may also be lost before the server sees it.
    assert totals.retries >= len(stub.seen) - 200 > 0


def test_one_model_may_be_used_from_event_loop_after_event_loop(stub: Stub) -> None:
    model = stub.model()

    async def main() -> Reply:
        return await model.complete(HELLO)

    assert all(asyncio.run(main()).choices == (Completion("fine", "stop"),) for _ in range(3))
