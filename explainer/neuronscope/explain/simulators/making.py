"""A simulator's name and a model in, a simulator out."""

from __future__ import annotations

from typing import get_args

from neuronscope.errors import BadInput
from neuronscope.explain.parts import Simulator, SimulatorKind
from neuronscope.explain.simulators.all_at_once import AllAtOnceSimulator
from neuronscope.explain.simulators.one_at_a_time import OneAtATimeSimulator
from neuronscope.explain.simulators.structured import StructuredSimulator
from neuronscope.llm.protocol import LanguageModel
from neuronscope.prompts.templates import Templates


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
    if kind == "all-at-once":
        return AllAtOnceSimulator(model, templates=templates, few_shot=few_shot, context_tokens=context_tokens)
    if kind == "one-at-a-time":
        return OneAtATimeSimulator(model, templates=templates, few_shot=few_shot, context_tokens=context_tokens)
    if kind == "structured":
        return StructuredSimulator(model, templates=templates, few_shot=few_shot, context_tokens=context_tokens)
    asking = ", ".join(name for name in get_args(SimulatorKind) if name != "lookup")
    reason = "is made for each unit, from its table of tokens" if kind == "lookup" else "does not exist"
    raise BadInput(f"the simulator {kind} {reason}: choose {asking}")
