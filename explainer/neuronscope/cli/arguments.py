"""What people type, as values: ranges of layers, and the environment's date for reproducible files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from neuronscope.dataset.layout import MANIFEST, WORKING
from neuronscope.errors import BadInput

_UNIT = re.compile(r"([0-9]{1,18})[:/]([0-9]{1,18})")
_RANGE = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


def layer_numbers(text: str | None) -> tuple[int, ...] | None:
    """``0,3,7-9`` as (0, 3, 7, 8, 9); None and ``all`` as None.

    :raises BadInput: anything else.
    """
    if text is None or text.strip() == "all":
        return None
    layers: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if not match or int(match[2] or match[1]) < int(match[1]):
            raise BadInput(f"layers {text!r} cannot be read: write them like 0-5 or 0,3,7-9")
        layers.extend(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(layers)


def unit_place(text: str) -> tuple[int, int]:
    """``12:345`` as (12, 345): layer and unit.

    :raises BadInput: anything else.
    """
    match = _UNIT.fullmatch(text.strip())
    if match is None:
        raise BadInput(f"unit {text[:80]!r} cannot be read: write layer and unit like 12:345")
    return int(match[1]), int(match[2])


def source_date(environment: Mapping[str, str] = os.environ) -> datetime | None:
    """The moment that SOURCE_DATE_EPOCH names (seconds since 1970), for output that is the same byte for byte.

    :raises BadInput: it is set to something else.
    """
    text = environment.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(f"SOURCE_DATE_EPOCH must be seconds since 1970, not {text!r}") from error


def batch_size(text: str) -> int | None:
    """``32`` as 32, ``auto`` as None.

    :raises BadInput: anything else.
    """
    if text == "auto":
        return None
    if not text.isascii() or not text.isdigit():
        raise BadInput(f"batch size {text!r} cannot be read: write a number, or auto")
    return int(text)


def check_out(out: Path | None, *, resume: bool = False) -> Path:
    """Look at the output folder before anything slow starts; one with ``resume`` may hold a complete dataset too.

    :raises BadInput: none is named, it is a file, or holds something that is not an unfinished run to go on with.
    """
    if out is None:
        raise BadInput("name a new folder for the dataset with --out")
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file: name a new folder for the dataset")
    complete = (out / MANIFEST).exists()
    if resume and (complete or (out / WORKING).is_dir()):
        return out
    if (out / WORKING).is_dir() and not complete:
        raise BadInput(f"{out} holds an unfinished run of collate: go on with --resume, or remove the folder")
    if out.is_dir() and any(out.iterdir()):
        there = "holds a complete dataset" if complete else "is there already and not empty"
        raise BadInput(f"{out} {there}: name a new folder for the dataset")
    return out
