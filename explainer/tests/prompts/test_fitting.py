"""What is left out of a prompt that is too long: examples first, the last one first, then the unit's own records."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.messages import Message
from neuronscope.prompts.fitting import Kept, fit


def build(kept: Kept) -> list[Message]:
    """A token for the frame, one for each record."""
    return [
        Message("user", f"{list(kept.examples)} {list(kept.own)}" + " x" * sum(map(sum, [*kept.examples, kept.own])))
    ]


def count(messages: Sequence[Message]) -> int:
    return messages[0].content.count("x")


WHOLE = Kept(((3,), (2, 1)), (2, 2))

ORDER = [
    Kept(((3,), (2, 1)), (2, 2)),
    Kept(((3,), (1, 1)), (2, 2)),
    Kept(((3,),), (2, 2)),
    Kept(((2,),), (2, 2)),
    Kept(((1,),), (2, 2)),
    Kept((), (2, 2)),
    Kept((), (2, 1)),
    Kept((), (1, 1)),
]


@pytest.mark.parametrize("step", range(len(ORDER)))
def test_records_are_left_out_in_this_order(step: int) -> None:
    kept = ORDER[step]
    limit = count(build(kept)) + 5
    fitted = fit(build, WHOLE, count=count, limit=limit, reserve=5)
    assert fitted.messages == tuple(build(kept))
    assert fitted.fits
    assert bool(fitted.notes) == (step > 0)


def test_a_note_says_what_was_left_out_and_why() -> None:
    assert fit(build, WHOLE, count=count, limit=6, reserve=0).notes == (
        "1 of 3 records of example 1 were left out of the prompt, which would have taken 10 tokens of 6",
        "example 2 of 2 was left out of the prompt, which would have taken 10 tokens of 6",
    )
    notes = fit(build, WHOLE, count=count, limit=3, reserve=0).notes
    assert (
        notes[-1] == "1 of the unit's own 4 records were left out of the prompt, which would have taken 10 tokens of 3"
    )


def test_one_record_of_each_group_stays_even_where_it_does_not_fit() -> None:
    fitted = fit(build, WHOLE, count=count, limit=1, reserve=0)
    assert fitted.messages == tuple(build(Kept((), (1, 1))))
    assert not fitted.fits


def test_without_a_limit_nothing_is_counted() -> None:
    def refuse(_: Sequence[Message]) -> int:
        raise AssertionError

    assert fit(build, WHOLE, count=refuse, limit=None).messages == tuple(build(WHOLE))


SIZES = st.lists(st.integers(0, 4), max_size=3).map(tuple)


@given(st.lists(SIZES, max_size=4).map(tuple), SIZES, st.integers(0, 40), st.integers(0, 10))
def test_as_much_stays_as_fits(
    examples: tuple[tuple[int, ...], ...], own: tuple[int, ...], limit: int, reserve: int
) -> None:
    whole = Kept(examples, own)
    fitted = fit(build, whole, count=count, limit=limit, reserve=reserve)
    used = count(fitted.messages)
    assert fitted.fits == (used + reserve <= limit)
    if count(build(whole)) + reserve <= limit:
        assert fitted.messages == tuple(build(whole))
        assert fitted.notes == ()
    elif not fitted.fits:
        assert used == sum(min(1, size) if size < 2 else 1 for size in own)
