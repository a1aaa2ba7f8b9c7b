"""Datasets as people name them to a command: arguments in, names and roots out."""

from __future__ import annotations

import re
from pathlib import Path

from neuronscope.dataset.opening import name_of, slug
from neuronscope.errors import BadInput
from neuronscope_server.catalog import absolute

_NAMED = re.compile(r"([^/\\:=]+)=(.*)")


def named_roots(arguments: list[str]) -> dict[str, str]:
    """``NAME=PATH`` or a path, as names and absolute roots.

    :raises BadInput: two datasets of one name, one that was given twice, or an empty argument.
    """
    roots: dict[str, str] = {}
    for argument in arguments:
        named = None if Path(argument).exists() else _NAMED.fullmatch(argument)
        given = named[2] if named else argument
        if not given.strip():
            raise BadInput(f"{argument!r} names no dataset: give a folder or an address, or NAME= and one of them.")
        root = absolute(given)
        name = slug(named[1]) if named else name_of(root)
        if name in roots:
            raise BadInput(_same_name(name, roots[name], root))
        roots[name] = root
    return roots


def _same_name(name: str, first: str, second: str) -> str:
    if first.rstrip("/") == second.rstrip("/"):
        return f"{first} was given twice. Give it once."
    return f"Two datasets are called {name!r}: {first} and {second}. Name one: NAME={second}"
