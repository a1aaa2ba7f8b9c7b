"""The page of a site as it came: whether it is one, the viewer's files that it names, and whom it may ask. Pure."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from neuronscope.errors import BadInput
from neuronscope_server.sitecheck.nouns import Answer, Finding, fault, ok

_ROOT = re.compile(r"<html[^>]*\bdata-static\b", re.IGNORECASE)
_LIVE = re.compile(r"<title>Neuronscope</title>", re.IGNORECASE)
_BASE = re.compile(r'<base href="([^"]*)">')
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
_ASSET = re.compile(r"[\w-]+\.[0-9a-f]{8}\.(?:js|css|svg)\b")


def page_text(answer: Answer) -> str:
    """The page of a published site.

    :raises BadInput: something else is there, or nothing.
    """
    if answer.status != 200:
        named = "" if answer.url.endswith(".html") else " If the host opens no folders, name the page, .../index.html."
        raise BadInput(f"{answer.url} is no site: the host answered {answer.status}.{named}")
    text = answer.body.decode("utf-8", "replace")
    if _ROOT.search(text):
        return text
    if _LIVE.search(text):
        raise BadInput(f"{answer.url} is a running server; this looks at sites made by neuronscope export site.")
    raise BadInput(f"{answer.url} is no site made by neuronscope export site: its page is another one.")


def base_of(text: str, url: str) -> str:
    """What the page's addresses are relative to: its folder, or what it names itself (``--base-path``)."""
    named = _BASE.search(text)
    return urljoin(url, unescape(named[1]) if named else "./")


def names_base(text: str) -> bool:
    """Whether the page itself names what its addresses are relative to."""
    return bool(_BASE.search(text))


def folders_of(url: str) -> list[str]:
    """The folder of a page, and those that it lies in, up to the host's own."""
    names = [name for name in urlsplit(urljoin(url, "./")).path.split("/") if name]
    return [urljoin(url, "/" + "".join(f"{name}/" for name in names[:count])) for count in range(len(names), -1, -1)]


def asset_names(text: str) -> list[str]:
    """The viewer's files: those that the page loads, and those that they load when they are needed."""
    return list(dict.fromkeys(_ASSET.findall(text)))


def may_ask(text: str, url: str) -> Finding:
    """Whether the page's own policy lets it ask for data on another host."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    policy = _POLICY.search(text)
    rules = [rule.split() for rule in policy[1].split(";")] if policy else []
    asked = next((rule[1:] for rule in rules if rule[:1] == ["connect-src"]), [])
    if not policy or origin in {source.rstrip("/") for source in asked}:
        return ok("index.html", f"it may ask {origin}")
    said = f"its content security policy does not let it ask {origin}, where data is."
    return fault("index.html", said, "Publish it again with that address, so that its policy names it.")
