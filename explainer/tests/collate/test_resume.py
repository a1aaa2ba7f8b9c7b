"""A run that was cut off, whenever and however, goes on to the same bytes; one that was another is refused by name."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronscope.cli import main
from neuronscope.collate import CollateOptions, Sampling, Sequences, Step, collate, cut, is_unfinished, tokenise
from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject, open_source

pytestmark = pytest.mark.usefixtures("one_thread")
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))  # printed by tests that draw
WHEN = datetime(2026, 1, 2, tzinfo=UTC)
OPTIONS = CollateOptions(sampling=Sampling(seed=3), batch_size=64, checkpoint_seconds=0, keep_table=True)


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def long_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 3,000 sequences of 12 tokens."""
    draw = random.Random(11)
    words = ["the", "a", "cat", "dog", "sees", "runs", "under", "over", "tree", "house", "42", "naïve", "你好", "🙂"]
    path = tmp_path_factory.mktemp("text") / "long.txt"
    path.write_text("\n".join(" ".join(draw.choices(words, k=2000)) for _ in range(7)), encoding="utf-8")
    return path


# In this process, cut off at chosen shards.


class _CutOffError(Exception):
    """What a test raises from inside a run."""


@pytest.fixture(scope="module")
def subject(tiny_llama: Path) -> Subject:
    return load_subject(str(tiny_llama), "bfloat16")


@pytest.fixture(scope="module")
def sequences(subject: Subject, long_text: Path) -> Sequences:
    return cut(tokenise([long_text.read_text(encoding="utf-8")], subject), length=12, limit=900)


@pytest.fixture(scope="module", params=["mlp", "sae"])
def go(
    request: pytest.FixtureRequest, subject: Subject, sequences: Sequences, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., None]:
    """Collate into a folder, of dense units or of latents, from the beginning or on."""
    asked = "mlp" if request.param == "mlp" else f"sae:{save_saes(tmp_path_factory.mktemp('saes'))}"
    source = open_source(subject, asked)

    def run(out: Path, **changed: Any) -> None:
        collate(subject, sequences, **{"source": source, "out": out, "options": OPTIONS, "created": WHEN} | changed)

    return run


def save_saes(folder: Path) -> Path:
    """30 random latents after each of the layers: a source whose activations are sparse."""
    draw = np.random.default_rng(4)
    for layer in range(2):
        (folder / f"layer_{layer}").mkdir()
        arrays = {"W_enc": draw.normal(size=(16, 30)), "b_enc": np.full(30, -8.0), "threshold": np.full(30, 0.1)}
        np.savez(folder / f"layer_{layer}/params.npz", **{name: x.astype(np.float32) for name, x in arrays.items()})
    return folder


def cut_off_at(sequence: int, stage: str = "collating") -> Callable[[Step], None]:
    def stop(step: Step) -> None:
        if step.stage == stage and step.done >= sequence:
            raise _CutOffError

    return stop


@pytest.mark.parametrize("sequence", [0, 64, 256, 320, 512, 768, 896, 900])
def test_a_run_goes_on_from_any_shard_to_the_same_bytes(go: Callable[..., None], sequence: int, tmp_path: Path) -> None:
    go(tmp_path / "whole/set")
    with pytest.raises(_CutOffError):
        go(tmp_path / "cut/set", progress=cut_off_at(sequence))
    assert is_unfinished(tmp_path / "cut/set")
    assert (tmp_path / "cut/set/.collating/state.bin").exists() == (sequence >= 256)
    seen: list[int] = []
    go(tmp_path / "cut/set", resume=True, progress=lambda step: seen.append(step.done))
    assert seen[0] == sequence // 256 * 256 + (sequence == 900) * 132
    assert files_of(tmp_path / "cut/set") == files_of(tmp_path / "whole/set")


def test_a_run_that_is_cut_off_again_and_again_ends_with_the_same_bytes(
    go: Callable[..., None], tmp_path: Path
) -> None:
    go(tmp_path / "whole/set")
    out = tmp_path / "cut/set"
    for stage, at in [("collating", 300), ("collating", 600), ("choosing", 0), ("writing", 0), ("writing", 1)]:
        with pytest.raises(_CutOffError):
            go(out, resume=out.exists(), progress=cut_off_at(at, stage))
    go(out, resume=True)
    assert files_of(out) == files_of(tmp_path / "whole/set")
    assert not [item for item in check_dataset(open_dataset(out)) if item.faults]


