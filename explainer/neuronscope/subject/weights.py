"""Where a model's weights are: a subject and a layer in, the vectors that its MLP reads and writes out; and the
vocabulary's. The only place that knows it.

Vectors lie one to a row, [.., d_model], in float32, as views of the model's own memory where it is in float32. No gain
of a norm is folded into them: gains stand beside them. Biases are left out, and so is what subtracts a mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject.layouts import LAYOUTS, Layout, find_layout, unknown_architecture
from neuronscope.subject.model import Subject

if TYPE_CHECKING:
    import torch
    from torch import nn

_GATED = ("gate_proj", "up_proj")
_PACKED = "gate_up_proj"  # the gate's rows, then the up projection's: Phi-3, GLM
_PLAIN = ("c_fc", "fc_in", "dense_h_to_4h", "fc1", "up_proj")


@dataclass(frozen=True)
class Gain:
    """What a norm multiplies each dimension of the stream by."""

    module: str  # the norm's path; within a layer without the layer's own
    values: torch.Tensor  # float32 [d_model]


@dataclass(frozen=True)
class MlpWeights:
    """One layer's neurons."""

    reading: tuple[torch.Tensor, ...]  # [unit, d_model]: the gate's and the up projection's, or one of an ordinary MLP
    writing: torch.Tensor  # [unit, d_model]


@dataclass(frozen=True)
class VocabularyWeights:
    """How tokens enter the stream and how they are read from it.

    A factor for all tokens alike (Gemma's embedding scale, a logit scale) and a norm right behind the embedding
    (BLOOM's) are left out.
    """

    embedding: torch.Tensor  # [token, d_model]
    unembedding: torch.Tensor  # [token, d_model]; the same memory where the two are tied


def layout_of(subject: Subject) -> Layout:
    """The row of the table that fits this model.

    :raises BadInput: none does.
    """
    layout = find_layout(subject.model)
    if layout is None:
        paths = [f"{row.blocks}.0.{row.projection}" for row in LAYOUTS]
        reason = unknown_architecture(subject.model, "an MLP output projection", paths)
        raise BadInput(f"{reason}, so where its weights are is not known and they cannot be related")
    return layout


def mlp_weights(subject: Subject, layer: int) -> MlpWeights:
    """What the neurons of a layer read from the residual stream and what they write to it.

    :raises BadInput: an unknown architecture, no such layer, a layer without an ordinary or gated MLP (a mixture of
        experts has none), or weights that are not finite.
    """
    layout = layout_of(subject)
    writing = _matrix(_module(subject, layout, layer, layout.projection), subject, layer)
    reading = _reading(subject, layout, layer)
    d_model = subject.info.d_model
    if any(matrix.shape[1] != d_model for matrix in (*reading, writing.T)):
        raise BadInput(f"{_where(subject, layer)} does not read and write the residual stream, {d_model} wide")
    return MlpWeights(reading=reading, writing=writing.T)


def reading_gain(subject: Subject, layer: int) -> Gain | None:
    """The gain of the norm through which a layer's MLP reads the stream, its own or the one that it shares with the
    attention; None where there is no norm, or one without a gain.

    :raises BadInput: an unknown architecture, or a norm that does something else with its weight.
    """
    layout = layout_of(subject)
    return _gain(subject, f"{layout.blocks}.{layer}", layout.norm or layout.shared)


def writing_gain(subject: Subject, layer: int) -> Gain | None:
    """The gain of a norm between a layer's MLP and the stream, as Gemma 2 has; raises as :func:`reading_gain`."""
    layout = layout_of(subject)
    return _gain(subject, f"{layout.blocks}.{layer}", layout.after_mlp)


def final_gain(subject: Subject) -> Gain | None:
    """The gain of the norm before the unembedding; raises as :func:`reading_gain`."""
    return _gain(subject, "", layout_of(subject).final)


def vocabulary_weights(subject: Subject) -> VocabularyWeights:
    """The embedding and the unembedding, row by row.

    :raises BadInput: no unembedding, one of another width than the stream, or weights that are not finite.
    """
    inside, outside = subject.model.get_input_embeddings(), subject.model.get_output_embeddings()
    if outside is None:
        raise BadInput(f"{subject.info.name} has no unembedding, so nothing says which tokens a unit promotes")
    embedding = _finite(inside.weight, f"the embedding of {subject.info.name}")
    tied = inside.weight is outside.weight
    unembedding = embedding if tied else _finite(outside.weight, f"the unembedding of {subject.info.name}")
    for matrix in (embedding, unembedding):
        if matrix.shape[1] != subject.info.d_model:
            raise BadInput(
                f"the vocabulary of {subject.info.name} is {matrix.shape[1]} wide and its residual stream "
                f"{subject.info.d_model}: what lies between the two is not read, so tokens cannot be related to units"
            )
    tokens = min(len(embedding), len(unembedding))
    return VocabularyWeights(embedding[:tokens], unembedding[:tokens])


