"""Search over a million made-up explanations: the index's time and size, and the time of whole requests.

They go to ``neuronscope serve`` over one connection on loopback that stays open. Nothing is remembered between them, so
that asking for one word again costs as much as the first time. Ends with 1 when a figure is over its limit.

    .venv/bin/python benchmarks/search_explanations.py [--explanations 1000000] [--requests 300]
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np

from neuronscope.dataset import DatasetWriter, open_dataset
from neuronscope.dataset.localcache import cache_folder
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.search.build import write_index
from neuronscope.dataset.search.entries import Explained
from neuronscope.dataset.search.stamp import stamp

BUILD_SECONDS, INDEX_BYTES = 30.0, 150_000_000
WORD_MS, FRAGMENT_MS = 25.0, 60.0
LAYERS, UNITS = 48, 6_400
AUTHORS = [None, "gpt-4", "tokens-only", "a person"]
COMMON = [
    "the", "of", "and", "to", "in", "words", "that", "related", "references", "phrases", "a", "for", "is", "or", "with",
    "on", "as", "by", "at", "from", "this", "names", "numbers", "verbs", "time", "places", "people", "nouns",
    "specific", "actions", "terms", "often", "such", "usage", "particular", "beginning",
]  # fmt: skip
ENDS = ["", "s", "ing", "ed", "er", "ly", "tion", "ment", "ness", "able"]
STEMS = 30_000


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, and its limit in the same unit."""

    what: str
    median: float | None
    p99: float
    limit: float
    unit: str


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--explanations", type=int, default=1_000_000)
    arguments.add_argument("--requests", type=int, default=300)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder) / "bench", Path(folder) / "cache"
        write_dataset(root)
        words = vocabulary()
        rows = built(root, cache, words, given.explanations)
        with serving(root, cache) as ask:
            rows += [timed(ask, kind, given.requests) for kind in kinds(words)]
    print(f"{given.explanations:,} explanations, {len(words):,} words, {given.requests} requests of each kind")
    print(f"{'':<62}{'median':>10}{'p99':>10}{'limit':>10}")
    for row in rows:
        middle = "" if row.median is None else f"{row.median:.1f}"
        print(f"{row.what:<62}{middle:>10}{row.p99:>10.1f}{row.limit:>10.0f} {row.unit}")
    return int(any(row.p99 > row.limit for row in rows))


# ---- what is searched ------------------------------------------------------------------------------------------------


def vocabulary() -> list[str]:
    """Common words, then stems with the ends of English, which make fragments that stand inside thousands of words."""
    chance = random.Random(0)
    stems = {"".join(chance.choices("etaoinshrdlucmfwypvbgk", k=chance.randint(3, 8))) for _ in range(STEMS)}
    made = [stem + end for stem in sorted(stems) for end in chance.sample(ENDS, chance.randint(2, 6))]
    chance.shuffle(made)
    return COMMON + list(dict.fromkeys(made))


