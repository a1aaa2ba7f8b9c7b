"""SAEs spliced in and latents changed, against sae_lens's own decoding put in by hooks set by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from neuronscope.errors import BadInput
from neuronscope.live import (
    AskActivations,
    AskGeneration,
    AskPredictions,
    Generated,
    Intervention,
    Live,
    Predictions,
    Splice,
    UnitPlace,
)
from neuronscope.subject import Subject, load_subject, open_source

pytestmark = pytest.mark.filterwarnings(r"ignore:\s*This SAE has non-empty model_from_pretrained_kwargs")
TEXT = "the cat sees a dog under the naïve tree"
RESID, MLP_IN, MLP_OUT = "blocks.1.hook_resid_pre", "blocks.1.hook_mlp_in", "blocks.1.hook_mlp_out"
TRANSCODER = {"d_out": 16, "apply_b_dec_to_input": False}
CENTRED = {"model_from_pretrained_kwargs": {"center_writing_weights": True}}
SAES: list[tuple[str, dict[str, Any]]] = [
    ("standard", {}),
    ("jumprelu", {}),
    ("gated", {}),
    ("topk", {"k": 5}),
    ("topk", {"k": 5, "rescale_acts_by_decoder_norm": True}),
    ("standard", {"apply_b_dec_to_input": False}),
    ("standard", {"normalize_activations": "layer_norm"}),
    ("jumprelu", {"normalize_activations": "constant_norm_rescale"}),
    ("standard", CENTRED),
    ("topk", {"k": 5, "normalize_activations": "layer_norm", **CENTRED}),
]
TRANSCODERS: list[tuple[str, dict[str, Any]]] = [
    ("transcoder", TRANSCODER),
    ("jumprelu_transcoder", TRANSCODER),
    ("skip_transcoder", TRANSCODER),
    ("jumprelu_skip_transcoder", TRANSCODER),
    ("transcoder", {**TRANSCODER, "normalize_activations": "layer_norm"}),
    ("skip_transcoder", {**TRANSCODER, "normalize_activations": "constant_norm_rescale"}),
]
Logits = Callable[[Subject, list[int]], torch.Tensor]


def said(one: tuple[str, dict[str, Any]]) -> str:
    return "-".join([one[0], *map(str, one[1].values())])


def spliced(live: Live, ask: AskPredictions) -> Predictions:
    (found,) = live.answer([ask])
    assert isinstance(found, Predictions), found
    return found


def logprobs(found: Any) -> list[float]:
    return [one.logprob for one in found.positions if one.logprob is not None]


def expected_logprobs(logits: torch.Tensor, ids: list[int]) -> list[float]:
    return logits.log_softmax(-1)[:-1].gather(1, torch.tensor(ids[1:])[:, None])[:, 0].tolist()


@pytest.mark.parametrize("model", ["gpt2", "llama", "neox"])
@pytest.mark.parametrize(("architecture", "settings"), SAES, ids=map(said, SAES))
def test_what_an_sae_makes_of_the_stream_is_what_the_library_makes_of_it(
    architecture: str,
    settings: dict[str, Any],
    model: str,
    request: Any,
    lens: Any,
    save_sae: Any,
    by_hand: Any,
    logits_of: Logits,
) -> None:
    subject: Subject = request.getfixturevalue(model)
    folder = save_sae(architecture, hook_name=RESID, **settings)
    live = Live(subject, saes={"one": open_source(subject, f"sae:{folder}")})
    sae = lens.SAE.load_from_disk(folder)
    read = live.read(AskPredictions(text=TEXT))
    centred = settings is CENTRED or "model_from_pretrained_kwargs" in settings
    centred = centred and model != "llama"  # RMS norms see the mean
    seen: list[torch.Tensor] = []

    def put(values: torch.Tensor) -> None:
        x = values[:, read.prefix :].clone()
        mean = x.mean(-1, keepdim=True) if centred else 0.0
        made = sae.decode(sae.encode(x - mean)) + mean
        seen.extend([x[0], made[0]])
        values[:, read.prefix :] = made

    block = {"gpt2": "transformer.h.1", "llama": "model.layers.1", "neox": "gpt_neox.layers.1"}[model]
    with torch.no_grad(), by_hand(subject, block, "input", put):
        logits = logits_of(subject, list(read.ids))
    found = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"])))
    assert logprobs(found.changed) == pytest.approx(expected_logprobs(logits, list(read.ids)), rel=1e-3, abs=1e-3)
    assert logprobs(found.changed) != pytest.approx(logprobs(found), abs=1e-2)
    cost = found.splice
    assert cost is not None
    assert cost.saes[0].error_norm == pytest.approx((seen[0] - seen[1]).norm(dim=-1).tolist(), rel=1e-3)
    assert cost.saes[0].norm == pytest.approx(seen[0].norm(dim=-1).tolist(), rel=1e-3)

    with by_hand(subject, block, "input", lambda values: values[:, read.prefix :].zero_()):
        zero = -float(np.mean(expected_logprobs(logits_of(subject, list(read.ids)), list(read.ids))))
    assert cost.zero_loss == pytest.approx(zero, abs=1e-3)
    assert found.loss is not None
    assert found.changed is not None
    assert found.changed.loss is not None
    if cost.loss_recovered is not None:
        assert cost.loss_recovered == pytest.approx((zero - found.changed.loss) / (zero - found.loss), abs=1e-3)

    kept = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"], "reconstruct+error")))
    assert logprobs(kept.changed) == pytest.approx(logprobs(kept), abs=1e-4)


@pytest.mark.parametrize(("architecture", "settings"), TRANSCODERS, ids=map(said, TRANSCODERS))
def test_what_a_transcoder_makes_of_the_mlps_input_takes_its_outputs_place(
    architecture: str,
    settings: dict[str, Any],
    llama: Subject,
    lens: Any,
    save_sae: Any,
    by_hand: Any,
    logits_of: Logits,
) -> None:
    folder = save_sae(architecture, hook_name=MLP_IN, **settings)
    live = Live(llama, saes={"one": open_source(llama, f"sae:{folder}")})
    transcoder, read = lens.SAE.load_from_disk(folder), live.read(AskPredictions(text=TEXT))
    got: list[torch.Tensor] = []

    def put(values: torch.Tensor) -> None:
        values[:, read.prefix :] = transcoder.forward(got[-1])[:, read.prefix :]

    mlp = "model.layers.1.mlp"
    with (
        torch.no_grad(),
        by_hand(llama, mlp, "input", lambda values: got.append(values.clone())),
        by_hand(llama, mlp, "output", put),
    ):
        logits = logits_of(llama, list(read.ids))
    found = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"])))
    assert found.splice is not None
    assert found.splice.saes[0].hook == MLP_OUT
    assert logprobs(found.changed) == pytest.approx(expected_logprobs(logits, list(read.ids)), rel=1e-3, abs=1e-3)
    kept = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"], "reconstruct+error")))
    assert logprobs(kept.changed) == pytest.approx(logprobs(kept), abs=1e-4)


def some(*shape: int, seed: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def scope_arrays() -> dict[str, torch.Tensor]:
    shapes = {"W_enc": (16, 40), "W_dec": (40, 16), "b_enc": (40,), "b_dec": (16,), "threshold": (40,)}
    return {name: some(*shape, seed=seed) for seed, (name, shape) in enumerate(shapes.items())}


def of_scope(arrays: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    pre = x @ arrays["W_enc"] + arrays["b_enc"]
    return pre * (pre > arrays["threshold"].clamp(min=0)) @ arrays["W_dec"] + arrays["b_dec"]


def test_a_gemma_scope_folder_is_spliced_in(llama: Subject, tmp_path: Path, by_hand: Any, logits_of: Logits) -> None:
    arrays, folder = scope_arrays(), tmp_path / "layer_0" / "width_40"
    folder.mkdir(parents=True)
    np.savez(folder / "params.npz", **{name: array.numpy() for name, array in arrays.items()})
    live = Live(llama, saes={"one": open_source(llama, f"sae:{folder}")})
    read = live.read(AskPredictions(text=TEXT))

    def put(values: torch.Tensor) -> None:
        values[:, 1:] = of_scope(arrays, values[:, 1:])

    with by_hand(llama, "model.layers.0", "output", put):
        expected = expected_logprobs(logits_of(llama, list(read.ids)), list(read.ids))
    found = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"])))
    assert logprobs(found.changed) == pytest.approx(expected, abs=1e-3)


def test_a_transcoder_that_reads_before_the_norms_gain_is_spliced_in(
    llama: Subject, tmp_path: Path, by_hand: Any, logits_of: Logits
) -> None:
    """Gemma Scope's read ln2.hook_normalized, which can be read and not written; they write behind the MLP."""
    arrays, folder = scope_arrays(), tmp_path / "gemma-scope-2b-pt-transcoders" / "layer_1" / "width_40"
    folder.mkdir(parents=True)
    np.savez(folder / "params.npz", **{name: array.numpy() for name, array in arrays.items()})
    live = Live(llama, saes={"one": open_source(llama, f"sae:{folder}")})
    read, got = live.read(AskPredictions(text=TEXT)), []

    def keep(values: torch.Tensor) -> None:
        got.append(values * torch.rsqrt(values.square().mean(-1, keepdim=True) + 1e-6))

    def put(values: torch.Tensor) -> None:
        values[:, 1:] = of_scope(arrays, got[-1])[:, 1:]

    norm, mlp = "model.layers.1.post_attention_layernorm", "model.layers.1.mlp"
    with by_hand(llama, norm, "input", keep), by_hand(llama, mlp, "output", put):
        expected = expected_logprobs(logits_of(llama, list(read.ids)), list(read.ids))
    found = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"])))
    assert logprobs(found.changed) == pytest.approx(expected, abs=1e-3)
    steered = spliced(live, AskPredictions(text=TEXT, interventions=[Intervention(1, 3, "add", 4.0, None, "one")]))
    with by_hand(llama, mlp, "output", lambda values: values[:, 1:].add_(4.0 * arrays["W_dec"][3])):
        expected = expected_logprobs(logits_of(llama, list(read.ids)), list(read.ids))
    assert logprobs(steered.changed) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("transcode", [False, True])
