"""Effects of nodes against gradients and ablations made by hand, checks that add up, and metrics that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, encode
from neuronscope.subject.hooks import find_hook
from neuronscope.trace import Metric, TraceOptions, logit, logit_difference, loss, read_metric, trace

from .byhand import NEAR, OTHER, TEXT, by_place, ids_of, neurons_seen, sae_of, value_of

METRICS = [loss(), logit(" "), logit_difference("a", "b")]


@pytest.mark.parametrize("metric", METRICS, ids=str)
def test_patching_is_the_first_order_term(subject: Subject, metric: Metric) -> None:
    ids, before = ids_of(subject)
    with neurons_seen(subject) as seen:
        value_of(subject, metric, ids).backward()
    told = trace(subject, TEXT, metric)
    assert told.value == pytest.approx(float(value_of(subject, metric, ids).detach()), **NEAR)
    effects = by_place(told.nodes)
    for layer in range(2):
        expected = (-seen[layer] * seen[layer].grad)[0, before:].detach()
        assert len(effects) == 2 * expected.numel()
        for position in range(expected.shape[0]):
            found = [effects[layer, position, unit] for unit in range(24)]
            assert found == pytest.approx(expected[position].tolist(), **NEAR)


def test_exact_effects_are_those_of_real_ablations(subject: Subject) -> None:
    ids, before = ids_of(subject)
    told = trace(subject, TEXT, logit("a"), options=TraceOptions(method="exact", keep=40))
    with torch.no_grad():
        plain = float(value_of(subject, logit("a"), ids))
        for node in told.nodes:
            with (
                torch.enable_grad(),
                neurons_seen(subject, {(node.layer, before + node.position, node.unit or 0): 0.0}),
            ):
                found = float(value_of(subject, logit("a"), ids)) - plain
            assert node.effect == pytest.approx(found, **NEAR)


def test_integrated_gradients_add_up_to_what_happens_layer_by_layer(subject: Subject) -> None:
    told = trace(subject, TEXT, logit("a"), options=TraceOptions(method="integrated_gradients", steps=40))
    for one in told.completeness().layers:
        assert one.effect == pytest.approx(one.measured, rel=5e-2, abs=5e-3)


def test_baseline_of_another_text_is_its_own_activations(subject: Subject) -> None:
    options = TraceOptions(baseline="text", baseline_text=OTHER)
    told = trace(subject, TEXT, logit("a"), options=options)
    ids, before = ids_of(subject, OTHER)
    with neurons_seen(subject) as seen:
        value_of(subject, logit("a"), ids)
    for node in told.nodes[:50]:
        assert node.baseline == pytest.approx(float(seen[node.layer][0, before + node.position, node.unit]), **NEAR)
    if len(encode(subject.tokenizer, OTHER)) == len(encode(subject.tokenizer, TEXT)):
        whole = trace(subject, TEXT, logit("a"), options=options).completeness()
        assert whole.predicted == pytest.approx(sum(one.effect for one in whole.layers), **NEAR)


def test_circuit_of_all_nodes_gives_all_and_that_of_none_gives_nothing(subject: Subject) -> None:
    told = trace(subject, TEXT, logit("a"))
    whole, nothing = told.faithfulness(told.nodes), told.faithfulness([])
    assert whole == (pytest.approx(1.0, abs=1e-8), None)
    assert nothing == (pytest.approx(0.0, abs=1e-8), None)


def test_verify_measures_each_node_alone(subject: Subject) -> None:
    told = trace(subject, TEXT, logit("a"))
    exact = by_place(trace(subject, TEXT, logit("a"), options=TraceOptions(method="exact", keep=20)).nodes)
    checked = told.verify(20)
    assert len(checked.points) == 20
    assert checked.correlation is not None
    assert -1 <= checked.correlation <= 1
    for point in checked.points:
        assert point.measured == pytest.approx(exact[point.layer, point.position, point.unit], **NEAR)


def test_features_and_error_together_are_the_gradient_of_the_model_as_it_is(subject: Subject, tmp_path: Path) -> None:
    hook = "blocks.1.hook_resid_pre"
    units, sae = sae_of(subject, tmp_path, hook)
    told = trace(subject, TEXT, logit("a"), units=units)
    errors = [node for node in told.nodes if node.kind == "error"]
    assert len(errors) == len(told.tokens)
    # All of them at their baselines leave the decoder's bias, so to first order they add up to that step.
    ids, before = ids_of(subject)
    module = subject.model.get_submodule(find_hook(subject, hook).module)
    seen: list[torch.Tensor] = []

    def keep(_: Any, inputs: Any, named: Any) -> Any:
        values = (inputs[0] if inputs else named["hidden_states"]).detach().requires_grad_()
        seen.append(values)
        return ((values, *inputs[1:]), named) if inputs else (inputs, {**named, "hidden_states": values})

    handle = module.register_forward_pre_hook(keep, with_kwargs=True)
    value_of(subject, logit("a"), ids).backward()
    handle.remove()
    step = (sae.b_dec.detach() - seen[0].detach()) * seen[0].grad
    whole = told.completeness()
    assert whole.predicted == pytest.approx(float(step[0, before:].sum()), rel=1e-5)
    assert whole.layers[0].error_effect == pytest.approx(sum(node.effect for node in errors), rel=1e-6)
    assert told.faithfulness(told.nodes)[0] == pytest.approx(1.0, abs=1e-4)


def test_table_has_the_columns_that_people_know_and_says_both_signs(subject: Subject) -> None:
    told = trace(subject, TEXT, logit("a"), options=TraceOptions(keep=7))
    table = told.to_pandas()
    known = ["layer", "module_type", "module_name", "example_idx", "example_str", "act_idx", "act_type"]
    known += ["token_idx", "token_str", "value", "grad", "ie", "abs_ie"]
    assert list(table.columns[: len(known)]) == known
    assert len(table) == 7
    assert (table["ie"] == -table["effect"]).all()
    assert (table["value"] * table["grad"]).tolist() == pytest.approx(table["ie"].tolist())


def test_metrics_are_read_as_they_are_written() -> None:
    assert read_metric("loss") == loss()
    assert read_metric("logit: Mary") == logit(" Mary")
    assert read_metric("difference: Mary, John") == logit_difference(" Mary", " John")
    for wrong in ("", "logit", "logit:", "difference: Mary", "loss: 3", "difference:a,b,c"):
        with pytest.raises(BadInput, match="write loss"):
            read_metric(wrong)


def test_metrics_that_cannot_be_are_a_sentence(subject: Subject) -> None:
    with pytest.raises(BadInput, match="tokens"):
        trace(subject, TEXT, logit("你好你好 and more"))
    with pytest.raises(BadInput, match="always 0"):
        trace(subject, TEXT, logit_difference("a", "a"))
    if subject.info.bos is None:
        with pytest.raises(BadInput, match="one token"):
            trace(subject, "a", loss())
    else:
        assert trace(subject, "a", loss()).nodes
    assert trace(subject, "a", logit("b")).nodes
    with pytest.raises(BadInput, match="equally long"):
        trace(subject, TEXT, loss(), options=TraceOptions(baseline="text", baseline_text="a"))
    with pytest.raises(BadInput, match="means"):
        trace(subject, TEXT, loss(), options=TraceOptions(baseline="mean"))


def test_metric_that_nothing_moves_says_so_and_has_no_nan(subject: Subject) -> None:
    """Where the unembedding is all zeros no logit depends on anything."""
    weights = subject.model.get_output_embeddings().weight
    before = weights.data.clone()
    tied = subject.model.get_input_embeddings().weight is weights
    try:
        weights.data[2:] = 0  # every token's but the special ones
        told = trace(subject, TEXT, logit_difference("a", "b"))
        assert told.note is not None or tied
        assert not any(node.effect != node.effect for node in told.nodes)
        if not tied:
            assert {node.effect for node in told.nodes} <= {0.0}
            assert told.verify(5).correlation is None
            assert told.faithfulness(told.nodes)[0] is None
    finally:
        weights.data.copy_(before)
