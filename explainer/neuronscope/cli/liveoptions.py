"""Options that commands on a live model share, as types with their help; and the model that they name, loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.live import Intervention, Live, Splice
    from neuronscope.subject import Source, Subject

CHANGES = "Changes"

Model = Annotated[str, typer.Argument(help="A folder with a model, a .gguf file, or a name of the hub.")]
Typed = Annotated[str, typer.Argument(metavar="TEXT", help="What the model reads; <eot> in it separates turns.")]
DatasetOption = Annotated[
    str | None, typer.Option(metavar="DATASET", help="Of this model: its units, maxima and explanations.")
]
Saes = Annotated[
    list[str] | None,
    typer.Option("--sae", metavar="NAME=SAE", help="Units by name: RELEASE/ID, a path, or vectors:FILE; repeatable."),
]
Bos = Annotated[
    bool | None, typer.Option("--bos/--no-bos", help="Whether BOS goes first; else as the tokenizer has it.")
]
Dtype = Annotated[str, typer.Option(help="float32, bfloat16 or float16.")]
Device = Annotated[str, typer.Option(help="auto, or a device of torch.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
_MANY = "LAYER:UNIT=VALUE, or NAME@LAYER:UNIT=VALUE for a unit of an SAE; repeatable."
Add = Annotated[list[str] | None, typer.Option("--add", help=f"Add to an activation: {_MANY}", rich_help_panel=CHANGES)]
Set = Annotated[list[str] | None, typer.Option("--set", help="Set one, as for --add.", rich_help_panel=CHANGES)]
Scale = Annotated[list[str] | None, typer.Option("--scale", help="Multiply one.", rich_help_panel=CHANGES)]
Ablate = Annotated[
    list[str] | None,
    typer.Option("--ablate", help="Set one to 0, or with =mean to its mean over the dataset.", rich_help_panel=CHANGES),
]
Spliced = Annotated[
    list[str] | None, typer.Option("--splice", metavar="NAME", help="Put an SAE in.", rich_help_panel=CHANGES)
]
SplicedMode = Annotated[
    str, typer.Option("--splice-mode", help="reconstruct or reconstruct+error.", rich_help_panel=CHANGES)
]
_CHANGE = re.compile(r"(?:(?P<source>[^@=]+)@)?(?P<layer>[0-9]{1,9})[:/](?P<unit>[0-9]{1,9})(?:=(?P<value>.+))?")


def open_subject(model: str, dtype: str, device: str) -> Subject:
    """Load the model; a line on standard error says so meanwhile.

    :raises BadInput: it cannot be loaded.
    """
    from neuronscope.subject import load_subject

    console = Console(stderr=True)
    with console.status("loading the model") if console.is_terminal else nullcontext():
        return load_subject(model, dtype, device)


def open_live(model: str, dtype: str, device: str, *, dataset: str | None = None, saes: Sequence[str] = ()) -> Live:
    """The model, ready to be asked.

    :raises BadInput: the model, the dataset or an SAE cannot be used, or they do not belong together.
    """
    from neuronscope.dataset import open_dataset
    from neuronscope.live import Live

    named = [named_sae(given) for given in saes]  # what is wrong with names is said before anything is loaded
    opened = None if dataset is None else open_dataset(dataset)
    if opened is not None:
        _ = opened.manifest
    subject = open_subject(model, dtype, device)
    return Live(subject, opened, saes=open_saes(subject, named))


def open_saes(subject: Subject, named: Sequence[tuple[str, str]]) -> dict[str, Source]:
    """Sources by name.

    :raises BadInput: two of one name, or one that cannot be read.
    """
    from neuronscope.subject import open_source

    found: dict[str, Source] = {}
    for name, where in named:
        if name in found:
            raise BadInput(f"two SAEs are called {name!r}: give one another name, NAME={where}")
        found[name] = open_source(subject, where if where.startswith(("sae:", "vectors:")) else f"sae:{where}")
    return found


def named_sae(given: str) -> tuple[str, str]:
    """``NAME=WHERE`` in two.

    :raises BadInput: it has no name.
    """
    name, sign, where = given.partition("=")
    if not sign or not name or not where:
        raise BadInput(f"--sae {given!r} has no name: write NAME=RELEASE/ID, NAME=PATH or NAME=vectors:FILE")
    return name, where


def changes(
    add: Sequence[str] | None, set_: Sequence[str] | None, scale: Sequence[str] | None, ablate: Sequence[str] | None
) -> list[Intervention]:
    """What was typed as interventions, in the order of the options.

    :raises BadInput: one that cannot be read.
    """
    typed = {"add": add, "set": set_, "scale": scale, "ablate": ablate}
    return [_change(operation, text) for operation, texts in typed.items() for text in texts or ()]


def _change(operation: str, text: str) -> Intervention:
    from neuronscope.live import Intervention

    found, example = _CHANGE.fullmatch(text.strip()), "12:345" if operation == "ablate" else "12:345=8"
    if found is None:
        raise BadInput(f"--{operation} {text!r} cannot be read: write it like {example}")
    value: float | str | None = found["value"]
    if operation != "ablate" or value not in (None, "zero", "mean"):
        try:
            value = float(str(value))
        except ValueError as error:
            raise BadInput(f"--{operation} {text!r} has no number: write it like {example}") from error
    return Intervention(int(found["layer"]), int(found["unit"]), operation, value, source=found["source"])  # type: ignore[arg-type]


def splice_of(names: Sequence[str] | None, mode: str) -> Splice | None:
    """What was typed as a splice; None without names.

    :raises BadInput: no such mode.
    """
    from neuronscope.live import Splice

    if mode not in ("reconstruct", "reconstruct+error"):
        raise BadInput(f"--splice-mode {mode!r} is unknown: choose reconstruct or reconstruct+error")
    return Splice(list(names), mode) if names else None  # type: ignore[arg-type]  # looked at above
