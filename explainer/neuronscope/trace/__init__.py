"""Attribution of one prompt: which units at which tokens move a metric, with checks that can be run."""

from neuronscope.trace.graph import graph_of, read_graph
from neuronscope.trace.metric import Metric, logit, logit_difference, loss, read_metric
from neuronscope.trace.nouns import Circuit, Completeness, Edge, MeanNode, Node, TraceOptions, TraceReport, Verified
from neuronscope.trace.result import Trace
from neuronscope.trace.several import trace_prompts
from neuronscope.trace.shortway import compute_node_attribution
from neuronscope.trace.tracing import trace

__all__ = [
    "Circuit",
    "Completeness",
    "Edge",
    "MeanNode",
    "Metric",
    "Node",
    "Trace",
    "TraceOptions",
    "TraceReport",
    "Verified",
    "compute_node_attribution",
    "graph_of",
    "logit",
    "logit_difference",
    "loss",
    "read_graph",
    "read_metric",
    "trace",
    "trace_prompts",
]
