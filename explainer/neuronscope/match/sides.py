"""What stands on each side of a comparison: a dataset's manifest and its model in; what is read of it, or a sentence
that says why the two cannot be compared, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.dataset.manifest import CorpusInfo, Manifest
from neuronscope.errors import BadInput
from neuronscope.relate.fitting import Units, fit, units_of
from neuronscope.subject import Positions, Source, SparseActivations, Subject, positions, read_activations

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Side:
    """A dataset's units, and the model that they are read from."""

    name: str
    subject: Subject
    source: Source
    units: Units  # ids by layer
    rule: Positions

    @property
    def first(self) -> int:
        """The first token of a sequence that counts."""
        return max(0, self.rule.counted - len(self.rule.prefix))

    def read(self, sequences: NDArray[np.int32], layers: Iterable[int], first: int) -> dict[int, torch.Tensor]:
        """Activations of the dataset's units by layer, [token, unit], from token ``first`` of each sequence on.

        :raises BrokenData: the model's activations are not finite where latents are computed from them.
        """
        import torch

        ids = torch.from_numpy(sequences.astype(np.int64))
        prefix = torch.tensor(self.rule.prefix, dtype=torch.int64).expand(len(ids), -1)
        found = read_activations(self.subject, self.source, torch.cat([prefix, ids], dim=1), layers)
        start = len(self.rule.prefix) + first
        return {layer: _chosen(values, start, self.units[layer]) for layer, values in found.items()}


def open_side(manifest: Manifest, subject: Subject, source: Source | None = None) -> Side:
    """The units of a dataset, to be read from the model that it was made of.

    :raises BadInput: another model or source than the dataset's.
    """
    source = fit(manifest, subject, source)
    included = manifest.source.bos == "included"
    rule = positions(subject.info, include_special=included, prepend_bos=source.prepend_bos)
    return Side(manifest.name, subject, source, units_of(manifest), rule)


def refuse_other_text(a: Manifest, b: Manifest) -> CorpusInfo:
    """The text that both datasets were made of.

    :raises BadInput: they were made of different text, or do not say of which.
    """
    for manifest in (a, b):
        if manifest.corpus is None or manifest.corpus.hash is None:
            raise BadInput(f"{manifest.name} does not say of which text it was made: collate it again")
    if a.corpus is None or b.corpus is None or a.corpus.hash != b.corpus.hash:
        raise BadInput(
            f"{a.name} and {b.name} were made of different tokens: units are compared over the same text, cut alike by "
            "the same tokenizer. Collate both from one text, with the same --sequence-length and --sequences"
        )
    return a.corpus


def refuse_other_tokens(a: Side, b: Side) -> None:
    """:raises BadInput: a token's number means something else to the other model."""
    if a.subject.tokenizer.get_vocab() != b.subject.tokenizer.get_vocab():
        raise BadInput(
            f"{a.subject.info.name} and {b.subject.info.name} have different tokenizers: their units cannot be "
            "compared token by token"
        )


def layer_pairs(a: Manifest, b: Manifest, asked: Sequence[tuple[int, int]] | None) -> list[tuple[int, int]]:
    """Which layer of ``a`` is compared with which of ``b``, ascending; the same ones unless others are asked for.

    :raises BadInput: a layer that is not there, or none that both have.
    """
    own, others = ({layer.index for layer in manifest.layers} for manifest in (a, b))
    if asked is None:
        both = sorted(own & others)
        if not both:
            raise BadInput(f"{a.name} and {b.name} have no layer in common: name pairs such as 3:5 with --layers")
        return [(layer, layer) for layer in both]
    for manifest, there, layers in ((a, own, [pair[0] for pair in asked]), (b, others, [pair[1] for pair in asked])):
        for layer in layers:
            if layer not in there:
                raise BadInput(f"layer {layer}: {manifest.name} has layers {', '.join(map(str, sorted(there)))}")
    return sorted(set(asked))


def _chosen(values: torch.Tensor | SparseActivations, start: int, units: Sequence[int]) -> torch.Tensor:
    import torch

    dense = _dense(values) if isinstance(values, SparseActivations) else values
    kept = dense[:, start:].flatten(0, 1)
    if len(units) == kept.shape[1]:
        return kept
    return kept[:, torch.tensor(list(units), dtype=torch.int64, device=kept.device)]


def _dense(values: SparseActivations) -> torch.Tensor:
    import torch

    sequences, length, units = values.shape
    whole = torch.zeros((sequences * length, units), dtype=values.value.dtype, device=values.value.device)
    whole[values.position, values.unit] = values.value
    return whole.reshape(sequences, length, units)
