"""A crosscoder over a base and an instruct model: its latents in activations, strongest units, splices, steering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from neuronscope.errors import BadInput
from neuronscope.live import (
    AskActivations,
    AskGeneration,
    AskPredictions,
    AskTopUnits,
    Generated,
    Intervention,
    Live,
    Prompt,
    Splice,
    UnitPlace,
)
from neuronscope.live.pair import open_pair
from neuronscope.subject import Subject, load_subject

TEXT = "the cat sees a dog"
LAYER, LATENTS = 1, 20
SIZES = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 128}


@pytest.fixture(scope="module")
def subjects(save_model: Any) -> tuple[Subject, Subject]:
    """Two models of one kind with different weights: the base and the instruct one."""
    folders = save_model("gpt2", **SIZES), save_model("gpt2", **SIZES)
    base, instruct = (load_subject(str(folder)) for folder in folders)
    draws = torch.Generator().manual_seed(5)
    for parameter in base.model.parameters():
        parameter.data += 0.1 * torch.randn(parameter.shape, generator=draws)
    return base, instruct


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, torch.Tensor]]:
    """A crosscoder of random weights on the disk, and they."""
    draws = torch.Generator().manual_seed(6)
    arrays = {
        "W_enc": torch.randn(2, 16, LATENTS, generator=draws),
        "b_enc": torch.randn(LATENTS, generator=draws),
        "W_dec": torch.randn(2, LATENTS, 16, generator=draws),
        "b_dec": torch.randn(2, 16, generator=draws),
    }
    folder = tmp_path_factory.mktemp("crosscoder")
    (folder / "cfg.json").write_text(json.dumps({"architecture": "crosscoder"}))
    save_file(arrays, folder / "sae_weights.safetensors")
    return folder, arrays


def streams(subjects: tuple[Subject, Subject], text: str) -> list[torch.Tensor]:
    """The residual stream after the layer in both models: [token, d] each."""
    return [
        subject.run(text, [f"blocks.{LAYER}.hook_resid_post"])[f"blocks.{LAYER}.hook_resid_post"][0]
        for subject in subjects
    ]


def latents_of(both: list[torch.Tensor], arrays: dict[str, torch.Tensor]) -> torch.Tensor:
    """[token, latent] by the formula."""
    return torch.relu(sum(x @ w for x, w in zip(both, arrays["W_enc"], strict=True)) + arrays["b_enc"])


@pytest.fixture
def live(subjects: tuple[Subject, Subject], weights: Any) -> Live:
    base, instruct = subjects
    pair = open_pair(instruct, base, str(weights[0]), collect_layer=LAYER)
    return Live(instruct, saes={"pair": pair}, base=base)


def test_latents_are_of_both_models(live: Live, subjects: Any, weights: Any) -> None:
    expected = latents_of(streams(subjects, TEXT), weights[1])
    units = [UnitPlace(LAYER, unit, "pair") for unit in range(LATENTS)]
    (found,) = live.answer([AskActivations(text=TEXT, units=units)])
    told = torch.tensor([unit.record.activations for unit in found.units])
    torch.testing.assert_close(told, expected.T, atol=1e-4, rtol=1e-4)
    (top,) = live.answer([AskTopUnits(text=TEXT, k=1, source="pair")])
    strongest = [group[0].unit for group in top.positions[1:]]
    assert strongest == expected[1:].argmax(-1).tolist()


def test_reconstruction_takes_the_place_of_the_instruct_models_stream(live: Live, subjects: Any, weights: Any) -> None:
    whole = AskPredictions(text=TEXT, splice=Splice(["pair"], "reconstruct+error"))
    lost = AskPredictions(text=TEXT, splice=Splice(["pair"], "reconstruct"))
    same, other = live.answer([whole, lost])
    assert same.loss == pytest.approx(same.changed.loss, abs=1e-4)
    both = streams(subjects, TEXT)
    made = latents_of(both, weights[1]) @ weights[1]["W_dec"][1] + weights[1]["b_dec"][1]
    assert other.splice.saes[0].error_norm == pytest.approx((both[1] - made).norm(dim=-1).tolist(), abs=1e-3)


def test_generation_sees_the_base_model_at_every_token(live: Live) -> None:
    """With a cache only new tokens are read; the base model has to know those that stand before them all the same."""
    act = Intervention(LAYER, 3, "set", 30.0, source="pair")
    told = list(live.generate(AskGeneration(text=TEXT, max_tokens=5, interventions=[act])))
    with_ = next(run for run in told if isinstance(run, Generated) and run.run == "with")
    text = TEXT
    for token in with_.tokens:
        (expected,) = live.answer([AskPredictions(text=text, interventions=[act], top_k=1)])
        assert expected.changed.next.top[0].token == token
        text += token
        if "".join(live.read(Prompt(text=text)).tokens[-1:]) != token:
            break  # the text is cut otherwise when it is read again
    else:
        return
    assert len(text) > len(TEXT) + 1


class Own:
    """Somebody's crosscoder: an object with get_activations."""

    def __init__(self, arrays: dict[str, torch.Tensor]) -> None:
        self.arrays, self.dict_size = arrays, LATENTS

    def get_activations(self, x: torch.Tensor, select_features: list[int]) -> torch.Tensor:
        return latents_of([x[:, 0], x[:, 1]], self.arrays)[:, select_features]


