"""``neuronscope check-site``: the address of a published site in, a line for every outcome out, faults first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

if TYPE_CHECKING:
    from neuronscope_server.sitecheck.nouns import Finding, Level

_ORDER: tuple[Level, ...] = ("fault", "advice", "ok")


def check_site_command(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of the site, as in a browser.")],
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="Read every file of the site and compare its SHA-256, not sizes of some of each folder."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Look at a published site from outside: files, parts of files, types, caching, compression, other origins.

    A line for each outcome: faults first, with what to do, then advice (it works, and could be better), then what is
    fine; what is said of several files is one line. Exit code 1 if there are faults. docs/hosting.md says how hosts are
    set up.

    Example: neuronscope check-site https://example.org/neurons/

    Example: neuronscope check-site http://127.0.0.1:8080/ --all --json
    """
    from neuronscope.cli.bar import shown
    from neuronscope_server.sitecheck.fetching import Web, site_address
    from neuronscope_server.sitecheck.visit import check_site

    address = site_address(url)
    findings: list[Finding] = []
    try:
        with Web() as web, shown("checks", quiet=json) as bar:
            for finding in check_site(web, address, every=every):
                findings.append(finding)
                bar.advance()
    finally:  # what was found before a host stopped answering, too
        if not json:
            _say(findings)
    faults = _count(findings, "fault")
    if json:
        told = [asdict(finding) for finding in findings]
        advice = _count(findings, "advice")
        typer.echo(orjson.dumps({"url": address, "faults": faults, "advice": advice, "checks": told}))
    if faults:
        raise typer.Exit(1)


def _say(findings: Sequence[Finding]) -> None:
    """Faults, advice, and what is fine, each sentence once."""
    from neuronscope.cli.printable import on_a_line
    from neuronscope_server.sitecheck.nouns import together

    lines = sorted(together(findings), key=lambda finding: _ORDER.index(finding.level))
    for finding in lines:
        typer.echo(on_a_line(f"{finding.level:<8}{finding.where}: {finding.said} {finding.remedy}".rstrip()))
    if findings:
        faults, advice = _count(lines, "fault"), _count(lines, "advice")
        typer.echo(f"{len(findings):,} checks; faults: {faults or 'none'}, advice: {advice or 'none'}.", err=True)


def _count(findings: Iterable[Finding], level: Level) -> int:
    return sum(finding.level == level for finding in findings)
