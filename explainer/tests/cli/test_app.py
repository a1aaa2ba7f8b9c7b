"""The root command: version, help, and errors as exit codes with a sentence and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
import typer

from neuronscope.cli import app as root
from neuronscope.errors import BadInput, BrokenData, StorageFailed

Run = Callable[..., tuple[int, str, str]]


def test_the_version_is_printed(run: Run) -> None:
    code, out, _ = run("--version")
    assert (code, out) == (0, "neuronscope 0.1.0\n")


def test_every_command_has_help_with_an_example(run: Run) -> None:
    for command in ("collate", "explore", "check"):
        code, out, _ = run(command, "--help")
        assert code == 0
        assert f"Example: neuronscope {command}" in out


@pytest.mark.parametrize(
    "arguments", [("dance",), ("collate",), ("collate", "m", "t.txt", "--out", "x", "--top", "-1")]
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("no such thing"), 2),
        (BrokenData("no such thing"), 3),
        (StorageFailed("no such thing"), 3),
        (OSError(28, "no such thing"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_become_exit_codes_and_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fail() -> None:
        raise error

    def add_commands(app: typer.Typer, groups: dict[str, typer.Typer]) -> None:
        assert list(groups) == ["import", "export"]
        app.command("fail")(fail)

    monkeypatch.setattr(root, "_installed", lambda: [add_commands])
    got, out, err = run("fail")
    assert (got, out) == (code, "")
    assert "Traceback" not in err
    said = "Interrupted." if isinstance(error, KeyboardInterrupt) else "no such thing"
    assert err.startswith("neuronscope: ")
    assert said in err


def test_the_server_hangs_its_command_on_the_root(run: Run) -> None:
    code, out, _ = run("serve", "--help")
    assert code == 0
    assert "--port" in out


def test_starting_the_command_line_loads_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "numpy", "pyarrow", "tokenizers", "flask")
    code = f"import sys, neuronscope.cli as c; c.build_app(); sys.exit(str([m for m in {heavy} if m in sys.modules]))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert result.stderr.strip() == "[]"
