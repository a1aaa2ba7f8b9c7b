"""Texts for judges: balanced, from one split, the same for the same seed, and with a reason where there are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.explain.judgeitems import ALWAYS_FIRES, NEVER_FIRES, NO_TEXTS, NOTHING_SILENT, judge_items
from neuronscope.explain.parts import JudgeItem, UnitMaterial
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, Statistics

UNIT = NeuronId(3, 4)


def statistics(threshold: float) -> Statistics:
    return Statistics(1, 1, 1, 0, False, 0.0, 9.0, 0.1, threshold, "from about 10% of the maximum on")


def material(top: list[ActivationRecord], random: list[ActivationRecord], threshold: float = 1.0) -> UnitMaterial:
    record = NeuronRecord(
        UNIT, most_positive_activation_records=top, random_sample=random, statistics=statistics(threshold)
    )
    return UnitMaterial(UNIT, record, record.splits(), 9.0)


def firing(count: int) -> list[ActivationRecord]:
    return [
        ActivationRecord(["sink", f"top{i}", " b", " c"], [50.0, 9 - i / 9, 0.2, 5.0], ignored=[0])
        for i in range(count)
    ]


def silent(count: int) -> list[ActivationRecord]:
    return [ActivationRecord(["sink", f"random{i}", " b"], [50.0, 0.9, 0.1], ignored=[0]) for i in range(count)]


def items_of(found: tuple[JudgeItem, ...] | str) -> tuple[JudgeItem, ...]:
    assert not isinstance(found, str), found
    return found


def test_detection_has_as_many_texts_that_fit_as_texts_that_do_not_all_of_one_split() -> None:
    unit = material(firing(20), silent(15))
    items = items_of(judge_items(unit, "detection", "test", seed=0))
    assert [item.truth for item in items].count(True) == [item.truth for item in items].count(False) == 5
    scored = {tuple(record.tokens) for record in unit.splits.test}
    assert {item.excerpt.tokens for item in items} == scored
    assert not any(item.marked for item in items)
    assert [item.truth for item in items] != sorted((item.truth for item in items), reverse=True)


def test_an_ignored_position_makes_no_text_one_that_the_unit_fires_on() -> None:
    assert len(items_of(judge_items(material(firing(20), silent(15)), "detection", "valid", seed=0))) == 10


def test_fuzzing_marks_the_strong_tokens_and_as_many_silent_ones_of_the_same_text() -> None:
    items = items_of(judge_items(material(firing(20), silent(15)), "fuzzing", "test", seed=0))
    by_text: dict[int, dict[bool, frozenset[int]]] = {}
    for item in items:
        by_text.setdefault(item.sequence, {})[item.truth] = item.marked
    assert len(by_text) == 5
    for marks in by_text.values():
        # Tokens 1 and 3 are at least half the peak, and there is one silent token to mark instead.
        assert marks == {True: frozenset({1}), False: frozenset({2})}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20), st.integers(0, 15), st.integers(0, 5), st.sampled_from(["detection", "fuzzing"]))
def test_items_are_balanced_or_there_is_a_reason(top: int, random: int, seed: int, task: str) -> None:
    unit = material(firing(top), silent(random))
    found = judge_items(unit, task, "test", seed=seed)  # type: ignore[arg-type]
    assert found == judge_items(unit, task, "test", seed=seed)  # type: ignore[arg-type]
    if isinstance(found, str):
        assert found in (NO_TEXTS, NEVER_FIRES, ALWAYS_FIRES)
    else:
        assert found
        assert sum(item.truth for item in found) * 2 == len(found)


@pytest.mark.parametrize(
    ("unit", "task", "reason"),
    [
        (material([], []), "detection", NO_TEXTS),
        (material(silent(8), silent(0)), "detection", NEVER_FIRES),
        (material(firing(8), firing(15)[8:]), "detection", ALWAYS_FIRES),
        (material(silent(8), []), "fuzzing", NEVER_FIRES),
        (material([ActivationRecord([f"x{i}"], [5.0]) for i in range(8)], []), "fuzzing", NOTHING_SILENT),
    ],
)
def test_without_texts_there_is_a_reason(unit: UnitMaterial, task: str, reason: str) -> None:
    assert judge_items(unit, task, "test", seed=0) == reason  # type: ignore[arg-type]
