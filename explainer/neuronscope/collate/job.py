"""What one collation is, worked out before anything runs: a subject, a source, sequences and options in; a Job out.

Everything is checked here, so that bad input is refused before a file is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import bits_dtype
from neuronscope.collate.dense import DenseLayer, DenseTally, Span
from neuronscope.collate.followed import Followed, follow
from neuronscope.collate.options import SHARD, CollateOptions
from neuronscope.collate.sequences import Sequences
from neuronscope.collate.sparse import SparseLayer, SparseTally
from neuronscope.errors import BadInput
from neuronscope.subject import Positions, Source, Subject, positions

Layer = DenseLayer | SparseLayer
Tally = DenseTally | SparseTally

ABOVE_ZERO = "above zero"
ABOVE_SHARE = "from about 10% of the maximum on"

# Positions of one forward pass: enough to keep a device busy, few enough that activations stay small.
_POSITIONS = {"cpu": 1024, "cuda": 16384}
# Sums by token lie on disk and are added to once per shard, so that a table much larger than what memory takes in slows
# the pass. Where the tokens of the corpus would take more than this, the rarest are left out, but 4,096 always stay: of
# half a million tokens of English those occur 15 times and more, and are 85% of all positions.
_SUMS_BYTES = 800_000_000
_ALWAYS_FOLLOWED = 4096


@dataclass(frozen=True)
class Job:
    """``options`` has no open questions any more: layers and batch size are given."""

    subject: Subject
    source: Source
    sequences: Sequences
    options: CollateOptions
    positions: Positions
    followed: Followed  # tokens whose mean activation is taken

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers to collate, ascending."""
        return self.options.layers or ()

    @property
    def units(self) -> dict[int, int]:
        """How many units each of the layers has."""
        return {layer: self.source.units[layer] for layer in self.layers}

    @property
    def batch_size(self) -> int:
        """Sequences per forward pass."""
        return self.options.batch_size or 1

    @property
    def span(self) -> Span:
        """Which positions of the model's input are kept, and which are counted."""
        return Span(self.positions.recorded, self.positions.counted)

    @property
    def recorded(self) -> int:
        """Positions of a record."""
        return len(self.positions.prefix) + self.sequences.length - self.positions.recorded

    @property
    def tokens(self) -> int:
        """Tokens that statistics count."""
        return len(self.sequences) * (self.recorded - self.span.counted + self.span.recorded)

    def tokens_at(self, sequences: NDArray[np.int32], positions: NDArray[np.int32]) -> NDArray[np.int64]:
        """Ids of the tokens at recorded positions of some sequences, one for each pair."""
        at = positions + (self.span.recorded - len(self.positions.prefix))
        found = self.sequences.ids[sequences, np.maximum(at, 0)].astype(np.int64)
        for place, token in enumerate(self.positions.prefix, -len(self.positions.prefix)):
            found[at == place] = token
        return found

    @property
    def shards(self) -> int:
        """How many shards of ``SHARD`` sequences there are; the last one may be shorter."""
        return -(-len(self.sequences) // SHARD)

    @property
    def density_definition(self) -> str:
        """Which tokens density counts."""
        return ABOVE_ZERO if self.source.true_zero else ABOVE_SHARE

    @property
    def bits(self) -> np.dtype[np.generic]:
        """What figures of merit and rows are kept in."""
        return bits_dtype(self.subject.dtype)


def plan_job(subject: Subject, source: Source, sequences: Sequences, options: CollateOptions) -> Job:
    """Settle what ``options`` leaves open.

    :raises BadInput: a layer that the source lacks, or sequences that the model cannot read or that leave nothing to
        count.
    """
    rule = positions(subject.info, include_special=options.include_special, prepend_bos=source.prepend_bos)
    wanted = tuple(source.units) if options.layers is None else options.layers
    layers = tuple(source.readers_of(wanted))
    length = len(rule.prefix) + sequences.length
    _check_length(subject, rule, length)
    batch = options.batch_size or max(1, min(SHARD, _POSITIONS.get(subject.device.type, 2048) // length))
    settled = replace(options, layers=layers, batch_size=batch)
    return Job(subject, source, sequences, settled, rule, _followed(sequences, rule, settled, source))


def _followed(sequences: Sequences, rule: Positions, options: CollateOptions, source: Source) -> Followed:
    """Sparse sources keep every non-zero, so any number of tokens will do."""
    units = sum(source.units[layer] for layer in options.layers or ())
    dense = max(_ALWAYS_FOLLOWED, _SUMS_BYTES // (4 * max(1, units)))
    room = 0 if not options.related_tokens else None if source.sparse else dense
    return follow(sequences.ids, rule.prefix, rule.counted, minimum=options.token_minimum, room=room)


def _check_length(subject: Subject, rule: Positions, length: int) -> None:
    longest = subject.info.max_positions
    if longest is not None and length > longest:
        raise BadInput(
            f"sequences of {length} tokens (BOS included) are more than {subject.info.name} reads: {longest}"
        )
    if length <= rule.counted:
        raise BadInput(
            "sequences of one token leave nothing to count: the first position is left out; make them longer"
        )
