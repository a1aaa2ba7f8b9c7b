"""Two models and one crosscoder: a base and an instruct model in, latents of what both make of a text out.

The instruct model is the one that is asked; wherever latents are wanted, the base model reads the same tokens. What it
expects itself is asked for by name (``AskPredictions.model``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from neuronscope.errors import BadInput
from neuronscope.subject import Source, SparseActivations, Subject
from neuronscope.subject.encoders import Encoder
from neuronscope.subject.forward import read_hooks
from neuronscope.subject.hooks import find_hook
from neuronscope.subject.reconstruction import Reconstruction, reconstruction
from neuronscope.subject.sae_files import load_crosscoder
from neuronscope.subject.source import Directions, Reader

if TYPE_CHECKING:
    import torch

# Gets what the base and the instruct model have, [sequence, position, d] each.
Latents = Callable[["torch.Tensor", "torch.Tensor"], SparseActivations]


@runtime_checkable
class Crosscoder(Protocol):
    """Any object that makes latents of two models' activations."""

    def get_activations(self, x: torch.Tensor, select_features: list[int]) -> torch.Tensor:
        """``x`` [token, 2, d], the base model first, to [token, len(select_features)]."""
        ...


def open_pair(
    instruct: Subject,
    base: Subject,
    crosscoder: Crosscoder | str,
    *,
    collect_layer: int,
    latents: int | None = None,
    device: str | None = None,
) -> Source:
    """Latents of a crosscoder over a base and an instruct model, read from the residual stream after one layer of both.

    :param crosscoder: a folder with a crosscoder of two models in place of two layers, or an object of one's own.
    :param latents: how many an object of one's own has; None: it says so itself as ``dict_size``.
    :param device: where the crosscoder is; None: where the instruct model is. Each subject is where it was loaded.
    :raises BadInput: the models cut texts into other tokens, have other widths or no such layer, or the crosscoder does
        not fit them.
    """
    hook = f"blocks.{collect_layer}.hook_resid_post"
    point, _ = find_hook(instruct, hook), find_hook(base, hook)
    _refuse_unlike(instruct, base)
    where = instruct.device if device is None else _device(device)
    companion = _Companion(base, hook)
    companion.join(instruct)
    if isinstance(crosscoder, str):
        dictionary = load_crosscoder(Path(crosscoder).expanduser(), hook=f"{hook},{hook}", device=where)
        count, name, digest = dictionary.encoder.latents, dictionary.name, dictionary.hash
        encoder = dictionary.encoder
        assert isinstance(encoder, Encoder)
        make: Latents = encoder.encode
        decoders = dictionary.whole() if dictionary.whole is not None else None
        rebuilt = None if decoders is None else reconstruction(dictionary.encoder, decoders[1:])
        if dictionary.encoder.d_in != instruct.info.d_model:
            raise BadInput(f"{name} reads {dictionary.encoder.d_in} numbers, and {hook} has {instruct.info.d_model}")
    else:
        said = getattr(crosscoder, "dict_size", None) if latents is None else latents
        if not isinstance(said, int):
            raise BadInput("the crosscoder does not say how many latents it has (dict_size): give latents=")
        count, name, digest, rebuilt = said, type(crosscoder).__name__, None, None
        make = _made_by(crosscoder, count, where)

    def convert(values: torch.Tensor) -> SparseActivations:
        return make(companion.values(values).to(where), values.to(where))

    def write() -> tuple[torch.Tensor, ...] | None:
        return None if rebuilt is None else (rebuilt.decoders[0].weights,)

    def rebuild() -> Reconstruction | None:
        return rebuilt

    reader = Reader((point,), count, convert, Directions(None, (point,), write), rebuild)
    return Source(
        kind="crosscoder",
        title=f"crosscoder latents of {base.info.name} and {instruct.info.name}, {Path(name).name}",
        hook=hook,
        true_zero=True,
        sparse=True,
        hash=digest,
        prepend_bos=None,
        readers={collect_layer: reader},
    )


class _Companion:
    """The base model, which reads whatever tokens the instruct model is reading in the same thread."""

    def __init__(self, base: Subject, hook: str) -> None:
        self._base, self._hook = base, hook
        self._here = threading.local()
        # With a cache, a pass gets the new tokens only; those that stand before them are remembered by the cache.
        self._before: WeakKeyDictionary[Any, torch.Tensor] = WeakKeyDictionary()

    def join(self, instruct: Subject) -> None:
        """From now on see what the instruct model reads."""
        instruct.model.base_model.register_forward_pre_hook(self._see, with_kwargs=True)

    def values(self, like: torch.Tensor) -> torch.Tensor:
        """What the base model has at the hook point for the positions of ``like`` [sequence, position, d]."""
        ids = self._here.ids
        if ids.shape[0] != like.shape[0] or ids.shape[1] < like.shape[1]:
            raise BadInput("the crosscoder got activations that are not of the tokens that were read last")
        found = read_hooks(self._base, ids.cpu(), [self._hook])[self._hook]
        return found[:, -like.shape[1] :]

    def _see(self, _: Any, inputs: tuple[Any, ...], named: Mapping[str, Any]) -> None:
        import torch

        ids, cache = named.get("input_ids", inputs[0] if inputs else None), named.get("past_key_values")
        if cache is not None:
            before = self._before.get(cache)
            if before is not None and cache.get_seq_length() > 0:
                ids = torch.cat([before, ids], dim=1)
            self._before[cache] = ids
        self._here.ids = ids


def _made_by(crosscoder: Crosscoder, count: int, device: torch.device) -> Latents:
    import torch

    features = list(range(count))

    def latents(base: torch.Tensor, instruct: torch.Tensor) -> SparseActivations:
        sequences, positions, _ = instruct.shape
        both = torch.stack([base.flatten(0, 1), instruct.flatten(0, 1)], dim=1).to(device)
        with torch.inference_mode():
            found = crosscoder.get_activations(both, features)
        if tuple(found.shape) != (sequences * positions, count):
            said = f"{list(found.shape)} where [{sequences * positions}, {count}] is expected"
            raise BadInput(f"get_activations of the crosscoder gives {said}")
        position, unit = found.nonzero().unbind(1)
        return SparseActivations((sequences, positions, count), position, unit, found[position, unit].float())

    return latents


def _refuse_unlike(instruct: Subject, base: Subject) -> None:
    if instruct.info.d_model != base.info.d_model:
        widths = f"{base.info.d_model} and {instruct.info.d_model}"
        raise BadInput(f"{base.info.name} and {instruct.info.name} have streams of other widths ({widths})")
    refuse_other_tokens(instruct, base)


def refuse_other_tokens(instruct: Subject, base: Subject) -> None:
    """:raises BadInput: the two cut texts into other tokens."""
    sample = "The quick brown fox, 12 jumps — naïve 你好"
    texts = [one.tokenizer(sample, add_special_tokens=False)["input_ids"] for one in (base, instruct)]
    if texts[0] != texts[1]:
        raise BadInput(f"{base.info.name} and {instruct.info.name} cut texts into other tokens, so they are no pair")


def _device(name: str) -> torch.device:
    import torch

    return torch.device(name)
