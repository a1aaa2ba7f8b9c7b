"""Dashboards of a subject's own units: neurons, an SAE's latents, a model of the library that answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from neuronscope.dashboards import OnlineFeatureDashboard
from neuronscope.dashboards.subjects import SubjectDashboard
from neuronscope.errors import BadInput
from neuronscope.live import Live
from neuronscope.subject import Subject, load_subject


def test_neurons_are_those_that_live_reading_gives(gpt2: Subject) -> None:
    answer = OnlineFeatureDashboard.of(gpt2, ["0:3", (1, 5)], names={"1:5": "five"}).read("the naïve 🙂 cat")
    live = Live(gpt2).activations("the naïve 🙂 cat", [(0, 3), (1, 5)])
    assert answer.tokens == live.tokens
    assert [unit.activations for unit in answer.units] == [unit.record.activations for unit in live.units]
    assert [(unit.key, unit.name) for unit in answer.units] == [("0:3", None), ("1:5", "five")]
    assert answer.ignored == live.units[0].record.ignored


def test_a_model_continues_the_text_it_was_given(gpt2: Subject) -> None:
    dashboard = OnlineFeatureDashboard.of(gpt2, ["0:3"], max_new_tokens=4)
    assert dashboard.responds
    answer = dashboard.respond("the cat")
    assert answer.text.startswith("the cat")
    assert len(answer.tokens) > len(dashboard.read("the cat").tokens)


def test_a_response_of_ones_own_goes_before_the_subjects(gpt2: Subject) -> None:
    class Own(SubjectDashboard):
        def generate_model_response(self, text: str) -> str:
            return f" after {len(text)}"

    assert Own(gpt2, ["0:3"]).respond("the cat").text == "the cat after 7"
    given = OnlineFeatureDashboard.of(gpt2, ["0:3"], generate_model_response=lambda text: text.upper())
    assert given.respond("the cat").text == "the catTHE CAT"


def test_latents_of_an_sae_need_no_layer(gpt2: Subject, save_sae: Callable[..., Path]) -> None:
    folder = save_sae("standard", d_in=16, d_sae=8, hook_name="blocks.0.hook_resid_post")
    dashboard = OnlineFeatureDashboard.of(gpt2, [3, "0:5"], source=f"sae:{folder}")
    answer = dashboard.read("the cat sees")
    assert [unit.key for unit in answer.units] == ["0:3", "0:5"]
    assert "sae" in dashboard.title


@pytest.mark.parametrize(
    ("units", "message"),
    [([3], "unit 3 has no layer: write layer and unit like 0:3"), (["0:999"], "999"), (["7:1"], "layer")],
)
def test_units_that_are_not_there_say_so(gpt2: Subject, units: list[Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        OnlineFeatureDashboard.of(gpt2, units).read("the cat")


def test_a_model_of_the_library_answers_for_a_function(gpt2: Subject) -> None:
    def ones(text: str, features: list[int]) -> list[list[float]]:
        return [[1.0] * len(features) for _ in gpt2.tokenizer(text)["input_ids"]]

    dashboard = OnlineFeatureDashboard(ones, gpt2.tokenizer, gpt2.model, features=[0], max_new_tokens=3)
    assert dashboard.respond("the cat").text.startswith("the cat")
    broken = OnlineFeatureDashboard(ones, gpt2.tokenizer, object(), features=[0])
    with pytest.raises(BadInput, match="the model cannot answer: AttributeError"):
        broken.respond("the cat")


class Sums:
    """A crosscoder of two latents: what the base model's numbers add up to, and the instruct model's."""

    dict_size = 2

    def get_activations(self, x: torch.Tensor, select_features: list[int]) -> torch.Tensor:
        return x.sum(-1)[:, select_features]


def test_a_crosscoder_of_two_models_is_a_source_too(save_model: Any) -> None:
    from neuronscope.live.pair import open_pair

    sizes = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 128}
    instruct, base = (load_subject(str(save_model("gpt2", **sizes))) for _ in range(2))
    with torch.no_grad():
        base.model.transformer.wte.weight.mul_(0.5)
    source = open_pair(instruct, base, Sums(), collect_layer=1)
    answer = OnlineFeatureDashboard.of(instruct, [0, 1], source=source).read("the cat")
    wanted = instruct.run("the cat", ["blocks.1.hook_resid_post"])["blocks.1.hook_resid_post"][0].sum(-1)
    assert answer.units[1].activations == pytest.approx(wanted.tolist(), rel=1e-4, abs=1e-4)
    assert answer.units[0].activations != answer.units[1].activations
