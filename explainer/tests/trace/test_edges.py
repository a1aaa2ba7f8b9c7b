"""Edges against a linear model's closed form and against derivatives made by hand; sums over everything in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from neuronscope.subject import Subject, encode, load_subject, open_source
from neuronscope.trace import Edge, TraceOptions, logit, trace

from .byhand import NEAR, OTHER, TEXT, ids_of, neurons_seen, sae_of, value_of


class Same(torch.nn.LayerNorm):
    """A norm that changes nothing."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input


@pytest.fixture(scope="module")
def linear(save_model: Any) -> Subject:
    """GPT-2 with nothing in it that is not linear: no norms, no attention, neurons that are what they read."""
    sizes = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 128}
    loaded = load_subject(str(save_model("gpt2", activation_function="linear", **sizes)))
    model = loaded.model.to(torch.float64)
    for block in model.transformer.h:
        block.ln_1, block.ln_2 = Same(16), Same(16)
        block.attn.c_proj.weight.data.zero_()
        block.attn.c_proj.bias.data.zero_()
    model.transformer.ln_f = Same(16)
    return replace(loaded, model=model, dtype="float64")


def test_linear_model_has_the_effects_and_edges_of_its_closed_form(linear: Subject) -> None:
    told = trace(linear, TEXT, logit("a"))
    first, second = (block.mlp for block in linear.model.transformer.h)
    answer = linear.model.get_output_embeddings().weight[encode(linear.tokenizer, "a")[0]].detach()
    direct = [mlp.c_proj.weight.detach() @ answer for mlp in (first, second)]  # [neuron]: what each gives the logit
    between = first.c_proj.weight.detach() @ second.c_fc.weight.detach()  # [neuron, neuron]
    slopes = {0: direct[0] + between @ direct[1], 1: direct[1]}
    last = len(told.tokens) - 1
    assert {node.position for node in told.nodes if node.effect != 0} == {last}
    for node in told.nodes:
        if node.position == last:
            assert node.effect == pytest.approx(float(-node.activation * slopes[node.layer][node.unit]), **NEAR)
    nodes = [node for node in told.nodes if node.position == last]
    edges = told.edges(nodes, most=10_000)
    assert len(edges) == 24 * 24
    for edge in edges:
        source, target = nodes[edge.source], nodes[edge.target]
        assert (source.layer, target.layer) == (0, 1)
        slope = between[source.unit, target.unit] * direct[1][target.unit]
        assert edge.effect == pytest.approx(float(-source.activation * slope), **NEAR)


def test_edges_are_the_models_own_derivatives_and_none_comes_from_later_tokens(subject: Subject) -> None:
    ids, before = ids_of(subject)
    told = trace(subject, TEXT, logit("a"), options=TraceOptions(baseline="text", baseline_text=OTHER))
    nodes = told.nodes[:200]
    found = {(edge.source, edge.target): edge.effect for edge in told.edges(nodes, most=100_000)}
    with neurons_seen(subject) as seen:
        value = value_of(subject, logit("a"), ids)
    (to_metric,) = torch.autograd.grad(value, seen[1], retain_graph=True)
    checked = across = 0
    for number, target in enumerate(nodes):
        if target.layer != 1:
            continue
        at = (0, before + target.position, target.unit)
        (slope,) = torch.autograd.grad(seen[1][at], seen[0], retain_graph=True)
        for other, source in enumerate(nodes):
            if source.layer == 0:
                change = source.baseline - source.activation
                expected = float(to_metric[at] * slope[0, before + source.position, source.unit]) * change
                # Llama's norms round to float32, and otherwise in a batch than alone.
                assert found.get((other, number), 0.0) == pytest.approx(expected, rel=1e-5, abs=1e-6)
                checked += 1
                across += source.position < target.position and expected != 0
                assert expected == 0 or source.position <= target.position
    assert checked > 100
    assert across > 10  # attention's paths are among them


def test_what_passes_through_latents_and_errors_adds_up_to_the_whole_effect(subject: Subject, tmp_path: Path) -> None:
    """Everything of the first layer's neurons passes the stream before the second: neurons, latents and errors mix."""
    latents, _ = sae_of(subject, tmp_path)
    neurons = open_source(subject, "mlp")
    told = trace(subject, TEXT, logit("a"), units=[neurons, latents])
    assert {node.source for node in told.nodes} == {"mlp", "sae"}
    sources = [node for node in told.nodes if node.source == "mlp" and node.layer == 0][:20]
    targets = [node for node in told.nodes if node.source == "sae"]
    sums = [0.0] * len(sources)
    for edge in told.edges([*sources, *targets], most=10**6):
        assert edge.source < len(sources) <= edge.target
        sums[edge.source] += edge.effect
    assert sums == pytest.approx([node.effect for node in sources], rel=1e-4, abs=1e-6)  # the SAE reads float32


def test_strongest_edges_are_kept_and_told_strongest_first(subject: Subject) -> None:
    told = trace(subject, TEXT, logit("a"))
    every = told.edges(told.nodes[:60], most=10**6)
    few = told.edges(told.nodes[:60], most=7)
    assert few == every[:7]
    sizes = [abs(edge.effect) for edge in every]
    assert sizes == sorted(sizes, reverse=True)
    assert told.edges([]) == []
    assert told.edges(told.nodes[:1]) == []


def test_circuit_has_its_nodes_edges_and_faithfulness(subject: Subject) -> None:
    told = trace(subject, TEXT, logit("a"))
    circuit = told.circuit(n_nodes=30, n_edges=5)
    assert circuit.nodes == list(told.nodes[:30])
    assert circuit.edges == told.edges(circuit.nodes, most=5)
    assert circuit.faithfulness == told.faithfulness(circuit.nodes)[0]
    assert all(isinstance(edge, Edge) for edge in circuit.edges)
