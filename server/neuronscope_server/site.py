"""What the site has and whether it runs: health, the description, and the lists of datasets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from flask import Blueprint, Response, request

import neuronscope
from neuronscope.codec import dumps
from neuronscope.dataset.indexing import is_changeable
from neuronscope.dataset.stored import StoredFile
from neuronscope_server.answers import send, send_object
from neuronscope_server.catalog import Catalog
from neuronscope_server.indexes import Indexes, Status
from neuronscope_server.live.model import LiveModel
from neuronscope_server.outgoing import pack
from neuronscope_server.scoring import Scorer
from neuronscope_server.shapes import DatasetList, DatasetSummary, Health, Site, SiteDataset


@dataclass(frozen=True)
class Offer:
    """What a site can do beside reading; ``scorer`` and ``live`` tell how their models are now."""

    title: str
    scorer: Scorer | None = None
    live: LiveModel | None = None
    writing: bool = False
    token: bool = False


def site(catalog: Catalog, indexes: Indexes, offer: Offer) -> Blueprint:
    """Routes below ``/api`` that are about no dataset in particular."""
    routes = Blueprint("site", __name__, url_prefix="/api")

    @cache  # made when it is asked for: neither a page nor publishing needs it
    def description() -> StoredFile:
        from neuronscope_server.openapi import describe

        return pack(dumps(describe()))

    def health() -> Response:
        return send_object(request, Health("ok", neuronscope.__version__))

    def openapi() -> Response:
        return send(request, description())

    def overview() -> Response:
        keeping = offer.writing and offer.live is not None
        datasets = [
            replace(
                _with_search(catalog.look(name), *indexes.look(name)),
                meaning=indexes.by_meaning,
                keeps_traces=keeping and _can_change(catalog, name),
            )
            for name in catalog.names()
        ]
        models = [model.status() for model in (offer.scorer, offer.live) if model is not None]
        found = Site(offer.title, datasets, models, search=True, writing=offer.writing)
        return send_object(request, replace(found, scoring=offer.scorer is not None, token=offer.token))

    def datasets() -> Response:
        looks = [catalog.look(name) for name in catalog.names()]
        summaries = [DatasetSummary(s.name, s.title, s.model, s.source, s.layers, s.units) for s in looks]
        return send_object(request, DatasetList(summaries))

    routes.add_url_rule("/health", view_func=health)
    routes.add_url_rule("/openapi.json", view_func=openapi)
    routes.add_url_rule("/site.json", view_func=overview)
    routes.add_url_rule("/datasets.json", view_func=datasets)
    return routes


def _can_change(catalog: Catalog, name: str) -> bool:
    """Whether files can be added to the dataset now."""
    return catalog.look(name).status == "ready" and is_changeable(catalog.dataset(name))


def _with_search(dataset: SiteDataset, status: Status, detail: str | None) -> SiteDataset:
    return replace(dataset, search=status, search_detail=detail)
