"""Explanations, votes and scores are kept, one's own are one's own, and writers at once lose nothing."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from neuronscope.annotations import nouns, store
from neuronscope.annotations.export import public_form
from neuronscope.annotations.nouns import NotThere, NotYours, Place, TooMany, UnitAnnotations, Votes, text_hash
from neuronscope.annotations.schema import sqlite_url
from neuronscope.annotations.store import Annotations
from neuronscope.codec import dumps, loads
from neuronscope.errors import StorageFailed
from neuronscope.records import NeuronId, NeuronSimulationResults, Provenance, Score, ScoredExplanation

PLACE = Place("d" * 64, 3, 17)
ADA, BOB = "a" * 64, "b" * 64
SCORE = Score(0.25, (0.1, 0.4), None, 10, 640, 0, True)


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Annotations]:
    times = itertools.count()
    kept = Annotations(sqlite_url(tmp_path / "w.sqlite"), now=lambda: f"2026-01-01T00:00:{next(times):02d}Z")
    yield kept
    kept.close()


def write(words: Annotations, text: str, *, owner: str = ADA, place: Place = PLACE, author: str | None = None) -> str:
    return words.write(place, text, author=author, owner=owner, dataset_name="tiny").id


def test_a_unit_without_words_has_empty_lists(words: Annotations) -> None:
    assert words.of_unit(PLACE, reader=None) == UnitAnnotations(3, 17, [], [])
    assert (words.changes(PLACE.dataset), list(words.units(PLACE.dataset))) == (0, [])


def test_words_are_kept_with_author_and_time_in_the_order_of_writing(words: Annotations) -> None:
    first = words.write(PLACE, " words of heroes ", author="Ada", owner=ADA, dataset_name="tiny")
    write(words, "something else", owner=BOB)
    found = words.of_unit(PLACE, reader=ADA).explanations
    assert (
        found[0]
        == first
        == nouns.Written(
            first.id, "words of heroes", "Ada", "2026-01-01T00:00:00Z", None, up=0, down=0, own=True, vote=0
        )
    )
    assert [(one.explanation, one.author, one.own) for one in found] == [
        ("words of heroes", "Ada", True), ("something else", None, False),
    ]  # fmt: skip
    assert not any(one.own for one in words.of_unit(PLACE, reader=None).explanations)


def test_units_and_datasets_are_kept_apart(words: Annotations) -> None:
    others = [Place("e" * 64, 3, 17), Place("d" * 64, 4, 17), Place("d" * 64, 3, 18)]
    id_ = write(words, "here")
    for place in others:
        assert words.of_unit(place, reader=ADA).explanations == []
        with pytest.raises(NotThere):
            words.edit(place, id_, text="there", author=None, owner=ADA)
        with pytest.raises(NotThere):
            words.vote(place, id_, 1, owner=ADA, dataset_name="x")


def test_only_its_writer_edits_or_deletes_an_explanation(words: Annotations) -> None:
    id_ = write(words, "first")
    for act in (
        lambda: words.edit(PLACE, id_, text="mine", author=None, owner=BOB),
        lambda: words.delete(PLACE, id_, owner=BOB),
    ):
        with pytest.raises(NotYours, match="Somebody else wrote"):
            act()
    edited = words.edit(PLACE, id_, text="second", author="A.", owner=ADA)
    assert (edited.explanation, edited.author, edited.edited) == ("second", "A.", "2026-01-01T00:00:01Z")
    assert edited.created == "2026-01-01T00:00:00Z"
    words.delete(PLACE, id_, owner=ADA)
    assert words.of_unit(PLACE, reader=ADA).explanations == []
    with pytest.raises(NotThere, match="or it was deleted"):
        words.delete(PLACE, id_, owner=ADA)


def test_one_person_has_one_vote_and_may_change_it_or_take_it_back(words: Annotations) -> None:
    id_ = write(words, "first")
    votes: list[tuple[str, Literal[-1, 0, 1]]] = [(ADA, 1), (ADA, 1), (BOB, -1), (ADA, -1), (ADA, 0)]
    counts = [words.vote(PLACE, id_, value, owner=owner, dataset_name="tiny") for owner, value in votes]
    assert [(one.up, one.down, one.vote) for one in counts] == [(1, 0, 1), (1, 0, 1), (1, 1, -1), (0, 2, -1), (0, 1, 0)]
    (found,) = words.of_unit(PLACE, reader=BOB).explanations
    assert (found.up, found.down, found.vote) == (0, 1, -1)


def test_the_datasets_own_explanations_are_voted_on_by_the_hash_of_their_text(words: Annotations) -> None:
    hashed = text_hash(" the word of")
    assert words.vote(PLACE, hashed, 1, owner=ADA, dataset_name="tiny") == Votes(hashed, 1, 0, 1)
    assert words.of_unit(PLACE, reader=None).votes == [Votes(hashed, 1, 0, 0)]


def test_an_edit_of_the_text_begins_without_votes_and_one_of_the_author_keeps_them(words: Annotations) -> None:
    id_ = write(words, "first")
    words.vote(PLACE, id_, 1, owner=BOB, dataset_name="tiny")
    assert words.edit(PLACE, id_, text="first", author="Ada", owner=ADA).up == 1
    assert words.edit(PLACE, id_, text="other", author="Ada", owner=ADA).up == 0


def test_a_deleted_explanation_takes_its_votes_along(words: Annotations) -> None:
    id_ = write(words, "first")
    words.vote(PLACE, id_, 1, owner=BOB, dataset_name="tiny")
    words.delete(PLACE, id_, owner=ADA)
    assert list(words.units(PLACE.dataset)) == []


def test_scores_belong_to_a_text_and_the_newest_count(words: Annotations) -> None:
    for value in (0.1, 0.25):
        scored = ScoredExplanation(
            "first", scores={"correlation": Score(value, None, None, 10, 640, 0, True)},
            baselines={"lookup": {"correlation": SCORE}}, provenance=Provenance("person", simulator="structured"),
        )  # fmt: skip
        words.keep_score(PLACE, scored, dataset_name="tiny")
    id_ = write(words, "first")
    (found,) = words.of_unit(PLACE, reader=None).explanations
    assert found.scores is not None
    assert found.scores["correlation"].value == 0.25
    assert found.baselines == {"lookup": {"correlation": SCORE}}
    assert found.provenance == Provenance("person", simulator="structured")
    assert words.edit(PLACE, id_, text="second", author=None, owner=ADA).scores is None


def test_a_unit_has_so_many_explanations_and_no_more(words: Annotations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_PER_UNIT", 2)
    first = write(words, "one")
    write(words, "two")
    with pytest.raises(TooMany, match="has 2 explanations"):
        write(words, "three")
    words.delete(PLACE, first, owner=ADA)
    write(words, "three")


def test_every_unit_with_words_is_given_once_in_order(words: Annotations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAGE", 2)
    pairs = [(9, 0), (0, 5), (3, 17), (0, 4), (10, 1)]
    for layer, unit in pairs:
        write(words, "words", place=Place("d" * 64, layer, unit))
    words.vote(Place("d" * 64, 1, 1), "f" * 64, -1, owner=ADA, dataset_name="tiny")
    write(words, "elsewhere", place=Place("e" * 64, 2, 2))
    assert [(one.layer, one.unit) for one in words.units("d" * 64)] == sorted([*pairs, (1, 1)])


def test_changes_grow_with_every_write_about_the_dataset_alone(words: Annotations) -> None:
    id_ = write(words, "first")
    seen = [words.changes(PLACE.dataset)]
    for act in (
        lambda: words.edit(PLACE, id_, text="second", author=None, owner=ADA),
        lambda: words.vote(PLACE, id_, 1, owner=ADA, dataset_name="tiny"),
        lambda: words.delete(PLACE, id_, owner=ADA),
    ):
        act()
        seen.append(words.changes(PLACE.dataset))
    assert seen == sorted(set(seen))
    write(words, "elsewhere", place=Place("e" * 64, 3, 17))
    assert words.changes(PLACE.dataset) == seen[-1]


def test_what_is_written_is_never_part_of_a_statement(words: Annotations) -> None:
    evil = "'; DROP TABLE explanations; -- \" :owner ?"
    id_ = write(words, evil, author=evil[:60])
    assert words.of_unit(PLACE, reader=None).explanations[0].explanation == evil
    with pytest.raises(NotThere):
        words.delete(PLACE, evil, owner=ADA)
    words.delete(PLACE, id_, owner=ADA)


def test_a_database_that_fails_is_a_sentence_without_what_was_written(words: Annotations, tmp_path: Path) -> None:
    write(words, "first")
    words.close()
    for file in tmp_path.glob("w.sqlite*"):
        file.unlink()
    (tmp_path / "w.sqlite").mkdir()
    with pytest.raises(StorageFailed, match="The annotations database failed") as failed:
        write(words, "a secret thought")
    assert "secret" not in str(failed.value)
    assert str(tmp_path) not in str(failed.value)


def test_the_public_form_keeps_author_time_and_scores(words: Annotations) -> None:
    words.write(PLACE, "first", author="Ada", owner=ADA, dataset_name="tiny")
    scored = ScoredExplanation(
        "first", scores={"correlation": SCORE}, provenance=Provenance("person", calibration="none")
    )
    words.keep_score(PLACE, scored, dataset_name="tiny")
    (unit,) = words.units(PLACE.dataset)
    stored = loads(dumps(public_form(unit)), NeuronSimulationResults)
    assert stored.neuron_id == NeuronId(3, 17)
    (one,) = stored.scored_explanations
    assert (one.explanation, one.author, one.scores) == ("first", "Ada", {"correlation": SCORE})
    assert one.provenance == Provenance("person", calibration="none", created="2026-01-01T00:00:00Z")


def test_a_file_that_another_makes_just_now_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE others (number INTEGER)")
    done = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()
    words = Annotations(sqlite_url(path))
    done.join()
    other.close()
    write(words, "after the wait")
    words.close()


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "w.sqlite")
    failures: list[BaseException] = []

    def writer(number: int) -> None:
        owner = f"{number:064d}"
        try:
            words = Annotations(url)  # of its own, as another process has
            for turn in range(5):
                id_ = write(words, f"{number} {turn}", owner=owner)
                words.vote(PLACE, id_, 1, owner=owner, dataset_name="tiny")
                words.edit(PLACE, id_, text=f"{number} {turn}", author=str(number), owner=owner)
                words.vote(PLACE, "c" * 64, 1 if number % 2 else -1, owner=owner, dataset_name="tiny")
            words.close()
        except BaseException as error:  # noqa: BLE001 - the test's own thread tells it
            failures.append(error)

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    words = Annotations(url)
    found = words.of_unit(PLACE, reader=None)
    assert sorted(one.explanation for one in found.explanations) == sorted(
        f"{number} {turn}" for number in range(8) for turn in range(5)
    )
    assert all((one.up, one.down) == (1, 0) for one in found.explanations)
    assert found.votes == [Votes("c" * 64, 4, 4, 0)]
    assert words.changes(PLACE.dataset) == 8 * 5 * 4
    words.close()


OWNERS = st.sampled_from([ADA, BOB, "c" * 64])
TEXTS = st.sampled_from(["one", "two", "three"])
VALUES = st.sampled_from([-1, 0, 1])


class Model(RuleBasedStateMachine):
    """The store beside a plain dictionary that does the same."""

    folder: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.words = Annotations(sqlite_url(type(self).folder() / "w.sqlite"))
        self.known: dict[str, tuple[str, str]] = {}  # id -> text, owner
        self.votes: dict[tuple[str, str], int] = {}

    def teardown(self) -> None:
        self.words.close()

    @rule(text=TEXTS, owner=OWNERS)
    def write(self, text: str, owner: str) -> None:
        self.known[write(self.words, text, owner=owner)] = text, owner

    @rule(which=st.integers(0, 5), text=TEXTS, owner=OWNERS)
    def edit(self, which: int, text: str, owner: str) -> None:
        id_ = (list(self.known) or ["0" * 32])[which % max(1, len(self.known))]
        if id_ not in self.known or self.known[id_][1] != owner:
            with pytest.raises((NotThere, NotYours)):
                self.words.edit(PLACE, id_, text=text, author=None, owner=owner)
            return
        self.words.edit(PLACE, id_, text=text, author=None, owner=owner)
        if self.known[id_][0] != text:
            self.votes = {key: value for key, value in self.votes.items() if key[0] != id_}
        self.known[id_] = text, owner

    @rule(which=st.integers(0, 5), owner=OWNERS)
    def delete(self, which: int, owner: str) -> None:
        id_ = (list(self.known) or ["0" * 32])[which % max(1, len(self.known))]
        if id_ not in self.known or self.known[id_][1] != owner:
            with pytest.raises((NotThere, NotYours)):
                self.words.delete(PLACE, id_, owner=owner)
            return
        self.words.delete(PLACE, id_, owner=owner)
        del self.known[id_]
        self.votes = {key: value for key, value in self.votes.items() if key[0] != id_}

    @rule(which=st.integers(0, 5), value=VALUES, owner=OWNERS)
    def vote(self, which: int, value: Literal[-1, 0, 1], owner: str) -> None:
        target = [*self.known, "f" * 64][which % (len(self.known) + 1)]
        self.words.vote(PLACE, target, value, owner=owner, dataset_name="tiny")
        self.votes.pop((target, owner), None)
        if value:
            self.votes[target, owner] = value

    @invariant()
    def reads_the_same(self) -> None:
        found = self.words.of_unit(PLACE, reader=ADA)
        assert [(one.id, one.explanation, one.own) for one in found.explanations] == [
            (id_, text, owner == ADA) for id_, (text, owner) in self.known.items()
        ]
        for one in found.explanations:
            assert (one.up, one.down, one.vote) == self.counted(one.id)
        assert [(one.up, one.down, one.vote) for one in found.votes] == [
            counts for counts in [self.counted("f" * 64)] if counts[:2] != (0, 0)
        ]

    def counted(self, target: str) -> tuple[int, int, int]:
        values = [value for (voted, _), value in self.votes.items() if voted == target]
        return values.count(1), values.count(-1), self.votes.get((target, ADA), 0)


def test_any_sequence_of_writes_reads_as_a_dictionary_would(tmp_path_factory: pytest.TempPathFactory) -> None:
    Model.folder = staticmethod(lambda: tmp_path_factory.mktemp("words"))  # type: ignore[assignment]
    case = Model.TestCase
    case.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
    case().runTest()