def test_a_sparsify_folder_is_spliced_in(
    transcode: bool, llama: Subject, tmp_path: Path, by_hand: Any, logits_of: Logits
) -> None:
    folder = tmp_path / "layers.1.mlp"
    shapes = {"encoder.weight": (40, 16), "encoder.bias": (40,), "W_dec": (40, 16), "b_dec": (16,), "W_skip": (16, 16)}
    arrays = {name: some(*shape, seed=seed) for seed, (name, shape) in enumerate(shapes.items())}
    if not transcode:
        del arrays["W_skip"]
    folder.mkdir()
    save_file(arrays, folder / "sae.safetensors")
    (folder / "cfg.json").write_text(json.dumps({"num_latents": 40, "k": 4, "d_in": 16, "transcode": transcode}))
    live = Live(llama, saes={"one": open_source(llama, f"sae:{folder}")})
    read, got = live.read(AskPredictions(text=TEXT)), []

    def put(values: torch.Tensor) -> None:
        x = got[-1] if transcode else values
        centre = 0 if transcode else arrays["b_dec"]
        pre = (x - centre) @ arrays["encoder.weight"].T + arrays["encoder.bias"]
        top = pre.relu().topk(4, dim=-1)
        made = torch.zeros_like(pre).scatter(-1, top.indices, top.values) @ arrays["W_dec"] + arrays["b_dec"]
        values[:, 1:] = (made + x @ arrays["W_skip"].T if transcode else made)[:, 1:]

    mlp = "model.layers.1.mlp"
    with by_hand(llama, mlp, "input", lambda x: got.append(x.clone())), by_hand(llama, mlp, "output", put):
        expected = expected_logprobs(logits_of(llama, list(read.ids)), list(read.ids))
    found = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"])))
    assert logprobs(found.changed) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    kept = spliced(live, AskPredictions(text=TEXT, splice=Splice(["one"], "reconstruct+error")))
    assert logprobs(kept.changed) == pytest.approx(logprobs(kept), abs=1e-4)


