"""An explanation and its unit in; its scores beside the token lookup's and another unit's explanation's out."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from dataclasses import dataclass

from neuronscope.explain.measuring import CORRELATIONS, Measurements, Scorers, measure, undefined
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import ExplainerKind, Simulator, UnitMaterial
from neuronscope.explain.together import gathered
from neuronscope.llm.protocol import Failure
from neuronscope.records import NeuronId, Provenance, Score, ScoredExplanation

NOT_SHUFFLED = "the shuffled baseline was not asked for"
NO_LOOKUP = "the train records of the unit say nothing of any token"
_JUDGED = ("balanced_accuracy", "auc")


@dataclass(frozen=True)
class Written:
    """An explanation, and how it came about."""

    text: str
    explainer: ExplainerKind
    model: str | None = None
    prompt_hash: str | None = None
    notes: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def author(self) -> str | None:
        """As lists show it; a person's name is known to whoever asked."""
        if self.explainer == "tokens":
            return "token lookup"
        return None if self.explainer == "person" else f"{self.model or 'unknown model'} ({self.explainer})"


@dataclass(frozen=True)
class Shuffled:
    """Another unit's explanation, to be measured on this unit; no ``text``: ``reason`` says why there is none.

    For a token lookup ``lookup`` is the other unit's, which simulates.
    """

    text: str | None = None
    unit: NeuronId | None = None
    reason: str | None = None
    lookup: Simulator | None = None


@dataclass(frozen=True)
class Made:
    """When and in which run something was made, for its provenance."""

    created: str | None = None
    version: str | None = None
    run: str | None = None


class UnitScorer:
    """Scores explanations of one unit; the same text is simulated and judged once, however often it stands."""

    def __init__(
        self,
        material: UnitMaterial,
        scorers: Scorers,
        options: ExplainOptions,
        *,
        lookup: Simulator | None,
        made: Made,
    ) -> None:
        """``lookup`` is the unit's own; see ``lookup_simulator``."""
        self._material, self._scorers, self._options, self._made = material, scorers, options, made
        self._lookup = Scorers(lookup)
        self._measured: dict[tuple[str, bool], asyncio.Future[Measurements]] = {}
        self._looked_up: Measurements | None = None

    @property
    def failures(self) -> list[Failure]:
        """What failed on the way, in the order of the texts."""
        done = [one.result() for one in self._measured.values() if one.done() and not one.cancelled()]
        return [failure for measured in done for failure in measured.failures]

    async def score(self, written: Written, shuffled: Shuffled) -> ScoredExplanation:
        """With its baselines.

        :raises BadInput: a model cannot be asked at all.
        """
        if written.explainer == "tokens":
            return await self._score_lookup(written, shuffled)
        work = [self._measure(written.text, whole=True)]
        if shuffled.text is not None:
            work.append(self._measure(shuffled.text, whole=False))
        own, *other = await gathered(work)
        found = self._scored(written, self._scorers, own, shuffled.unit if other else None)
        return self._beside(found, other[0] if other else None, shuffled, await self.lookup())

    async def lookup(self) -> Measurements | None:
        """What the unit's own token lookup scores; None where there is no train data."""
        if self._looked_up is None and self._lookup.simulator is not None:
            self._looked_up = await measure(self._material, "", self._lookup, self._options)
        return self._looked_up

    async def _score_lookup(self, written: Written, shuffled: Shuffled) -> ScoredExplanation:
        own = await self.lookup()
        measured = own or Measurements({name: undefined(NO_LOOKUP) for name in CORRELATIONS})
        other = await self._look_up(Scorers(shuffled.lookup)) if shuffled.lookup else None
        found = self._scored(written, self._lookup, measured, shuffled.unit if other else None)
        return self._beside(found, other, shuffled, own)

    async def _look_up(self, scorers: Scorers) -> Measurements:
        """By another unit's table."""
        return await measure(self._material, "", scorers, self._options, whole=False)

    async def _measure(self, text: str, *, whole: bool) -> Measurements:
        if not whole and (text, True) in self._measured:
            whole = True
        if (text, whole) not in self._measured:
            work = measure(self._material, text, self._scorers, self._options, whole=whole)
            self._measured[text, whole] = asyncio.ensure_future(work)
        return await self._measured[text, whole]

    def _beside(
        self, found: ScoredExplanation, other: Measurements | None, shuffled: Shuffled, lookup: Measurements | None
    ) -> ScoredExplanation:
        """With those of its scores that a baseline can have, under the same names."""
        comparable = [name for name in found.scores or {} if name in CORRELATIONS or name.endswith(_JUDGED)]
        if not comparable:
            return found
        correlations = [name for name in comparable if name in CORRELATIONS]
        baselines = {
            "shuffled": _of(other, comparable, shuffled.reason or NO_LOOKUP),
            "lookup": _of(lookup, correlations, NO_LOOKUP),
        }
        return dataclasses.replace(found, baselines=baselines)

    def _scored(
        self, written: Written, scorers: Scorers, own: Measurements, shuffled_from: NeuronId | None
    ) -> ScoredExplanation:
        simulator = scorers.simulator
        explained = {} if written.prompt_hash is None else {"explain": written.prompt_hash}
        failures = Counter(failure.kind for failure in (*written.failures, *own.failures))
        provenance = Provenance(
            explainer=written.explainer,
            model=written.model,
            simulator=None if simulator is None else simulator.kind,
            simulator_model=None if simulator is None else simulator.model,
            calibration=own.calibration,
            not_calibrated=own.not_calibrated,
            prompts=explained | own.prompts,
            options=self._options.plain(),
            notes=list(dict.fromkeys((*written.notes, *self._material.splits.notes, *own.notes))),
            failures=dict(sorted(failures.items())),
            shuffled_from=shuffled_from,
            split=self._options.split,
            run=self._made.run,
            created=self._made.created,
            version=self._made.version,
        )
        return ScoredExplanation(
            written.text,
            scored_simulation=own.simulation,
            author=written.author,
            scores=own.scores or None,
            provenance=provenance,
        )


def _of(measured: Measurements | None, names: list[str], reason: str) -> dict[str, Score]:
    if measured is None:
        return {name: undefined(reason) for name in names}
    return {name: measured.scores.get(name) or undefined(reason) for name in names}
