"""The shuffled baseline: which other unit's explanation scores each unit of a run. Units and a seed in, pairs out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from neuronscope.errors import BadInput
from neuronscope.explain.nouns import Partner
from neuronscope.records import NeuronId

ALONE = "the run has no other explained unit"


def shuffled_partners(units: Sequence[NeuronId], *, seed: int = 0) -> list[Partner]:
    """For each of ``units`` (those of the run that have an explanation) another one of them, in the order given.

    Nobody is their own partner, and everybody is somebody's. The choice depends on the set of units and on ``seed`` (0
    or greater) alone, so a run that is resumed or ordered otherwise compares with the same explanations.

    :raises BadInput: a unit stands twice.
    """
    circle = in_a_row(units, seed=seed)
    if len(circle) < 2:
        return [Partner(unit, None, ALONE) for unit in units]
    following_in_circle = dict(zip(circle, [*circle[1:], circle[0]], strict=True))
    return [Partner(unit, following_in_circle[unit]) for unit in units]


def in_a_row(units: Sequence[NeuronId], *, seed: int = 0) -> list[NeuronId]:
    """The units in random order, a circle cut open: each one's partner is the next, and the last one's the first.

    :raises BadInput: a unit stands twice.
    """
    ring = sorted(units, key=lambda unit: (unit.layer_index, unit.neuron_index))
    for unit, following in pairwise(ring):
        if unit == following:
            raise BadInput(f"unit {unit.layer_index}:{unit.neuron_index} stands twice in the run; name it once")
    return [ring[place] for place in np.random.default_rng(seed).permutation(len(ring))]
