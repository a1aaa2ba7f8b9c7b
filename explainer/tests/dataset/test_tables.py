"""What is wrong in a table of units, and in lists of them."""

from __future__ import annotations

import json

import pytest

from neuronscope import codec
from neuronscope.dataset.tables import list_faults, table_faults

TABLE = {"layer": 3, "unit": [4, 17], "max": [1.0, None], "dead": [True, None], "sequences_fired": [0, 5]}
TABLE |= {"peak_token": [" the", None], "mean": [1, 0.5], "later": ["anything", {}]}


def said_of_table(**changes: object) -> list[str]:
    return list(table_faults(codec.dumps(TABLE | changes), 3, [4, 17]))


def test_a_right_table_has_no_faults():
    assert said_of_table() == []


def test_faults_of_a_table_of_units():
    assert list(table_faults(codec.dumps(TABLE | {"layer": 2}), 3, range(2))) == [
        "$.layer: 2, but it lies at layer 3",
        "$.unit: not the units of this layer, in order",
    ]
    assert said_of_table(max=[1.0]) == [
        "$: columns of unequal length: unit 2, max 1, mean 2, dead 2, sequences_fired 2, peak_token 2"
    ]
    assert list(table_faults(b"[]", 3, [])) == ["$: Expected `object`, got `array`"]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("layer", True, "$.layer: Expected `int`, got `bool`"),
        ("unit", [4, 17.5], "$.unit[1]: Expected `int`, got `float`"),
        ("max", [1.0, "2"], "$.max[1]: Expected `float | null`, got `str`"),
        ("mean", [True, False], "$.mean[0]: Expected `float | null`, got `bool`"),
        ("dead", [False, 0], "$.dead[1]: Expected `bool | null`, got `int`"),
        ("sequences_fired", [0.5, 1], "$.sequences_fired[0]: Expected `int | null`, got `float`"),
        ("peak_token", [1, "a"], "$.peak_token[0]: Expected `str | null`, got `int`"),
        ("score", 0.5, "$.score: Expected `array | null`, got `float`"),
    ],
)
def test_a_value_of_another_kind_is_named(column, values, expected):
    assert said_of_table(**{column: values}) == [expected]


def test_a_layer_that_is_said_to_be_endless_is_not_written_out():
    assert list(table_faults(codec.dumps(TABLE), 3, range(10**18))) == ["$.unit: not the units of this layer, in order"]


def said_of_lists(*units: object) -> list[str]:
    lists = {"lists": [{"title": "One word each", "note": None, "units": list(units)}]}
    return list(list_faults(json.dumps(lists).encode(), {0: range(10**18), 3: [4, 17]}))


def test_right_lists_have_no_faults():
    assert (
        said_of_lists({"layer": 3, "unit": 17, "label": "of", "description": None}, {"layer": 0, "unit": 10**9}) == []
    )
    assert list(list_faults(b'{"lists": []}', {})) == []


def test_units_that_the_dataset_lacks_are_named_and_the_rest_counted():
    lacking = [{"layer": 3, "unit": 5}, {"layer": 1, "unit": 0}, {"layer": 0, "unit": 10**18}, {"layer": 3, "unit": 0}]
    assert said_of_lists({"layer": 3, "unit": 4}, *lacking) == [
        "$.lists[0].units[1]: the dataset has no layer 3, unit 5",
        "$.lists[0].units[2]: the dataset has no layer 1, unit 0",
        "$.lists[0].units[3]: the dataset has no layer 0, unit 1000000000000000000",
        "1 more units are not in the dataset",
    ]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({"layer": 3}, "$.lists[0].units[0]: Object missing required field `unit`"),
        ({"layer": 3, "unit": -4}, "$.lists[0].units[0]: layer and unit must be 0 or greater"),
        ({"layer": 3, "unit": True}, "$.lists[0].units[0].unit: Expected `int`, got `bool`"),
        ({"layer": 3, "unit": 4.5}, "$.lists[0].units[0].unit: Expected `int`, got `float`"),
        ({"layer": 3, "unit": 4, "label": 1}, "$.lists[0].units[0].label: Expected `str | null`, got `int`"),
        ("3_4", "$.lists[0].units[0]: Expected `object`, got `str`"),
    ],
)
def test_a_listed_unit_that_cannot_be_read_is_said_with_its_place(unit, expected):
    assert said_of_lists(unit) == [expected]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"lists": {}}', b'{"lists": [{"units": []}]}'])
def test_what_is_no_lists_file_is_one_fault(data):
    assert len(list(list_faults(data, {}))) == 1
