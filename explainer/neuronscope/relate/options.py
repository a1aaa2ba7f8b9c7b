"""What relating can be asked for, in one value; checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope.errors import BadInput

MASKS = ("special", "unused")


@dataclass(frozen=True)
class RelateOptions:
    """``layers`` None means all of the dataset; units of the others are candidates all the same."""

    tokens: int = 50  # of each sign
    neurons: int = 10  # of each sign and direction
    mask: tuple[str, ...] = ("special",)  # kinds of tokens that are left out of everything
    raw: bool = False  # leave out the norms' gains, which are folded into the weights otherwise
    layers: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("tokens", "neurons"):
            if not 1 <= getattr(self, name) <= 1000:
                raise BadInput(f"{name} must be from 1 to 1000, not {getattr(self, name)}")
        if unknown := [kind for kind in self.mask if kind not in MASKS]:
            raise BadInput(f"tokens of the kind {unknown[0]!r} cannot be masked; known are {', '.join(MASKS)}")
        if self.layers is not None and not self.layers:
            raise BadInput("no layer was asked for")
