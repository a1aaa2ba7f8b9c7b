"""The units' numbers as whole columns, for tables and plots of all units: ``/api/datasets/{name}/columns.json`` and
``.../columns/{column}.f64``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request

from neuronscope.dataset.stored import StoredFile
from neuronscope.dataset.unitindex import NUMBERS, UnitColumn, UnitIndex
from neuronscope.dataset.zipwriter import deflate
from neuronscope_server.answers import OCTETS, send, send_object
from neuronscope_server.memory import Memory
from neuronscope_server.queries import Parameter, refuse_unknown
from neuronscope_server.refused import Refused
from neuronscope_server.tables import Tables

PARAMETERS = {"snapshot": Parameter({"type": "string"}, "The state of the dataset that columns.json named; needed")}
_PAYS = 0.5  # of its size; what gzip leaves more of is sooner there as it is, and measured numbers hardly shrink


@dataclass(frozen=True)
class UnitColumns:
    """The columns of numbers; ``units`` is how many each has, in the order of layer and unit."""

    snapshot: str
    units: int
    columns: list[UnitColumn]


def columns(tables: Tables, *, packed: Memory[StoredFile] | None = None) -> Blueprint:
    """The routes; ``packed`` remembers columns as they went out."""
    routes = Blueprint("columns", __name__, url_prefix="/api/datasets/<name>")
    kept = packed or Memory(size=64_000_000, age=600.0)

    def listed(name: str) -> Response:
        """:raise 404: if there is no such dataset, or it has no tables of units."""
        snapshot, index = tables.latest(name)
        return send_object(request, UnitColumns(snapshot, len(index), index.columns()))

    def numbers(name: str, column: str) -> Response:
        """:raise 400: if no snapshot is named.
        :raise 404: if there is no such dataset or column, or no tables of units.
        :raise 410: if the dataset has changed since.
        """
        refuse_unknown(request.args, PARAMETERS, "a column")
        if column not in NUMBERS:
            raise Refused(404, f"There is no column {column[:80]!r} of numbers; there are {', '.join(NUMBERS)}.")
        snapshot = request.args.get("snapshot")
        if not snapshot:
            raise Refused(400, "A column is of one state of the dataset: give snapshot=..., as columns.json names it.")
        index = tables.version(name, snapshot)
        file = kept.get((name, snapshot, column))
        if file is None:
            file = pack_numbers(index, column)
            kept.put((name, snapshot, column), file, len(file.data))
        return send(request, file, content_type=OCTETS)

    routes.add_url_rule("/columns.json", view_func=listed)
    routes.add_url_rule("/columns/<column>.f64", view_func=numbers)
    return routes


def pack_numbers(index: UnitIndex, column: str) -> StoredFile:
    """A column's bytes, deflated where that pays."""
    data = index.column(column).astype("<f8").tobytes()
    packed = deflate(data)
    pays = len(packed.stream) <= _PAYS * len(data)
    return StoredFile(packed.stream if pays else data, deflated=pays, crc=packed.crc, size=packed.size)
