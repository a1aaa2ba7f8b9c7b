"""The manifest (dataset.json): what a dataset is and how it was made. Written last: its presence means complete.

Construction checks what the types cannot say and raises ValueError, so a manifest that contradicts itself is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from neuronscope import codec
from neuronscope.errors import BadInput, BrokenData

SCHEMA_VERSION = 1
LIMIT = 10**18  # layers and units are called after numbers of at most 18 digits


@dataclass(frozen=True)
class ModelInfo:
    """The subject model; ``layers`` and ``units_per_layer`` are the model's own, not what was collated."""

    name: str
    architecture: str | None = None
    layers: int | None = None
    units_per_layer: int | None = None
    hash: str | None = None  # of the weights and the tokenizer


@dataclass(frozen=True)
class SourceInfo:
    """The kind of unit, where it is read, and how the first position is treated."""

    kind: str  # "mlp", "resid", "attn", "sae", "transcoder", "crosscoder" or "vectors"
    hook: str | None = None
    bos: str | None = None  # "prepended", "first-position-ignored" or "included"; None where nobody recorded it
    density_definition: str | None = None
    hash: str | None = None  # of the SAE or the directions; None where the model's hash says it all


@dataclass(frozen=True)
class LayerInfo:
    """One layer; ``unit_ids`` only when they are not 0 to ``units`` - 1."""

    index: int
    units: int
    unit_ids: list[int] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index < LIMIT:
            raise ValueError(f"index is {self.index}; it must be 0 or greater, and have at most 18 digits")
        if not 0 <= self.units <= LIMIT:
            raise ValueError(f"units is {self.units}; it must be 0 or greater, and at most {LIMIT}")
        if self.unit_ids is not None:
            _refuse_other_ids(self.unit_ids, self.units)


@dataclass(frozen=True)
class CorpusInfo:
    """The text, after cutting into sequences; ``tokens`` counts those that statistics count."""

    name: str
    sequences: int
    sequence_length: int
    tokens: int
    hash: str | None = None  # of the token ids
    documents: int | None = None
    duplicates_dropped: int | None = None
    tail_tokens_dropped: int | None = None


@dataclass(frozen=True)
class SamplingInfo:
    """How many records of each group were asked for."""

    top: int
    negative: int
    random: int
    per_quantile: int
    quantiles: list[float]
    seed: int


@dataclass(frozen=True)
class RunInfo:
    """What the numbers depend on besides model and text."""

    dtype: str
    device: str
    batch_size: int
    versions: dict[str, str] = field(default_factory=dict)
    threads: int | None = None  # of the processor, for one operation


@dataclass(frozen=True)
class FileInfo:
    """Size and digest of one stored file."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class NeuronpediaSource:
    """What Neuronpedia calls the units of one layer, such as "6-res-jb"."""

    layer: int
    id: str


@dataclass(frozen=True)
class NeuronpediaIds:
    """The names of a dataset's model and of its layers' units on Neuronpedia."""

    model: str
    sources: list[NeuronpediaSource]


@dataclass(frozen=True)
class Manifest:
    """``schema_version`` is None where there was no dataset.json and the manifest was put together by looking."""

    name: str
    title: str
    model: ModelInfo
    source: SourceInfo
    layers: list[LayerInfo]
    schema_version: int | None = None
    corpus: CorpusInfo | None = None
    sampling: SamplingInfo | None = None
    run: RunInfo | None = None
    artefacts: list[str] = field(default_factory=list)  # the parts that are there, e.g. "explanations"
    created: str | None = None  # ISO 8601, UTC
    notes: list[str] = field(default_factory=list)  # what to know before one trusts its numbers, a sentence each
    neuronpedia: NeuronpediaIds | None = None  # where explanations were imported from there
    files: dict[str, FileInfo] = field(default_factory=dict)  # by path; zips and top-level files

    def __post_init__(self) -> None:
        if self.schema_version is not None and self.schema_version < 1:
            raise ValueError(f"schema_version is {self.schema_version}; it must be 1 or greater")
        met: set[int] = set()
        for layer in self.layers:
            if layer.index in met:
                raise ValueError(f"layers has layer {layer.index} twice")
            met.add(layer.index)


def unit_ids(layer: LayerInfo) -> Sequence[int]:
    """The ids of a layer's units, ascending."""
    return range(layer.units) if layer.unit_ids is None else layer.unit_ids


def read_manifest(data: bytes, where: str) -> Manifest:
    """The manifest in a dataset.json; ``where`` names the file in messages.

    :raises BadInput: written by a later version than this one can read.
    :raises BrokenData: not a manifest; the message gives the path of the bad field.
    """
    try:
        manifest = codec.loads(data, Manifest)
    except BrokenData as error:
        raise BrokenData(f"{where}: {error}") from error
    _refuse_paths_outside(manifest.files, where)
    if manifest.schema_version is not None and manifest.schema_version > SCHEMA_VERSION:
        raise BadInput(
            f"{where} has schema_version {manifest.schema_version}; this version of Neuronscope reads up to "
            f"{SCHEMA_VERSION}. Upgrade it."
        )
    return manifest


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes of a dataset.json."""
    return codec.dumps(manifest)


def _refuse_other_ids(ids: Sequence[int], units: int) -> None:
    if len(ids) != units:
        raise ValueError(f"units is {units} but there are {len(ids)} unit_ids")
    if any(low >= high for low, high in pairwise(ids)):
        raise ValueError("unit_ids do not ascend")
    if ids and not 0 <= ids[0] <= ids[-1] < LIMIT:
        raise ValueError("unit_ids must be 0 or greater, and have at most 18 digits")


def _refuse_paths_outside(files: Iterable[str], where: str) -> None:
    """What is printable has no NUL either, and no half of a surrogate pair, which no disk takes."""
    for path in files:
        if any(step in ("", ".", "..") for step in path.split("/")) or "\\" in path or not path.isprintable():
            raise BrokenData(f"{where}: $.files[{path!r}]: not a path inside the dataset")
