"""Our puzzles keep to their rules; other files are read; ranks are right; they make a dataset without faults."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from neuronscope.dataset import open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.puzzles import Picked, PuzzleAnswer, PuzzleRun
from neuronscope.errors import BadInput, BrokenData
from neuronscope.explain.lookup import TokenLookupExplainer
from neuronscope.explain.nouns import Answer
from neuronscope.explain.parts import (
    Explained,
    ExplainerKind,
    Judged,
    JudgeItem,
    JudgeTask,
    Simulated,
    SimulatorKind,
    UnitMaterial,
)
from neuronscope.explain.puzzledataset import puzzles_json, write_puzzle_dataset
from neuronscope.explain.puzzlefile import Puzzle, load_puzzles, read_puzzles
from neuronscope.explain.puzzleresults import picked, wilson
from neuronscope.explain.puzzles import mean_rank, solve_puzzles
from neuronscope.llm.protocol import Failure
from neuronscope.prompts.nouns import Excerpt
from neuronscope.records import ActivationRecord, SequenceSimulation

PUZZLES = load_puzzles()
BY_NAME = {puzzle.name: puzzle for puzzle in PUZZLES}


def fired(puzzle: Puzzle) -> list[set[int]]:
    return [{i for i, value in enumerate(one.activations) if value > 0} for one in puzzle.sentences]


def by_word(pattern: str) -> Callable[[Sequence[str]], set[int]]:
    return lambda tokens: {i for i, token in enumerate(tokens) if re.fullmatch(pattern, token.strip(), re.IGNORECASE)}


def after(*words: str) -> Callable[[Sequence[str]], set[int]]:
    return lambda tokens: {i for i in range(1, len(tokens)) if tokens[i - 1].strip() in words}


def before(mark: str) -> Callable[[Sequence[str]], set[int]]:
    return lambda tokens: {i for i in range(len(tokens) - 1) if tokens[i + 1].strip() == mark}


def capitals(tokens: Sequence[str]) -> set[int]:
    return {i for i, token in enumerate(tokens) if len(token.strip()) > 1 and token.strip().isupper()}


def quoted_first(tokens: Sequence[str]) -> set[int]:
    quotes = [i for i, token in enumerate(tokens) if token.strip() == '"']
    return {place + 1 for place in quotes[::2]}


def second_noun(tokens: Sequence[str]) -> set[int]:
    nouns = "dog|lamp|bus|brother|key|cup|cat|stair|window|door|letter|bank|bread|cheese|table|boy|mat|tea|paint|rain"
    words = [token.strip().lower() for token in tokens]
    return {i for i, word in enumerate(words) if re.fullmatch(nouns, word) and word in words[:i]}


RULES: dict[str, Callable[[Sequence[str]], set[int]]] = {
    "water_bodies": by_word("lake|river|pond|harbour|creek|sea"),
    "negations": by_word("not|never|no(?!.)|nobody|nothing"),
    "after_currency": after("$", "€", "£"),
    "second_mention": second_noun,
    "before_question_mark": before("?"),
    "colours": by_word("green|gr[ae]y|red|blue|white|yellow|purple|brown|black"),
    "days_of_week": by_word("(mon|tues|wednes|thurs|fri|satur|sun)day"),
    "python_keywords": lambda tokens: {
        i
        for i, token in enumerate(tokens)
        if token.strip() in {"def", "for", "in", "if", "import", "while", "class", "pass"}
        or (token.strip() == "return" and "Please" not in tokens)
    },
    "opening_bracket": lambda tokens: {
        i for i, token in enumerate(tokens) if token.strip() == "(" and not tokens[0].startswith("print")
    },
    "words_after_very": after("very"),
    "first_person": by_word("I|me|we|our|mine|us|my"),
    "years": by_word("[0-9]{4}"),
    "quoted_first_word": quoted_first,
    "units_of_length": by_word("metres|miles|inch|kilometres|feet|centimetre"),
    "words_in_capitals": capitals,
    "past_tense": by_word(
        "opened|laughed|walked|wrote|burned|stopped|arrived|noticed|ran|forgot|said|(?!bed|need|seed)[a-z]+ed"
    ),
    "plural_animals": by_word("horses|cats|dogs|geese|spiders|mice|sheep|goats|bees"),
    "comparatives": by_word("better|worse|(tall|cheap|dark|cold|larg)er"),
    "cooking_verbs": by_word("(boil|stir|simmer|chop|roast|bake|fry|fried|whisk)(ed|s|ing)?"),
    "contrast_words": by_word("but|however|yet|although|nevertheless|though"),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_activations_of_a_puzzle_keep_to_its_rule(name: str) -> None:
    for sentence, positions in zip(BY_NAME[name].sentences, fired(BY_NAME[name]), strict=True):
        assert RULES[name](sentence.tokens) == positions, "".join(sentence.tokens)


def test_there_are_twenty_of_which_each_fires_in_some_sentences_and_is_silent_in_others() -> None:
    assert len(PUZZLES) == len({puzzle.explanation for puzzle in PUZZLES}) == 20
    for puzzle in PUZZLES:
        assert len(puzzle.firing()) >= 5, puzzle.name
        assert len(puzzle.silent()) >= 4, puzzle.name
        assert len(set(puzzle.false_explanations) - {puzzle.explanation}) == 5
        assert all(0 <= value <= 10 for one in puzzle.sentences for value in one.activations)
        assert all(not one.tokens[0].startswith(" ") for one in puzzle.sentences)


def test_the_public_form_is_read_and_written() -> None:
    assert read_puzzles(puzzles_json(PUZZLES), "x") == PUZZLES
    text = '{"a": {"name": "a", "explanation": "b", "sentences": [["x", [" y", 2]]], "false_explanations": []}}'
    (puzzle,) = read_puzzles(text.encode(), "x")
    assert puzzle.sentences == (ActivationRecord(["x", " y"], [0.0, 2.0]),)
    (nameless,) = read_puzzles(text.replace('"name": "a", ', "").encode(), "x")
    assert nameless == puzzle


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "x"),
        ('{"a": {"name": "a", "explanation": "b", "sentences": [[]], "false_explanations": []}}', "x: a"),
        ('{"a": {"name": "a", "explanation": "b", "sentences": [[["y"]]], "false_explanations": []}}', "sentence 0"),
        ('{"a": {"name": "a"}}', "explanation"),
    ],
)
def test_a_file_that_is_none_of_puzzles_says_where(text: str, said: str) -> None:
    with pytest.raises(BrokenData, match=said):
        read_puzzles(text.encode(), "x")


def test_no_file_and_no_puzzle_are_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load_puzzles(tmp_path / "none.json")
    with pytest.raises(BadInput, match="no puzzle"):
        read_puzzles(b"{}", "x")


class ByWords:
    """Expects 10 of tokens that the explanation names, and nothing at all of an explanation that says so."""

    kind: SimulatorKind = "structured"
    model: str | None = "words"

    def __init__(self) -> None:
        self.seen: set[tuple[str, ...]] = set()

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        self.seen |= {excerpt.tokens for excerpt in excerpts}
        return Simulated(tuple(self._one(explanation, excerpt) for excerpt in excerpts))

    def _one(self, explanation: str, excerpt: Excerpt) -> SequenceSimulation:
        named = re.findall(r"[a-z]+", explanation)
        numbers = [10.0 if token.strip() in named else 0.0 for token in excerpt.tokens]
        expected = [None if explanation == "mute" else number for number in numbers]
        return SequenceSimulation(list(excerpt.tokens), expected, "simulated_normalized_activations", [], [])


def puzzle(true: str, *false: str) -> Puzzle:
    rows = [("a rain fell", 1), ("the snow came", 1), ("a lake froze", 1), ("a chair", None), ("the table", None)]
    sentences = [
        ActivationRecord(text.split(), [5.0 if i == peak else 0.0 for i in range(len(text.split()))])
        for text, peak in rows
    ]
    return Puzzle("weather", true, tuple(sentences), false)


@pytest.mark.parametrize(
    ("true", "false", "rank"),
    [
        ("rain, snow, lake", ("chair", "rain"), 1),
        ("rain", ("rain, snow", "snow, rain, lake", "the"), 3),
        ("rain", ("snow", "lake", "the"), 2),
        ("rain", ("mute", "mute"), 1),
        ("mute", ("rain",), None),
    ],
)
def test_the_rank_of_the_true_explanation(true: str, false: tuple[str, ...], rank: float | None) -> None:
    (solved,) = asyncio.run(solve_puzzles([puzzle(true, *false)], ByWords()))
    assert (solved.rank, solved.candidates) == (rank, 1 + len(false))
    assert mean_rank([solved]) == rank
    assert (solved.reason is None) is (rank is not None)
    assert [one.origin for one in solved.scored] == ["true", *["false"] * len(false)]
    assert solved.unscored() == false.count("mute")
    assert (solved.detection_rank, solved.detected_by) == (None, None)


class Remembers:
    """An explainer that keeps what it was given."""

    kind: ExplainerKind = "pairs"
    model: str | None = "memory"

    def __init__(self) -> None:
        self.given: set[tuple[str, ...]] = set()

    async def explain(self, material: UnitMaterial) -> Explained:
        record = material.record
        for group in (record.most_positive_activation_records, record.random_sample, material.splits.train):
            self.given |= {tuple(one.tokens) for one in group}
        return Explained(("rain",), (Failure("unparsed", "the second one has no words"),))


def test_an_explainer_is_given_no_sentence_that_is_scored() -> None:
    simulator, explainer, one = ByWords(), Remembers(), puzzle("rain, snow, lake", "chair")
    told: list[tuple[int, int]] = []
    solving = solve_puzzles([one], simulator, explainers=[explainer], progress=lambda *said: told.append(said))
    (solved,) = asyncio.run(solving)
    assert told == [(1, 3), (2, 3), (3, 3)]
    every = {tuple(sentence.tokens) for sentence in one.sentences}
    assert explainer.given == {("a", "rain", "fell"), ("a", "lake", "froze")}
    assert simulator.seen == every - explainer.given
    assert [(own.explanation, own.origin) for own in solved.own()] == [("rain", "pairs")]
    assert [failure.kind for failure in solved.failures] == ["unparsed"]
    assert solved.candidates == 2


def test_token_lookup_names_no_word_that_only_scored_sentences_have() -> None:
    (solved,) = asyncio.run(solve_puzzles([puzzle("snow", "chair")], ByWords(), explainers=[TokenLookupExplainer()]))
    (own,) = solved.own()
    assert own.origin == "tokens"
    assert "rain" in own.explanation
    assert "lake" in own.explanation
    assert "snow" not in own.explanation


class SaysByWords:
    """Says yes of texts with a token that the explanation names, perhaps with a probability."""

    model: str | None = "words"

    def __init__(self, task: JudgeTask = "detection", *, sure: bool = True) -> None:
        self.task: JudgeTask = task
        self._sure = sure

    async def judge(self, explanation: str, items: Sequence[JudgeItem]) -> Judged:
        named = set(re.findall(r"[a-z]+", explanation))
        said = [bool(named & set(item.excerpt.tokens)) for item in items]
        both = zip(items, said, strict=True)
        answers = [
            Answer(item.truth, one, (0.9 if one else 0.1) if self._sure else None, item.sequence) for item, one in both
        ]
        return Judged(tuple(answers), (Failure("timeout", "slow"),))


@pytest.mark.parametrize(("sure", "measure"), [(True, "auc"), (False, "balanced_accuracy")])
def test_a_judge_ranks_the_true_explanation_by_whole_sentences(sure: bool, measure: str) -> None:
    one = puzzle("rain, snow", "lake", "rain, snow, lake", "chair")
    (solved,) = asyncio.run(solve_puzzles([one], ByWords(), judge=SaysByWords(sure=sure)))
    assert (solved.detection_rank, solved.detected_by) == (2, measure)
    # Of 3 firing and 2 silent sentences: 2 right yes; 1; 3; none and one wrong yes.
    assert [each.detection.value for each in solved.scored if each.detection] == pytest.approx([5 / 6, 2 / 3, 1, 1 / 4])
    assert {each.detection.model for each in solved.scored if each.detection} == {"words"}
    assert len(solved.failures) == 4


def test_a_judge_of_fuzzing_is_refused() -> None:
    with pytest.raises(BadInput, match="by detection, not by fuzzing"):
        asyncio.run(solve_puzzles([puzzle("rain")], ByWords(), judge=SaysByWords("fuzzing")))


def test_puzzles_make_a_dataset_without_faults(tmp_path: Path) -> None:
    out = tmp_path / "puzzles"
    write_puzzle_dataset(PUZZLES, out)
    with open_dataset(out) as dataset:
        assert not [fault for looked_at in check_dataset(dataset) for fault in looked_at.faults]
        assert len(list(dataset.units(0))) == 20
        record, said = dataset.record(0, 6), dataset.explanations(0, 6)
        assert record is not None
        assert said is not None
        assert len(record.most_positive_activation_records) + len(record.random_sample) == 10
        assert said.scored_explanations[0].explanation == "words for colours"
        assert json.loads(dataset.file("puzzles.json") or b"")["colours"]["false_explanations"]


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"), [(0, 20, 0, 0.1611), (10, 20, 0.2993, 0.7007), (20, 20, 0.8389, 1)]
)
def test_the_interval_of_a_share_is_wilsons(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_only_ranked_puzzles_count_and_chance_is_of_their_candidates() -> None:
    found = picked([(1, 6), (2.5, 6), (None, 6), (1, 2)])
    assert (found.first, found.ranked, found.value) == (2, 3, pytest.approx(2 / 3))
    assert found.chance == pytest.approx((1 / 6 + 1 / 6 + 1 / 2) / 3)
    assert picked([(None, 6)]).value is None


def test_broken_puzzles_and_results_are_faults(tmp_path: Path) -> None:
    out = tmp_path / "puzzles"
    answers = [PuzzleAnswer("colours", 1, 6, None, []), PuzzleAnswer("nowhere", 1, 6, None, [])]
    nothing = Picked(0, 0, None, None, None)
    write_puzzle_dataset(PUZZLES, out, runs=[PuzzleRun(["m"], "structured", 0, "1", None, nothing, None, answers)])
    with open_dataset(out) as dataset:
        said = {one.path: one.faults for one in check_dataset(dataset) if one.faults}
    assert said == {"puzzle-results.json": ["$.runs: there is no puzzle 'nowhere'"]}
    (out / "puzzles.json").write_text('{"a": {"explanation": "b", "sentences": [[]], "false_explanations": []}}')
    with open_dataset(out) as dataset:
        said = {one.path: one.faults for one in check_dataset(dataset) if one.path == "puzzles.json" and one.faults}
    assert said == {"puzzles.json": ["$.a: a puzzle needs sentences, and a sentence needs tokens"]}
