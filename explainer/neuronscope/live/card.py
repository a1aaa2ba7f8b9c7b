"""What a live model is, and how it and a dataset fit: a subject and a manifest in, a card or a reason out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.answers import Card, LiveSource
from neuronscope.live.changing import Sources
from neuronscope.subject import Positions, Source, Subject
from neuronscope.subject.hooks import POINTS, has_hook

if TYPE_CHECKING:
    from neuronscope.dataset import Manifest

_OWN = ("mlp", "resid", "attn")


def fitting(
    subject: Subject, manifest: Manifest | None, saes: Mapping[str, Source], opened: Callable[[Subject, str], Source]
) -> Source:
    """The units of the subject that the dataset is about; MLP neurons without a dataset.

    :raises BadInput: it is of another model, or of an SAE that was not given.
    """
    if manifest is None:
        return opened(subject, "mlp")
    kind = manifest.source.kind
    if kind in _OWN:
        source = opened(subject, kind)
    else:
        same = [one for one in saes.values() if one.hash == manifest.source.hash and one.hash is not None]
        if not same:
            raise BadInput(
                f"{manifest.name} is of units of the kind {kind}, read at {manifest.source.hook}, and none of the SAEs "
                "given has its hash: give the same one with --sae NAME=WHERE"
            )
        source = same[0]
    for layer in manifest.layers:
        here = source.units.get(layer.index, 0)
        last = max(layer.unit_ids, default=-1) if layer.unit_ids is not None else layer.units - 1
        if last >= here:
            raise BadInput(
                f"{manifest.name} is of another model: its layer {layer.index} has units up to {last}, and that of "
                f"{subject.info.name} has {here}"
            )
    return source


def notes(subject: Subject, manifest: Manifest | None) -> list[str]:
    """What is different between this model and the one that the dataset was made with."""
    if manifest is None:
        return ["No dataset: neither stored maxima nor explanations are known."]
    said = []
    if manifest.model.hash is not None and manifest.model.hash != subject.info.hash:
        said.append(
            f"{manifest.name} was collated with other weights than these: activations may differ from stored ones."
        )
    if manifest.run is not None and manifest.run.dtype != subject.dtype:
        said.append(f"{manifest.name} was collated in {manifest.run.dtype}; this model runs in {subject.dtype}.")
    return said


def make_card(
    subject: Subject,
    sources: Sources,
    rule: Positions,
    manifest: Manifest | None,
    longest: int,
    *,
    base: str | None = None,
) -> Card:
    """Everything there is to say about the model; ``base``: the name of the one beside it."""
    model, info = subject.model, subject.info
    tensors = [*model.parameters(), *model.buffers()]
    return Card(
        name=info.name,
        architecture=info.architecture,
        layers=info.layers,
        d_model=info.d_model,
        vocabulary=info.vocabulary,
        max_tokens=longest,
        dtype=subject.dtype,
        device=str(subject.device),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        memory_bytes=sum(tensor.numel() * tensor.element_size() for tensor in tensors),
        bos=rule.rule,
        chat=bool(subject.tokenizer.chat_template),
        hooks=[f"blocks.{{layer}}.{name}" for name in POINTS if has_hook(subject, f"blocks.0.{name}")],
        sources=[_source(name, source) for name, source in sources.items()],
        notes=notes(subject, manifest),
        base=base,
    )


def _source(name: str | None, source: Source) -> LiveSource:
    single = all(len(reader.points) == 1 for reader in source.readers.values())
    return LiveSource(name, source.kind, source.title, source.hook, source.units, splices=source.sparse and single)