def explanations(words: list[str], count: int) -> Iterator[Explained]:
    """4 to 15 words each, word r of the vocabulary 1/r times as often as the first; spread over the units in order."""
    chance = np.random.default_rng(0)
    shares = 1 / np.arange(1, len(words) + 1)
    lengths = chance.integers(4, 16, count)
    drawn = iter(chance.choice(len(words), lengths.sum(), p=shares / shares.sum()).tolist())
    scores, authors = chance.random(count).round(4).tolist(), chance.integers(0, len(AUTHORS), count).tolist()
    previous, number = -1, 0
    for i, length in enumerate(lengths.tolist()):
        place = i * LAYERS * UNITS // count
        number = number + 1 if place == previous else 0
        previous = place
        text = " ".join([words[word] for word in itertools.islice(drawn, length)])
        score = None if i % 20 == 0 else scores[i]
        yield Explained(place // UNITS, place % UNITS, number, text, AUTHORS[authors[i]], score, 10 * scores[-i])


def write_dataset(root: Path) -> None:
    """A dataset of the right size without any files: the search index says all that is asked for here."""
    with DatasetWriter(root) as writer:
        layers = [LayerInfo(layer, UNITS) for layer in range(LAYERS)]
        writer.finish(Manifest("bench", "Bench", ModelInfo("none"), SourceInfo("mlp"), layers))


def built(root: Path, cache: Path, words: list[str], count: int) -> list[Row]:
    """Build the index where the server will look for it. Making up the texts is measured apart, and taken off."""
    began = time.perf_counter()
    made = list(explanations(words, count))
    print(f"made up in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    dataset = open_dataset(root)
    mark = stamp(dataset)
    target = cache_folder(cache / "neuronscope", dataset.root) / f"search-{mark}"
    target.parent.mkdir(parents=True)
    began = time.perf_counter()
    write_index(target, made, mark=mark)
    seconds = time.perf_counter() - began
    size = sum(path.stat().st_size for path in target.iterdir())
    return [
        Row("index built", None, seconds, BUILD_SECONDS, "s"),
        Row("size of the index", None, size / 1e6, INDEX_BYTES / 1e6, "MB"),
    ]


# ---- what is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """Queries of one kind, endless, with the filters they are asked under."""

    what: str
    texts: Iterator[str]
    limit: float
    filters: Callable[[random.Random], dict[str, object]] = lambda _: {}


def kinds(words: list[str]) -> list[Kind]:
    """One and two words, common and any; fragments; each plain, in a layer, from a score on, and both."""
    chance = random.Random(1)
    common = COMMON[:12]
    pairs = [f"{a} {b}" for a, b in itertools.permutations(common, 2)]
    filters: dict[str, Callable[[random.Random], dict[str, object]]] = {
        "": lambda _: {},
        ", in a layer": lambda chance: {"layer": chance.randrange(LAYERS)},
        ", from a score on": lambda chance: {"min_score": chance.randrange(1, 10_000) / 10_000},
        ", in a layer, from a score on": lambda chance: {
            "layer": chance.randrange(LAYERS),
            "min_score": chance.randrange(1, 10_000) / 10_000,
        },
    }
    asked: list[tuple[str, Callable[[], str], float]] = [
        ("one of the 12 commonest words", lambda: chance.choice(common), WORD_MS),
        ("two of the 12 commonest words", lambda: chance.choice(pairs), WORD_MS),
        ("one word", lambda: chance.choice(words[:2_000]), WORD_MS),
        ("two words", lambda: " ".join(chance.sample(words[:2_000], 2)), WORD_MS),
        ("a fragment of three letters", lambda: inner(chance, words, 3), FRAGMENT_MS),
        ("a fragment that stands in many words", lambda: chance.choice(ENDS[2:]), FRAGMENT_MS),
        ("two fragments", lambda: f"{inner(chance, words, 3)} {chance.choice(ENDS[2:])}", FRAGMENT_MS),
    ]
    return [
        Kind(what + suffix, iter(text, None), limit, filters[suffix])
        for (what, text, limit), suffix in itertools.product(asked, filters)
    ]


def inner(chance: random.Random, words: list[str], length: int) -> str:
    """Letters from inside some word."""
    while True:
        word = chance.choice(words)
        if len(word) > length:
            at = chance.randrange(len(word) - length + 1)
            return word[at : at + length]


# ---- asking ----------------------------------------------------------------------------------------------------------

Ask = Callable[[dict[str, object]], float]


@contextmanager
def serving(root: Path, cache: Path) -> Iterator[Ask]:
    """``neuronscope serve`` with its defaults and the prepared cache; gives a function that times one request in ms."""
    command = [str(Path(sys.executable).with_name("neuronscope")), "serve", f"bench={root}", "--port=0", "--json"]
    environ = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            address = urlsplit(json.loads(process.stdout.readline())["url"])
            connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
            wait(connection)
            yield lambda query: request(connection, query)
        finally:
            process.terminate()


def request(connection: http.client.HTTPConnection, query: dict[str, object]) -> float:
    """Milliseconds from the request to the last byte of its answer."""
    path = f"/api/datasets/bench/search?{urlencode(query)}"
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    passed = time.perf_counter() - began
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {body.decode(errors='replace')}")
    return passed * 1_000


def wait(connection: http.client.HTTPConnection) -> None:
    """Until the index is open."""
    for _ in range(600):
        connection.request("GET", "/api/datasets/bench/search?q=the")
        response = connection.getresponse()
        body = response.read()
        if response.status == 200:
            if not json.loads(body)["total"]:
                raise SystemExit("The server did not find the prepared index.")
            return
        time.sleep(0.1)
    raise SystemExit("The index was not opened.")


def timed(ask: Ask, kind: Kind, count: int) -> Row:
    """The middle and the 99th percentile of that many requests."""
    chance = random.Random(2)
    times = sorted(ask({"q": next(kind.texts), **kind.filters(chance)}) for _ in range(count))
    return Row(kind.what, times[count // 2], times[int(0.99 * count)], kind.limit, "ms")


if __name__ == "__main__":
    raise SystemExit(main())
