"""Where a model's MLP neurons are: the input of each MLP's output projection.

In comes a Hugging Face causal language model, out go the modules to put a forward pre-hook on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from torch import nn

# Tried in this order on the model itself, so a new model with a known layout works whatever its class is called.
PROJECTIONS = (
    "transformer.h.{layer}.mlp.c_proj",  # GPT-2, GPT-Neo
    "gpt_neox.layers.{layer}.mlp.dense_4h_to_h",  # GPT-NeoX, Pythia
    "model.layers.{layer}.mlp.down_proj",  # Llama, Mistral, Qwen, Gemma, SmolLM, Phi-3
    "model.decoder.layers.{layer}.fc2",  # OPT
    "model.layers.{layer}.mlp.fc2",  # Phi
    "transformer.h.{layer}.mlp.fc_out",  # GPT-J
    "transformer.h.{layer}.mlp.dense_4h_to_h",  # BLOOM, Falcon
)


@dataclass(frozen=True)
class MlpLayout:
    """``path`` holds {layer}; ``modules`` are the output projections, layer 0 first; ``units`` their input widths."""

    path: str
    modules: tuple[nn.Module, ...]
    units: tuple[int, ...]
    gated: bool


def find_mlps(model: nn.Module) -> MlpLayout:
    """Find the MLP output projections of ``model``.

    :raises BadInput: a mixture of experts, or no known layout; the message names the modules it looked for.
    """
    name = type(model).__name__
    modules = dict(model.named_modules())
    if any(path.rpartition(".")[2] in ("experts", "block_sparse_moe") for path in modules):
        raise BadInput(f"{name} is a mixture of experts: which neurons exist depends on the token, so it is not read")
    for path in PROJECTIONS:
        if path.format(layer=0) in modules:
            return _layout(modules, path)
    tried = ", ".join(path.format(layer=0) for path in PROJECTIONS)
    raise BadInput(f"{name} has an unknown architecture: none of its modules is an MLP output projection ({tried})")


def _layout(modules: dict[str, nn.Module], path: str) -> MlpLayout:
    found: list[nn.Module] = []
    while (module := modules.get(path.format(layer=len(found)))) is not None:
        found.append(module)
    mlp = path.format(layer=0).rpartition(".")[0] + "."
    gated = any(name.startswith(mlp + "gate") for name in modules)
    return MlpLayout(path, tuple(found), tuple(_input_width(module) for module in found), gated)


def _input_width(projection: nn.Module) -> int:
    """GPT-2's Conv1D keeps its weight as [in, out], a Linear as [out, in]."""
    weight = projection.get_parameter("weight")
    return int(weight.shape[0] if type(projection).__name__ == "Conv1D" else weight.shape[1])