def test_any_object_with_get_activations_will_do(subjects: Any, weights: Any) -> None:
    base, instruct = subjects
    live = Live(instruct, saes={"own": open_pair(instruct, base, Own(weights[1]), collect_layer=LAYER, device="cpu")})
    expected = latents_of(streams(subjects, TEXT), weights[1])
    (found,) = live.answer([AskActivations(text=TEXT, units=[UnitPlace(LAYER, 4, "own")])])
    assert found.units[0].record.activations == pytest.approx(expected[:, 4].tolist(), abs=1e-4)
    (refused,) = live.answer([AskPredictions(text=TEXT, splice=Splice(["own"]))])
    assert "no decoder" in str(refused)


def test_predictions_are_of_the_model_that_is_named(live: Live, subjects: Any) -> None:
    answers = [" dog", " a cat"]
    for name, subject in zip(("base", "instruct"), subjects, strict=True):
        alone = Live(subject).predictions(TEXT, answers, top_k=3)
        beside = live.predictions(TEXT, answers, top_k=3, model=name)
        assert beside.tokens == alone.tokens
        told, expected = ([p.logprob for p in one.positions[1:]] for one in (beside, alone))
        assert told == pytest.approx(expected, abs=1e-5)
        assert [one.token for one in beside.next.top] == [one.token for one in alone.next.top]
        assert [a.probability for a in beside.answers] == pytest.approx(
            [a.probability for a in alone.answers], rel=1e-4
        )
    base, instruct = (live.predictions(TEXT, model=name) for name in ("base", "instruct"))
    assert abs(base.loss - instruct.loss) > 1e-3
    assert live.card().base == subjects[0].info.name


def test_the_base_model_is_not_changed_and_has_to_be_there(subjects: Any, save_model: Any) -> None:
    with pytest.raises(BadInput, match="in the instruct model only"):
        AskPredictions(text=TEXT, model="base", splice=Splice(["pair"]))
    with pytest.raises(BadInput, match="--base"):
        Live(subjects[1]).predictions(TEXT, model="base")
    short = load_subject(str(save_model("gpt2", **{**SIZES, "n_positions": 3})))
    with pytest.raises(BadInput, match="reads 3 tokens"):
        Live(subjects[1], base=short).predictions(TEXT, model="base")


def test_models_that_are_no_pair_are_refused(subjects: Any, weights: Any, save_model: Any) -> None:
    base, instruct = subjects
    wide = load_subject(str(save_model("gpt2", **{**SIZES, "n_embd": 32})))
    with pytest.raises(BadInput, match="other widths"):
        open_pair(instruct, wide, str(weights[0]), collect_layer=LAYER)
    with pytest.raises(BadInput, match="layers 0 to 1"):
        open_pair(instruct, base, str(weights[0]), collect_layer=9)
    with pytest.raises(BadInput, match="dict_size"):
        open_pair(instruct, base, object(), collect_layer=LAYER)  # type: ignore[arg-type]
