"""Whether one place lies in another: folders of this machine, or addresses, as a person writes them."""

from __future__ import annotations

from pathlib import Path


def lies_in(inner: str, outer: str) -> bool:
    """Whether ``inner`` is ``outer`` or below it; links of folders are followed, addresses are taken as written."""
    if "://" in inner or "://" in outer:
        return f"{inner.rstrip('/')}/".startswith(f"{outer.rstrip('/')}/")
    return Path(inner).resolve().is_relative_to(Path(outer).resolve())
