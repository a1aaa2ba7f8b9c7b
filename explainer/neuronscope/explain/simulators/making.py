"""A simulator's name and a model in, a simulator out."""

from __future__ import annotations

from collections.abc import Sequence

from neuronscope.errors import BadInput
from neuronscope.explain.parts import Simulator, SimulatorKind
from neuronscope.explain.simulators.all_at_once import AllAtOnceSimulator
from neuronscope.explain.simulators.one_at_a_time import OneAtATimeSimulator
from neuronscope.explain.simulators.structured import StructuredSimulator
from neuronscope.llm.protocol import LanguageModel
from neuronscope.prompts.templates import Templates

_KINDS: dict[str, type[AllAtOnceSimulator | OneAtATimeSimulator | StructuredSimulator]] = {
    one.kind: one for one in (AllAtOnceSimulator, OneAtATimeSimulator, StructuredSimulator)
}


def usual_simulator(names: Sequence[str]) -> SimulatorKind:
    """For models by name: all at once in process, where a prompt has log-probabilities; structured for servers."""
    return "structured" if any(name.startswith("openai:") for name in names) else "all-at-once"


def make_simulator(
    kind: SimulatorKind,
    model: LanguageModel,
    *,
    templates: Templates,
    few_shot: str | None = "default",
    context_tokens: int | None = None,
) -> Simulator:
    """The simulator of that name.

    :raises BadInput: no such simulator or set of examples, or one that asks no language model.
    """
    if kind in _KINDS:
        return _KINDS[kind](model, templates=templates, few_shot=few_shot, context_tokens=context_tokens)
    reason = "is made for each unit, from its table of tokens" if kind == "lookup" else "does not exist"
    raise BadInput(f"the simulator {kind} {reason}: choose {', '.join(_KINDS)}")
