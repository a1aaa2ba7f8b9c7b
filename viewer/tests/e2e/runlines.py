"""Runs commands of ours and lines of Python, each by itself; JSON on standard input in, what each printed out.

One process for all, since most of the time that a command takes is its start.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable

from neuronscope.cli import main


def printed(run: Callable[[], object]) -> str:
    """What it prints."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        run()
    return out.buffer.getvalue().decode()  # type: ignore[attr-defined]  # a BytesIO


if __name__ == "__main__":
    given = json.load(sys.stdin)
    commands = [printed(lambda words=words: main(words)) for words in given["commands"]]
    lines = [printed(lambda line=line: exec(line, {})) for line in given["lines"]]
    sys.stdout.write(json.dumps({"commands": commands, "lines": lines}))
