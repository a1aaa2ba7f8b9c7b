"""``neuronscope export html``: units by name, by a list and by a search, as one file."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope import codec
from neuronscope.dashboards import page
from neuronscope.dataset import DatasetWriter, open_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.lists import Lists
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, NeuronSimulationResults, ScoredExplanation

SAMPLE = Path(__file__).parents[3] / "data/sample"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "page.js").write_text("/* reads */", encoding="utf-8")
    (folder / "page.css").write_text("body { margin: 0 }", encoding="utf-8")
    monkeypatch.setattr(page, "STATIC", folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def blocks(path: Path) -> list[Any]:
    found = re.findall(r'<script type="application/json\+gzip"[^>]*>([^<]*)<', path.read_text(encoding="utf-8"))
    return [json.loads(gzip.decompress(base64.b64decode(block))) for block in found]


def first_explained() -> tuple[str, str]:
    with open_dataset(str(SAMPLE)) as dataset:
        for layer in dataset.layers():
            for unit, found in zip(
                dataset.units(layer), dataset.explanations_of(layer, dataset.units(layer)), strict=True
            ):
                if found is not None:
                    return f"{layer}:{unit}", found.scored_explanations[0].explanation
    raise AssertionError("the sample has no explanations")


def test_units_by_name_with_all_that_is_known_of_them(run: Run, tmp_path: Path) -> None:
    key, words = first_explained()
    code, out, err = run(
        "export", "html", SAMPLE, "2:36", key.replace(":", "/"), "--out", tmp_path / "x.html", "--json"
    )
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert (said["units"], said["bytes"]) == (["2:36", key], (tmp_path / "x.html").stat().st_size)
    head, units = blocks(tmp_path / "x.html")
    assert head["provenance"]["model"]["name"]
    assert head["title"] == head["provenance"]["title"]
    assert words in {one["explanation"] for one in units[1]["explanations"]}
    assert units[1]["record"]["statistics"]["tokens"] > 0
    assert units[1]["tokens_by_weight"]["output_positive"]["tokens"]


def test_the_units_of_a_list_go_by_its_labels(run: Run, tmp_path: Path) -> None:
    first = codec.loads((SAMPLE / "lists.json").read_bytes(), Lists).lists[0]
    code, out, _ = run("export", "html", SAMPLE, "--list", first.title.upper(), "--out", tmp_path / "x.html")
    assert (code, out) == (0, "")
    head = blocks(tmp_path / "x.html")[0]
    labelled = [(f"{one.layer}:{one.unit}", one.label) for one in first.units]
    assert [entry["key"] for entry in head["directory"]] == [key for key, _ in labelled]
    names = {entry["key"]: entry.get("name") for entry in head["directory"]}
    assert all(names[key] == label for key, label in labelled if label)
    assert head["title"] == first.title.upper()


def test_what_a_search_finds_stands_once_each(run: Run, tmp_path: Path) -> None:
    word = max(re.findall(r"[a-z]{5,}", first_explained()[1].lower()), key=len)
    code, out, _ = run(
        "export", "html", SAMPLE, "--query", word, "--limit", 5, "--title", "T<", "--out", tmp_path / "x.html", "--json"
    )
    assert code == 0
    keys = json.loads(out)["units"]
    assert 0 < len(keys) == len(set(keys)) <= 5
    assert "<title>T&lt;</title>" in (tmp_path / "x.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2:36"], "name the file to write with --out"),
        (["--out", "x.html"], "one of the three"),
        (["2:36", "--query", "a", "--out", "x.html"], "one of the three"),
        (["2:37", "--out", "x.html"], "there is no unit 2:37; there are 250: 2:36"),
        (["2-36", "--out", "x.html"], "cannot be read"),
        (["--list", "nobody's", "--out", "x.html"], "its lists: 'One word each'"),
        (["--query", "xqzvw", "--out", "x.html"], "nothing in sample matches 'xqzvw'"),
    ],
)
def test_what_cannot_be_exported_is_exit_code_2_and_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("export", "html", SAMPLE, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert not (tmp_path / "x.html").exists()


def test_what_a_dataset_says_is_text_and_nothing_else(run: Run, tmp_path: Path) -> None:
    bad = "</script><img src=x onerror=alert(1)>\u202e"
    record = NeuronRecord(
        NeuronId(0, 0), most_positive_activation_records=[ActivationRecord([bad, "\x01"], [2.0, 1.0])]
    )
    said = NeuronSimulationResults(NeuronId(0, 0), [ScoredExplanation(bad, author=bad)])
    with DatasetWriter(tmp_path / "bad") as writer:
        writer.add_layer("collated-activations", 0, [(0, codec.dumps(record))])
        writer.add_layer("explanations", 0, [(0, codec.dumps(said))])
        writer.finish(Manifest("bad", bad, ModelInfo(bad), SourceInfo("mlp"), [LayerInfo(0, 1)], notes=[bad]))
    assert run("export", "html", tmp_path / "bad", "0:0", "--out", tmp_path / "x.html")[0] == 0
    text = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<img" not in text
    assert text.lower().count("</script") == text.count("<script") == 3
    head, units = blocks(tmp_path / "x.html")
    assert head["provenance"]["notes"] == [bad]
    assert units[0]["explanations"][0]["author"] == bad


def test_its_help_has_an_example(run: Run) -> None:
    code, out, _ = run("export", "html", "--help")
    assert code == 0
    assert "Example: neuronscope export html" in out
