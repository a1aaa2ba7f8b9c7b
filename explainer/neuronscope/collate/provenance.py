"""What a dataset says about how it was made: subject, corpus and options in, a manifest out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from neuronscope import __version__
from neuronscope.collate.describe import ABOVE_SHARE, ABOVE_ZERO
from neuronscope.collate.options import CollateOptions
from neuronscope.collate.sequences import Sequences
from neuronscope.dataset.manifest import (
    CorpusInfo,
    LayerInfo,
    Manifest,
    ModelInfo,
    RunInfo,
    SamplingInfo,
    SourceInfo,
)
from neuronscope.subject import Subject, SubjectInfo, positions


def manifest_of(
    subject: Subject,
    sequences: Sequences,
    options: CollateOptions,
    *,
    kept: Mapping[int, list[int]],
    name: str,
    created: datetime,
) -> Manifest:
    """The manifest of one collation; ``kept`` are the unit indices of each layer that was collated, ascending."""
    info, rule = subject.info, positions(subject.info, include_special=options.include_special)
    counted = len(rule.prefix) + sequences.length - rule.counted
    return Manifest(
        name=name,
        title=options.title or f"{info.name}, MLP neurons",
        model=_model(info),
        source=SourceInfo(
            kind="mlp",
            hook=info.projection,
            bos=rule.rule,
            density_definition=ABOVE_SHARE if info.gated else ABOVE_ZERO,
        ),
        layers=[_layer(layer, units, info.units[layer]) for layer, units in kept.items()],
        corpus=CorpusInfo(
            name=sequences.name,
            sequences=len(sequences),
            sequence_length=sequences.length,
            tokens=len(sequences) * counted,
            hash=sequences.hash(),
            documents=sequences.documents_read,
            duplicates_dropped=sequences.duplicates_dropped,
            tail_tokens_dropped=sequences.tail_tokens_dropped,
        ),
        sampling=_sampling(options),
        run=_run(subject, options),
        created=created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _model(info: SubjectInfo) -> ModelInfo:
    widths = set(info.units)
    return ModelInfo(
        name=info.name,
        architecture=info.architecture,
        layers=info.layers,
        units_per_layer=widths.pop() if len(widths) == 1 else None,
        hash=info.hash,
    )


def _layer(index: int, units: list[int], width: int) -> LayerInfo:
    return LayerInfo(index, len(units), None if len(units) == width else units)


def _sampling(options: CollateOptions) -> SamplingInfo:
    asked = options.sampling
    return SamplingInfo(
        top=asked.top,
        negative=asked.negative,
        random=asked.random,
        per_quantile=asked.per_quantile,
        quantiles=list(asked.quantiles),
        seed=asked.seed,
    )


def _run(subject: Subject, options: CollateOptions) -> RunInfo:
    import torch

    return RunInfo(
        dtype=subject.dtype,
        device=subject.device.type,
        batch_size=options.batch_size,
        versions=_versions(),
        threads=torch.get_num_threads(),
    )


def _versions() -> dict[str, str]:
    found = {"neuronscope": __version__}
    for package in ("torch", "transformers"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a source tree that is not installed
            continue
    return found
