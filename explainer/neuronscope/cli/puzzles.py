"""``neuronscope puzzles``: made-up units with a known rule, as a benchmark of explainers and simulators."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from neuronscope import codec
from neuronscope.cli.arguments import check_out, source_date, words
from neuronscope.cli.modeloptions import (
    HOW,
    MODELS,
    Concurrency,
    FewShotSet,
    Json,
    NoCache,
    Seed,
    Simulating,
    Temperature,
    TemplatesFolder,
    few_shot_set,
)
from neuronscope.cli.models import ModelSettings, open_models
from neuronscope.cli.printable import on_a_line
from neuronscope.cli.progress import StageBar
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.explain.puzzlefile import Puzzle
    from neuronscope.explain.puzzles import Candidate, SolvedPuzzle
    from neuronscope.prompts.templates import Templates


def puzzles(
    llm: Annotated[
        list[str] | None,
        typer.Option(
            help="The model that explains and simulates: openai:MODEL or openai:MODEL@URL, a folder like ./model, or a "
            ".gguf file. Given several times they share the work.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    llm_sim: Annotated[
        list[str] | None,
        typer.Option(help="The model that simulates, where it is another one.", rich_help_panel=MODELS),
    ] = None,
    simulator: Simulating = None,
    explainer: Annotated[
        list[str] | None,
        typer.Option(
            help="Put explainers to the puzzles too: pairs or token lookup (tokens); several with commas.",
            rich_help_panel=HOW,
        ),
    ] = None,
    detection: Annotated[
        bool,
        typer.Option(
            "--detection",
            help="Have a model judge whole sentences too: does the unit fire here? The one that simulates judges.",
            rich_help_panel=HOW,
        ),
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Names of puzzles; all unless given; several with commas.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="A file of puzzles in the public form instead of ours.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the puzzles as a dataset into this new folder.")] = None,
    few_shot: FewShotSet = "default",
    templates: TemplatesFolder = None,
    temperature: Temperature = 1.0,
    concurrency: Concurrency = 8,
    no_cache: NoCache = False,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Rank the true explanation of made-up units among wrong ones, by simulating each.

    A scorer that can be trusted puts the true one first. With --explainer, explanations that the model writes from
    half of the firing sentences are scored on the others. With --detection, sentences are judged as wholes beside. With
    --out, how the model did is kept beside the puzzles, and the viewer shows it.

    Example: neuronscope puzzles --llm openai:gpt-4o-mini

    Example: neuronscope puzzles --llm ./SmolLM2-135M-Instruct --explainer pairs,tokens --only colours,years

    Example: neuronscope puzzles --out my-puzzles --llm ./SmolLM2-135M-Instruct
    """
    from neuronscope.explain.options import ExplainOptions
    from neuronscope.explain.puzzlefile import load_puzzles
    from neuronscope.explain.simulators import usual_simulator
    from neuronscope.explain.templates import load_templates

    chosen = _chosen(load_puzzles(file), words(only) or ())
    if out is not None:
        check_out(out)  # better known before a model is asked than after
    if llm is None and llm_sim is None:
        if out is None:
            raise BadInput("name a model with --llm, or a folder for the puzzles as a dataset with --out")
        _write(chosen, out)
        typer.echo(
            codec.dumps({"dataset": str(out), "puzzles": len(chosen)}) if json else f"{len(chosen)} puzzles: {out}"
        )
        return
    names = tuple(llm or llm_sim or ())
    others = tuple(llm_sim or names)
    options = ExplainOptions(
        explainers=words(explainer) or ("pairs",),  # type: ignore[arg-type]  # checked where it is made
        simulator=simulator or usual_simulator(others),  # type: ignore[arg-type]
        few_shot=few_shot_set(few_shot),
        temperature=temperature,
        seed=seed,
    )
    settings = ModelSettings(concurrency=concurrency, cache=not no_cache)
    job = _Job(names, others, settings, explains=bool(words(explainer)), judges=detection)
    solved = _solve(chosen, job, options, load_templates(templates))
    if out is not None:
        _write(chosen, out, solved, options)
    if json:
        typer.echo(codec.dumps(_plain(solved)))
    else:
        _tell(solved)


@dataclass(frozen=True)
class _Job:
    """Who is asked, and whether to explain and to judge too."""

    names: tuple[str, ...]
    others: tuple[str, ...]
    settings: ModelSettings
    explains: bool
    judges: bool


def _chosen(every: Sequence[Puzzle], names: Sequence[str]) -> list[Puzzle]:
    unknown = [name for name in names if name not in {puzzle.name for puzzle in every}]
    if unknown:
        known = ", ".join(puzzle.name for puzzle in every)
        raise BadInput(f"no puzzle is called {unknown[0]}: choose of {known}")
    return [puzzle for puzzle in every if not names or puzzle.name in names]


def _write(
    chosen: Sequence[Puzzle], out: Path, solved: Sequence[SolvedPuzzle] = (), options: ExplainOptions | None = None
) -> None:
    """The puzzles as a dataset and, where a model was asked, how it did."""
    from neuronscope.explain.puzzledataset import write_puzzle_dataset
    from neuronscope.explain.puzzleresults import puzzle_run

    created, runs = source_date() or datetime.now(UTC), []
    if options is not None:
        how = str(options.simulator)
        runs = [puzzle_run(solved, simulator=how, seed=options.seed, created=created.isoformat())]
    write_puzzle_dataset(chosen, out, runs=runs, created=created)