def _reading(subject: Subject, layout: Layout, layer: int) -> tuple[torch.Tensor, ...]:
    inside = layout.projection.rpartition(".")[0]
    parent = _module(subject, layout, layer, inside)
    beside = dict(parent.named_children())
    if all(name in beside for name in _GATED):
        return tuple(_matrix(beside[name], subject, layer) for name in _GATED)
    if _PACKED in beside:
        gate, up = _matrix(beside[_PACKED], subject, layer).chunk(2)
        return gate, up
    for name in _PLAIN:
        if name in beside:
            return (_matrix(beside[name], subject, layer),)
    known = ", ".join((*_GATED, _PACKED, *_PLAIN))
    raise BadInput(f"{_where(subject, layer)} has no input projection with a known name ({known})")


def _module(subject: Subject, layout: Layout, layer: int, path: str) -> nn.Module:
    if not 0 <= layer < subject.info.layers:
        raise BadInput(f"layer {layer}: {subject.info.name} has layers 0 to {subject.info.layers - 1}")
    full = f"{layout.blocks}.{layer}.{path}".rstrip(".")
    try:
        return subject.model.get_submodule(full)
    except AttributeError as error:
        raise BadInput(
            f"{_where(subject, layer)} is no ordinary or gated one (there is no {full}; a mixture of experts has "
            "none), so its neurons cannot be related"
        ) from error


def _matrix(module: nn.Module, subject: Subject, layer: int) -> torch.Tensor:
    """[out, in], float32: as nn.Linear keeps it; GPT-2's Conv1D keeps [in, out]."""
    import torch

    weight = getattr(module, "weight", None)
    if not isinstance(weight, torch.Tensor) or weight.ndim != 2:
        raise BadInput(f"{_where(subject, layer)} has a {type(module).__name__} where a plain matrix is expected")
    matrix = _finite(weight, _where(subject, layer))
    return matrix.T if type(module).__name__ == "Conv1D" else matrix


def _gain(subject: Subject, before: str, path: str | None) -> Gain | None:
    """The gain of the norm at ``path``; None where there is no such module or it has no gain."""
    full = ".".join(step for step in (before, path or "") if step)
    module = dict(subject.model.named_modules()).get(full) if path else None
    weight = getattr(module, "weight", None)
    if path is None or module is None or weight is None:
        return None
    values = _finite(weight, f"{full} of {subject.info.name}")
    return Gain(path, values + _offset(module, values, f"{full} of {subject.info.name}"))


def _offset(norm: nn.Module, values: torch.Tensor, what: str) -> float:
    """0 where a norm multiplies by its weight, 1 where by 1 + weight: found by asking it.

    Two inputs of mean 0 (but for an odd width) and of opposite sign, so large that no epsilon matters; half the
    difference of what comes out is gain x sign, whatever the bias.
    """
    import torch

    d_model = len(values)
    signs = torch.ones(d_model, device=values.device)
    signs[1::2] = -1
    large = (1024 * signs).to(norm.weight.dtype).reshape(1, 1, d_model)
    with torch.inference_mode():
        found = ((norm(large) - norm(-large)) / 2).float().reshape(d_model) * signs
    distances = {offset: float((found - values - offset).abs().max()) for offset in (0.0, 1.0)}
    offset = min(distances, key=lambda candidate: distances[candidate])
    if distances[offset] > 0.1 * max(1.0, float(found.abs().max())):
        raise BadInput(f"{what} multiplies neither by its weight nor by 1 + weight: leave gains out with --raw")
    return offset


def _finite(weight: torch.Tensor, what: str) -> torch.Tensor:
    import torch

    matrix = weight.detach().float()
    if not bool(torch.isfinite(matrix).all()):
        raise BadInput(f"{what} holds weights that are not finite, so nothing can be worked out from them")
    return matrix


def _where(subject: Subject, layer: int) -> str:
    return f"the MLP of layer {layer} of {subject.info.name}"
