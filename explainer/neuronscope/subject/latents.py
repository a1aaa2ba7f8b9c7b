"""Latents of SAEs, transcoders and crosscoders: what was asked for in, a Source that reads them in one pass out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject.activations import widths
from neuronscope.subject.arrays import read_config
from neuronscope.subject.dictionary import Dictionary, layer_in
from neuronscope.subject.encoders import Encoder, OtherEncoder
from neuronscope.subject.hooks import HookPoint, find_hook, pattern
from neuronscope.subject.model import Subject
from neuronscope.subject.reconstruction import Reconstruction, reconstruction
from neuronscope.subject.sae_files import load_crosscoder, load_scope, load_sparsify
from neuronscope.subject.sae_lens_door import load_release, load_saelens
from neuronscope.subject.source import Directions, Reader, Source

if TYPE_CHECKING:
    import torch
    from torch import nn

_TITLES = {"sae": "SAE latents", "transcoder": "transcoder latents", "crosscoder": "crosscoder latents"}
_FILES = ("params.npz", "params.safetensors", "sae.safetensors", "sae_weights.safetensors", "model.safetensors")


def open_sae(subject: Subject, asked: str) -> Source:
    """Latents of what ``asked`` names: RELEASE/ID of sae_lens, or a path, each with ``@HOOK`` behind it where needed.

    A folder that holds several SAEs, one per layer, is one source over those layers; ``{layer}`` in HOOK stands for
    the layer that an SAE's own folder is named after.

    :raises BadInput: nothing there, a format or an architecture that is not read, two SAEs for one layer, a hook point
        that this model lacks, or an SAE that reads another number of values per token.
    """
    dictionaries = _load(subject, asked)
    points = [tuple(find_hook(subject, hook) for hook in dictionary.hooks) for dictionary in dictionaries]
    measured = widths(subject, (point for found in points for point in found))
    readers: dict[int, Reader] = {}
    for dictionary, found in zip(dictionaries, points, strict=True):
        layer = min(point.layer for point in found)
        if layer in readers:
            raise BadInput(f"{asked} holds several SAEs for layer {layer}, such as {dictionary.name}: name one of them")
        for point in found:
            _fits(dictionary, point, measured[point], subject)
        readers[layer] = _reader(dictionary, found, subject)
    kinds = {dictionary.kind for dictionary in dictionaries}
    kind = kinds.pop() if len(kinds) == 1 else "sae"
    return Source(
        kind=kind,
        title=f"{_TITLES[kind]} of {_name(asked)}",
        hook=_hook(dictionaries, [point.name for found in points for point in found]),
        true_zero=True,
        sparse=True,
        hash=_hash(dictionaries),
        prepend_bos=_prepend_bos(dictionaries),
        readers=readers,
    )


def _load(subject: Subject, asked: str) -> list[Dictionary]:
    text, hook = asked, None
    if "@" in asked and not Path(asked).expanduser().exists():
        text, _, hook = asked.rpartition("@")
    local = Path(text).expanduser()
    if text and local.exists():
        return _load_path(local, hook, subject)
    release, _, sae_id = text.partition("/")
    if not release or not sae_id or release in (".", "..", "~"):
        raise BadInput(f"sae:{text}: there is no such file or folder; a release of sae_lens is sae:RELEASE/ID")
    return [load_release(release, sae_id, hook=hook, device=subject.device)]


def _load_path(path: Path, hook: str | None, subject: Subject) -> list[Dictionary]:
    """The SAE of a folder or of a file in one, or else all that stand in the folders within."""
    own = path.parent if path.is_file() and path.name in (*_FILES, "cfg.json") else path
    folders = [own] if _loader(own) is not None else sorted({found.parent for found in _weight_files(path)})
    found = []
    for folder in folders:
        loader = _loader(folder)
        if loader is not None:
            found.append(loader(folder, hook=_for_layer(hook, folder), device=subject.device))
    if not found:
        raise BadInput(
            f"{path} holds no SAE: no cfg.json with sae_weights.safetensors (sae_lens) or sae.safetensors (sparsify), "
            "no params.npz (Gemma Scope), no crosscoder's config.json with model.safetensors"
        )
    if len(found) > 1 and (several := next((d for d in found if len(d.hooks) > 1), None)):
        raise BadInput(f"{several.name} reads several layers and is read alone: name it, not the folder around it")
    return found


def _weight_files(path: Path) -> Iterator[Path]:
    for name in _FILES:
        yield from path.rglob(name)


def _loader(folder: Path) -> Callable[..., Dictionary] | None:
    """What reads a folder, told by the files in it."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if names & {"params.npz", "params.safetensors"}:
        return load_scope
    if {"cfg.json", "sae.safetensors"} <= names:
        return load_sparsify
    if {"cfg.json", "sae_weights.safetensors"} <= names:
        crosscoder = read_config(folder / "cfg.json").get("architecture") == "crosscoder"
        return load_crosscoder if crosscoder else load_saelens
    if names & {"cfg.json", "config.json"} and "model.safetensors" in names:
        return load_crosscoder
    return None


