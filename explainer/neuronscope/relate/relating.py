"""Relations of a dataset's units by weight: a subject and a complete dataset in, the same dataset with more parts out.

Layer after layer in ascending order: its units meet all tokens and the units of the layers before. What is about one
layer alone is written then, what is about pairs of layers at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.dataset import Change, change_dataset, layout
from neuronscope.relate import files
from neuronscope.relate.decoders import nearest
from neuronscope.relate.fitting import Units, fit, read_local, units_of, wanted_layers
from neuronscope.relate.neurons import Connections, Ends
from neuronscope.relate.options import RelateOptions
from neuronscope.relate.strongest import Blocks, Strongest
from neuronscope.relate.tokens import Logits, strongest_logits, strongest_tokens
from neuronscope.relate.vocabulary import Vocabulary, mean_of, open_vocabulary
from neuronscope.subject import Source, Subject
from neuronscope.subject.weights import Gain, final_gain
from neuronscope.subject.wiring import Wiring, wire

if TYPE_CHECKING:
    import torch

# Called with a stage, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]
_WRITING_THREADS = 2


@dataclass(frozen=True)
class RelateSummary:
    """What was added to a dataset."""

    dataset: str
    units: int  # with files of their own
    candidates: int  # all units of the dataset
    tokens: int  # that were not masked
    masked: Mapping[str, int]  # tokens left out, by kind
    parts: list[str]  # that were written
    left_out: Mapping[str, str]  # parts that are not defined for these units, and why
    folded: list[str]  # norms whose gains are in the weights: paths within a layer, or in the model
    raw: bool
    seconds: Mapping[str, float]


def relate(
    subject: Subject,
    root: Path,
    source: Source | None = None,
    *,
    options: RelateOptions | None = None,
    progress: Progress | None = None,
) -> RelateSummary:
    """Add related tokens, related units and logit tables to the dataset at ``root``, worked out from weights alone.

    Relations are among the dataset's units: others that the model has are not looked at. The formulas are those of the
    published method: writing vector x gain x reading vector, embedding x gain x reading vector, writing vector x final
    gain x unembedding; without gains where ``options.raw`` says so. Products are float32, whatever the dtype that the
    model was loaded in. A part that is not defined for these units is left out with its reason.

    :param source: what the units were read with; not needed for MLP neurons.
    :raises BadInput: no dataset there, another model or source than the dataset's, units without reading and writing
        vectors, an unknown architecture, or weights that are not finite.
    :raises StorageFailed: the disk is full or failed; the dataset is as it was.
    """
    options = options or RelateOptions()
    manifest = read_local(root)
    source = fit(manifest, subject, source)
    wanted = wanted_layers(manifest, options.layers)
    run = _Run(subject, source, options, units_of(manifest), wanted)
    with run.clock("tokens"):
        vocabulary = open_vocabulary(subject, options.mask)
    blocks = Blocks()
    try:
        with change_dataset(root) as change:
            _relate(run, vocabulary, _Tools(change, blocks, progress or _unseen))
            with run.clock("write"):
                change.finish()
    finally:
        blocks.close()
    return run.summary(root, vocabulary)


def _unseen(_stage: str, _done: int, _total: int) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class _Tools:
    change: Change
    blocks: Blocks
    progress: Progress


@dataclass
class _Run:
    """What is asked for, and what is known so far."""

    subject: Subject
    source: Source
    options: RelateOptions
    units: Units
    wanted: list[int]
    seconds: dict[str, float] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)
    folded: dict[str, None] = field(default_factory=dict)

    @property
    def folds(self) -> bool:
        return not self.options.raw

    @contextmanager
    def clock(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - began

    def first_keys(self) -> dict[int, int]:
        """The number of each layer's first unit among all."""
        first, keys = 0, {}
        for layer, ids in self.units.items():
            keys[layer], first = first, first + len(ids)
        return keys

    def write(self, tools: _Tools, part: str, layer: int, found: files.Files) -> None:
        with self.clock("write"):
            tools.change.add_layer(part, layer, found, threads=_WRITING_THREADS)
        self.parts.add(part)

    def summary(self, root: Path, vocabulary: Vocabulary) -> RelateSummary:
        written = [part for part in layout.PARTS if part in self.parts]
        return RelateSummary(
            dataset=str(root),
            units=sum(len(self.units[layer]) for layer in self.wanted),
            candidates=sum(map(len, self.units.values())),
            tokens=vocabulary.tokens,
            masked=vocabulary.masked,
            parts=written,
            left_out={part: reason for part, reason in self.reasons.items() if part not in written},
            folded=list(self.folded),
            raw=self.options.raw,
            seconds=self.seconds,
        )


