"""What is shown of a unit, and examples, to the messages by which a model explains it. Pure.

What is shown of the unit itself has the form of an example whose explanations are not known. Examples stand before it
as turns of the same conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from neuronscope.messages import Message
from neuronscope.prompts.fitting import Kept, Sizes
from neuronscope.prompts.listing import (
    is_sparse,
    listing,
    nonzero_listing,
    normalise,
    plain_text,
    quoted,
    shown_positions,
)
from neuronscope.prompts.nouns import excerpt_of
from neuronscope.prompts.templates import (
    ContrastiveExample,
    ExplainExample,
    Listed,
    PeakExample,
    Templates,
    TokenSpaceExample,
)
from neuronscope.records import ActivationRecord

Job = Literal["pairs", "token-space", "peak", "contrastive"]
Example: TypeAlias = ExplainExample | TokenSpaceExample | PeakExample | ContrastiveExample


@dataclass(frozen=True)
class Asking:
    """What is asked, in which words, and after which examples; ``numbered`` above 1 asks for a list of so many.

    ``begun``: the model can go on with an answer, so the sentence that it is to complete stands there as its beginning.
    Small models lose sight of what is asked otherwise, and write one more listing. Lists and labels begin with nothing.
    """

    job: Job
    templates: Templates
    examples: tuple[Example, ...] = ()
    numbered: int = 1
    begun: bool = False

    @property
    def beginning(self) -> str:
        """What each answer begins with, or nothing."""
        is_sentence = self.begun and self.numbered == 1 and self.job != "peak"
        return self.templates.text("answer-prefix") if is_sentence else ""


def listed(record: ActivationRecord, scale: float | None) -> Listed:
    """The record's shown tokens with their activations as whole numbers from 0 to 10."""
    positions = shown_positions(excerpt_of(record))
    numbers = tuple(normalise(record.activations[position], scale) for position in positions)
    return Listed(tuple(record.tokens[position] for position in positions), numbers)


def whole(asking: Asking, own: Example) -> Kept:
    """All that there is to show."""
    return Kept(tuple(sizes(example) for example in asking.examples), sizes(own))


def sizes(example: Example) -> Sizes:
    """How many records or tokens its groups have."""
    if isinstance(example, ExplainExample):
        return (len(example.records),)
    if isinstance(example, TokenSpaceExample):
        return (len(example.tokens),)
    if isinstance(example, ContrastiveExample):
        return len(example.positives), len(example.negatives)
    return len(example.peaks), len(example.following), len(example.promoted)


def cut(example: Example, kept: Sizes) -> Example:
    """The example with the first so many of each group."""
    if isinstance(example, ExplainExample):
        return replace(example, records=example.records[: kept[0]])
    if isinstance(example, TokenSpaceExample):
        return replace(example, tokens=example.tokens[: kept[0]])
    if isinstance(example, ContrastiveExample):
        return replace(example, positives=example.positives[: kept[0]], negatives=example.negatives[: kept[1]])
    peaks, following, promoted = kept
    return replace(
        example,
        peaks=example.peaks[:peaks],
        following=example.following[:following],
        promoted=example.promoted[:promoted],
    )


def explain_messages(asking: Asking, own: Example, kept: Kept) -> tuple[Message, ...]:
    """The system's message, the examples with their answers, and the unit itself; last an answer that is begun."""
    messages = [Message("system", asking.templates.text(f"{asking.job}-system"))]
    for unit, (example, some) in enumerate(zip(asking.examples, kept.examples, strict=False), start=1):
        answers = example.explanations[: asking.numbered]
        messages.append(_asked(asking, cut(example, some), unit, len(answers)))
        messages.append(Message("assistant", _answer(asking, answers)))
    messages.append(_asked(asking, cut(own, kept.own), len(kept.examples) + 1, asking.numbered))
    begun = [Message("assistant", asking.beginning)] if asking.beginning else []
    return (*messages, *begun)


def _answer(asking: Asking, answers: Sequence[str]) -> str:
    return _numbered(answers) if asking.numbered > 1 else f"{asking.beginning} {answers[0]}".lstrip()


def _asked(asking: Asking, shown: Example, unit: int, count: int) -> Message:
    values = _shown(asking.templates, shown) | {"unit": str(unit), "task": _task(asking, count)}
    return Message("user", asking.templates.text(f"{asking.job}-user", values))


def _task(asking: Asking, count: int) -> str:
    """An example with fewer explanations than are asked for asks for as many as it has, in the same form."""
    kind = "label" if asking.job == "peak" else "task"
    form = "one" if asking.numbered == 1 else "several"
    return asking.templates.text(
        f"{kind}-{form}", {"prefix": asking.templates.text("answer-prefix"), "count": str(count)}
    )


def _shown(templates: Templates, shown: Example) -> dict[str, str]:
    """What fills the slots of a job's text."""
    if isinstance(shown, ExplainExample):
        return {"listings": _listings(templates, shown.records)}
    if isinstance(shown, TokenSpaceExample):
        return {"tokens": _tokens(templates, shown.tokens)}
    if isinstance(shown, ContrastiveExample):
        return {
            "positives": _listings(templates, shown.positives),
            "negatives": "\n\n".join(listing(one.tokens, one.numbers) for one in shown.negatives),
        }
    groups = {"peaks": shown.peaks, "following": shown.following, "promoted": shown.promoted}
    return {name: _tokens(templates, tokens) for name, tokens in groups.items()}


def _listings(templates: Templates, records: Sequence[Listed]) -> str:
    """The records, and again without their zeros where there is little else."""
    parts = ["\n\n".join(listing(one.tokens, one.numbers) for one in records)]
    if is_sparse([number for one in records for number in one.numbers]):
        without = "\n\n".join(nonzero_listing(one.tokens, one.numbers) for one in records)
        parts.append(templates.text("listings-without-zeros", {"listings": without}))
    return "\n\n".join(parts)


def _tokens(templates: Templates, tokens: Sequence[str]) -> str:
    return quoted(tokens) if tokens else templates.text("no-tokens")


def _numbered(answers: Sequence[str]) -> str:
    return "\n".join(f"{number}. {plain_text(answer)}" for number, answer in enumerate(answers, start=1))
