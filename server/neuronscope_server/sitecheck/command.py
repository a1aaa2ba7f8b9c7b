"""``neuronscope check-site``: the address of a published site in, a line for every check out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

if TYPE_CHECKING:
    from neuronscope_server.sitecheck.nouns import Finding


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

    A line for each check: ok, advice (it works, and could be better) or fault, with what to do; exit code 1 if there
    are faults. docs/hosting.md says how hosts are set up.

    Example: neuronscope check-site https://example.org/neurons/

    Example: neuronscope check-site http://127.0.0.1:8080/ --all --json
    """
    from neuronscope_server.sitecheck.fetching import Web, site_address
    from neuronscope_server.sitecheck.visit import check_site

    address = site_address(url)
    with Web() as web:
        findings = _said(check_site(web, address, every=every), quiet=json)
    faults, advice = (sum(finding.level == level for finding in findings) for level in ("fault", "advice"))
    if json:
        told = [asdict(finding) for finding in findings]
        typer.echo(orjson.dumps({"url": address, "faults": faults, "advice": advice, "checks": told}))
    else:
        typer.echo(f"{len(findings):,} checks; faults: {faults or 'none'}, advice: {advice or 'none'}.", err=True)
    if faults:
        raise typer.Exit(1)


def _said(findings: Iterable[Finding], *, quiet: bool) -> list[Finding]:
    """All of them, each told as it comes."""
    from neuronscope.cli.printable import on_a_line

    found = []
    for finding in findings:
        found.append(finding)
        if not quiet:
            line = f"{finding.level:<8}{finding.where}: {finding.said} {finding.remedy}"
            typer.echo(on_a_line(line.rstrip()))
    return found
