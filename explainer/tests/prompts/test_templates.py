"""Texts with slots and sets of examples as values: what they refuse, and how slots are filled."""

from __future__ import annotations

import pytest

from neuronscope.errors import BadInput
from neuronscope.prompts.templates import FewShot, JudgeExample, Listed, SimulateExample, Templates, slots_in


def test_slots_are_filled_once_and_other_braces_are_text() -> None:
    templates = Templates({"a": 'one {word}, {"json": 1}, {word}'})
    assert templates.text("a", {"word": "{word} {other}"}) == 'one {word} {other}, {"json": 1}, {word} {other}'
    assert slots_in('{a} {b_c} {"d": {}} {E} {a}') == {"a", "b_c"}


def test_a_set_is_found_by_its_name_and_none_has_no_examples() -> None:
    templates = Templates({}, {"mine": FewShot(detection=())})
    assert templates.few_shot(None) == FewShot()
    assert templates.few_shot("mine") == FewShot()
    with pytest.raises(BadInput, match="no set of examples is called theirs: choose mine, none"):
        templates.few_shot("theirs")


def test_an_example_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="2 tokens but 1 numbers"):
        Listed(("a", "b"), (1,))
    with pytest.raises(ValueError, match="outside 0 to 10"):
        Listed(("a",), (11,))
    with pytest.raises(ValueError, match="first_known is 2 of 2 tokens"):
        SimulateExample("x", ("a", "b"), (0, 1), 2)
    with pytest.raises(ValueError, match="1 texts, 1 marks and 2 answers"):
        JudgeExample("x", (("a",),), ((),), (True, False))
    with pytest.raises(ValueError, match="marks"):
        JudgeExample("x", (("a",),), ((1,),), (True,))


def test_a_simulated_example_shows_unknown_up_to_the_first_known_number() -> None:
    assert SimulateExample("x", ("a", "b", "c"), (3, 0, 9), 1).shown_numbers() == [None, 0, 9]
