"""What simulators that ask a language model have in common: the model and its room, the words and the examples."""

from __future__ import annotations

from neuronscope.explain.parts import SimulatorKind
from neuronscope.explain.room import room_of
from neuronscope.llm.protocol import LanguageModel
from neuronscope.prompts.templates import Templates


class ModelSimulator:
    """The beginning of a Simulator; a subclass has its ``kind`` and ``simulate``."""

    kind: SimulatorKind

    def __init__(
        self,
        model: LanguageModel,
        *,
        templates: Templates,
        few_shot: str | None = "default",
        context_tokens: int | None = None,
    ) -> None:
        """``few_shot`` names a set of examples, None uses none; ``context_tokens`` None: as many as the model reads.

        :raises BadInput: no such set of examples.
        """
        self._model = model
        self._description = model.describe()
        self._templates = templates
        self._examples = templates.few_shot(few_shot).simulate
        self._room = room_of(model, context_tokens)

    @property
    def model(self) -> str | None:
        """The model's name."""
        return self._description.name
