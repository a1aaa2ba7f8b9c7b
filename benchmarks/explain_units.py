"""Explaining and scoring many units against a server with latency: seconds beside the least that so many requests take.

The server is a process of its own that answers by rules. Ends with 1 when the run takes more than MOST times
``requests x latency / allowed in flight``.

    .venv/bin/python benchmarks/explain_units.py [--units 200]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from neuronscope.cli import main as neuronscope
from neuronscope.dataset import open_dataset

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
MOST = 1.3


def main() -> int:
    """Print the table; 0 when the run is fast enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds")
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--most", type=float, default=MOST, help="times the least possible")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(given.latency) as url:
        root = Path(shutil.copytree(SAMPLE, Path(folder) / "sample"))
        began, cpu = time.perf_counter(), time.process_time()
        report = explain(root, url, given.units, given.in_flight)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    requests = report["requests"]
    least = requests * given.latency / given.in_flight
    print(f"{report['explained']} units explained, {report['scored']} explanations scored, {requests} requests")
    print(f"seconds {seconds:.1f}, least possible {least:.1f}, ratio {seconds / least:.2f} (at most {given.most})")
    print(f"processor {cpu:.1f} s, {1000 * cpu / requests:.1f} ms per request")
    return 0 if seconds <= given.most * least else 1


def explain(root: Path, url: str, count: int, in_flight: int) -> dict[str, Any]:
    """One run of the command over the first ``count`` units; what its --json says."""
    with open_dataset(root) as dataset:
        places = [f"{layer}:{unit}" for layer in dataset.layers() for unit in dataset.units(layer)]
    asked = ["explain", str(root), "--units", ",".join(places[:count]), "--llm", f"openai:stub@{url}", "--no-cache"]
    said = BytesIO()
    with redirect_stdout(TextIOWrapper(said, write_through=True)):
        try:
            neuronscope([*asked, "--concurrency", str(in_flight), "--temperature", "0", "--json"])
        except SystemExit as left:
            if left.code:
                raise
    found: dict[str, Any] = json.loads(said.getvalue())
    return found


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """The base URL of a stub in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("stubserver.py")), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
