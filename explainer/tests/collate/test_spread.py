"""Several workers give the bytes of one process, whatever becomes of them; and nothing of Ray is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import torch

from neuronscope.collate import CollateOptions, Sampling, Sequences, Spread, Step, collate, cut, tokenise
from neuronscope.collate.rowcache import Floors
from neuronscope.collate.spread import writable
from neuronscope.errors import BadInput, BrokenData
from neuronscope.subject import Source, Subject, load_subject, open_source

pytestmark = pytest.mark.usefixtures("one_thread")
OPTIONS = CollateOptions(sampling=Sampling(seed=3), batch_size=64, checkpoint_seconds=0, keep_table=True)
TWO = Spread(workers=2)


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def ray() -> Iterator[None]:
    """A Ray on this machine, which runs that find it there share."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_AUTH_TOKEN", "0" * 64)
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


@dataclass(frozen=True)
class Units:
    subject: Subject
    source: Source
    sequences: Sequences

    def collate(
        self,
        out: Path,
        spread: Spread | None = None,
        *,
        resume: bool = False,
        progress: Callable[[Step], None] | None = None,
    ) -> dict[str, bytes]:
        """The files of the dataset."""
        collate(
            self.subject,
            self.sequences,
            out=out,
            source=self.source,
            options=OPTIONS,
            spread=spread,
            resume=resume,
            progress=progress,
            created=datetime(2026, 1, 2, tzinfo=UTC),
        )
        return files_of(out)


@pytest.fixture(scope="module")
def neurons(one_thread: None, tiny_llama: Path, prose: str) -> Units:  # noqa: ARG001
    subject = load_subject(str(tiny_llama), "bfloat16")
    return Units(subject, open_source(subject), cut(tokenise([prose], subject), length=8))


@pytest.fixture(scope="module")
def latents(one_thread: None, tiny_gpt2: Path, prose: str, tmp_path_factory: pytest.TempPathFactory) -> Units:  # noqa: ARG001
    subject = load_subject(str(tiny_gpt2), "bfloat16")
    draw, folder = np.random.default_rng(4), tmp_path_factory.mktemp("sae") / "layer_1"
    folder.mkdir()
    arrays = {"W_enc": draw.normal(size=(16, 30)), "b_enc": np.full(30, -8.0), "threshold": np.full(30, 0.1)}
    np.savez(folder / "params.npz", **{name: array.astype(np.float32) for name, array in arrays.items()})
    return Units(subject, open_source(subject, f"sae:{folder}"), cut(tokenise([prose], subject), length=8))


def children(parent: int) -> list[tuple[int, str]]:
    """Process ids and titles of all that a process began, and of what those began."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()[1:]]
    found, parents = [], {str(parent)}
    while parents:
        new = [(row[0], row[3]) for row in rows if row[1] in parents and not row[2].startswith("Z")]
        found += [(int(pid), title) for pid, title in new]
        parents = {pid for pid, _ in new}
    return found


def workers() -> list[int]:
    return [pid for pid, title in children(os.getpid()) if title.startswith("ray::_Worker")]


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.nightly  # minutes, most of them until workers have started
@pytest.mark.usefixtures("ray")
@pytest.mark.parametrize("kind", ["neurons", "latents"])
def test_two_workers_give_the_bytes_of_one_process(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    units: Units = request.getfixturevalue(kind)
    assert len(units.sequences) > 5 * 256
    seen: list[Step] = []
    got = units.collate(tmp_path / "two/set", TWO, progress=seen.append)
    assert got == units.collate(tmp_path / "one/set")
    assert [step.done for step in seen if step.stage == "collating"][-1] == len(units.sequences)


@pytest.mark.nightly
@pytest.mark.usefixtures("ray")
def test_a_worker_that_is_killed_costs_its_shard_and_nothing_else(neurons: Units, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(step: Step) -> None:
        if step.done and not killed:
            killed.append(workers()[0])
            os.kill(killed[0], signal.SIGKILL)

    got = neurons.collate(tmp_path / "two/set", TWO, progress=kill_one)
    assert killed
    assert not is_running(killed[0])
    assert got == neurons.collate(tmp_path / "one/set")


class _CutOffError(Exception):
    """What a test raises from inside a run."""


@pytest.mark.nightly
@pytest.mark.usefixtures("ray")
def test_a_run_of_workers_goes_on_without_them(neurons: Units, tmp_path: Path) -> None:
    def cut_off(step: Step) -> None:
        if step.done >= 512:
            raise _CutOffError

    with pytest.raises(_CutOffError):
        neurons.collate(tmp_path / "cut/set", TWO, progress=cut_off)
    assert neurons.collate(tmp_path / "cut/set", resume=True) == neurons.collate(tmp_path / "one/set")


@pytest.mark.nightly
@pytest.mark.usefixtures("ray")
def test_what_is_wrong_in_a_worker_is_the_same_sentence_and_leaves_nothing(
    tiny_llama: Path, prose: str, tmp_path: Path
) -> None:
    subject = load_subject(str(tiny_llama))
    with torch.no_grad():
        subject.model.get_submodule("model.layers.1.mlp.up_proj").weight[:] = np.inf
    units = Units(subject, open_source(subject), cut(tokenise([prose], subject), length=8, limit=300))
    with pytest.raises(BrokenData, match=r"^layer 1 has activations that are not finite numbers: try dtype float32$"):
        units.collate(tmp_path / "set", TWO)
    assert not (tmp_path / "set").exists()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever other tests have running."""
    import ray

    monkeypatch.setattr(ray, "is_initialized", lambda: False)


