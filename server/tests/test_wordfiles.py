"""The files that a browser searches: their columns say what the entries are, and which have which word how often."""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.dataset import change_dataset, layout, open_dataset
from neuronscope.dataset.search.entries import Entry, Explained, Peaking, entries
from neuronscope.dataset.search.schema import analyzer
from neuronscope_server.catalog import open_catalog
from neuronscope_server.publish.pieces import SitePlan
from neuronscope_server.publish.plan import plan_site
from neuronscope_server.publish.postings import in_groups
from neuronscope_server.publish.textblocks import TOGETHER
from neuronscope_server.publish.wordfiles import word_files, word_pieces

from .conftest import write_dataset

SAMPLE = Path(__file__).parents[2] / "data/sample"
FOUND: list[Entry] = [
    Explained(0, 3, 0, "The cat, the CAT's hat", "gpt-4", 0.5, 2.0),
    Peaking(0, 3, [" Cat", "cat", "\n", "two  words"], "The cat", 0.5, 2.0),
    Explained(2, 7, 0, "", None, None, None),
    Explained(2, 7, 1, "Straße in İzmir 7\nzwei", "a person", -0.25, None),
    Peaking(2, 7, ["é"], None, None, 1.5),
]


def columns(made: dict[str, bytes], name: str) -> dict[str, np.ndarray]:
    """The columns of a file, as ``search.json`` describes them."""
    (about,) = (one for one in json.loads(made["search.json"])["files"] if one["name"] == name)
    assert about["bytes"] == len(made[name])
    data, at, found = zlib.decompress(made[name], -15), 0, {}
    for column in about["columns"]:
        kind = np.dtype({"f8": "<f8", "u4": "<u4", "u1": "u1"}[column["type"]])
        found[column["name"]] = np.frombuffer(data, kind, column["length"], at)
        assert at % kind.itemsize == 0  # a browser's arrays begin nowhere else
        at += kind.itemsize * column["length"]
    assert at == len(data)
    return found


def texts(made: dict[str, bytes], kind: str) -> list[tuple[str, str]]:
    """The text of each entry and what is about it, each block read as a browser asks for one."""
    held, data = columns(made, f"{kind}.words"), made[f"{kind}.texts"]
    whole = columns(made, f"{kind}.texts")["blocks"].tobytes()
    found: list[tuple[str, str]] = []
    for at, (begin, end) in enumerate(pairwise([0, *held["packed"].tolist()])):
        block = zlib.decompress(data[begin:end] + b"\3\0", -15)
        place = slice(held["unfolded"][at - 1] if at else 0, held["unfolded"][at])
        assert block == whole[place]
        assert len(block) % 4 == 0
        count = min(TOGETHER, len(held["row"]) - at * TOGETHER)
        ends = np.frombuffer(block, "<u4", 2 * count).reshape(2, count)
        ends = np.concatenate([[0], ends[0], ends[1] + ends[0, -1]]) + 8 * count
        read = [block[start:end].decode() for start, end in pairwise(ends.tolist())]
        found += zip(read[:count], read[count:], strict=True)
    return found


