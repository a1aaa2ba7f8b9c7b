"""A process that has collated once, and forks a child that is as warm for each command line it reads: JSON lines in.

For tests that end many of them. Says the child's pid, then how it ended: its exit code (that of a signal is negative)
and how many operations on files under ``watch`` it made. A child may kill itself at one of them, or be given a limit on
the size of files.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = json.loads(sys.stdin.readline())
        leave_with(first["arguments"] + ["--out", str(Path(folder) / "set")])
    say("warm")
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            be_child(asked, writing)
        os.close(writing)
        say(str(pid))
        _, status = os.waitpid(pid, 0)
        with os.fdopen(reading) as counted:
            say(json.dumps([os.waitstatus_to_exitcode(status), int(counted.read() or -1)]))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def be_child(asked: dict[str, Any], writing: int) -> NoReturn:
    code, count = 1, [0]

    def operation(event: str, arguments: tuple[Any, ...]) -> None:
        if event in OPERATIONS and str(arguments[0]).startswith(asked["watch"]):
            count[0] += 1
            if count[0] == asked.get("die_at"):
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        if asked.get("largest_file"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest_file"], resource.RLIM_INFINITY))
        sys.addaudithook(operation)
        code = leave_with(asked["arguments"])
    finally:
        os.write(writing, str(count[0]).encode())
        os._exit(code)


def leave_with(arguments: list[str]) -> int:
    """The exit code of `neuronscope ARGUMENTS`."""
    from neuronscope.cli import main as command

    try:
        command(arguments)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


if __name__ == "__main__":
    main()
