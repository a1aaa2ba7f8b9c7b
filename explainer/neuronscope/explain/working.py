"""The state of an unfinished run, in a hidden folder of its dataset: what it was asked, and the answers so far.

The folder appears when a run begins and goes when what it found is written. Only answers count: everything else is
worked out of them again when the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from neuronscope.codec import dumps, loads
from neuronscope.dataset.leftovers import remove
from neuronscope.dataset.newfile import disk
from neuronscope.dataset.runs import RunModel
from neuronscope.errors import BadInput, BrokenData
from neuronscope.llm.journal import Journal, begin_journal, reopen_journal

EXPLAINING = ".explaining"  # no part of the dataset
_JOURNAL = "journal"


@dataclass(frozen=True)
class RunHeader:
    """What a run was asked for. A run goes on only with the same: all but ``run`` and ``created`` must be equal."""

    run: str
    created: str
    options: dict[str, bool | int | float | str | list[str] | None]
    units: str  # a digest of which
    dataset: str  # a digest of what explanations are made from
    templates: str  # a digest
    models: list[RunModel]


@dataclass(frozen=True)
class Working:
    """An open run: ``header`` is its first part's."""

    folder: Path
    header: RunHeader
    journal: Journal
    resumed: bool


@contextmanager
def open_run(root: Path, header: RunHeader, *, resume: bool) -> Iterator[Working]:
    """Begin a run on the dataset at ``root`` or, with ``resume``, go on with the one that is there.

    Leaving keeps the journal, for another time, unless ``finish_run`` removed it or nothing was answered.

    :raises BadInput: an unfinished run is there and ``resume`` was not asked for, or asks for something else; or
        another process is at it.
    :raises StorageFailed: the disk is full or failed.
    """
    folder = root / EXPLAINING
    journal = _answered(folder)
    resumed = journal is not None
    if journal is None:
        with disk(folder):
            folder.mkdir(exist_ok=True)
        journal = begin_journal(folder / _JOURNAL, dumps(header))
    try:
        begun = _begun(folder, journal)
        if resumed:
            _refuse(root, begun, header, resume=resume)
        yield Working(folder, begun, journal, resumed)
    finally:
        empty = not resumed and not journal.answered
        journal.close()
        if empty and folder.exists():
            remove(folder)


def finish_run(working: Working) -> None:
    """Remove the folder: what the run found lies in the dataset."""
    remove(working.folder)


def _answered(folder: Path) -> Journal | None:
    """The journal that is there, if it holds anything that would be lost."""
    journal = reopen_journal(folder / _JOURNAL)
    if journal is None or journal.answered:
        return journal
    journal.close()
    return None


def _begun(folder: Path, journal: Journal) -> RunHeader:
    try:
        return loads(journal.header, RunHeader)
    except BrokenData as error:
        raise BadInput(
            f"{folder} is of another version of this program ({error}): remove it and begin again"
        ) from error


def _refuse(root: Path, begun: RunHeader, asked: RunHeader, *, resume: bool) -> None:
    if not resume:
        raise BadInput(
            f"{root} has an unfinished run of explain, begun {begun.created}: go on with --resume, or remove "
            f"{root / EXPLAINING} to give its answers up"
        )
    if replace(asked, run=begun.run, created=begun.created) != begun:
        raise BadInput(
            f"the unfinished run of {root} was asked for something else: {'; '.join(_differences(begun, asked))}. "
            f"Go on with the same, or remove {root / EXPLAINING}"
        )


def _differences(begun: RunHeader, asked: RunHeader) -> Iterator[str]:
    for name in {**begun.options, **asked.options}:
        then, now = begun.options.get(name), asked.options.get(name)
        if then != now:
            yield f"{name} was {_said(then)} and is {_said(now)}"
    for name in ("units", "dataset", "templates"):
        if getattr(begun, name) != getattr(asked, name):
            yield f"{_WORDS[name]} other than then"
    if begun.models != asked.models:
        yield f"the models were {_names(begun)} and are {_names(asked)}"


_WORDS = {"units": "the units are", "dataset": "the dataset's records or tables are", "templates": "the templates are"}


def _said(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _names(header: RunHeader) -> str:
    """With what tells models of one name apart."""
    said = []
    for model in header.models:
        found = model.description
        members = [found, *found.members]
        places = [part for one in members for part in (one.address, one.hash and one.hash[:12], one.dtype) if part]
        said.append(f"{found.name} ({', '.join([*places, found.prompt_form])})")
    return " and ".join(said) or "none"