def test_a_run_without_checkpoints_begins_again(go: Callable[..., None], tmp_path: Path) -> None:
    rare = replace(OPTIONS, checkpoint_seconds=3600)
    go(tmp_path / "whole/set", options=rare)
    with pytest.raises(_CutOffError):
        go(tmp_path / "cut/set", options=rare, progress=cut_off_at(800))
    assert not (tmp_path / "cut/set/.collating/state.bin").exists()
    go(tmp_path / "cut/set", options=rare, resume=True)
    assert files_of(tmp_path / "cut/set") == files_of(tmp_path / "whole/set")


def test_an_unfinished_run_is_not_begun_again_by_accident(go: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(_CutOffError):
        go(tmp_path / "set", progress=cut_off_at(300))
    with pytest.raises(BadInput, match="go on with --resume, or remove the folder"):
        go(tmp_path / "set")
    assert is_unfinished(tmp_path / "set")


def test_a_finished_one_cannot_go_on(go: Callable[..., None], tmp_path: Path) -> None:
    go(tmp_path / "set")
    with pytest.raises(BadInput, match="holds a complete dataset already"):
        go(tmp_path / "set", resume=True)


@pytest.fixture
def begun(subject: Subject, sequences: Sequences, tmp_path: Path) -> Path:
    with pytest.raises(_CutOffError):
        collate(subject, sequences, out=tmp_path / "set", options=OPTIONS, created=WHEN, progress=cut_off_at(300))
    return tmp_path / "set"


OTHERS = {
    "seed was 3, now 4": {"options": replace(OPTIONS, sampling=Sampling(seed=4))},
    "top was 20, now 21": {"options": replace(OPTIONS, sampling=Sampling(seed=3, top=21))},
    "batch size was 64, now 32": {"options": replace(OPTIONS, batch_size=32)},
    "layers was 0, 1, now 1": {"options": replace(OPTIONS, layers=(1,))},
    "form was a zip per layer, now a file per unit": {"options": replace(OPTIONS, packed=False)},
    "special positions was prepended, now included": {"options": replace(OPTIONS, include_special=True)},
    "table was kept, now not kept": {"options": replace(OPTIONS, keep_table=False)},
    "title was none, now Other": {"options": replace(OPTIONS, title="Other")},
    "most selective was all units, now 5": {"options": replace(OPTIONS, most_selective=5)},
}


@pytest.mark.parametrize("said", OTHERS)
def test_another_option_is_refused_by_name(subject: Subject, sequences: Sequences, begun: Path, said: str) -> None:
    before = files_of(begun)
    with pytest.raises(BadInput, match="cannot go on, since it was another one") as refused:
        collate(subject, sequences, out=begun, resume=True, **{"options": OPTIONS} | OTHERS[said])
    assert str(refused.value).endswith(f"another one: {said}")
    assert files_of(begun) == before


def test_another_model_text_dtype_or_source_is_refused_by_name(
    subject: Subject, sequences: Sequences, begun: Path, tiny_llama: Path, tiny_gpt2: Path
) -> None:
    other = replace(sequences, ids=sequences.ids[:, ::-1])
    wide, gpt2 = load_subject(str(tiny_llama)), load_subject(str(tiny_gpt2), "bfloat16", name=subject.info.name)
    refused = [
        ("text was 900 sequences of 12 tokens", subject, other, None),
        ("dtype was bfloat16, now float32", wide, sequences, None),
        (f"model was {subject.info.name}", gpt2, sequences, None),
        ("source was model.layers.{layer}.mlp.down_proj, now model", subject, sequences, open_source(subject, "resid")),
    ]
    before = files_of(begun)
    for said, model, text, source in refused:
        with pytest.raises(BadInput, match="cannot go on") as error:
            collate(model, text, out=begun, source=source, options=OPTIONS, resume=True)
        assert said in str(error.value)
    assert files_of(begun) == before


def test_another_version_is_refused_by_name(
    subject: Subject, sequences: Sequences, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neuronscope.collate import provenance

    monkeypatch.setattr(provenance, "version", lambda package: "9.9" if package == "torch" else "0")
    with pytest.raises(BadInput, match=r"version of torch was \S+, now 9\.9"):
        collate(subject, sequences, out=begun, options=OPTIONS, resume=True)


# In processes of their own, killed.


@dataclass(frozen=True)
class Ended:
    code: int  # of a signal, negative
    operations: int  # on files


class Warm:
    """Runs `neuronscope` command lines in children of a process that has run one before."""

    def __init__(self, arguments: list[str], out: Path) -> None:
        self._arguments = arguments
        self.out = out
        environment = {
            "NUMBA_NUM_THREADS": "1",
            "NUMBA_THREADING_LAYER": "workqueue",
            "SOURCE_DATE_EPOCH": "1700000000",
        }
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm_process.py"))],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask({"arguments": [*arguments, "--sequences", "20"]})
        assert self._answer() == "warm"

    def start(self, *more: str, out: Path | None = None, **settings: Any) -> int:
        """Give the pid of a new child."""
        out = out or self.out
        self._ask({"arguments": [*self._arguments, "--out", str(out), *more], "watch": str(out), **settings})
        return int(self._answer())

    def end(self) -> Ended:
        """Wait for it."""
        return Ended(*json.loads(self._answer()))

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def _ask(self, what: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@dataclass(frozen=True)
class Whole:
    """A run that nothing ended."""

    files: dict[str, bytes]
    seconds: float
    operations: int


@pytest.fixture(scope="module")
def warm(tiny_gpt2: Path, long_text: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    arguments = ["collate", str(tiny_gpt2), str(long_text), "--sequence-length", "12", "--threads", "1"]
    arguments += ["--checkpoint-seconds", "0", "--keep-table"]
    process = Warm(arguments, tmp_path_factory.mktemp("cut") / "set")
    yield process
    process.close()


@pytest.fixture(scope="module")
def whole(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return run_whole(warm, tmp_path_factory.mktemp("whole") / "set")


def run_whole(warm: Warm, out: Path, *more: str) -> Whole:
    began = time.monotonic()
    warm.start(*more, out=out)
    ended = warm.end()
    assert ended.code == 0
    return Whole(files_of(out), time.monotonic() - began, ended.operations)


def phase(out: Path) -> str:
    """How far a run was when it was killed."""
    if (out / "dataset.json").exists():
        return "complete"
    if (out / "collated-activations").exists():
        return "writing"
    for name in ("state.bin", "run.json", "text"):
        if (out / ".collating" / name).exists():
            return f"after {name}"
    return "before anything"


def goes_on(warm: Warm, whole: Whole, *more: str) -> None:
    """The run that was killed ends as the whole one did."""
    warm.start("--resume", *more)
    assert warm.end().code == 0
    assert files_of(warm.out) == whole.files
    shutil.rmtree(warm.out)


@pytest.fixture
def draw() -> random.Random:
    sys.stdout.write(f"SEED={SEED}\n")
    return random.Random(SEED)


@pytest.mark.nightly  # kills between any two operations on files are tried below
def test_twenty_kills_at_random_moments_are_each_made_good(warm: Warm, whole: Whole, draw: random.Random) -> None:
    """One in each twentieth of the time that the run takes."""
    met = []
    for twentieth in range(20):
        pid = warm.start()
        time.sleep((twentieth + draw.random()) / 20 * whole.seconds)
        with suppress(ProcessLookupError):  # it was quicker than the whole one
            os.kill(pid, signal.SIGKILL)
        assert warm.end().code in (-signal.SIGKILL, 0)
        met.append(phase(warm.out))
        goes_on(warm, whole)
    assert set(met) - {"before anything", "complete"}


def test_kills_between_any_two_operations_on_files_are_made_good(warm: Warm, whole: Whole, draw: random.Random) -> None:
    assert whole.operations > 100
    met = []
    for twelfth in range(12):
        warm.start(die_at=1 + int((twelfth + draw.random()) / 12 * whole.operations))
        assert warm.end().code == -signal.SIGKILL
        met.append(phase(warm.out))
        goes_on(warm, whole)
    assert {"after state.bin", "writing"} <= set(met)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["a file per unit", "latents"])
def test_so_are_those_of_other_kinds_of_run(warm: Warm, tmp_path: Path, draw: random.Random, kind: str) -> None:
    more = ["--files"] if kind == "a file per unit" else ["--source", f"sae:{save_saes(tmp_path)}"]
    whole = run_whole(warm, tmp_path / "whole/set", *more)
    for fifth in range(5):
        warm.start(*more, die_at=1 + int((fifth + draw.random()) / 5 * whole.operations))
        assert warm.end().code == -signal.SIGKILL
        goes_on(warm, whole, *more)


@pytest.mark.nightly
def test_so_are_those_of_several_threads_whose_bytes_are_those_of_one(
    warm: Warm, whole: Whole, draw: random.Random
) -> None:
    for fifth in range(5):
        warm.start("--threads", "3", die_at=1 + int((fifth + draw.random()) / 5 * whole.operations))
        assert warm.end().code == -signal.SIGKILL
        goes_on(warm, whole, "--threads", str(2 + fifth % 2))


def test_a_run_killed_while_it_goes_on_goes_on(warm: Warm, whole: Whole, draw: random.Random) -> None:
    warm.start(die_at=whole.operations // 3)
    warm.end()
    for _ in range(3):
        warm.start("--resume", die_at=draw.randrange(2, 60))
        assert warm.end().code == -signal.SIGKILL
    goes_on(warm, whole)


@pytest.mark.nightly
@pytest.mark.timeout(1800)  # over a hundred kills, two starts of a process each
def test_a_kill_before_every_operation_on_files_is_made_good(warm: Warm, whole: Whole) -> None:
    for operation in range(1, whole.operations + 1):
        warm.start(die_at=operation)
        assert warm.end().code == -signal.SIGKILL
        goes_on(warm, whole)


def test_a_run_killed_before_it_cleaned_up_is_told_to_be_complete(
    warm: Warm, whole: Whole, capsys: pytest.CaptureFixture[str]
) -> None:
    warm.start(die_at=whole.operations)  # the last one removes what the run had on disk
    assert warm.end().code == -signal.SIGKILL
    assert (warm.out / ".collating").is_dir()
    for _ in range(2):
        with pytest.raises(SystemExit) as left:
            main(["collate", "gpt2", "text", "--out", str(warm.out), "--resume"])
        assert not left.value.code
        assert "is complete (48 units of gpt2" in capsys.readouterr().err
        assert files_of(warm.out) == whole.files
    shutil.rmtree(warm.out)


# A disk that is full.


@pytest.mark.parametrize(("kilobytes", "share"), [(1, 0), (200, 0), (1, 0.5), (60, 0.6), (100, 0.8), (1, 0.9)])
def test_a_full_disk_ends_a_run_that_goes_on_when_there_is_room(
    warm: Warm, whole: Whole, kilobytes: int, share: float
) -> None:
    """A limit on the size of files is met by this or that one, after a share of the operations on files."""
    if share:
        warm.start(die_at=int(share * whole.operations))
        warm.end()
    warm.start("--resume", largest_file=kilobytes * 1024)
    assert warm.end().code == 3
    assert not [path for path in warm.out.rglob("*") if path.name.endswith(".partial")]
    there = files_of(warm.out)
    assert "dataset.json" not in there
    for path, data in there.items():
        assert whole.files.get(path, data) == data
    goes_on(warm, whole)


# Ctrl-C.


@pytest.mark.parametrize("threads", [pytest.param("1", marks=pytest.mark.nightly), "3"])
def test_ctrl_c_leaves_a_run_that_can_go_on(
    warm: Warm, whole: Whole, tiny_gpt2: Path, long_text: Path, threads: str
) -> None:
    command = [sys.executable, "-m", "neuronscope", "collate", str(tiny_gpt2), str(long_text), "--out", str(warm.out)]
    command += ["--sequence-length", "12", "--threads", threads, "--checkpoint-seconds", "0", "--keep-table"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    state = warm.out / ".collating/state.bin"
    while not state.exists():
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in said
    assert "Traceback" not in said
    assert is_unfinished(warm.out)
    goes_on(warm, whole)
