"""Prompts in, read in one forward pass; what each asked for out.

Texts are padded at their end: a token sees only what stands before it, so what follows changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.answers import Activations, LiveUnit, Predictions, TopUnits
from neuronscope.live.asks import AskActivations, AskPredictions, AskTopUnits, UnitPlace
from neuronscope.live.changing import Alteration, Sources, source_of
from neuronscope.live.known import Known
from neuronscope.live.predicting import Pieces, Spread, forecast, spread
from neuronscope.live.reading import Read
from neuronscope.live.strongest import Found, strongest, strongest_of_layer
from neuronscope.records import ActivationRecord
from neuronscope.subject import SparseActivations, Subject
from neuronscope.subject.activations import Hooks, Take, gathered, hooked
from neuronscope.subject.edits import edited
from neuronscope.subject.hooks import HookPoint

if TYPE_CHECKING:
    import torch

PASS_TOKENS = 1024  # of one pass, padding among them: the logits of GPT-2's vocabulary then take 200 MB
# How much longer than the shortest text of a pass its longest may be: what is padded is computed for nothing.
_STRETCH, _SLACK = 1.25, 8
_NOTHING = Known(None)


@dataclass(frozen=True)
class Reading:
    """An ask with its prompt read."""

    ask: AskActivations | AskTopUnits | AskPredictions
    read: Read

    def layers(self, sources: Sources) -> dict[str | None, set[int]]:
        """Which layers of which source have to be read."""
        if isinstance(self.ask, AskTopUnits):
            units = source_of(sources, self.ask.source).units
            return {self.ask.source: set(units if self.ask.layers is None else self.ask.layers)}
        found: dict[str | None, set[int]] = {}
        for place in self.ask.units if isinstance(self.ask, AskActivations) else ():
            found.setdefault(place.source, set()).add(place.layer)
        return found


@dataclass
class Taken:
    """What was taken for one reading while the model ran."""

    units: dict[UnitPlace, list[float]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    spread: Spread | None = None
    finite: bool = True  # whether all activations are that were taken or compared

    def answer(self, reading: Reading, known: Known, pieces: Pieces) -> Activations | TopUnits | Predictions:
        """The answer to the ask; the model is not needed any more.

        :raises BadInput: activations that are not finite, as after too strong an intervention in float16.
        """
        if not self.finite:
            raise BadInput(
                "the model's activations are not finite numbers: intervene with smaller values, or run it in float32"
            )
        ask, read = reading.ask, reading.read
        if isinstance(ask, AskTopUnits):
            return strongest(self.found, ask, known, read)
        if isinstance(ask, AskActivations):
            return Activations(list(read.tokens), [self._unit(place, read, known) for place in ask.units])
        assert self.spread is not None
        told = forecast(self.spread, read, [], pieces)
        return Predictions(list(read.tokens), read.prefix > 0, told.positions, told.next, told.answers, told.loss)

    def _unit(self, place: UnitPlace, read: Read, known: Known) -> LiveUnit:
        where = (place.layer, place.unit)
        row = known.rows([where]).get(where) if place.source is None else None
        return LiveUnit(
            *where,
            source=place.source,
            record=ActivationRecord(list(read.tokens), self.units[place], ignored=read.ignored),
            max=None if row is None else row.max,
            explanation=None if row is None else row.explanation,
            score=None if row is None else row.score,
        )


def passes(readings: Sequence[Reading]) -> list[list[int]]:
    """Which readings go through the model together, by their numbers: texts of about one length, and not too many."""
    order = sorted(range(len(readings)), key=lambda number: len(readings[number].read.ids))
    groups: list[list[int]] = []
    for number in order:
        length = len(readings[number].read.ids)
        fits = groups and (len(groups[-1]) + 1) * length <= PASS_TOKENS
        if fits and length <= _STRETCH * len(readings[groups[-1][0]].read.ids) + _SLACK:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def read_together(subject: Subject, sources: Sources, known: Known, readings: Sequence[Reading]) -> list[Taken]:
    """What each reading asks for, in their order, from one pass.

    :raises BrokenData: the model's activations are not finite where latents are computed from them.
    """
    return list(_Pass(subject, sources, known, readings).run())


def read_alone(subject: Subject, sources: Sources, known: Known, reading: Reading, altered: Alteration) -> Taken:
    """As ``read_together``, with the model altered."""
    with edited(subject, altered.edits):
        return next(_Pass(subject, sources, known, [reading]).run())


class _Pass:
    def __init__(self, subject: Subject, sources: Sources, known: Known, readings: Sequence[Reading]) -> None:
        self._subject, self._sources, self._known = subject, sources, known
        self._readings = readings
        self._taken = [Taken() for _ in readings]
        self._logits = any(isinstance(reading.ask, AskPredictions) for reading in readings)

    def run(self) -> Iterator[Taken]:
        points: list[HookPoint] = []
        takes: list[Take] = []
        for name, layer in self._wanted():
            reader = self._sources[name].readers[layer]
            points += reader.points
            takes += gathered(reader, partial(self._visit, name, layer))
        with ExitStack() as stack:
            hooks = stack.enter_context(hooked(self._subject, points))
            logits = self._forward(hooks, takes)
        for number, (reading, taken) in enumerate(zip(self._readings, self._taken, strict=True)):
            if logits is not None and isinstance(reading.ask, AskPredictions):
                ids = reading.read.ids
                taken.spread = spread(logits[number, : len(ids)], ids, reading.ask.top_k)
            yield taken

    def _wanted(self) -> list[tuple[str | None, int]]:
        found = {
            (name, layer)
            for one in self._readings
            for name, layers in one.layers(self._sources).items()
            for layer in layers
        }
        return sorted(found, key=lambda place: (place[1], place[0] or ""))

    def _forward(self, hooks: Hooks, takes: list[Take]) -> torch.Tensor | None:
        import torch

        longest = max(len(reading.read.ids) for reading in self._readings)
        ids = torch.zeros((len(self._readings), longest), dtype=torch.int64)
        for row, reading in zip(ids, self._readings, strict=True):
            row[: len(reading.read.ids)] = torch.tensor(reading.read.ids)
        return hooks.run(ids, takes, logits=self._logits)

    def _visit(self, name: str | None, layer: int, values: torch.Tensor | SparseActivations) -> None:
        """Take what each reading wants of this layer; the tensor is the model's to use again afterwards."""
        for number, (reading, taken) in enumerate(zip(self._readings, self._taken, strict=True)):
            ask, read = reading.ask, reading.read
            if isinstance(ask, AskActivations):
                for place in ask.units:
                    if (place.source, place.layer) == (name, layer):
                        column = _column(values, number, place.unit)[read.prefix : len(read.ids)]
                        taken.units[place] = column.tolist()
                        taken.finite &= bool(column.isfinite().all())
            elif isinstance(ask, AskTopUnits) and ask.source == name and (ask.layers is None or layer in ask.layers):
                here = _dense(values, number)[read.prefix : len(read.ids)]
                taken.finite &= bool(here.isfinite().all())
                known = self._known if name is None else _NOTHING
                taken.found.append(strongest_of_layer(here, layer, ask, known, read.counted))


def _column(values: torch.Tensor | SparseActivations, sequence: int, unit: int) -> torch.Tensor:
    """One unit on one of the texts: float32 [position]."""
    if not isinstance(values, SparseActivations):
        return values[sequence, :, unit].float().cpu()
    count = values.shape[1]
    column = values.value.new_zeros(count)
    here = (values.unit == unit) & (values.position // count == sequence)
    column[values.position[here] % count] = values.value[here]
    return column.cpu()


def _dense(values: torch.Tensor | SparseActivations, sequence: int) -> torch.Tensor:
    """All units on one of the texts: [position, unit]."""
    if not isinstance(values, SparseActivations):
        return values[sequence]
    count, units = values.shape[1:]
    here = values.position // count == sequence
    full = values.value.new_zeros(count, units)
    full[values.position[here] % count, values.unit[here]] = values.value[here]
    return full
