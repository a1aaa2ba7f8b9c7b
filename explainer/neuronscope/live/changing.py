"""Interventions and splices made into edits of a subject: what was asked in, edits at hook points out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.live.asks import Intervention, Splice
from neuronscope.live.known import Known
from neuronscope.live.latents import LatentEdits, Watched
from neuronscope.subject.edits import Change, Edit
from neuronscope.subject.source import Reader, Source, SparseActivations

if TYPE_CHECKING:
    import torch

# The dataset's own units are called None, registered SAEs by their names.
Sources = Mapping[str | None, Source]


@dataclass(frozen=True)
class Alteration:
    """Edits, and what each SAE spliced in left out, with its name; filled once a pass has run."""

    edits: tuple[Edit, ...]
    watched: tuple[tuple[str, Watched], ...]


UNCHANGED = Alteration((), ())


@dataclass(frozen=True)
class Act:
    """One intervention with its numbers looked up: an ablation is a "set"."""

    unit: int
    op: str
    value: float
    positions: tuple[int, ...] | None  # of the model's input; None: all from ``first`` on
    first: int  # the first position of the text: BOS is never changed

    def rows(self, begin: int, count: int) -> list[int] | slice:
        """Which of ``count`` positions, the first of which is ``begin`` in the text, are changed."""
        if self.positions is None:
            return slice(max(0, self.first - begin), count)
        return [position - begin for position in self.positions if begin <= position < begin + count]

    def new(self, old: torch.Tensor) -> torch.Tensor:
        """The activations after the intervention, of any shape."""
        import torch

        if self.op == "add":
            return old + self.value
        if self.op == "scale":
            return old * self.value
        # torch refuses to fill float16 with what it cannot hold; what is infinite then is refused later, in a sentence.
        return torch.full_like(old, self.value, dtype=torch.float32).to(old.dtype)


def alter(
    sources: Sources, interventions: Sequence[Intervention], splice: Splice | None, *, prefix: int, known: Known
) -> Alteration:
    """The edits; in each layer splices first.

    :param prefix: how many positions of the model's input stand before the text.
    :raises BadInput: no such source, layer or unit, an operation that these units do not have, or an SAE that cannot be
        spliced.
    """
    acts: dict[tuple[str | None, int], list[Act]] = {}
    for one in interventions:
        reader = reader_of(sources, one.source, one.layer, one.unit)
        _refuse(one, sources[one.source], reader)
        value = _value(one, sources, known)
        positions = None if one.positions is None else tuple(prefix + position for position in one.positions)
        act = Act(one.unit, "set" if one.op == "ablate" else one.op, value, positions, prefix)
        acts.setdefault((_registered(sources, one.source), one.layer), []).append(act)
    edits: list[Edit] = []
    watched: list[tuple[str, Watched]] = []
    spliced = _spliced(sources, splice)
    for name, layer in {**dict.fromkeys(spliced), **dict.fromkeys(acts)}:
        source, here = sources[name], tuple(acts.get((name, layer), ()))
        reader = source.readers[layer]
        if source.sparse:
            mode = splice.mode if splice is not None and (name, layer) in spliced else None
            latents = LatentEdits(reader, here, mode, prefix, name or source.title)
            edits += latents.edits()
            if name is not None and mode is not None:
                watched.append((name, latents.watched))
        else:
            edits.append(Edit(reader.points[0], _dense(source, reader, here)))
    return Alteration(tuple(edits), tuple(watched))


def reader_of(sources: Sources, name: str | None, layer: int, unit: int) -> Reader:
    """The reader of a unit's layer.

    :raises BadInput: no such source, layer or unit.
    """
    reader = source_of(sources, name).readers_of([layer])[layer]
    if not 0 <= unit < reader.units:
        raise BadInput(f"layer {layer} has units 0 to {reader.units - 1}, and no {unit}")
    return reader


def source_of(sources: Sources, name: str | None) -> Source:
    """:raises BadInput: nothing of this name was registered."""
    if name not in sources:
        known = ", ".join(sorted(filter(None, sources))) or "none"
        raise BadInput(f"there is no SAE {str(name)[:80]!r} here; registered are: {known}")
    return sources[name]


def _registered(sources: Sources, name: str | None) -> str | None:
    """The name of a source that may be the dataset's and registered too: what is done to it is done in one place."""
    same = (other for other, source in sources.items() if other is not None and source is sources[name])
    return next(same, None) if name is None else name


