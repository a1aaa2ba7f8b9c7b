"""Graph files: what is written is read again, identifiers are of one node each, and other tools' files are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neuronscope import codec
from neuronscope.errors import BadInput
from neuronscope.subject import Subject, open_source
from neuronscope.trace import graph_of, logit, read_graph, trace

from .byhand import NEAR, TEXT, sae_of

ELSEWHERE = {
    "metadata": {
        "slug": "x",
        "scan": "gemma-2-2b",
        "prompt_tokens": ["<bos>", "The", " cat"],
        "prompt": "The cat",
        "more": 1,
    },
    "qParams": {"linkType": "both", "pinnedIds": [], "clickedId": "", "supernodes": [["a", "3_7_2"]], "sg_pos": ""},
    "nodes": [
        {"node_id": "E_5_1", "feature": 1, "layer": "E", "ctx_idx": 1, "feature_type": "embedding", "influence": 0.2},
        {
            "node_id": "3_7_2",
            "feature": 62,
            "layer": "3",
            "ctx_idx": 2,
            "feature_type": "cross layer transcoder",
            "influence": 0.5,
            "activation": 4.0,
        },
        {
            "node_id": "0_3_2",
            "feature": -1,
            "layer": "3",
            "ctx_idx": 2,
            "feature_type": "mlp reconstruction error",
            "influence": 0.1,
        },
        {
            "node_id": "27_9_2",
            "feature": 9,
            "layer": "27",
            "ctx_idx": 2,
            "feature_type": "logit",
            "token_prob": 0.4,
            "is_target_logit": True,
            "clerp": 'Output " sat"',
        },
    ],
    "links": [
        {"source": "E_5_1", "target": "3_7_2", "weight": 2.5},
        {"source": "3_7_2", "target": "27_9_2", "weight": -1.0},
    ],
}


def test_graph_has_the_form_that_viewers_read_and_one_id_for_each_node(subject: Subject, tmp_path: Path) -> None:
    latents, _ = sae_of(subject, tmp_path)
    told = trace(subject, TEXT, logit("a"), units=[latents, open_source(subject, "mlp")])
    report = told.report(edges=len(told.nodes))
    graph = json.loads(codec.dumps(graph_of(report, slug="cats")))
    assert set(graph) == {"metadata", "qParams", "nodes", "links"}
    assert graph["metadata"]["slug"] == "cats"
    assert "".join(graph["metadata"]["prompt_tokens"]) == TEXT
    ids = [node["node_id"] for node in graph["nodes"]]
    assert len(set(ids)) == len(ids) == len(report.nodes) + 1
    errors = [node for node in graph["nodes"] if node["feature_type"] == "mlp reconstruction error"]
    assert {node["node_id"] for node in errors} == {f"1_error_{place}" for place in range(len(told.tokens))}
    assert {link["source"] for link in graph["links"]} | {link["target"] for link in graph["links"]} <= set(ids)
    (output,) = [node for node in graph["nodes"] if node["feature_type"] == "logit"]
    into = {link["source"]: link["weight"] for link in graph["links"] if link["target"] == output["node_id"]}
    assert [into[id_] for id_ in ids[:-1]] == pytest.approx([-node.effect for node in report.nodes], **NEAR)


def test_graph_that_was_written_is_read_with_its_nodes_and_edges(subject: Subject) -> None:
    report = trace(subject, TEXT, logit("a")).report(edges=30)
    again = read_graph(codec.dumps(graph_of(report)))
    assert again.tokens == report.tokens
    kept = report.nodes[:30]
    places = [(node.layer, node.unit, node.position) for node in again.nodes]
    assert places == [(node.layer, node.unit, node.position) for node in kept]
    assert report.edges is not None
    assert again.edges == report.edges
    assert again.predictions.targets[0].id == report.predictions.targets[0].id


def test_graph_from_elsewhere_is_shown_as_it_is() -> None:
    found = read_graph(json.dumps(ELSEWHERE).encode())
    assert [(node.kind, node.layer, node.unit, node.position) for node in found.nodes] == [
        ("unit", 3, 7, 2),
        ("embedding", 0, None, 1),
        ("error", 3, None, 2),
    ]
    assert [(edge.source, edge.target, edge.effect) for edge in found.edges or []] == [(1, 0, -2.5)]
    assert found.note is not None
    assert "no sign" in found.note
    assert found.completeness.measured is None
    assert codec.dumps(found)


def test_what_is_no_graph_and_a_trace_without_edges_are_sentences(subject: Subject) -> None:
    with pytest.raises(BadInput, match="no attribution graph"):
        read_graph(b"[]")
    wrong = json.dumps(ELSEWHERE).replace('"ctx_idx": 1', '"ctx_idx": 9').encode()
    with pytest.raises(BadInput, match="at token 9 of 3"):
        read_graph(wrong)
    with pytest.raises(BadInput, match="no edges"):
        graph_of(trace(subject, TEXT, logit("a")).report())
