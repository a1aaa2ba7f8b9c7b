"""An explanation and a text in, the activation that is to be expected at each token out: three ways to ask a model."""

from neuronscope.explain.simulators.all_at_once import AllAtOnceSimulator
from neuronscope.explain.simulators.making import make_simulator, usual_simulator
from neuronscope.explain.simulators.one_at_a_time import OneAtATimeSimulator
from neuronscope.explain.simulators.structured import StructuredSimulator

__all__ = ["AllAtOnceSimulator", "OneAtATimeSimulator", "StructuredSimulator", "make_simulator", "usual_simulator"]
