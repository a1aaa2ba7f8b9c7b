"""Where people's words are kept on this machine unless a database is named: an environment in, a SQLite file out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def annotations_file(environ: Mapping[str, str]) -> Path:
    """``$XDG_DATA_HOME/neuronscope/annotations.sqlite``, or the same below ``~/.local/share``; not in the cache, which
    may be removed. A relative XDG_DATA_HOME counts as none.

    Source: XDG Base Directory Specification, "Basics".
    """
    given = environ.get("XDG_DATA_HOME", "")
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    base = Path(given) if os.path.isabs(given) else home / ".local" / "share"  # noqa: PTH117 - a string still
    return base / "neuronscope" / "annotations.sqlite"