def numbers_in(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    return found


def lists(made: dict[str, bytes], kind: str) -> dict[str, dict[int, int]]:
    """By word, how often each entry that has it has it."""
    held = columns(made, f"{kind}.words")
    words = held["words"].tobytes().decode().split("\n")[:-1]
    ends = np.cumsum(held["size"])
    found = {}
    for word, size, end in zip(words, held["size"], ends, strict=True):
        numbers, entry = iter(numbers_in(held["lists"].tobytes()[end - size : end])), 0
        found[word] = {}
        for number in numbers:
            entry += number >> 1
            found[word][entry] = next(numbers) if number & 1 else 1
    assert [len(having) for having in found.values()] == held["having"].tolist()
    return found


def test_the_columns_are_the_entries() -> None:
    made = word_files(FOUND)
    head = json.loads(made["search.json"])
    assert (head["version"], head["entries"], head["authors"]) == (2, 5, ["gpt-4", "a person"])
    held = columns(made, "explanations.words")
    assert [held[name].tolist() for name in ("row", "layer", "unit", "number", "author", "length")] == [
        [0, 2, 3],
        [0, 2, 2],
        [3, 7, 7],
        [0, 0, 1],
        [1, 0, 2],
        [6, 0, 5],
    ]
    assert [None if math.isnan(score) else score for score in held["score"]] == [0.5, None, -0.25]
    assert texts(made, "explanations") == [(one.text, "") for one in FOUND if isinstance(one, Explained)]
    assert texts(made, "tokens") == [("Cat\ncat\ntwo words", "The cat"), ("é", "")]


def test_a_block_of_texts_is_read_alone_as_in_the_whole_file() -> None:
    said = [f"Straße {unit} {'no ' * (unit % 7)}" for unit in range(2 * TOGETHER + 1)]
    made = word_files([Explained(0, unit, 0, text) for unit, text in enumerate(said)])
    assert texts(made, "explanations") == [(text, "") for text in said]
    assert columns(made, "explanations.words")["packed"].size == 3


def test_lists_say_which_entries_have_which_word_how_often() -> None:
    made = word_files(FOUND)
    assert lists(made, "explanations") == {
        "the": {0: 2},
        "cat": {0: 2},
        "s": {0: 1},
        "hat": {0: 1},
        "straße": {2: 1},
        "in": {2: 1},
        "i̇zmir": {2: 1},
        "7": {2: 1},
        "zwei": {2: 1},
    }
    assert lists(made, "tokens") == {"cat": {0: 2}, "two words": {0: 1}, "é": {1: 1}}


def test_words_lie_in_the_order_of_texts_in_browsers() -> None:
    texts = ["b \U00020000 a", "\uff21 \ue000b z \uffda"]
    made = word_files([Explained(0, unit, 0, text) for unit, text in enumerate(texts)])
    words = columns(made, "explanations.words")["words"].tobytes().decode().split("\n")[:-1]
    assert len(words) > 4
    assert words == sorted(words, key=lambda word: word.encode("utf-16-be"))


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=9), max_size=400))
def test_lists_of_any_entries(texts: list[list[str]]) -> None:
    made = word_files([Explained(0, unit, 0, " ".join(words)) for unit, words in enumerate(texts)])
    expected: dict[str, dict[int, int]] = {}
    for entry, words in enumerate(texts):
        for word, times in Counter(words).items():
            expected.setdefault(word, {})[entry] = times
    assert lists(made, "explanations") == expected


@given(st.lists(st.integers(0, 2**35 - 1)))
def test_numbers_in_groups_are_the_numbers(numbers: list[int]) -> None:
    written, sizes = in_groups(np.array(numbers, np.int64))
    assert numbers_in(written.tobytes()) == numbers
    assert sizes.sum() == len(written)


def test_the_sample_has_every_word_of_its_explanations() -> None:
    dataset = open_dataset(SAMPLE)
    made = {piece.path: b"".join(piece.read()) for piece in word_pieces(dataset)}
    found = [one for layer in dataset.layers() for one in entries(dataset, layer) if isinstance(one, Explained)]
    split = analyzer("text")
    assert set(lists(made, "explanations")) == {word for one in found for word in split.analyze(one.text)}
    assert json.loads(made["search.json"])["entries"] > len(found) > 0


def test_no_entries_at_all_are_files_too() -> None:
    made = word_files([])
    assert json.loads(made["search.json"])["entries"] == 0
    assert all(
        len(column) == 0 for name in ("explanations", "tokens") for column in columns(made, f"{name}.words").values()
    )


def planned(root: Path, viewer: Path) -> SitePlan:
    return plan_site(open_catalog({"tiny": str(root)}), title="Tiny", packed=True, static=viewer)


def test_a_site_names_the_folder_which_changes_with_what_is_searched_alone(built_viewer: Path, tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "tiny")

    def place() -> str:
        plan = planned(root, built_viewer)
        site = json.loads(b"".join(plan.heads[-1].read()))
        (dataset,) = site["datasets"]
        assert (site["search"], dataset["search"], dataset["meaning"]) == (True, "ready", False)
        (release,) = (release for release in plan.releases if release.folder == dataset["places"]["search"])
        assert "search.json" in set(release.paths())
        return release.folder

    before = place()
    with change_dataset(root) as change:
        change.add_file("lists.json", b'{"lists": []}')
        change.finish()
    assert place() == before
    with change_dataset(root) as change:
        change.add_layer(layout.EXPLANATIONS, 0, [])
        change.finish()
    assert place() != before
