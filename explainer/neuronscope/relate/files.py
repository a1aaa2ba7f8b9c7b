"""What was found about one layer in; out, unit by unit, the bytes of the files of each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.records import Histogram
from neuronscope.relate.neurons import Related
from neuronscope.relate.numbers import defined, significant
from neuronscope.relate.strongest import NOTHING, Strongest
from neuronscope.relate.tokens import BINS, Logits
from neuronscope.relate.vocabulary import Vocabulary
from neuronscope.relations import (
    ConnectedNeurons,
    LogitTable,
    Neighbour,
    Neighbours,
    RelatedNeurons,
    TokensAndWeights,
    WeightBasedSummaryOfNeuron,
)

Files = Iterator[tuple[int, Callable[[], bytes]]]
LARGEST, SMALLEST = 0, 1
_MEASURE = "decoder cosine"


@dataclass(frozen=True)
class _Lists:
    """Keys and rounded weights of one ``Strongest``, ready to be written."""

    keys: NDArray[np.int32]  # [unit, 2, k]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, found: Strongest) -> _Lists:
        return cls(found.keys, significant(found.values))

    def row(self, row: int, side: int) -> tuple[list[int], list[float]]:
        """Keys and weights of one unit, strongest first, as many as were found."""
        keys = self.keys[row, side]
        count = int((keys != NOTHING).sum())
        return keys[:count].tolist(), self.weights[row, side, :count].tolist()


def token_files(
    units: Sequence[int], inputs: Sequence[Strongest], output: Strongest, vocabulary: Vocabulary, *, folded: bool
) -> Files:
    """related-tokens/weight-based: ``inputs`` of the gate and of the up projection, or of the only one."""
    lists = [_Lists.of(found) for found in (*inputs, output)]
    for row, unit in enumerate(units):
        yield unit, partial(_token_file, lists, row, vocabulary.texts, folded)


def _token_file(lists: list[_Lists], row: int, texts: Sequence[str], folded: bool) -> bytes:
    gate, output = lists[0], lists[-1]
    up = lists[1] if len(lists) > 2 else None
    summary = WeightBasedSummaryOfNeuron(
        input_positive=_tokens(gate, row, LARGEST, texts),
        input_negative=_tokens(gate, row, SMALLEST, texts),
        output_positive=_tokens(output, row, LARGEST, texts),
        output_negative=_tokens(output, row, SMALLEST, texts),
        up_positive=None if up is None else _tokens(up, row, LARGEST, texts),
        up_negative=None if up is None else _tokens(up, row, SMALLEST, texts),
        folded=folded,
    )
    return dumps(summary)


def _tokens(of: _Lists, row: int, side: int, texts: Sequence[str]) -> TokensAndWeights:
    keys, weights = of.row(row, side)
    return TokensAndWeights([texts[key] for key in keys], [*weights])


def logit_files(
    units: Sequence[int], output: Strongest, logits: Logits, vocabulary: Vocabulary, *, folded: bool
) -> Files:
    """logits: tables over the tokens that are not masked."""
    lists = _Lists.of(output)
    for row, unit in enumerate(units):
        yield unit, partial(_logit_file, lists, logits, row, vocabulary, folded)


def _logit_file(lists: _Lists, logits: Logits, row: int, vocabulary: Vocabulary, folded: bool) -> bytes:
    mean, variance, skewness, kurtosis = map(defined, logits.moments[row].tolist())
    edge = 2.0 ** int(logits.exponents[row])
    table = LogitTable(
        top=_tokens(lists, row, LARGEST, vocabulary.texts),
        bottom=_tokens(lists, row, SMALLEST, vocabulary.texts),
        mean=mean,
        variance=variance,
        skewness=skewness,
        kurtosis=kurtosis,
        folded=folded,
        tokens=vocabulary.tokens,
        histogram=Histogram(lowest=-edge, width=2 * edge / BINS, counts=logits.counts[row].tolist()),
    )
    return dumps(table)


def neuron_files(units: Sequence[int], related: Related, names: Sequence[str], *, folded: bool) -> Files:
    """related-neurons/weight-based: ``names`` by key."""
    sides = [[_Lists.of(one) for one in found or []] for found in (related.upstream, related.downstream)]
    for row, unit in enumerate(units):
        yield unit, partial(_neuron_file, sides, row, names, folded)


def _neuron_file(sides: list[list[_Lists]], row: int, names: Sequence[str], folded: bool) -> bytes:
    (up, up_up), (down, down_up) = ([_connected(of, row, names) for of in _two(side)] for side in sides)
    return dumps(RelatedNeurons(c_fc=up, c_proj=down, c_fc_up=up_up, c_proj_up=down_up, folded=folded))


def _two(side: list[_Lists]) -> list[_Lists | None]:
    """Those of the gate, or the only reading vector, and those of the up projection."""
    return [*side, None, None][:2]


def _connected(of: _Lists | None, row: int, names: Sequence[str]) -> ConnectedNeurons | None:
    if of is None:
        return None
    (largest, positive), (smallest, negative) = of.row(row, LARGEST), of.row(row, SMALLEST)
    return ConnectedNeurons([names[key] for key in largest], positive, [names[key] for key in smallest], negative)


def neighbour_files(units: Sequence[int], nearest: Strongest, places: Sequence[tuple[int, int]]) -> Files:
    """related-neurons/decoder-based: ``places`` are layer and unit by key."""
    lists = _Lists.of(nearest)
    for row, unit in enumerate(units):
        yield unit, partial(_neighbour_file, lists, row, places)


def _neighbour_file(lists: _Lists, row: int, places: Sequence[tuple[int, int]]) -> bytes:
    keys, cosines = lists.row(row, LARGEST)
    found = [Neighbour(*places[key], cosine, _MEASURE) for key, cosine in zip(keys, cosines, strict=True)]
    return dumps(Neighbours(found))
