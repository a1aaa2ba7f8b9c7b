"""The steps that ``collate`` and ``explore`` share: a model and files of text in, sequences to run out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.cli.progress import StageBar

if TYPE_CHECKING:
    from neuronscope.collate import Sequences
    from neuronscope.subject import Subject


@dataclass(frozen=True)
class ModelChoice:
    """Which model, and how to run it."""

    path: str
    dtype: str
    device: str
    name: str | None = None


@dataclass(frozen=True)
class TextChoice:
    """Which text, and how to cut it; ``sequences`` None means all of it."""

    files: Sequence[Path]
    field: str | None
    sequences: int | None
    length: int


def prepare(model: ModelChoice, text: TextChoice, bar: StageBar) -> tuple[Subject, Sequences]:
    """Load the model and cut the text; what can be wrong with the names is found before the model is loaded.

    :raises BadInput: no such model or text, no weights, an unknown architecture, no text long enough.
    """
    from neuronscope.collate import check_files, cut, read_documents, tokenise
    from neuronscope.subject import load_subject

    check_files(text.files)
    bar.show("loading", 0, 1)
    subject = load_subject(model.path, model.dtype, model.device, name=model.name)
    bar.show("loading", 1, 1)
    bar.show("text", 0, 1)
    documents = read_documents(text.files, field=text.field)
    name = ", ".join(file.name for file in text.files)
    found = cut(tokenise(documents, subject), length=text.length, limit=text.sequences, name=name)
    bar.show("text", 1, 1)
    return subject, found
