"""One HTML file: the first unit as plain HTML, all of them deflated, and the script that reads them.

A policy inside the file allows this script and these styles by their digests and nothing else, no address at all.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from neuronscope import __version__, codec
from neuronscope.dashboards.looks import colour_style
from neuronscope.dashboards.markup import escaped
from neuronscope.dashboards.shapes import Head, Look, ShownUnit
from neuronscope.errors import BadInput

_ROOM = Path(__file__).parent
STATIC = _ROOM / "static"  # what npm builds
_PLACE = re.compile(r"\{\{([a-z-]+)\}\}")
# What would end an element early, or what another reading of the text would change.
_BREAKS_SCRIPT = re.compile(r"</script|<!--|\r", re.IGNORECASE)
_BREAKS_STYLE = re.compile(r"</style|<!--|\r", re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """What goes into the frame: ``body`` is markup; styles and script are text, data is in blocks of bytes."""

    title: str
    body: str
    styles: Sequence[str] = ()
    script: str = ""
    head: bytes = b""
    blocks: Sequence[bytes] = field(default_factory=list)


def plain_style() -> str:
    """The style of what needs no script."""
    return _text(_ROOM / "data/plain.css")


def built(name: str) -> Path:
    """Where a file of the script's is, which npm builds.

    :raises BadInput: it is not there.
    """
    path = STATIC / name
    if not path.is_file():
        raise BadInput(
            f"the script of dashboards is not built ({name} is missing): run make build in the checkout, or install "
            "a released wheel, which has it"
        )
    return path


def page(head: Head, body: str, blocks: Sequence[Sequence[ShownUnit]]) -> str:
    """The whole file.

    :param body: the first unit, or whatever is shown where scripts do not run.
    :param blocks: the units of ``head.directory``, ``head.block`` at a time.
    :raises BadInput: the script is not built, or ``head.look.css`` would end its element.
    """
    name, colours = colour_style(head.look.colours)
    own = [style for style in (colours, head.look.css) if style]
    styles = [_text(built("page.css")), plain_style(), *own]
    parts = Parts(
        head.title,
        _main(body, name),
        styles,
        _text(built("page.js")),
        packed(head),
        [packed(list(units)) for units in blocks],
    )
    return framed(parts)


def notebook_html(body: str, look: Look) -> str:
    """What stands under a cell where there is no widget.

    :raises BadInput: ``look.css`` would end its element.
    """
    name, colours = colour_style(look.colours)
    styles = [plain_style(), *(style for style in (colours, look.css) if style)]
    _refuse("css", styles, _BREAKS_STYLE)
    return f'<style>{"".join(styles)}</style><div class="{f"neuronscope {name}".strip()}">{body}</div>'


def plain_page(title: str, body: str, styles: Sequence[str] = ()) -> str:
    """A file without a script."""
    return framed(Parts(title, _main(body), [plain_style(), *styles]))


def packed(value: object) -> bytes:
    """JSON, deflated; equal values are equal bytes."""
    return gzip.compress(codec.dumps(value), mtime=0)


def framed(parts: Parts) -> str:
    """The frame with its places filled."""
    _refuse("css", parts.styles, _BREAKS_STYLE)
    _refuse("script", [parts.script], _BREAKS_SCRIPT)
    data = [_block('id="head"', parts.head)] if parts.head else []
    data += [_block(f'class="units" data-block="{number}"', block) for number, block in enumerate(parts.blocks)]
    filled = {
        "script-hashes": _digests([parts.script] if parts.script else []),
        "style-hashes": _digests(parts.styles),
        "title": escaped(parts.title),
        "styles": "\n".join(f"<style>{style}</style>" for style in parts.styles),
        "body": parts.body,
        "data": "\n".join(data),
        "script": f"<script>{parts.script}</script>" if parts.script else "",
    }
    frame = _text(_ROOM / "data/frame.html")
    return _PLACE.sub(lambda place: filled[place[1]], frame)


def head_of(title: str, **given: object) -> Head:
    """A head with this software's version in it."""
    return Head(title, version=__version__, **given)  # type: ignore[arg-type]  # checked where it is made


def in_blocks(units: Sequence[ShownUnit], size: int) -> Iterable[Sequence[ShownUnit]]:
    """The units, ``size`` at a time."""
    return (units[start : start + size] for start in range(0, len(units), size))


def _main(body: str, name: str = "") -> str:
    return f'<div class="{f"neuronscope page {name}".strip()}"><main>{body}</main></div>'


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _block(attributes: str, data: bytes) -> str:
    return f'<script type="application/json+gzip" {attributes}>{base64.b64encode(data).decode()}</script>'


def _digests(texts: Sequence[str]) -> str:
    found = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in found) or "'none'"


def _refuse(name: str, texts: Sequence[str], pattern: re.Pattern[str]) -> None:
    for text in texts:
        if found := pattern.search(text):
            raise BadInput(f"{name} holds {found[0]!r}, which cannot stand inside a page: leave it out")
