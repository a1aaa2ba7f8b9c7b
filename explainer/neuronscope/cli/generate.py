"""``neuronscope generate MODEL TEXT``: what the model says next, as it is and as it is changed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from neuronscope import codec
from neuronscope.cli import liveoptions as live
from neuronscope.cli.printable import on_a_line
from neuronscope.cli.progress import StageBar

if TYPE_CHECKING:
    from neuronscope.live import AskGeneration, Generation, Live


def generate(
    model: live.Model,
    text: live.Typed,
    tokens: Annotated[int, typer.Option("--tokens", "-n", min=1, help="At most so many.")] = 64,
    temperature: Annotated[float, typer.Option(help="0 takes the most likely token each time.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Draws, where the temperature is above 0.")] = 0,
    stop: Annotated[list[str] | None, typer.Option(help="Stop before this text; repeatable.")] = None,
    dataset: live.DatasetOption = None,
    add: live.Add = None,
    set_: live.Set = None,
    scale: live.Scale = None,
    ablate: live.Ablate = None,
    sae: live.Saes = None,
    splice: live.Spliced = None,
    splice_mode: live.SplicedMode = "reconstruct",
    bos: live.Bos = None,
    dtype: live.Dtype = "float32",
    device: live.Device = "auto",
    json: live.Json = False,
) -> None:
    """Let a model go on with a text; with changes once without them and once with, from the same seed.

    Example: neuronscope generate ./models/gpt2 "The capital of France is" -n 5

    Example: neuronscope generate ./models/gpt2 "I feel" --add 9:1234=20 --temperature 0.8 --seed 3

    Example: neuronscope generate ./models/smollm2 "Tell me a joke<eot>" -n 40
    """
    from neuronscope.live import AskGeneration

    ask = AskGeneration(
        text=text,
        bos=bos,
        max_tokens=tokens,
        temperature=temperature,
        seed=seed,
        stop=stop or [],
        interventions=live.changes(add, set_, scale, ablate),
        splice=live.splice_of(splice, splice_mode),
    )
    opened = live.open_live(model, dtype, device, dataset=dataset, saes=sae or ())
    if json:
        typer.echo(codec.dumps(_whole(opened, ask)))
    elif ask.changes:
        for run in _whole(opened, ask).runs:
            typer.echo(f"{run.run} changes, {len(run.tokens)} tokens ({run.reason}):\n{_shown(run.text)}\n")
    else:
        _stream(opened, ask)


def _stream(opened: Live, ask: AskGeneration) -> None:
    """Text as it comes."""
    from neuronscope.live import Generated

    said = ""
    for item in opened.generate(ask):
        rest = item.text[len(said) :] if isinstance(item, Generated) else item.text
        said += rest
        sys.stdout.write(_shown(rest))
        sys.stdout.flush()
    sys.stdout.write("\n")


def _whole(opened: Live, ask: AskGeneration) -> Generation:
    """All runs, with a bar of their tokens: two runs take turns, so their texts cannot be shown as they come."""
    from neuronscope.live import Generated, Generation
    from neuronscope.live.answers import parts_at

    runs: list[Generated] = []
    most = ask.max_tokens * (2 if ask.changes else 1)
    with StageBar(1) as bar:
        for done, item in enumerate(opened.generate(ask), start=1):
            bar.stage("generating", min(done, most), most)
            runs += [item] if isinstance(item, Generated) else []
    runs.sort(key=lambda run: run.run == "with")
    return Generation(list(opened.read(ask).tokens), runs, parts_at(runs))


def _shown(text: str) -> str:
    """What a model wrote, without what a terminal would take for commands."""
    return "\n".join(on_a_line(line) for line in text.split("\n"))
