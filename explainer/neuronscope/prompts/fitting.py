"""A prompt that is too long gets shorter: what can be left out comes in; messages that fit, and notes, go out.

Examples go first, the last one first and record by record; then the unit's own records, the last one first, of which
one of each group stays (method, section 4). Pure: counting tokens is a callable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from neuronscope.messages import Message
from neuronscope.prompts.nouns import Fitted

# How many records each group of a unit's has: one number where there is one group, two for positive and negative ones.
Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Kept:
    """How many records are in the prompt: of each example by group, and of the unit's own by group."""

    examples: tuple[Sizes, ...] = ()
    own: Sizes = ()


def fit(
    build: Callable[[Kept], Sequence[Message]],
    whole: Kept,
    *,
    count: Callable[[Sequence[Message]], int],
    limit: int | None,
    reserve: int = 0,
) -> Fitted:
    """The first messages that leave room for ``reserve`` tokens, of those that ``build`` makes of less and less.

    ``limit`` is the context in tokens; with None nothing is left out and nothing is counted.
    """
    messages = build(whole)
    if limit is None:
        return Fitted(tuple(messages))
    needed = longest = count(messages) + reserve
    kept = whole
    less = _less_and_less(whole)
    while needed > limit and (following := next(less, None)) is not None:
        kept = following
        messages = build(kept)
        needed = count(messages) + reserve
    return Fitted(tuple(messages), tuple(_notes(whole, kept, longest, limit)), fits=needed <= limit)


def _less_and_less(kept: Kept) -> Iterator[Kept]:
    """One record fewer each time; an example whose groups have one each goes as a whole."""
    while kept.examples:
        *rest, last = kept.examples
        shorter = _without_last(last)
        kept = replace(kept, examples=tuple(rest) if shorter is None else (*rest, shorter))
        yield kept
    while (own := _without_last(kept.own)) is not None:
        kept = replace(kept, own=own)
        yield kept


def _without_last(sizes: Sizes) -> Sizes | None:
    """One fewer in the largest group, of several that are as large in the last; None where no group has two."""
    largest = max(sizes, default=0)
    if largest < 2:
        return None
    place = len(sizes) - 1 - sizes[::-1].index(largest)
    return (*sizes[:place], largest - 1, *sizes[place + 1 :])


def _notes(whole: Kept, kept: Kept, longest: int, limit: int) -> Iterator[str]:
    why = f"left out of the prompt, which would have taken {longest} tokens of {limit}"
    for number, before in enumerate(whole.examples, start=1):
        after = kept.examples[number - 1] if number <= len(kept.examples) else None
        if after is None:
            yield f"example {number} of {len(whole.examples)} was {why}"
        elif after != before:
            yield f"{sum(before) - sum(after)} of {sum(before)} records of example {number} were {why}"
    if kept.own != whole.own:
        yield f"{sum(whole.own) - sum(kept.own)} of the unit's own {sum(whole.own)} records were {why}"
