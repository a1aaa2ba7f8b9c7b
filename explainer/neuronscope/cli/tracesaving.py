"""Keeping a trace in its dataset, ``trace --save``: what was typed and a trace in, files of the dataset out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.live import Prompt
    from neuronscope.trace import TraceReport

_AUTO = "auto"
Save = Annotated[
    str | None,
    typer.Option("--save", metavar="ID", help="Keep the trace in --dataset by this id; auto: its prompt's words."),
]
Force = Annotated[bool, typer.Option("--force", help="Let --save take the place of a trace of the same id.")]


@dataclass(frozen=True)
class Saving:
    """Whether and where a trace is kept, as it was typed."""

    id: str | None
    dataset: str | None
    force: bool

    def check(self, prompt: str | Prompt) -> None:
        """Before anything is computed.

        :raises BadInput: there is no dataset that could keep it, or no such id is free.
        """
        if self.id is None:
            return
        from neuronscope.dataset import open_dataset
        from neuronscope.dataset.indexing import is_changeable
        from neuronscope.trace.stored import refuse_bad_id, refuse_taken

        if self.dataset is None:
            raise BadInput("--save keeps a trace in a dataset: name it with --dataset")
        id_ = self._id_of(prompt)
        refuse_bad_id(id_)
        with open_dataset(self.dataset) as dataset:
            if not is_changeable(dataset):
                raise BadInput(f"{dataset.root} cannot be changed: save into a dataset in a folder that was made here")
            if not self.force:
                refuse_taken(dataset, id_)

    def write(self, told: TraceReport, prompt: str | Prompt) -> str | None:
        """The id by which the trace was kept; None where it was not asked for."""
        if self.id is None or self.dataset is None:
            return None
        from neuronscope.trace.stored import stored, write_trace

        kept = stored(told, prompt, self._id_of(prompt))
        write_trace(Path(self.dataset), kept, force=self.force)
        return kept.id

    def _id_of(self, prompt: str | Prompt) -> str:
        from neuronscope.trace.prompting import words_of
        from neuronscope.trace.stored import id_of

        return id_of(words_of(prompt)) if self.id in (None, _AUTO) else self.id
