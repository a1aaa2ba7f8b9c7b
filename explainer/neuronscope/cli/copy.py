"""``neuronscope copy SOURCE TARGET``: a dataset, or part of one, into a folder or a bucket."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuronscope import codec
from neuronscope.cli.arguments import layer_numbers, unit_ranges
from neuronscope.cli.bar import shown
from neuronscope.dataset import open_dataset
from neuronscope.dataset.localcache import cache_folder, cache_home
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuronscope.copying.files import Copied
    from neuronscope.dataset import Dataset
    from neuronscope.dataset.target import Target

_SHOWN = 10  # files that are named


def copy(
    source: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    target: Annotated[str, typer.Argument(help="A folder, az://account/container/path or gs://bucket/path.")],
    layers: Annotated[str | None, typer.Option(help="Which layers, such as 0-5 or 0,3,7-9.")] = None,
    units: Annotated[str | None, typer.Option(help="Which units, such as 3:17,3:40-60,5:*.")] = None,
    normalise: Annotated[
        bool, typer.Option("--normalise", help="Write it in today's form: zips, tables of units, digests.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Copy a dataset, all of it or some layers or units, a published one too, and verify every file.

    Interrupted, it goes on when it is called again. What lists its files is compared with that list; of what lists
    none, as the published datasets, unit files are copied as they lie, unless --normalise writes them in today's form.
    Part of a dataset that lists its files is always written anew. What is written anew appears whole, in one go:
    interrupted, it begins again, and what was read over a network is not read twice.

    Example: neuronscope copy ./collated/gpt2 az://myaccount/datasets/gpt2

    Example: neuronscope copy az://openaipublic/neuron-explainer/gpt2_small_data ./gpt2-small --layers 0-1 --normalise
    """
    from neuronscope.copying.files import copy_files, copy_units
    from neuronscope.dataset.listed import listed_files
    from neuronscope.dataset.readcache import Kept
    from neuronscope.dataset.target import open_target

    to = open_target(target)
    _check_apart(source, target)
    kept = Kept(cache_home(os.environ) / "read") if normalise else None  # so that an interrupted one goes on
    with open_dataset(source, kept=kept) as opened:
        part = layers is not None or units is not None
        listed = listed_files(opened)
        if listed and not part and not normalise:
            with shown("copying files", len(listed) + 1, quiet=json) as bar:
                done = copy_files(opened, to, told=bar.advance)
        else:
            chosen = _chosen(opened, layers, units)
            with shown("copying unit files", len(chosen) * len(opened.manifest.artefacts), quiet=json) as bar:
                rewritten = normalise or bool(listed)
                told = bar.advance
                done = _rewritten(opened, chosen, to, told) if rewritten else copy_units(opened, chosen, to, told=told)
    _say(done, target, json=json)


def _check_apart(source: str, target: str) -> None:
    """:raises BadInput: one lies in the other: a dataset that holds a copy, or a copy that its dataset is part of."""
    from neuronscope.dataset.nesting import lies_in

    if lies_in(target, source) or lies_in(source, target):
        raise BadInput(f"{source} cannot be copied to {target}: one lies in the other. Name a place beside it.")


def _rewritten(dataset: Dataset, units: list[tuple[int, int]], target: Target, told: Callable[[], object]) -> Copied:
    """Into a folder at once, into a bucket by way of one."""
    from neuronscope.copying.files import copy_files
    from neuronscope.copying.rewriting import rewrite
    from neuronscope.dataset.target import FolderTarget

    cache = cache_folder(cache_home(os.environ), target.root)
    target.check()
    if isinstance(target, FolderTarget):
        return rewrite(dataset, units, Path(target.root), cache, told=told)
    with tempfile.TemporaryDirectory() as folder:
        rewrite(dataset, units, Path(folder) / dataset.name, cache, told=told)
        with open_dataset(Path(folder) / dataset.name) as made:
            return copy_files(made, target)


def _chosen(dataset: Dataset, layers: str | None, units: str | None) -> list[tuple[int, int]]:
    from neuronscope.explain.planning import chosen_units

    wanted = layer_numbers(layers)
    missing = sorted(set(wanted or ()) - set(dataset.layers()))
    if missing:
        there = ", ".join(map(str, dataset.layers()[:40]))
        raise BadInput(f"{dataset.name} has no layer {missing[0]}; it has {there}")
    found = ((unit.layer_index, unit.neuron_index) for unit in chosen_units(dataset, unit_ranges(units)))
    chosen = [place for place in found if wanted is None or place[0] in wanted]
    if not chosen:
        raise BadInput("None of these units is in these layers.")
    return chosen


def _say(done: Copied, target: str, *, json: bool) -> None:
    if json:
        typer.echo(codec.dumps({"target": target, **asdict(done)}))
        return
    typer.echo(f"{target}: {done.files:,} files, {done.bytes / 1e6:,.1f} MB; {done.written:,} of them written now.")
    for path in done.unreadable[:_SHOWN]:
        typer.echo(f"copied as it lies, though it cannot be read: {path}", err=True)
    if len(done.unreadable) > _SHOWN:
        typer.echo(f"... and {len(done.unreadable) - _SHOWN:,} more", err=True)
