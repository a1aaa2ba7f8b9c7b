"""Simulators by name."""

from __future__ import annotations

from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.explain.parts import Simulator
from neuronscope.explain.simulators import make_simulator
from neuronscope.prompts.templates import Templates


@pytest.mark.parametrize("kind", ["all-at-once", "one-at-a-time", "structured"])
def test_a_simulator_is_what_it_is_called(kind: Any, scripted: Any, terse: Templates) -> None:
    simulator: Simulator = make_simulator(kind, scripted(), templates=terse, few_shot=None, context_tokens=500)
    assert (simulator.kind, simulator.model) == (kind, "scripted")


@pytest.mark.parametrize("kind", ["all-at-once", "one-at-a-time", "structured"])
def test_a_set_of_examples_that_is_not_there_is_refused(kind: Any, scripted: Any, terse: Templates) -> None:
    with pytest.raises(BadInput, match="no set of examples is called many"):
        make_simulator(kind, scripted(), templates=terse, few_shot="many")


def test_what_asks_no_model_or_does_not_exist_is_refused(scripted: Any, terse: Templates) -> None:
    with pytest.raises(BadInput, match="lookup is made for each unit"):
        make_simulator("lookup", scripted(), templates=terse)
    unknown: Any = "guessing"
    with pytest.raises(BadInput, match="guessing does not exist: choose all-at-once, one-at-a-time, structured"):
        make_simulator(unknown, scripted(), templates=terse)
