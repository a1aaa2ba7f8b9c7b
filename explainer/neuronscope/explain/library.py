"""The names of the published explainer, over the parts of this room: records and a model in, sentences and scores out.

For notebooks and scripts that look at single units; ``neuronscope explain`` does the same for many, and resumes.
``docs/migrating.md`` maps the old names to these. Calls are async: a script puts ``asyncio.run(...)`` around.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from neuronscope.errors import BadInput
from neuronscope.explain.aggregate import SimulatedRecord, pairs_of, score_records
from neuronscope.explain.calibration import Calibration, Method, NoCalibration, NotCalibrated, calibrate, fit
from neuronscope.explain.explainers import make_explainer
from neuronscope.explain.material import largest_activation
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import Explained, ExplainerKind, Simulator, SimulatorKind, UnitMaterial
from neuronscope.explain.simulators import make_simulator
from neuronscope.explain.templates import load_templates
from neuronscope.llm.protocol import LanguageModel
from neuronscope.prompts.nouns import Excerpt, excerpt_of
from neuronscope.prompts.templates import Templates
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, ScoredSimulation, SequenceSimulation, Splits
from neuronscope.relations import TokenLookupTableSummaryOfNeuron

# A unit that is known by its records alone still needs a name.
_NAMELESS = NeuronId(0, 0)
_USUAL = ExplainOptions()


def calculate_max_activation(activation_records: Sequence[ActivationRecord]) -> float:
    """The largest activation outside ignored positions: what an explainer's numbers are normalised by.

    :raises BadInput: no records, or none with a token that counts.
    """
    largest = largest_activation(activation_records)
    if largest is None:
        raise BadInput("no record has a token that counts: give the unit's own records")
    return largest


class _Asking:
    """A language model, and how it is asked."""

    def __init__(
        self, model: LanguageModel, *, options: ExplainOptions = _USUAL, templates: Templates | None = None
    ) -> None:
        """``options`` has the sampling, the few-shot set and the context; no ``templates``: the package's own."""
        self._model, self._options = model, options
        self._templates = templates or load_templates()

    async def _explain(self, kind: ExplainerKind, material: UnitMaterial, samples: int) -> list[str]:
        options = replace(self._options, explainers=(kind,), samples=samples)
        return _came(await make_explainer(kind, self._model, options, self._templates).explain(material), samples)


class TokenActivationPairExplainer(_Asking):
    """Writes explanations from tokens and their activations (``pairs``)."""

    async def generate_explanations(
        self, *, all_activation_records: Sequence[ActivationRecord], max_activation: float, num_samples: int = 1
    ) -> list[str]:
        """Up to ``num_samples`` explanations; a warning says how many did not come, and why.

        :raises BadInput: none came; the message has the reason.
        """
        return await self._explain("pairs", _material(all_activation_records, scale=max_activation), num_samples)


class TokenSpaceRepresentationExplainer(_Asking):
    """Writes explanations from a unit's strongest tokens alone (``token-space``)."""

    async def generate_explanations(self, *, tokens: Sequence[str], num_samples: int = 1) -> list[str]:
        """As TokenActivationPairExplainer's; ``tokens`` strongest first.

        :raises BadInput: none came; the message has the reason.
        """
        # The explainer takes tokens and their order from a table; means and counts are in no prompt.
        falling: list[float | None] = [float(len(tokens) - i) for i in range(len(tokens))]
        table = TokenLookupTableSummaryOfNeuron(list(tokens), falling, [1] * len(tokens))
        return await self._explain("token-space", _material([], lookup=table), num_samples)


class NeuronSimulator(Protocol):
    """Expects the activations of one unit."""

    async def simulate_all(self, excerpts: Sequence[Excerpt]) -> list[SequenceSimulation]:
        """One simulation per excerpt, in order."""
        ...


class SimulatorOf:
    """A NeuronSimulator of one explanation, by any Simulator; on the scale 0 to 10."""

    def __init__(self, simulator: Simulator, explanation: str = "") -> None:
        """A token lookup needs no explanation."""
        self.explanation = explanation
        self._simulator = simulator

    async def simulate(self, tokens: Sequence[str]) -> SequenceSimulation:
        """One sequence; positions without a number are None."""
        return (await self.simulate_all([Excerpt(tuple(tokens))]))[0]

    async def simulate_all(self, excerpts: Sequence[Excerpt]) -> list[SequenceSimulation]:
        """Several, with what their prompts share read once; a warning for each request that failed."""
        simulated = await self._simulator.simulate(self.explanation, excerpts)
        for failure in simulated.failures:
            warnings.warn(f"a simulation failed ({failure.kind}): {failure.reason}", stacklevel=2)
        return list(simulated.simulations)


