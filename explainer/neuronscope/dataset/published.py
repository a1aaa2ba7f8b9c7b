"""What is known of the published datasets, which have no manifest and may not allow listing: nobody need probe."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from neuronscope.dataset import blob, layout
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo

GELU = (
    "These activations were computed with an approximate GELU. For GPT-2 small they differ from those of a correct run "
    "by 0.009 at the median and by 0.17 at the 99.9th percentile."
)


@dataclass(frozen=True)
class Published:
    """One published root, complete: ``layers`` times ``units`` MLP neurons."""

    root: str
    name: str
    model: str
    layers: int
    units: int
    parts: tuple[str, ...]
    lists: str | None = None  # the file in data/ with lists of its units

    def manifest(self) -> Manifest:
        """What a dataset.json there would say; without a schema version, since the files are of the older form."""
        return Manifest(
            name=self.name,
            title=f"{self.model}, as published",
            model=ModelInfo(self.model, layers=self.layers, units_per_layer=self.units),
            source=SourceInfo(kind="mlp"),
            layers=[LayerInfo(index, self.units) for index in range(self.layers)],
            artefacts=list(self.parts),
            notes=[GELU],
        )

    def beside(self) -> dict[str, bytes]:
        """What stands in for files that the root lacks, by their paths."""
        if self.lists is None:
            return {}
        return {layout.LISTS: (resources.files("neuronscope.dataset") / "data" / self.lists).read_bytes()}


_RELATED = (layout.TOKENS_BY_ACTIVATION, layout.TOKENS_BY_WEIGHT, layout.NEURONS_BY_WEIGHT)
_TWO_PARTS = (layout.RECORDS, layout.EXPLANATIONS)

PUBLISHED = (
    Published(layout.PUBLISHED_GPT2_XL, "gpt2-xl", "GPT-2 XL", 48, 6400, _TWO_PARTS + _RELATED, "gpt2-xl-lists.json"),
    Published(layout.PUBLISHED_GPT2_SMALL, "gpt2-small", "GPT-2 small", 12, 3072, _TWO_PARTS),
)


def published_at(root: str) -> Published | None:
    """What is known of an address, ``az://`` or ``https://``; None of any that is not a published root."""
    address = root.rstrip("/")
    return next((one for one in PUBLISHED if address in (one.root, blob.public_address(one.root))), None)
