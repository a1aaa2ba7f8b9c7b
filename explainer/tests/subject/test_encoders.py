"""Encoders: the latents that fire are those of the whole dense tensor, however it is cut."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BrokenData
from neuronscope.subject import encoders
from neuronscope.subject.encoders import Encoder, GroupMax, OtherEncoder, Threshold, TopK


def some(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


X = some(3, 5, 8)
WEIGHT, BIAS, ABOVE = some(8, 12, seed=1), some(12, seed=2), some(12, seed=3)
PRE = X @ WEIGHT + BIAS
SCALE, SHIFT = ABOVE.exp(), some(12, seed=4)


def top(pre: torch.Tensor, k: int, score: torch.Tensor) -> torch.Tensor:
    """All but the ``k`` latents of each position with the best score set to 0, one position at a time."""
    kept = torch.zeros_like(pre)
    for row in torch.cartesian_prod(*(torch.arange(size) for size in pre.shape[:2])).tolist():
        best = sorted(range(pre.shape[2]), key=lambda unit, row=row: -float(score[*row, unit]))[:k]
        kept[*row, best] = pre[*row, best]
    return kept


ACTIVATIONS: dict[str, tuple[Any, torch.Tensor]] = {
    "relu": (Threshold(torch.zeros(12)), PRE.relu()),
    "jumprelu": (Threshold(ABOVE.clamp(min=0)), PRE * (PRE > ABOVE) * (PRE > 0)),
    "gated": (
        Threshold(torch.maximum(-ABOVE, -SHIFT / SCALE), SCALE, SHIFT),
        (PRE + ABOVE > 0) * (PRE * SCALE + SHIFT).relu(),
    ),
    "topk": (TopK(3), top(PRE, 3, PRE).relu()),
    "topk of more than fire": (TopK(12), PRE.relu()),
    "signed topk": (TopK(3, signed=True), top(PRE, 3, PRE.abs())),
    "groupmax": (GroupMax(4), (PRE * (PRE.unflatten(2, (4, 3)).amax(3).repeat_interleave(3, 2) == PRE)).relu()),
}


@pytest.mark.parametrize("block", [1, 2**24])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_latents_that_fire_are_those_of_the_formula(
    name: str, block: int, dense: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "BLOCK", block)
    monkeypatch.setattr(encoders, "_LEAST_ROWS", 2)
    activation, expected = ACTIVATIONS[name]
    torch.testing.assert_close(dense(Encoder((WEIGHT,), BIAS, activation).encode(X)), expected)


def test_several_hook_points_add_up(dense: Any) -> None:
    other, weight = some(3, 5, 8, seed=5), some(8, 12, seed=6)
    encoder = Encoder((WEIGHT, weight), BIAS, Threshold(torch.zeros(12)))
    torch.testing.assert_close(dense(encoder.encode(X, other)), (X @ WEIGHT + other @ weight + BIAS).relu())


def test_the_input_is_centred_then_normalised_then_shifted(dense: Any) -> None:
    subtract = some(8, seed=7)
    centred = X - X.mean(-1, keepdim=True)
    expected = {
        "none": centred,
        "constant_norm_rescale": centred * 8**0.5 / centred.norm(dim=-1, keepdim=True),
        "layer_norm": centred / (centred.std(-1, keepdim=True) + 1e-5),
    }
    for normalise, x in expected.items():
        encoder = Encoder((WEIGHT,), BIAS, Threshold(torch.zeros(12)), True, normalise, subtract)  # type: ignore[arg-type]
        torch.testing.assert_close(dense(encoder.encode(X)), ((x - subtract) @ WEIGHT + BIAS).relu())


def test_a_function_as_encoder_gives_what_is_not_zero(dense: Any) -> None:
    encoder = OtherEncoder(lambda x: (x @ WEIGHT).clamp(max=0), 8, 12)
    torch.testing.assert_close(dense(encoder.encode(X)), (X @ WEIGHT).clamp(max=0))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_the_weights_dtype_is_computed_in_and_values_are_float32(dtype: torch.dtype, dense: Any) -> None:
    encoder = Encoder((WEIGHT.to(dtype),), BIAS.to(dtype), Threshold(torch.zeros(12, dtype=dtype)))
    expected = torch.addmm(BIAS.to(dtype), X.reshape(-1, 8).to(dtype), WEIGHT.to(dtype)).relu().reshape(3, 5, 12)
    assert torch.equal(dense(encoder.encode(X)), expected.float())


def test_a_models_bfloat16_is_encoded_in_float32(dense: Any) -> None:
    x = X.bfloat16()
    torch.testing.assert_close(
        dense(Encoder((WEIGHT,), BIAS, Threshold(torch.zeros(12))).encode(x)), (x.float() @ WEIGHT + BIAS).relu()
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_infinite_activations_are_never_taken_for_silence(value: float) -> None:
    x = X.clone()
    x[1, 2, 3] = value
    with pytest.raises(BrokenData, match="not finite"):
        Encoder((WEIGHT,), BIAS, Threshold(torch.zeros(12))).encode(x)


def test_where_nothing_fires_there_is_nothing(dense: Any) -> None:
    sparse = Encoder((WEIGHT,), BIAS, Threshold(torch.full((12,), 1e9))).encode(X)
    assert (len(sparse.value), sparse.shape) == (0, (3, 5, 12))
    assert not dense(sparse).any()


@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 10**6))
def test_any_cut_into_blocks_gives_the_same_latents(rows: int, k: int, seed: int) -> None:
    weight = some(4, 9, seed=seed).double()  # so that no latent stands at its threshold by rounding
    x = some(1, 40, 4, seed=seed + 1)
    for activation in (TopK(k), Threshold(some(9, seed=seed + 2).double().clamp(min=0))):
        encoder = Encoder((weight,), weight.new_zeros(9), activation)
        whole = encoder.encode(x)
        parts = [encoder.encode(x[:, start : start + rows]) for start in range(0, 40, rows)]
        assert torch.equal(whole.unit, torch.cat([part.unit for part in parts]))
        moved = [part.position + start * rows for start, part in enumerate(parts)]
        assert torch.equal(whole.position, torch.cat(moved))
        torch.testing.assert_close(whole.value, torch.cat([part.value for part in parts]))
