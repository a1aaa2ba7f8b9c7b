"""With which headers a file of a site should go out: its path in, content type, cache and encoding out."""

from __future__ import annotations

from pathlib import PurePosixPath

from neuronscope.dataset.target import Sent
from neuronscope_server.outgoing import FOREVER, REVALIDATE
from neuronscope_server.publish.pieces import LIST, RELEASES
from neuronscope_server.viewerfiles import CONTENT_TYPES, is_hashed

_TYPES = {".zip": "application/zip", ".gz": "application/gzip"}
_PACKED = {".html", ".js", ".css", ".json", ".map", ".webmanifest", ".svg", ".txt", ".f64"}  # those that shrink


def sent(path: str) -> Sent:
    """Of parts of a zip browsers ask for bytes as they lie there, so a zip is never encoded again."""
    ending = PurePosixPath(path).suffix
    content_type = CONTENT_TYPES.get(ending) or _TYPES.get(ending, "application/octet-stream")
    lasting = path.startswith(f"{RELEASES}/") or is_hashed(path)
    packed = lasting and ending in _PACKED and PurePosixPath(path).name != LIST  # the next run reads the others
    return Sent(content_type, FOREVER if lasting else REVALIDATE, "gzip" if packed else None)
