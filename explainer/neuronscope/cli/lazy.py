"""Groups whose commands are imported when they are asked for: names and how each is found in, a typer group out.

A start imports the command that it runs. Only a list of all, as in ``--help``, imports all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import typer
from typer.core import TyperGroup

Find = Callable[[], Callable[..., object] | typer.Typer]  # a command's function, or a group; called once at most


def lazy_group(commands: Mapping[str, Find]) -> type[TyperGroup]:
    """A class of groups with these commands, in this order.

    One whose ``Find`` raises ModuleNotFoundError is no command: it is of a package that lacks its own dependencies.
    """

    class LazyGroup(TyperGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.commands = _Commands(commands)

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's, of which typer has its own copy
            return list(self.commands)

    return LazyGroup


class _Commands(MutableMapping[str, Any]):
    """Commands by name, each made from its function when it is first looked up."""

    def __init__(self, found: Mapping[str, Find]) -> None:
        self._found = dict(found)
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            try:
                self._made[name] = _command(name, self._found[name]())
            except ModuleNotFoundError as error:
                del self._found[name]
                raise KeyError(name) from error
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._found[name], self._made[name] = (lambda: command), command

    def __delitem__(self, name: str) -> None:
        del self._found[name]
        self._made.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _command(name: str, found: Callable[..., object] | typer.Typer) -> Any:
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)
