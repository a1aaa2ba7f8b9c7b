"""Conditions as people write them: read back as they were meant, or refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset.conditions import SORTABLE, Condition, read_condition
from neuronscope.errors import BadInput


@given(
    st.sampled_from(SORTABLE),
    st.sampled_from([">=", "<="]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " "]),
)
def test_every_condition_is_read_as_it_is_written(column, operator, value, space) -> None:
    written = f"{column}{space}{operator}{space}{value!r}"
    assert read_condition(written) == Condition(column, operator, value)


@pytest.mark.parametrize(("text", "value"), [("0.001", 0.001), ("-3", -3), ("1e-5", 1e-5), ("+.5", 0.5), ("5.", 5)])
def test_numbers_may_be_written_in_any_usual_way(text: str, value: float) -> None:
    assert read_condition(f"mean>={text}").value == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *[(text, "as in density<=0.01") for text in ("", "density", "density<=", "<=3", "density<0.01", "density=<1")],
        *[(text, "as in density<=0.01") for text in ("density<=nan", "density<=1_0", "density<=0x1", "a b<=1")],
        *[("density<=1 OR 1=1", "as in density<=0.01"), ("density<=\u0663", "as in density<=0.01")],
        *[(f"{'x' * 5000}<=1", "cannot be read"), ("density>=" + "9" * 5000, "cannot be read")],
        ("density<=1e999", "cannot be compared with inf"),
        ("peak_token>=1", "no number 'peak_token'; they have layer, max"),
    ],
)
def test_anything_else_is_refused_with_a_short_sentence(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        read_condition(text)
    assert len(str(refused.value)) < 250
