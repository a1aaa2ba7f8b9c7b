"""``neuronscope export site``: datasets in, a folder for any static host out."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from neuronscope.cli.bar import shown
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope_server.publish.pieces import Begin, SitePlan
    from neuronscope_server.publish.writing import Missing, Outcome

_TITLE = "Neuronscope"
_SHOWN = 20  # files that are named
_COLLECT_AFTER = 2_000_000  # new objects: some hundred megabytes at most
_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")
_ADDRESS = re.compile(r"(https?://[^/{}\s]+|mailto:[^\s?]*@)")
_NAMES = {"dataset", "layer", "unit", "url"}
_BRACES = re.compile(r"\{([^{}]*)\}")


def site_command(
    out: Annotated[
        str,
        typer.Option(
            metavar="DIR | az://... | gs://...",
            help="The place of the site: a folder, az://account/container/path or gs://bucket/path; one with an older "
            "site is brought up to date.",
        ),
    ],
    datasets: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET | NAME=DATASET]...", help="Folders with datasets.")
    ] = None,
    files: Annotated[
        bool,
        typer.Option(
            "--files/--packed",
            help="A file for each unit, for hosts that do not answer ranges; or a zip for each layer, a few hundred "
            "files, of which browsers read parts.",
        ),
    ] = False,
    data_root: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]URL",
            help="A dataset with a file for each unit that stays at its https://, az:// or gs:// address; repeatable.",
        ),
    ] = None,
    title: Annotated[str, typer.Option(help="What the site is called; an empty one counts as not given.")] = _TITLE,
    base_path: Annotated[
        str | None,
        typer.Option(metavar="/PATH/", help="Where the host has the site; only if the page answers elsewhere too."),
    ] = None,
    suggest_url: Annotated[
        str | None,
        typer.Option(
            metavar="TEMPLATE",
            help="Where better explanations go: https://... or mailto:... with {dataset}, {layer}, {unit}, {url}.",
        ),
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove what only older sites in the folder needed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Publish datasets with the viewer as files in a folder or a bucket, for any host of files and any path.

    Nothing that is whole is overwritten but the page and api/site.json, which come last: until then the place is the
    older site, whole. Interrupted, it goes on when it is called again; a file that is missing or has another size than
    it should is written again.

    Example: neuronscope export site ./collated/gpt2 --out ./site --title "GPT-2 small"

    Example: neuronscope export site ./collated/gpt2 --out az://myaccount/site/gpt2 --dry-run

    Example: neuronscope export site --data-root az://openaipublic/neuron-explainer/data --out ./site
    """
    from neuronscope.dataset.target import open_target
    from neuronscope_server.publish.writing import begin_site, count_files, missing

    target = open_target(out)
    here, elsewhere = _named(datasets or [], data_root or [])
    _check_apart(here.values(), out)
    base, suggest = checked_base(base_path), checked_template(suggest_url)
    target.check()  # before anything is read
    planned = partial(
        _planned, here, elsewhere, title=title.strip() or _TITLE, packed=not files, base=base, suggest=suggest
    )
    if dry_run:
        plan = planned()
        _say_missing(list(missing(plan, target)), count_files(plan), json=json)
        return
    with (
        _collecting_rarely(),
        shown("writing files", quiet=json) as bar,
        begin_site(target, told=lambda _: bar.advance()) as writing,
    ):
        plan = planned(begin=writing.begin)
        if not json:
            bar.show(None, count_files(plan))
        outcome = writing.finish(plan)
    if prune:
        target.remove(outcome.old)
    _say(outcome, out, pruned=prune, json=json)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """While many small objects are made, none of them in circles, looking for circles takes a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _named(datasets: list[str], data_roots: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The roots of those that are published, and of those that stay where they are, by name."""
    from neuronscope_server.named import named_roots

    here, elsewhere = named_roots(datasets), named_roots(data_roots)
    if not here and not elsewhere:
        raise BadInput("Name a dataset to publish, or one that stays where it is: --data-root URL")
    if here.keys() & elsewhere.keys():
        raise BadInput(f"Two datasets are called {min(here.keys() & elsewhere.keys())!r}: name one, NAME=...")
    return here, elsewhere


def _check_apart(roots: Iterable[str], out: str) -> None:
    """:raises BadInput: the site would lie in a dataset, which would have files then that are none of its own."""
    from neuronscope.dataset.nesting import lies_in

    inside = next((root for root in roots if lies_in(out, root)), None)
    if inside is not None:
        raise BadInput(f"--out is {out}, in the dataset {inside}: name a place outside it.")


def _planned(
    here: dict[str, str],
    elsewhere: dict[str, str],
    *,
    title: str,
    packed: bool,
    base: str | None,
    suggest: str | None,
    begin: Begin = lambda _: None,
) -> SitePlan:
    from neuronscope_server.catalog import open_catalog
    from neuronscope_server.publish.plan import plan_site

    catalog = open_catalog(here)
    return plan_site(catalog, title=title, packed=packed, base=base, suggest=suggest, elsewhere=elsewhere, begin=begin)


def checked_base(path: str | None) -> str | None:
    """:raises BadInput: no path of a host that begins and ends with a slash, or one with . or .. in it."""
    if path is None:
        return None
    if not _PATH.fullmatch(path):
        raise BadInput(f"--base-path is {path[:80]!r}: write it like /lab/neurons/")
    if {".", ".."} & set(path.split("/")):
        raise BadInput(f"--base-path is {path[:80]!r}: write the whole path, without . and .., like /lab/neurons/")
    return path


def checked_template(template: str | None) -> str | None:
    """:raises BadInput: no address, a brace that is alone, or a name in braces that means nothing."""
    if template is None:
        return None
    unknown = set(_BRACES.findall(template)) - _NAMES
    alone = re.search(r"[{}]", _BRACES.sub("", template))
    if unknown:
        said = f"{{{min(unknown)}}} means nothing"
    elif alone:
        said = f"a {alone[0]} in it is alone"
    elif not _ADDRESS.match(template):
        said = "it is no https:// or mailto: address"
    else:
        return template
    raise BadInput(
        f"--suggest-url: {said}. In braces stand dataset, layer, unit or url: "
        "https://host/form?name={dataset}&unit={layer}:{unit}&from={url}"
    )


def _say_missing(files: Sequence[Missing], total: int, *, json: bool) -> None:
    size = sum(file.bytes for file in files)
    if json:
        typer.echo(orjson.dumps({"files": total, "bytes": size, "missing": [file.path for file in files]}))
        return
    for file in files[:_SHOWN]:
        typer.echo(f"{file.bytes:>15,}  {file.path}")
    if len(files) > _SHOWN:
        typer.echo(f"... and {len(files) - _SHOWN:,} more")
    typer.echo(f"{len(files):,} of {total:,} files would be written, {size / 1e6:,.1f} MB.")


def _say(outcome: Outcome, out: str, *, pruned: bool, json: bool) -> None:
    if json:
        typer.echo(orjson.dumps({"out": out, "pruned": pruned, **asdict(outcome)}))
        return
    size = f"{outcome.bytes / 1e6:,.1f} MB"
    typer.echo(f"{out}: {outcome.files:,} files, {size}; {outcome.written:,} of them written now.")
    if outcome.repaired:
        typer.echo(f"{outcome.repaired:,} of those were damaged or missing there, and are repaired.")
    if outcome.old and pruned:
        typer.echo(f"{len(outcome.old):,} files of older sites were removed.")
    elif outcome.old:
        typer.echo(
            f"{len(outcome.old):,} files there belong to older sites, so that open pages go on: --prune removes them."
        )
