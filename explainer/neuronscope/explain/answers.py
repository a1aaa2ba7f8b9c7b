"""Counts and rankings of answers about whole texts: answers come in, a number or a reason comes out.

An unparsed answer counts as the wrong one: "no" where the truth is yes, "yes" where it is no. So failures stay in every
denominator, and no metric gets better when a reply cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronscope.explain.nouns import Answer, Confusion, Floats, Measured

NO_ANSWERS = "no answers"
NOTHING_PARSED = "no answer was parsed"
NO_POSITIVES = "no text whose answer is yes"
NO_NEGATIVES = "no text whose answer is no"
NEVER_YES = "no text was answered with yes"


def is_right(answer: Answer) -> bool:
    """Whether the answer was parsed and is the truth."""
    return answer.said is not None and answer.said == answer.truth


def count(answers: Sequence[Answer]) -> Confusion:
    """The four counts; unparsed answers are among the false ones."""
    right = [(answer.truth, is_right(answer)) for answer in answers]
    return Confusion(
        true_positive=right.count((True, True)),
        false_negative=right.count((True, False)),
        true_negative=right.count((False, True)),
        false_positive=right.count((False, False)),
    )


def accuracy(counts: Confusion) -> Measured:
    """Right answers by all answers; an unparsed one is in the denominator only."""
    right = counts.true_positive + counts.true_negative
    return _share(right, right + counts.false_negative + counts.false_positive, NO_ANSWERS)


def recall(counts: Confusion) -> Measured:
    """Texts answered with yes by all whose answer is yes; an unparsed one of these is in the denominator only."""
    return _share(counts.true_positive, counts.true_positive + counts.false_negative, NO_POSITIVES)


def balanced_accuracy(counts: Confusion) -> Measured:
    """Mean of the shares of right answers among yes-texts and among no-texts, unparsed ones in both denominators."""
    yes = recall(counts)
    no = _share(counts.true_negative, counts.true_negative + counts.false_positive, NO_NEGATIVES)
    if yes.value is None or no.value is None:
        return yes if yes.value is None else no
    return Measured((yes.value + no.value) / 2)


def precision(counts: Confusion) -> Measured:
    """Rightly answered with yes by all answered with yes; an unparsed no-text counts as answered with yes."""
    return _share(counts.true_positive, counts.true_positive + counts.false_positive, NEVER_YES)


def f1(counts: Confusion) -> Measured:
    """``2 TP / (2 TP + FP + FN)``, unparsed texts among FP and FN; undefined without yes-texts."""
    if counts.true_positive + counts.false_negative == 0:
        return Measured(None, NO_POSITIVES)
    twice = 2 * counts.true_positive
    return Measured(twice / (twice + counts.false_positive + counts.false_negative))


def auc(answers: Sequence[Answer]) -> Measured:
    """Share of pairs of a yes-text and a no-text in which the yes-text has the higher probability, ties half.

    An unparsed yes-text is below every text and an unparsed no-text above every text: they lose all their pairs.
    """
    reason = _unrankable(answers)
    if reason:
        return Measured(None, reason)
    return Measured(float(weighted_auc(answers, np.ones((1, len(answers))))[0]))


def weighted_auc(answers: Sequence[Answer], weights: Floats) -> Floats:
    """``auc`` with each answer counted ``weights`` times, float64 [resample, answer] to [resample]."""
    keys = np.array([_rank_key(answer) for answer in answers])
    order = np.argsort(keys, kind="stable")
    _, starts = np.unique(keys[order], return_index=True)
    truth = np.array([answer.truth for answer in answers])[order]
    yes = np.add.reduceat(weights[:, order] * truth, starts, axis=1)
    no = np.add.reduceat(weights[:, order] * ~truth, starts, axis=1)
    below = np.cumsum(no, axis=1) - no
    won: Floats = (yes * (below + no / 2)).sum(axis=1) / (yes.sum(axis=1) * no.sum(axis=1))
    return won


def _rank_key(answer: Answer) -> float:
    if answer.said is None:
        return -1.0 if answer.truth else 2.0  # outside the probabilities, on the losing side
    assert answer.probability is not None
    return answer.probability


def _unrankable(answers: Sequence[Answer]) -> str | None:
    without = sum(answer.said is not None and answer.probability is None for answer in answers)
    if without:
        return f"{without} of {len(answers)} answers come without a probability"
    if not any(answer.truth for answer in answers):
        return NO_POSITIVES
    return NO_NEGATIVES if all(answer.truth for answer in answers) else None


def _share(part: int, whole: int, reason: str) -> Measured:
    return Measured(part / whole) if whole else Measured(None, reason)
