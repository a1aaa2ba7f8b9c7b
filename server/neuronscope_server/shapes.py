"""The objects that only the server answers with; everything else on the wire is a noun of
``neuronscope.records`` or ``neuronscope.relations``.

A field without a default is always there; None says that it is not known (yet).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class DatasetSummary:
    """One dataset in a list; ``source`` is its kind ("mlp", "sae", ...), ``layers`` and ``units`` are counts.

    ``model`` is None where nobody recorded which one it is.
    """

    name: str
    title: str
    model: str | None
    source: str | None
    layers: int | None
    units: int | None


@dataclass(frozen=True)
class DatasetList:
    """Every dataset that this server knows by name."""

    datasets: list[DatasetSummary]


@dataclass(frozen=True)
class SiteDataset(DatasetSummary):
    """One dataset as the viewer meets it: where its files are, and which parts it has.

    ``status`` is "opening" only for datasets on another machine. With "failed", ``detail`` says why, in a sentence; one
    on another machine is tried again by and by, and stays "failed" until that has an answer.
    """

    root: str  # every file of the dataset is at this address + "/" + its path; relative to the site
    parts: list[str]  # "collated-activations", "explanations", ...; "units" and "lists" where those files are there
    packed: bool  # True in a static site whose layers are zips
    status: Literal["ready", "opening", "failed"]
    detail: str | None
    search: Literal["building", "ready", "failed"] | None = None  # None in a static site, which cannot be searched
    meaning: bool = False  # whether it can be searched by meaning too
    search_detail: str | None = None  # with "failed", why, in a sentence


@dataclass(frozen=True)
class Site:
    """What this site offers: its datasets and what else it can do."""

    title: str
    datasets: list[SiteDataset]
    models: list[str]  # none can be run by this version
    search: bool
    writing: bool


@dataclass(frozen=True)
class Health:
    """Answers while the server runs; ``version`` is Neuronscope's."""

    status: Literal["ok"]
    version: str


@dataclass(frozen=True)
class Problem:
    """Every error; ``detail`` is a sentence a person can act on."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


@dataclass(frozen=True)
class Options:
    """How the server answers, beside which datasets it has.

    ``hosts`` are the names a request may ask for ("*": any); with ``any_ip`` every IP address is one too, since
    attacks on a browser's owner through DNS need a name. ``cors_origins`` are the other sites that may read it.
    """

    title: str = "Neuronscope"
    hosts: list[str] = field(default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"])
    any_ip: bool = False
    cors_origins: list[str] = field(default_factory=list)
    largest_body: int = 1_000_000  # bytes; no route reads one yet
    sentence_model: str | None = None  # the folder of a model for search by meaning
    cache: str | None = None  # the folder where search indexes are kept; None: made again at each start
