"""Template files in, the words of prompts out: the package's own, or a folder's in place of those of the same names.

``texts/NAME.txt`` is one text with its slots; ``few-shot/SET/JOB.json`` holds the examples of one set for one job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from neuronscope.codec import loads
from neuronscope.errors import BadInput, BrokenData
from neuronscope.prompts.templates import (
    SLOTS,
    ContrastiveExample,
    ExplainExample,
    FewShot,
    JudgeExample,
    PeakExample,
    SimulateExample,
    Templates,
    TokenSpaceExample,
    slots_in,
)

T = TypeVar("T")

_JOBS = tuple(field.name.replace("_", "-") for field in fields(FewShot))
_NOT_A_SET = "none"  # how a caller says that no examples are wanted


@dataclass(frozen=True)
class _Pairs:
    """A file of examples; so are the classes below."""

    examples: tuple[ExplainExample, ...]


@dataclass(frozen=True)
class _TokenSpace:
    examples: tuple[TokenSpaceExample, ...]


@dataclass(frozen=True)
class _Peak:
    examples: tuple[PeakExample, ...]


@dataclass(frozen=True)
class _Contrastive:
    examples: tuple[ContrastiveExample, ...]


@dataclass(frozen=True)
class _Simulate:
    examples: tuple[SimulateExample, ...]


@dataclass(frozen=True)
class _Judge:
    examples: tuple[JudgeExample, ...]


def load_templates(folder: Path | None = None) -> Templates:
    """The package's templates; files of ``folder`` replace those of the same names, or add sets of examples.

    :raises BadInput: no such folder, a file in it that is no template, or a text with other slots than it must have.
    """
    own = _found(resources.files("neuronscope.prompts") / "data")
    files = own if folder is None else own | _found(_checked(folder))
    texts = {name: _text(name, files[f"texts/{name}.txt"]) for name in SLOTS}
    sets = sorted({path.split("/")[1] for path in files if path.startswith("few-shot/")})
    return Templates(texts, {name: _few_shot(name, files) for name in sets})


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder: give one with texts/*.txt and few-shot/SET/*.json")
    if not _found(folder):
        raise BadInput(f"{folder} holds no templates: put them in texts/ and few-shot/SET/")
    return folder


def _found(root: Traversable) -> dict[str, Traversable]:
    """Files by their path in the folder.

    :raises BadInput: a file that has no place among templates.
    """
    known = {f"texts/{name}.txt" for name in SLOTS}
    files = {f"texts/{file.name}": file for file in _inside(root / "texts")}
    for one in _inside(root / "few-shot"):
        names = {f"few-shot/{one.name}/{file.name}": file for file in _inside(one)}
        known |= {f"few-shot/{one.name}/{job}.json" for job in _JOBS if one.name != _NOT_A_SET}
        files |= names or {f"few-shot/{one.name}": one}
    if strange := sorted(files.keys() - known):
        choices = ", ".join([*SLOTS, *(f"few-shot/SET/{job}.json" for job in _JOBS)])
        raise BadInput(f"{files[strange[0]]} is no template: the texts and examples are {choices}")
    return files


def _inside(folder: Traversable) -> list[Traversable]:
    """What is in a folder, but for hidden files; nothing where there is none."""
    return [item for item in folder.iterdir() if not item.name.startswith(".")] if folder.is_dir() else []


def _text(name: str, file: Traversable) -> str:
    text = _read(file).decode("utf-8", errors="replace").replace("\r\n", "\n").strip()
    given, wanted = slots_in(text), SLOTS[name]
    if unknown := sorted(given - wanted):
        has = ", ".join(f"{{{slot}}}" for slot in sorted(wanted)) or "none"
        raise BadInput(f"{file} has the slot {{{unknown[0]}}}, which is not one of its slots: {has}")
    if missing := sorted(wanted - given):
        raise BadInput(f"{file} lacks the slot {{{missing[0]}}}: write it where that belongs")
    if not text:
        raise BadInput(f"{file} is empty: write the text, or remove the file to have the usual one")
    return text


def _few_shot(name: str, files: Mapping[str, Traversable]) -> FewShot:
    def file(job: str) -> Traversable:
        path = f"few-shot/{name}/{job}.json"
        if path not in files:
            raise BadInput(f'the set of examples {name} lacks {path}: add it, with {{"examples": []}} for none')
        return files[path]

    return FewShot(
        pairs=_examples(file("pairs"), _Pairs).examples,
        token_space=_examples(file("token-space"), _TokenSpace).examples,
        peak=_examples(file("peak"), _Peak).examples,
        contrastive=_examples(file("contrastive"), _Contrastive).examples,
        simulate=_examples(file("simulate"), _Simulate).examples,
        detection=_examples(file("detection"), _Judge).examples,
        fuzzing=_examples(file("fuzzing"), _Judge).examples,
    )


def _examples(file: Traversable, noun: type[T]) -> T:
    try:
        return loads(_read(file), noun)
    except BrokenData as error:
        raise BadInput(f"{file}: {error}") from error


def _read(file: Traversable) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({error.strerror}): give template files that can be read") from error
