"""The two stages of a run for one unit: its material in, explanations out; then explanations in, their scores out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from neuronscope.dataset import Dataset
from neuronscope.explain.baseline import in_a_row, shuffled_partners
from neuronscope.explain.lookup import lookup_simulator
from neuronscope.explain.material import NoMaterial, read_material
from neuronscope.explain.measuring import Scorers
from neuronscope.explain.nouns import Partner
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import Explained, Explainer, Simulator, UnitMaterial
from neuronscope.explain.spill import Spill
from neuronscope.explain.tally import Tally
from neuronscope.explain.together import gathered
from neuronscope.explain.unitscoring import NOT_SHUFFLED, Made, Shuffled, UnitScorer, Written
from neuronscope.explain.writing import rounded
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.records import NeuronId, NeuronSimulationResults

Scored = tuple[NeuronSimulationResults, list[Failure]]
_REMEMBERED = 4  # units: one that was just a partner is mostly scored next


@dataclass(frozen=True)
class UnitExplained:
    """What each explainer said of one unit, by the explainer's name."""

    by: dict[str, Explained] = field(default_factory=dict)


class Stages:
    """What is done to each unit. Units are explained, then what was found is learnt, then they are scored."""

    def __init__(
        self,
        dataset: Dataset,
        options: ExplainOptions,
        explainers: Sequence[Explainer],
        scorers: Scorers,
        made: Made,
    ) -> None:
        self._dataset, self._options = dataset, options
        self._explainers, self._scorers, self._made = explainers, scorers, made
        self._units: dict[str, list[NeuronId]] = {explainer.kind: [] for explainer in explainers}
        self._partners: dict[str, dict[NeuronId, Partner]] = {}
        self._material = lru_cache(_REMEMBERED)(self._read_material)
        self._lookup = lru_cache(_REMEMBERED)(self._make_lookup)

    async def explain(self, unit: NeuronId) -> UnitExplained:
        """What all explainers say of the unit."""
        material = self._material(unit)
        if isinstance(material, NoMaterial):
            nothing = Explained((), (Failure("no-material", material.reason),))
            return UnitExplained({explainer.kind: nothing for explainer in self._explainers})
        said = await gathered([explainer.explain(material) for explainer in self._explainers])
        return UnitExplained({explainer.kind: one for explainer, one in zip(self._explainers, said, strict=True)})

    async def try_out(self, units: Sequence[NeuronId]) -> None:
        """Simulate one text of the first unit that has any: what the model cannot do is known before it costs much.

        :raises BadInput: it cannot be asked at all.
        """
        simulator = self._scorers.simulator
        if simulator is None or simulator.kind != "all-at-once":
            return  # the others need completions alone, which explaining shows soon enough
        for unit in units:
            material = self._material(unit)
            if isinstance(material, UnitMaterial) and material.splits.test:
                await simulator.simulate("words", [excerpt_of(material.splits.test[0])])
                return

    def learn(self, unit: NeuronId, found: UnitExplained, tally: Tally) -> None:
        """Note who explained the unit, and who did not."""
        wanted = self._options.explainers
        tally.explained += any(kind in wanted and said.explanations for kind, said in found.by.items())
        for explainer in self._explainers:
            said = found.by[explainer.kind]
            if said.explanations:
                self._units[explainer.kind].append(unit)
            if explainer.kind in wanted:
                tally.add_failures(said.failures)
                for failure in said.failures:
                    tally.add_failed_unit(unit, explainer.kind, failure)

    def explained_units(self) -> list[NeuronId]:
        """Those that have any explanation, in the order of their partners in token lookup, read once for both."""
        row = in_a_row(self._units["tokens"], seed=self._options.seed) if "tokens" in self._units else []
        return list(dict.fromkeys([*row, *(unit for units in self._units.values() for unit in units)]))

    def scoring(self, explained: Spill[UnitExplained]) -> Callable[[NeuronId], Awaitable[Scored]]:
        """What scores one unit, now that all are explained."""
        seed = self._options.seed
        self._partners = {
            kind: {partner.unit: partner for partner in shuffled_partners(units, seed=seed)}
            for kind, units in self._units.items()
        }
        return lambda unit: self._score(unit, explained)

    async def _score(self, unit: NeuronId, explained: Spill[UnitExplained]) -> Scored:
        material, found = self._material(unit), explained[unit]
        assert isinstance(material, UnitMaterial)  # it was explained
        scorer = UnitScorer(material, self._scorers, self._options, lookup=self._lookup(unit), made=self._made)
        work = [
            scorer.score(
                Written(text, explainer.kind, explainer.model, said.prompt_hash, said.notes, said.failures),
                self._shuffled(unit, explainer, explained),
            )
            for explainer in self._explainers
            for said in [found.by[explainer.kind]]
            for text in said.explanations
        ]
        scored = await gathered(work)
        return NeuronSimulationResults(unit, [rounded(one) for one in scored]), scorer.failures

    def _shuffled(self, unit: NeuronId, explainer: Explainer, explained: Spill[UnitExplained]) -> Shuffled:
        """The partner's first explanation by the same explainer."""
        if not self._options.shuffled:
            return Shuffled(reason=NOT_SHUFFLED)
        found = self._partners[explainer.kind][unit]
        if found.partner is None:
            return Shuffled(reason=found.reason)
        if explainer.kind == "tokens":
            return Shuffled(unit=found.partner, lookup=self._lookup(found.partner))
        return Shuffled(explained[found.partner].by[explainer.kind].explanations[0], found.partner)

    def _read_material(self, unit: NeuronId) -> UnitMaterial | NoMaterial:
        place = (unit.layer_index, unit.neuron_index)
        return read_material(self._dataset, *place, per_split=self._options.per_split)

    def _make_lookup(self, unit: NeuronId) -> Simulator | None:
        material = self._material(unit)
        return None if isinstance(material, NoMaterial) else lookup_simulator(material)
