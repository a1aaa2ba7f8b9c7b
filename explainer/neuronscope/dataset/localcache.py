"""Where what can be derived from datasets is kept on this machine: one folder per dataset, which may be removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path


def cache_home(environ: Mapping[str, str]) -> Path:
    """``$XDG_CACHE_HOME/neuronscope``, or ``~/.cache/neuronscope``; a relative XDG_CACHE_HOME counts as none.

    Source: XDG Base Directory Specification, "Basics".
    """
    given = environ.get("XDG_CACHE_HOME", "")
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return (Path(given) if os.path.isabs(given) else home / ".cache") / "neuronscope"  # noqa: PTH117 - a string still


def cache_folder(home: Path, root: str) -> Path:
    """The folder below ``home`` for the dataset at ``root``; it may not be there yet.

    Two ways to write the path of one local folder are one dataset.
    """
    place = root.rstrip("/") if "://" in root else os.path.realpath(root)
    return home / "datasets" / hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
