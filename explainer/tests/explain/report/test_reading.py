"""Explanations are read lean, and of every kind of place the same."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.explain.report import lean
from neuronscope.explain.report.reading import run_reports, unit_explanations
from neuronscope.explain.report.summary import report_on

Make = Callable[..., Any]


class _Quiet(SimpleHTTPRequestHandler):
    """Whole files of a folder, with a version."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return None
        self.send_response(200)
        self.send_header("Content-Length", str(path.stat().st_size))
        self.send_header("ETag", f'"{path.stat().st_mtime_ns}"')
        self.end_headers()
        return path.open("rb")


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on loopback until the test ends."""
    servers = []

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(params=[False, True], ids=["folders", "zips"])
def root(request: pytest.FixtureRequest, write_explained: Make, explained: Make, a_run: Make) -> Path:
    explanations = {(1, unit): [explained(f"{unit}", 0.1 * unit, baselines={"lookup": 0.2})] for unit in (0, 3, 7)}
    runs = [a_run("b"), a_run("a", created="2026-12-01"), a_run("c")]
    root: Path = write_explained(explanations, runs, packed=request.param)
    return root


def test_lean_is_the_same_without_sequences(root: Path) -> None:
    with open_dataset(str(root)) as opened:
        found = list(unit_explanations(opened, [0, 1]))
        assert [unit for unit, _ in found] == [(1, 0), (1, 3), (1, 7)]
        for unit, results in found:
            whole = opened.explanations(*unit)
            assert whole
            assert results == lean.without_sequences(whole)
            assert results.scored_explanations[0].scores == whole.scored_explanations[0].scores


def test_progress_reaches_every_unit(root: Path) -> None:
    heard: list[tuple[int, int]] = []
    with open_dataset(str(root)) as opened:
        list(unit_explanations(opened, [0, 1], lambda done, of: heard.append((done, of))))
    assert heard == [(done, 20) for done in range(1, 21)]


def test_reports_of_runs_are_read_oldest_first(root: Path) -> None:
    (root / "reports" / "notes.txt").write_text("no report")
    with open_dataset(str(root)) as opened:
        assert [one.run for one in run_reports(opened)] == ["b", "c", "a"]


@pytest.mark.parametrize("root", [False], ids=["folders"], indirect=True)
def test_a_dataset_on_another_machine_gives_the_same_report(root: Path, serve: Callable[[Path], str]) -> None:
    with open_dataset(str(root)) as here, open_dataset(serve(root)) as there:
        said, heard = vars(report_on(here)), vars(report_on(there))
    for name in ("explainers", "runs", "missing", "explained", "total"):
        assert said[name] == heard[name]
