"""A live trace kept in its dataset, and that undone: the job's id and a dataset in; the entry of its list out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from neuronscope.dataset import Dataset
from neuronscope.dataset.indexing import is_changeable
from neuronscope.errors import BadInput
from neuronscope.trace.nouns import StoredTrace, TraceEntry
from neuronscope.trace.stored import id_of, remove_trace, stored_traces, write_trace
from neuronscope_server.answers import send_fresh
from neuronscope_server.kept import on
from neuronscope_server.live.model import LiveModel
from neuronscope_server.live.tracejobs import TraceJobs
from neuronscope_server.live.worker import Worker
from neuronscope_server.refused import Refused, sentence
from neuronscope_server.writing import Gate

if TYPE_CHECKING:
    from neuronscope.annotations.store import Annotations


def add_keeping(
    routes: Blueprint,
    checked: Callable[[str], tuple[LiveModel, Worker]],
    gate: Gate,
    jobs: TraceJobs | None,
    words: Annotations | None,
) -> None:
    """Routes below ``/api/models/<model>/traces``. Without ``words`` nothing is written on this site."""

    def begun(model: str, trace: str, name: str) -> tuple[Dataset, StoredTrace]:
        found, _ = checked(model)
        on(words, 403)
        gate.check(request)
        assert jobs is not None  # where there is a model
        dataset = found.live(name).dataset
        assert dataset is not None  # it was named
        if not is_changeable(dataset):
            raise Refused(409, f"{name} is no folder of this machine that can be changed, so it keeps no traces.")
        made = jobs.made(trace)
        return dataset, replace(made, id=id_of(made.prompt))

    def keep(model: str, trace: str, dataset: str) -> Response:
        """:raise 403: if nothing may be written on this site.
        :raise 404: if there is no such trace, or the model does not fit the dataset.
        :raise 409: if it is not done, the dataset cannot be changed, or it has a trace of this id.
        """
        there, made = begun(model, trace, dataset)
        with _conflicts(there):
            _refuse_taken(there, made.id)
            write_trace(Path(there.root), made)
        entry = TraceEntry(made.id, made.created, made.prompt, made.report.model, made.report.metric)
        response = send_fresh(request, entry)
        response.status_code = 201
        response.headers["Location"] = f"/api/datasets/{dataset}/traces/{made.id}.json"
        return response

    def remove(model: str, trace: str, dataset: str) -> Response:
        """:raise 403: if nothing may be written on this site.
        :raise 404: if there is no such trace, or the model does not fit the dataset.
        :raise 409: if the dataset keeps another trace by this id, or none.
        """
        there, made = begun(model, trace, dataset)
        with _conflicts(there):
            remove_trace(Path(there.root), made)
        return Response(status=204)

    address = "/traces/<trace>/kept/<dataset>"
    routes.add_url_rule(address, endpoint="keep", view_func=keep, methods=["PUT"])
    routes.add_url_rule(address, endpoint="remove", view_func=remove, methods=["DELETE"])


def _refuse_taken(dataset: Dataset, id_: str) -> None:
    if any(entry.id == id_ for entry in stored_traces(dataset)):
        raise BadInput(f"{dataset.name} has a trace {id_!r} already, which stays as it is: remove that one first.")


@contextmanager
def _conflicts(dataset: Dataset) -> Iterator[None]:
    """What a dataset refuses is a conflict, and is said without where it lies."""
    try:
        yield
    except BadInput as error:
        raise Refused(409, sentence(error).replace(dataset.root, dataset.name)) from error
