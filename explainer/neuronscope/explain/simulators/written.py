"""The number that a model is about to write: the likeliest tokens of a short answer in, log-probabilities out. Pure.

A tokenizer may write 10 as 1, 0. What is likely to be the token 1 is then 1 and 10 together, and only the distribution
after that 1 tells which share is whose.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.explain.simulators.distribution import NUMBER_TEXTS, Guess, guess_of
from neuronscope.llm.protocol import WrittenToken

# The least share that is left of 1 when rounding has given all of it to 10.
_LEAST = 2.0**-52


@dataclass(frozen=True)
class NumberAhead:
    """Natural log-probabilities of the numbers among the likeliest tokens at one place.

    ``open_one``: the log-probability of 1 may hold that of 10 too.
    """

    logprobs: dict[int, float]
    open_one: bool = False

    def guess(self) -> Guess:
        """What is expected, where 1 is 1 alone."""
        return guess_of(self.logprobs)

    def farthest_off(self) -> float:
        """By how much the expected value could be too low because some of 1 is 10, on the scale 0 to 10."""
        guess = self.guess()
        return 9 * guess.probabilities[guess.values.index(1.0)] if self.open_one and 1.0 in guess.values else 0.0

    def with_ten(self, after_one: WrittenToken) -> NumberAhead:
        """With the share of 10 taken out of 1, by what is likely after that 1; no 10 where 0 is not likely there."""
        zeros = [candidate.logprob for candidate in after_one.top if candidate.token.rstrip() == "0"]
        if not zeros:
            return NumberAhead(self.logprobs)
        one, zero = self.logprobs[1], _sum(zeros)
        left = math.log(max(-math.expm1(zero), _LEAST))
        return NumberAhead(self.logprobs | {1: one + left, 10: one + zero})


def number_ahead(written: Sequence[WrittenToken]) -> NumberAhead | None:
    """The numbers among the alternatives of the first token that is not blank; None where all tokens are."""
    place = next((i for i, token in enumerate(written) if token.token.strip()), None)
    if place is None:
        return None
    logprobs = _numbers(written[place])
    ahead = NumberAhead(logprobs, open_one=1 in logprobs and 10 not in logprobs)
    following = written[place + 1 : place + 2]
    if ahead.open_one and written[place].token.strip() == "1" and following and following[0].top:
        return ahead.with_ten(following[0])
    return ahead


def _numbers(token: WrittenToken) -> dict[int, float]:
    """Each number's log-probability, over the tokens that are that number but for blanks around it."""
    found: dict[int, list[float]] = {}
    for candidate in token.top:
        text = candidate.token.strip()
        if text in NUMBER_TEXTS:
            found.setdefault(NUMBER_TEXTS.index(text), []).append(candidate.logprob)
    return {value: _sum(logprobs) for value, logprobs in found.items()}


def _sum(logprobs: Sequence[float]) -> float:
    """Of probabilities, as a logarithm."""
    top = max(logprobs)
    return top + math.log(math.fsum(math.exp(logprob - top) for logprob in logprobs))
