"""Units that a model has by itself: MLP neurons, the residual stream, attention heads.

In comes a subject, out goes a Source that reads each layer where it has such units.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput
from neuronscope.subject.activations import widths
from neuronscope.subject.hooks import HookPoint, Side
from neuronscope.subject.layouts import LAYOUTS, Layout, find_layout, unknown_architecture
from neuronscope.subject.model import Subject
from neuronscope.subject.source import Reader, Source

if TYPE_CHECKING:
    import torch

_EXPERTS = ("experts", "block_sparse_moe")


def open_mlp(subject: Subject, module: str | None = None) -> Source:
    """MLP neurons: what the MLP's output projection reads.

    :raises BadInput: a mixture of experts (unless ``module`` is given), or no known layout.
    """
    if module is None:
        _refuse_experts(subject)
        layout = _layout(subject, "an MLP output projection", [f"{x.blocks}.0.{x.projection}" for x in LAYOUTS])
        module = f"{layout.blocks}.{{layer}}.{layout.projection}"
    points = _points(subject, module, "input")
    gated = _gated(subject, module)
    readers = {point.layer: Reader((point,), units, _same) for point, units in widths(subject, points).items()}
    return _source("mlp", "MLP neurons", module, readers, true_zero=not gated)


def open_resid(subject: Subject, module: str | None = None) -> Source:
    """The residual stream after each layer.

    :raises BadInput: no known layout, and no ``module`` given.
    """
    if module is None:
        layout = _layout(subject, "a list of layers", [f"{x.blocks}.0" for x in LAYOUTS])
        module = f"{layout.blocks}.{{layer}}"
    points = _points(subject, module, "output")
    readers = {point.layer: Reader((point,), units, _same) for point, units in widths(subject, points).items()}
    return _source("resid", "residual stream after the layer", module, readers)


def open_attn(subject: Subject, module: str | None = None) -> Source:
    """The norm of each attention head's output z, before the output projection mixes the heads.

    :raises BadInput: no known layout and no ``module`` given, or a width that the number of heads does not divide.
    """
    if module is None:
        layout = _layout(subject, "an attention's output projection", [f"{x.blocks}.0.{x.attention}" for x in LAYOUTS])
        module = f"{layout.blocks}.{{layer}}.{layout.attention}"
    heads = _text_config(subject).num_attention_heads
    readers = {}
    for point, width in widths(subject, _points(subject, module, "input")).items():
        if not isinstance(heads, int) or width % heads:
            raise BadInput(f"{point.module} reads {width} numbers, which {heads} heads do not divide evenly")
        readers[point.layer] = Reader((point,), heads, partial(_head_norms, heads))
    return _source("attn", "norms of the attention heads' outputs", module, readers)


def _source(kind: str, title: str, hook: str, readers: dict[int, Reader], *, true_zero: bool = False) -> Source:
    return Source(kind, title, hook, true_zero, sparse=False, hash=None, prepend_bos=None, readers=readers)


def _same(values: torch.Tensor) -> torch.Tensor:
    return values


def _head_norms(heads: int, z: torch.Tensor) -> torch.Tensor:
    """[sequence, position, head] in the dtype of z, whose last dimension holds the heads one after the other."""
    return z.unflatten(-1, (heads, -1)).float().norm(dim=-1).to(z.dtype)


def _layout(subject: Subject, looked_for: str, paths: list[str]) -> Layout:
    layout = find_layout(subject.model)
    if layout is None:
        example = "path.{layer}.name"
        reason = unknown_architecture(subject.model, looked_for, paths)
        raise BadInput(f"{reason}; name it by option, the layer's index as {{layer}}: --module '{example}'")
    return layout


def _points(subject: Subject, module: str, side: Side) -> list[HookPoint]:
    """The layers that have ``module``: hybrid models do not have it in each."""
    if "{layer}" not in module:
        raise BadInput(f"--module {module}: write {{layer}} where the layer's index stands, path.{{layer}}.name")
    names = {name for name, _ in subject.model.named_modules()}
    paths = {layer: module.replace("{layer}", str(layer)) for layer in range(subject.info.layers)}
    points = [HookPoint(path, layer, path, side) for layer, path in paths.items() if path in names]
    if not points:
        raise BadInput(f"{subject.info.name} has no module {paths[0]}, nor one in any other layer")
    return points


def _refuse_experts(subject: Subject) -> None:
    if any(name.rpartition(".")[2] in _EXPERTS for name, _ in subject.model.named_modules()):
        raise BadInput(
            f"{subject.info.architecture} is a mixture of experts: which neurons exist depends on the token, so they "
            "are not read; its residual stream is: --source resid"
        )


def _gated(subject: Subject, module: str) -> bool:
    """Whether a neuron is a product with a gate: the MLP then has a projection called so beside its output's."""
    mlp = module.rpartition(".")[0]
    beside = {f"{mlp.replace('{layer}', str(layer))}.gate" for layer in range(subject.info.layers)}
    return any(name.startswith(tuple(beside)) for name, _ in subject.model.named_modules())


def _text_config(subject: Subject) -> Any:
    """The configuration of the language model, within that of a model that sees images too."""
    return subject.model.config.get_text_config()
