"""Typed text through a subject: neurons, latents of an SAE, or of a crosscoder of two models, as a dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neuronscope.dashboards.computed import Columns
from neuronscope.dashboards.online import OnlineFeatureDashboard
from neuronscope.dashboards.units import Key, key_of
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset
    from neuronscope.subject import Source, Subject


class SubjectDashboard(OnlineFeatureDashboard):
    """Units of a model by layer and unit; with a dataset their maxima and explanations are its own."""

    def __init__(
        self,
        subject: Subject,
        units: Sequence[Key] = (),
        *,
        source: Source | str | None = None,
        dataset: Dataset | None = None,
        **options: Any,
    ) -> None:
        """
        :param source: which units, opened (as ``open_pair`` gives them for a crosscoder) or by what ``open_source``
            takes, such as "sae:RELEASE/ID"; None: the dataset's, or the MLP neurons.
        :param options: the fields of ``OnlineOptions`` but ``features``.
        :raises BadInput: the units cannot be read of this model.
        """
        from neuronscope.live import Live
        from neuronscope.subject import open_source

        opened = open_source(subject, source) if isinstance(source, str) else source
        self._live = Live(subject, dataset, source=opened)
        options.setdefault("title", f"{subject.info.name}, {self._live.source.kind}")
        super().__init__(tokenizer=subject.tokenizer, model=subject, features=units, **options)

    def _refuse_nothing_to_compute(self) -> None:
        """The subject computes."""

    def _key(self, given: Key) -> str:
        key = key_of(given)
        if ":" in key:
            return key
        layers = list(self._live.source.units)
        if len(layers) == 1:
            return f"{layers[0]}:{key}"
        raise BadInput(f"unit {given!r} has no layer: write layer and unit like {layers[0]}:{key}")

    def _columns(self, text: str, keys: Sequence[str]) -> Columns:
        from neuronscope.live import AskActivations, UnitPlace

        places = [UnitPlace(int(layer), int(unit)) for layer, _, unit in (key.partition(":") for key in keys)]
        found = self._live.ask(AskActivations(text=text, units=places))
        return Columns(
            found.tokens,
            [list(unit.record.activations) for unit in found.units],
            [unit.explanation for unit in found.units],
            [unit.max for unit in found.units],
            found.units[0].record.ignored,
        )

    def _reply(self, text: str) -> str:
        from neuronscope.live import AskGeneration, Generated

        own = type(self).generate_model_response is not OnlineFeatureDashboard.generate_model_response
        if own or self._generate is not None:
            return super()._reply(text)
        steps = self._live.generate(AskGeneration(text=text, max_tokens=self._max_new_tokens))
        return next(step.text for step in steps if isinstance(step, Generated))
