"""What ``collate`` was asked for in; carried out, or reckoned, with a progress bar."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from neuronscope.cli.progress import StageBar
from neuronscope.cli.steps import ModelChoice, TextChoice, cut_text, load
from neuronscope.dataset import open_dataset
from neuronscope.dataset.layout import MANIFEST, WORKING
from neuronscope.errors import BadInput, StorageFailed

if TYPE_CHECKING:
    from neuronscope.collate import CollateOptions, Estimate, Spread, Summary
    from neuronscope.dataset import Manifest


@dataclass(frozen=True)
class Asked:
    """A model, a text, and what to do with them."""

    model: ModelChoice
    text: TextChoice
    options: CollateOptions


def carry_out(asked: Asked, out: Path, *, spread: Spread | None, resume: bool, created: datetime | None) -> Summary:
    """Collate into ``out``; what can be known to be wrong leaves nothing there.

    :raises BadInput: the model, the text or an option cannot be used.
    :raises StorageFailed: the disk is full or failed, and the run can go on when there is room.
    """
    from neuronscope.collate import collate

    began = time.perf_counter()
    with _left_in_order(out), StageBar(asked.text.length) as bar:
        subject, source = load(asked.model, asked.text, bar)
        sequences = cut_text(subject, asked.text, bar, working=out / WORKING)
        loaded = time.perf_counter() - began
        summary = collate(
            subject,
            sequences,
            out=out,
            source=source,
            options=asked.options,
            spread=spread,
            resume=resume,
            progress=bar.show,
            created=created,
        )
    return replace(summary, seconds={"load": loaded, **summary.seconds})


@contextmanager
def _left_in_order(out: Path) -> Iterator[None]:
    """Leave nothing of a run that bad input ended, and say how one goes on that something else ended."""
    from neuronscope.collate import abandon

    working, how = out / WORKING, "go on with the same command and --resume"
    begun = working.is_dir()
    try:
        yield
    except BadInput:
        if not begun:
            abandon(out)
        raise
    except StorageFailed as error:
        raise StorageFailed(f"{error} When there is room, {how}.") from error
    except KeyboardInterrupt:
        if working.is_dir():
            typer.echo(f"What is done so far is kept in {out}: {how}.", err=True)
        raise


def complete(out: Path) -> Manifest | None:
    """The manifest of the dataset at ``out`` if there is one; what its run left behind is removed then.

    :raises BrokenData: the manifest cannot be read.
    """
    from neuronscope.collate import abandon

    if not (out / MANIFEST).exists():
        return None
    with open_dataset(str(out)) as dataset:
        manifest = dataset.manifest
    abandon(out)
    return manifest


def reckon(asked: Asked) -> Estimate:
    """Time, memory and disk that it would take, from a short run.

    :raises BadInput: the model, the text or an option cannot be used.
    """
    from neuronscope.collate import estimate, plan_job

    with StageBar(asked.text.length) as bar:
        subject, source = load(asked.model, asked.text, bar)
        sequences = cut_text(subject, asked.text, bar)
        bar.stage("measuring", 0, 1)
        found = estimate(plan_job(subject, source, sequences, asked.options))
        bar.stage("measuring", 1, 1)
    return found
