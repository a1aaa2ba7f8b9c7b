"""A progress bar on standard error: the stages of a collation, one line each."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

_NAMES = {
    "loading": "loading the model",
    "text": "reading text",
    "statistics": "first pass, statistics",
    "records": "second pass, records",
    "writing": "writing layers",
}


class StageBar:
    """Use it as a context manager; ``show`` is what ``collate`` reports to."""

    def __init__(self, sequence_length: int) -> None:
        speed = _TokensPerSecond(sequence_length)
        columns = (
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            speed,
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

    def show(self, stage: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` is done in this stage."""
        if stage not in self._stages:
            self._stages[stage] = self._progress.add_task(_NAMES.get(stage, stage), total=total)
        self._progress.update(self._stages[stage], completed=done, total=total)


class _TokensPerSecond(TextColumn):
    """Only for the stages that count sequences."""

    def __init__(self, sequence_length: int) -> None:
        super().__init__("")
        self._length = sequence_length

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        counts_sequences = task.description in (_NAMES["statistics"], _NAMES["records"])
        return Text(f"{speed * self._length:,.0f} tokens/s" if speed and counts_sequences else "")
