"""Strings as trees of tokens, against enumeration of all strings of a small language."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.llm.candidates import candidate_tree

PATHS = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=3).map(tuple), min_size=1, max_size=6, unique=True)
DEPTH = 4


def language(seed: list[float]) -> dict[tuple[int, ...], dict[int, float]]:
    """Some distribution over tokens 0, 1, 2 after each path of up to three tokens."""
    nodes = [path for depth in range(DEPTH) for path in itertools.product(range(3), repeat=depth)]
    out = {}
    for index, node in enumerate(nodes):
        weights = [seed[(3 * index + token) % len(seed)] + 0.1 * token for token in range(3)]
        out[node] = {token: math.log(weight / sum(weights)) for token, weight in enumerate(weights)}
    return out


@given(PATHS, st.lists(st.floats(0.05, 1), min_size=5, max_size=11))
def test_each_candidate_gets_the_texts_that_no_longer_candidate_claims(
    paths: list[tuple[int, ...]], seed: list[float]
) -> None:
    tree = candidate_tree([str(path) for path in paths], paths)
    given_by_node = language(seed)
    needed = {node: {token: given_by_node[node][token] for token in tree.children(node)} for node in tree.nodes}
    found = tree.combine(needed)
    expected = dict.fromkeys(paths, 0.0)
    for text in itertools.product(range(3), repeat=DEPTH):
        probability = math.exp(sum(given_by_node[text[:i]][token] for i, token in enumerate(text)))
        claims = [path for path in paths if text[: len(path)] == path]
        if claims:
            expected[max(claims, key=len)] += probability
    for path, value in zip(paths, found, strict=True):
        assert math.isfinite(value)
        assert math.exp(value) == pytest.approx(expected[path], abs=1e-9)


def test_ten_is_one_then_nought_and_one_is_what_is_left() -> None:
    tree = candidate_tree(["0", "1", "10"], [[5], [6], [6, 5]])
    assert tree.nodes == ((), (6,))
    assert (tree.children(()), tree.children((6,))) == ([5, 6], [5])
    logprobs = {(): {5: math.log(0.2), 6: math.log(0.6)}, (6,): {5: math.log(0.25)}}
    assert [math.exp(value) for value in tree.combine(logprobs)] == pytest.approx([0.2, 0.45, 0.15])


def test_rounding_that_gives_all_to_the_longer_one_leaves_a_finite_number() -> None:
    tree = candidate_tree(["1", "10"], [[6], [6, 5]])
    one, ten = tree.combine({(): {6: -0.5}, (6,): {5: 1e-7}})
    assert ten == pytest.approx(-0.5)
    assert -40 < one < -30


def test_candidates_of_the_same_tokens_are_refused() -> None:
    with pytest.raises(BadInput, match="'a' and 'A' as the same"):
        candidate_tree(["a", "A"], [[1, 2], [1, 2]])
