"""The root command, what hangs on it, and how errors become exit codes."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Annotated

import typer

from neuronscope import __version__
from neuronscope.cli.activations import activations
from neuronscope.cli.check import check
from neuronscope.cli.collate import collate
from neuronscope.cli.copy import copy
from neuronscope.cli.explain import explain
from neuronscope.cli.explore import explore
from neuronscope.cli.exporthtml import export_html
from neuronscope.cli.generate import generate
from neuronscope.cli.hooks import hooks
from neuronscope.cli.importing import ABOUT as IMPORTING
from neuronscope.cli.importing import import_explanations
from neuronscope.cli.importinggraph import import_graph
from neuronscope.cli.index import index
from neuronscope.cli.match import match
from neuronscope.cli.predict import predict
from neuronscope.cli.puzzles import puzzles
from neuronscope.cli.relate import relate
from neuronscope.cli.report import report
from neuronscope.cli.saes import saes
from neuronscope.cli.score import score
from neuronscope.cli.search import search
from neuronscope.cli.show import show
from neuronscope.cli.top import top
from neuronscope.cli.trace import trace
from neuronscope.cli.units import units
from neuronscope.errors import BadInput, NeuronscopeError

_INTERRUPTED = 130
_COLLECT_AFTER = 50_000  # new objects; at the usual 700, short commands spend a sixth of their time looking for cycles
_GROUPS = {"import": IMPORTING, "export": "Datasets in other forms."}
AddCommands = Callable[[typer.Typer, dict[str, typer.Typer]], None]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code; ``arguments`` are the process's own unless given."""
    if arguments is None:  # a process of our own
        gc.set_threshold(_COLLECT_AFTER)
    try:
        build_app()(arguments, prog_name="neuronscope")
    except NeuronscopeError as error:
        _leave(str(error), code=2 if isinstance(error, BadInput) else 3)
    except OSError as error:
        _leave(f"The disk or the network failed: {error}", code=3)
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:  # what typer makes of Ctrl-C, without a word
            _leave("Interrupted.", code=_INTERRUPTED)
        raise


def build_app() -> typer.Typer:
    """The root app with our own commands and those that installed packages add (entry points neuronscope.commands)."""
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, context_settings={"max_content_width": 100})
    app.callback()(_root)
    for command in (
        collate,
        explore,
        relate,
        match,
        explain,
        score,
        puzzles,
        report,
        index,
        units,
        search,
        show,
        check,
        copy,
        activations,
        top,
        predict,
        generate,
        hooks,
        saes,
        trace,
    ):
        app.command()(command)
    groups = {name: typer.Typer(no_args_is_help=True, help=about) for name, about in _GROUPS.items()}
    for name, group in groups.items():
        group.callback()(lambda: None)  # else a group of one command is that command
        app.add_typer(group, name=name)
    groups["import"].command("explanations")(import_explanations)
    groups["import"].command("graph")(import_graph)
    groups["export"].command("html")(export_html)
    for add_commands in _installed():
        add_commands(app, groups)
    return app


def _installed() -> list[AddCommands]:
    """Each package's function; one whose own dependencies are not installed adds nothing."""
    found = []
    for entry in sorted(entry_points(group="neuronscope.commands"), key=lambda entry: entry.name):
        try:
            found.append(entry.load())
        except ModuleNotFoundError:
            continue
    return found


def _root(
    _: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """A microscope for language models: see what their units respond to, on your own machine."""


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"neuronscope {__version__}")
        raise typer.Exit


def _leave(message: str, *, code: int) -> None:
    typer.echo(f"neuronscope: {message}", err=True)
    sys.exit(code)
