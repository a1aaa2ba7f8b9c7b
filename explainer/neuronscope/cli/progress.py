"""A progress bar on standard error: the stages of a collation, one line each."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from neuronscope.collate import Step

_NAMES = {
    "loading": "loading the model",
    "text": "cutting text",
    "measuring": "measuring a short run",
    "collating": "collating sequences",
    "choosing": "choosing, by layer",
    "writing": "writing layers",
    "relating": "comparing units",
}


class StageBar:
    """Use it as a context manager; ``show`` is what ``collate`` reports to."""

    def __init__(self, sequence_length: int) -> None:
        columns = (
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            _TokensPerSecond(sequence_length),
            TextColumn("{task.fields[note]}"),
        )
        console = Console(stderr=True)
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._stages: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, name: str, done: int, total: int | None, note: str = "") -> None:
        """Say that ``done`` of ``total`` is done in this stage; None where nobody knows how much there is."""
        if name not in self._stages:
            self._stages[name] = self._progress.add_task(_NAMES.get(name, name), total=total, completed=done, note=note)
        self._progress.update(self._stages[name], completed=done, total=total, note=note)

    def show(self, step: Step) -> None:
        """Say how far a collation is."""
        note = "" if step.silent is None else f"{step.silent:,} units have not fired yet"
        self.stage(step.stage, step.done, step.total, note)


class _TokensPerSecond(TextColumn):
    """Only for the stage that runs sequences."""

    def __init__(self, sequence_length: int) -> None:
        super().__init__("")
        self._length = sequence_length

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        runs = task.description == _NAMES["collating"]
        return Text(f"{speed * self._length:,.0f} tokens/s" if speed and runs else "")