class _ByModel(SimulatorOf):
    """A SimulatorOf that asks a language model, in the way that a subclass names."""

    _kind: SimulatorKind

    def __init__(
        self,
        model: LanguageModel,
        explanation: str,
        *,
        few_shot: str | None = "default",
        context_tokens: int | None = None,
        templates: Templates | None = None,
    ) -> None:
        """``few_shot`` names a set of examples, None uses none; no ``templates``: the package's own.

        :raises BadInput: no such set of examples.
        """
        words = templates or load_templates()
        made = make_simulator(self._kind, model, templates=words, few_shot=few_shot, context_tokens=context_tokens)
        super().__init__(made, explanation)


class ExplanationNeuronSimulator(_ByModel):
    """All tokens at once, from log-probabilities of the prompt (``all-at-once``)."""

    _kind = "all-at-once"


class ExplanationTokenByTokenSimulator(_ByModel):
    """A request per token (``one-at-a-time``)."""

    _kind = "one-at-a-time"


class LogprobFreeExplanationTokenSimulator(_ByModel):
    """Numbers that the model writes out (``structured``)."""

    _kind = "structured"


class UncalibratedNeuronSimulator:
    """Simulated numbers as they are."""

    method: Method = "none"

    def __init__(self, simulator: NeuronSimulator) -> None:
        self._simulator = simulator
        self._calibration: Calibration | None = NoCalibration() if self.method == "none" else None

    async def calibrate(self, activation_records: Sequence[ActivationRecord]) -> None:
        """Fit on records that stand in no other split.

        :raises BadInput: too few tokens, or all alike; the message says which.
        """
        simulated = await self._simulator.simulate_all([excerpt_of(record) for record in activation_records])
        pairs = [pairs_of(SimulatedRecord(*both)) for both in zip(activation_records, simulated, strict=True)]
        found = fit(self.method, pairs)
        if isinstance(found, NotCalibrated):
            raise BadInput(f"cannot be calibrated: {found.reason}")
        self._calibration = found

    async def simulate(self, tokens: Sequence[str]) -> SequenceSimulation:
        """One sequence, on the scale of the unit's activations where calibrated."""
        return (await self.simulate_all([Excerpt(tuple(tokens))]))[0]

    async def simulate_all(self, excerpts: Sequence[Excerpt]) -> list[SequenceSimulation]:
        """Several.

        :raises BadInput: not calibrated yet.
        """
        if self._calibration is None:
            raise BadInput("the simulator is not calibrated yet: await its calibrate(records) first")
        return [calibrate(one, self._calibration) for one in await self._simulator.simulate_all(excerpts)]


class LinearCalibratedNeuronSimulator(UncalibratedNeuronSimulator):
    """A line from simulated to true activations, by least squares."""

    method = "linear"


class PercentileMatchingCalibratedNeuronSimulator(UncalibratedNeuronSimulator):
    """Sorted simulated to sorted true activations, piecewise linear."""

    method = "percentile"


async def make_explanation_simulator(
    model: LanguageModel,
    explanation: str,
    calibration_activation_records: Sequence[ActivationRecord] = (),
    *,
    calibrated_simulator_class: type[UncalibratedNeuronSimulator] = UncalibratedNeuronSimulator,
    simulator_class: type[_ByModel] = ExplanationNeuronSimulator,
) -> UncalibratedNeuronSimulator:
    """A simulator of an explanation, calibrated where its class is one that needs that.

    :raises BadInput: it cannot be calibrated on these records.
    """
    simulator = calibrated_simulator_class(simulator_class(model, explanation))
    if calibrated_simulator_class.method != "none":
        await simulator.calibrate(calibration_activation_records)
    return simulator


async def simulate_and_score(
    simulator: NeuronSimulator, activation_records: Sequence[ActivationRecord]
) -> ScoredSimulation:
    """Simulate held-out records and score all their tokens together; undefined scores are None.

    ``ev_correlation_score`` is the score that people quote. ``score_text`` gives it with interval and baselines.
    """
    simulated = await simulator.simulate_all([excerpt_of(record) for record in activation_records])
    both = zip(activation_records, simulated, strict=True)
    scored, _ = score_records([SimulatedRecord(record, simulation) for record, simulation in both])
    return scored


def _material(
    records: Sequence[ActivationRecord],
    *,
    scale: float | None = None,
    lookup: TokenLookupTableSummaryOfNeuron | None = None,
) -> UnitMaterial:
    """A unit that is known by what its caller gives, all of it to be shown."""
    record = NeuronRecord(_NAMELESS, most_positive_activation_records=list(records))
    return UnitMaterial(_NAMELESS, record, Splits(list(records), [], [], [], []), scale, lookup)


def _came(explained: Explained, asked: int) -> list[str]:
    """The explanations; a failure is said, never given as one."""
    reasons = "; ".join(dict.fromkeys(f"{failure.kind}: {failure.reason}" for failure in explained.failures))
    if not explained.explanations:
        raise BadInput(f"no explanation came ({reasons or 'no answer'})")
    if explained.failures:
        warnings.warn(f"{len(explained.explanations)} of {asked} explanations came ({reasons})", stacklevel=3)
    return list(explained.explanations)
