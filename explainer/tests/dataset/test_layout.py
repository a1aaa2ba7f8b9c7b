"""The names inside a dataset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset import layout
from neuronscope.errors import BadInput


def test_paths_are_the_public_ones():
    assert layout.unit_path("collated-activations", 3, 17) == "collated-activations/3/17.json"
    assert layout.unit_path("explanations", 3, 17) == "explanations/3/17.jsonl"
    assert layout.zip_path("related-tokens/weight-based", 3) == "related-tokens/weight-based/3.zip"
    assert layout.units_path(3) == "units/3.json"


@given(st.integers(0, 10**17), st.sampled_from(layout.PARTS))
def test_a_units_name_gives_its_number_back(unit, part):
    assert layout.number(layout.unit_name(part, unit), layout.extension(part)) == unit


@pytest.mark.parametrize(
    "name", ["", ".json", "007.json", "-1.json", "+1.json", "1", "1.jsonl", "1.JSON", "²3.json", "1_0.json"]
)
def test_other_names_are_no_units(name):
    assert layout.number(name, ".json") is None


def test_an_unknown_part_lists_the_known_ones():
    with pytest.raises(BadInput, match=r"'activations'.*collated-activations, explanations"):
        layout.known_part("activations")
