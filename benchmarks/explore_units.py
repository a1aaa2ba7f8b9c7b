"""Everything a page about 300,000 made-up units asks of ``neuronscope serve``: the time of each whole request, the
sizes of the answers, and the server's memory. Ends with 1 when a figure is over its limit.

    .venv/bin/python benchmarks/explore_units.py [--units 300000] [--repeats 20]
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from make_units import write_dataset

LAYERS, PAGE = 60, 60
FILES = ("csv", "parquet", "json")


@dataclass(frozen=True)
class Row:
    """One line of the table; ``limit`` None: only shown."""

    what: str
    median: float
    worst: float
    limit: float | None
    size: int | None = None  # bytes of the answer's body as it went over the wire
    unit: str = "ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--repeats", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        write_dataset(Path(folder) / "many", units=given.units, layers=LAYERS)
        made = time.perf_counter() - began
        with serving(Path(folder)) as server:
            rows = measured(server, given.units // LAYERS, given.repeats)
            rows.append(server.memory())
    print(f"{given.units:,} units, made in {made:.1f} s; {given.repeats} requests of each kind")
    print(f"{'':<46}{'median':>10}{'worst':>10}{'limit':>10}{'bytes':>14}")
    for row in rows:
        limit, size = ("" if row.limit is None else f"{row.limit:.0f}"), ("" if row.size is None else f"{row.size:,}")
        print(f"{row.what:<46}{row.median:>10.1f}{row.worst:>10.1f}{limit:>10}{size:>14} {row.unit}")
    return int(any(row.limit is not None and row.median > row.limit for row in rows))


class Server:
    """A running server; ``get`` times one request over a connection that stays open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        address = urlsplit(json.loads(process.stdout.readline())["url"])
        self._process = process
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds from the request to the last byte, and the body as it came."""
        began = time.perf_counter()
        self._connection.request("GET", f"/api/datasets/many/{path}", headers={"Accept-Encoding": "gzip"})
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {body.decode(errors='replace')}")
        return (time.perf_counter() - began) * 1_000, body

    def memory(self) -> Row:
        """The most that all its processes had in memory."""
        parent, processes = str(self._process.pid), Path("/proc")
        total = 0.0
        for path in processes.glob("[0-9]*/status"):
            status = dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
            if parent in (status["Pid"].strip(), status["PPid"].strip()) and "VmHWM" in status:
                total += int(status["VmHWM"].split()[0]) / 1_000
        return Row("the server's memory at its peak", total, total, None, unit="MB")


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """``neuronscope serve`` with its defaults and an empty cache."""
    command = [str(Path(sys.executable).with_name("neuronscope")), "serve", str(folder / "many"), "--port=0", "--json"]
    environ = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            yield Server(process)
        finally:
            process.terminate()


def measured(server: Server, per_layer: int, repeats: int) -> list[Row]:
    """What the page asks, in its order."""
    chance = random.Random(0)
    first, body = server.get("columns.json")
    snapshot = json.loads(inflated(body))["snapshot"]
    column = lambda name: f"columns/{name}.f64?snapshot={snapshot}"  # noqa: E731
    sorts = ["max", "mean", "variance", "skewness", "kurtosis", "density", "score"]
    opening = [server.get(column(name)) for name in sorts]

    def page() -> str:
        places = (f"{chance.randrange(LAYERS)}:{chance.randrange(per_layer)}" for _ in range(PAGE))
        return f"units?limit={PAGE}&units={','.join(places)}"

    def filtered() -> str:
        conditions = [f"density<={chance.uniform(0.001, 0.1):.6f}", f"kurtosis>={chance.uniform(1, 50):.3f}"]
        where = "".join(f"&where={quote(condition)}" for condition in conditions)
        return f"units?limit={PAGE}&sort={chance.choice(sorts)}{where}"

    kinds = [
        ("columns.json again", lambda: "columns.json", 50.0),
        ("a column again", lambda: column(chance.choice(sorts)), 50.0),
        (f"{PAGE} units by name", page, 50.0),
        ("sorted by a column, under two conditions", filtered, 150.0),
    ]
    rows = [
        Row("columns.json, the tables not read yet", first, first, 1_000.0, len(body)),
        row_of("a column, the first time", opening, 150.0),
        *(row_of(what, [server.get(path()) for _ in range(repeats)], limit) for what, path, limit in kinds),
    ]
    return rows + [row_of(f"all units as {kind}", [server.get(f"units.{kind}")], None) for kind in FILES]


def row_of(what: str, answers: list[tuple[float, bytes]], limit: float | None) -> Row:
    times = sorted(passed for passed, _ in answers)
    return Row(what, times[len(times) // 2], times[-1], limit, len(answers[0][1]))


def inflated(body: bytes) -> bytes:
    """A body that may have come as gzip."""
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


if __name__ == "__main__":
    raise SystemExit(main())
