"""``neuronscope predict MODEL TEXT``: what the model expects behind the text, and how it sees answers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from neuronscope import codec
from neuronscope.cli import liveoptions as live
from neuronscope.cli.heatmap import heatmap
from neuronscope.cli.printable import token_on_a_line

if TYPE_CHECKING:
    from neuronscope.live import Predictions
    from neuronscope.live.answers import Answered, Expected

_UNLIKELY = 10.0  # nats: a token of this loss has the full colour


def predict(
    model: live.Model,
    text: live.Typed,
    answer: Annotated[
        list[str] | None, typer.Option(help='What may follow, mostly with a space first: " Jill"; repeatable.')
    ] = None,
    top: Annotated[int, typer.Option(min=0, help="How many of the most likely tokens.")] = 10,
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
    """Predict what follows a text: rank, logit and probability of answers, the likeliest tokens, each token's loss.

    Example: neuronscope predict ./models/gpt2 "Jack and" --answer " Jill"

    Example: neuronscope predict ./models/gpt2 "Jack and" --answer " Jill" --ablate 9:1234 --json
    """
    from neuronscope.live import AskPredictions

    ask = AskPredictions(
        text=text,
        bos=bos,
        top_k=top,
        answers=answer or [],
        interventions=live.changes(add, set_, scale, ablate),
        splice=live.splice_of(splice, splice_mode),
    )
    found = live.open_live(model, dtype, device, dataset=dataset, saes=sae or ()).ask(ask)
    if json:
        typer.echo(codec.dumps(found))
        return
    console = Console()
    _print(console, found)


def _print(console: Console, found: Predictions) -> None:
    tokens = " ".join(f"[{token_on_a_line(token)}]" for token in found.tokens)
    console.print(Text(f"{len(found.tokens)} tokens{' after BOS' if found.bos else ''}: {tokens}", style="dim"))
    shares = [-(one.logprob or 0.0) / _UNLIKELY for one in found.positions]
    console.print(heatmap(zip(found.tokens, [-share for share in shares], strict=True)), soft_wrap=True)
    console.print(_loss("loss", found.loss))
    _print_state(console, found.answers, found.next, "")
    if found.changed is not None and found.difference is not None:
        console.print(_loss("\nwith the changes: loss", found.changed.loss))
        console.print(f"KL of what follows: {found.difference.next_kl:.4f} nats")
        if found.splice is not None:
            recovered = found.splice.loss_recovered
            console.print(f"loss recovered: {found.splice.reason if recovered is None else f'{recovered:.3f}'}")
        _print_state(console, found.changed.answers, found.changed.next, " with the changes")


def _loss(name: str, loss: float | None) -> str:
    return f"{name}: " + (
        "undefined, nothing stands before the only token" if loss is None else f"{loss:.4f} nats a token"
    )


def _print_state(console: Console, answers: list[Answered], follows: Expected, when: str) -> None:
    for one in answers:
        table = Table(title=Text(f"{one.answer!r}{when}: probability {one.probability:.4g}"), title_justify="left")
        for name in ("token", "rank", "logit", "probability"):
            table.add_column(name, justify="left" if name == "token" else "right")
        for part in one.per_token:
            cells = (str(part.rank), f"{part.logit:.3f}", f"{part.probability:.4g}")
            table.add_row(Text(f"[{token_on_a_line(part.token)}]"), *cells)
        console.print(table)
    if follows.top:
        table = Table(title=f"What follows{when} (entropy {follows.entropy:.2f} nats)", title_justify="left")
        for name in ("rank", "token", "logit", "probability"):
            table.add_column(name, justify="left" if name == "token" else "right")
        for rank, choice in enumerate(follows.top):
            token = Text(f"[{token_on_a_line(choice.token)}]")
            table.add_row(str(rank), token, f"{choice.logit:.3f}", f"{math.exp(choice.logprob):.4g}")
        console.print(table)
