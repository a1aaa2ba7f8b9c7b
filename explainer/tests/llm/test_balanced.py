"""Several servers as one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.llm import Balanced, Completion, Message, OpenAIServer, Prices, Reply, ServerOptions

Stub = Any  # see conftest
HELLO = [Message("user", "Hello")]


def ask(model: Balanced, count: int) -> list[Reply]:
    """As many questions at once."""

    async def main() -> list[Reply]:
        replies = await asyncio.gather(*(model.complete(HELLO) for _ in range(count)))
        await model.close()
        return list(replies)

    return asyncio.run(main())


def test_whichever_has_least_to_do_is_asked(stub: Stub) -> None:
    def answer(_path: str, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "delay": 0.6 if body["model"] == "slow" else 0.02,
            "body": {"choices": [{"message": {"content": "fine"}}]},
        }

    stub.answer = answer
    slow, quick = (OpenAIServer(name, stub.url, options=ServerOptions(concurrency=1)) for name in ("slow", "quick"))
    model = Balanced([slow, quick])

    async def main() -> None:
        waiting = {asyncio.ensure_future(model.complete(HELLO)) for _ in range(2)}
        for _ in range(8):
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            waiting |= {asyncio.ensure_future(model.complete(HELLO)) for _ in done}
        await asyncio.gather(*waiting)
        await model.close()

    asyncio.run(main())
    assert quick.totals().requests > 3 * slow.totals().requests > 0


def test_idle_servers_take_turns(stub: Stub) -> None:
    members = [OpenAIServer(f"m{index}", stub.url) for index in range(3)]
    model = Balanced(members)
    ask(model, 9)
    assert [member.totals().requests for member in members] == [3, 3, 3]


def test_a_request_whose_server_fails_goes_on_to_another(stub: Stub) -> None:
    patient = ServerOptions(max_retries=0)
    dead = OpenAIServer("dead", "http://127.0.0.1:9/v1", options=patient)
    model = Balanced([dead, OpenAIServer("alive", stub.url, options=patient)])
    assert [reply.choices for reply in ask(model, 6)] == [(Completion("fine", "stop"),)] * 6
    totals = model.totals()
    assert totals.failures == {"unreachable": dead.totals().requests}
    assert totals.requests == 6 + dead.totals().requests > 6


def test_what_is_wrong_with_the_request_is_not_asked_elsewhere(stub: Stub) -> None:
    stub.answer = lambda _path, _body: {"status": 400, "body": {"error": {"message": "too long"}}}
    (reply,) = ask(Balanced([OpenAIServer("a", stub.url), OpenAIServer("b", stub.url)]), 1)
    assert getattr(reply.choices[0], "kind", None) == "rejected"
    assert len(stub.seen) == 1


def test_the_description_does_not_depend_on_the_order_and_sums_are_of_all(stub: Stub) -> None:
    options = [ServerOptions(context_tokens=size, prices=Prices(1, 1)) for size in (4096, 2048)]
    members = [OpenAIServer(f"m{index}", stub.url, options=options[index]) for index in range(2)]
    there, back = Balanced(members), Balanced(members[::-1])
    assert there.describe() == back.describe()
    assert (there.describe().context_tokens, there.describe().name) == (2048, "m0, m1")
    ask(there, 4)
    assert there.totals().prompt_tokens == 28
    assert there.totals().cost == pytest.approx(40e-6)


def test_nothing_to_balance_is_refused() -> None:
    with pytest.raises(BadInput, match="at least one"):
        Balanced([])
