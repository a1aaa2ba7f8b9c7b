"""The routes of what people write: explanations, votes, and everything at once. Off unless a database is given."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from neuronscope.annotations.nouns import Place, UnitAnnotations, Votes, text_hash
from neuronscope.codec import dumps, loads
from neuronscope.dataset import Dataset, layout
from neuronscope.records import NeuronSimulationResults
from neuronscope_server.answers import send_object
from neuronscope_server.catalog import Catalog
from neuronscope_server.files import Files, missing_unit
from neuronscope_server.kept import begin, known_owner, on, private, refusing, some_owner
from neuronscope_server.outgoing import REVALIDATE
from neuronscope_server.queries import whole_number
from neuronscope_server.refused import Refused
from neuronscope_server.shapes import GivenExplanation, GivenVote
from neuronscope_server.writing import Gate, owner_of

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations

_TARGET = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


def words_key(dataset: Dataset) -> str:
    """Under what the words about a dataset are kept: its name in the manifest, its model and its kind of unit.

    Collated again, from other text too, the units are the same and people's words stay; under another model or hook
    the same name begins without any. What has no manifest is known by its place.
    """
    manifest = dataset.manifest
    model, source = manifest.model, manifest.source
    about = [manifest.name, model.name, model.hash, source.kind, source.hook, source.hash]
    if manifest.schema_version is None:
        about = [dataset.root.rstrip("/") if "://" in dataset.root else os.path.realpath(dataset.root)]
    return hashlib.sha256(dumps(about)).hexdigest()


def found_place(catalog: Catalog, name: str, layer: str, unit: str) -> Place:
    """The unit that an address names.

    :raise 404: there is no such dataset, layer or unit.
    """
    place = whole_number(layer, "layer"), whole_number(unit, "unit")
    dataset = catalog.reachable(name)
    missing = missing_unit(dataset, name, place)
    if missing is not None:
        raise Refused(404, missing)
    return Place(words_key(dataset), *place)


def annotating(catalog: Catalog, files: Files, words: Annotations | None, gate: Gate) -> Blueprint:
    """Routes below ``/api/datasets/{name}``; without ``words`` each of them says that nothing is kept here."""
    routes = Blueprint("annotations", __name__, url_prefix="/api/datasets/<name>")
    _add_reading(routes, catalog, files, words)
    _add_explanations(routes, catalog, words, gate)
    _add_votes(routes, catalog, files, (words, gate))
    return routes


def _add_reading(routes: Blueprint, catalog: Catalog, files: Files, words: Annotations | None) -> None:
    def unit(name: str, layer: str, unit: str) -> Response:
        """:raise 404: if there is no such unit, or nothing is kept here."""
        kept = on(words, 404)
        place = found_place(catalog, name, layer, unit)
        found = kept.of_unit(place, reader=owner_of(request))
        return private(send_object(request, _with_own(found, _own_texts(files, name, place))))

    def everything(name: str) -> Response:
        """:raise 404: if there is no such dataset, or nothing is kept here."""
        kept = on(words, 404)
        key = words_key(catalog.reachable(name))
        etag = f"{key[:16]}-{kept.changes(key)}"
        response = Response(_all_words(name, kept.units(key)), content_type="application/json")
        response.headers["Cache-Control"] = REVALIDATE
        response.set_etag(etag)
        response.make_conditional(request)
        return response

    routes.add_url_rule("/annotations/<layer>/<unit>.json", endpoint="unit", view_func=unit)
    routes.add_url_rule("/annotations.json", endpoint="everything", view_func=everything)


def _add_explanations(routes: Blueprint, catalog: Catalog, words: Annotations | None, gate: Gate) -> None:
    below = "/units/<layer>/<unit>/explanations"

    def write(name: str, layer: str, unit: str) -> Response:
        """:raise 422: if the text or the author cannot be kept as they are."""
        kept, given = begin(words, gate, GivenExplanation)
        place = found_place(catalog, name, layer, unit)
        owner, handed_out = some_owner()
        with refusing():
            made = kept.write(place, given.text, author=given.author, owner=owner, dataset_name=name)
        response = private(send_object(request, made), handed_out)
        response.status_code = 201
        response.headers["Location"] = f"{request.path}/{made.id}"
        return response

    def edit(name: str, layer: str, unit: str, explanation: str) -> Response:
        """:raise 403: if somebody else wrote it.
        :raise 404: if nobody wrote it here.
        """
        kept, given = begin(words, gate, GivenExplanation)
        place, owner = found_place(catalog, name, layer, unit), known_owner()
        with refusing():
            made = kept.edit(place, explanation, text=given.text, author=given.author, owner=owner)
        return private(send_object(request, made))

    def delete(name: str, layer: str, unit: str, explanation: str) -> Response:
        """:raise 403: if somebody else wrote it.
        :raise 404: if nobody wrote it here.
        """
        kept = on(words, 403)
        gate.check(request)
        place, owner = found_place(catalog, name, layer, unit), known_owner()
        with refusing():
            kept.delete(place, explanation, owner=owner)
        return Response(status=204)

    routes.add_url_rule(below, endpoint="write", view_func=write, methods=["POST"])
    routes.add_url_rule(f"{below}/<explanation>", endpoint="edit", view_func=edit, methods=["PUT"])
    routes.add_url_rule(f"{below}/<explanation>", endpoint="delete", view_func=delete, methods=["DELETE"])


def _add_votes(routes: Blueprint, catalog: Catalog, files: Files, guarded: tuple[Annotations | None, Gate]) -> None:
    def vote(name: str, layer: str, unit: str) -> Response:
        """:raise 404: if there is no such explanation of this unit.
        :raise 422: if the vote is none.
        """
        kept, given = begin(*guarded, GivenVote)
        place = found_place(catalog, name, layer, unit)
        if not _TARGET.fullmatch(given.explanation):
            raise Refused(
                422, "explanation is the id of one, or the SHA-256 of a text: 32 or 64 hex digits, lower case."
            )
        if len(given.explanation) == 64 and given.explanation not in _own_texts(files, name, place):
            raise Refused(404, f"{name} has no explanation of this unit whose text has this SHA-256.")
        owner, handed_out = some_owner()
        with refusing():
            made = kept.vote(place, given.explanation, given.value, owner=owner, dataset_name=name)
        return private(send_object(request, made), handed_out)

    routes.add_url_rule("/units/<layer>/<unit>/votes", endpoint="vote", view_func=vote, methods=["POST"])


def _own_texts(files: Files, name: str, place: Place) -> list[str]:
    """The hashes of the dataset's own explanations of a unit, in their order; none where it has none."""
    try:
        data = files.unit(name, layout.EXPLANATIONS, (place.layer, place.unit)).bytes()
    except Refused as refused:
        if refused.status == 404:
            return []
        raise
    return [text_hash(one.explanation) for one in loads(data, NeuronSimulationResults).scored_explanations]


def _with_own(found: UnitAnnotations, own: list[str]) -> UnitAnnotations:
    """With one entry of votes for each of the dataset's own explanations; votes on texts that are gone are left out."""
    known = {votes.explanation: votes for votes in found.votes}
    return replace(found, votes=[known.get(hashed) or Votes(hashed, 0, 0, 0) for hashed in own])


def _all_words(name: str, units: Iterator[UnitAnnotations]) -> Iterator[bytes]:
    """A DatasetAnnotations, written as the units are read."""
    yield b'{"dataset":' + dumps(name) + b',"units":['
    for number, unit in enumerate(units):
        yield (b"," if number else b"") + dumps(unit)
    yield b"]}"
