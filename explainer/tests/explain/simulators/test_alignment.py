"""Pairing a reply's tokens with those shown, against all pairings there are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.explain.simulators.alignment import align

some_tokens = st.lists(st.sampled_from("abc"), max_size=5)
some_items = st.lists(st.sampled_from(["a", "b", "c", "x", None]), max_size=5)


def worth(places: list[int | None], shown: list[str], said: list[str | None], whole: bool) -> tuple[int, int]:
    """Pairs, and neighbours among them, the two beginnings and (of a whole reply) ends counted as pairs."""
    pairs = [(i, j) for i, j in enumerate(places) if j is not None]
    edges = [(-1, -1), *pairs, *([(len(shown), len(said))] if whole else [])]
    joined = sum(b == (a[0] + 1, a[1] + 1) for a, b in itertools.pairwise(edges))
    return len(pairs), joined if pairs else 0


def all_pairings(shown: list[str], said: list[str | None]) -> list[list[int | None]]:
    """Every way to pair equal tokens in order."""
    found = []
    for places in itertools.product([None, *range(len(said))], repeat=len(shown)):
        used = [j for j in places if j is not None]
        if used == sorted(set(used)) and all(j is None or shown[i] == said[j] for i, j in enumerate(places)):
            found.append(list(places))
    return found


@given(some_tokens, some_items, st.booleans())
def test_no_pairing_has_more_pairs_or_as_many_with_fewer_gaps(
    shown: list[str], said: list[str | None], whole: bool
) -> None:
    places = align(shown, said, whole=whole)
    pairings = all_pairings(shown, said)
    assert places in pairings
    assert worth(places, shown, said, whole) == max(worth(other, shown, said, whole) for other in pairings)


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12), st.data())
def test_one_altered_token_costs_that_token_alone(shown: list[str], data: st.DataObject) -> None:
    altered = data.draw(st.integers(0, len(shown) - 1))
    said: list[str | None] = [*shown]
    said[altered] = "something else"
    assert align(shown, said) == [None if i == altered else i for i in range(len(shown))]


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12), st.integers(0, 12))
def test_a_reply_that_broke_off_is_read_from_the_front(shown: list[str], length: int) -> None:
    said = shown[:length]
    assert align(shown, said, whole=False) == [i if i < length else None for i in range(len(shown))]


@pytest.mark.parametrize(
    ("shown", "said", "places"),
    [
        ("the cat sat on the mat", "cat sat on the mat", [None, 0, 1, 2, 3, 4]),  # the first left out
        ("the cat sat on the mat", "the cat sat on the", [0, 1, 2, 3, 4, None]),  # the last left out
        ("the cat sat on the mat", "the cat on the mat", [0, 1, None, 2, 3, 4]),
        ("the cat sat on the mat", "the big cat sat on the mat", [0, 2, 3, 4, 5, 6]),  # one put in
        ("a b c a b c", "a b X a b c", [0, 1, None, 3, 4, 5]),  # the longest run of equal tokens is not in its place
        ("the cat the dog", "the dog", [0, None, None, 1]),
        ("a", "", [None]),
        ("", "a", []),
    ],
)
def test_what_was_left_out_or_put_in_shifts_nothing_else(shown: str, said: str, places: list[int | None]) -> None:
    assert align(shown.split(), said.split()) == places


def test_a_long_reply_is_paired_in_no_time() -> None:
    shown = [str(i % 7) for i in range(400)]
    assert align(shown, [*shown[:200], *shown[201:]]).count(None) == 1
