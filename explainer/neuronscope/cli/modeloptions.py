"""Options that commands with a language model share, as types with their help: one option is one everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MODELS, HOW = "Language models", "How"

Simulating = Annotated[
    str | None,
    typer.Option(
        help="all-at-once, one-at-a-time or structured; all-at-once for a model in process, structured for a server "
        "unless given.",
        rich_help_panel=HOW,
    ),
]
Calibrating = Annotated[str, typer.Option(help="none, linear or percentile.", rich_help_panel=HOW)]
ScoredSplit = Annotated[str, typer.Option(help="The split that is scored: test or valid.", rich_help_panel=HOW)]
NoShuffled = Annotated[
    bool, typer.Option("--no-shuffled", help="Leave out the baseline of another unit's words.", rich_help_panel=HOW)
]
FewShotSet = Annotated[
    str, typer.Option(metavar="SET", help="Examples in prompts: a set of the templates, or none.", rich_help_panel=HOW)
]
TemplatesFolder = Annotated[
    Path | None, typer.Option(help="A folder whose files replace the prompts' own.", rich_help_panel=HOW)
]
Temperature = Annotated[float, typer.Option(help="Of explanations.", rich_help_panel=HOW)]
Context = Annotated[
    int | None, typer.Option(help="The longest prompt and answer; the model's own unless given.", rich_help_panel=HOW)
]
Form = Annotated[
    str | None, typer.Option(help="chat or text; what the model was made for unless given.", rich_help_panel=HOW)
]
Seed = Annotated[int, typer.Option(help="Draws baselines, items and intervals.", rich_help_panel=HOW)]
Concurrency = Annotated[
    int, typer.Option(min=1, help="Requests under way at a time, per server.", rich_help_panel=MODELS)
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Ask again what was asked in earlier runs.", rich_help_panel=MODELS)
]
Dtype = Annotated[str, typer.Option(help="Of a model in process.", rich_help_panel=MODELS)]
Device = Annotated[str, typer.Option(help="Of a model in process.", rich_help_panel=MODELS)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def few_shot_set(name: str) -> str | None:
    """The name of a set of examples; ``none`` is None."""
    return None if name == "none" else name
