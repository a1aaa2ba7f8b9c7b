"""Hook points by the names people use: a name in, the module and side of it where the values are read out.

A name is ``blocks.5.hook_resid_pre`` and the like (``POINTS``), or a module of the model, whose output is read:
``model.layers.5.mlp``; with ``.input`` or ``.output`` behind it that side is read. Such a path may leave out the prefix
that all of the model's layers share (``layers.5`` for ``model.layers.5``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from neuronscope.errors import BadInput
from neuronscope.subject.layouts import LAYOUTS, Layout, find_layout, unknown_architecture
from neuronscope.subject.model import Subject

Side = Literal["input", "output"]

POINTS = (
    "hook_resid_pre",  # the residual stream before the layer
    "hook_resid_mid",  # after its attention; not where attention and MLP stand side by side
    "hook_resid_post",  # after the layer
    "hook_mlp_in",  # what the MLP reads: the stream after the norm
    "hook_mlp_out",  # what the MLP adds to the stream: after Gemma 2's norm behind it
    "hook_attn_out",  # what the attention adds to the stream
    "mlp.hook_post",  # the neurons: what the MLP's output projection reads
    "attn.hook_z",  # what the attention's output projection reads, head after head
    "ln2.hook_normalized",  # what hook_mlp_in reads, before the norm's gain and bias
)
_ALIASES = {"mlp.hook_in": "hook_mlp_in", "mlp.hook_out": "hook_mlp_out", "hook_z": "attn.hook_z"}
_STREAM = ("hook_resid_pre", "hook_resid_mid", "hook_resid_post", "hook_mlp_out", "hook_attn_out")


@dataclass(frozen=True)
class HookPoint:
    """One place in a model: the input or the output of one module, in one layer."""

    name: str
    layer: int
    module: str
    side: Side
    normalised: bool = False  # the values are brought to mean 0 and variance 1, or RMS 1, as the module itself does
    in_the_stream: bool = False  # the residual stream, or what is added to it


def find_hook(subject: Subject, name: str) -> HookPoint:
    """The hook point called ``name`` in this model.

    :raises BadInput: the model has no such hook point, layer or module.
    """
    match = re.fullmatch(r"blocks\.(\d+)\.(.+)", name)
    if match is None:
        return _module_point(subject, name)
    layer, point = int(match[1]), _ALIASES.get(match[2], match[2])
    if point not in POINTS:
        raise BadInput(f"{name}: there is no such hook point; known are {', '.join(POINTS)}, or name a module")
    if layer >= subject.info.layers:
        raise BadInput(f"{name}: {subject.info.name} has layers 0 to {subject.info.layers - 1}")
    layout = find_layout(subject.model)
    if layout is None:
        raise _no_layout(subject, name)
    module, side = _place(subject, layout, name, point)
    path = f"{layout.blocks}.{layer}.{module}".rstrip(".")
    _require(subject, path, name)
    return HookPoint(name, layer, path, side, point == "ln2.hook_normalized", in_the_stream=point in _STREAM)


def all_hooks(subject: Subject) -> list[str]:
    """The names of all hook points that a model has, layer by layer; hybrid models lack some in some layers."""
    names = (f"blocks.{layer}.{point}" for layer in range(subject.info.layers) for point in POINTS)
    return [name for name in names if has_hook(subject, name)]


def has_hook(subject: Subject, name: str) -> bool:
    """Whether the model has such a hook point."""
    try:
        find_hook(subject, name)
    except BadInput:
        return False
    return True


def pattern(names: list[str]) -> str:
    """What a manifest says of several hook points: their names with {layer} where they are the same in each layer."""
    general = {re.sub(r"\.\d+(?=\.|$)", ".{layer}", name, count=1) for name in names}
    return general.pop() if len(names) > 1 and len(general) == 1 else ", ".join(names)


def _place(subject: Subject, layout: Layout, name: str, point: str) -> tuple[str, Side]:
    places: dict[str, tuple[str | None, Side]] = {
        "hook_resid_pre": ("", "input"),
        "hook_resid_mid": (layout.middle, "input"),
        "hook_resid_post": ("", "output"),
        "hook_mlp_in": (layout.mlp, "input"),
        "hook_mlp_out": (layout.after_mlp or layout.projection, "output"),
        "hook_attn_out": (layout.after_attention or layout.attention, "output"),
        "mlp.hook_post": (layout.projection, "input"),
        "attn.hook_z": (layout.attention, "input"),
        "ln2.hook_normalized": (layout.norm, "input"),
    }
    module, side = places[point]
    if module is None:
        what = "its MLP has no norm of its own"
        if point == "hook_resid_mid":
            what = "its attention and its MLP read the residual stream side by side, so nothing lies between them"
        raise BadInput(f"{name}: {subject.info.architecture} has no such hook point: {what}")
    return module, side


def _module_point(subject: Subject, name: str) -> HookPoint:
    modules = dict(subject.model.named_modules())
    side: Side = "input" if name.endswith(".input") else "output"
    for asked in (name, name.removesuffix(f".{side}")):
        for path in (asked, f"{subject.model.base_model_prefix}.{asked}"):
            if asked and path in modules:
                return HookPoint(name, _layer(name), path, side if asked != name else "output")
    raise BadInput(
        f"{name}: {subject.info.name} has no such hook point and no such module; use blocks.0.hook_resid_post, "
        f"another of {', '.join(POINTS)}, or a module's path"
    )


def _layer(name: str) -> int:
    match = re.search(r"(?:^|\.)(\d+)(?=\.|$)", name)
    if match is None:
        raise BadInput(f"{name}: this module belongs to no layer, so its units would have no layer index")
    return int(match[1])


def _require(subject: Subject, path: str, name: str) -> None:
    if path not in dict(subject.model.named_modules()):
        raise BadInput(f"{name}: {subject.info.name} has no module {path}")


def _no_layout(subject: Subject, name: str) -> BadInput:
    paths = [f"{layout.blocks}.0.{layout.attention}" for layout in LAYOUTS]
    reason = unknown_architecture(subject.model, "an attention's output projection", paths)
    return BadInput(f"{name}: {reason}; name a module of the model in place of the hook point: model.layers.0.output")