def _solve(
    chosen: Sequence[Puzzle], job: _Job, options: ExplainOptions, templates: Templates
) -> tuple[SolvedPuzzle, ...]:
    from neuronscope.explain.explainers import make_explainer
    from neuronscope.explain.judging import make_judge
    from neuronscope.explain.puzzles import solve_puzzles
    from neuronscope.explain.simulators import make_simulator

    async def solve(bar: StageBar) -> tuple[SolvedPuzzle, ...]:
        bar.stage("loading", 0, 1)
        model = open_models(job.names, job.settings)
        simulating = model if job.others == job.names else open_models(job.others, job.settings)
        bar.stage("loading", 1, 1)
        if model is None or simulating is None:
            raise BadInput("puzzles are simulated by a language model: name one with --llm")
        try:
            explainers = [make_explainer(kind, model, options, templates) for kind in options.explainers]
            assert options.simulator is not None
            few_shot = options.few_shot
            judge = make_judge("detection", simulating, templates=templates, few_shot=few_shot) if job.judges else None
            return await solve_puzzles(
                chosen,
                make_simulator(options.simulator, simulating, templates=templates, few_shot=few_shot),
                judge=judge,
                explainers=explainers if job.explains else (),
                seed=options.seed,
                progress=lambda done, total: bar.stage("scoring explanations", done, total),
            )
        finally:
            for one in {id(model): model, id(simulating): simulating}.values():
                await one.close()

    with StageBar(1) as bar:
        return asyncio.run(solve(bar))


def _plain(solved: Sequence[SolvedPuzzle]) -> dict[str, Any]:
    from neuronscope.explain.puzzles import mean_rank

    ranks = [one.rank for one in solved if one.rank is not None]
    return {
        "puzzles": [_plain_one(one) for one in solved],
        "mean_rank": mean_rank(solved),
        "first": sum(rank == 1 for rank in ranks),
        "ranked": len(ranks),
    }


def _plain_one(one: SolvedPuzzle) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": one.name,
        "rank": one.rank,
        "candidates": one.candidates,
        "reason": one.reason,
        "scored": [_plain_candidate(item) for item in one.scored],
        "failures": [{"kind": failure.kind, "reason": failure.reason} for failure in one.failures],
    }
    if one.detected_by is not None:
        plain |= {"detection_rank": one.detection_rank, "detected_by": one.detected_by}
    return plain


def _plain_candidate(item: Candidate) -> dict[str, Any]:
    plain = {"explanation": item.explanation, "origin": item.origin, "correlation": item.score}
    return plain if item.detection is None else plain | {"detection": item.detection}


def _tell(solved: Sequence[SolvedPuzzle]) -> None:
    judged = any(one.detected_by for one in solved)
    table = Table(box=None, pad_edge=False)
    for name in ("puzzle", "rank", "true", "best wrong one", *(["detection"] if judged else []), "explained"):
        table.add_column(name, justify="left" if name in ("puzzle", "explained") else "right")
    for one in solved:
        table.add_row(*_row(one, judged))
    console = Console()
    console.print(table, markup=False)
    for sentence in (*_gaps(solved), _sentence(solved), *([_detection(solved)] if judged else [])):
        console.print(sentence, markup=False, highlight=False)


def _row(one: SolvedPuzzle, judged: bool) -> list[str]:
    wrong = [item.score.value for item in one.scored if item.origin == "false" and item.score.value is not None]
    own = "; ".join(f"{_number(item.score.value)} {on_a_line(item.explanation)}" for item in one.own())
    detection = [_ranked(one.detection_rank, one.candidates)] if judged else []
    rank, true = _ranked(one.rank, one.candidates), _number(one.scored[0].score.value)
    return [on_a_line(one.name), rank, true, _number(max(wrong, default=None)), *detection, own]


def _ranked(rank: float | None, candidates: int) -> str:
    return "none" if rank is None else f"{rank:g} of {candidates}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _gaps(solved: Sequence[SolvedPuzzle]) -> Iterator[str]:
    """A sentence for each puzzle with something missing: a rank without which the others would look better."""
    for one in solved:
        if one.reason is not None:
            yield on_a_line(f"{one.name} has no rank: {one.reason}.")
        elif one.unscored():
            yield on_a_line(f"{one.name}: {one.unscored()} wrong explanations have no score and rank last.")


def _sentence(solved: Sequence[SolvedPuzzle]) -> str:
    said = _plain(solved)
    mean = "none has a rank" if said["mean_rank"] is None else f"mean rank {said['mean_rank']:.2f}"
    over = f" over the {said['ranked']} that have one" if 0 < said["ranked"] < len(solved) else ""
    kinds = Counter(failure.kind for one in solved for failure in one.failures)
    counted = ", ".join(f"{many} {kind}" for kind, many in kinds.most_common())
    ends = f"; failures: {counted}" if kinds else ""
    return f"The true explanation is first in {said['first']} of {len(solved)} puzzles; {mean}{over}{ends}."


def _detection(solved: Sequence[SolvedPuzzle]) -> str:
    """By detection, and by which measure: without probabilities there is no AUC."""
    measures = [one.detected_by for one in solved if one.detected_by is not None]
    ranks = [one.detection_rank for one in solved if one.detection_rank is not None]
    by = " and ".join(measure.replace("_", " ").replace("auc", "AUC") for measure in dict.fromkeys(measures))
    return f"By detection ({by}) it is first in {sum(rank == 1 for rank in ranks)} of {len(solved)}."
