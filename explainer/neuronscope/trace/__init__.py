"""Attribution of one prompt: which units at which tokens move a metric, with checks that can be run."""

from neuronscope.trace.metric import Metric, logit, logit_difference, loss, read_metric
from neuronscope.trace.nouns import Circuit, Completeness, Edge, Node, TraceOptions, TraceReport, Verified
from neuronscope.trace.result import Trace
from neuronscope.trace.tracing import trace

__all__ = [
    "Circuit",
    "Completeness",
    "Edge",
    "Metric",
    "Node",
    "Trace",
    "TraceOptions",
    "TraceReport",
    "Verified",
    "logit",
    "logit_difference",
    "loss",
    "read_metric",
    "trace",
]
