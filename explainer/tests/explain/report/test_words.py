"""Numbers as they are said."""

from __future__ import annotations

import pytest

from neuronscope.explain.report import words


@pytest.mark.parametrize(
    ("value", "said", "signed"),
    [
        (None, "-", "-"),
        (0.12345, "0.123", "+0.123"),
        (-0.12345, "-0.123", "-0.123"),
        (-0.0001, "0.000", "0.000"),
        (1.0, "1.000", "+1.000"),
    ],
)
def test_numbers_have_three_decimals_and_zero_no_sign(value: float | None, said: str, signed: str) -> None:
    assert words.number(value) == said
    assert words.number(value, signed=True) == signed


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "-"), (0, 9, "0%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (9, 9, "100%"), (1, 3, "33%")],
)
def test_some_are_never_said_to_be_none_or_all(part: int, whole: int, said: str) -> None:
    assert words.percent(part, whole) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations_are_short(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_names_of_scores_are_words() -> None:
    assert words.score_name("detection_balanced_accuracy") == "detection, balanced accuracy"
    assert words.score_name("fuzzing_f1") == "fuzzing, f1"
    assert words.score_name("correlation_random") == "correlation, random only"
    assert words.score_name("another_score") == "another_score"
