"""Scores of detection and fuzzing: answers about whole texts come in, metrics with intervals go out.

The intervals are a Bayesian bootstrap (Rubin 1981): each sequence gets an exponential weight, which its texts share. To
either kind of text half a right and half a wrong answer are added with weights of the same sort, which is Jeffreys'
prior: for a single share the interval is then Jeffreys' own, which covers at its rate on average (Brown, Cai and
DasGupta 2001), and ten right answers of ten are not taken for certainty as resampling alone would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuronscope.errors import BadInput
from neuronscope.explain import answers as metrics
from neuronscope.explain.nouns import Answer, ClassificationScores, Confusion, Floats, Measured
from neuronscope.records import Score

RESAMPLES = 2000
METHOD = "95% Bayesian bootstrap over sequences, half a right and half a wrong answer added per kind of text"

# The usual test split has 5 yes-texts and 5 no-texts; with fewer of either kind its share of right answers is known to
# half its range at best.
FEWEST_PER_KIND = 5
MOST_UNPARSED = 0.2


@dataclass(frozen=True)
class _Draws:
    """Each metric in every resample, float64 [resample]; ``auc`` is None where answers have no probabilities."""

    accuracy: Floats
    balanced_accuracy: Floats
    precision: Floats
    recall: Floats
    f1: Floats
    auc: Floats | None


def score_answers(answers: Sequence[Answer], *, seed: int = 0) -> ClassificationScores:
    """Score detection or fuzzing; ``seed`` (0 or greater) draws the intervals' resamples.

    How unparsed answers count is said by each metric in ``neuronscope.explain.answers``: always as the wrong answer.
    Where no answer at all was parsed, nothing is defined. The order of ``answers`` does not matter.

    :raises BadInput: a probability is outside 0 to 1.
    """
    _refuse_probabilities(answers)
    ordered = _in_one_order(answers)
    counts = metrics.count(ordered)
    measured = _measured(ordered, counts)
    draws = _draws(ordered, counts, seed)
    scores = {name: _score(ordered, counts, value, getattr(draws, name, None)) for name, value in measured.items()}
    return ClassificationScores(**scores, confusion=counts)


def _refuse_probabilities(answers: Sequence[Answer]) -> None:
    for position, answer in enumerate(answers):
        if answer.probability is not None and not 0 <= answer.probability <= 1:
            raise BadInput(f"answer {position} has probability {answer.probability}; it must be from 0 to 1, or None")


def _in_one_order(answers: Sequence[Answer]) -> list[Answer]:
    """In an order of their own, so that seeded weights do not depend on the order they came in."""

    def key(answer: Answer) -> tuple[float, ...]:
        optional = (answer.sequence, answer.said, answer.probability)
        return (*(-1.0 if value is None else float(value) for value in optional), float(answer.truth))

    return sorted(answers, key=key)


def _measured(answers: Sequence[Answer], counts: Confusion) -> dict[str, Measured]:
    names = ("balanced_accuracy", "accuracy", "precision", "recall", "f1", "auc")
    if not any(answer.said is not None for answer in answers):
        reason = metrics.NOTHING_PARSED if answers else metrics.NO_ANSWERS
        return dict.fromkeys(names, Measured(None, reason))
    of_counts = {name: getattr(metrics, name)(counts) for name in names if name != "auc"}
    return {**of_counts, "auc": metrics.auc(answers)}


def _score(answers: Sequence[Answer], counts: Confusion, measured: Measured, draws: Floats | None) -> Score:
    unparsed = sum(answer.said is None for answer in answers)
    doubt = _doubts(counts, unparsed)
    ends = None
    if measured.value is not None and draws is not None:
        low, high = np.quantile(draws, [0.025, 0.975]).tolist()
        ends = (min(low, measured.value), max(high, measured.value))
    return Score(
        value=measured.value,
        interval=ends,
        reason=measured.reason,
        sequences=len(set(_sequence_numbers(answers))),
        tokens=None,
        unparsed=unparsed,
        reliable=measured.value is not None and doubt is None,
        note=doubt,
        interval_method=METHOD if ends else None,
        answers=len(answers),
    )


def _doubts(counts: Confusion, unparsed: int) -> str | None:
    yes = counts.true_positive + counts.false_negative
    no = counts.true_negative + counts.false_positive
    found = []
    if min(yes, no) < FEWEST_PER_KIND:
        found.append(f"{yes} yes-texts and {no} no-texts, {FEWEST_PER_KIND} of each needed")
    if unparsed > MOST_UNPARSED * (yes + no):
        found.append(f"{unparsed} of {yes + no} answers unparsed")
    return "not reliable: " + ", ".join(found) if found else None


def _sequence_numbers(answers: Sequence[Answer]) -> list[int]:
    """Each answer's sequence, counted from 0; answers that name none have one of their own."""
    keys = [("alone", place) if answer.sequence is None else ("named", answer.sequence)
            for place, answer in enumerate(answers)]  # fmt: skip
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return [numbers[key] for key in keys]


def _draws(answers: Sequence[Answer], counts: Confusion, seed: int) -> _Draws | None:
    """None where one of the two kinds of text is missing altogether: what is added would be all there is of it."""
    yes, no = counts.true_positive + counts.false_negative, counts.true_negative + counts.false_positive
    if not yes or not no:
        return None
    weighted = [*answers, *_ADDED]
    weights = _weights(_sequence_numbers(answers), seed)
    truth = np.array([answer.truth for answer in weighted])
    right = np.array([metrics.is_right(answer) for answer in weighted])
    hits = (weights @ (truth & right)) / (weights @ truth)
    rejections = (weights @ (~truth & right)) / (weights @ ~truth)
    claimed = hits * yes + (1 - rejections) * no
    ranked = all(answer.said is None or answer.probability is not None for answer in answers)
    return _Draws(
        accuracy=(hits * yes + rejections * no) / (yes + no),
        balanced_accuracy=(hits + rejections) / 2,
        precision=hits * yes / claimed,
        recall=hits,
        f1=2 * hits * yes / (yes + claimed),
        auc=metrics.weighted_auc(weighted, weights) if ranked else None,
    )


# Half of each is added to the answers; they are as right and as wrong as can be.
_ADDED = [Answer(truth, said, float(said)) for truth in (True, False) for said in (True, False)]


def _weights(sequences: Sequence[int], seed: int) -> Floats:
    """Of every answer and of the four added ones in every resample, float64 [resample, answer + 4]."""
    generator = np.random.default_rng([seed, len(sequences)])
    by_sequence = generator.exponential(size=(RESAMPLES, max(sequences) + 1))
    added = generator.gamma(0.5, size=(RESAMPLES, len(_ADDED)))
    return np.concatenate([by_sequence[:, list(sequences)], added], axis=1)
