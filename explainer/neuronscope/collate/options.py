"""What a collation can be asked for, in one value; checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope.errors import BadInput
from neuronscope.records import QUANTILE_BOUNDARIES

SHARD = 256  # sequences; statistics are merged shard by shard in index order, so batches never cross a shard's end


@dataclass(frozen=True)
class Sampling:
    """How many records of each group a unit should get, and the seed of what is drawn at random."""

    top: int = 20
    negative: int = 10
    random: int = 15
    per_quantile: int = 5
    quantiles: tuple[float, ...] = QUANTILE_BOUNDARIES  # lower ends of the rank ranges; the last one is the top group's
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("top", "negative", "random", "per_quantile", "seed"):
            if getattr(self, name) < 0:
                raise BadInput(f"{name} must be 0 or greater, not {getattr(self, name)}")
        if self.seed >= 2**63:
            raise BadInput(f"seed must be below 2^63, not {self.seed}")
        if (
            self.quantiles[:1] != (0,)
            or list(self.quantiles) != sorted(set(self.quantiles))
            or not all(0 <= q < 1 for q in self.quantiles)
        ):
            raise BadInput(f"quantiles must ascend from 0 and stay below 1, not {list(self.quantiles)}")


@dataclass(frozen=True)
class CollateOptions:
    """``layers`` None means all; ``most_selective`` keeps that many units per layer, those of highest kurtosis."""

    layers: tuple[int, ...] | None = None
    most_selective: int | None = None
    sampling: Sampling = Sampling()
    include_special: bool = False  # count BOS and the first position like any other
    batch_size: int | None = None  # sequences per forward pass; None: some 2,000 positions on a CPU, 16,000 on a GPU
    packed: bool = True  # a zip per layer, or a folder of files
    title: str | None = None
    keep_table: bool = False  # figures of merit of every unit in every sequence, as files of the dataset
    related_tokens: int = 50  # of highest mean activation, of each unit; 0: none are worked out
    token_minimum: int = 3  # how often a token must occur for that
    co_activation: int = 10  # others that each unit acts together with; 0: none are worked out
    checkpoint_seconds: float = 60.0  # how often what is done so far is written down, at most; 0: after every shard

    def __post_init__(self) -> None:
        if self.batch_size is not None and not 1 <= self.batch_size <= SHARD:
            raise BadInput(f"batch size must be between 1 and {SHARD}, not {self.batch_size}")
        if self.most_selective is not None and self.most_selective < 1:
            raise BadInput(f"most selective must be 1 or greater, not {self.most_selective}")
        if self.co_activation < 0:
            raise BadInput(f"co-activation must be 0 or greater, not {self.co_activation}")
        if self.related_tokens < 0 or self.token_minimum < 1:
            raise BadInput(
                "related tokens must be 0 or greater and their minimum 1 or greater, "
                f"not {self.related_tokens} and {self.token_minimum}"
            )
        if not self.checkpoint_seconds >= 0:
            raise BadInput(f"checkpoint seconds must be 0 or greater, not {self.checkpoint_seconds}")
        if self.layers is not None and not self.layers:
            raise BadInput("no layer was asked for")
