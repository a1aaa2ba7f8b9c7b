"""One progress bar on standard error: what is counted in; out, what to call whenever there is more of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """``advance()`` says that one more is done, ``show(done, total)`` how many are of how many.

    A ``done`` of None leaves it as it was; a ``total`` of None is not known.
    """

    advance: Callable[[], object]
    show: Callable[[int | None, int | None], object]


@contextmanager
def shown(what: str, total: int | None = None, *, quiet: bool = False) -> Iterator[Bar]:
    """A bar that is there until it is left; none where ``quiet``, or where standard error is no terminal."""
    if quiet:
        yield Bar(lambda: None, lambda done, of: None)  # noqa: ARG005 - as a bar's
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:
        task = bars.add_task(what, total=total)
        yield Bar(lambda: bars.advance(task), lambda done, of: bars.update(task, completed=done, total=of))
