"""What a site does beside reading: options in; routes of writing, scoring and live text, and what to tell of them, out.

The routes are always there; where something is off they say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from neuronscope_server.annotations import annotating
from neuronscope_server.catalog import Catalog
from neuronscope_server.files import Files
from neuronscope_server.jobs import Jobs
from neuronscope_server.lists import listing
from neuronscope_server.live.routes import live
from neuronscope_server.scoring import ModelScorer, Scorer, Workshop, scoring, without_places
from neuronscope_server.shapes import Options
from neuronscope_server.site import Offer
from neuronscope_server.tables import Tables
from neuronscope_server.watching import watching
from neuronscope_server.writing import Gate


@dataclass(frozen=True)
class Extras:
    """Routes, and what ``site.json`` says of them."""

    routes: tuple[Blueprint, ...]
    offer: Offer


def extras(catalog: Catalog, tables: Tables, options: Options, *, scorer: Scorer | None = None) -> Extras:
    """:raises BadInput: the annotations database or the simulator cannot be.
    :raises StorageFailed: the database cannot be opened.
    """
    gate, jobs = Gate(options.token), Jobs(public=lambda said: _public(said, catalog, options))
    words = None
    if options.annotations is not None:
        from neuronscope.annotations.store import Annotations

        words = Annotations(options.annotations)
    if scorer is None and options.scoring is not None:
        scorer = ModelScorer(options.scoring)
    model = None
    if options.live is not None:
        from neuronscope_server.live.model import LiveModel

        model = LiveModel(options.live, catalog, tables)
    workshop = None if scorer is None else Workshop(scorer, jobs, words)
    routes = (
        annotating(catalog, Files(catalog, tables), words, gate),
        listing(catalog, words, gate),
        scoring(catalog, workshop, gate),
        watching(jobs, gate),
        live(model, gate, words),
    )
    offer = Offer(options.title, scorer, model, writing=words is not None, token=options.token is not None)
    return Extras(routes, offer)


def _public(said: str, catalog: Catalog, options: Options) -> str:
    """A sentence without the places of datasets and models."""
    said = catalog.public(said)
    return said if options.scoring is None else without_places(said, options.scoring)
