"""Strings of one or more tokens as a tree, and their log-probabilities from those of the tokens at its nodes. Pure.

"10" may be the tokens 1, 0. Then the probability of 1 as the next token belongs to "1" and "10" together, and the
distribution after that 1 tells which share is whose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neuronscope.errors import BadInput

Path = tuple[int, ...]  # token ids from the place where a candidate begins

# The least share that is left of a candidate when rounding has given all of it to longer ones.
_LEAST = 2.0**-52


@dataclass(frozen=True)
class CandidateTree:
    """Candidates by their token ids. ``nodes`` are the paths after which a distribution is needed, () the first."""

    paths: tuple[Path, ...]
    nodes: tuple[Path, ...]
    longer: tuple[tuple[int, ...], ...]  # of each candidate, those that its probability has to be parted from

    def children(self, node: Path) -> list[int]:
        """Token ids whose log-probabilities are needed after a node, ascending."""
        depth = len(node)
        return sorted({path[depth] for path in self.paths if len(path) > depth and path[:depth] == node})

    def combine(self, logprobs: Mapping[Path, Mapping[int, float]]) -> tuple[float, ...]:
        """Log-probability of each candidate and none of the longer ones, from those of tokens by node."""
        joint = [math.fsum(logprobs[path[:i]][token] for i, token in enumerate(path)) for path in self.paths]
        return tuple(_parted(own, [joint[index] for index in of]) for own, of in zip(joint, self.longer, strict=True))


def candidate_tree(names: Sequence[str], paths: Sequence[Sequence[int]]) -> CandidateTree:
    """:raises BadInput: two candidates that are the same tokens."""
    whole = tuple(tuple(path) for path in paths)
    for index, path in enumerate(whole):
        if path in whole[:index]:
            first = names[whole.index(path)]
            raise BadInput(f"the model's tokenizer writes {first!r} and {names[index]!r} as the same tokens")
    nodes = sorted({path[:depth] for path in whole for depth in range(len(path))}, key=lambda node: (len(node), node))
    return CandidateTree(whole, tuple(nodes), tuple(_longer(path, whole) for path in whole))


def _longer(path: Path, paths: Sequence[Path]) -> tuple[int, ...]:
    """The next candidates that go on from this one: what goes on from those is part of them already."""
    below = [other for other in paths if other != path and other[: len(path)] == path]
    nearest = [other for other in below if not any(other != mid and other[: len(mid)] == mid for mid in below)]
    return tuple(paths.index(other) for other in nearest)


def _parted(own: float, longer: Sequence[float]) -> float:
    share = math.fsum(math.exp(other - own) for other in longer)
    return own + math.log(max(1 - share, _LEAST)) if longer else own
