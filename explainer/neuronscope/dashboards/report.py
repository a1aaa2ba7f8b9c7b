"""One unit as HTML that needs no script: what a page shows first, what it prints, what a notebook keeps. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neuronscope.dashboards.colour import limit_of
from neuronscope.dashboards.markup import Layer, coloured, escaped
from neuronscope.dashboards.numbers import percent, short
from neuronscope.dashboards.shapes import ShownUnit
from neuronscope.dataset.manifest import Manifest
from neuronscope.records import ActivationRecord, NeuronRecord, ScoredExplanation
from neuronscope.relations import TokensAndWeights

_TOKENS = 10  # of each list of related tokens
_NEGATIVE = "Most negative"


def unit_html(unit: ShownUnit, *, provenance: Manifest | None = None, total: int = 1, tips: bool = False) -> str:
    """The unit's words, numbers and texts.

    :param total: how many units there are, of which this is the first.
    :param tips: whether each token says its number where the pointer rests; it makes the markup three times as long.
    """
    parts = [f"<h1>{escaped(unit.name or f'Unit {unit.key}')}</h1>"]
    if unit.name:
        parts.append(f'<p class="note">Unit {unit.key}</p>')
    parts += _explained(unit.explanations or ())
    parts += [_stats(unit.record), *_groups(unit, tips=tips), *_related(unit)]
    if provenance is not None:
        parts.append(f'<p class="note provenance">{escaped(_origin(provenance))}</p>')
    if total > 1:
        parts.append(f'<p class="note">The first of {total:,} units.</p>')
    return "".join(parts)


def _explained(explanations: Sequence[ScoredExplanation]) -> Iterator[str]:
    for one in explanations:
        yield f'<p class="explanation" dir="auto">{escaped(one.explanation.strip())}</p>'
        score = None if one.scored_simulation is None else one.scored_simulation.ev_correlation_score
        by = f"by {one.author}, " if one.author else ""
        said = "not scored" if score is None else f"correlation of simulated with real activations {short(score)}"
        yield f'<p class="note">{escaped(by + said)}</p>'


def _stats(record: NeuronRecord) -> str:
    rows: list[tuple[str, str]] = []
    if record.statistics is not None:
        stats = record.statistics
        rows = [("Maximum", short(stats.max)), ("Minimum", short(stats.min)), ("Density", percent(stats.density))]
    names = ("mean", "variance", "skewness", "kurtosis")
    rows += [(name.capitalize(), short(value)) for name in names if (value := getattr(record, name)) is not None]
    if not rows:
        return ""
    return f'<dl class="stats">{"".join(f"<dt>{name}</dt><dd>{escaped(value)}</dd>" for name, value in rows)}</dl>'


def _groups(unit: ShownUnit, *, tips: bool) -> Iterator[str]:
    record, limit = unit.record, limit_of(unit.record)
    groups: list[tuple[str, Sequence[ActivationRecord]]] = [
        ("Top", record.most_positive_activation_records),
        (_NEGATIVE, record.most_negative_activation_records or ()),
        ("Random", record.random_sample),
    ]
    lists, bounds = record.random_sample_by_quantile or [], record.quantile_boundaries or []
    for place, texts in reversed(list(enumerate(lists))):
        known = place + 1 < len(bounds)
        title = (
            f"Rank {100 * bounds[place]:g}\N{EN DASH}{100 * bounds[place + 1]:g}%"
            if known
            else f"Rank, range {place + 1}"
        )
        groups.append((title, texts))
    if not any(some for _, some in groups):
        yield '<p class="note">There are no texts of it.</p>'
    for title, some in groups:
        if some:
            sign = -1 if title == _NEGATIVE else 1
            rows = "".join(_row(text, limit, sign, tips=tips) for text in some)
            yield f'<section class="group"><h2>{title}</h2><ol class="records full">{rows}</ol></section>'


def _row(text: ActivationRecord, limit: float, sign: int, *, tips: bool) -> str:
    skip = set(text.ignored or ())
    places = [place for place in range(len(text.tokens)) if place not in skip]
    peak = max(places, key=lambda place: sign * text.activations[place], default=None)
    value = None if peak is None else text.activations[peak]
    marked = None if value is None or value * sign <= 0 else peak
    said = [f"{value:.5g}" for value in text.activations] if tips else None
    drawn = coloured(text.tokens, Layer(text.activations, limit), ignored=text.ignored, peak=marked, tips=said)
    return f'<li><span class="margin">{short(value)}</span>{drawn}</li>'


def _related(unit: ShownUnit) -> Iterator[str]:
    lists: list[tuple[str, Sequence[str]]] = []
    if unit.tokens_by_activation is not None:
        lists.append(("Tokens of the highest mean activation", unit.tokens_by_activation.tokens))
    if unit.tokens_by_weight is not None:
        weights = unit.tokens_by_weight
        named: list[tuple[str, TokensAndWeights]] = [
            ("Tokens that drive it, by weight", weights.input_positive),
            ("Tokens it promotes, by weight", weights.output_positive),
        ]
        lists += [(title, table.tokens) for title, table in named]
    if unit.logits is not None:
        lists += [
            ("Tokens it makes more likely", unit.logits.top.tokens),
            ("Less likely", unit.logits.bottom.tokens),
        ]
    for title, tokens in lists:
        if tokens:
            said = " ".join(f"<code>{escaped(token)}</code>" for token in tokens[:_TOKENS])
            yield f'<section class="group"><h2>{title}</h2><p class="tokens" dir="auto">{said}</p></section>'


def _origin(manifest: Manifest) -> str:
    parts = [manifest.title, f"model {manifest.model.name}", f"units {manifest.source.kind}"]
    if manifest.source.hook:
        parts.append(f"read at {manifest.source.hook}")
    if manifest.corpus is not None:
        parts.append(f"over {manifest.corpus.tokens:,} tokens of {manifest.corpus.name}")
    if manifest.created:
        parts.append(f"made {manifest.created}")
    return f"{' · '.join(parts)}. {' '.join(manifest.notes)}".strip()
