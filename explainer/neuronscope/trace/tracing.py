"""A text and a metric in, the nodes that move it out: their effects to first order, along a path, or one by one.

Formulas: attribution patching, ``(baseline - activation) * d metric / d activation``; integrated gradients, the same
with the gradient's mean on the way from the layer's values to its baseline; exact, the metric with the node replaced
less the metric. Gradients pass through the model as it is: an SAE's latents and its error add up to what stands at its
hook point, so the error keeps what is behind it whole and successive SAEs are not counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.asks import Prompt
from neuronscope.live.known import Known, known_of
from neuronscope.live.reading import Read, rule_of
from neuronscope.subject import Source, Subject, open_source
from neuronscope.subject.edits import Edit
from neuronscope.trace.checks import measuring_nodes
from neuronscope.trace.metric import Metric, aim
from neuronscope.trace.nouns import LayerSum, TraceOptions
from neuronscope.trace.passes import Grown, grow, measured, standing
from neuronscope.trace.prompting import prompt_of, read_texts
from neuronscope.trace.result import Trace
from neuronscope.trace.setting import Setting
from neuronscope.trace.sites import Candidates, Site, make_site
from neuronscope.trace.stages import Stage, Stages, finish
from neuronscope.trace.strongest import Kept, keep_strongest, nodes_of

if TYPE_CHECKING:
    import torch

    from neuronscope.dataset import Dataset

_TOKENS = 1024  # of the sequences of one pass


def trace(
    subject: Subject,
    text: str | Prompt,
    metric: Metric,
    *,
    units: Source | Sequence[Source] | None = None,
    options: TraceOptions | None = None,
    dataset: Dataset | None = None,
    bos: bool | None = None,
) -> Trace:
    """Which units at which tokens move the metric.

    :param text: ``<eot>`` in it separates turns; a Prompt may be messages, with arguments of the chat template.
    :param units: of one kind or of several; MLP neurons unless given. SAEs bring an error node for every token.
    :param dataset: of the first of these kinds; its means are baselines, and its rule for the first position counts.
    :param bos: whether BOS goes first; None: as the dataset or the tokenizer has it. BOS has no nodes.
    :raises BadInput: the text, the metric or an option cannot be used; the sentence says why.
    """
    return finish(tracing(subject, text, metric, units=units, options=options, dataset=dataset, bos=bos))


def tracing(
    subject: Subject,
    text: str | Prompt,
    metric: Metric,
    *,
    units: Source | Sequence[Source] | None = None,
    options: TraceOptions | None = None,
    dataset: Dataset | None = None,
    bos: bool | None = None,
) -> Stages[Trace]:
    """:func:`trace` in parts. What can be wrong with the text, the metric and the options is found in the first one,
    before the model runs."""
    options = options or TraceOptions()
    setting, grown = yield from setting_up(
        subject, text, metric, units=units, options=options, dataset=dataset, bos=bos
    )
    kept: Kept | None = None
    sums = []
    for number, found in candidates(setting, grown, options):
        sums.append(_sum(setting, setting.sites[number], found))
        kept = keep_strongest(kept, number, found, options.keep)
        yield Stage("attributing layers", number + 1, len(setting.sites))
    assert kept is not None
    note = None
    if all(not bool(gradient.any()) for gradient in grown.gradients):
        note = "no gradient reaches these units: what the metric is of does not depend on them"
    nodes = nodes_of(setting, kept)
    if options.method == "exact":
        nodes = yield from measuring_nodes(setting, nodes)
    return Trace(setting, metric, options, nodes, kept.total, sums, note)


def setting_up(
    subject: Subject,
    text: str | Prompt,
    metric: Metric,
    *,
    units: Source | Sequence[Source] | None,
    options: TraceOptions,
    dataset: Dataset | None,
    bos: bool | None,
) -> Stages[tuple[Setting, Grown]]:
    """What a trace is of, and the pass of the text as it is; as of :func:`tracing`."""
    sources = _several(units or open_source(subject, "mlp"))
    rule = rule_of(subject, sources[0], None if dataset is None else dataset.manifest)
    texts = read_texts(subject, prompt_of(text, bos), options.baseline_text, rule)
    target = aim(subject, metric, texts.read.ids)
    places = _places(sources, options)
    points = [source.readers[layer].points[0] for source, layer in places]
    means = _means(places, options, known_of(dataset))
    yield Stage("reading the text", 0, len(places))
    grown = grow(subject, texts.ids, points, target)
    other = None if texts.other is None else standing(subject, texts.other, points)
    sites = _sites(places, grown.values, other, means, texts.read)
    return Setting(subject, texts.ids, target, sites, texts.read, float(grown.metric[0])), grown


def candidates(setting: Setting, grown: Grown, options: TraceOptions) -> Iterator[tuple[int, Candidates]]:
    """The nodes of each site, by its number."""
    for number, site in enumerate(setting.sites):
        gradient = grown.gradients[number][0, setting.read.prefix :]
        if options.method == "integrated_gradients":
            gradient = _along_the_path(setting, site, options.steps)
        yield number, site.nodes(gradient)


def _several(units: Source | Sequence[Source]) -> list[Source]:
    found = [units] if isinstance(units, Source) else list(units)
    kinds = [source.kind for source in found]
    if len(set(kinds)) < len(kinds):
        raise BadInput(f"units of one kind are asked for twice ({', '.join(kinds)}): trace them one by one")
    return found


def _places(sources: Sequence[Source], options: TraceOptions) -> list[tuple[Source, int]]:
    """The layers of each kind of units; those asked for which a kind lacks are those of the others."""
    wanted = options.layers
    if wanted is None:
        return [(source, layer) for source in sources for layer in source.units]
    there = {layer for source in sources for layer in source.units}
    if not set(wanted) <= there:
        sources[0].readers_of(sorted(set(wanted) - there))  # says what there is
    return [(source, layer) for source in sources for layer in source.units if layer in wanted]


def _means(places: Sequence[tuple[Source, int]], options: TraceOptions, known: Known) -> Sequence[torch.Tensor | None]:
    """For each place the means that its units are replaced by."""
    import torch

    if options.baseline != "mean":
        return [None] * len(places)
    if any(source.sparse for source, _ in places):
        raise BadInput("latents are replaced by zero or by those of another text; nearly all of their means are near 0")
    if len({source.kind for source, _ in places}) > 1:
        raise BadInput("means are known of the units of one dataset: trace units of one kind, or with baseline zero")
    found = [torch.from_numpy(known.numbers("mean", layer, source.units[layer])) for source, layer in places]
    for (_, layer), mean in zip(places, found, strict=True):
        if bool(mean.isnan().any()):
            raise BadInput(f"the means of all units of layer {layer} are not known: give a dataset that has them all")
    return found


def _sites(
    places: Sequence[tuple[Source, int]],
    here: Sequence[torch.Tensor],
    other: Sequence[torch.Tensor] | None,
    means: Sequence[torch.Tensor | None],
    read: Read,
) -> list[Site]:
    sites = []
    for number, (source, layer) in enumerate(places):
        values = here[number][0, read.prefix :]
        baseline = None if other is None else other[number][0, read.prefix :]
        sites.append(make_site(source, layer, values, baseline, means[number]))
    return sites


def _along_the_path(setting: Setting, site: Site, steps: int) -> torch.Tensor:
    """The gradient's mean at ``steps`` points in the middle of equal parts of the way from the baseline to the values:
    [position, width]. Some points make a pass, each in a sequence of its own."""
    import torch

    total = torch.zeros_like(site.values)
    shares = (torch.arange(steps, device=total.device) + 0.5) / steps
    for some in shares.split(max(1, _TOKENS // setting.ids.shape[1])):
        way = some[:, None, None].to(total.dtype) * (site.values - site.baseline)
        here = (site.baseline + way).detach().requires_grad_()

        def place(values: torch.Tensor, _: int, here: torch.Tensor = here) -> torch.Tensor:
            return torch.cat([values[:, : setting.read.prefix], here], dim=1)

        ids = setting.ids.expand(len(some), -1)
        metric = measured(setting.subject, ids, setting.aim, [Edit(site.point, place)])
        total = total + torch.autograd.grad(metric.sum(), here)[0].sum(0)
    return total / steps


def _sum(setting: Setting, site: Site, found: Candidates) -> LayerSum:
    errors = found.effect[found.unit < 0]
    tokens = found.effect.new_zeros(len(setting.read.tokens)).index_add(0, found.position, found.effect)
    return LayerSum(
        source=site.source,
        layer=site.layer,
        nodes=len(found.effect),
        effect=float(found.effect.sum()),
        size=float(found.effect.abs().sum()),
        error_effect=float(errors.sum()),
        error_size=float(errors.abs().sum()),
        measured=None,
        tokens=tokens.tolist(),
    )
