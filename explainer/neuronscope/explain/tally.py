"""What went right and wrong in a run, counted as it goes; the report of the run out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from neuronscope.dataset.runs import FailedUnit
from neuronscope.explain.parts import ExplainerKind
from neuronscope.llm.accounting import Totals
from neuronscope.llm.journal import Standing
from neuronscope.llm.protocol import Failure, LanguageModel
from neuronscope.records import NeuronId

_MOST_SENTENCES = 20  # of one kind of failure; others are counted together
_OTHERS = "other reasons"
# Failures that are found after a model has answered, so that no model counts them.
_FOUND_LATER = frozenset({"unparsed", "no-material"})


@dataclass
class Tally:
    """Counts of one run."""

    explained: int = 0
    scored: int = 0
    failed: list[FailedUnit] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    sentences: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add_failures(self, failures: Iterable[Failure]) -> None:
        """Answers that failed."""
        for failure in failures:
            self.kinds[failure.kind] += 1
            known = self.sentences[failure.kind]
            known[failure.reason if failure.reason in known or len(known) < _MOST_SENTENCES else _OTHERS] += 1

    def add_failed_unit(self, unit: NeuronId, explainer: ExplainerKind, failure: Failure) -> None:
        """A unit that lacks an explanation."""
        place = (unit.layer_index, unit.neuron_index)
        self.failed.append(FailedUnit(*place, explainer, failure.kind, failure.reason))

    def all_failures(self, totals: Totals) -> dict[str, int]:
        """By kind, those that models counted and those that were found in their answers."""
        later = {kind: count for kind, count in self.kinds.items() if kind in _FOUND_LATER}
        return dict(sorted((Counter(totals.failures) + Counter(later)).items()))

    def reasons(self) -> dict[str, dict[str, int]]:
        """Sentences by kind, most frequent first."""
        return {kind: dict(self.sentences[kind].most_common()) for kind in sorted(self.sentences)}


def whole_totals(models: Sequence[LanguageModel], earlier: Mapping[str, Standing]) -> Totals:
    """What was asked of all models together, by earlier parts of the run too."""
    parts = [standing.totals for standing in earlier.values()] + [model.totals() for model in models]
    return reduce(add, parts) if parts else Totals()


def earlier_seconds(earlier: Mapping[str, Standing]) -> float:
    """How long earlier parts of the run worked; models of one part worked side by side."""
    longest: dict[str, float] = {}
    for who, standing in earlier.items():
        part = who.partition(".")[0]
        longest[part] = max(longest.get(part, 0.0), standing.seconds)
    return sum(longest.values())
