"""What a run would take, against what it takes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest

from neuronscope.collate import CollateOptions, Sequences, collate, cut, estimate, plan_job, tokenise
from neuronscope.subject import Source, Subject, load_subject, open_source

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def subject(save_model: object) -> Subject:
    """Large enough for its time to be more than noise: 4 layers of 256 neurons."""
    sizes = {"n_embd": 64, "n_layer": 4, "n_head": 4, "n_inner": 256, "n_positions": 128}
    return load_subject(str(save_model("gpt2", **sizes)), "bfloat16")  # type: ignore[operator]


@pytest.fixture(scope="module")
def sequences(subject: Subject, prose: str) -> Sequences:
    return cut(tokenise([prose], subject), length=16)


@pytest.fixture(scope="module", params=["mlp", "sae"])
def source(request: pytest.FixtureRequest, subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> Source:
    if request.param == "mlp":
        return open_source(subject)
    folder, draw = tmp_path_factory.mktemp("sae") / "layer_2", np.random.default_rng(4)
    folder.mkdir()
    arrays = {"W_enc": draw.normal(size=(64, 500)), "b_enc": np.full(500, -35.0), "threshold": np.full(500, 0.1)}
    np.savez(folder / "params.npz", **{name: array.astype(np.float32) for name, array in arrays.items()})
    return open_source(subject, f"sae:{folder}")


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.nightly
@pytest.mark.parametrize("keep_table", [False, True])
def test_it_is_of_the_order_of_a_real_run(
    subject: Subject, source: Source, sequences: Sequences, tmp_path: Path, keep_table: bool
) -> None:
    options = CollateOptions(keep_table=keep_table, batch_size=32)
    found = estimate(plan_job(subject, source, sequences, options))
    collate(subject, sequences, out=tmp_path / "warm", source=source, options=options)
    working: list[int] = []
    summary = collate(
        subject,
        sequences,
        out=tmp_path / "set",
        source=source,
        options=options,
        progress=lambda step: working.append(size_of(tmp_path / "set/.collating")) if step.stage == "writing" else None,
    )
    assert (found.sequences, found.units) == (len(sequences), sum(source.units.values()))
    assert (found.measured, found.batch_size) == (128, 32)
    for stage in ("forward", "statistics", "write"):
        assert 0.1 < found.seconds[stage] / summary.seconds[stage] < 10, stage  # the processor does other things too
    assert 0.5 < found.dataset_bytes / size_of(tmp_path / "set") < 2
    assert 0.5 < found.working_bytes / max(working) < 8
    assert 0.5 < found.memory_bytes / summary.peak_memory_bytes < 2


def test_a_few_units_of_a_layer_take_less_to_write(subject: Subject, sequences: Sequences) -> None:
    source = open_source(subject)
    every, few = (
        estimate(plan_job(subject, source, sequences, CollateOptions(most_selective=count))) for count in (None, 8)
    )
    assert (every.units, few.units) == (4 * 256, 4 * 256)
    assert 16 < every.dataset_bytes / few.dataset_bytes < 64


def test_it_leaves_nothing_behind(
    subject: Subject, sequences: Sequences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    estimate(plan_job(subject, open_source(subject), sequences, CollateOptions()))
    assert list(tmp_path.iterdir()) == []


def test_a_text_of_a_few_sequences_is_measured_whole(subject: Subject, prose: str) -> None:
    few = cut(tokenise([prose], subject), length=16, limit=3)
    found = estimate(plan_job(subject, open_source(subject), few, CollateOptions()))
    assert (found.measured, found.sequences) == (3, 3)
