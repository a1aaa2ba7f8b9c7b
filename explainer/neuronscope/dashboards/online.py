"""A dashboard of text that somebody types: a function computes the activations, in a notebook or for a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope.dashboards.colour import counted
from neuronscope.dashboards.computed import Columns, columns_of, matching, rows_of
from neuronscope.dashboards.examples import feature_number
from neuronscope.dashboards.limits import Limits
from neuronscope.dashboards.looks import look_of
from neuronscope.dashboards.options import OnlineOptions
from neuronscope.dashboards.page import notebook_html
from neuronscope.dashboards.saving import save_text
from neuronscope.dashboards.shapes import Look, Online, OnlineAnswer, OnlineUnit, Payload
from neuronscope.dashboards.typed import begun_answer, continued, encodings, rendered, token_texts
from neuronscope.dashboards.typedpage import typed_head, typed_html, typed_page
from neuronscope.dashboards.units import Key, key_of
from neuronscope.dashboards.widget import make_widget, show
from neuronscope.errors import BadInput, NeuronscopeError

if TYPE_CHECKING:
    from neuronscope.dashboards.subjects import SubjectDashboard

Compute = Callable[[str, list[int]], Any]
_MOST_HIGHLIGHTED = 2


class OnlineFeatureDashboard:
    """Activations of a few features on any text.

    Give ``get_feature_activation``, or override it: ``(text, feature_indices)`` to an array [tokens, features] of torch
    or NumPy, a row per token of ``tokenizer``. The text is what the model reads: where turns are parted by ``<eot>``,
    the chat template has been applied. ``generate_model_response`` gets such a text and gives what follows.
    """

    def __init__(
        self,
        get_feature_activation: Compute | None = None,
        tokenizer: Any = None,
        model: Any = None,
        generate_model_response: Callable[[str], str] | None = None,
        **options: Any,
    ) -> None:
        """
        :param model: with ``generate``, answers a conversation where ``generate_model_response`` is not given.
        :param options: the fields of ``OnlineOptions``, such as ``features=[3, 5]`` and ``text="The cat"``.
        :raises BadInput: something that cannot be used, or nothing that computes.
        """
        given = self._options(options)
        self._function, self._generate = get_feature_activation, generate_model_response
        self.tokenizer, self.model, self.title, self.text = tokenizer, model, given.title, given.text
        self._refuse_nothing_to_compute()
        self._features = [self._key(key) for key in given.features]
        self._highlighted = self._chosen(given.highlighted, self._features[:1], "highlighted")
        if len(self._highlighted) > _MOST_HIGHLIGHTED:
            raise BadInput(f"{len(self._highlighted)} features are highlighted; one or two can be")
        self._tooltip = self._chosen(given.tooltip, self._features, "tooltip")
        self._names = {self._key(key): str(name) for key, name in (given.names or {}).items()}
        self._look = look_of(given.scale, given.colours, given.css)
        self._limits = Limits(given.max_acts, self._key)
        self._max_new_tokens = given.max_new_tokens

    @staticmethod
    def of(subject: Any, units: Sequence[Key] = (), **options: Any) -> SubjectDashboard:
        """A dashboard of units of a ``Subject``: neurons, latents of an SAE, or of a crosscoder of two models.

        :param units: by layer and unit, as "12:345"; ``options`` are those of ``SubjectDashboard``.
        :raises BadInput: the units cannot be read of this model.
        """
        from neuronscope.dashboards.subjects import SubjectDashboard

        return SubjectDashboard(subject, units, **options)

    def get_feature_activation(self, text: str, feature_indices: list[int]) -> Any:
        """The activations [tokens, features] of a text."""
        assert self._function is not None
        return self._function(text, feature_indices)

    def generate_model_response(self, text: str) -> str:
        """What the model says after a text.

        :raises BadInput: there is no model.
        """
        if self._generate is not None:
            return self._generate(text)
        if self.model is None:
            raise BadInput("there is no model to answer: give model=, or generate_model_response=")
        return continued(self.model, self.tokenizer, text, self._max_new_tokens)

    @property
    def responds(self) -> bool:
        """Whether a model can answer a conversation."""
        own = type(self).generate_model_response is not OnlineFeatureDashboard.generate_model_response
        return own or self._generate is not None or self.model is not None

    def read(self, text: str, features: Sequence[Key] | None = None) -> OnlineAnswer:
        """The activations of some features, those of the start unless named, on a text.

        :raises BadInput: the text or what the function gives for it cannot be used; the message says what is wrong.
        """
        keys = list(dict.fromkeys(map(self._key, self._features if features is None else features)))
        if not keys:
            raise BadInput("no features are computed: name at least one")
        if not isinstance(text, str) or not text:
            raise BadInput("there is no text: type some")
        found = self._columns(text, keys)
        columns = zip(keys, found.values, found.names, found.maxima, strict=True)
        skip = found.ignored
        units = [
            OnlineUnit(key, self._names.get(key) or name, self._limits.limit(key, counted(values, skip), known), values)
            for key, values, name, known in columns
        ]
        return OnlineAnswer(text, found.tokens, units, found.ignored)

    def respond(self, text: str, features: Sequence[Key] | None = None) -> OnlineAnswer:
        """The same of the text with the model's answer behind it; raises as ``read``."""
        begun = begun_answer(text)
        said = self._guarded("generate_model_response", lambda: self._reply(begun))
        if not isinstance(said, str):
            raise BadInput(f"generate_model_response gave a {type(said).__name__}, where a string belongs")
        return self.read(begun + said, features)

    def display(self) -> None:
        """Show it under the cell of a notebook.

        :raises BadInput: anywidget is not installed, or the script is not built.
        """
        show(self)

    def widget(self) -> Any:
        """The widget that ``display`` shows, to be put among others; raises as it."""
        return make_widget(self)

    def export_html(self, path: Path | str, text: str | None = None) -> Path:
        """Write the features on a text, that of the start unless given, to one HTML file; where it is.

        :raises BadInput: as ``read``, or the script is not built.
        :raises StorageFailed: it cannot be written.
        """
        return save_text(path, self.html(text))

    export_to_html = export_html

    def html(self, text: str | None = None) -> str:
        """The file that ``export_html`` writes; raises as it."""
        answer = self.read(self.text if text is None else text)
        return self._page(answer, self._highlighted, self._tooltip, self._look)

    def payload(self) -> Payload:
        """What a widget begins with."""
        answer = self.read(self.text) if self.text and self._features else None
        begin = Online(self.text, self._features, self._highlighted, self._tooltip, self.responds, answer)
        return Payload(typed_head(self.title, self._look, begin, self._names))

    def answer(self, ask: Mapping[str, Any]) -> object:
        """What a widget asks for: ``activations``, ``respond`` or ``save``.

        :raises BadInput: it cannot be answered.
        """
        if ask.get("ask") == "activations":
            return self.read(ask.get("text", ""), ask.get("units"))
        if ask.get("ask") == "respond":
            return self.respond(ask.get("text", ""), ask.get("units"))
        if ask.get("ask") == "save":
            return {"name": "activations.html", "html": self._saved(ask)}
        raise BadInput(f"{ask.get('ask')!r} cannot be asked of this dashboard")

    def _repr_html_(self) -> str:
        answer = self.read(self.text) if self.text and self._features else None
        if answer is None:
            return notebook_html("<p>There is no text yet.</p>", self._look)
        return notebook_html(typed_html(self.title, self._look, answer, self._highlighted), self._look)

    # ---- what the dashboard of a subject has of its own

    def _refuse_nothing_to_compute(self) -> None:
        own = type(self).get_feature_activation is not OnlineFeatureDashboard.get_feature_activation
        if self._function is None and not own:
            raise BadInput("nothing computes activations: give get_feature_activation=, or override it")
        if self.tokenizer is None:
            raise BadInput("a tokenizer is needed to part texts into tokens: give tokenizer=")

    def _key(self, given: Key) -> str:
        key = key_of(given)
        if ":" in key:
            raise BadInput(f"{given!r} is no feature: they are numbered by whole numbers from 0")
        return str(feature_number(int(key)))

    def _columns(self, text: str, keys: Sequence[str]) -> Columns:
        shown = rendered(self.tokenizer, text)
        features = [int(key) for key in keys]
        given = self._guarded("get_feature_activation", lambda: self.get_feature_activation(shown, features))
        rows = rows_of(given, len(keys))
        ids = matching(len(rows), encodings(self.tokenizer, shown))
        bos = getattr(self.tokenizer, "bos_token_id", None)
        ignored = [0] if bos is not None and ids[:1] == [bos] else None
        unknown: list[None] = [None] * len(keys)
        tokens = token_texts(self.tokenizer, ids)
        return Columns(tokens, columns_of(rows, len(keys)), unknown, unknown, ignored)

    def _reply(self, text: str) -> str:
        return self.generate_model_response(rendered(self.tokenizer, text))

    # ---- the rest

    @staticmethod
    def _options(given: dict[str, Any]) -> OnlineOptions:
        known = [field.name for field in fields(OnlineOptions)]
        if unknown := [name for name in given if name not in known]:
            raise BadInput(f"there is no option {unknown[0]!r}; there are {', '.join(known)}")
        return OnlineOptions(**given)

    def _guarded(self, name: str, call: Callable[[], Any]) -> Any:
        """What a caller's function gives; its errors are told as sentences."""
        try:
            return call()
        except NeuronscopeError:
            raise
        except Exception as error:  # anything may be wrong in it
            raise BadInput(f"{name} failed: {type(error).__name__}: {error}") from error

    def _chosen(self, given: Sequence[Key] | None, otherwise: Sequence[str], name: str) -> list[str]:
        if given is None:
            return list(otherwise)
        keys = [self._key(key) for key in given]
        if beyond := [key for key in keys if key not in self._features]:
            raise BadInput(f"{name} names {beyond[0]}, which is not among features: {', '.join(self._features)}")
        return keys

    def _saved(self, ask: Mapping[str, Any]) -> str:
        """The page of what is shown now: computed again, so that nothing but the text and names comes from outside."""
        shown = ask.get("answer") or {}
        answer = self.read(shown.get("text", ""), [str(unit.get("key")) for unit in shown.get("units", ())])
        there = {unit.key for unit in answer.units}
        highlighted, tooltip = (
            [key for key in ask.get(name) or () if key in there] for name in ("highlighted", "tooltip")
        )
        look = replace(self._look, scale=look_of(str(ask.get("scale", self._look.scale)), None, None).scale)
        return self._page(answer, highlighted[:_MOST_HIGHLIGHTED], tooltip, look)

    def _page(self, answer: OnlineAnswer, highlighted: list[str], tooltip: list[str], look: Look) -> str:
        units = [unit.key for unit in answer.units]
        online = Online(answer.text, units, highlighted, tooltip, responds=False, answer=answer)
        return typed_page(self.title, look, online)


OnlineFeatureCentricDashboard = OnlineFeatureDashboard
