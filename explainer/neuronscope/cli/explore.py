"""``neuronscope explore MODEL TEXT...``: from a model to its page in one command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from neuronscope.cli.arguments import check_out, layer_numbers, source_date
from neuronscope.cli.ports import free_port
from neuronscope.cli.progress import StageBar
from neuronscope.cli.steps import ModelChoice, TextChoice, cut_text, load
from neuronscope.errors import BadInput

_SPREAD = 4  # layers, when none are asked for


def explore(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="A model folder, a hub id, or a .gguf file.")],
    text: Annotated[
        list[Path], typer.Argument(help="Text: .txt, .md, .jsonl, .parquet files, or a Hugging Face dataset folder.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Keep the dataset here; thrown away at the end unless given.")
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Which layers, such as 0-5 or all; four spread over the depth unless given.")
    ] = None,
    sequences: Annotated[int, typer.Option(min=1, metavar="N", help="Use the first N sequences only.")] = 256,
    dtype: Annotated[str, typer.Option(help="float32, bfloat16 or float16.")] = "bfloat16",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 and so on.")] = "auto",
    field: Annotated[str | None, typer.Option(help='The field of JSONL and Parquet; "text" unless given.')] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 8000,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the page in a browser.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object once the page is there.")] = False,
) -> None:
    """Collate a quick sample of a model, serve it, and open the page; Ctrl-C ends it.

    Example: neuronscope explore ./my-model book.txt

    Example: neuronscope explore gpt2 book.txt --layers all --out gpt2-book --port 8080
    """
    serve = _serve_command(context)
    free_port("127.0.0.1", port)  # better known before the model runs than after
    with ExitStack() as stack:
        if out is None:
            out = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="neuronscope-"))) / "explore"
        check_out(out)
        choice = TextChoice(text, field, sequences, 64)
        with _or_nothing(out):
            _collate(ModelChoice(model, dtype, device), choice, layer_numbers(layers), spread=layers is None, out=out)
        arguments = [str(out), "--port", str(port), *([] if no_open else ["--open"]), *(["--json"] if json else [])]
        serve.main(arguments, prog_name="neuronscope serve", standalone_mode=False)


@contextmanager
def _or_nothing(out: Path) -> Iterator[None]:
    """A quick look that was cut off is begun again, so nothing of it stays."""
    from neuronscope.collate import discard

    try:
        yield
    except BaseException:
        discard(out)
        raise


def _collate(model: ModelChoice, text: TextChoice, layers: tuple[int, ...] | None, *, spread: bool, out: Path) -> None:
    from neuronscope.collate import CollateOptions, collate

    created = source_date()
    with StageBar(text.length) as bar:
        subject, source = load(model, text, bar)
        found = cut_text(subject, text, bar)
        chosen = spread_layers(subject.info.layers) if spread else layers
        options = CollateOptions(layers=chosen, title=f"{subject.info.name}, a quick look")
        collate(subject, found, out=out, source=source, options=options, progress=bar.show, created=created)


def spread_layers(layers: int) -> tuple[int, ...]:
    """The middle layer of each quarter of a model with that many layers; of a small one, every layer."""
    steps = min(_SPREAD, layers)
    return tuple(sorted({(2 * step + 1) * layers // (2 * steps) for step in range(steps)}))


def _serve_command(context: typer.Context) -> typer.core.TyperCommand:
    """The server is another package: it has put its command beside this one, if it is installed.

    :raises BadInput: it is not.
    """
    root = context.find_root().command
    serve = root.get_command(context, "serve") if isinstance(root, typer.core.TyperGroup) else None
    if not isinstance(serve, typer.core.TyperCommand):
        raise BadInput("explore needs neuronscope's server, which is not installed: use `neuronscope collate` instead")
    return serve
