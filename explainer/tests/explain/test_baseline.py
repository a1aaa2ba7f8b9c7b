"""The shuffled baseline: everybody gets another unit's explanation, the same one whatever the order of the run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.explain.baseline import ALONE, in_a_row, shuffled_partners
from neuronscope.explain.nouns import Partner
from neuronscope.records import NeuronId

UNITS = st.lists(st.builds(NeuronId, st.integers(0, 5), st.integers(0, 50)), unique=True, min_size=2, max_size=30)


@given(UNITS, st.integers(0, 1000))
def test_each_is_somebody_elses_partner_exactly_once(units: list[NeuronId], seed: int) -> None:
    partners = shuffled_partners(units, seed=seed)
    assert [partner.unit for partner in partners] == units
    assert all(partner.partner != partner.unit for partner in partners)
    assert {partner.partner for partner in partners} == set(units)


@given(UNITS, st.integers(0, 1000))
def test_in_a_row_each_is_followed_by_its_partner(units: list[NeuronId], seed: int) -> None:
    row = in_a_row(units, seed=seed)
    partners = {one.unit: one.partner for one in shuffled_partners(units, seed=seed)}
    assert [partners[unit] for unit in row] == [*row[1:], row[0]]


@given(UNITS.flatmap(lambda units: st.tuples(st.just(units), st.permutations(units))), st.integers(0, 1000))
def test_the_order_of_the_run_changes_nothing(both: tuple[list[NeuronId], list[NeuronId]], seed: int) -> None:
    one, other = both
    assert set(shuffled_partners(one, seed=seed)) == set(shuffled_partners(other, seed=seed))


def test_another_seed_is_another_choice() -> None:
    units = [NeuronId(0, unit) for unit in range(20)]
    assert shuffled_partners(units, seed=0) != shuffled_partners(units, seed=1)


def test_every_other_unit_is_as_likely() -> None:
    units = [NeuronId(0, unit) for unit in range(4)]
    chosen = [shuffled_partners(units, seed=seed)[0].partner for seed in range(3000)]
    assert all(900 < chosen.count(unit) < 1100 for unit in units[1:])


def test_a_unit_alone_has_no_partner_and_a_reason() -> None:
    assert shuffled_partners([NeuronId(3, 7)]) == [Partner(NeuronId(3, 7), None, ALONE)]
    assert shuffled_partners([]) == []


def test_a_unit_named_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="unit 3:7 stands twice"):
        shuffled_partners([NeuronId(3, 7), NeuronId(0, 1), NeuronId(3, 7)])
