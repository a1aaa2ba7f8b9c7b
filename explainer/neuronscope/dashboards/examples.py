"""Examples of one feature, as researchers keep them, to a record: ``(max_activation, tokens, activations)`` each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neuronscope.dashboards.pieces import reader_of, style_of
from neuronscope.errors import BadInput
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord

Example = tuple[float, Sequence[Any], Sequence[float]]


@dataclass(frozen=True)
class Reading:
    """How examples are read: ``window_size`` tokens are kept to each side of a peak, ``max_examples`` of a feature."""

    tokenizer: object | None = None
    window_size: int = 50
    max_examples: int = 30

    def __post_init__(self) -> None:
        for name, least in (("window_size", 0), ("max_examples", 1)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise BadInput(f"{name} is {value!r}; give a whole number from {least}")


def plain(values: Any) -> Any:
    """Arrays and tensors as lists; anything else as it is."""
    return values.tolist() if hasattr(values, "tolist") else values


def feature_number(feature: object) -> int:
    """The feature's number, from 0.

    :raises BadInput: it is none.
    """
    number = plain(feature)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise BadInput(f"{feature!r} is no feature: they are numbered by whole numbers from 0")
    return number


def record_of(feature: int, examples: object, reading: Reading) -> NeuronRecord:
    """The record of one feature, strongest example first.

    :raises BadInput: the examples cannot be used; the message names the feature, the example and what is wrong.
    """
    where = f"feature {feature}"
    if not isinstance(examples, (list, tuple)):
        raise BadInput(f"{where}: its examples are a {type(examples).__name__}, where a list belongs")
    found = [_example(one, f"{where}, example {place}") for place, one in enumerate(examples)]
    _refuse_unsorted(found, where)
    try:
        read = reader_of(style_of([tokens for _, tokens, _ in found]), reading.tokenizer)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from error
    texts = [
        _text(example, read, reading, f"{where}, example {place}")
        for place, example in enumerate(found[: reading.max_examples])
    ]
    return NeuronRecord(NeuronId(0, feature), most_positive_activation_records=texts)


def _example(given: object, where: str) -> tuple[float, list[Any], list[float]]:
    if not isinstance(given, (list, tuple)) or len(given) != 3:
        raise BadInput(f"{where} is not (max_activation, tokens, activations)")
    most, tokens, activations = map(plain, given)
    if not _is_number(most):
        raise BadInput(f"{where}: its maximum is {most!r}, where a number belongs")
    if not isinstance(tokens, (list, tuple)) or not isinstance(activations, (list, tuple)):
        raise BadInput(f"{where}: tokens and activations are lists, one entry per token")
    if len(tokens) != len(activations):
        raise BadInput(f"{where} has {len(tokens)} tokens but {len(activations)} activations")
    if not tokens:
        raise BadInput(f"{where} has no tokens")
    numbers = [plain(value) for value in activations]
    if wrong := [place for place, value in enumerate(numbers) if not _is_number(value)]:
        raise BadInput(f"{where}: the activation of token {wrong[0]} is {numbers[wrong[0]]!r}, where a number belongs")
    return float(most), [plain(token) for token in tokens], [float(value) for value in numbers]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _refuse_unsorted(examples: Sequence[Example], where: str) -> None:
    for place in range(1, len(examples)):
        before, here = examples[place - 1][0], examples[place][0]
        if here > before:
            raise BadInput(
                f"{where}: the examples are not sorted, as example {place} has {here:g} after {before:g}: "
                "put the strongest first"
            )


def _text(
    example: Example, read: Callable[[Sequence[Any]], list[str]], reading: Reading, where: str
) -> ActivationRecord:
    try:
        texts = read(example[1])
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from error
    activations = list(example[2])
    start, end = _window(texts, max(range(len(activations)), key=lambda place: activations[place]), reading.window_size)
    return ActivationRecord(texts[start:end], activations[start:end])


def _window(texts: Sequence[str], peak: int, size: int) -> tuple[int, int]:
    """First position and the one after the last: ``size`` to each side, and the whole of a character at either end."""
    start, end = max(0, peak - size), min(len(texts), peak + size + 1)
    while start > 0 and texts[start] == "":
        start -= 1
    while end < len(texts) and texts[end] == "":
        end += 1
    return start, end
