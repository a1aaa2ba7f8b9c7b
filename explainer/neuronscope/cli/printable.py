"""Text of others as a terminal may show it: what does not print is escaped, so that no name or token is a command."""

from __future__ import annotations

_LINE_BREAK = "⏎"


def on_a_line(text: str) -> str:
    """``text`` with what does not print escaped: a name in a dataset may hold line breaks and terminal commands."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def token_on_a_line(text: str) -> str:
    """The same for a token, whose line breaks are shown as a sign of their own."""
    return on_a_line(text.replace("\r\n", _LINE_BREAK).replace("\n", _LINE_BREAK))
