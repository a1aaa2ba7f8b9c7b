"""What is asked of a host and what is found: plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

Level = Literal["ok", "advice", "fault"]


@dataclass(frozen=True)
class Answer:
    """One answer of a host.

    ``url`` is where it came from in the end, after redirects. ``headers`` have their names in lower case. ``body`` is
    unpacked where it came compressed, and empty where none was asked for or a whole file came instead of a part.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Ask(Protocol):
    """One request; raises ``StorageFailed`` where no answer comes."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str]) -> Answer: ...


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what was found and, unless that is well, what to do.

    A fault keeps pages from working or from being brought up to date; with advice they work better.
    """

    level: Level
    what: str
    said: str
    remedy: str = ""


def ok(what: str, said: str) -> Finding:
    """What is as it should be."""
    return Finding("ok", what, said)


def advice(what: str, said: str, remedy: str) -> Finding:
    """What works and could be better."""
    return Finding("advice", what, said, remedy)


def fault(what: str, said: str, remedy: str) -> Finding:
    """What does not work."""
    return Finding("fault", what, said, remedy)


def summed(findings: Iterable[Finding], what: str, said: str) -> Finding:
    """Findings of one kind about many files as one: that all are well, or the worst and how many more there are."""
    wrong = [finding for finding in findings if finding.level != "ok"]
    if not wrong:
        return ok(what, said)
    worst = next((finding for finding in wrong if finding.level == "fault"), wrong[0])
    others = len(wrong) - 1
    return replace(worst, what=f"{worst.what} and {others:,} more") if others else worst
