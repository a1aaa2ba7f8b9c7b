"""The JSON that viewers of attribution graphs read: a trace with edges in, such a graph out, and the other way about.

``{"metadata": {...}, "qParams": {...}, "nodes": [...], "links": [...]}``. Those viewers count upwards: a weight above 0
is of a node that, as it is, raises what it points to. So a weight here is the negative of a trace's effect.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from neuronscope import codec
from neuronscope.errors import BadInput, BrokenData
from neuronscope.trace.nouns import Completeness, Edge, Foretold, Guess, Node, NodeKind, TraceOptions, TraceReport

_UNIT = "cross layer transcoder"  # what those viewers call every unit: they draw no other kind
_ERROR = "mlp reconstruction error"
_KINDS: dict[str, NodeKind] = {_ERROR: "error", "embedding": "embedding"}
_ABOUT = (
    "Weights are to first order: how much of the metric the source gives through the target, over every path between "
    "them; those into the output are of the whole effect of a node."
)


@dataclass(frozen=True, kw_only=True)
class GraphNode:
    """A node as those viewers have it; ``layer`` is a number as text, or E of the embeddings."""

    node_id: str
    layer: str
    ctx_idx: int
    feature_type: str
    feature: int | None = None
    jsNodeId: str = ""  # noqa: N815  # the format's name
    clerp: str = ""
    influence: float | None = None
    activation: float | None = None
    token_prob: float = 0.0
    is_target_logit: bool = False
    run_idx: int = 0
    reverse_ctx_idx: int = 0


@dataclass(frozen=True)
class GraphLink:
    """``weight`` above 0: the source raises the target."""

    source: str
    target: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class GraphMetadata:
    """What the graph is of; others write more than this."""

    slug: str = ""
    scan: str = ""
    transcoder_list: list[str] = field(default_factory=list)
    prompt_tokens: list[str] = field(default_factory=list)
    prompt: str = ""
    node_threshold: float | None = None
    schema_version: int = 1
    info: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class GraphView:
    """How it is first shown."""

    linkType: str = "both"  # noqa: N815  # the format's name
    pinnedIds: list[str] = field(default_factory=list)  # noqa: N815
    clickedId: str = ""  # noqa: N815
    supernodes: list[list[str]] = field(default_factory=list)
    sg_pos: str = ""


@dataclass(frozen=True)
class Graph:
    """The whole file."""

    metadata: GraphMetadata
    qParams: GraphView  # noqa: N815
    nodes: list[GraphNode]
    links: list[GraphLink]


def graph_of(report: TraceReport, slug: str = "trace") -> Graph:
    """The nodes among which a trace has edges, and the output that the metric is of.

    Identifiers of units are ``layer_unit_position``, of errors ``layer_error_position``: no unit has such a one.

    :raises BadInput: the trace has no edges.
    """
    if report.edges is None:
        raise BadInput("this trace has no edges, which a graph is made of: ask for them, --edges 100")
    nodes = report.nodes[: report.edge_nodes]
    first = nodes[0].source if nodes else ""
    ids = [_id(node, first) for node in nodes]
    total = sum(abs(node.effect) for node in nodes) or 1.0
    output = _output(report)
    drawn = [_drawn(node, id_, abs(node.effect) / total) for node, id_ in zip(nodes, ids, strict=True)]
    links = [GraphLink(ids[edge.source], ids[edge.target], -edge.effect) for edge in report.edges]
    links += [GraphLink(id_, output.node_id, -node.effect) for node, id_ in zip(nodes, ids, strict=True)]
    text = "".join(report.tokens)
    info = {"generator": "neuronscope", "metric": report.metric, "weights": _ABOUT}
    known = GraphMetadata(slug=slug, scan=report.model, prompt_tokens=report.tokens, prompt=text, info=info)
    return Graph(known, GraphView(), [*drawn, output], links)


def read_graph(data: bytes) -> TraceReport:
    """A graph file as a trace to be shown: its own nodes, with their influence as an effect that raises.

    :raises BadInput: it is not such a file.
    """
    try:
        graph = codec.loads(data, Graph)
    except BrokenData as error:
        raise BadInput(f"this is no attribution graph: {error}") from error
    shown = [node for node in graph.nodes if node.feature_type != "logit"]
    order = sorted(shown, key=lambda node: -(node.influence or 0.0))
    places = {node.node_id: place for place, node in enumerate(order)}
    edges = [
        Edge(places[link.source], places[link.target], -link.weight)
        for link in graph.links
        if link.source in places and link.target in places
    ]
    tokens = graph.metadata.prompt_tokens
    for node in order:
        if not 0 <= node.ctx_idx < len(tokens):
            raise BadInput(f"node {node.node_id[:60]} is at token {node.ctx_idx} of {len(tokens)}")
    nodes = [_read(node, tokens) for node in order]
    effect = sum(node.effect for node in nodes)
    return TraceReport(
        model=graph.metadata.scan,
        metric="influence",
        value=-effect,
        tokens=tokens,
        options=TraceOptions(),
        predictions=_foretold(graph),
        nodes=nodes,
        total=len(nodes),
        completeness=Completeness(effect, None, []),
        verify=None,
        edges=sorted(edges, key=lambda edge: -abs(edge.effect)),
        edge_nodes=len(nodes),
        note="read from a graph of another tool: effects are its influences, which have no sign",
    )


def _id(node: Node, first: str) -> str:
    """Units of a second kind say which: one layer may have units of both."""
    unit = "error" if node.unit is None else str(node.unit)
    return f"{node.layer}_{unit if node.source == first else f'{node.source}-{unit}'}_{node.position}"


def _drawn(node: Node, id_: str, influence: float) -> GraphNode:
    label = f"{node.source} {node.layer}:{'error' if node.unit is None else node.unit}"
    pair = -1
    if node.unit is not None:  # the number that those viewers know a layer and a unit by: Cantor's pairing
        both = node.layer + node.unit
        pair = both * (both + 1) // 2 + node.unit
    return GraphNode(
        node_id=id_,
        layer=str(node.layer),
        ctx_idx=node.position,
        feature_type=_ERROR if node.kind == "error" else _UNIT,
        feature=pair,
        jsNodeId=f"{id_.rpartition('_')[0]}-0",
        clerp=label,
        influence=influence,
        activation=node.activation,
    )


def _output(report: TraceReport) -> GraphNode:
    target = report.predictions.targets[0]
    layer = max((node.layer for node in report.nodes), default=0) + 1
    position = max(report.predictions.position, 0)
    id_ = f"{layer}_{target.id}_{position}"
    return GraphNode(
        node_id=id_,
        layer=str(layer),
        ctx_idx=position,
        feature_type="logit",
        feature=target.id,
        jsNodeId=f"L_{target.id}-{position}",
        clerp=f"{report.metric} (p = {target.probability:.3f})",
        token_prob=target.probability,
        is_target_logit=True,
    )


def _read(node: GraphNode, tokens: list[str]) -> Node:
    kind = _KINDS.get(node.feature_type, "unit")
    parts = node.node_id.split("_")
    embedding = not node.layer.isdecimal()
    unit = int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() else node.feature
    return Node(
        source="embedding" if embedding else "transcoder",
        layer=0 if embedding else int(node.layer),
        module=node.feature_type,
        unit=unit if kind == "unit" else None,
        kind=kind,
        position=node.ctx_idx,
        token=tokens[node.ctx_idx],
        activation=node.activation or 0.0,
        baseline=0.0,
        gradient=None,
        effect=-(node.influence or 0.0),
    )


def _foretold(graph: Graph) -> Foretold:
    outputs = [node for node in graph.nodes if node.feature_type == "logit"]
    ranked = sorted(outputs, key=lambda node: -node.token_prob)
    guesses = [Guess(node.feature or 0, node.clerp, rank, None, node.token_prob) for rank, node in enumerate(ranked)]
    targets = [guess for guess, node in zip(guesses, ranked, strict=True) if node.is_target_logit]
    return Foretold(len(graph.metadata.prompt_tokens) - 1, targets or guesses[:1], guesses)
