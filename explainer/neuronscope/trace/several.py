"""Several prompts at once: texts with their metrics in, the mean effects of nodes over them out.

Nodes of different texts are one where they are the same unit, at the same position or at any; a text in which a unit
does not differ from its baseline counts with 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.asks import Prompt
from neuronscope.subject import Source, Subject, open_source
from neuronscope.trace.metric import Metric
from neuronscope.trace.nouns import MeanNode, Per, PromptsReport, TracedPrompt, TraceOptions
from neuronscope.trace.prompting import words_of
from neuronscope.trace.setting import Setting
from neuronscope.trace.sites import ERROR, Candidates
from neuronscope.trace.stages import Stage, Stages, finish
from neuronscope.trace.tracing import candidates, setting_up

if TYPE_CHECKING:
    import torch

    from neuronscope.dataset import Dataset


@dataclass(frozen=True)
class _Sums:
    """Of one site: [node] each. ``key`` is position * width + unit, all counted from 1; a position of 0 is any."""

    key: torch.Tensor
    effect: torch.Tensor
    texts: torch.Tensor  # in how many it is a node


def trace_prompts(
    subject: Subject,
    texts: Sequence[str | Prompt],
    metric: Metric | Sequence[Metric],
    *,
    per: Per = "position",
    units: Source | Sequence[Source] | None = None,
    options: TraceOptions | None = None,
    dataset: Dataset | None = None,
    bos: bool | None = None,
) -> list[MeanNode]:
    """The strongest nodes of several texts by the mean of their effects, strongest first.

    :param metric: one for all texts, or one for each.
    :param per: ``position``: a unit at each position is a node; ``unit``: its effects at all positions are added up.
    :raises BadInput: no texts, another number of metrics, the method ``exact``, a baseline text, or what :func:`trace`
        raises, with the text that it is about.
    """
    return finish(
        tracing_prompts(subject, texts, metric, per=per, units=units, options=options, dataset=dataset, bos=bos)
    ).nodes


def tracing_prompts(
    subject: Subject,
    texts: Sequence[str | Prompt],
    metric: Metric | Sequence[Metric],
    *,
    per: Per = "position",
    units: Source | Sequence[Source] | None = None,
    options: TraceOptions | None = None,
    dataset: Dataset | None = None,
    bos: bool | None = None,
) -> Stages[PromptsReport]:
    """:func:`trace_prompts` in parts, with all that is told. What can be wrong with any of the texts is found in the
    first one, before the model runs."""
    options = options or TraceOptions()
    metrics = [metric] * len(texts) if isinstance(metric, Metric) else list(metric)
    refuse_texts(texts, metrics, per, options)
    units = units or open_source(subject, "mlp")
    begun = [
        setting_up(subject, text, wanted, units=units, options=options, dataset=dataset, bos=bos)
        for text, wanted in zip(texts, metrics, strict=True)
    ]
    for text, one in zip(texts, begun, strict=True):
        with _about(text):
            next(one)
    yield Stage("reading the texts", 0, len(texts))
    sums: dict[int, _Sums] = {}
    told: list[TracedPrompt] = []
    for text, wanted in zip(texts, metrics, strict=True):
        with _about(text):
            setting, grown = finish(begun.pop(0))
        told.append(TracedPrompt(words_of(text), str(wanted), setting.value))
        for number, found in candidates(setting, grown, options):
            sums[number] = _added(sums.get(number), found, _width(setting, number), per)
            done = (len(told) - 1) * len(setting.sites) + number + 1
            yield Stage(f"attributing layers of {len(texts)} texts", done, len(texts) * len(setting.sites))
    total = sum(len(one.key) for one in sums.values())
    nodes = _strongest(setting, sums, len(texts), options.keep)
    return PromptsReport(subject.info.name, per, options, told, nodes, total)


@contextmanager
def _about(text: str | Prompt) -> Iterator[None]:
    """What is wrong with a text is said with its beginning."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"text {words_of(text)[:60]!r}: {error}") from error


def refuse_texts(texts: Sequence[str | Prompt], metrics: Sequence[Metric], per: str, options: TraceOptions) -> None:
    """What needs no model to be refused.

    :raises BadInput: as :func:`trace_prompts`.
    """
    if not texts:
        raise BadInput("no texts are given: give one or more")
    if len(metrics) != len(texts):
        raise BadInput(f"{len(metrics)} metrics for {len(texts)} texts: give one for all, or one for each")
    if per not in ("position", "unit"):
        raise BadInput(f"per {per!r} is unknown: choose position or unit")
    if options.method == "exact" or options.baseline == "text":
        raise BadInput("several texts are traced by patching or integrated_gradients, against zero or means")


def _width(setting: Setting, number: int) -> int:
    """Numbers that keys count by: units of the site, and the error."""
    site = setting.sites[number]
    return 2 + (site.values.shape[1] if site.latents is None else len(site.latents.decoder))


def _added(sums: _Sums | None, found: Candidates, width: int, per: Per) -> _Sums:
    import torch

    position = found.position + 1 if per == "position" else torch.zeros_like(found.position)
    key = position * width + (found.unit - ERROR)
    here, place = key.unique(return_inverse=True)
    effect = torch.zeros(len(here), dtype=torch.float64, device=key.device).index_add_(0, place, found.effect.double())
    texts = torch.ones_like(here)
    if sums is None:
        return _Sums(here, effect, texts)
    both, place = torch.cat([sums.key, here]).unique(return_inverse=True)
    effects = effect.new_zeros(len(both)).index_add_(0, place, torch.cat([sums.effect, effect]))
    counts = texts.new_zeros(len(both)).index_add_(0, place, torch.cat([sums.texts, texts]))
    return _Sums(both, effects, counts)


def _strongest(setting: Setting, sums: dict[int, _Sums], texts: int, keep: int) -> list[MeanNode]:
    nodes: list[MeanNode] = []
    for number, one in sums.items():
        site, width = setting.sites[number], _width(setting, number)
        order = one.effect.abs().sort(descending=True, stable=True).indices[:keep]
        columns = (one.key[order].tolist(), one.effect[order].tolist(), one.texts[order].tolist())
        for key, effect, seen in zip(*columns, strict=True):
            position, unit = key // width - 1, key % width + ERROR
            error = unit == ERROR
            nodes.append(
                MeanNode(
                    source=site.source,
                    layer=site.layer,
                    module=site.point.name,
                    unit=None if error else unit,
                    kind="error" if error else "unit",
                    position=None if position < 0 else position,
                    effect=effect / texts,
                    texts=seen,
                )
            )
    return sorted(nodes, key=lambda node: -abs(node.effect))[:keep]
