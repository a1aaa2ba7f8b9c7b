"""Detection and fuzzing: brute force, failures as wrong answers, intervals that know how few texts there were."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.explain import answers as metrics
from neuronscope.explain.classification import score_answers
from neuronscope.explain.nouns import Answer, Confusion
from neuronscope.records import Score

PROBABILITY = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
SAID = st.sampled_from([True, False, None])
ANSWERS = st.lists(
    st.builds(Answer, st.booleans(), SAID, PROBABILITY, st.one_of(st.none(), st.integers(0, 5))), max_size=25
)


def wrongly_filled_in(answer: Answer) -> bool:
    """What was said, an unparsed answer being the wrong one."""
    return not answer.truth if answer.said is None else answer.said


@given(ANSWERS)
@settings(max_examples=100)
def test_metrics_are_those_of_brute_force(answers: list[Answer]) -> None:
    scores = score_answers(answers)
    said = [(answer.truth, wrongly_filled_in(answer)) for answer in answers]
    of_yes, of_no = [s for t, s in said if t], [not s for t, s in said if not t]
    claims = [t for t, s in said if s]
    if not any(answer.said is not None for answer in answers):
        assert all(score.value is None for score in scores.by_name("detection").values())
        return
    assert scores.accuracy.value == pytest.approx(np.mean([t == s for t, s in said]))
    assert scores.recall.value == (pytest.approx(np.mean(of_yes)) if of_yes else None)
    assert scores.precision.value == (pytest.approx(np.mean(claims)) if claims else None)
    both = of_yes and of_no
    assert scores.balanced_accuracy.value == (pytest.approx((np.mean(of_yes) + np.mean(of_no)) / 2) if both else None)
    if of_yes and sum(of_yes):
        harmonic = scipy.stats.hmean([scores.recall.value, scores.precision.value])
        assert scores.f1.value == pytest.approx(harmonic)
    else:
        assert scores.f1.value == (0 if of_yes else None)


def won_by_yes(yes: Answer, no: Answer) -> float:
    if yes.said is None or no.said is None:
        return 0
    assert yes.probability is not None
    assert no.probability is not None
    return (yes.probability > no.probability) + (yes.probability == no.probability) / 2


@given(ANSWERS)
@settings(max_examples=100)
def test_auc_is_the_share_of_pairs_that_are_ranked_rightly(answers: list[Answer]) -> None:
    yes, no = [a for a in answers if a.truth], [a for a in answers if not a.truth]
    pairs = [won_by_yes(*pair) for pair in itertools.product(yes, no)]
    assert metrics.auc(answers).value == (pytest.approx(np.mean(pairs)) if pairs else None)


@given(ANSWERS.flatmap(lambda answers: st.tuples(st.just(answers), st.permutations(answers))))
@settings(max_examples=30)
def test_the_order_of_the_answers_changes_nothing(both: tuple[list[Answer], list[Answer]]) -> None:
    assert score_answers(both[0]) == score_answers(both[1])


@given(ANSWERS)
@settings(max_examples=50)
def test_a_score_is_between_0_and_1_in_its_interval_or_has_a_reason(answers: list[Answer]) -> None:
    for score in score_answers(answers).by_name("fuzzing").values():
        assert (score.value is None) == (score.reason is not None)
        assert score.value is None or 0 <= score.value <= 1
        assert score.answers == len(answers)
        if score.interval is not None:
            assert score.value is not None
            assert 0 <= score.interval[0] <= score.value <= score.interval[1] <= 1


@given(ANSWERS.filter(bool), st.data())
@settings(max_examples=50)
def test_no_metric_gets_better_when_an_answer_cannot_be_parsed(answers: list[Answer], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(answers) - 1))
    lost = [*answers]
    lost[place] = Answer(answers[place].truth, None, sequence=answers[place].sequence)
    before, after = score_answers(answers).by_name("detection"), score_answers(lost).by_name("detection")
    for name, score in after.items():
        earlier = before[name].value
        assert score.value is None or earlier is None or score.value <= earlier + 1e-12


def test_unparsed_answers_stand_on_the_wrong_side_of_every_denominator() -> None:
    answers = [Answer(True, True), Answer(True, None), Answer(False, False), Answer(False, None)]
    scores = score_answers(answers)
    assert scores.confusion == Confusion(1, 1, 1, 1)
    assert {scores.precision.value, scores.recall.value, scores.accuracy.value, scores.f1.value} == {0.5}
    assert (scores.accuracy.unparsed, scores.accuracy.answers, scores.accuracy.reliable) == (2, 4, False)
    assert scores.accuracy.note == "not reliable: 2 yes-texts and 2 no-texts, 5 of each needed, 2 of 4 answers unparsed"


@pytest.mark.parametrize(
    ("answers", "metric", "reason"),
    [
        ([], "accuracy", metrics.NO_ANSWERS),
        ([Answer(True, None), Answer(False, None)], "balanced_accuracy", metrics.NOTHING_PARSED),
        ([Answer(False, True)], "recall", metrics.NO_POSITIVES),
        ([Answer(False, True)], "f1", metrics.NO_POSITIVES),
        ([Answer(False, True)], "balanced_accuracy", metrics.NO_POSITIVES),
        ([Answer(True, True)], "balanced_accuracy", metrics.NO_NEGATIVES),
        ([Answer(True, False), Answer(False, False)], "precision", metrics.NEVER_YES),
        ([Answer(True, True, 0.5)], "auc", metrics.NO_NEGATIVES),
        ([Answer(True, True, 0.5), Answer(False, True)], "auc", "1 of 2 answers come without a probability"),
    ],
)
def test_undefined_is_none_with_the_reason(answers: list[Answer], metric: str, reason: str) -> None:
    score = score_answers(answers).by_name("detection")[f"detection_{metric}"]
    assert (score.value, score.interval, score.reason, score.reliable) == (None, None, reason, False)


def test_ten_right_answers_of_ten_are_not_certainty() -> None:
    score = score_answers([Answer(place < 5, place < 5) for place in range(10)]).balanced_accuracy
    assert score.value == 1
    assert score.interval is not None
    assert score.interval[1] == 1
    assert 0.6 < score.interval[0] < 0.9


@pytest.mark.parametrize("hits", [0, 3, 12, 20])
def test_the_interval_of_a_single_share_is_jeffreys(hits: int) -> None:
    answers = [Answer(True, place < hits) for place in range(20)] + [Answer(False, False)] * 5
    recall = score_answers(answers, seed=1).recall
    low, high = scipy.stats.beta(hits + 0.5, 20 - hits + 0.5).ppf([0.025, 0.975])
    assert recall.interval == pytest.approx((min(low, hits / 20), max(high, hits / 20)), abs=0.02)


def width(score: Score) -> float:
    assert score.interval is not None
    return score.interval[1] - score.interval[0]


def test_texts_of_one_sequence_count_as_one_in_the_interval() -> None:
    """Ten texts of each of six sequences, judged alike within a sequence: that is six observations."""
    shared = [Answer(place % 2 == 0, (place % 2 == 0) == (place < 40), sequence=place // 10) for place in range(60)]
    alone = [Answer(answer.truth, answer.said) for answer in shared]
    assert score_answers(alone).accuracy.sequences == 60
    assert score_answers(shared).accuracy.sequences == 6
    assert width(score_answers(shared).accuracy) > 2 * width(score_answers(alone).accuracy)


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan, math.inf])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(BadInput, match="answer 1 has probability"):
        score_answers([Answer(True, True), Answer(True, True, probability)])