OPS = [("add", 2.0), ("set", 3.0), ("scale", -2.0), ("ablate", None)]


@pytest.mark.parametrize("mode", [None, "reconstruct"])
@pytest.mark.parametrize(("op", "value"), OPS)
def test_a_latent_changed_moves_the_stream_along_its_decoder(
    op: Any, value: Any, mode: Any, llama: Subject, lens: Any, save_sae: Any, by_hand: Any, logits_of: Logits
) -> None:
    folder = save_sae("standard", hook_name=RESID)
    sae = lens.SAE.load_from_disk(folder)
    live = Live(llama, saes={"one": open_source(llama, f"sae:{folder}")})
    ask = AskPredictions(text=TEXT)
    read = live.read(ask)
    with torch.no_grad():
        x = llama.run(TEXT, [RESID])[RESID]
        unit = int(sae.encode(x)[0, 1:].sum(0).argmax())
    positions = [0, 4]
    rows = [1 + place for place in positions]

    def put(values: torch.Tensor) -> None:
        z = sae.encode(values)
        old = z[:, :, unit].clone()
        new = {"add": old + 2.0, "set": old * 0 + 3.0, "scale": old * -2.0, "ablate": old * 0}[op]
        z[:, rows, unit] = new[:, rows]
        moved = values + (z[:, :, unit] - old)[..., None] * sae.W_dec[unit]
        values[:, 1:] = (moved if mode is None else sae.decode(z))[:, 1:]

    with torch.no_grad(), by_hand(llama, "model.layers.1", "input", put):
        expected = expected_logprobs(logits_of(llama, list(read.ids)), list(read.ids))
    change = Intervention(1, unit, op, value, positions, "one")
    splice = None if mode is None else Splice(["one"], mode)
    found = spliced(live, AskPredictions(text=TEXT, interventions=[change], splice=splice))
    assert logprobs(found.changed) == pytest.approx(expected, abs=1e-3)
    assert logprobs(found.changed) != pytest.approx(logprobs(found), abs=1e-3)