def _spliced(sources: Sources, splice: Splice | None) -> list[tuple[str | None, int]]:
    if splice is None:
        return []
    if not splice.saes:
        raise BadInput("a splice names no SAE: give at least one in saes, or leave the splice out")
    found: list[tuple[str | None, int]] = []
    for name in dict.fromkeys(splice.saes):
        source = source_of(sources, name)
        if not source.sparse:
            raise BadInput(f"{name} is no SAE ({source.title}), so it cannot be spliced in")
        found += [(name, layer) for layer in source.units]
    # One place may have several names: blocks.0.hook_resid_post is the output of model.layers.0.
    places = [tuple((p.module, p.side) for p in sources[name].readers[layer].points) for name, layer in found]
    if len(set(places)) < len(places):
        raise BadInput("two of the SAEs read the same place, so they cannot both be spliced in: take one of them")
    return found


def _value(one: Intervention, sources: Sources, known: Known) -> float:
    if one.op != "ablate":
        return float(one.value)  # type: ignore[arg-type]  # checked where it is made
    if one.value != "mean":
        return 0.0
    if not _are_the_datasets(sources[one.source], sources.get(None)):
        raise BadInput(
            f"means are stored of the dataset's own units only, and {one.source} is not what it was made of: ablate "
            f"{one.layer}:{one.unit} of it to zero, or set it to a number"
        )
    return known.mean(one.layer, one.unit)


def _are_the_datasets(source: Source, own: Source | None) -> bool:
    """Whether units under a registered name are those that the dataset has."""
    return source is own or (own is not None and source.hash is not None and source.hash == own.hash)


def _refuse(one: Intervention, source: Source, reader: Reader) -> None:
    if source.kind == "attn" and (one.op in ("add", "set") or one.value == "mean"):
        raise BadInput("a head's activation is the norm of its output, which can be scaled or ablated to zero only")
    if len(reader.points) > 1 and one.op != "add":
        raise BadInput("latents of a crosscoder over layers are read at several places, so they can be added to only")


def _dense(source: Source, reader: Reader, acts: tuple[Act, ...]) -> Change:
    if source.kind == "attn":
        return partial(_scale_heads, reader.units, acts)
    return partial(_along, reader, acts) if reader.directions is not None else partial(_columns, acts)


def _columns(acts: tuple[Act, ...], values: torch.Tensor, begin: int) -> torch.Tensor:
    """Units that are the numbers at the hook point themselves."""
    changed = values.clone()
    for act in acts:
        rows = act.rows(begin, values.shape[1])
        changed[:, rows, act.unit] = act.new(changed[:, rows, act.unit])
    return changed


def _along(reader: Reader, acts: tuple[Act, ...], values: torch.Tensor, begin: int) -> torch.Tensor:
    """Units that are directions: ``x . v``, moved along v until the activation is what it shall be."""
    assert reader.directions is not None
    assert reader.directions.reading is not None
    changed = values.float()
    for act in acts:
        direction = reader.directions.reading[0][:, act.unit].float()
        rows = act.rows(begin, values.shape[1])
        if act.op == "add":
            step = changed.new_full(changed[:, rows, 0].shape, act.value)
        else:
            activations = reader.convert(changed)
            assert not isinstance(activations, SparseActivations)
            old = activations[:, rows, act.unit]
            step = (act.new(old) - old) / direction.square().sum().clamp(min=1e-12)
        changed[:, rows] = changed[:, rows] + step[..., None] * direction
    return changed


def _scale_heads(heads: int, acts: tuple[Act, ...], values: torch.Tensor, begin: int) -> torch.Tensor:
    """Heads, whose outputs stand one after the other."""
    changed = values.clone().unflatten(-1, (heads, -1))
    for act in acts:
        rows = act.rows(begin, values.shape[1])
        changed[:, rows, act.unit] = changed[:, rows, act.unit] * (0.0 if act.op == "set" else act.value)
    return changed.flatten(-2)
