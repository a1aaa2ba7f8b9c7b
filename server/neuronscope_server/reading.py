"""What is read of datasets, whoever asks: a catalog in, the routes that answer from its files out.

A server has them beside others; the files of a published site are what they answer.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from neuronscope_server.catalog import Catalog
from neuronscope_server.columns import columns
from neuronscope_server.datasets import datasets
from neuronscope_server.problems import answer_with_problems
from neuronscope_server.reports import reports
from neuronscope_server.tables import Tables
from neuronscope_server.units import units


def reading(catalog: Catalog, tables: Tables) -> tuple[Blueprint, ...]:
    """The routes of datasets' files, reports, units and columns."""
    return datasets(catalog, tables), reports(catalog, tables), units(tables), columns(tables)


def reading_app(catalog: Catalog, tables: Tables) -> Flask:
    """An application of these routes alone; it is there in a fraction of the time that the whole one takes."""
    app = Flask("neuronscope_server", static_folder=None)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    answer_with_problems(app, public=catalog.public)
    for routes in reading(catalog, tables):
        app.register_blueprint(routes)
    return app
