"""What a dashboard of typed text can be told besides its function: one dataclass, a sentence per field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neuronscope.dashboards.limits import MaxActs
from neuronscope.dashboards.looks import Colours
from neuronscope.dashboards.units import Key


@dataclass(frozen=True, kw_only=True)
class OnlineOptions:
    """Features are named by their numbers or, of a subject's units, by layer and unit."""

    features: Sequence[Key] = ()  # computed at first
    highlighted: Sequence[Key] | None = None  # coloured, one or two of them; None: the first
    tooltip: Sequence[Key] | None = None  # whose numbers the tooltip shows; None: all
    max_acts: MaxActs = "auto"  # where colours end: by feature, one for all, or "auto", the largest seen so far
    names: Mapping[Key, str] | None = None
    scale: str = "unit"  # colours relative to each feature's maximum; "shared": absolute
    colours: Colours | None = None  # (above, below) zero of the first feature and of the second, as "#rrggbb"
    text: str = ""  # to begin with
    title: str = "Activations"
    css: str | None = None  # rules of your own, after ours
    max_new_tokens: int = 64  # of a model's answer
