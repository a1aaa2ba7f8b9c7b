"""Neuronpedia's addresses, for datasets that know what it calls them: the list of a source's explanations, and units.

A link to a unit there, ``/gpt2-small/6-res-jb/650``, leads to the unit's page here, with ``?embed=true`` to the one for
frames.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from neuronscope.codec import dumps_plain
from neuronscope.dataset import Dataset, StoredFile
from neuronscope.dataset.indexing import units_version
from neuronscope.dataset.manifest import NeuronpediaIds
from neuronscope.errors import NeuronscopeError
from neuronscope_server.answers import send
from neuronscope_server.catalog import Catalog, is_remote
from neuronscope_server.files import missing_unit
from neuronscope_server.memory import Memory
from neuronscope_server.outgoing import REVALIDATE, pack
from neuronscope_server.queries import Parameter, refuse_unknown
from neuronscope_server.refused import Refused

PARAMETERS = {
    "modelId": Parameter({"type": "string"}, "What Neuronpedia calls the model, such as gpt2-small"),
    "saeId": Parameter({"type": "string"}, "What it calls the units of a layer, such as 6-res-jb"),
}
Place = tuple[str, int]  # a dataset's name, and one of its layers
Elsewhere = Callable[[str], Response | None]

# What is shown in a frame unless its parameter is "false": that, and our panes.
_EMBEDDED = {
    "embedexplanation": ("explanation",),
    "embedtest": ("try",),
    "embedactivations": ("activations",),
    "embedplots": ("logits", "statistics"),
}

_UNIT = re.compile(r"([^/]{1,200})/([^/]{1,200})/(0|[1-9][0-9]{0,8})")
_SHOWN = 80  # characters of what is not known
_MOST = 12  # sources that a sentence names


def neuronpedia(catalog: Catalog, *, kept: Memory[StoredFile] | None = None) -> Blueprint:
    """The route of the list; ``kept`` remembers lists until their dataset changes."""
    routes = Blueprint("neuronpedia", __name__, url_prefix="/api/explanation")
    lists = kept or Memory(size=64_000_000, age=600.0)

    def export() -> Response:
        """:raise 400: if the model or the source is not named.
        :raise 404: if no dataset here is called so there; the sentence names those that are.
        """
        model, source = _asked(request.args)
        name, layer = _place(catalog, model, source)
        dataset = catalog.reachable(name)
        key = (name, layer, units_version(dataset))
        file = lists.get(key)
        if file is None:
            file = pack(_list(dataset, layer, model, source))
            lists.put(key, file, len(file.data))
        return send(request, file)

    routes.add_url_rule("/export", view_func=export)
    return routes


def unit_pages(catalog: Catalog) -> Elsewhere:
    """Given an address without its first slash, a way to the unit's page here; None where it is no known unit's."""

    def way(path: str) -> Response | None:
        """:raise 404: if the layer has no such unit."""
        match = _UNIT.fullmatch(path)
        place = _find(catalog, match[1], match[2]) if match else None
        if match is None or place is None:
            return None
        (name, layer), unit = place, int(match[3])
        missing = missing_unit(catalog.reachable(name), name, (layer, unit))
        if missing:
            raise Refused(404, missing)
        # Relative, so that it holds where the whole site stands below some path.
        target = f"../../#/d/{quote(name)}/{layer}/{unit}{_embedded(request.args)}"
        return Response(status=302, headers={"Location": target, "Cache-Control": REVALIDATE})

    return way


def _embedded(given: MultiDict[str, str]) -> str:
    """The end of our link that shows in a frame what these parameters of theirs do; empty without ``embed=true``."""
    if given.get("embed") != "true":
        return ""
    panes = [pane for name, ours in _EMBEDDED.items() if given.get(name) != "false" for pane in ours]
    text = given.get("defaulttesttext")
    return f"?embed=true&panes={','.join(panes)}" + (f"&{urlencode({'text': text})}" if text else "")


def _asked(given: MultiDict[str, str]) -> tuple[str, str]:
    refuse_unknown(given, PARAMETERS, "an export")
    model, source = given.get("modelId", ""), given.get("saeId", "")
    if not model or not source:
        raise Refused(400, "Name both the model and the source: ?modelId=gpt2-small&saeId=6-res-jb, for example.")
    return model, source


def _place(catalog: Catalog, model: str, source: str) -> Place:
    place = _find(catalog, model, source)
    if place is None:
        there = [f"{ids.model}/{one.id}" for _, ids in _known(catalog) for one in ids.sources]
        some = ", ".join(there[:_MOST]) + (f" and {len(there) - _MOST} more" if len(there) > _MOST else "")
        what = f"{model[:_SHOWN]}/{source[:_SHOWN]}"
        raise Refused(404, f"No dataset here is {what} on Neuronpedia; there is {some or 'none'}.")
    return place


def _find(catalog: Catalog, model: str, source: str) -> Place | None:
    """The first dataset that has it."""
    for name, ids in _known(catalog):
        layer = next((one.layer for one in ids.sources if one.id == source), None)
        if ids.model == model and layer is not None:
            return name, layer
    return None


def _known(catalog: Catalog) -> Iterator[tuple[str, NeuronpediaIds]]:
    """What Neuronpedia calls the datasets that can be read now; never waits for another machine."""
    for name in catalog.names():
        dataset = catalog.dataset(name)
        if not is_remote(dataset) or catalog.look(name).status == "ready":
            ids = _ids(dataset)
            if ids is not None:
                yield name, ids


def _ids(dataset: Dataset) -> NeuronpediaIds | None:
    try:
        return dataset.manifest.neuronpedia
    except NeuronscopeError:
        return None  # who asks for that dataset itself is told


def _list(dataset: Dataset, layer: int, model: str, source: str) -> bytes:
    from neuronscope.explain.report.reading import unit_explanations  # with all that explains, which takes a while
    from neuronscope.formats.neuronpedia_explanations import exported

    found = [
        asdict(exported(one, model=model, source=source, unit=unit))
        for (_, unit), results in unit_explanations(dataset, [layer])
        for one in results.scored_explanations
    ]
    return dumps_plain(found)
