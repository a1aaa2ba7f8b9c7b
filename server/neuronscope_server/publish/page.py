"""The viewer's page as a static site has it: the built page in; the same with its policy in itself out."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from neuronscope.errors import BrokenData
from neuronscope_server.security import security_headers
from neuronscope_server.viewerfiles import inline_script_hashes

_ROOT = re.compile(r"<html([^>]*)>")  # the build leaves <head> out
_NOT_IN_PAGES = "frame-ancestors"  # browsers heed it in headers only, and complain of it elsewhere


def static_page(page: bytes, base: str | None = None, origins: Sequence[str] = ()) -> bytes:
    """A host of files sends no policy of ours, so the page holds it; and it says that nobody answers beside files.

    ``base``: the path that its addresses are relative to, where it is not the page's own. ``origins``: of other hosts
    that it reads files from.

    :raises BrokenData: not a page that the viewer's build makes.
    """
    text = page.decode()
    headers = security_headers(inline_script_hashes(page), shared=False)
    rules = headers["Content-Security-Policy"].split("; ")
    policy = "; ".join(rule for rule in rules if not rule.startswith(_NOT_IN_PAGES))
    policy = policy.replace("connect-src 'self'", " ".join(["connect-src 'self'", *origins]))
    if base is not None:
        policy = policy.replace("base-uri 'none'", "base-uri 'self'")
    metas = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="referrer" content="{headers["Referrer-Policy"]}">'
    ) + (f'<base href="{html.escape(base)}">' if base is not None else "")
    marked, roots = _ROOT.subn(lambda found: f"<html{found[1]} data-static>{metas}", text, count=1)
    if not roots:
        raise BrokenData("The built viewer's index.html is no page: run make build again.")
    return marked.encode()
