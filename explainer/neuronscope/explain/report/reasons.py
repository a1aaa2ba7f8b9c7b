"""Sentences in, the same counted out: sentences that differ in their numbers alone count as one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from neuronscope.explain.report.nouns import Reason

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ANY = "…"


def alike(sentences: Iterable[str]) -> list[Reason]:
    """How often each is said, most often first; numbers are left out where they vary."""
    groups: dict[str, list[str]] = {}
    for sentence in sentences:
        groups.setdefault(_NUMBER.sub(_ANY, sentence), []).append(sentence)
    reasons = [Reason(said[0] if len(set(said)) == 1 else pattern, len(said)) for pattern, said in groups.items()]
    return sorted(reasons, key=lambda reason: (-reason.count, reason.text))
