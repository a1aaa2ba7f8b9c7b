"""Lists on a site: kept as they were made, changed by their maker alone, and never over somebody's unseen change."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from neuronscope.annotations import listing
from neuronscope.annotations.listing import change_list, delete_list, keep_list, list_of, lists_of
from neuronscope.annotations.lists import Changed, KeptList, checked_list
from neuronscope.annotations.nouns import NotThere, NotYours, TooMany
from neuronscope.annotations.schema import sqlite_url
from neuronscope.annotations.store import Annotations
from neuronscope.errors import BadInput
from neuronscope.lists import ListedUnit, UnitList

TINY = "d" * 64
ADA, BOB = "a" * 64, "b" * 64
VERBS = UnitList("Verbs", [ListedUnit(3, 17, "sit", "of rest"), ListedUnit(0, 2), ListedUnit(3, 17)], "Two layers.")


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Annotations]:
    times = itertools.count()
    kept = Annotations(sqlite_url(tmp_path / "w.sqlite"), now=lambda: f"2026-01-01T00:00:{next(times):02d}Z")
    yield kept
    kept.close()


def keep(words: Annotations, given: UnitList = VERBS, *, owner: str = ADA, dataset: str = TINY) -> KeptList:
    return keep_list(words, dataset, given, owner=owner, dataset_name="tiny")


def test_a_list_is_kept_as_it_was_made_with_its_units_in_order(words: Annotations) -> None:
    made = keep(words)
    assert (made.title, made.note, made.units, made.version, made.own) == ("Verbs", "Two layers.", VERBS.units, 1, True)
    assert list_of(words, TINY, made.id, reader=ADA) == made
    assert list_of(words, TINY, made.id, reader=None) == replace(made, own=False)


def test_all_lists_are_told_shortly_and_whether_they_hold_a_unit(words: Annotations) -> None:
    first, second = keep(words), keep(words, UnitList("Empty", []), owner=BOB)
    keep(words, dataset="e" * 64)
    told = lists_of(words, TINY, reader=ADA).lists
    assert [(one.id, one.title, one.units, one.own, one.holds) for one in told] == [
        (first.id, "Verbs", 3, True, None), (second.id, "Empty", 0, False, None),
    ]  # fmt: skip
    for unit, holds in (((3, 17), True), ((3, 18), False), ((17, 3), False)):
        found = lists_of(words, TINY, reader=None, holding=unit).lists
        assert [one.holds for one in found] == [holds, False]


def test_a_change_names_the_version_that_it_is_of(words: Annotations) -> None:
    made = keep(words)
    changed = change_list(words, TINY, made.id, UnitList("Nouns", [ListedUnit(0, 1)]), version=1, owner=ADA)
    assert (changed.title, changed.note, changed.units, changed.version) == ("Nouns", None, [ListedUnit(0, 1)], 2)
    assert changed.edited is not None
    with pytest.raises(Changed, match="at version 2, and 1 was to be changed"):
        change_list(words, TINY, made.id, VERBS, version=1, owner=ADA)
    assert list_of(words, TINY, made.id, reader=ADA) == changed


def test_nobody_else_changes_or_deletes_it_and_there_is_none_elsewhere(words: Annotations) -> None:
    id_ = keep(words).id
    keep(words, dataset="e" * 64)
    for owner, dataset, error in ((BOB, TINY, NotYours), (ADA, "e" * 64, NotThere), (ADA, "f" * 64, NotThere)):
        with pytest.raises(error):
            change_list(words, dataset, id_, VERBS, version=1, owner=owner)
        with pytest.raises(error):
            delete_list(words, dataset, id_, owner=owner)
    assert list_of(words, TINY, id_, reader=None).version == 1


def test_what_is_deleted_is_gone_with_its_units(words: Annotations) -> None:
    kept, gone = keep(words), keep(words)
    delete_list(words, TINY, gone.id, owner=ADA)
    for unknown in (gone.id, "nonsense", "'; DROP TABLE lists; --"):
        with pytest.raises(NotThere):
            list_of(words, TINY, unknown, reader=ADA)
    assert [one.id for one in lists_of(words, TINY, reader=ADA).lists] == [kept.id]
    assert len(list_of(words, TINY, kept.id, reader=ADA).units) == 3


def test_a_dataset_has_so_many_lists_and_no_more(words: Annotations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_LISTS", 2)
    keep(words), keep(words)
    with pytest.raises(TooMany, match="has 2 lists of this dataset"):
        keep(words)
    keep(words, dataset="e" * 64)


def test_of_two_who_change_it_at_once_one_is_refused(words: Annotations) -> None:
    made, done = keep(words), []
    gate = threading.Barrier(4)

    def change(title: str) -> None:
        gate.wait()
        try:
            change_list(words, TINY, made.id, UnitList(title, []), version=1, owner=ADA)
            done.append(title)
        except Changed:
            pass

    threads = [threading.Thread(target=change, args=(title,)) for title in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [list_of(words, TINY, made.id, reader=None).title] == done


def test_words_lose_the_white_space_at_their_ends_and_blank_ones_are_none() -> None:
    given = UnitList(" Verbs ", [ListedUnit(3, 17, " ", "\n of rest ")], "  ")
    assert checked_list(given) == UnitList("Verbs", [ListedUnit(3, 17, None, "of rest")], None)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (UnitList(" ", []), "The title is empty"),
        (UnitList("a" * 201, []), "title has 201 characters; at most 200"),
        (UnitList("a\nb", []), r"title holds the control character U\+000A"),
        (UnitList("a", [], "b" * 2001), "note has 2,001 characters; at most 2,000"),
        (UnitList("a", [ListedUnit(3, 17, "b" * 201)]), "label of 3:17 has 201"),
        (UnitList("a", [ListedUnit(3, 17, None, "b" * 501)]), "description of 3:17 has 501 characters; at most 500"),
        (UnitList("a", [ListedUnit(3, 17, None, "\x00")]), r"U\+0000"),
        (UnitList("a", [ListedUnit(3, 17)] * 1001), "1,001 units; at most 1,000"),
    ],
)
def test_what_cannot_be_kept_is_a_sentence(given: UnitList, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        checked_list(given)
