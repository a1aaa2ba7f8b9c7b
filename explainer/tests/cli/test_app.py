"""The root command: version, help, and errors as exit codes with a sentence and no traceback."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from itertools import pairwise

import pytest

from neuronscope.cli import app as root
from neuronscope.errors import BadInput, BrokenData, StorageFailed

Run = Callable[..., tuple[int, str, str]]
INSTALLED = ["check-site", "compare", "serve"]


def test_the_version_is_printed(run: Run) -> None:
    code, out, _ = run("--version")
    assert (code, out) == (0, "neuronscope 0.1.0\n")


def test_every_command_has_help_with_an_example(run: Run) -> None:
    for command in ("collate", "explore", "check"):
        code, out, _ = run(command, "--help")
        assert code == 0
        assert f"Example: neuronscope {command}" in out


@pytest.mark.parametrize("command", [["copy"], ["explain"], ["import", "explanations"]])
def test_what_a_command_does_is_told_in_lines_as_wide_as_the_terminal(run: Run, command: list[str]) -> None:
    lines = run(*command, "--help")[1].split("Example:")[0].splitlines()
    for line, following in pairwise(line.strip() for line in lines):
        if line and following and not line.startswith("Usage:"):
            assert len(f"{line} {following.split()[0]}") > 78  # the next word would not have fitted


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

    monkeypatch.setattr(root, "_installed", lambda: {"fail": lambda: fail})
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


def rows(help_text: str) -> list[str]:
    """The commands that a help text lists."""
    return re.findall(r"^\S ([a-z]\S*) ", help_text, re.MULTILINE)


def test_help_names_every_command_in_a_row_of_its_own(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert rows(out) == [
        *[name for name in root._OURS if "." not in name],
        *INSTALLED,
        "import",
        "export",
        "annotations",
    ]


@pytest.mark.parametrize(
    ("group", "commands"),
    [("import", ["explanations", "graph"]), ("export", ["html", "site"]), ("annotations", ["export"])],
)
def test_a_group_has_its_own_commands_and_those_of_packages(run: Run, group: str, commands: list[str]) -> None:
    code, out, _ = run(group, "--help")
    assert code == 0
    assert rows(out) == commands
    assert "completion" not in out  # which is the root's


def test_a_word_that_is_almost_a_command_is_answered_with_it(run: Run) -> None:
    code, _, err = run("colate")
    assert code == 2
    assert "collate" in err
    assert "explanations" in run("import", "explanation")[2]


def test_a_command_of_a_package_that_lacks_what_it_needs_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [EntryPoint(name, "no_such_package:command", "neuronscope.commands") for name in ("serve", "export.site")]
    monkeypatch.setattr(root, "entry_points", lambda group: entries)  # noqa: ARG005 - as the real one
    code, _, err = run("serve")
    assert (code, "No such command 'serve'." in err) == (2, True)
    assert "serve" not in rows(run("--help")[1])
    assert rows(run("export", "--help")[1]) == ["html"]


def test_a_fault_in_a_command_of_ours_is_not_hidden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(root._OURS, "check", "no_such_module:check")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        run("check")


def test_only_the_command_that_runs_is_imported() -> None:
    code = (
        "import sys\nfrom neuronscope.cli import main\ntry: main(['check', 'nowhere'])\nexcept SystemExit: pass\n"
        "print({name for name in sys.modules if name.startswith(('neuronscope.cli.', 'neuronscope_server'))})"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    used = {"app", "check", "lazy", "printable"}
    assert ast.literal_eval(result.stdout) == {f"neuronscope.cli.{name}" for name in used}


def test_starting_the_command_line_loads_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "numpy", "pyarrow", "tokenizers", "flask")
    code = (
        "import sys\nfrom neuronscope.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        f"sys.exit(str([m for m in {heavy} if m in sys.modules]))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]"
