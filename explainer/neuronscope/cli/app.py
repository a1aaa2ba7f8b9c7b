"""The root command, what hangs on it, and how errors become exit codes."""

from __future__ import annotations

import atexit
import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated

import typer

from neuronscope import __version__
from neuronscope.cli.lazy import Find, NoCommand, lazy_group
from neuronscope.errors import BadInput, NeuronscopeError

_GROUP = "neuronscope.commands"  # entry points of installed packages, named as ours below
_OURS = {  # a command of a group has the group's name and a dot before its own
    "collate": "collate:collate",
    "explore": "explore:explore",
    "relate": "relate:relate",
    "match": "match:match",
    "explain": "explain:explain",
    "score": "score:score",
    "puzzles": "puzzles:puzzles",
    "report": "report:report",
    "index": "index:index",
    "units": "units:units",
    "search": "search:search",
    "show": "show:show",
    "check": "check:check",
    "copy": "copy:copy",
    "activations": "activations:activations",
    "top": "top:top",
    "predict": "predict:predict",
    "generate": "generate:generate",
    "hooks": "hooks:hooks",
    "saes": "saes:saes",
    "trace": "trace:trace",
    "import.explanations": "importing:import_explanations",
    "import.graph": "importinggraph:import_graph",
    "export.html": "exporthtml:export_html",
}
_ABOUT = {
    "import": "What other tools know of units, into datasets.",
    "export": "Datasets in other forms.",
    "annotations": "What people wrote about datasets.",
}
_INTERRUPTED = 130
_COLLECT_AFTER = 50_000  # new objects; at the usual 700, short commands spend a sixth of their time looking for cycles


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code; ``arguments`` are the process's own unless given."""
    if arguments is None:  # a process of our own
        gc.set_threshold(_COLLECT_AFTER)
        # or all that is there is gone through once more at the end, for a third of a second
        atexit.register(gc.freeze)
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
    """The root app with our own commands and those that installed packages add; each is imported when it is used."""
    ours: Mapping[str, Find] = {
        name: EntryPoint(name, f"neuronscope.cli.{place}", _GROUP).load for name, place in _OURS.items()
    }
    app = typer.Typer(
        cls=lazy_group(_grouped({**ours, **_installed()})),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"max_content_width": 100},
    )
    app.callback()(_root)
    return app


def _installed() -> dict[str, Find]:
    """The commands of installed packages, our server among them."""
    found = sorted(entry_points(group=_GROUP), key=lambda entry: entry.name)
    return {entry.name: partial(_load, entry) for entry in found}


def _load(entry: EntryPoint) -> Callable[..., object]:
    """:raises NoCommand: the package lacks its own dependencies."""
    try:
        command: Callable[..., object] = entry.load()
    except ModuleNotFoundError as error:
        raise NoCommand from error
    return command


def _grouped(commands: Mapping[str, Find]) -> dict[str, Find]:
    """Those without a dot in their name, then the groups of the others."""
    alone: dict[str, Find] = {}
    groups: defaultdict[str, dict[str, Find]] = defaultdict(dict)
    for name, find in commands.items():
        group, _, inner = name.rpartition(".")
        (groups[group] if group else alone)[inner] = find
    return {**alone, **{name: partial(_group, name, inside) for name, inside in groups.items()}}


def _group(name: str, commands: Mapping[str, Find]) -> typer.Typer:
    group = typer.Typer(
        cls=lazy_group(commands), name=name, no_args_is_help=True, add_completion=False, help=_ABOUT.get(name)
    )
    group.callback()(lambda: None)  # else a group without commands of its own is none
    return group


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
