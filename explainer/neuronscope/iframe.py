"""One unit of a site in a frame of a notebook or a page: where it is and what to show in, HTML out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode, urlsplit

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.dataset.dataset import Dataset

# As the viewer's view.ts has them.
PANES = (
    *("explanation", "try", "activations", "related-tokens", "related-units"),
    *("logits", "statistics", "provenance"),
)

_DATASET = re.compile(r"(https?://[^?#]*/)api/datasets/([^/?#]+)/?")
_PAGE = re.compile(r"(https?://[^?#]*)#/d/([^/?#]+).*")
_SIZE = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?(px|%|em|rem|vw|vh)?")


@dataclass(frozen=True)
class UnitFrame:
    """A unit's page as others frame it: ``url`` is its address, ``html`` the element; notebooks draw it.

    The site shows itself in frames of the origins that ``neuronscope serve --frames`` names, and in its own.
    """

    url: str
    title: str
    width: str
    height: str

    @property
    def html(self) -> str:
        """The ``iframe`` element, everything in it escaped."""
        style = f"width: {self.width}; height: {self.height}; border: 1px solid #8888; border-radius: 10px"
        return (
            f'<iframe src="{escape(self.url)}" title="{escape(self.title)}" style="{escape(style)}" '
            'loading="lazy" referrerpolicy="no-referrer"></iframe>'
        )

    def _repr_html_(self) -> str:
        return self.html


def neuron_iframe(
    place: str | Dataset,
    layer: int,
    unit: int,
    *,
    panes: Sequence[str] = ("explanation", "activations"),
    text: str = "",
    width: int | str = "100%",
    height: int | str = 480,
) -> UnitFrame:
    """A frame that shows a unit of the dataset at ``place``: the address of a page of the viewer
    (``http://127.0.0.1:8000/#/d/sample``), that of the dataset there (``.../api/datasets/sample``), or the dataset
    opened from it.

    ``panes`` are some of ``PANES``, drawn in their order; ``text`` stands in the box of "try". ``width`` and ``height``
    are pixels or CSS lengths.

    :raises BadInput: the place is no site's dataset, or a pane, a unit or a length is none.
    """
    site, name = _site(place if isinstance(place, str) else place.root)
    unknown = [pane for pane in panes if pane not in PANES]
    if unknown or isinstance(panes, str):
        raise BadInput(f"{panes!r} are not panes of a unit; name some of {', '.join(PANES)} in a list.")
    if layer < 0 or unit < 0:
        raise BadInput(f"{layer}:{unit} is no unit; layers and units count from 0.")
    query = urlencode({"text": text, "embed": "true"} if text else {"embed": "true"})
    address = f"{site}#/d/{quote(name, safe='')}/{layer}/{unit}?{query}&panes={','.join(panes)}"
    return UnitFrame(address, f"Layer {layer}, unit {unit} of {name}", _length(width), _length(height))


def _site(place: str) -> tuple[str, str]:
    """The address of the site, and what it calls the dataset."""
    found = _PAGE.fullmatch(place) or _DATASET.fullmatch(place)
    if found is None or not urlsplit(found[1]).hostname:
        raise BadInput(
            f"{place[:200]!r} is no dataset of a site: give a page's address, such as "
            "http://127.0.0.1:8000/#/d/sample, or the dataset's, http://127.0.0.1:8000/api/datasets/sample."
        )
    return found[1], unquote(found[2])


def _length(given: int | str) -> str:
    """A length as CSS has it; a bare number is pixels."""
    text = str(given)
    found = _SIZE.fullmatch(text)
    if found is None:
        raise BadInput(
            f"{text[:80]!r} is no width or height: give pixels, such as 480, or a CSS length, such as '100%'."
        )
    return text if found[2] else f"{text}px"
