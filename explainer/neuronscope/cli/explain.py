"""``neuronscope explain DATASET``: units in words, and how good the words are."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuronscope import codec
from neuronscope.cli.arguments import source_date, unit_ranges, words
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
    Temperature,
    TemplatesFolder,
    few_shot_set,
)
from neuronscope.cli.models import ModelSettings, open_models
from neuronscope.cli.progress import StageBar

if TYPE_CHECKING:
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.explain.run import RunProgress, RunSettings, RunSummary

_INTERRUPTED = 130
_WHAT = "What to explain and score"


def explain(
    dataset: Annotated[str, typer.Argument(help="A dataset's folder on this machine; explanations are added to it.")],
    units: Annotated[
        str | None, typer.Option(help="Which units, such as 3:17,3:40-60,5:*; all unless given.", rich_help_panel=_WHAT)
    ] = None,
    explainer: Annotated[
        list[str] | None,
        typer.Option(
            help="pairs, token-space, tokens, peak or contrastive; several with commas or by giving it again. pairs "
            "unless given, tokens without a model.",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    llm: Annotated[
        list[str] | None,
        typer.Option(
            help="The model that explains: openai:MODEL or openai:MODEL@URL (OPENAI_BASE_URL and OPENAI_API_KEY are "
            "its defaults), a folder like ./model, a .gguf file, or none. Given several times they share the work.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    llm_sim: Annotated[
        list[str] | None,
        typer.Option(
            help="The model that simulates and judges, where it is another one; none simulates nothing.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    simulator: Annotated[
        str | None,
        typer.Option(
            help="all-at-once, one-at-a-time, structured or none; all-at-once for a model in process, structured for a "
            "server unless given.",
            rich_help_panel=HOW,
        ),
    ] = None,
    calibration: Calibrating = "none",
    scorers: Annotated[
        list[str] | None,
        typer.Option(
            help="correlation, detection, fuzzing or none; several with commas. correlation unless given.",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    split: ScoredSplit = "test",
    samples: Annotated[int, typer.Option(help="Explanations per explainer and unit.", rich_help_panel=_WHAT)] = 1,
    numbered: Annotated[int, typer.Option(help="Ask for a list of so many each time.", rich_help_panel=_WHAT)] = 1,
    no_shuffled: NoShuffled = False,
    few_shot: FewShotSet = "default",
    templates: TemplatesFolder = None,
    temperature: Temperature = 1.0,
    top_p: Annotated[float, typer.Option(help="Of explanations.", rich_help_panel=HOW)] = 1.0,
    max_tokens: Annotated[int, typer.Option(help="Of one explanation.", rich_help_panel=HOW)] = 60,
    context_tokens: Context = None,
    prompt_form: Form = None,
    concurrency: Concurrency = 8,
    no_cache: NoCache = False,
    price_input: Annotated[
        float | None, typer.Option(help="US dollars for a million tokens read.", rich_help_panel=MODELS)
    ] = None,
    price_output: Annotated[
        float | None, typer.Option(help="US dollars for a million tokens written.", rich_help_panel=MODELS)
    ] = None,
    budget_usd: Annotated[
        float | None,
        typer.Option(help="Stop asking when so much is spent; --resume goes on.", rich_help_panel=MODELS),
    ] = None,
    dtype: Dtype = "float32",
    device: Device = "auto",
    seed: Seed = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was ended.")] = False,
    json: Json = False,
) -> None:
    """Explain units in words, and score the words on texts that the explainer has not seen.

    Every explanation stands beside two baselines: the unit's strongest tokens, which needs no model, and another unit's
    explanation. What models answer is kept until the run is through: ended early, it goes on with --resume and asks
    nothing twice.

    Example: neuronscope explain my-dataset --units 3:17,3:40-60 --llm openai:gpt-4o-mini

    Example: neuronscope explain my-dataset --llm ./SmolLM2-135M-Instruct --scorers correlation,detection

    Example: neuronscope explain my-dataset --llm none
    """
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.explain.run import RunSettings
    from neuronscope.explain.templates import load_templates

    names = tuple(llm or ())
    others = names if llm_sim is None else tuple(llm_sim)
    options = ExplainOptions(
        explainers=_explainers(words(explainer), names),  # type: ignore[arg-type]  # checked where it is made
        simulator=_simulator(simulator, others),  # type: ignore[arg-type]
        calibration=calibration,  # type: ignore[arg-type]
        scorers=_scorers(words(scorers)),  # type: ignore[arg-type]
        samples=samples,
        numbered=numbered,
        few_shot=few_shot_set(few_shot),
        temperature=temperature,
        top_p=top_p,
        max_tokens=max_tokens,
        context_tokens=context_tokens,
        split=split,  # type: ignore[arg-type]
        shuffled=not no_shuffled,
        seed=seed,
    )
    settings = RunSettings(
        units=unit_ranges(units),
        templates=load_templates(templates),
        at_once=concurrency,
        budget=budget_usd,
        resume=resume,
        created=source_date(),
    )
    how = ModelSettings(
        prompt_form, context_tokens, concurrency, not no_cache, price_input, price_output, dtype, device
    )
    summary = _run(_Job(dataset, options, settings, how, names, others))
    _say(summary, options, json=json)


@dataclass(frozen=True)
class _Job:
    """What was asked for."""

    dataset: str
    options: ExplainOptions
    settings: RunSettings
    how: ModelSettings
    explains: tuple[str, ...]
    simulates: tuple[str, ...]


def _explainers(given: tuple[str, ...] | None, names: tuple[str, ...]) -> tuple[str, ...]:
    return given or (("tokens",) if names == ("none",) else ("pairs",))


def _simulator(given: str | None, names: tuple[str, ...]) -> str | None:
    if given == "none" or names == ("none",):
        return None
    from neuronscope.explain.simulators import usual_simulator

    return given or usual_simulator(names)


def _scorers(given: tuple[str, ...] | None) -> tuple[str, ...]:
    if given is None:
        return ("correlation",)
    return () if given == ("none",) else given


def _run(job: _Job) -> RunSummary:
    """Everything that waits."""
    from neuronscope.dataset import open_dataset
    from neuronscope.explain.planning import changeable, chosen_units

    with open_dataset(job.dataset) as opened:  # before a model is loaded
        changeable(opened)
        chosen_units(opened, job.settings.units)
    with StageBar(1) as bar:
        bar.stage("loading", 0, 1)
        try:
            with _collecting_seldom():
                return asyncio.run(_explained(job, bar))
        except KeyboardInterrupt:
            typer.echo(f"Stopped. Go on with the same command and --resume; {_kept(job.dataset)}", err=True)
            raise typer.Exit(_INTERRUPTED) from None


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Looking for garbage takes a tenth of the processor where requests are many, and hardly finds any."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


async def _explained(job: _Job, bar: StageBar) -> RunSummary:
    from neuronscope.explain.run import RunModels, explain_units

    explains = open_models(job.explains, job.how)
    same = job.simulates == job.explains
    simulates = explains if same else open_models(job.simulates, job.how)
    models = RunModels(explains, simulates)
    bar.stage("loading", 1, 1)
    try:
        return await explain_units(
            job.dataset, job.options, models=models, settings=job.settings, progress=lambda step: _show(bar, step)
        )
    finally:
        for model in models.different():
            await model.close()


def _kept(dataset: str) -> str:
    from neuronscope.explain.working import EXPLAINING

    return f"what was answered is kept in {Path(dataset) / EXPLAINING}."


_STAGES = {"explaining": "explaining units", "scoring": "scoring units", "writing": "writing layers"}


def _show(bar: StageBar, step: RunProgress) -> None:
    parts = [f"{step.requests:,} requests"]
    if step.known:
        parts.append(f"{step.known:,} known")
    if step.failures:
        parts.append(f"{step.failures:,} failed")
    if step.cost is not None:
        parts.append(f"{step.cost:.2f} USD")
    bar.stage(_STAGES[step.stage], step.done, step.total, ", ".join(parts))


def _say(summary: RunSummary, options: ExplainOptions, *, json: bool) -> None:
    """What was done, and an exit code of 1 where that is not all."""
    report = summary.report
    lacking = [one for one in report.failed_units if one.kind != "no-material"]
    if json:
        facts: dict[str, Any] = {"dataset": summary.dataset, "stopped": summary.stopped, "resumed": summary.resumed}
        typer.echo(codec.dumps(facts | asdict(report)))
    else:
        _tell(summary, options)
    if summary.stopped is not None or lacking:
        raise typer.Exit(1)


def _tell(summary: RunSummary, options: ExplainOptions) -> None:
    report = summary.report
    if summary.stopped is not None:
        again = _kept(summary.dataset)
        typer.echo(f"Stopped: {summary.stopped}. Go on with the same command and --resume; {again}", err=True)
        return
    cost = "" if report.cost is None else f", {report.cost:.4f} US dollars"
    simulated = f", simulated {options.simulator}" if options.simulator and "correlation" in options.scorers else ""
    typer.echo(
        f"{report.explained:,} of {report.units:,} units explained{simulated}, {report.scored:,} explanations scored "
        f"with {report.requests:,} requests{cost} in {report.seconds:,.0f} s: reports/{report.run}.json",
        err=True,
    )
    for kind, sentences in report.reasons.items():
        first, count = next(iter(sentences.items())), sum(sentences.values())
        typer.echo(f"failed, {kind}: {count:,}, most often ({first[1]:,}) {first[0]}", err=True)
    typer.echo(f"Look at them with: neuronscope report {summary.dataset}", err=True)
