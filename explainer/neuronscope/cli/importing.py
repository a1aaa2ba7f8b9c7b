"""``neuronscope import``: what other tools know of units, taken into datasets."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuronscope import codec
from neuronscope.cli.arguments import check_out, source_date
from neuronscope.cli.printable import on_a_line
from neuronscope.cli.progress import StageBar
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.formats.adding import Added
    from neuronscope.formats.founding import NewDataset
    from neuronscope.formats.given import GivenExplanations

_NEW = "A new dataset"


def import_explanations(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Files of explanations, or folders of such: a .json list or .jsonl batches as Neuronpedia exports "
            "them, or a .csv table; each may be a .gz file.",
        ),
    ],
    dataset: Annotated[
        str | None, typer.Option(metavar="DATASET", help="The dataset to add to: a folder of this machine.")
    ] = None,
    new: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Make a dataset of the explanations alone in this new folder.", rich_help_panel=_NEW
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="The model that the units are of; as the files say unless given.", rich_help_panel=_NEW),
    ] = None,
    layers: Annotated[
        int | None, typer.Option(min=1, help="How many layers the model has.", rich_help_panel=_NEW)
    ] = None,
    units: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many units each layer has; unless given, only those are there that have an explanation.",
            rich_help_panel=_NEW,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="What the units are: mlp, resid, attn, sae, transcoder, crosscoder or vectors; as the files say "
            "unless given.",
            rich_help_panel=_NEW,
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="What people see it called.", rich_help_panel=_NEW)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Add explanations that were made elsewhere to a dataset, or make a dataset of them.

    Explanations that are there stay, and one that is there already is not added again. A table needs the columns layer,
    unit (or index, feature) and explanation (or description); it may have model, type, author, correlation (of
    simulated with real activations, by which units are ranked) and score (by another measure). What a file does not say
    stays unsaid: no score is no score. Units that the dataset does not have are refused, and then nothing is added.

    Example: neuronscope import explanations gpt2-small-6-res-jb.json --dataset ./collated/gpt2-6-res-jb

    Example: neuronscope import explanations ./batches --new ./gpt2-words --layers 12 --units 24576

    Example: neuronscope import explanations notes.csv --new ./notes --model my-model --json
    """
    from neuronscope.formats.reading import read_explanations

    root = Path(dataset or new or "")
    about = _asked(dataset, new, model=model, layers=layers, units=units, kind=kind, title=title)
    with StageBar(2) as bar:
        given = read_explanations(files, lambda done, of: bar.stage("reading files", done, of))
        done = _written(root, given, about, bar)
        _index(root)
    _say(root, given, done, json=json)


def _asked(
    dataset: str | None,
    new: Path | None,
    *,
    model: str | None,
    layers: int | None,
    units: int | None,
    kind: str | None,
    title: str | None,
) -> NewDataset | None:
    """What a new dataset shall be; None where explanations are added to one, which is looked at before files are read.

    :raises BadInput: not one of the two is named, or a folder cannot be used.
    """
    from neuronscope.formats.founding import NewDataset

    if (dataset is None) == (new is None):
        raise BadInput("name a dataset to add to with --dataset, or a new folder with --new, one of the two")
    if dataset is None:
        about = NewDataset(model, layers, units, title, kind)
        check_out(new)
        return about
    if (model, layers, units, kind, title) != (None,) * 5:
        raise BadInput("--model, --layers, --units, --kind and --title are for a new dataset: --new names its folder")
    _look(dataset)
    return None


def _look(root: str) -> None:
    from neuronscope.dataset import open_dataset
    from neuronscope.dataset.indexing import is_changeable

    with open_dataset(root) as dataset:
        if not is_changeable(dataset):
            raise BadInput(
                f"{dataset.root} cannot be changed: only a dataset that was made here, in a folder of this machine "
                "that may be written, takes explanations. Make one of it with neuronscope copy --normalise."
            )


def _written(root: Path, given: GivenExplanations, about: NewDataset | None, bar: StageBar) -> Added:
    from neuronscope.formats.adding import add_explanations
    from neuronscope.formats.founding import write_dataset_of
    from neuronscope.formats.scored import Importing

    importing = Importing((source_date() or datetime.now(UTC)).isoformat(timespec="seconds"))

    def progress(done: int, of: int) -> None:
        bar.stage("writing layers", done, of)

    if about is None:
        return add_explanations(root, given, importing, progress)
    return write_dataset_of(root, given, about, importing, progress)


def _index(root: Path) -> None:
    """So that what was added is found at once; an index that is right is left as it is."""
    from neuronscope.dataset import open_dataset
    from neuronscope.dataset.localcache import cache_folder, cache_home
    from neuronscope.dataset.search import build_search_index

    with open_dataset(root) as dataset:
        build_search_index(dataset, cache_folder(cache_home(os.environ), dataset.root))


def _say(root: Path, given: GivenExplanations, done: Added, *, json: bool) -> None:
    ids = given.ids
    if json:
        said = {"dataset": str(root), "files": given.files, "read": len(given.explanations) + given.empty}
        said |= asdict(done) | {"empty": given.empty, "model": ids and ids.model}
        typer.echo(codec.dumps(said | {"sources": [one.id for one in ids.sources] if ids else []}))
        return
    of = f" of {on_a_line(ids.model)}" if ids else ""
    left = [f"{done.there:,} were there already"] if done.there else []
    left += [f"{given.empty:,} had no words and were left out"] if given.empty else []
    ends = f"; {' and '.join(left)}" if left else ""
    typer.echo(f"{done.added:,} explanations{of} added to {done.units:,} units of {root}{ends}.", err=True)
