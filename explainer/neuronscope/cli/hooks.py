"""``neuronscope hooks MODEL TEXT``: every hook point of a model, with the shape of what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from neuronscope import codec
from neuronscope.cli import liveoptions as live

if TYPE_CHECKING:
    from neuronscope.subject import Source, Subject


@dataclass(frozen=True)
class HookShape:
    """A hook point, or what an SAE makes of one: its name, shape [sequence, position, width] and dtype."""

    name: str
    shape: list[int]
    dtype: str


@dataclass(frozen=True)
class HookShapes:
    """What ``--json`` prints."""

    tokens: list[str]
    hooks: list[HookShape]


def hooks(
    model: live.Model,
    text: live.Typed,
    sae: live.Saes = None,
    bos: live.Bos = None,
    dtype: live.Dtype = "float32",
    device: live.Device = "auto",
    json: live.Json = False,
) -> None:
    """List every hook point of a model and the shape of what stands there for a text; of SAEs what they make of it.

    In Python subject.run(text, hooks=["blocks.5.hook_resid_post"]) gives the tensors.

    Example: neuronscope hooks ./models/gpt2 "The cat"
    """
    from neuronscope.subject import decode
    from neuronscope.subject.tokens import encode_text

    named = [live.named_sae(given) for given in sae or ()]
    subject = live.open_subject(model, dtype, device)
    tokens = [decode(subject.tokenizer)([token]) for token in encode_text(subject, text, bos=bos)]
    found = _shapes(subject, text, bos)
    for name, source in live.open_saes(subject, named).items():
        found += _of_sae(name, source, len(tokens))
    if json:
        typer.echo(codec.dumps(HookShapes(tokens, found)))
        return
    table = Table()
    for column in ("hook point", "shape", "dtype"):
        table.add_column(column)
    for hook in found:
        table.add_row(hook.name, str(hook.shape), hook.dtype)
    Console().print(table)


def _shapes(subject: Subject, text: str, bos: bool | None) -> list[HookShape]:
    names = subject.hooks()
    values = subject.run(text, names, bos=bos)
    return [HookShape(name, list(values[name].shape), str(values[name].dtype).removeprefix("torch.")) for name in names]


def _of_sae(name: str, source: Source, positions: int) -> list[HookShape]:
    """Latents are float32 whatever the model's dtype."""
    shapes = []
    for layer, units in source.units.items():
        reader = source.readers[layer]
        where = f"{name}: {', '.join(point.name for point in reader.points)}"
        shapes.append(HookShape(f"{where}: latents", [1, positions, units], "float32"))
        made = None if reader.reconstruction is None else reader.reconstruction()
        if made is not None:
            width = made.decoders[0].weights.shape[1]
            shapes += [
                HookShape(f"{where}: {what}", [1, positions, width], "float32") for what in ("reconstruction", "error")
            ]
    return shapes
