"""``neuronscope search DATASET QUERY``: explanations and units' tokens that match, in a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from neuronscope import codec
from neuronscope.cli.printable import on_a_line
from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.dataset.search import SearchAnswer, SearchHit, SearchRequest

_FOUND = "bold #d97706"


def search(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    query: Annotated[str, typer.Argument(help='Words, foo*, word~, "a phrase", AND, OR, NOT, brackets.')],
    where: Annotated[
        str, typer.Option("--in", help="explanations, tokens, or both with a comma.")
    ] = "explanations,tokens",
    layer: Annotated[int | None, typer.Option(min=0, max=10**18 - 1, help="Only this layer.")] = None,
    min_score: Annotated[float | None, typer.Option(help="Only what scored at least this.")] = None,
    sort: Annotated[str, typer.Option(help="relevance, score, max or layer.")] = "relevance",
    order: Annotated[str | None, typer.Option(help="desc or asc; desc unless given, but for layer.")] = None,
    regex: Annotated[
        bool, typer.Option("--regex", help="QUERY is one regular expression, looked for in words.")
    ] = False,
    sentence_model: Annotated[
        Path | None, typer.Option(help="Search by meaning too: the folder of a model2vec model.")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many hits.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Find units by what was written about them and by the tokens they peak on; bare words are found inside words too.

    Example: neuronscope search http://127.0.0.1:8000/api/datasets/sample hero

    Example: neuronscope search my-dataset 'time OR "days of the week"' --min-score 0.3
    """
    from neuronscope.dataset.search import SearchRequest
    from neuronscope.dataset.search.answer import ORDERS, SORTS, WHERE

    chosen: dict[str, Any] = {
        "where": tuple(_one_of(name.strip(), WHERE, "--in") for name in where.split(",")),
        "mode": "meaning" if sentence_model else "regex" if regex else "words",
        "sort": _one_of(sort, SORTS, "--sort"),
        "order": None if order is None else _one_of(order, ORDERS, "--order"),
    }
    request = SearchRequest(query, layer=layer, min_score=min_score, limit=limit, **chosen)
    answer = _found(dataset, request, sentence_model)
    if json:
        typer.echo(codec.dumps(answer))
        return
    console = Console()
    for hit in answer.hits:
        console.print(_line(hit), soft_wrap=not console.is_terminal)
    typer.echo(_summary(answer), err=True)


def _found(root: str, request: SearchRequest, model: Path | None) -> SearchAnswer:
    from neuronscope.dataset import search as searching

    encoder = None if model is None else searching.load_encoder(model)

    def building() -> Status:
        return Console(stderr=True).status("Building the search index, once")

    with open_dataset(root) as dataset:
        return searching.search_dataset(dataset, request, encoder=encoder, building=building)


def _line(hit: SearchHit) -> Text:
    """Place, score, what matched with its letters marked, and who wrote it."""
    line = Text(f"{f'{hit.layer}:{hit.unit}':>10}  ", style="bold")
    line.append("  -   " if hit.score is None else f"{hit.score:5.2f} ", style="not bold")
    line.append(_marked(hit.snippet.text, hit.snippet.ranges))
    if hit.matched == "tokens":
        line.append("  (tokens)", style="dim not bold")
    elif hit.author:
        line.append(f"  ({on_a_line(hit.author)})", style="dim not bold")
    return line


def _marked(text: str, ranges: list[tuple[int, int]]) -> Text:
    """``text`` with what does not print escaped, and the ranges in colour."""
    marked, at = Text(style="not bold"), 0
    for start, end in ranges:
        marked.append(on_a_line(text[at:start]))
        marked.append(on_a_line(text[start:end]), style=_FOUND)
        at = end
    return marked.append(on_a_line(text[at:]))


def _summary(answer: SearchAnswer) -> str:
    by = ", ".join(f"{on_a_line(one.author or 'author unknown')} {one.count:,}" for one in answer.by_author)
    parts = [f"{answer.explanations:,} explanations{f' ({by})' if by else ''}", f"{answer.tokens:,} units by tokens"]
    return f"{len(answer.hits)} of {answer.total:,}: {', '.join(parts)}."


def _one_of(value: str, values: tuple[str, ...], option: str) -> str:
    if value not in values:
        raise BadInput(f"{option} is {value[:80]!r}; give {', '.join(values[:-1])} or {values[-1]}.")
    return value
