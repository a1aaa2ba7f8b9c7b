"""SAEs in other formats than sae_lens's own: a folder in, a Dictionary out, encoded in float32 whatever was stored.

* Gemma Scope: ``params.npz`` or ``params.safetensors`` with W_enc [d_in, latents], b_enc and threshold (JumpReLU).
* sparsify: ``cfg.json`` and ``sae.safetensors`` with encoder.weight [latents, d_in], encoder.bias and b_dec, of which
  the k largest latents are kept; the folder is called after the module it reads.
* crosscoders: ``cfg.json`` or ``config.json`` and ``sae_weights.safetensors`` or ``model.safetensors`` with W_enc (or
  encoder.weight) [hook points, d_in, latents] and b_enc (or encoder.bias); ``hook_names`` lists the hook points.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.subject.arrays import digest, read_arrays, read_config
from neuronscope.subject.dictionary import Dictionary, Kind, checked, layer_in
from neuronscope.subject.encoders import Activation, Encoder, GroupMax, Threshold, TopK
from neuronscope.subject.reconstruction import Decoder

if TYPE_CHECKING:
    import torch

_SITE = re.compile(r"(?:/|gemma-scope-[\w.-]*-)(transcoder|mlp|att)(?:s|n?_out)?(?:_all)?(?=/|$)")
_SITES = {"transcoder": "ln2.hook_normalized", "mlp": "hook_mlp_out", "att": "attn.hook_z", "res": "hook_resid_post"}


def load_scope(folder: Path, *, hook: str | None, device: torch.device) -> Dictionary:
    """A Gemma Scope SAE or transcoder.

    Its hook point is what ``config.json`` beside it names; else the path tells the layer (``layer_12``) and the kind:
    ``-mlp``, ``-att`` or ``-transcoders`` at the end of a folder's name, the residual stream after the layer otherwise.

    :raises BadInput: arrays that are missing or do not fit, or no layer in the path.
    """
    path = next(path for path in (folder / "params.npz", folder / "params.safetensors") if path.is_file())
    arrays = {name.lower(): array.float() for name, array in read_arrays(path).items()}
    checked(str(path), arrays, {"w_enc": ("d_in", "latents"), "b_enc": ("latents",), "threshold": ("latents",)})
    config = read_config(folder / "config.json") if (folder / "config.json").is_file() else {}
    where = hook or str(config.get("hf_hook_point_in") or _scope_hook(folder))
    outside = where.endswith(("hook_normalized", "hook_mlp_in", "pre_feedforward_layernorm.output"))
    kind: Kind = "transcoder" if outside else "sae"
    encoder = Encoder(
        weights=(arrays["w_enc"].to(device),),
        bias=arrays["b_enc"].to(device),
        activation=Threshold(arrays["threshold"].clamp(min=0).to(device)),
    )
    out = config.get("hf_hook_point_out")
    return Dictionary(
        name=str(folder),
        kind=kind,
        hooks=(where,),
        encoder=encoder,
        hash=digest({"format": "gemma-scope", "hook": where}, arrays),
        hooks_out=(str(out),) if out and kind == "transcoder" else None,
        decoders=partial(_decoders, path, 1, device),
        whole=partial(_whole, path, 1, device),
    )


def load_sparsify(folder: Path, *, hook: str | None, device: torch.device) -> Dictionary:
    """A sparsify SAE, read where the module that its folder names ends, or transcoder, where that module begins.

    :raises BadInput: arrays that are missing or do not fit, or a configuration that is not read here.
    """
    config, arrays = read_config(folder / "cfg.json"), read_arrays(folder / "sae.safetensors")
    arrays = {name: array.float() for name, array in arrays.items()}
    shapes = {"encoder.weight": ("latents", "d_in"), "encoder.bias": ("latents",)}
    transcode = bool(config.get("transcode"))
    if not transcode:
        shapes["b_dec"] = ("d_in",)
    latents = checked(str(folder), arrays, shapes)["latents"]
    if config.get("gram_lookup"):
        raise BadInput(f"{folder}: its encoder subtracts a table of n-gram means (gram_lookup), and it is not read")
    where = hook or f"{folder.name}.{'input' if transcode else 'output'}"
    encoder = Encoder(
        weights=(arrays["encoder.weight"].T.contiguous().to(device),),
        bias=arrays["encoder.bias"].to(device),
        activation=_sparsify_activation(config, latents, str(folder)),
        subtract=None if transcode else arrays["b_dec"].to(device),
    )
    return Dictionary(
        name=str(folder),
        kind="transcoder" if transcode else "sae",
        hooks=(where,),
        encoder=encoder,
        hash=digest({**config, "hook": where}, arrays),
        hooks_out=(f"{where.removesuffix('.input')}.output",) if transcode and where.endswith(".input") else None,
        decoders=partial(_decoders, folder / "sae.safetensors", 1, device),
        whole=partial(_whole, folder / "sae.safetensors", 1, device),
    )


def load_crosscoder(folder: Path, *, hook: str | None, device: torch.device) -> Dictionary:
    """A crosscoder over layers of one model; ``hook`` lists its hook points with commas where the files do not.

    :raises BadInput: arrays that are missing or do not fit, hook points of another number, or no ReLU.
    """
    config_path = next(path for path in (folder / "cfg.json", folder / "config.json") if path.is_file())
    weights = next(path for path in (folder / f"{n}.safetensors" for n in ("sae_weights", "model")) if path.is_file())
    config = read_config(config_path)
    names = {"encoder.weight": "W_enc", "encoder.bias": "b_enc"}
    arrays = {names.get(name, name): array.float() for name, array in read_arrays(weights).items()}
    sizes = checked(str(folder), arrays, {"W_enc": ("hook points", "d_in", "latents"), "b_enc": ("latents",)})
    hooks = tuple(hook.split(",")) if hook else tuple(map(str, config.get("hook_names") or ()))
    if len(hooks) != sizes["hook points"]:
        raise BadInput(
            f"{folder} reads {sizes['hook points']} hook points and {len(hooks)} are named: list them in the "
            "configuration's hook_names, or behind the path, @blocks.1.hook_resid_post,blocks.2.hook_resid_post"
        )
    encoder = Encoder(
        weights=tuple(weight.contiguous().to(device) for weight in arrays["W_enc"]),
        bias=arrays["b_enc"].to(device),
        activation=_crosscoder_activation(config, arrays, str(folder), device),
    )
    said = config.get("prepend_bos")
    facts = {**config, "hooks": hooks}
    return Dictionary(
        name=str(folder),
        kind="crosscoder",
        hooks=hooks,
        encoder=encoder,
        hash=digest(facts, arrays),
        prepend_bos=said,
        decoders=partial(_decoders, weights, len(hooks), device),
        whole=partial(_whole, weights, len(hooks), device),
    )


def _decoders(path: Path, points: int, device: torch.device) -> tuple[torch.Tensor, ...] | None:
    """[latent, d] for each of ``points`` hook points, in float32; None where the file holds none."""
    arrays = {name.lower(): array for name, array in read_arrays(path).items()}
    decoder = arrays.get("w_dec", arrays.get("decoder.weight"))
    if decoder is None:
        return None
    if decoder.ndim == 3 and decoder.shape[0] != points:  # some keep [latent, hook point, d]
        decoder = decoder.transpose(0, 1)
    each = decoder if decoder.ndim == 3 else decoder[None]
    if len(each) != points:
        raise BadInput(f"{path}: its decoder is {list(decoder.shape)}, and {points} hook points are written")
    return tuple(matrix.float().contiguous().to(device) for matrix in each)


def _whole(path: Path, points: int, device: torch.device) -> tuple[Decoder, ...] | None:
    """With the biases of each hook point, where the file holds any."""
    decoders = _decoders(path, points, device)
    if decoders is None:
        return None
    arrays = {name.lower(): array.float().to(device) for name, array in read_arrays(path).items()}
    bias, skip = arrays.get("b_dec", arrays.get("decoder.bias")), arrays.get("w_skip")
    if bias is not None and (bias.shape[-1] != decoders[0].shape[1] or (bias.ndim == 2 and len(bias) != points)):
        raise BadInput(f"{path}: its decoder's bias is {list(bias.shape)}, where [{decoders[0].shape[1]}] is expected")
    biases = [None] * points if bias is None else bias if bias.ndim == 2 else [bias] * points
    # sparsify keeps what a skip transcoder adds as [d_out, d_in].
    return tuple(
        Decoder(weights, bias, None if skip is None else skip.T) for weights, bias in zip(decoders, biases, strict=True)
    )


def _scope_hook(folder: Path) -> str:
    path = folder.absolute()
    layer = layer_in(path)
    if layer is None:
        raise BadInput(f"{folder} names no layer (layer_12): add its hook point, @blocks.12.hook_resid_post")
    sites = _SITE.findall(path.as_posix())
    return f"blocks.{layer}.{_SITES[sites[-1] if sites else 'res']}"


def _sparsify_activation(config: dict[str, Any], latents: int, name: str) -> Activation:
    kind, k = config.get("activation", "topk"), config.get("k")
    if not isinstance(k, int) or not 0 < k <= latents:
        raise BadInput(f"{name}: cfg.json says k is {k}, where a number from 1 to {latents} is expected")
    if kind == "topk":
        return TopK(k, signed=bool(config.get("signed")))
    if kind == "groupmax" and latents % k == 0:
        return GroupMax(k)
    raise BadInput(f"{name}: its activation function ({kind}, k {k} of {latents} latents) is not read")


def _crosscoder_activation(
    config: dict[str, Any], arrays: dict[str, torch.Tensor], name: str, device: torch.device
) -> Activation:
    kind = config.get("activation", "jumprelu" if "threshold" in arrays else "relu")
    if kind == "relu" and "threshold" not in arrays:
        return Threshold(arrays["b_enc"].new_zeros(arrays["b_enc"].shape).to(device))
    if kind == "jumprelu":
        checked(name, arrays, {"b_enc": ("latents",), "threshold": ("latents",)})
        return Threshold(arrays["threshold"].clamp(min=0).to(device))
    raise BadInput(f"{name}: its activation function ({kind}) is not read: crosscoders may have relu or jumprelu")