def _for_layer(hook: str | None, folder: Path) -> str | None:
    if hook is None or "{layer}" not in hook:
        return hook
    layer = layer_in(folder.absolute())
    if layer is None:
        raise BadInput(f"{folder} names no layer to put into {hook}")
    return hook.replace("{layer}", str(layer))


def _fits(dictionary: Dictionary, point: HookPoint, width: int, subject: Subject) -> None:
    if dictionary.encoder.d_in != width:
        raise BadInput(
            f"{dictionary.name} reads {dictionary.encoder.d_in} numbers per token, but {point.name} of "
            f"{subject.info.name} has {width}"
        )


def _reader(dictionary: Dictionary, points: tuple[HookPoint, ...], subject: Subject) -> Reader:
    encoder = dictionary.encoder
    in_the_stream = all(point.in_the_stream for point in points)
    if dictionary.centred_model and in_the_stream and isinstance(encoder, Encoder) and _has_layer_norm(subject.model):
        # Such an SAE never saw the stream's mean over d_model; layer norms, and so the model, do not see it either.
        encoder = replace(encoder, centred=True)
    directions = Directions(_reading(encoder), _points_out(dictionary, points, subject), dictionary.decoders or _none)
    whole = cache(partial(_reconstruction, dictionary, encoder))
    single = encoder.single if len(points) == 1 else None
    return Reader(points, encoder.latents, encoder.encode, directions, whole, single)


def _reconstruction(dictionary: Dictionary, encoder: Encoder | OtherEncoder) -> Reconstruction | None:
    decoders = None if dictionary.whole is None else dictionary.whole()
    if decoders is None:
        return None
    # What a transcoder writes is not what it read, so it is not brought back to the scale of that.
    return Reconstruction(decoders) if dictionary.kind == "transcoder" else reconstruction(encoder, decoders)


def _reading(encoder: Encoder | OtherEncoder) -> tuple[torch.Tensor, ...] | None:
    """The encoder's columns; without their mean where it takes the mean out of what it reads."""
    if not isinstance(encoder, Encoder):
        return None
    if encoder.centred or encoder.normalise == "layer_norm":
        return tuple(weight - weight.mean(0) for weight in encoder.weights)
    return encoder.weights


def _points_out(dictionary: Dictionary, points: tuple[HookPoint, ...], subject: Subject) -> tuple[HookPoint, ...]:
    """Where it writes: its configuration says so, or it is where it reads, and behind the MLP for a transcoder.

    None where this model has no such hook point: reading latents does not need it.
    """
    behind = tuple(f"blocks.{point.layer}.hook_mlp_out" for point in points)
    names = dictionary.hooks_out or (behind if dictionary.kind == "transcoder" else None)
    if names is None:
        return points
    with suppress(BadInput):
        return tuple(find_hook(subject, name) for name in names)
    return ()


def _none() -> None:
    return None


def _has_layer_norm(model: nn.Module) -> bool:
    import torch

    return any(isinstance(module, torch.nn.LayerNorm) for module in model.modules())


def _hook(dictionaries: Sequence[Dictionary], names: list[str]) -> str:
    """A crosscoder's layers are all named: they are parts of one dictionary."""
    return ", ".join(names) if len(dictionaries) == 1 else pattern(names)


def _prepend_bos(dictionaries: Sequence[Dictionary]) -> bool | None:
    """What they say, where they say anything; one pass serves all, so they have to agree."""
    said = {found.prepend_bos: found.name for found in dictionaries if found.prepend_bos is not None}
    if len(said) > 1:
        raise BadInput(f"{said[True]} wants BOS before each sequence and {said[False]} does not: read them one by one")
    return next(iter(said), None)


def _hash(dictionaries: Sequence[Dictionary]) -> str:
    hashes = sorted(dictionary.hash for dictionary in dictionaries)
    return hashes[0] if len(hashes) == 1 else "sha256:" + hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _name(asked: str) -> str:
    """The last part of a path, a release with its id as it is."""
    local = Path(asked).expanduser()
    found = local if local.exists() else Path(asked.rpartition("@")[0] or asked).expanduser()
    return found.resolve().name if found.exists() else asked.partition("@")[0]
