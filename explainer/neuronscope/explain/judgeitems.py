"""A unit's held-out records in, texts for a judge out: as many that fit the unit as texts that do not. Pure but seeded.

The unit *fires* on a token whose activation is above the density threshold of its statistics (above 0 where there is
none): "above zero" alone says little of gated MLPs (method, section 2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronscope.explain.options import Split
from neuronscope.explain.parts import JudgeItem, JudgeTask, UnitMaterial
from neuronscope.prompts.listing import shown_positions
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.records import ActivationRecord

NO_TEXTS = "no held-out text"
NEVER_FIRES = "the unit fires on no held-out text"
ALWAYS_FIRES = "no held-out random text on which the unit is silent"
NOTHING_SILENT = "no held-out text on which the unit fires has a token on which it is silent"
_STRONG = 0.5  # share of a text's peak from which on its tokens are marked

_TASKS: dict[JudgeTask, int] = {"detection": 0, "fuzzing": 1}


def judge_items(material: UnitMaterial, task: JudgeTask, split: Split, *, seed: int) -> tuple[JudgeItem, ...] | str:
    """Items in an order that the seed draws, or the reason why there are none.

    Detection: top records on which the unit fires, and random records on which it is silent, equally many. Fuzzing:
    each top record twice, with the tokens of at least half its peak marked, and with as many silent ones.
    """
    records: Sequence[ActivationRecord] = getattr(material.splits, split)
    if not records:
        return NO_TEXTS
    unit = material.unit
    draws = np.random.default_rng([seed, unit.layer_index, unit.neuron_index, _TASKS[task]])
    items = _detection(material, records, draws) if task == "detection" else _fuzzing(material, records, draws)
    return items if isinstance(items, str) else tuple(items[place] for place in draws.permutation(len(items)))


def _detection(
    material: UnitMaterial, records: Sequence[ActivationRecord], draws: np.random.Generator
) -> list[JudgeItem] | str:
    numbered = list(enumerate(records))
    top = _top(material)
    yes = [(number, one) for number, one in numbered if tuple(one.tokens) in top and _firing(material, one)]
    no = [(number, one) for number, one in numbered if tuple(one.tokens) not in top and not _firing(material, one)]
    if not yes or not no:
        return ALWAYS_FIRES if yes else NEVER_FIRES
    many = min(len(yes), len(no))
    drawn = [(some[place], truth) for some, truth in ((yes, True), (no, False)) for place in _draw(draws, some, many)]
    return [JudgeItem(excerpt_of(record), truth, number) for (number, record), truth in drawn]


def _fuzzing(
    material: UnitMaterial, records: Sequence[ActivationRecord], draws: np.random.Generator
) -> list[JudgeItem] | str:
    top = _top(material)
    items: list[JudgeItem] = []
    fired = False
    for number, record in enumerate(records):
        firing = set(_firing(material, record)) if tuple(record.tokens) in top else set()
        fired = fired or bool(firing)
        strong = _strong(record, firing)
        silent = [position for position in shown_positions(excerpt_of(record)) if position not in firing]
        many = min(len(strong), len(silent))
        if many:
            wrong = frozenset(silent[place] for place in _draw(draws, silent, many))
            marks = ((frozenset(strong[:many]), True), (wrong, False))
            items += [JudgeItem(excerpt_of(record), truth, number, marked) for marked, truth in marks]
    return items or (NOTHING_SILENT if fired else NEVER_FIRES)


def _top(material: UnitMaterial) -> set[tuple[str, ...]]:
    return {tuple(record.tokens) for record in material.record.most_positive_activation_records}


def _firing(material: UnitMaterial, record: ActivationRecord) -> list[int]:
    """The shown positions on which the unit fires."""
    statistics = material.record.statistics
    threshold = (statistics.density_threshold if statistics else None) or 0.0
    return [position for position in shown_positions(excerpt_of(record)) if record.activations[position] > threshold]


def _strong(record: ActivationRecord, firing: set[int]) -> list[int]:
    """Of the firing positions those of at least half the strongest, strongest first."""
    peak = max((record.activations[position] for position in firing), default=0.0)
    strong = [position for position in firing if record.activations[position] >= _STRONG * peak]
    return sorted(strong, key=lambda position: (-record.activations[position], position))


def _draw(draws: np.random.Generator, some: Sequence[object], many: int) -> list[int]:
    """``many`` different places in ``some``."""
    return sorted(draws.permutation(len(some))[:many].tolist())
