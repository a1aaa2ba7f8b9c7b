"""Routes for the files of the built viewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from neuronscope_server.answers import send
from neuronscope_server.viewerfiles import INDEX, Asset


def viewer(assets: Mapping[str, Asset], elsewhere: Callable[[str], Response | None] = lambda _: None) -> Blueprint:
    """``/`` and the viewer's files. They were read at the start, so no request can name another file.

    ``elsewhere``: the answer to an address that is no file of the viewer's, where there is one.
    """
    routes = Blueprint("viewer", __name__)

    def index() -> Response:
        return file(INDEX)

    def file(name: str) -> Response:
        """:raise 404: if the viewer has no such file."""
        asset = assets.get(name)
        if asset is None:
            other = None if name.startswith("api/") else elsewhere(name)
            if other is None:
                raise NotFound
            return other
        return send(request, asset.file, content_type=asset.content_type, cache=asset.cache)

    routes.add_url_rule("/", view_func=index)
    routes.add_url_rule("/<path:name>", view_func=file)
    return routes
