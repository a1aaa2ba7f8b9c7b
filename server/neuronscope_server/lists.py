"""The routes of lists that people keep on this site; a dataset's own are in its lists.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from neuronscope.dataset import Dataset
from neuronscope.dataset.tables import members
from neuronscope.lists import ListedUnit
from neuronscope_server.annotations import words_key
from neuronscope_server.answers import send_object
from neuronscope_server.catalog import Catalog
from neuronscope_server.files import missing_unit
from neuronscope_server.kept import begin, known_owner, on, private, refusing, some_owner
from neuronscope_server.queries import Parameter, refuse_unknown, unit_named
from neuronscope_server.refused import Refused
from neuronscope_server.shapes import ChangedList, GivenList
from neuronscope_server.writing import Gate, owner_of

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations

LARGEST_LIST = 1_000_000  # bytes: 1,000 units with 500 characters about each
PARAMETERS = {
    "holding": Parameter({"type": "string"}, "A unit as LAYER:UNIT; of each list it is said whether it is in it")
}


def listing(catalog: Catalog, words: Annotations | None, gate: Gate) -> Blueprint:
    """Routes below ``/api/datasets/{name}/lists``; without ``words`` each of them says that nothing is kept here."""
    routes = Blueprint("lists", __name__, url_prefix="/api/datasets/<name>/lists")
    _add_reading(routes, catalog, words)
    _add_writing(routes, catalog, words, gate)
    return routes


def _add_reading(routes: Blueprint, catalog: Catalog, words: Annotations | None) -> None:
    def all_lists(name: str) -> Response:
        """:raise 400: if the unit that is asked about cannot be read.
        :raise 404: if there is no such dataset, or nothing is kept here.
        """
        from neuronscope.annotations.listing import lists_of

        kept, key = on(words, 404), words_key(catalog.reachable(name))
        refuse_unknown(request.args, PARAMETERS, "the lists of a dataset")
        asked = request.args.get("holding")
        holding = unit_named(asked, "holding") if asked else None
        return private(send_object(request, lists_of(kept, key, reader=owner_of(request), holding=holding)))

    def one_list(name: str, id: str) -> Response:
        """:raise 404: if nobody keeps it here, or nothing is kept here."""
        from neuronscope.annotations.listing import list_of

        kept, key = on(words, 404), words_key(catalog.reachable(name))
        with refusing():
            found = list_of(kept, key, id, reader=owner_of(request))
        return private(send_object(request, found))

    routes.add_url_rule("", endpoint="all", view_func=all_lists)
    routes.add_url_rule("/<id>", endpoint="one", view_func=one_list)


def _add_writing(routes: Blueprint, catalog: Catalog, words: Annotations | None, gate: Gate) -> None:
    def make(name: str) -> Response:
        """:raise 422: if the list cannot be kept as it is."""
        from neuronscope.annotations.listing import keep_list

        kept, given = begin(words, gate, GivenList, largest=LARGEST_LIST)
        dataset = catalog.reachable(name)
        _refuse_missing(dataset, name, given.units)
        owner, handed_out = some_owner()
        with refusing():
            made = keep_list(kept, words_key(dataset), given, owner=owner, dataset_name=name)
        response = private(send_object(request, made), handed_out)
        response.status_code = 201
        response.headers["Location"] = f"{request.path}/{made.id}"
        return response

    def change(name: str, id: str) -> Response:
        """:raise 403: if somebody else made it.
        :raise 404: if nobody keeps it here.
        :raise 409: if it has changed since the version that was to be changed.
        """
        from neuronscope.annotations.listing import change_list

        kept, given = begin(words, gate, ChangedList, largest=LARGEST_LIST)
        dataset, owner = catalog.reachable(name), known_owner()
        _refuse_missing(dataset, name, given.units)
        with refusing():
            made = change_list(kept, words_key(dataset), id, given, version=given.version, owner=owner)
        return private(send_object(request, made))

    def delete(name: str, id: str) -> Response:
        """:raise 403: if somebody else made it.
        :raise 404: if nobody keeps it here.
        """
        from neuronscope.annotations.listing import delete_list

        kept = on(words, 403)
        gate.check(request)
        dataset, owner = catalog.reachable(name), known_owner()
        with refusing():
            delete_list(kept, words_key(dataset), id, owner=owner)
        return Response(status=204)

    routes.add_url_rule("", endpoint="make", view_func=make, methods=["POST"])
    routes.add_url_rule("/<id>", endpoint="change", view_func=change, methods=["PUT"])
    routes.add_url_rule("/<id>", endpoint="delete", view_func=delete, methods=["DELETE"])


def _refuse_missing(dataset: Dataset, name: str, units: Sequence[ListedUnit]) -> None:
    """:raise 422: the dataset has not all of these units."""
    known = {layer: members(dataset.units(layer)) for layer in {one.layer for one in units}}
    for one in units:
        if one.unit not in known[one.layer]:
            raise Refused(
                422, f"{missing_unit(dataset, name, (one.layer, one.unit))} A list names units that are there."
            )
