"""The steps that ``collate`` and ``explore`` share: a model and files of text in, sequences to run out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from neuronscope.cli.progress import StageBar
from neuronscope.dataset.newfile import NewFile
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.collate import Sequences
    from neuronscope.subject import Source, Subject

_TEXT = "text"  # the folder of the cut text, inside the one of an unfinished run
_MADE_FROM = "made-from.json"


@dataclass(frozen=True)
class ModelChoice:
    """Which model, what of it, and how to run it."""

    path: str
    dtype: str
    device: str
    name: str | None = None
    source: str = "mlp"
    module: str | None = None
    threads: int | None = None


@dataclass(frozen=True)
class TextChoice:
    """Which text, and how to cut it; ``sequences`` None means all of it."""

    files: Sequence[Path]
    field: str | None
    sequences: int | None
    length: int


def load(model: ModelChoice, text: TextChoice, bar: StageBar) -> tuple[Subject, Source]:
    """Load the model and open the source; what can be wrong with the text's names is found before.

    :raises BadInput: no such model or text, no weights, an unknown architecture or source.
    """
    from neuronscope.collate import check_files, set_threads
    from neuronscope.subject import load_subject, open_source

    check_files(text.files)
    bar.stage("loading", 0, 1)
    if model.threads is not None:
        set_threads(model.threads)
    subject = load_subject(model.path, model.dtype, model.device, name=model.name)
    source = open_source(subject, model.source, module=model.module)
    bar.stage("loading", 1, 1)
    return subject, source


def cut_text(subject: Subject, text: TextChoice, bar: StageBar, *, working: Path | None = None) -> Sequences:
    """Tokenise the text and cut it into sequences; in the folder of a run, if given, where they are found again.

    :raises BadInput: no text long enough, or a text that is not the one that the run began with.
    """
    from neuronscope.collate import cut, file_digests, open_sequences, read_documents, tokenise

    folder = None if working is None else working / _TEXT
    made_from = None
    if folder is not None:
        made_from = _made_from(subject, text, file_digests(text.files))
        if (folder / _MADE_FROM).exists():
            _refuse_other_text(orjson.loads((folder / _MADE_FROM).read_bytes()), made_from)
            return open_sequences(folder)
    name = ", ".join(file.name or str(file.resolve().name) for file in text.files)
    documents = tokenise(read_documents(text.files, field=text.field), subject)
    bar.stage("text", 0, text.sequences)
    found = cut(
        documents,
        length=text.length,
        limit=text.sequences,
        name=name,
        folder=folder,
        progress=lambda done: bar.stage("text", done, text.sequences),
    )
    bar.stage("text", len(found), len(found))
    if folder is not None:
        with NewFile(folder / _MADE_FROM) as file:
            file.write(orjson.dumps(made_from))
    return found


def _made_from(subject: Subject, text: TextChoice, digests: dict[str, str]) -> dict[str, str]:
    """What the sequences depend on, by names for people."""
    return {
        "model": subject.info.hash,
        "field": str(text.field),
        "sequences": str(text.sequences or "all"),
        "sequence length": str(text.length),
        "order of the files": ", ".join(digests),
        **digests,
    }


def _refuse_other_text(begun: dict[str, str], asked: dict[str, str]) -> None:
    changed = [name for name in {**begun, **asked} if begun.get(name) != asked.get(name)]
    if changed:
        raise BadInput(
            f"the unfinished run cannot go on, since its text was cut from something else: {', '.join(changed)} changed"
        )
