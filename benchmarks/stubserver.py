"""A stand-in for a language model's server: OpenAI's chat route, answered at once or after a latency, by rules.

An explanation is a sentence that the prompt alone decides; numbers for tokens are read off the tokens' own spelling, so
that the same question always has the same answer. ``GET /asked`` tells how often each question was asked.

    .venv/bin/python benchmarks/stubserver.py --latency 0.2     prints its base URL
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

FAULTS = ("429", "500", "silence", "half")


@dataclass
class Stub:
    """How it answers, and what it was asked: digests of bodies, and how many answers were under way at most."""

    latency: float
    faults: float = 0.0  # share of requests that go wrong, by turns in each way
    asked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    under_way: int = 0
    most: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                body = await reader.readexactly(length)
                if head.startswith(b"GET"):
                    self._send(writer, 200, json.dumps(self._facts()).encode())
                elif not await self._answer(writer, body):
                    break
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _facts(self) -> dict[str, object]:
        return {"asked": self.asked, "failed": self.failed, "most": self.most}

    async def _answer(self, writer: asyncio.StreamWriter, body: bytes) -> bool:
        """Whether the connection goes on."""
        digest = hashlib.sha256(body).hexdigest()
        self.asked[digest] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(self.latency)
        self.under_way -= 1
        fault = self._fault(digest)
        if fault is None:
            self._send(writer, 200, completion(json.loads(body)))
            return True
        self.failed[fault] += 1
        if fault in ("429", "500"):
            self._send(writer, int(fault), b'{"error": {"message": "out of order"}}', "Retry-After: 0\r\n")
            return True
        if fault == "half":
            whole = completion(json.loads(body))
            self._send(writer, 200, whole[: len(whole) // 2])
            return True
        await asyncio.sleep(5.0)
        return False

    def _fault(self, digest: str) -> str | None:
        """By the question and how often it was asked, so that no order of events decides."""
        drawn = int(hashlib.sha256(f"{digest} {self.asked[digest]}".encode()).hexdigest()[:8], 16)
        share = drawn / 2**32
        return FAULTS[int(share / self.faults * len(FAULTS))] if share < self.faults else None

    def _send(self, writer: asyncio.StreamWriter, status: int, body: bytes, more: str = "") -> None:
        head = f"HTTP/1.1 {status} .\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)


def completion(request: dict[str, object]) -> bytes:
    """The body of a good answer."""
    messages = request["messages"]
    assert isinstance(messages, list)
    said = str(messages[-1]["content"])
    text = numbers(said) or f"words about {hashlib.sha256(said.encode()).hexdigest()[:6]}"
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": len(said) // 4, "completion_tokens": len(text) // 4}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def numbers(prompt: str) -> str | None:
    """A number for each token of the JSON list that ends a prompt; None where there is none."""
    before, bracket, after = prompt.splitlines()[-1].partition('["')
    if not before.startswith("Tokens") or not bracket:
        return None
    tokens = json.loads(bracket + after)
    return json.dumps([{"token": token, "activation": sum(map(ord, token)) % 11} for token in tokens])


async def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that go wrong")
    given = parser.parse_args()
    stub = Stub(given.latency, given.faults)
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0, limit=2**24, backlog=256)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
