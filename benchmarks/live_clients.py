"""Live text for 64 clients at once, and for one alone, beside the bare model: one table on standard output.

    python benchmarks/live_clients.py .cache/smollm2 [--dataset data/sample] [--seconds 120]

A server of its own process answers mixed requests of about 64 tokens each, all different; some clients generate. What
it reads and writes in tokens per second stands beside what the bare model (with its LM head) reads in batches of 16
texts of that length, before and after. Every answer is compared with the one that its text got alone. For one client,
requests and bare passes of the same text (without LM head, as activations need none) take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

CLIENTS, BATCH, TOKENS = 64, 16, 64
GENERATING = 4  # of the clients
LEAST_THROUGHPUT, MOST_ALONE = 0.7, 1.5
MOST_GROWTH = 1.05  # of memory, from the second quarter of the run to the last; the first warms everything up
LOOK = 0.25  # seconds between two looks at the memory, which swings with the logits of each pass
TOLERANCE = 2e-3  # of an activation, against the same text alone
WORDS = ["the", "river", "runs", "past", "old", "mills", "and", "over", "stones", "where", "children", "look", "for"]
WORDS += ["small", "green", "frogs", "in", "spring"]


@dataclass
class Tally:
    """What clients saw; ``tokens`` went through the model for them."""

    tokens: int = 0
    answers: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    by_route: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def serving(model: str, dataset: str) -> Iterator[tuple[str, int]]:
    """A server once its model is loaded: the address of the model, and the process id of the worker."""
    command = [sys.executable, "-m", "neuronscope", "serve", f"d={dataset}", "--model", f"m={model}", "--port", "0"]
    process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        while (live := _get(f"{url}/api/site.json")["models"][0])["status"] == "loading":
            time.sleep(0.2)
        if live["status"] == "failed":
            sys.exit(live["detail"])
        yield f"{url}/api/models/m", _largest_child(process.pid)
    finally:
        process.terminate()
        process.wait()


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as response:
        return json.load(response)


def _largest_child(pid: int) -> int:
    """The worker, which holds the model."""
    children = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == pid]
    return max(children, key=resident)


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return -1


def resident(pid: int) -> int:
    """Bytes in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def post(url: str, body: dict[str, Any]) -> Any:
    """The answer.

    :raises urllib.error.HTTPError: it is none.
    """
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def text_of(number: int, words: int) -> str:
    """Words drawn for this number, which stands in the text too."""
    draw = random.Random(number)
    return f"{number} " + " ".join(draw.choice(WORDS) for _ in range(words))


def client(
    base: str, number: int, unit: tuple[int, int], until: float, tally: Tally, alone: dict[str, list[float]]
) -> None:
    """Ask until the time is over, mostly for activations; those texts are checked against ``alone``."""
    draw = random.Random(number)
    while time.perf_counter() < until:
        text, route = draw.choice(list(alone)), draw.choice(("activations", "activations", "top-units", "predictions"))
        if number < GENERATING:
            route = "generate"
        body: dict[str, Any] = {"text": text}
        body |= {
            "activations": {"units": [{"layer": unit[0], "unit": unit[1]}]},
            "top-units": {"k": 3},
            "predictions": {"top_k": 5},
            "generate": {"max_tokens": 8, "stream": False},
        }[route]
        try:
            answer = post(f"{base}/{route}", body)
        except urllib.error.HTTPError as error:
            with tally.lock:
                tally.refused += error.code == 429
                if error.code != 429:
                    tally.wrong.append(f"{route}: {error.code} {error.read()[:200]!r}")
            time.sleep(float(error.headers.get("Retry-After", 0.5)))
            continue
        except OSError as error:
            with tally.lock:
                tally.wrong.append(f"{route}: {error}")
            continue
        count(tally, route, text, answer, alone)


def count(tally: Tally, route: str, text: str, answer: Any, alone: dict[str, list[float]]) -> None:
    """Add an answer, which has to be about its own text."""
    wrong = None if "".join(answer["tokens"]) == text else f"{route}: another text came back"
    if route == "activations" and wrong is None:
        found = answer["units"][0]["record"]["activations"]
        if any(abs(a - b) > TOLERANCE * max(1.0, abs(b)) for a, b in zip(found, alone[text], strict=True)):
            wrong = "activations: other numbers than alone"
    more = sum(len(run["tokens"]) for run in answer["runs"]) if route == "generate" else 0
    with tally.lock:
        tally.tokens += len(answer["tokens"]) + more
        tally.answers += 1
        tally.by_route[route] += 1
        if wrong:
            tally.wrong.append(wrong)


