"""Where the next page begins: a place in the order of hits of one snapshot, as text that goes through an address.

A cursor comes back from outside, so that all of it is checked; it says nothing but numbers and digests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace

from neuronscope import codec
from neuronscope.dataset.search.answer import SearchRequest
from neuronscope.errors import BadInput, BrokenData

_LONGEST = 400  # characters


@dataclass(frozen=True)
class Cursor:
    """``snapshot`` is the index's, ``sequence`` the last addition that is seen, ``asked`` a digest of the request.

    Of the index all of the first ``tier`` kinds of hits were given, and of the next what lies before ``offset``; of the
    additions, ``added`` were.
    """

    snapshot: str
    sequence: int
    asked: str
    tier: int = 0
    offset: int = 0
    added: int = 0

    def __post_init__(self) -> None:
        if min(self.sequence, self.tier, self.offset, self.added) < 0 or max(self.offset, self.added) >= 2**63:
            raise ValueError("numbers must be 0 or greater, and below 2**63")


def first_page(request: SearchRequest, snapshot: str, sequence: int) -> Cursor:
    """The cursor before the first hit."""
    return Cursor(snapshot, sequence, _asked(request))


def write_cursor(cursor: Cursor) -> str:
    """The cursor as letters, digits, ``-`` and ``_``."""
    return base64.urlsafe_b64encode(codec.dumps(cursor)).decode().rstrip("=")


def read_cursor(text: str, request: SearchRequest) -> Cursor:
    """The cursor in ``text``.

    :raises BadInput: it is none, or belongs to another search than ``request``.
    """
    try:
        if len(text) > _LONGEST:
            raise BrokenData("too long")
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = codec.loads(data, Cursor)
    except (BrokenData, binascii.Error, ValueError) as error:
        raise BadInput(
            "This cursor cannot be read. Use one as an answer gave it, or none for the first page."
        ) from error
    if cursor.asked != _asked(request):
        raise BadInput("This cursor belongs to another search. Begin at the first page, without a cursor.")
    return cursor


def _asked(request: SearchRequest) -> str:
    """All but the size of the page, which may change on the way."""
    return hashlib.sha256(repr(replace(request, limit=1)).encode()).hexdigest()[:12]
