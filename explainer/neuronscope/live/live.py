"""One model for whatever a person types: asks in, answers out; asks that change nothing share a forward pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope.live.answers import Activations, Card, Generated, Predictions, Step, Tokenised, TopUnits
from neuronscope.live.asks import (
    AskActivations,
    AskGeneration,
    AskPredictions,
    AskTopUnits,
    Changed,
    OfPair,
    Prompt,
    UnitPlace,
)
from neuronscope.live.card import fitting, make_card
from neuronscope.live.changing import UNCHANGED, Alteration, alter, reader_of, source_of
from neuronscope.live.foreseeing import foresee
from neuronscope.live.generating import generate
from neuronscope.live.known import Known, known_of
from neuronscope.live.pair import refuse_other_tokens
from neuronscope.live.predicting import Pieces
from neuronscope.live.reading import Read, read_prompt, rule_of
from neuronscope.live.together import Reading, Taken, passes, read_alone, read_together
from neuronscope.subject import Positions, Source, Subject, open_source

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset

LONGEST = 2048  # tokens of a prompt, unless the model reads fewer

Ask = AskActivations | AskTopUnits | AskPredictions
Answer = Activations | TopUnits | Predictions


class Live:
    """A subject, the units that a dataset has of it, and SAEs. One thread at a time may ask it."""

    def __init__(
        self,
        subject: Subject,
        dataset: Dataset | None = None,
        *,
        saes: Mapping[str, Source] | None = None,
        source: Source | None = None,
        known: Known | None = None,
        base: Subject | None = None,
        longest: int = LONGEST,
    ) -> None:
        """
        :param dataset: of this model; its units, maxima and explanations are what is answered with.
        :param saes: further units by name, which can be read, intervened on and spliced in.
        :param source: the dataset's own units; None: opened here, or found among ``saes``.
        :param known: what is known of the dataset's units; None: its tables are read.
        :param base: the model that this one was made from, whose predictions can be asked for too.
        :raises BadInput: the dataset is of another model, or its units cannot be read of this one; or the base model
            cuts texts into other tokens.
        """
        self.subject, self.dataset = subject, dataset
        manifest = None if dataset is None else dataset.manifest
        own = source or fitting(subject, manifest, saes or {}, open_source)
        self._sources: dict[str | None, Source] = {None: own}
        self._sources.update(saes or {})
        self._rule = rule_of(subject, own, manifest)
        self._known = known or known_of(dataset)
        self._pieces = Pieces(subject)
        if base is not None:
            refuse_other_tokens(subject, base)
        self._base = base
        self.longest = min(longest, subject.info.max_positions or longest)

    @property
    def source(self) -> Source:
        """The dataset's units, or the MLP neurons."""
        return self._sources[None]

    def units(self, name: str) -> Source:
        """Units to attribute to: the dataset's own as "dataset", MLP neurons as "mlp", else those of a registered SAE.

        :raises BadInput: nothing of this name is registered.
        """
        if name == "dataset" or name == self.source.kind == "mlp":
            return self.source
        return open_source(self.subject, "mlp") if name == "mlp" else source_of(self._sources, name)

    @property
    def rule(self) -> Positions:
        """How the first position is treated."""
        return self._rule

    def card(self) -> Card:
        """What this model is, and which units can be read."""
        manifest = None if self.dataset is None else self.dataset.manifest
        base = None if self._base is None else self._base.info.name
        return make_card(self.subject, self._sources, self._rule, manifest, self.longest, base=base)

    def read(self, prompt: Prompt) -> Read:
        """The prompt as the model reads it; raises as ``tokenise``."""
        return read_prompt(self.subject, prompt, self._rule, longest=self.longest)

    def tokenise(self, prompt: Prompt) -> Tokenised:
        """The prompt's tokens.

        :raises BadInput: neither text nor messages, nothing in them, too long, or not text.
        """
        read = self.read(prompt)
        return Tokenised(list(read.tokens), list(read.ids[read.prefix :]), read.prefix > 0, read.ignored)

    def activations(self, text: str, units: Sequence[tuple[int, int]]) -> Activations:
        """Activations of some ``(layer, unit)`` of the dataset's own, one per token."""
        return self.ask(AskActivations(text=text, units=[UnitPlace(*unit) for unit in units]))

    def top_units(self, text: str, k: int = 5, *, layers: Sequence[int] | None = None) -> TopUnits:
        """The k strongest units of each token."""
        return self.ask(AskTopUnits(text=text, k=k, layers=None if layers is None else list(layers)))

    def predictions(
        self, text: str, answers: Sequence[str] = (), *, top_k: int = 10, model: OfPair = "instruct"
    ) -> Predictions:
        """What the model, or the base model beside it, expects in each token's place and behind the text."""
        return self.ask(AskPredictions(text=text, answers=list(answers), top_k=top_k, model=model))

    def generate(self, ask: AskGeneration) -> Iterator[Step | Generated]:
        """Token after token; with changes the run without them and the one with them by turns. Each ends with a
        ``Generated``. A reader that stops early ends the work.

        :raises BadInput: the prompt or a change cannot be used.
        """
        read = self.read(ask)
        return generate(
            self.subject, read, ask, self._alter(ask, read), self._pieces, limit=self.subject.info.max_positions
        )

    def answer(self, asks: Sequence[Ask]) -> list[Answer | NeuronscopeError]:
        """An answer to each, or why there is none; those that change nothing are read in one pass together."""
        answers: dict[int, Answer | NeuronscopeError] = {}
        together: list[tuple[int, Reading]] = []
        for number, ask in enumerate(asks):
            try:
                read = self.read(ask)
                self._refuse_unknown(ask)
                if isinstance(ask, AskPredictions) and ask.model == "base":
                    answers[number] = foresee(self._asked_base(read), ask, read, UNCHANGED, self._pieces)
                elif isinstance(ask, AskPredictions) and (ask.changes or ask.answers):
                    answers[number] = foresee(self.subject, ask, read, self._alter(ask, read), self._pieces)
                elif ask.changes:
                    reading = Reading(ask, read)
                    taken = read_alone(self.subject, self._sources, self._known, reading, self._alter(ask, read))
                    answers[number] = taken.answer(reading, self._known, self._pieces)
                else:
                    together.append((number, Reading(ask, read)))
            except NeuronscopeError as error:
                answers[number] = error
        readings = [reading for _, reading in together]
        for (number, reading), found in zip(together, self._together(readings), strict=True):
            answers[number] = found if isinstance(found, NeuronscopeError) else self._said(found, reading)
        return [answers[number] for number in range(len(asks))]

    def _said(self, taken: Taken, reading: Reading) -> Answer | NeuronscopeError:
        try:
            return taken.answer(reading, self._known, self._pieces)
        except NeuronscopeError as error:
            return error

    def _together(self, readings: list[Reading]) -> list[Taken | NeuronscopeError]:
        """Of a pass that fails each text is read alone, so that it fails for the one that is why."""
        found: dict[int, Taken | NeuronscopeError] = {}
        for group in passes(readings):
            found.update(zip(group, self._pass([readings[number] for number in group]), strict=True))
        return [found[number] for number in range(len(readings))]

    def _pass(self, readings: list[Reading]) -> list[Taken | NeuronscopeError]:
        try:
            return list(read_together(self.subject, self._sources, self._known, readings))
        except NeuronscopeError as error:
            return [error] if len(readings) == 1 else [self._pass([reading])[0] for reading in readings]

    @overload
    def ask(self, ask: AskActivations) -> Activations: ...

    @overload
    def ask(self, ask: AskTopUnits) -> TopUnits: ...

    @overload
    def ask(self, ask: AskPredictions) -> Predictions: ...

    def ask(self, ask: Ask) -> Answer:
        """The answer to one ask.

        :raises BadInput: the prompt, or what is asked of it, cannot be used.
        """
        found = self.answer([ask])[0]
        if isinstance(found, NeuronscopeError):
            raise found
        return found

    def _alter(self, ask: Changed, read: Read) -> Alteration:
        last = len(read.tokens) - 1
        for one in ask.interventions:
            beyond = [position for position in one.positions or () if position > last]
            if beyond and not isinstance(ask, AskGeneration):
                raise BadInput(f"position {beyond[0]} is beyond the text, whose last token is {last}")
        return alter(self._sources, ask.interventions, ask.splice, prefix=read.prefix, known=self._known)

    def _asked_base(self, read: Read) -> Subject:
        """:raises BadInput: there is no base model, or it reads fewer tokens."""
        if self._base is None:
            raise BadInput("there is no base model here: a server is started with --base, Live made with base=")
        most = self._base.info.max_positions
        if most is not None and len(read.ids) > most:
            raise BadInput(f"{self._base.info.name} reads {most:,} tokens, and the prompt has {len(read.ids):,}")
        return self._base

    def _refuse_unknown(self, ask: Ask) -> None:
        """:raises BadInput: a unit or a layer that is not there."""
        if isinstance(ask, AskActivations):
            for place in ask.units:
                reader_of(self._sources, place.source, place.layer, place.unit)
        elif isinstance(ask, AskTopUnits):
            source = source_of(self._sources, ask.source)
            source.readers_of(source.units if ask.layers is None else ask.layers)
            if ask.source is not None and (ask.by == "share" or ask.max_density is not None or ask.among != "all"):
                raise BadInput(
                    "maxima, densities and explanations are of the dataset's units: leave out by, max_density, among"
                )
