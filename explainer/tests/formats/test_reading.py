"""Files of explanations: what is read of each form, and the sentence for what cannot be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from neuronscope.errors import BadInput
from neuronscope.formats.given import GivenExplanation
from neuronscope.formats.reading import read_explanations

LINE = '{"modelId":"m","layer":"6-res","index":"3","description":"words","explanationModelName":null,"typeName":null}\n'
HEADER = "layer,unit,explanation\n"


def words(found: list[GivenExplanation]) -> list[tuple[int, int, str]]:
    return [(one.layer, one.unit, one.text) for one in found]


def test_a_list_gives_each_units_explanations_with_who_wrote_them_and_how(a_list: Path) -> None:
    given = read_explanations([a_list])
    assert words(given.explanations) == [
        (6, 3, "names of rivers"),
        (6, 3, "water and its banks"),
        (7, 0, "closing brackets"),
    ]
    second = given.explanations[1]
    assert (second.model, second.kind, second.model_id) == ("claude-3-5-haiku", "np_max-act", "gpt2-small")
    assert (second.correlation, second.score) == (None, None)
    assert (given.files, given.empty, given.units_are) == (1, 1, "sae")
    assert given.ids
    assert [(one.layer, one.id) for one in given.ids.sources] == [(6, "6-res-jb"), (7, "7-res-jb")]


def test_batches_in_a_folder_say_the_same_as_the_list_in_the_order_of_their_numbers(
    a_list: Path, batches: Path
) -> None:
    one, other = read_explanations([a_list]), read_explanations([batches])
    assert words(one.explanations) == words(other.explanations)
    assert (other.files, other.empty, other.ids) == (2, 1, one.ids)
    assert other.explanations[2].where == "batch-10.jsonl.gz, line 3"  # an empty line is a line


def test_ids_may_be_numbers_and_a_layer_without_a_source_is_one_of_neurons(tmp_path: Path) -> None:
    path = tmp_path / "neurons.json"
    path.write_text('[{"modelId": "m", "layer": 2, "index": 17, "description": "x"}]')
    given = read_explanations([path])
    assert words(given.explanations) == [(2, 17, "x")]
    assert given.units_are == "mlp"
    assert given.ids
    assert given.ids.sources[0].id == "2"


def test_a_table_may_name_its_columns_in_several_ways_and_what_is_not_there_stays_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(
        b"\xef\xbb\xbfLayer,Feature,Description,author,score,correlation\r\n"
        b'6,3,"rivers, and\nbanks",Ada,0,\r\n\r\n6-res,4,commas,,nan,0.25\r\n6,5,,,,\r\n'
    )
    given = read_explanations([path])
    first, second = given.explanations
    assert (first.text, first.author, first.score, first.correlation) == ("rivers, and\nbanks", "Ada", 0.0, None)
    assert (second.author, second.model, second.score, second.correlation) == (None, None, None, 0.25)
    assert (given.empty, given.ids, given.units_are) == (1, None, "sae")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", LINE + "{broken\n", r"a\.jsonl, line 2 is not an explanation.*not JSON"),
        ("a.jsonl", LINE + '{"modelId":"m","index":"3"}\n', r"a\.jsonl, line 2.*(layer|description)"),
        ("a.jsonl", LINE + LINE.replace('"3"', '"three"'), r"line 2: the unit is 'three'; a unit is a whole number"),
        ("a.jsonl", LINE.replace('"3"', "-3"), r"line 1: the unit is '-3'"),
        ("a.jsonl", LINE.replace("6-res", "res-6"), r"line 1: the layer is 'res-6'"),
        ("a.jsonl", LINE + LINE.replace('"m"', '"n"'), r"line 2 is of the model n, a\.jsonl, line 1 of m"),
        ("a.jsonl", LINE + LINE.replace("6-res", "6-mlp"), r"line 2 is of the source 6-mlp, .* of 6-res"),
        ("a.json", '{"not": "a list"}', r"a\.json is not a list of explanations"),
        ("a.json", '[{"modelId":"m","layer":"6","index":[],"description":"x"}]', r"\$\[0\]\.index"),
        ("a.csv", "", r"has no column layer; .* has nothing"),
        ("a.csv", "layer;unit;explanation\n6;3;x\n", r"has no column layer; .* has layer;unit;explanation"),
        ("a.csv", "layer,unit,index,explanation\n", r"two columns for one thing: unit and index"),
        ("a.csv", HEADER + "6,3\n", r"a\.csv, line 2 has 2 columns, fewer"),
        ("a.csv", HEADER + "6,3.5,x\n", r"line 2: the unit is '3\.5'"),
        ("a.csv", HEADER + '6,3,"x\n', r"cannot be read as CSV"),
        ("a.csv", "layer,unit,explanation,score\n6,3,x,high\n", r"line 2: the score is 'high'; write a number"),
        ("a.csv", "layer,unit,explanation,correlation\n6,3,x,1.5\n", r"write a number from -1 to 1"),
        ("a.txt", "x", r"is of no form that is read"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_that_names_the_place(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        read_explanations([path])


@pytest.mark.parametrize("data", [b"no gzip file", gzip.compress(LINE.encode() * 50)[:-20], b"\x1f\x8b\x08\x00broken"])
def test_a_damaged_gzip_file_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "batch-0.jsonl.gz"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"batch-0\.jsonl\.gz cannot be unpacked"):
        read_explanations([path])


def test_a_file_in_another_encoding_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(HEADER.encode() + "6,3,naïve\n".encode("latin-1"))
    with pytest.raises(BadInput, match=r"latin\.csv is not written in UTF-8"):
        read_explanations([path])


def test_a_place_without_such_files_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no explanations"):
        read_explanations([tmp_path])
    with pytest.raises(BadInput, match="is not there"):
        read_explanations([tmp_path / "absent.json"])


def test_files_of_different_models_are_not_mixed(tmp_path: Path, a_list: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps([{"modelId": "gemma", "layer": "6-res-jb", "index": "3", "description": "x"}]))
    with pytest.raises(BadInput, match=r"other\.json, object 1 is of the model gemma, list\.json, object 1 of gpt2"):
        read_explanations([a_list, other])
