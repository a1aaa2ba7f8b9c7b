"""The baseline that every explainer must beat: a unit's token means in, its strongest tokens and a simulation out.

No language model is asked. Means are over data that is not scored: the table that collation made over the corpus, with
what the held-out records added to it taken out again; for tokens that are not in it, the unit's other records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from neuronscope.explain.parts import Explained, ExplainerKind, Simulated, SimulatorKind, UnitMaterial
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.listing import HIGHEST, quoted, shown_tokens, spread
from neuronscope.prompts.nouns import Excerpt
from neuronscope.records import ActivationRecord, NeuronRecord, SequenceSimulation

_SAID = 10  # tokens in an explanation


@dataclass(frozen=True)
class TokenMeans:
    """Mean activations by token, in units of activation: what an explanation names, and all that a simulator knows."""

    named: dict[str, float]
    known: dict[str, float]


@dataclass(frozen=True)
class _Sums:
    """Sum of activations and occurrences, by token."""

    sums: dict[str, float]
    counts: dict[str, int]


def token_means(material: UnitMaterial) -> TokenMeans:
    """Means that no scored token went into; empty where nothing is known.

    Named are the tokens of the corpus's table, which occur often enough for a mean; without a table (or one without
    counts, from which nothing can be taken out) those of the unit's own records outside the held-out splits.
    """
    held_out = (*material.splits.calibration, *material.splits.valid, *material.splits.test)
    names = {tuple(record.tokens) for record in held_out}
    own = _means(_summed(record for record in _every(material.record) if tuple(record.tokens) not in names))
    table = _without(material, _summed(held_out))
    return TokenMeans(table or own, own | table)


class TokenLookupExplainer:
    """Explains by naming the unit's strongest tokens (explainer ``tokens``).

    It reads every sequence of the record outside the held-out splits: what is not to be seen stands in one of them.
    """

    @property
    def kind(self) -> ExplainerKind:
        """See Explainer."""
        return "tokens"

    @property
    def model(self) -> str | None:
        """None: no language model is asked."""
        return None

    async def explain(self, material: UnitMaterial) -> Explained:
        """One explanation; a failure where no token has a mean above 0."""
        means = token_means(material).named
        strongest = sorted((token for token in means if means[token] > 0), key=lambda token: (-means[token], token))
        if not strongest:
            reason = "no token has a mean activation above 0 outside the records that are scored"
            return Explained((), (Failure("no-material", reason),))
        return Explained((f"the tokens {quoted(strongest[:_SAID])}",))


class LookupSimulator:
    """Expects each token's mean activation, wherever it stands, and 0 of tokens that were not seen."""

    def __init__(self, means: dict[str, float], scale: float) -> None:
        """``means`` in units of activation; ``scale`` is the activation that becomes 10."""
        self._expected = {token: min(10.0, max(0.0, HIGHEST * mean / scale)) for token, mean in means.items()}

    @property
    def kind(self) -> SimulatorKind:
        """See Simulator."""
        return "lookup"

    @property
    def model(self) -> str | None:
        """None: no language model is asked."""
        return None

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:  # noqa: ARG002
        """Real numbers from 0 to 10; the explanation is not read."""
        return Simulated(tuple(self._simulation(excerpt) for excerpt in excerpts))

    def _simulation(self, excerpt: Excerpt) -> SequenceSimulation:
        expected = spread(excerpt, [self._expected.get(token, 0.0) for token in shown_tokens(excerpt)])
        return SequenceSimulation(list(excerpt.tokens), expected, "simulated_normalized_activations", [], [])


def lookup_simulator(material: UnitMaterial) -> LookupSimulator | None:
    """The unit's own simulator; None where it has no scale or no token was seen outside the held-out records."""
    means = token_means(material).known
    return LookupSimulator(means, material.scale) if material.scale is not None and means else None


def _without(material: UnitMaterial, held_out: _Sums) -> dict[str, float]:
    """The table's means without the held-out occurrences: ``(mean * count - sum) / (count - occurrences)``."""
    table = material.lookup
    if table is None or table.counts is None:
        return {}
    whole = _Sums({}, {})
    for token, mean, count in zip(table.tokens, table.average_activations, table.counts, strict=True):
        if mean is not None:
            _add(whole, token, mean * count, count)
    left = _Sums(
        {token: total - held_out.sums.get(token, 0.0) for token, total in whole.sums.items()},
        {token: count - held_out.counts.get(token, 0) for token, count in whole.counts.items()},
    )
    return _means(left)


def _summed(records: Iterable[ActivationRecord]) -> _Sums:
    """Of the counted tokens; by far the most of a unit's work, so that it is one plain loop."""
    sums: defaultdict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    for record in records:
        ignored = record.ignored or ()
        for position, (token, activation) in enumerate(zip(record.tokens, record.activations, strict=True)):
            if token and position not in ignored:
                sums[token] += activation
                counts[token] += 1
    return _Sums(sums, counts)


def _add(summed: _Sums, token: str, total: float, count: int) -> None:
    summed.sums[token] = summed.sums.get(token, 0.0) + total
    summed.counts[token] = summed.counts.get(token, 0) + count


def _means(summed: _Sums) -> dict[str, float]:
    """Means of tokens that occur; all occurrences of the others were held out."""
    return {token: total / summed.counts[token] for token, total in summed.sums.items() if summed.counts[token] > 0}


def _every(record: NeuronRecord) -> Iterable[ActivationRecord]:
    """All sequences of the record, each once."""
    groups = (
        record.most_positive_activation_records,
        record.random_sample,
        *(record.random_sample_by_quantile or ()),
        record.most_negative_activation_records or (),
    )
    return {tuple(one.tokens): one for group in groups for one in group}.values()
