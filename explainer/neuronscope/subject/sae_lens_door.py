"""The door to the sae_lens library: a release and an id, or a local folder in its own format, in; a Dictionary out.

The library finds, downloads and reads SAEs. What is taken from it are weights and configuration; latents are computed
by our own encoder, which keeps only those that fire. Architectures that it does not know are encoded by the library.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.subject.arrays import digest, read_config
from neuronscope.subject.dictionary import Dictionary
from neuronscope.subject.encoders import Activation, Encoder, OtherEncoder, Threshold, TopK
from neuronscope.subject.reconstruction import Decoder

if TYPE_CHECKING:
    import torch

_METADATA = ("hook_name", "hook_head_index", "prepend_bos", "model_from_pretrained_kwargs")
_RUN_TIME = ("none", "layer_norm", "constant_norm_rescale")


def load_release(release: str, sae_id: str, *, hook: str | None, device: torch.device) -> Dictionary:
    """An SAE of the library's directory, from the hub or its cache; encoded in float32, as the library does.

    :raises BadInput: no such release or id, the hub cannot be reached, or an SAE that cannot be read here.
    """
    read = partial(_read_release, release, sae_id, device)
    return _dictionary(read(), f"{release}/{sae_id}", hook, read)


def _read_release(release: str, sae_id: str, device: torch.device) -> Any:
    name = f"{release}/{sae_id}"
    with _reporting(name):
        from sae_lens import SAE
        from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

        directory = get_pretrained_saes_directory()
        if release not in directory:
            raise BadInput(f"{name}: there is no such file or folder, and no SAE release {_near(release, directory)}")
        if sae_id not in directory[release].saes_map:
            raise BadInput(f"{release} has no SAE {_near(sae_id, directory[release].saes_map)}")
        sae = SAE.from_pretrained(release, sae_id, device=str(device))
        # The library passes this entry of its directory on for configurations in its older form only.
        said = (directory[release].config_overrides or {}).get("model_from_pretrained_kwargs")
        sae.cfg.metadata.model_from_pretrained_kwargs = said or sae.cfg.metadata.model_from_pretrained_kwargs
    return sae


def load_saelens(folder: Path, *, hook: str | None, device: torch.device) -> Dictionary:
    """A folder of ``cfg.json`` and ``sae_weights.safetensors``; encoded in the dtype that its configuration names.

    :raises BadInput: an SAE that cannot be read here.
    """
    read = partial(_read_saelens, folder, device)
    return _dictionary(read(), str(folder), hook, read)


def _read_saelens(folder: Path, device: torch.device) -> Any:
    with _reporting(str(folder)):
        from sae_lens import SAE

        sae = SAE.load_from_disk(folder, device=str(device), converter=_read_folder)
        scaler = folder / "activation_scaler.json"
        if sae.cfg.normalize_activations == "expected_average_only_in" and scaler.is_file():
            sae.fold_activation_norm_scaling_factor(float(read_config(scaler)["scaling_factor"]))
    return sae


def _read_folder(folder: Path, device: str, cfg_overrides: dict[str, Any] | None) -> tuple[Any, dict[str, Any]]:
    """What the library reads, without the factor of old finetuned SAEs that it fails on: only decoding needs that."""
    from sae_lens.loading.pretrained_sae_loaders import sae_lens_disk_loader

    config, weights = sae_lens_disk_loader(folder, device, cfg_overrides)
    weights.pop("finetuning_scaling_factor", None)
    return config, weights


@contextmanager
def _reporting(name: str) -> Iterator[None]:
    """Anything that the library raises becomes a sentence; its warnings are about uses of the SAE that are not ours."""
    if find_spec("sae_lens") is None:
        raise BadInput("SAEs are read with sae_lens: pip install 'neuronscope[sae]'")
    from safetensors import SafetensorError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, AssertionError, SafetensorError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise BadInput(f"{name} cannot be loaded with sae_lens: {reason[:300]}") from error


def _near(asked: str, known: Any) -> str:
    close = difflib.get_close_matches(asked, list(known), n=3, cutoff=0.3)
    return f"{asked}" + (f" (near it: {', '.join(close)})" if close else "")


def _dictionary(sae: Any, name: str, hook: str | None, again: Callable[[], Any]) -> Dictionary:
    """``again`` reads it once more."""
    config, metadata = sae.cfg, sae.cfg.metadata
    hook = hook or metadata.hook_name or metadata.hf_hook_name
    if not hook:
        raise BadInput(f"{name} does not say where it is read: add its hook point, @blocks.5.hook_resid_pre")
    if metadata.hook_head_index is not None:
        raise BadInput(f"{name} reads head {metadata.hook_head_index} alone, and only hook points as a whole are read")
    if config.normalize_activations not in _RUN_TIME:
        raise BadInput(
            f"{name} wants its input scaled by what its training measured ({config.normalize_activations}); that is "
            "not with it: fold it into the weights and save the SAE again"
        )
    settings = {key: value for key, value in config.to_dict().items() if key not in ("device", "metadata")}
    known = {key: metadata.get(key) for key in _METADATA}
    kwargs = metadata.model_from_pretrained_kwargs or {}
    transcoder = "transcoder" in config.architecture()
    out = metadata.get("hook_name_out") if transcoder else None
    return Dictionary(
        name=name,
        kind="transcoder" if transcoder else "sae",
        hooks=(str(hook),),
        encoder=_encoder(sae, name),
        hash=digest({**settings, **known, "hook": hook}, sae.state_dict()),
        prepend_bos=None if metadata.prepend_bos is None else bool(metadata.prepend_bos),
        centred_model=bool(kwargs.get("center_writing_weights")),
        hooks_out=(str(out),) if out else None,
        decoders=lambda: _decoders(again()),
        whole=lambda: _whole(again()),
    )


def _decoders(sae: Any) -> tuple[torch.Tensor, ...] | None:
    """[latent, d], such that latents as we compute them are to be multiplied by it."""
    decoder = getattr(sae, "W_dec", None)
    if decoder is None or decoder.ndim != 2:
        return None
    matrix = decoder.detach().float()
    if getattr(sae.cfg, "rescale_acts_by_decoder_norm", False):
        matrix = matrix / matrix.norm(dim=-1, keepdim=True)
    return (matrix,)


def _whole(sae: Any) -> tuple[Decoder, ...] | None:
    """With its biases; None for an SAE that multiplies its latents by factors of a finetuning, which are not read, or
    whose encoder is known as a function only and scales what it reads."""
    decoders = _decoders(sae)
    if sae.cfg.architecture() not in _ACTIVATIONS and sae.cfg.normalize_activations != "none":
        return None
    if decoders is None or getattr(sae.cfg, "use_finetuning_scaling_factor", False):
        return None
    bias = getattr(sae, "b_dec_out", None)
    bias = getattr(sae, "b_dec", None) if bias is None else bias
    skip = getattr(sae, "W_skip", None)
    return (
        Decoder(
            decoders[0],
            None if bias is None else bias.detach().float(),
            None if skip is None else skip.detach().float().T,
        ),
    )


def _encoder(sae: Any, name: str) -> Encoder | OtherEncoder:
    config, architecture = sae.cfg, sae.cfg.architecture()
    if architecture == "temporal":
        raise BadInput(f"{name} is a temporal SAE: its latents depend on earlier positions, and it is not read")
    make = _ACTIVATIONS.get(architecture)
    if make is None:
        sae.turn_off_forward_pass_hook_z_reshaping()  # heads already stand one after the other
        return OtherEncoder(sae.encode, int(config.d_in), int(config.d_sae))
    weight = sae.W_enc.detach()
    bias = weight.new_zeros(weight.shape[1]) if architecture == "gated" else sae.b_enc.detach()
    if getattr(config, "rescale_acts_by_decoder_norm", False):
        norms = sae.W_dec.detach().norm(dim=-1)
        weight, bias = weight * norms, bias * norms
    return Encoder(
        weights=(weight,),
        bias=bias,
        activation=make(sae, name),
        normalise=config.normalize_activations,
        subtract=sae.b_dec.detach() if config.apply_b_dec_to_input else None,
    )


def _relu(sae: Any, _: str) -> Activation:
    return Threshold(sae.b_enc.detach().new_zeros(sae.b_enc.shape))


def _jumprelu(sae: Any, _: str) -> Activation:
    return Threshold(sae.threshold.detach().clamp(min=0))


def _topk(sae: Any, name: str) -> Activation:
    if not 0 < sae.cfg.k <= sae.cfg.d_sae:
        raise BadInput(f"{name} keeps {sae.cfg.k} latents of {sae.cfg.d_sae}")
    return TopK(int(sae.cfg.k), signed=sae.cfg.architecture() == "abstopk")


def _gated(sae: Any, _: str) -> Activation:
    """The gate ``x + b_gate > 0`` and the magnitude ``x * exp(r_mag) + b_mag > 0`` as one threshold for x."""
    import torch

    scale = sae.r_mag.detach().exp()
    above = torch.maximum(-sae.b_gate.detach(), -sae.b_mag.detach() / scale)
    return Threshold(above, scale=scale, shift=sae.b_mag.detach())


_ACTIVATIONS: dict[str, Callable[[Any, str], Activation]] = {
    "standard": _relu,
    "jumprelu": _jumprelu,
    "topk": _topk,
    "abstopk": _topk,
    "gated": _gated,
    "transcoder": _relu,
    "skip_transcoder": _relu,
    "jumprelu_transcoder": _jumprelu,
    "jumprelu_skip_transcoder": _jumprelu,
}
