"""What is asked of a host and what is found: plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from neuronscope.dataset.manifest import FileInfo

Level = Literal["ok", "advice", "fault"]


@dataclass(frozen=True)
class Answer:
    """One answer of a host.

    ``url`` is where it came from in the end, after redirects. ``headers`` have their names in lower case. ``body`` is
    unpacked where it came compressed, and empty where none was asked for or a whole file came instead of a part.
    ``infos`` are size and SHA-256 of a body that was not kept: as it came, and unpacked where it came compressed.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    infos: tuple[FileInfo, ...] = ()


class Ask(Protocol):
    """One request; raises ``StorageFailed`` where no answer comes.

    ``kept``: whether the body is wanted, or its size and digest alone, and then it may be of any size.
    """

    def __call__(self, method: str, url: str, headers: Mapping[str, str], *, kept: bool = True) -> Answer: ...


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what was found and, unless that is well, what to do.

    A fault keeps pages from working or from being brought up to date; with advice they work better. ``more``: of how
    many others beside ``what`` the same was found.
    """

    level: Level
    what: str
    said: str
    remedy: str = ""
    more: int = 0

    @property
    def where(self) -> str:
        """What was looked at, and how many others with the same outcome."""
        return f"{self.what} and {self.more:,} more" if self.more else self.what


def ok(what: str, said: str) -> Finding:
    """What is as it should be."""
    return Finding("ok", what, said)


def advice(what: str, said: str, remedy: str) -> Finding:
    """What works and could be better."""
    return Finding("advice", what, said, remedy)


def fault(what: str, said: str, remedy: str) -> Finding:
    """What does not work."""
    return Finding("fault", what, said, remedy)


def together(findings: Iterable[Finding]) -> list[Finding]:
    """Those that say the same of several things as one, in the place of the first."""
    found: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.level, finding.said, finding.remedy)
        first = found.get(key)
        found[key] = replace(first, more=first.more + 1 + finding.more) if first else finding
    return list(found.values())


def summed(findings: Iterable[Finding], what: str, said: str) -> list[Finding]:
    """Findings about many files: that all are well, or what is not, once for each sentence."""
    return together(finding for finding in findings if finding.level != "ok") or [ok(what, said)]
