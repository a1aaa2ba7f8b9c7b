"""Where the parts of a layer are, one row for each family of architectures.

In comes a Hugging Face causal language model, out goes the row that fits it, told by which modules are there and not by
what its class is called, so that a new model with a known layout works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Layout:
    """Module paths of one family; all but ``blocks`` are relative to a layer."""

    blocks: str  # the list of layers
    attention: str  # the attention's output projection: reads z, head after head
    projection: str  # the MLP's output projection: reads the neurons
    norm: str | None  # the norm whose output the MLP reads; None where it has none of its own
    middle: str | None  # what reads the residual stream after the attention; None where the MLP stands beside it
    final: str | None  # the norm before the unembedding, a path in the model
    mlp: str = "mlp"  # what the MLP's input goes into
    shared: str | None = None  # the norm that the MLP reads together with the attention, where it has none of its own
    after_attention: str | None = None  # a norm between the attention and the residual stream
    after_mlp: str | None = None  # a norm between the MLP and the residual stream
    setting: tuple[str, bool] | None = None  # an entry of the configuration that this row asks for

    def parts(self) -> list[str]:
        """Paths that a model of this family has in at least one layer, the MLP's aside."""
        named = (self.attention, self.norm, self.middle, self.after_attention, self.after_mlp)
        return [path for path in named if path is not None]


_GPT2 = Layout("transformer.h", "attn.c_proj", "mlp.c_proj", norm="ln_2", middle="ln_2", final="transformer.ln_f")
_GPT_NEO = Layout(
    "transformer.h", "attn.attention.out_proj", "mlp.c_proj", norm="ln_2", middle="ln_2", final="transformer.ln_f"
)
_GPTJ = Layout(
    "transformer.h", "attn.out_proj", "mlp.fc_out", norm=None, middle=None, final="transformer.ln_f", shared="ln_1"
)
_NEOX = Layout(
    "gpt_neox.layers",
    "attention.dense",
    "mlp.dense_4h_to_h",
    norm="post_attention_layernorm",
    middle="post_attention_layernorm",
    final="gpt_neox.final_layer_norm",
    setting=("use_parallel_residual", False),
)
_NEOX_PARALLEL = Layout(
    "gpt_neox.layers",
    "attention.dense",
    "mlp.dense_4h_to_h",
    norm="post_attention_layernorm",
    middle=None,
    final="gpt_neox.final_layer_norm",
    setting=("use_parallel_residual", True),
)
_BLOOM = Layout(  # and Falcon where attention and MLP follow each other
    "transformer.h",
    "self_attention.dense",
    "mlp.dense_4h_to_h",
    norm="post_attention_layernorm",
    middle="post_attention_layernorm",
    final="transformer.ln_f",
)
_FALCON_TWO_NORMS = Layout(
    "transformer.h", "self_attention.dense", "mlp.dense_4h_to_h", norm="ln_mlp", middle=None, final="transformer.ln_f"
)
_FALCON = Layout(
    "transformer.h",
    "self_attention.dense",
    "mlp.dense_4h_to_h",
    norm=None,
    middle=None,
    final="transformer.ln_f",
    shared="input_layernorm",
)
_GEMMA2 = Layout(  # and Gemma 3
    "model.layers",
    "self_attn.o_proj",
    "mlp.down_proj",
    norm="pre_feedforward_layernorm",
    middle="pre_feedforward_layernorm",
    final="model.norm",
    after_attention="post_attention_layernorm",
    after_mlp="post_feedforward_layernorm",
)
_OLMO2 = Layout(
    "model.layers",
    "self_attn.o_proj",
    "mlp.down_proj",
    norm=None,
    middle="mlp",
    final="model.norm",
    after_attention="post_attention_layernorm",
    after_mlp="post_feedforward_layernorm",
)
_LLAMA = Layout(  # Mistral, Qwen, Gemma, SmolLM, Phi-3 and many more
    "model.layers",
    "self_attn.o_proj",
    "mlp.down_proj",
    norm="post_attention_layernorm",
    middle="post_attention_layernorm",
    final="model.norm",
)
_STARCODER2 = Layout(
    "model.layers",
    "self_attn.o_proj",
    "mlp.c_proj",
    norm="post_attention_layernorm",
    middle="post_attention_layernorm",
    final="model.norm",
)
_COHERE = Layout(
    *("model.layers", "self_attn.o_proj", "mlp.down_proj"),
    norm=None,
    middle=None,
    final="model.norm",
    shared="input_layernorm",
)
_PHI = Layout(
    *("model.layers", "self_attn.dense", "mlp.fc2"),
    norm=None,
    middle=None,
    final="model.final_layernorm",
    shared="input_layernorm",
)
_OPT = Layout(
    "model.decoder.layers",
    "self_attn.out_proj",
    "fc2",
    norm="final_layer_norm",
    middle="final_layer_norm",
    final="model.decoder.final_layer_norm",
    mlp="fc1",
    setting=("do_layer_norm_before", True),
)
_OPT_350M = Layout(  # each norm stands after its sum, so the stream itself is what the MLP reads
    "model.decoder.layers",
    "self_attn.out_proj",
    "fc2",
    norm=None,
    middle="fc1",
    final=None,
    mlp="fc1",
    setting=("do_layer_norm_before", False),
)

# A row that asks for more modules stands before one that the same model would fit as well.
LAYOUTS = (
    *(_GPT2, _GPT_NEO, _GPTJ, _NEOX, _NEOX_PARALLEL, _BLOOM, _FALCON_TWO_NORMS, _FALCON),
    *(_GEMMA2, _OLMO2, _LLAMA, _STARCODER2, _COHERE, _PHI, _OPT, _OPT_350M),
)


def find_layout(model: nn.Module) -> Layout | None:
    """The row that fits ``model``, or None; a mixture of experts fits without an MLP projection."""
    names = {name for name, _ in model.named_modules()}
    config = getattr(model, "config", None)
    fitting = [layout for layout in LAYOUTS if _fits(layout, names, config)]
    whole = [layout for layout in fitting if _somewhere(layout, layout.projection, names)]
    return next(iter([*whole, *fitting]), None)


def unknown_architecture(model: nn.Module, looked_for: str, paths: list[str]) -> str:
    """Why nothing can be read where no row fits: a sentence without its end, to which a remedy is added."""
    tried = ", ".join(dict.fromkeys(paths))
    return f"{type(model).__name__} has an unknown architecture: none of its modules is {looked_for} ({tried})"


def _fits(layout: Layout, names: set[str], config: object) -> bool:
    if layout.setting is not None:
        key, value = layout.setting
        if getattr(config, key, None) is not value:
            return False
    return all(_somewhere(layout, path, names) for path in layout.parts())


def _somewhere(layout: Layout, path: str, names: set[str]) -> bool:
    """Hybrid models have attention in some layers only."""
    layer = 0
    while f"{layout.blocks}.{layer}" in names:
        if f"{layout.blocks}.{layer}.{path}" in names:
            return True
        layer += 1
    return False
