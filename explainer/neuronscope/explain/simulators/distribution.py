"""How likely each number is at a position becomes what is expected there; positions become simulations. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from neuronscope.prompts.listing import owners
from neuronscope.prompts.nouns import Excerpt
from neuronscope.records import SequenceSimulation

NUMBERS = tuple(range(11))
NUMBER_TEXTS = tuple(map(str, NUMBERS))

# A small model that is shown "unknown" again and again gives all numbers together a millionth, and still tells strong
# tokens from weak ones by them. What is less likely than this is not an answer; half precision alone would move it.
LEAST_PROBABILITY = 1e-9
_HARDLY = 0.01


@dataclass(frozen=True)
class Guess:
    """A position's distribution over numbers, and its mean; a position without a number has None and no values.

    ``share`` is how likely it is that the model writes one of these numbers at all; None where it did not say.
    """

    expected: float | None
    values: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()  # one for each value; they add up to 1
    share: float | None = None


NO_NUMBER = Guess(None)


def guess_of(logprobs: Mapping[int, float]) -> Guess:
    """Expected value ``sum(v * p) / sum(p)`` over the numbers whose natural log-probability is known.

    No number where none is known, or all of them together are less likely than ``LEAST_PROBABILITY``.
    """
    values = tuple(sorted(logprobs))
    weights = [math.exp(logprobs[value]) for value in values]
    total = math.fsum(weights)
    if total < LEAST_PROBABILITY:
        return NO_NUMBER
    probabilities = tuple(weight / total for weight in weights)
    expected = math.fsum(value * p for value, p in zip(values, probabilities, strict=True))
    return Guess(expected, tuple(map(float, values)), probabilities, total)


def certain(value: float) -> Guess:
    """A number that came without probabilities."""
    return Guess(value, (value,), (1.0,))


def simulation_of(excerpt: Excerpt, guesses: Mapping[int, Guess]) -> SequenceSimulation:
    """The guesses by position as a simulation on the scale 0 to 10.

    A later part of a character has what its character has; an ignored position and one without a guess have no number.
    """
    by_position = [NO_NUMBER if owner is None else guesses.get(owner, NO_NUMBER) for owner in owners(excerpt)]
    return SequenceSimulation(
        tokens=list(excerpt.tokens),
        expected_activations=[guess.expected for guess in by_position],
        activation_scale="simulated_normalized_activations",
        distribution_values=[list(guess.values) for guess in by_position],
        distribution_probabilities=[list(guess.probabilities) for guess in by_position],
    )


def notes_on(guesses: Iterable[Mapping[int, Guess]]) -> tuple[str, ...]:
    """A sentence where at more than half of all tokens numbers are hardly what the model would write."""
    shares = [guess.share or 0.0 for of_excerpt in guesses for guess in of_excerpt.values()]
    low = sum(share < _HARDLY for share in shares)
    if 2 * low <= len(shares):
        return ()
    return (f"at {low} of {len(shares)} tokens the model gives all numbers together less than {_HARDLY:.0%}",)
