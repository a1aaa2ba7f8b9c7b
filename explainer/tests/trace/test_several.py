"""Several prompts together are the means of each alone; the short way is the table of one."""

from __future__ import annotations

from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.subject import Subject
from neuronscope.trace import TraceOptions, compute_node_attribution, logit, loss, trace, trace_prompts

from .byhand import NEAR, OTHER, TEXT

SHORT = "a dog"


def test_means_over_texts_are_those_of_each_alone(subject: Subject) -> None:
    texts = [TEXT, OTHER, SHORT]
    alone = [trace(subject, text, logit("a")).nodes for text in texts]
    sums: dict[Any, float] = {}
    seen: dict[Any, set[int]] = {}
    for number, nodes in enumerate(alone):
        for node in nodes:
            for key in ((node.layer, node.unit, node.position), (node.layer, node.unit, None)):
                sums[key] = sums.get(key, 0.0) + node.effect / 3
                seen.setdefault(key, set()).add(number)
    for per in ("position", "unit"):
        found = trace_prompts(subject, texts, logit("a"), per=per)  # type: ignore[arg-type]
        assert len(found) == sum((key[2] is None) == (per == "unit") for key in sums)
        for node in found:
            key = (node.layer, node.unit, node.position)
            assert node.effect == pytest.approx(sums[key], **NEAR)
            assert node.texts == len(seen[key])
        assert [abs(node.effect) for node in found] == sorted((abs(node.effect) for node in found), reverse=True)
    few = trace_prompts(subject, texts, logit("a"), options=TraceOptions(keep=3))
    assert few == trace_prompts(subject, texts, logit("a"))[:3]


def test_several_texts_that_cannot_be_are_a_sentence(subject: Subject) -> None:
    with pytest.raises(BadInput, match="no texts"):
        trace_prompts(subject, [], loss())
    with pytest.raises(BadInput, match="2 metrics for 1 texts"):
        trace_prompts(subject, [TEXT], [loss(), loss()])
    with pytest.raises(BadInput, match="patching"):
        trace_prompts(subject, [TEXT], loss(), options=TraceOptions(method="exact"))
    with pytest.raises(BadInput, match=r"text 'the cat sees a dog': .*tokens"):
        trace_prompts(subject, [TEXT], logit("你好你好 and more"))
    with pytest.raises(BadInput, match="per 'token'"):
        trace_prompts(subject, [TEXT], loss(), per="token")  # type: ignore[arg-type]


def test_short_way_gives_the_known_columns_of_neurons_where_no_saes_are_known(save_model: Any) -> None:
    table = compute_node_attribution(str(save_model("gpt2", n_layer=2, n_embd=16, n_head=2)), TEXT, keep=9)
    assert len(table) == 9
    assert list(table.columns[:3]) == ["layer", "module_type", "module_name"]
    assert (table["act_type"] == "feature").all()
    assert (table["ie"] == -table["effect"]).all()
