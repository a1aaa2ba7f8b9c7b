"""The sample over HTTP: every unit that the manifest names is answered with the bytes that lie in its zip."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from neuronscope.dataset import layout, open_dataset
from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog

SAMPLE = Path(__file__).parents[2] / "data/sample"
ROOT = "/api/datasets/sample"


@pytest.fixture(scope="module")
def site() -> FlaskClient:
    return create_app(open_catalog({"sample": str(SAMPLE)})).test_client()


def test_every_unit_goes_out_as_it_lies(site: FlaskClient) -> None:
    dataset = open_dataset(SAMPLE)
    answered = 0
    for layer in site.get(f"{ROOT}/dataset.json").get_json()["layers"]:
        table = site.get(f"{ROOT}/units/{layer['index']}.json").get_json()
        assert table["unit"] == layer["unit_ids"]
        for unit in table["unit"]:
            address = f"{ROOT}/{layout.RECORDS}/{layer['index']}/{unit}.json"
            answer = site.get(address, headers={"Accept-Encoding": "gzip"})
            stored = dataset.stored(layout.RECORDS, layer["index"], unit)
            assert stored is not None
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.data) == stored.bytes()
            answered += 1
    assert answered == 250


def test_every_listed_unit_is_there(site: FlaskClient) -> None:
    lists = site.get(f"{ROOT}/lists.json").get_json()["lists"]
    listed = {(entry["layer"], entry["unit"]) for each in lists for entry in each["units"]}
    assert len(listed) > 20
    for layer, unit in listed:
        assert site.get(f"{ROOT}/{layout.RECORDS}/{layer}/{unit}.json").status_code == 200
