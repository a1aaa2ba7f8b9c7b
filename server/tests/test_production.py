"""The real server: it starts, says so, answers, and goes without leaving anything behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from neuronscope.cli.ports import Address, free_port
from neuronscope_server.production import Service

NEURONSCOPE = Path(sys.executable).with_name("neuronscope")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts ``neuronscope serve`` in a process group of its own, which is ended with the test."""
    started: list[subprocess.Popen[str]] = []
    cache = str(tmp_path_factory.mktemp("cache"))

    def run(*arguments: str | Path) -> subprocess.Popen[str]:
        command = [str(NEURONSCOPE), "serve", *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command,
            text=True,
            start_new_session=True,
            stdout=pipe,
            stderr=pipe,
            env={"XDG_DATA_HOME": cache} | os.environ | {"XDG_CACHE_HOME": cache},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if children(process.pid) or process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return str(json.loads(line)["url"])


def get(url: str, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def children(group: int) -> list[int]:
    """The processes of a group that still run, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_until_gone(group: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while children(group):
        assert time.monotonic() < deadline, f"processes left: {children(group)}"
        time.sleep(0.05)


@pytest.mark.parametrize("to_all", [True, False], ids=["terminal", "one process"])
def test_ctrl_c_ends_it_and_frees_the_port(start: Start, packed: Path, to_all: bool) -> None:
    process = start(f"tiny={packed}", "--port=0", "--json")
    url = url_of(process)
    assert get(url, "/api/datasets/tiny/collated-activations/3/17.json")[0] == 200
    if to_all:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=15)
    assert process.returncode in (0, 130)
    assert (out, errors) == ("", "")
    wait_until_gone(process.pid)
    port = int(url.rpartition(":")[2])
    assert free_port("127.0.0.1", port).port == port


def test_workers_end_when_their_parent_was_killed(start: Start, packed: Path) -> None:
    process = start(packed, "--port=0", "--json", "--workers=2")
    url_of(process)
    assert len(children(process.pid)) >= 3
    process.kill()
    wait_until_gone(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_without_a_model_each_process_has_less_than_150_mb_of_its_own_and_no_torch(start: Start, packed: Path) -> None:
    process = start(f"tiny={packed}", "--port=0", "--json")
    url = url_of(process)
    for path in ("/", "/api/site.json", "/api/datasets/tiny/dataset.json", "/api/datasets/tiny/units?limit=5"):
        assert get(url, path)[0] == 200
    for pid in {process.pid, *children(process.pid)}:
        status = Path(f"/proc/{pid}/status").read_text()
        # What it maps of files it shares with others.
        own = int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]
        assert own < 150e6
        assert "/torch/" not in Path(f"/proc/{pid}/maps").read_text()


def test_hostile_requests_are_problems_on_the_wire(start: Start, packed: Path) -> None:
    url = url_of(start(f"tiny={packed}", "--port=0", "--json"))
    for path in ("..%2f..%2fetc%2fpasswd", "..%2fdataset.json", "%e2%82%ac/dataset.json", "%ff/x", "%00/dataset.json"):
        status, body = get(url, f"/api/datasets/{path}")
        assert status == 404
        assert json.loads(body)["status"] == 404
    assert get(url, "/api/health", Host="evil.example")[0] == 421
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("POST", "/api/health", body=b"x" * 10_000_000)
    assert connection.getresponse().status == 413
    connection.close()
    connection.request("GET", "/api/health", body=iter([b"x" * 1_000_000] * 10), encode_chunked=True)
    assert connection.getresponse().status == 411
    connection.close()
    assert get(url, "/api/health")[0] == 200


def test_remote_dataset_that_never_answers_does_not_block_the_start(start: Start, packed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        remote = f"http://127.0.0.1:{silent.getsockname()[1]}/far"
        url = url_of(start(f"near={packed}", remote, "--port=0", "--json"))
        began = time.monotonic()
        site = json.loads(get(url, "/api/site.json")[1])
        assert time.monotonic() - began < 5  # its own patience is 10 seconds
    near, far = site["datasets"]
    assert (near["name"], near["status"], near["units"]) == ("near", "ready", 5)
    assert (far["name"], far["status"], far["units"]) == ("far", "opening", None)


def test_port_in_use_is_a_sentence_and_exit_2(start: Start, packed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(packed, f"--port={port}")
        out, errors = process.communicate(timeout=15)
    assert process.returncode == 2
    assert out == ""
    assert errors.strip().count("\n") == 0
    assert f"Port {port} on 127.0.0.1 is in use" in errors


def test_no_dataset_at_the_path_is_a_sentence_and_exit_2(start: Start, tmp_path: Path) -> None:
    process = start(tmp_path / "absent", "--port=0")
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 2
    assert str(tmp_path / "absent") in errors
    assert "Traceback" not in errors


def test_folder_it_is_started_in_cannot_change_what_is_imported(
    packed: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flask.py").write_text("raise SystemExit('the wrong flask')")
    (tmp_path / "neuronscope_server").mkdir()
    monkeypatch.chdir(tmp_path)
    assert get(url_of(start(packed, "--port=0", "--json")), "/api/health")[0] == 200


@pytest.mark.parametrize("host", ["localhost", "127.1", "0.0.0.0"])
def test_any_way_to_name_this_machine_is_listened_on(start: Start, packed: Path, host: str) -> None:
    url = url_of(start(f"tiny={packed}", f"--host={host}", "--port=0", "--json"))
    assert get(url, "/api/health")[0] == 200
    others = {name: get(url, "/api/health", Host=name)[0] for name in ("192.0.2.7:80", "evil.example")}
    assert others == {"192.0.2.7:80": 200 if host == "0.0.0.0" else 421, "evil.example": 421}


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_ipv6_address_may_stand_in_brackets(start: Start, packed: Path) -> None:
    url = url_of(start(packed, "--host=[::1]", "--port=0", "--json"))
    assert url.startswith("http://[::1]:")
    assert get(url, "/api/health")[0] == 200


@pytest.mark.parametrize("host", ["", "a..b", "no-such-name.invalid"])
def test_what_is_no_host_is_a_sentence_and_exit_2(start: Start, packed: Path, host: str) -> None:
    process = start(packed, f"--host={host}", "--port=0")
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 2
    assert "--host" in errors
    assert errors.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("host", "ip", "url"),
    [
        ("0", "0.0.0.0", "http://127.0.0.1:1"),
        ("::", "::", "http://[::1]:1"),
        ("::1", "::1", "http://[::1]:1"),
        ("localhost", "127.0.0.1", "http://localhost:1"),
    ],
)
def test_address_is_one_that_a_browser_can_open(host: str, ip: str, url: str) -> None:
    assert Service({}, address=Address(host, ip, 1)).url == url


def test_a_process_knows_its_parent_also_when_that_is_gone_already() -> None:
    code = """
import multiprocessing, os, time
from neuronscope_server.production import _parent

def child(parent):
    while os.getppid() == parent:
        time.sleep(0.01)
    print(_parent() == parent, flush=True)

multiprocessing.get_context("fork").Process(target=child, args=(os.getpid(),)).start()
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "True\n"


def send(url: str, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    kind = {} if body is None else {"Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), kind | headers)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def test_what_is_written_is_there_after_the_server_was_killed(
    start: Start, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("NEURONSCOPE_TOKEN", "a-token-of-some-length")
    arguments = (f"tiny={packed}", "--port=0", "--json", "--writable", "--host=0.0.0.0")
    process = start(*arguments)
    url, explanations = url_of(process), "/api/datasets/tiny/units/3/17/explanations"
    assert send(url, "POST", explanations, {"text": "words"})[0] == 401
    token = {"Authorization": "Bearer a-token-of-some-length"}
    status, headers, body = send(url, "POST", explanations, {"text": "words"}, **token)
    assert (status, json.loads(body)["explanation"]) == (201, "words")
    process.kill()
    wait_until_gone(process.pid)
    again = url_of(start(*arguments))
    shown = get(again, "/api/datasets/tiny/annotations/3/17.json", **{"X-Owner": headers["x-owner"]})
    (found,) = json.loads(shown[1])["explanations"]
    assert (found["explanation"], found["own"]) == ("words", True)


def test_a_model_that_cannot_be_loaded_leaves_the_site_readable(start: Start, packed: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    url = url_of(start(f"tiny={packed}", "--port=0", "--json", f"--llm={tmp_path / 'model'}"))
    deadline = time.monotonic() + 60
    while (model := json.loads(get(url, "/api/site.json")[1])["models"][0])["status"] == "loading":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (model["name"], model["status"]) == ("model", "failed")
    status, headers, body = send(url, "POST", "/api/datasets/tiny/units/3/17/score", {"text": "words"})
    assert (status, "retry-after" in headers) == (503, False)
    assert model["detail"] in json.loads(body)["detail"]
    assert str(tmp_path) not in model["detail"]
    assert get(url, "/api/datasets/tiny/dataset.json")[0] == 200


@pytest.mark.parametrize(
    "arguments",
    [["--writable", "--host=0.0.0.0"], ["--writable", "--workers=2"], ["--llm=absent"], ["--annotations=x"]],
)
def test_what_must_not_be_started_is_a_sentence_and_exit_2(start: Start, packed: Path, arguments: list[str]) -> None:
    process = start(packed, "--port=0", *arguments)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert errors.startswith("neuronscope: ")
    assert errors.strip().count("\n") == 0
