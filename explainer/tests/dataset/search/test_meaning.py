"""Search by meaning: a real static model whose words mean what this test says, blended with words as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronscope.dataset.search import Meaning, SearchIndex, SearchRequest, load_encoder
from neuronscope.dataset.search.build import write_index
from neuronscope.dataset.search.entries import Entry, Explained, Peaking
from neuronscope.errors import BadInput

TEXTS = ["the cat", "hour of the clock", "a kitten", "red", "feline time", "unheard"]


def all_entries() -> Iterator[Entry]:
    for unit, text in enumerate(TEXTS):
        yield Explained(unit % 2, unit, 0, text, "a" if unit else None, unit / 10)
        yield Peaking(unit % 2, unit, ["cat" if unit == 3 else "x"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("cache") / "search"
    write_index(target, sorted(all_entries(), key=lambda entry: (entry.layer, entry.unit)), mark="0" * 16)
    return target


@pytest.fixture(scope="module")
def meaning(folder: Path, sentence_model: Path) -> Meaning:
    return Meaning(SearchIndex(folder), load_encoder(sentence_model), folder)


def asked(text: str, **other: object) -> SearchRequest:
    return SearchRequest(text, mode="meaning", **other)  # type: ignore[arg-type]


def test_what_means_the_same_is_found_without_a_word_in_common(meaning: Meaning) -> None:
    found = meaning.search(asked("kitten", where=("explanations",))).hits
    assert found[0].explanation == "a kitten"  # by its word too
    assert {hit.explanation for hit in found} == {"a kitten", "the cat", "feline time"}
    assert found[0].snippet.ranges == [(2, 8)]
    assert all(not hit.snippet.ranges for hit in found[1:])


def test_units_whose_tokens_have_the_word_are_blended_in(meaning: Meaning) -> None:
    answer = meaning.search(asked("cat"))
    assert [hit.matched for hit in answer.hits].count("tokens") == 1
    assert answer.total == len(answer.hits) == answer.explanations + answer.tokens
    assert sum(author.count for author in answer.by_author) == answer.explanations
    assert answer.cursor is None


def test_filters_hold_for_meanings_too(meaning: Meaning) -> None:
    assert {hit.layer for hit in meaning.search(asked("kitten", layer=0)).hits} == {0}
    assert {hit.unit for hit in meaning.search(asked("kitten", min_score=0.2, where=("explanations",))).hits} == {2, 4}
    assert len(meaning.search(asked("cat", limit=1)).hits) == 1


def test_words_that_the_model_does_not_know_are_found_as_words(meaning: Meaning) -> None:
    assert [hit.explanation for hit in meaning.search(asked("unheard")).hits] == ["unheard"]
    assert meaning.search(asked("zebra")).hits == []


def test_vectors_are_made_once(folder: Path, sentence_model: Path, meaning: Meaning) -> None:
    (stored,) = folder.glob("meaning-*.npz")
    before = stored.stat().st_mtime_ns
    again = Meaning(SearchIndex(folder), load_encoder(sentence_model), folder)
    assert stored.stat().st_mtime_ns == before
    assert again.search(asked("hour")) == meaning.search(asked("hour"))


def test_an_index_without_explanations_is_searched_by_words(tmp_path: Path, sentence_model: Path) -> None:
    write_index(tmp_path / "search", iter([Peaking(0, 0, ["cat"])]), mark="1" * 16)
    meaning = Meaning(SearchIndex(tmp_path / "search"), load_encoder(sentence_model), tmp_path / "search")
    assert [hit.matched for hit in meaning.search(asked("cat")).hits] == ["tokens"]


def test_what_cannot_be_is_said(meaning: Meaning, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="needs some words"):
        meaning.search(asked(" "))
    with pytest.raises(BadInput, match="leave out sort"):
        meaning.search(asked("cat", sort="score"))
    with pytest.raises(BadInput, match="holds no sentence model"):
        load_encoder(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BadInput, match="holds no sentence model"):
        load_encoder(tmp_path)
