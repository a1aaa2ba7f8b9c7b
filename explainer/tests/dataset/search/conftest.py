"""A small corpus of explanations and tokens, and the index of it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from neuronscope.dataset.search import SearchIndex
from neuronscope.dataset.search.build import write_index
from neuronscope.dataset.search.entries import Entry, Explained, Peaking

WORDS = [
    *("time", "times", "sometimes", "timer", "cat", "category", "concatenate", "cats", "the", "other", "of", "in"),
    *("ink", "related", "relation", "don", "t", "naïve", "été", "2024", "x"),
]  # fmt: skip
AUTHORS = [None, "gpt-4", "a person"]


def made_up(units: int = 60) -> list[Entry]:
    """Up to three explanations of each unit, in two layers, and tokens of every second one."""
    chance, made = random.Random(7), list[Entry]()
    for layer, unit in itertools.product((0, 3), range(units)):
        largest = chance.choice([None, round(chance.uniform(0, 9), 3)])
        for number in range(chance.randrange(4)):
            text = " ".join(chance.choices(WORDS, k=chance.randint(1, 9)))
            score = chance.choice([None, round(chance.uniform(-1, 1), 2)])
            made.append(Explained(layer, unit, number, text, chance.choice(AUTHORS), score, largest))
        if unit % 2:
            tokens = [" " + word.title() for word in chance.sample(WORDS, 3)]
            made.append(Peaking(layer, unit, tokens, "a table's", 0.5, largest))
    return made


@pytest.fixture(scope="session")
def corpus() -> list[Entry]:
    """Never changed."""
    return made_up()


@pytest.fixture(scope="session")
def make_index(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Iterable[Entry]], SearchIndex]:
    """Write entries to disk as an index and open it."""

    def make(found: Iterable[Entry]) -> SearchIndex:
        target: Path = tmp_path_factory.mktemp("cache") / "index"
        write_index(target, found, mark="0123456789abcdef")
        return SearchIndex(target)

    return make


@pytest.fixture(scope="session")
def index(corpus: list[Entry], make_index: Callable[[Iterable[Entry]], SearchIndex]) -> SearchIndex:
    """The index of the corpus."""
    return make_index(corpus)
