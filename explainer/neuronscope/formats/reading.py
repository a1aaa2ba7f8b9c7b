"""Files of explanations, of any form that is read here: paths in; what they say, checked against each other, out."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from neuronscope.dataset.manifest import NeuronpediaIds, NeuronpediaSource
from neuronscope.errors import BadInput
from neuronscope.formats.explanation_tables import names_latents, read_table
from neuronscope.formats.given import GivenExplanation, GivenExplanations
from neuronscope.formats.neuronpedia_explanations import read_lines, read_list

_FORMS = (".jsonl", ".json", ".csv")
_WANTED = "a .json list or .jsonl batches as Neuronpedia exports them, or a .csv table; each may be a .gz file"
_BOM = b"\xef\xbb\xbf"

Progress = Callable[[int, int], None]  # files read, of how many


def read_explanations(paths: Sequence[Path], progress: Progress | None = None) -> GivenExplanations:
    """The explanations of files, or of all such files in a folder, in their order; one without words is only counted.

    :raises BadInput: a file is not there, of no known form or damaged, or they are about several models or sources.
    """
    files, empty = list(_files(paths)), 0
    found: list[GivenExplanation] = []
    latents = False
    for done, path in enumerate(files):
        if progress is not None:
            progress(done, len(files))
        for one in _read(path):
            empty += not one.text
            if one.text:
                found.append(one)
        latents = latents or (_form(path.name) == ".csv" and _names_latents(path))
    if progress is not None:
        progress(len(files), len(files))
    suffix = _suffix(found)
    kind = "transcoder" if "transcoder" in suffix else "sae" if suffix or latents else "mlp"
    return GivenExplanations(found, len(files), empty, _ids(found), kind)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*"), key=_in_numbers) if file.is_file() and _form(file.name)]
            if not inside:
                raise BadInput(f"{path} holds no explanations: give {_WANTED}")
            yield from inside
        elif not path.is_file():
            raise BadInput(f"{path} is not there: give {_WANTED}")
        elif _form(path.name) is None:
            raise BadInput(f"{path} is of no form that is read: give {_WANTED}")
        else:
            yield path


def _in_numbers(path: Path) -> tuple[Path, int, str]:
    """batch-10 comes after batch-9."""
    return path.parent, len(path.name), path.name


def _form(name: str) -> str | None:
    plain = name.lower().removesuffix(".gz")
    return next((form for form in _FORMS if plain.endswith(form)), None)


def _read(path: Path) -> Iterator[GivenExplanation]:
    form, name = _form(path.name), path.name
    with _opened(path) as file:
        if form == ".json":
            yield from read_list(file.read().removeprefix(_BOM), name)
        elif form == ".jsonl":
            yield from read_lines(_without_mark(file), name)
        else:
            with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:  # type: ignore[type-var]  # it reads
                yield from read_table(text, name)


def _names_latents(path: Path) -> bool:
    with _opened(path) as file:
        return names_latents(file.readline().removeprefix(_BOM).decode("utf-8", "replace"))


def _without_mark(lines: Iterable[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix(_BOM)


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedIOBase]:
    """The file's bytes, inflated; what goes wrong while they are read is a sentence about the file."""
    try:
        with path.open("rb") as raw:
            if path.name.lower().endswith(".gz"):
                with gzip.open(raw) as inflated:
                    yield inflated
            else:
                yield raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(f"{path.name} cannot be unpacked ({error}): it is no gzip file, or not all of it") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not written in UTF-8 ({error.reason} at byte {error.start})") from error


def _suffix(found: Sequence[GivenExplanation]) -> str:
    """What all sources that are named are called behind their layer, such as "res-jb"; empty where none is.

    :raises BadInput: they differ, or the models do.
    """
    named = [one for one in found if one.source or one.model_id]
    for one in named:
        first = named[0]
        if one.model_id != first.model_id:
            what = f"{_said(one.model_id)}, {first.where} of {_said(first.model_id)}"
            raise BadInput(f"{one.where} is of the model {what}: import one model at a time")
        if _behind(one) != _behind(first):
            what = f"{_said(one.source)}, {first.where} of {_said(first.source)}"
            raise BadInput(f"{one.where} is of the source {what}: import one kind of source at a time")
    return _behind(named[0]) if named else ""


def _said(name: str | None) -> str:
    return "no name" if name is None else name[:80]


def _behind(one: GivenExplanation) -> str:
    return (one.source or "").partition("-")[2]


def _ids(found: Sequence[GivenExplanation]) -> NeuronpediaIds | None:
    named = [one for one in found if one.model_id]
    if not named:
        return None
    sources = {one.layer: one.source or str(one.layer) for one in named}
    return NeuronpediaIds(
        str(named[0].model_id), [NeuronpediaSource(layer, sources[layer]) for layer in sorted(sources)]
    )
