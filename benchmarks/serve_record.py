"""Requests per second for one record: neuronscope serve beside nginx with the same compressed bytes and headers.

Both run with one worker, warm, in one run, loaded by wrk. Ends with 1 when the ratio falls under LEAST.

    .venv/bin/python benchmarks/serve_record.py [--seconds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

from neuronscope.dataset import Dataset, DatasetWriter, dumps, open_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.records import QUANTILE_BOUNDARIES, ActivationRecord, NeuronId, NeuronRecord

LEAST, AIM = 0.15, 0.3
USUAL_SIZE = 90_000  # bytes of JSON, about 20 kB deflated
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
GENERATED_UNITS = 64
HEADERS = (
    "Content-Type", "Content-Encoding", "ETag", "Cache-Control", "Vary", "Content-Security-Policy", "Referrer-Policy",
    "X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
)  # fmt: skip


def main() -> int:
    """Print the table; 0 when the ratio is at least LEAST."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    seconds = parser.parse_args().seconds
    missing = [tool for tool in ("wrk", "nginx") if shutil.which(tool) is None]
    if missing:
        print(f"This benchmark needs {' and '.join(missing)} (Debian: apt-get install wrk nginx-light).")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return _compare(Path(folder), seconds)


def _compare(folder: Path, seconds: int) -> int:
    root = SAMPLE if (SAMPLE / "dataset.json").exists() else generated_dataset(folder / "generated")
    dataset = open_dataset(root)
    layer, unit, size = usual_record(dataset)
    with serving(root) as ours:
        url = f"{ours}/collated-activations/{layer}/{unit}.json"
        body, headers = fetch(url)
        with nginx(folder / "nginx", body, headers) as theirs:
            print(f"{root.name} {layer}:{unit}, {size:,} bytes of JSON, {len(body):,} compressed; 1 worker each")
            reference = requests_per_second(theirs, seconds)
            turns = folder / "turns.lua"
            turns.write_text(in_turn(dataset, layer))
            rows = [
                ("nginx, the same bytes", reference),
                ("neuronscope serve", requests_per_second(url, seconds)),
                ("  not changed (304)", requests_per_second(url, seconds, "-H", f"If-None-Match: {headers['ETag']}")),
                ("  all records of the layer in turn", requests_per_second(url, seconds, "-s", str(turns))),
            ]
    for name, rate in rows:
        print(f"{name:<38}{rate:>10,.0f} requests/s{rate / reference:>8.2f} of nginx")
    ratio = rows[1][1] / reference
    print(f"ratio {ratio:.2f} (aim {AIM}, at least {LEAST})")
    return 0 if ratio >= LEAST else 1


def usual_record(dataset: Dataset) -> tuple[int, int, int]:
    """``(layer, unit, bytes of JSON)`` of the record whose size is nearest to USUAL_SIZE."""
    sizes = []
    for layer in dataset.layers():
        for unit in dataset.units(layer):
            file = dataset.stored("collated-activations", layer, unit)
            if file is not None:
                sizes.append((abs(file.size - USUAL_SIZE), layer, unit, file.size))
    _, layer, unit, size = min(sizes)
    return layer, unit, size


def in_turn(dataset: Dataset, layer: int) -> str:
    """A wrk script that asks for one unit after the other."""
    paths = [f'"/api/datasets/bench/collated-activations/{layer}/{unit}.json"' for unit in dataset.units(layer)]
    return f"""local paths = {{{", ".join(paths)}}}
local i = 0
request = function()
  i = i % #paths + 1
  return wrk.format("GET", paths[i])
end
"""


def generated_dataset(root: Path) -> Path:
    """Records of the usual size with made-up words, where there is no sample."""
    chance = random.Random(0)
    words = [" " + "".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 7))) for _ in range(3000)]

    def sequences(count: int) -> list[ActivationRecord]:
        return [
            ActivationRecord(
                chance.choices(words, k=64), [max(0.0, round(chance.gauss(0, 3), 3)) for _ in range(64)]
            )
            for _ in range(count)
        ]  # fmt: skip

    def record(unit: int) -> NeuronRecord:
        quantiles = [sequences(5) for _ in range(4)]
        return NeuronRecord(
            NeuronId(0, unit),
            sequences(32),
            quantiles,
            list(QUANTILE_BOUNDARIES),
            most_positive_activation_records=sequences(40),
        )

    with DatasetWriter(root) as writer:
        files = ((unit, dumps(record(unit))) for unit in range(GENERATED_UNITS))
        writer.add_layer("collated-activations", 0, files)
        layers = [LayerInfo(0, GENERATED_UNITS)]
        writer.finish(Manifest("generated", "Generated", ModelInfo("none"), SourceInfo("mlp"), layers))
    return root


def fetch(url: str) -> tuple[bytes, Message]:
    """The compressed bytes and the headers."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read(), response.headers


def requests_per_second(url: str, seconds: int, *options: str) -> float:
    """What wrk counts over 32 connections, after a second of warming up."""
    command = ["wrk", "-t1", "-c32", "-H", "Accept-Encoding: gzip", *options, url]
    for duration in (1, seconds):
        out = subprocess.run([*command, f"-d{duration}s"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx or 3xx responses" in out or "Socket errors" in out:
        raise SystemExit(f"wrk met errors at {url}:\n{out}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    if found is None:
        raise SystemExit(f"wrk said nothing of requests per second:\n{out}")
    return float(found[1])


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """``neuronscope serve`` with its defaults on a free port; the dataset's address, ended afterwards."""
    command = [str(Path(sys.executable).with_name("neuronscope")), "serve", f"bench={root}", "--port=0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"] + "/api/datasets/bench"
        finally:
            process.terminate()


@contextmanager
def nginx(folder: Path, body: bytes, headers: Message) -> Iterator[str]:
    """nginx with one worker and ``body`` as a file, given out with ``headers``; its address, ended afterwards."""
    folder.mkdir()
    (folder / "record").write_bytes(body)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    # nginx makes its own ETag and Content-Type; the rest is added as we send it.
    added = "".join(f'add_header {h} "{headers[h]}";' for h in HEADERS[1:] if h != "ETag")
    (folder / "nginx.conf").write_text(f"""
{"user root;" if os.geteuid() == 0 else ""} worker_processes 1; daemon off; pid nginx.pid; error_log error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; etag on; open_file_cache max=100; keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{port}; root {folder}; default_type application/json; {added} }}
}}""")
    folder.chmod(0o755)
    with subprocess.Popen(["nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]) as process:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}/record"
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("nginx did not start")


if __name__ == "__main__":
    raise SystemExit(main())
