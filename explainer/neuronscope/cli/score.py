"""``neuronscope score DATASET``: how well a person's sentence explains a unit."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from neuronscope import codec
from neuronscope.cli.arguments import unit_place, words
from neuronscope.cli.modeloptions import (
    HOW,
    MODELS,
    Calibrating,
    Concurrency,
    Context,
    Device,
    Dtype,
    FewShotSet,
    Form,
    Json,
    NoCache,
    NoShuffled,
    ScoredSplit,
    Seed,
    Simulating,
    TemplatesFolder,
    few_shot_set,
)
from neuronscope.cli.models import ModelSettings, open_models
from neuronscope.cli.printable import on_a_line
from neuronscope.cli.progress import StageBar
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.prompts.templates import Templates
    from neuronscope.records import Score, ScoredText


def score(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder, or its https://, az:// or gs:// address.")],
    text: Annotated[str, typer.Option(help="What the unit responds to, in words.")] = "",
    unit: Annotated[str | None, typer.Option(help="Layer and unit, such as 12:345.")] = None,
    llm: Annotated[
        list[str] | None,
        typer.Option(
            help="The model that simulates and judges: openai:MODEL or openai:MODEL@URL, a folder like ./model, a "
            ".gguf file, or none. Given several times they share the work.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    simulator: Simulating = None,
    calibration: Calibrating = "none",
    scorers: Annotated[
        list[str] | None,
        typer.Option(help="correlation, detection, fuzzing; several with commas.", rich_help_panel=HOW),
    ] = None,
    split: ScoredSplit = "test",
    no_shuffled: NoShuffled = False,
    few_shot: FewShotSet = "default",
    templates: TemplatesFolder = None,
    context_tokens: Context = None,
    prompt_form: Form = None,
    concurrency: Concurrency = 8,
    no_cache: NoCache = False,
    dtype: Dtype = "float32",
    device: Device = "auto",
    seed: Seed = 0,
    sequences: Annotated[
        bool,
        typer.Option("--sequences", help="With --json: what was simulated for each token too, beside what is real."),
    ] = False,
    json: Json = False,
) -> None:
    """Score a sentence as the explanation of a unit, on texts that no explainer has seen.

    Beside it stand the unit's token lookup and another unit's explanation, where the dataset has one. Nothing is
    written.

    Example: neuronscope score my-dataset --unit 12:345 --text "days of the week" --llm openai:gpt-4o-mini

    Example: neuronscope score my-dataset --unit 3:17 --text "numbers" --llm ./SmolLM2-135M-Instruct --json
    """
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.explain.simulators import usual_simulator
    from neuronscope.explain.templates import load_templates

    if unit is None or not text.strip():
        raise BadInput('give the unit and the text: --unit 12:345 --text "what it responds to"')
    if sequences and not json:
        raise BadInput("--sequences prints a number for each token, which is for --json: give both")
    names = tuple(llm or ())
    options = ExplainOptions(
        simulator=None if names == ("none",) else simulator or usual_simulator(names),  # type: ignore[arg-type]
        calibration=calibration,  # type: ignore[arg-type]
        scorers=words(scorers) or ("correlation",),  # type: ignore[arg-type]
        few_shot=few_shot_set(few_shot),
        context_tokens=context_tokens,
        split=split,  # type: ignore[arg-type]
        shuffled=not no_shuffled,
        seed=seed,
    )
    how = ModelSettings(prompt_form, context_tokens, concurrency, not no_cache, dtype=dtype, device=device)
    job = _Job(dataset, unit_place(unit), text, names, sequences=sequences)
    found = _run(job, how, options, load_templates(templates))
    if json:
        typer.echo(codec.dumps(found))
    else:
        _tell(found)


@dataclass(frozen=True)
class _Job:
    """What is scored, and by whom."""

    dataset: str
    unit: tuple[int, int]
    text: str
    names: tuple[str, ...]
    sequences: bool = False


def _run(job: _Job, how: ModelSettings, options: ExplainOptions, templates: Templates) -> ScoredText:
    from neuronscope.dataset import open_dataset
    from neuronscope.explain.scoring import score_text

    with open_dataset(job.dataset) as opened, StageBar(1) as bar:
        if job.unit not in opened:  # before a model is loaded
            raise BadInput(f"{opened.name} has no record of unit {job.unit[0]}:{job.unit[1]}; choose one that it has")
        bar.stage("loading", 0, 1)

        async def scored() -> ScoredText:
            model = open_models(job.names, how)
            bar.stage("loading", 1, 1)
            try:
                return await score_text(
                    opened,
                    job.unit,
                    job.text,
                    model=model,
                    options=options,
                    templates=templates,
                    progress=lambda done, total: bar.stage("questions answered", done, total),
                    sequences=job.sequences,
                )
            finally:
                if model is not None:
                    await model.close()

        return asyncio.run(scored())


def _tell(found: ScoredText) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("score", "value", "95% interval", "over", "shuffled", "token lookup", "note"):
        table.add_column(title)
    shuffled, lookup = (found.baselines.get(name, {}) for name in ("shuffled", "lookup"))
    for name, its in found.scores.items():
        beside = [_number(other[name]) if name in other else "" for other in (shuffled, lookup)]
        table.add_row(name, _number(its), _interval(its), _over(its), *beside, its.reason or its.note or "")
    for title, others in (("shuffled", shuffled), ("token lookup", lookup)):
        reasons = dict.fromkeys(score.reason for score in others.values() if score.reason)
        for reason in reasons:
            table.add_row(title, "", "", "", "", "", reason)
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    place = found.unit
    console.print(f"Layer {place.layer_index}, unit {place.neuron_index}: {on_a_line(found.text)}", markup=False)
    console.print(table)


def _number(score: Score) -> str:
    return "undefined" if score.value is None else f"{score.value:.3f}"


def _interval(score: Score) -> str:
    return "" if score.interval is None else f"{score.interval[0]:.3f} to {score.interval[1]:.3f}"


def _over(score: Score) -> str:
    if score.answers is not None:
        return f"{score.answers} answers"
    return "" if score.tokens is None else f"{score.tokens} tokens of {score.sequences} texts"
