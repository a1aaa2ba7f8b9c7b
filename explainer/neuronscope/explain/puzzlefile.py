"""Puzzles: made-up units with a known rule; a JSON file in the public form in, puzzles as values out.

The form is one object by name: ``{name, explanation, sentences: [[token | [token, activation]]], false_explanations}``;
a token alone has the activation 0. An object without a name of its own has the one it stands under.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from neuronscope.codec import loads
from neuronscope.dataset.puzzles import SentenceItem, StoredPuzzle
from neuronscope.errors import BadInput, BrokenData
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord

_OWN = "puzzles.json"


@dataclass(frozen=True)
class Puzzle:
    """A made-up unit: its sentences, the explanation that made their activations, and wrong ones that sound right."""

    name: str
    explanation: str
    sentences: tuple[ActivationRecord, ...]
    false_explanations: tuple[str, ...]

    def firing(self) -> list[ActivationRecord]:
        """The sentences in which something is above 0, the strongest first."""
        some = [sentence for sentence in self.sentences if max(sentence.activations) > 0]
        return sorted(some, key=lambda sentence: -max(sentence.activations))

    def silent(self) -> list[ActivationRecord]:
        """The other sentences."""
        return [sentence for sentence in self.sentences if max(sentence.activations) <= 0]

    def record(self, unit: NeuronId) -> NeuronRecord:
        """The puzzle as what is known of a unit: firing sentences are its top, silent ones its random sample."""
        return NeuronRecord(unit, self.silent(), most_positive_activation_records=self.firing())


def load_puzzles(path: Path | None = None) -> tuple[Puzzle, ...]:
    """The puzzles of a file in the public form, in its order; without a path the 20 of this project.

    :raises BadInput: there is no such file, or no puzzle in it.
    :raises BrokenData: it is not a file of puzzles; the message says where.
    """
    if path is None:
        return read_puzzles((resources.files("neuronscope.explain") / "data" / _OWN).read_bytes(), _OWN)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}): give a file of puzzles") from error
    return read_puzzles(data, str(path))


def read_puzzles(data: bytes, where: str) -> tuple[Puzzle, ...]:
    """The puzzles in a file's bytes; ``where`` names it in messages.

    :raises BadInput: there is none in it.
    :raises BrokenData: it is not a file of puzzles.
    """
    try:
        stored = loads(data, dict[str, StoredPuzzle])
    except BrokenData as error:
        raise BrokenData(f"{where}: {error}") from error
    if not stored:
        raise BadInput(f"{where} holds no puzzle")
    return tuple(_puzzle(one, name, where) for name, one in stored.items())


def _puzzle(stored: StoredPuzzle, name: str, where: str) -> Puzzle:
    where = f"{where}: {name}"
    if not stored.sentences or not all(stored.sentences):
        raise BrokenData(f"{where}: a puzzle needs sentences, and a sentence needs tokens")
    sentences = tuple(_sentence(one, f"{where}: sentence {place}") for place, one in enumerate(stored.sentences))
    return Puzzle(stored.name or name, stored.explanation, sentences, tuple(stored.false_explanations))


def _sentence(items: Sequence[SentenceItem], where: str) -> ActivationRecord:
    tokens, activations = [], []
    for item in items:
        token, value = (item, 0.0) if isinstance(item, str) else _pair(item, where)
        tokens.append(token)
        activations.append(value)
    return ActivationRecord(tokens, activations)


def _pair(item: list[str | float], where: str) -> tuple[str, float]:
    if len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], (int, float)):
        return item[0], float(item[1])
    raise BrokenData(f"{where}: {str(item)[:60]} is neither a token nor a token with its activation")
