"""The search route: what it answers, what it refuses, and what it does while the index changes."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from neuronscope import records as r
from neuronscope.dataset import Dataset, DatasetWriter, change_dataset, dumps
from neuronscope.dataset.indexing import open_units
from neuronscope.dataset.localcache import cache_folder
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.search import build_search_index
from neuronscope.dataset.unitindex import UnitIndex
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.indexes import Indexes
from neuronscope_server.refused import Refused
from neuronscope_server.shapes import Options
from neuronscope_server.tables import Tables

SEARCH = "/api/datasets/spoken/search"
TEXTS = ["words about time", "the cat sometimes", "category of timers", "days of the week", "a cat in time"]


PEAKS = [" Time", None, "x", "\n", "<b>"]


def texts_of(layer: int, unit: int) -> list[str]:
    return [TEXTS[unit], TEXTS[(unit + 1 + layer) % 5]]


def score_of(unit: int, number: int) -> float:
    return round(0.1 * (unit + number), 3)


def explanations(layer: int, unit: int, texts: list[str]) -> bytes:
    scored = [
        r.ScoredExplanation(text, r.ScoredSimulation([], score_of(unit, number)), ["gpt-4", None][number % 2])
        for number, text in enumerate(texts)
    ]
    return dumps(r.NeuronSimulationResults(r.NeuronId(layer, unit), scored))


def write(root: Path) -> Path:
    with DatasetWriter(root) as writer:
        for layer in (0, 3):
            units = range(5)
            writer.add_layer(
                "collated-activations", layer, [(u, dumps(r.NeuronRecord(r.NeuronId(layer, u)))) for u in units]
            )
            texts = [(u, explanations(layer, u, texts_of(layer, u))) for u in units]
            writer.add_layer("explanations", layer, texts)
            columns = {
                "layer": layer,
                "unit": list(units),
                "max": [1.5] * 5,
                "peak_token": [" Time", None, "x", "\n", "<b>"],
            }
            writer.add_file(f"units/{layer}.json", json.dumps(columns).encode())
        writer.finish(
            Manifest("spoken", "Spoken", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 5), LayerInfo(3, 5)])
        )
    return root


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("spoken") / "spoken")


@pytest.fixture
def catalog(spoken: Path) -> Catalog:
    return open_catalog({"spoken": str(spoken)})


@pytest.fixture
def app(catalog: Catalog, tmp_path: Path) -> Flask:
    return create_app(catalog, Options(cache=str(tmp_path / "cache")), static=tmp_path)


def test_hits_have_all_that_a_page_of_hits_shows(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": '"cat in"', "layer": "3"}).json
    assert answer is not None
    assert answer["total"] == answer["explanations"] == 2
    assert answer["by_author"] == [{"author": None, "count": 1}, {"author": "gpt-4", "count": 1}]
    assert answer["cursor"] is None
    first = answer["hits"][0]
    assert first.pop("rank") > 0
    assert first == {
        "layer": 3, "unit": 0, "matched": "explanations", "number": 1, "explanation": "a cat in time", "author": None,
        "score": 0.1, "max": 1.5, "snippet": {"text": "a cat in time", "ranges": [[2, 8]]},
    }  # fmt: skip


def test_tokens_are_plain_text(client: FlaskClient) -> None:
    hit = client.get(f"{SEARCH}?q=%3Cb%3E&in=tokens").json["hits"][0]
    assert hit["snippet"] == {"text": "<b>", "ranges": [[0, 3]]}


Place = tuple[int, int, int, str]
EXPLANATIONS = [
    (layer, unit, number, text)
    for layer in (0, 3)
    for unit in range(5)
    for number, text in enumerate(texts_of(layer, unit))
]


@pytest.mark.parametrize(
    ("query", "true"),
    [
        ("q=cat", lambda place: "cat" in place[3]),
        ("q=cat&layer=3", lambda place: "cat" in place[3] and place[0] == 3),
        ("q=cat&layer=9", lambda _: False),
        ("q=cat&min_score=0.3", lambda place: "cat" in place[3] and score_of(place[1], place[2]) >= 0.3),
        ("q=%5Etime%24&mode=regex", lambda place: "time" in place[3].split()),
        ("q=tmie~", lambda place: "time" in place[3].split()),
        ("q=NOT+of", lambda place: "of" not in place[3].split()),
        ("", lambda _: True),
    ],
)
def test_filters_and_modes_find_what_a_plain_scan_finds(
    client: FlaskClient, query: str, true: Callable[[Place], bool]
) -> None:
    answer = client.get(f"{SEARCH}?{query}&in=explanations&sort=layer&limit=200").json
    assert answer is not None
    found = [(hit["layer"], hit["unit"], hit["number"], hit["explanation"]) for hit in answer["hits"]]
    assert found == [place for place in EXPLANATIONS if true(place)]
    assert answer["total"] == len(found)


def test_pages_follow_their_cursor(client: FlaskClient) -> None:
    whole = client.get(f"{SEARCH}?q=cat&sort=score&limit=200").json["hits"]
    found, cursor = [], ""
    while cursor is not None:
        answer = client.get(SEARCH, query_string={"q": "cat", "sort": "score", "limit": "5", "cursor": cursor}).json
        found, cursor = found + answer["hits"], answer["cursor"]
    assert found == whole


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=" + "a" * 10_000, "characters long"),
        ("q=" + "%28" * 30 + "a", "deep"),
        ("q=%28&mode=regex", "regular expression"),
        ("q=" + "%5Cp{L}{1000}" + "&mode=regex", "regular expression"),
        ("q=a&in=everything", "in is 'everything'"),
        ("q=a&in=explanations,", "in is ''"),
        ("q=a&layer=-1", "layer"),
        ("q=a&layer=x", "layer"),
        ("q=a&min_score=nan", "min_score"),
        ("q=a&min_score=1e9", "min_score"),
        ("q=a&sort=size", "sort"),
        ("q=a&order=up", "order"),
        ("q=a&order=asc", "order"),
        ("q=a&limit=0", "limit"),
        ("q=a&limit=999999999", "limit"),
        ("q=a&cursor=zzz", "cursor"),
        ("q=a&min-score=0.5", "min-score"),
    ],
)
def test_what_cannot_be_read_is_a_problem_400(client: FlaskClient, query: str, said: str) -> None:
    response = client.get(f"{SEARCH}?{query}")
    assert (response.status_code, response.content_type) == (400, "application/problem+json")
    assert said in response.json["detail"]


@pytest.mark.parametrize(
    "text",
    ['"', "*", "NEAR(", "';--", "😀", "%FF%FE", "%00", "%ED%A0%80", "a)))(((", "NOT", '"a" AND', "text:cat", "^2"],
)
@pytest.mark.parametrize("mode", ["words", "regex"])
def test_hostile_queries_never_fail(client: FlaskClient, text: str, mode: str) -> None:
    assert client.get(f"{SEARCH}?q={text}&mode={mode}").status_code in (200, 400)


def test_each_query_has_its_own_answer_and_etag(client: FlaskClient) -> None:
    answers = [client.get(f"{SEARCH}?q={text}") for text in ("cat", "time", "cat")]
    assert answers[0].data == answers[2].data != answers[1].data
    assert answers[0].headers["ETag"] == answers[2].headers["ETag"] != answers[1].headers["ETag"]
    assert client.get(f"{SEARCH}?q=cat", headers={"If-None-Match": answers[0].headers["ETag"]}).status_code == 304


def test_no_dataset_is_a_problem_404(client: FlaskClient) -> None:
    assert client.get("/api/datasets/none/search?q=a").status_code == 404


def wait_until(indexes: Indexes, status: str) -> str | None:
    for _ in range(500):
        now, detail = indexes.look("spoken")
        if now == status:
            return detail
        time.sleep(0.01)
    raise AssertionError(f"{now}, not {status}: {detail}")


def test_a_changed_dataset_is_indexed_anew_while_old_pages_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path / "spoken")
    monkeypatch.setattr("neuronscope_server.indexes._LOOK_EVERY", 0.0)
    client = create_app(
        open_catalog({"spoken": str(root)}), Options(cache=str(tmp_path / "cache")), static=tmp_path
    ).test_client()
    first = client.get(f"{SEARCH}?q=cat&limit=5").json
    for change_number, status in ((1, 200), (2, 410)):
        with change_dataset(root) as change:
            change.add_layer("explanations", 0, [(1, explanations(0, 1, ["zebra"] * change_number))])
            change.finish()
        for _ in range(500):
            if client.get(f"{SEARCH}?q=zebra").json["total"] == change_number:
                break
            time.sleep(0.01)
        following = client.get(f"{SEARCH}?q=cat&limit=5&cursor={first['cursor']}")
        assert following.status_code == status
        if status == 200:
            assert (following.json["total"], following.json["snapshot"]) == (12, first["snapshot"])


def test_until_the_index_is_there_the_answer_is_503(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def build(dataset: Dataset, folder: Path) -> Path:
        go_on.wait(10)
        return build_search_index(dataset, folder)

    monkeypatch.setattr("neuronscope_server.indexes._PATIENCE", 0.0)
    monkeypatch.setattr("neuronscope_server.indexes.build_search_index", build)
    client = create_app(catalog, Options(cache=str(tmp_path / "cache")), static=tmp_path).test_client()
    response = client.get(f"{SEARCH}?q=cat")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert response.json is not None
    assert "is being built" in response.json["detail"]
    go_on.set()
    statuses = iter(lambda: client.get(f"{SEARCH}?q=cat").status_code, 200)
    assert set(itertools.islice(statuses, 100_000)) <= {503}


def test_a_dataset_that_cannot_be_read_says_why_and_is_tried_again(tmp_path: Path) -> None:
    root = write(tmp_path / "spoken")
    now = [0.0]
    indexes = Indexes(open_catalog({"spoken": str(root)}), tmp_path / "cache", clock=lambda: now[0])
    table = root / "units/3.json"
    good = table.read_bytes()
    table.write_bytes(b"{")
    detail = wait_until(indexes, "failed")
    assert detail is not None
    assert detail.startswith("spoken/units/3.json: ")
    assert str(tmp_path) not in detail
    with pytest.raises(Refused) as refused:
        indexes.index("spoken")
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "30"})
    table.write_bytes(good)
    now[0] = 31.0
    wait_until(indexes, "ready")
    assert indexes.index("spoken").snapshot


def test_an_index_that_was_built_before_is_used(spoken: Path, catalog: Catalog, tmp_path: Path) -> None:
    wait_until(Indexes(catalog, tmp_path / "cache"), "ready")
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("about.json")}
    wait_until(Indexes(open_catalog({"spoken": str(spoken)}), tmp_path / "cache"), "ready")
    assert made
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("about.json")} == made


def test_tables_are_opened_before_the_index_and_both_before_anybody_asks(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    built = threading.Event()

    def build(dataset: Dataset, folder: Path) -> Path:
        done.append("index")
        built.set()
        return build_search_index(dataset, folder)

    def open_tables(dataset: Dataset, cache: Path | None = None) -> UnitIndex:
        done.append("tables")
        return open_units(dataset, cache)

    monkeypatch.setattr("neuronscope_server.indexes.build_search_index", build)
    monkeypatch.setattr("neuronscope_server.tables.open_units", open_tables)
    options = Options(cache=str(tmp_path / "cache"))
    create_app(catalog, options, static=tmp_path)
    assert not built.wait(0.2)
    client = create_app(catalog, options, static=tmp_path, ahead=True).test_client()
    assert built.wait(10)
    assert done == ["tables", "index"]
    assert client.get("/api/datasets/spoken/columns.json").status_code == 200
    assert done == ["tables", "index"]


def test_without_tables_there_is_an_index_all_the_same(tmp_path: Path) -> None:
    root = write(tmp_path / "spoken")
    for table in root.glob("units/*"):
        table.unlink()
    catalog = open_catalog({"spoken": str(root)})
    tables = Tables(catalog, None)
    with pytest.raises(Refused):
        tables.latest("spoken")
    wait_until(Indexes(catalog, tmp_path / "cache", first=tables.open), "ready")


def test_what_is_on_another_machine_is_not_read_through_unasked(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neuronscope_server.indexes.is_remote", lambda _: True)
    indexes = Indexes(catalog, tmp_path / "cache")
    assert "Run `neuronscope index" in (wait_until(indexes, "failed") or "")
    dataset = catalog.dataset("spoken")
    build_search_index(dataset, cache_folder(tmp_path / "cache", dataset.root))
    wait_until(Indexes(catalog, tmp_path / "cache"), "ready")


def save_sentence_model(folder: Path) -> Path:
    """A model in which "kitten" and "cat" are one, and nothing else means anything."""
    import numpy as np
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "cat": 1, "kitten": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.array([[0, 0], [1, 0], [1, 0]], np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(str(folder))
    return folder


def test_a_server_with_a_sentence_model_searches_by_meaning(tmp_path: Path, built_viewer: Path) -> None:
    options = Options(sentence_model=str(save_sentence_model(tmp_path / "model")))
    catalog = open_catalog({"spoken": str(write(tmp_path / "spoken"))})
    client = create_app(catalog, options, static=built_viewer).test_client()
    (dataset,) = client.get("/api/site.json").get_json()["datasets"]
    assert dataset["meaning"] is True
    answer = client.get(f"{SEARCH}?q=kitten&mode=meaning&layer=3").get_json()
    assert {hit["explanation"] for hit in answer["hits"]} == {"the cat sometimes", "a cat in time"}
    assert {hit["layer"] for hit in answer["hits"]} == {3}
    assert client.get(f"{SEARCH}?q=&mode=meaning").status_code == 400


def test_a_server_without_one_says_so(client: FlaskClient) -> None:
    answer = client.get(f"{SEARCH}?q=kitten&mode=meaning")
    assert answer.status_code == 400
    assert "no sentence model" in answer.get_json()["detail"]
