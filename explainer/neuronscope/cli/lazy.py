"""Groups whose commands are imported when they are asked for: names and how each is found in, a typer group out.

A start imports the command that it runs. Only a list of all, as in ``--help``, imports all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import cleandoc
from typing import Any

import typer
from typer.core import TyperGroup

Find = Callable[[], Callable[..., object] | typer.Typer]  # a command's function, or a group; called once at most


class NoCommand(Exception):
    """Raised by a ``Find``: what is called so cannot be had here, and is no command."""


def lazy_group(commands: Mapping[str, Find]) -> type[TyperGroup]:
    """A class of groups with these commands, in this order."""

    class LazyGroup(TyperGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.commands: dict[str, Any] = dict.fromkeys(commands)  # None where not looked at yet

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - as click has it, of which typer has a copy
            if cmd_name in self.commands and self.commands[cmd_name] is None:
                try:
                    self.commands[cmd_name] = _command(cmd_name, commands[cmd_name]())
                except NoCommand:
                    del self.commands[cmd_name]
            return self.commands.get(cmd_name)

    return LazyGroup


def _command(name: str, found: Callable[..., object] | typer.Typer) -> Any:
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, help=_flowing(found.__doc__ or ""))(found)
    return typer.main.get_command(alone)


def _flowing(text: str) -> str:
    """Its paragraphs, a line each: where a line of a docstring ends says nothing about the width of a terminal."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in cleandoc(text).split("\n\n"))
