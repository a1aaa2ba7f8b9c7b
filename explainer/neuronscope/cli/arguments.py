"""What people type, as values: ranges of layers and units, and the environment's date for reproducible files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.dataset.layout import MANIFEST, WORKING
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.explain.planning import UnitRange

_UNITS = re.compile(r"(?:([0-9]{1,18})|\*)[:/](?:([0-9]{1,18})(?:-([0-9]{1,18}))?|\*)")
_UNIT = re.compile(r"([0-9]{1,18})[:/]([0-9]{1,18})")
_PAIR = re.compile(r"([0-9]{1,6}):([0-9]{1,6})")
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


def layer_pairs(text: str | None) -> list[tuple[int, int]] | None:
    """``0-2,3:5`` as [(0, 0), (1, 1), (2, 2), (3, 5)]; None and ``all`` as None.

    :raises BadInput: anything else.
    """
    if text is None or text.strip() == "all":
        return None
    pairs: list[tuple[int, int]] = []
    for part in text.split(","):
        match = _PAIR.fullmatch(part.strip())
        layers = () if match else layer_numbers(part) or ()
        pairs += [(int(match[1]), int(match[2]))] if match else [(layer, layer) for layer in layers]
    return pairs


def unit_place(text: str) -> tuple[int, int]:
    """``12:345`` as (12, 345): layer and unit.

    :raises BadInput: anything else.
    """
    match = _UNIT.fullmatch(text.strip())
    if match is None:
        raise BadInput(f"unit {text[:80]!r} cannot be read: write layer and unit like 12:345")
    return int(match[1]), int(match[2])


def unit_ranges(text: str | None) -> tuple[UnitRange, ...]:
    """``3:17,3:40-60,5:*`` as ranges of units; None and ``all`` as all units.

    :raises BadInput: anything else.
    """
    from neuronscope.explain.planning import EVERYTHING

    if text is None or text.strip() == "all":
        return EVERYTHING
    return tuple(_unit_range(part.strip(), text) for part in text.split(","))


def _unit_range(part: str, text: str) -> UnitRange:
    from neuronscope.explain.planning import UnitRange

    match = _UNITS.fullmatch(part)
    if match is None:
        raise BadInput(
            f"units {text[:80]!r} cannot be read at {part[:40]!r}: write layer and unit like 3:17, 3:40-60, 5:* or all"
        )
    layer = None if match[1] is None else int(match[1])
    if match[2] is None:
        return UnitRange(layer)
    first, last = int(match[2]), int(match[3] or match[2])
    if last < first:
        raise BadInput(f"units {part[:40]!r} end before they begin: write the smaller number first")
    return UnitRange(layer, first, last)


def words(given: Sequence[str] | None) -> tuple[str, ...] | None:
    """``["a,b", "c"]`` as (a, b, c), each once: an option that is given several times or with commas; None as None."""
    if given is None:
        return None
    found = [word.strip() for text in given for word in text.split(",")]
    return tuple(dict.fromkeys(word for word in found if word))


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