def bare_rate(subject: Any, texts: list[str]) -> float:
    """Tokens per second of batches of 16 texts cut to one length, logits and all."""
    import torch

    ids = torch.tensor([subject.tokenizer(text)["input_ids"][: TOKENS - 1] for text in texts[:BATCH]])
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        with torch.inference_mode():
            subject.model(input_ids=ids, use_cache=False)
        times.append(time.perf_counter() - begin)
    return ids.numel() / statistics.median(times)


def one_alone(base: str, subject: Any, text: str, unit: tuple[int, int], turns: int = 15) -> tuple[float, float]:
    """Median seconds of a request for activations, and of a bare pass over the same text, by turns."""
    import torch

    body = {"text": text, "units": [{"layer": unit[0], "unit": unit[1]}]}
    ids = torch.tensor([subject.tokenizer(text)["input_ids"]])
    asked, bare = [], []
    for _ in range(turns):
        begin = time.perf_counter()
        post(f"{base}/activations", body)
        asked.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        with torch.inference_mode():
            subject.model.base_model(input_ids=ids, use_cache=False)
        bare.append(time.perf_counter() - begin)
    return statistics.median(asked[1:]), statistics.median(bare[1:])


def main() -> int:
    """Print the table; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--dataset", default="data/sample")
    parser.add_argument("--seconds", type=float, default=120.0)
    options = parser.parse_args()
    from neuronscope.subject import load_subject

    subject = load_subject(options.model)
    unit = (subject.info.layers - 1, 0)
    texts = [text_of(number, TOKENS - 2) for number in range(CLIENTS)]
    with serving(options.model, options.dataset) as (base, worker):
        last = {"units": [{"layer": unit[0], "unit": unit[1]}]}
        alone = {
            text: post(f"{base}/activations", {"text": text, **last})["units"][0]["record"]["activations"]
            for text in texts
        }
        asked, bare = one_alone(base, subject, texts[0], unit)
        before = bare_rate(subject, texts)
        tally, sizes = Tally(), []
        begin = time.perf_counter()
        until = begin + options.seconds
        threads = [
            threading.Thread(target=client, args=(base, number, unit, until, tally, alone)) for number in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            sizes.append(resident(worker))
            time.sleep(LOOK)
        seconds = time.perf_counter() - begin
        after = bare_rate(subject, texts)
    return report(tally, seconds, (before, after), (asked, bare), sizes)


def quarters(sizes: list[int]) -> list[float]:
    """The median of each quarter of a run, in order."""
    ends = [len(sizes) * part // 4 for part in range(5)]
    return [statistics.median(sizes[first:last]) for first, last in pairwise(ends)]


def report(
    tally: Tally, seconds: float, rates: tuple[float, float], alone: tuple[float, float], sizes: list[int]
) -> int:
    """Print what was seen; whether an aim is missed."""
    throughput, bare = tally.tokens / seconds, statistics.mean(rates)
    parts = quarters(sizes)
    growth = parts[3] / parts[1]
    print("| what | figure | aim |\n| --- | --- | --- |")
    print(f"| one client, activations of {TOKENS} tokens, ms | {alone[0] * 1e3:.0f} | |")
    print(f"| a bare pass of the same text, ms | {alone[1] * 1e3:.0f} | |")
    print(f"| ratio | {alone[0] / alone[1]:.2f} | at most {MOST_ALONE} |")
    print(f"| {CLIENTS} clients for {seconds:.0f} s, answers | {tally.answers:,} | |")
    for route, answers in sorted(tally.by_route.items()):
        print(f"| of them {route} | {answers:,} | |")
    print(f"| tokens per second | {throughput:,.0f} | |")
    print(f"| the bare model in batches of {BATCH}, before and after | {rates[0]:,.0f}, {rates[1]:,.0f} | |")
    print(f"| ratio | {throughput / bare:.2f} | at least {LEAST_THROUGHPUT} |")
    print(f"| refused with 429 | {tally.refused:,} | |")
    print(f"| other errors, or answers mixed up | {len(tally.wrong)} | 0 |")
    print(f"| memory, the median of each quarter, MB | {', '.join(f'{part / 1e6:,.0f}' for part in parts)} | flat |")
    print(f"| the last quarter over the second | {growth:.3f} | at most {MOST_GROWTH} |")
    for wrong in tally.wrong[:5]:
        print(wrong, file=sys.stderr)
    missed = alone[0] / alone[1] > MOST_ALONE or throughput / bare < LEAST_THROUGHPUT
    return 1 if missed or tally.wrong or growth > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