@pytest.mark.parametrize(("architecture", "settings"), [*SAES, *TRANSCODERS], ids=map(said, [*SAES, *TRANSCODERS]))
def test_a_latent_changed_by_nothing_changes_nothing_bit_for_bit(
    architecture: str, settings: dict[str, Any], gpt2: Subject, save_sae: Any
) -> None:
    hook = MLP_IN if "transcoder" in architecture else RESID
    live = Live(gpt2, saes={"one": open_source(gpt2, f"sae:{save_sae(architecture, hook_name=hook, **settings)}")})
    changes = [Intervention(1, unit, "add", 0.0, None, "one") for unit in range(9)]
    changes += [Intervention(1, unit, "scale", 1.0, None, "one") for unit in range(9)]
    found = spliced(live, AskPredictions(text=TEXT, interventions=changes, top_k=100))
    assert found.changed is not None
    assert (found.changed.positions, found.changed.next) == (found.positions, found.next)


def test_a_datasets_sae_that_is_registered_too_is_changed_and_spliced_in_one_place(
    gpt2: Subject, save_sae: Any
) -> None:
    source = open_source(gpt2, f"sae:{save_sae('standard', hook_name=RESID)}")
    live = Live(gpt2, saes={"one": source}, source=source)
    found = [
        spliced(
            live,
            AskPredictions(
                text=TEXT, splice=Splice(["one"]), interventions=[Intervention(1, 3, "set", 9.0, None, name)]
            ),
        )
        for name in (None, "one")
    ]
    assert found[0] == found[1]


def test_latents_of_bfloat16_models_and_generation_with_a_splice(tiny_llama: Path, save_sae: Any) -> None:
    subject = load_subject(str(tiny_llama), "bfloat16")
    live = Live(subject, saes={"one": open_source(subject, f"sae:{save_sae('standard', hook_name=RESID)}")})
    changes = [Intervention(1, 3, "add", 0.0, None, "one")]
    steps = list(live.generate(AskGeneration(text=TEXT, max_tokens=5, interventions=changes)))
    ended = [one for one in steps if isinstance(one, Generated)]
    assert (ended[0].tokens, ended[0].logprobs) == (ended[1].tokens, ended[1].logprobs)
    steps = list(live.generate(AskGeneration(text=TEXT, max_tokens=5, splice=Splice(["one"]))))
    ended = [one for one in steps if isinstance(one, Generated)]
    assert ended[0].logprobs != ended[1].logprobs


def test_activations_of_latents_and_neurons_together_with_a_splice(gpt2: Subject, save_sae: Any) -> None:
    live = Live(gpt2, saes={"one": open_source(gpt2, f"sae:{save_sae('standard', hook_name=RESID)}")})
    units = [UnitPlace(0, 2), UnitPlace(1, 2), UnitPlace(1, 7, "one")]
    plain, kept, replaced = live.answer(
        [
            AskActivations(text=TEXT, units=units, splice=None if mode is None else Splice(["one"], mode))
            for mode in (None, "reconstruct+error", "reconstruct")
        ]
    )
    values = [[unit.record.activations for unit in one.units] for one in (plain, kept, replaced)]  # type: ignore[union-attr]
    for a, b in zip(values[0], values[1], strict=True):
        assert b == pytest.approx(a, abs=1e-3)
    assert values[2][0] == values[0][0]  # before the splice
    assert values[2][1] != pytest.approx(values[0][1], abs=1e-2)


def test_an_sae_without_a_decoder_or_two_in_one_place_cannot_be_spliced_in(
    gpt2: Subject, save_sae: Any, tmp_path: Path
) -> None:
    arrays = scope_arrays()
    folder = tmp_path / "layer_0"
    folder.mkdir()
    np.savez(folder / "params.npz", **{name: arrays[name].numpy() for name in ("W_enc", "b_enc", "threshold")})
    saes = {
        "bare": open_source(gpt2, f"sae:{folder}"),
        "a": open_source(gpt2, f"sae:{save_sae('standard', 'a', hook_name=RESID)}"),
        "b": open_source(gpt2, f"sae:{save_sae('jumprelu', 'b', hook_name=RESID)}"),
        "c": open_source(gpt2, f"sae:{save_sae('jumprelu', 'c', hook_name='transformer.h.1.input')}"),
    }
    live = Live(gpt2, saes=saes)
    for names, sentence in (
        (["bare"], "hold no decoder"),
        (["a", "b"], "read the same place"),
        (["c", "a"], "read the same place"),
    ):
        (found,) = live.answer([AskPredictions(text=TEXT, splice=Splice(names))])
        assert isinstance(found, BadInput)
        assert sentence in str(found)
    once = spliced(live, AskPredictions(text=TEXT, splice=Splice(["a", "a"])))
    assert once == spliced(live, AskPredictions(text=TEXT, splice=Splice(["a"])))
