"""What a dataset says about how it was made: a job in, a manifest out; and what must be the same for a run to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from neuronscope import __version__
from neuronscope.collate.job import Job
from neuronscope.dataset.manifest import (
    CorpusInfo,
    LayerInfo,
    Manifest,
    ModelInfo,
    RunInfo,
    SamplingInfo,
    SourceInfo,
)

_PACKAGES = ("torch", "transformers", "numba")


def manifest_of(job: Job, *, kept: Mapping[int, list[int]], name: str, created: datetime) -> Manifest:
    """The manifest of one collation; ``kept`` are the unit indices of each layer that was collated, ascending."""
    return Manifest(
        name=name,
        title=job.options.title or f"{job.subject.info.name}, {job.source.title}",
        model=_model(job),
        source=SourceInfo(
            kind=job.source.kind,
            hook=job.source.hook,
            bos=job.positions.rule,
            density_definition=job.density_definition,
            hash=job.source.hash,
        ),
        layers=[_layer(layer, units, job.units[layer]) for layer, units in kept.items()],
        corpus=_corpus(job),
        sampling=_sampling(job),
        run=_run(job),
        created=created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def now(created: datetime | None) -> str:
    """``created``, or this moment, as it is written down: ISO 8601, UTC."""
    return (created or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


def facts_of(job: Job) -> dict[str, str]:
    """What the bytes of a dataset depend on, by names for people; all must be the same for a run to go on."""
    run, options, info = _run(job), job.options, job.subject.info
    return {
        "model": f"{info.name} ({_short(info.hash)})",
        "dtype": run.dtype,
        "device": run.device,
        "source": job.source.hook + (f" ({_short(job.source.hash)})" if job.source.hash else ""),
        "text": f"{len(job.sequences)} sequences of {job.sequences.length} tokens ({_short(job.sequences.hash())})",
        "layers": ", ".join(map(str, job.layers)),
        "batch size": str(run.batch_size),
        "special positions": job.positions.rule,
        **{name.replace("_", " "): str(value) for name, value in asdict(options.sampling).items()},
        "most selective": str(options.most_selective or "all units"),
        "form": "a zip per layer" if options.packed else "a file per unit",
        "title": options.title or "none",
        "related tokens": str(options.related_tokens),
        "token minimum": str(options.token_minimum),
        "co-activation": str(options.co_activation),
        "table": "kept" if options.keep_table else "not kept",
        **{f"version of {package}": found for package, found in run.versions.items()},
    }


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _model(job: Job) -> ModelInfo:
    info, widths = job.subject.info, set(job.source.units.values())
    return ModelInfo(
        name=info.name,
        architecture=info.architecture,
        layers=info.layers,
        units_per_layer=widths.pop() if len(widths) == 1 else None,
        hash=info.hash,
    )


def _layer(index: int, units: list[int], width: int) -> LayerInfo:
    return LayerInfo(index, len(units), None if len(units) == width else units)


def _corpus(job: Job) -> CorpusInfo:
    sequences = job.sequences
    return CorpusInfo(
        name=sequences.name,
        sequences=len(sequences),
        sequence_length=sequences.length,
        tokens=job.tokens,
        hash=sequences.hash(),
        documents=sequences.documents_read,
        duplicates_dropped=sequences.duplicates_dropped,
        tail_tokens_dropped=sequences.tail_tokens_dropped,
    )


def _sampling(job: Job) -> SamplingInfo:
    asked = job.options.sampling
    return SamplingInfo(
        top=asked.top,
        negative=asked.negative,
        random=asked.random,
        per_quantile=asked.per_quantile,
        quantiles=list(asked.quantiles),
        seed=asked.seed,
    )


def _run(job: Job) -> RunInfo:
    return RunInfo(
        dtype=job.subject.dtype,
        device=job.subject.device.type,
        batch_size=job.batch_size,
        versions=_versions(),
        threads=1 if job.subject.device.type == "cpu" else None,
    )


def _versions() -> dict[str, str]:
    found = {"neuronscope": __version__}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a source tree that is not installed
            continue
    return found
