"""The manifest (dataset.json): what a dataset is and how it was made. Written last: its presence means complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from neuronscope import codec
from neuronscope.errors import BadInput, BrokenData

SCHEMA_VERSION = 1


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

    kind: str  # "mlp", later "resid", "attn", "sae", "vectors"
    hook: str | None = None
    bos: str | None = None  # "prepended", "first-position-ignored" or "included"; None where nobody recorded it
    density_definition: str | None = None


@dataclass(frozen=True)
class LayerInfo:
    """One layer; ``unit_ids`` only when they are not 0 to ``units`` - 1."""

    index: int
    units: int
    unit_ids: list[int] | None = None


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
    files: dict[str, FileInfo] = field(default_factory=dict)  # by path; zips and top-level files


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
    if manifest.schema_version is not None and manifest.schema_version > SCHEMA_VERSION:
        raise BadInput(
            f"{where} has schema_version {manifest.schema_version}; this version of Neuronscope reads up to "
            f"{SCHEMA_VERSION}. Upgrade it."
        )
    return manifest


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes of a dataset.json."""
    return codec.dumps(manifest)