@pytest.mark.usefixtures("without_ray")
@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "ray://127.0.0.1:{port}", "nonsense"])
def test_a_cluster_that_is_not_there_is_said_at_once(
    neurons: Units, tmp_path: Path, address: str, closed_port: int
) -> None:
    asked = address.format(port=closed_port)
    began = time.monotonic()
    with pytest.raises(BadInput, match=f"(no Ray cluster|Ray cannot be used) at {asked}: "):
        neurons.collate(tmp_path / "set", Spread(2, asked))
    assert time.monotonic() - began < 15
    assert not (tmp_path / "set").exists()


@pytest.mark.usefixtures("without_ray")
def test_what_was_done_outlives_a_cluster_that_is_not_there(neurons: Units, tmp_path: Path, closed_port: int) -> None:
    def cut_off(step: Step) -> None:
        if step.done >= 512:
            raise _CutOffError

    with pytest.raises(_CutOffError):
        neurons.collate(tmp_path / "set", progress=cut_off)
    before = files_of(tmp_path / "set")
    with pytest.raises(BadInput, match="no Ray cluster"):
        neurons.collate(tmp_path / "set", Spread(2, f"127.0.0.1:{closed_port}"), resume=True)
    after = files_of(tmp_path / "set")
    assert {path: data for path, data in after.items() if "figures/" not in path} == {
        path: data for path, data in before.items() if "figures/" not in path
    }


def test_without_ray_several_workers_say_how_to_install_it(
    neurons: Units, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadInput, match=r"several workers need Ray: pip install 'neuronscope\[ray\]'"):
        neurons.collate(tmp_path / "set", TWO)
    assert not (tmp_path / "set").exists()


def test_there_is_at_least_one_worker() -> None:
    with pytest.raises(BadInput, match="workers must be 1 or more, not 0"):
        Spread(0)


def test_arrays_of_another_process_become_writable_copies() -> None:
    floors = Floors(*np.zeros((2, 3), np.float32), np.zeros((4, 3), np.float32))
    for array in vars(floors).values():
        array.flags.writeable = False
    again = writable((floors, "rest", None))
    again[0].ranges[0, 0] = 1
    assert (again[1:], floors.ranges[0, 0]) == (("rest", None), 0)


@pytest.mark.nightly
def test_ctrl_c_ends_ray_and_its_processes(tiny_llama: Path, prose: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(prose, encoding="utf-8")
    command = [sys.executable, "-m", "neuronscope", "collate", str(tiny_llama), str(tmp_path / "text.txt")]
    command += ["--out", str(tmp_path / "set"), "--sequence-length", "8", "--workers", "2", "--threads", "1"]
    environment = os.environ | {"HOME": str(tmp_path)}
    for name in ("RAY_AUTH_TOKEN", "RAY_USAGE_STATS_ENABLED"):
        environment.pop(name, None)
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    while not any(title.startswith("ray::_Worker") for _, title in children(process.pid)):
        assert process.poll() is None
        time.sleep(0.05)
    begun = [pid for pid, _ in children(process.pid)]
    assert len(begun) >= 4
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in said
    assert "Traceback" not in said
    until = time.monotonic() + 20
    while left := [pid for pid in begun if is_running(pid)]:
        assert time.monotonic() < until, left
        time.sleep(0.1)
    assert not (tmp_path / ".ray").exists()