def _relate(run: _Run, vocabulary: Vocabulary, tools: _Tools) -> None:
    gain = final_gain(run.subject) if run.folds else None
    mean = mean_of(vocabulary.unembedding)
    connections = Connections(run.options.neurons, run.wanted, tools.blocks)
    decoders: dict[int, torch.Tensor] = {}
    keys = run.first_keys()
    for done, layer in enumerate(run.units):
        tools.progress("relating, by layer", done, len(run.units))
        wiring = _of_units(wire(run.subject, run.source, layer, fold=run.folds), run.units[layer])
        if layer in run.wanted:
            run.folded.update(dict.fromkeys(wiring.folded))
            output = _Output(vocabulary, mean, gain)
            _relate_tokens(run, wiring, output, tools)
        if wiring.decoder is not None:
            decoders[layer] = wiring.decoder
        with run.clock("neurons"):
            connections.add(Ends(layer, keys[layer], wiring.reading, wiring.writing, wiring.reads_at, wiring.writes_at))
    tools.progress("relating, by layer", len(run.units), len(run.units))
    _write_neurons(run, connections, tools)
    _write_neighbours(run, decoders, tools)


@dataclass(frozen=True)
class _Output:
    vocabulary: Vocabulary
    mean: torch.Tensor  # float64 [d_model], of the unembedding's rows that count
    gain: Gain | None


def _of_units(wiring: Wiring, units: Sequence[int]) -> Wiring:
    """The same for the units of the dataset only."""
    import torch

    everything = units == range(len(units))

    def only(matrix: torch.Tensor) -> torch.Tensor:
        whole = everything and len(units) == len(matrix)
        return matrix if whole else matrix[torch.tensor(units, dtype=torch.int64, device=matrix.device)]

    return replace(
        wiring,
        reading=tuple(only(matrix) for matrix in wiring.reading),
        writing=None if wiring.writing is None else only(wiring.writing),
        decoder=None if wiring.decoder is None else only(wiring.decoder),
    )


def _relate_tokens(run: _Run, wiring: Wiring, output: _Output, tools: _Tools) -> None:
    """One layer's related tokens and logits, as far as they are defined, written."""
    for part in (layout.TOKENS_BY_WEIGHT, layout.NEURONS_BY_WEIGHT, layout.LOGITS, layout.NEURONS_BY_DECODER):
        run.reasons.setdefault(part, "; ".join(wiring.gaps) or _NOT_FOUND[part])
    if wiring.writing is None:
        return
    vocabulary, k, units = output.vocabulary, run.options.tokens, run.units[wiring.layer]
    with run.clock("tokens"):
        inputs = [strongest_tokens(matrix, vocabulary.embedding, k, tools.blocks) for matrix in wiring.reading]
        outputs, logits = _promoted(wiring.writing, output, k, tools.blocks)
    if output.gain is not None:
        run.folded[output.gain.module] = None
    if inputs:
        found = files.token_files(units, inputs, outputs, vocabulary, folded=run.folds)
        run.write(tools, layout.TOKENS_BY_WEIGHT, wiring.layer, found)
    found = files.logit_files(units, outputs, logits, vocabulary, folded=run.folds)
    run.write(tools, layout.LOGITS, wiring.layer, found)


def _promoted(writing: torch.Tensor, output: _Output, k: int, blocks: Blocks) -> tuple[Strongest, Logits]:
    vectors = writing if output.gain is None else writing * output.gain.values
    return strongest_logits(vectors, output.vocabulary.unembedding, k, mean=output.mean, blocks=blocks)


_NOT_FOUND = {
    layout.TOKENS_BY_WEIGHT: "these units read or write outside the residual stream",
    layout.NEURONS_BY_WEIGHT: "no unit of the dataset writes to the residual stream before another one reads it",
    layout.LOGITS: "these units write outside the residual stream",
    layout.NEURONS_BY_DECODER: "only latents and vectors have a decoder",
}


def _write_neurons(run: _Run, connections: Connections, tools: _Tools) -> None:
    related = connections.related
    if not any(found.upstream or found.downstream for found in related.values()):
        return
    names = [f"{layer}_{unit}" for layer, ids in run.units.items() for unit in ids]
    for done, layer in enumerate(run.wanted):
        tools.progress("writing related units", done, len(run.wanted))
        found = files.neuron_files(run.units[layer], related[layer], names, folded=run.folds)
        run.write(tools, layout.NEURONS_BY_WEIGHT, layer, found)
    tools.progress("writing related units", len(run.wanted), len(run.wanted))


def _write_neighbours(run: _Run, decoders: dict[int, torch.Tensor], tools: _Tools) -> None:
    if not decoders:
        return
    with run.clock("neurons"):
        found = nearest(decoders, run.wanted.__contains__, run.options.neurons, tools.blocks)
    places = [(layer, unit) for layer in decoders for unit in run.units[layer]]
    for layer, strongest in found.items():
        run.write(tools, layout.NEURONS_BY_DECODER, layer, files.neighbour_files(run.units[layer], strongest, places))
