"""The application: a catalog of datasets in, a Flask app out."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from neuronscope.dataset.search import load_encoder
from neuronscope_server.catalog import Catalog
from neuronscope_server.compare import compare
from neuronscope_server.extras import extras
from neuronscope_server.indexes import Indexes
from neuronscope_server.neuronpedia import neuronpedia, unit_pages
from neuronscope_server.problems import answer_with_problems
from neuronscope_server.reading import reading
from neuronscope_server.scoring import Scorer
from neuronscope_server.search import search
from neuronscope_server.security import guard
from neuronscope_server.selections import selections
from neuronscope_server.shapes import Options
from neuronscope_server.shortcut import Shortcut
from neuronscope_server.site import site
from neuronscope_server.tables import Tables
from neuronscope_server.viewer import viewer
from neuronscope_server.viewerfiles import INDEX, STATIC, inline_script_hashes, read_viewer


def create_app(
    catalog: Catalog,
    options: Options | None = None,
    *,
    static: Path = STATIC,
    scorer: Scorer | None = None,
    ahead: bool = False,
) -> Flask:
    """The API over ``catalog`` and the built viewer in ``static``; a viewer that is not there is no error.

    ``scorer`` stands in for the model that ``options.scoring`` names. ``ahead``: tables and search indexes are opened
    in the background now, not when they are first asked for.

    :raises BadInput: the annotations database or the simulator cannot be.
    """
    options = options or Options()
    assets = read_viewer(static)
    app = Flask("neuronscope_server", static_folder=None)
    # An error is a problem for the client and a line in the log, in tests too.
    app.config.update(PROPAGATE_EXCEPTIONS=False, PROVIDE_AUTOMATIC_OPTIONS=bool(options.cors_origins))
    app.url_map.merge_slashes = False  # a redirect is not a problem+json
    _allow_origins(app, options.cors_origins)
    guard(app, options, scripts=inline_script_hashes(assets[INDEX].file.bytes()))
    answer_with_problems(app, public=catalog.public)
    cache = Path(options.cache) if options.cache else None
    encoder = load_encoder(Path(options.sentence_model)) if options.sentence_model else None
    tables = Tables(catalog, cache)
    indexes = Indexes(catalog, cache, encoder=encoder, first=tables.open)
    if ahead:
        indexes.begin()
    extra = extras(catalog, tables, options, scorer=scorer)
    for routes in (
        site(catalog, indexes, extra.offer),
        *reading(catalog, tables),
        *(selections(tables), compare(catalog, tables), search(indexes), neuronpedia(catalog)),
        *extra.routes,
        viewer(assets, unit_pages(catalog)),
    ):
        app.register_blueprint(routes)
    app.wsgi_app = Shortcut(app.wsgi_app)  # type: ignore[method-assign]  # the place Flask names for this
    return app


def _allow_origins(app: Flask, origins: list[str]) -> None:
    """Let pages of these other sites read the API; without any, nothing is said and browsers refuse."""
    if origins:
        from flask_cors import CORS

        CORS(app, origins=origins, methods=["GET", "HEAD"], expose_headers=["ETag"], allow_private_network=False)
