"""How the units of a source are wired to the residual stream: a source and a layer in, reading and writing vectors out.

Places in the stream are numbered in the order in which a token's vector passes them, so that a unit is upstream of
another where it writes at a smaller number than the other reads. MLP neurons read before they write; an SAE's latents
read and write at the same place, so they are neither upstream nor downstream of each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject.hooks import HookPoint, find_hook
from neuronscope.subject.model import Subject
from neuronscope.subject.source import Directions, Source
from neuronscope.subject.weights import Gain, layout_of, mlp_weights, reading_gain, writing_gain

if TYPE_CHECKING:
    import torch

_PLACES_PER_LAYER = 4
_MIDDLE, _ADDED = 2, 3  # what an ordinary MLP reads, and what it adds; a parallel one reads at 0
_READ = {"hook_resid_pre": 0, "hook_resid_mid": _MIDDLE, "hook_resid_post": 4}
_NORMED = ("hook_mlp_in", "ln2.hook_normalized")
_WRITTEN = {**_READ, "hook_attn_out": 1, "hook_mlp_out": _ADDED}


@dataclass(frozen=True)
class Wiring:
    """One layer's units. What is not defined for them is None or empty, and a sentence in ``gaps`` says why."""

    layer: int
    reading: tuple[torch.Tensor, ...] = ()  # float32 [unit, d_model]: gate and up projection of a gated MLP, or one
    writing: torch.Tensor | None = None  # float32 [unit, d_model]
    reads_at: int | None = None
    writes_at: int | None = None
    decoder: torch.Tensor | None = None  # float32 [unit, width]: what the decoder cosine is of; None for neurons
    folded: tuple[str, ...] = ()  # norms whose gains are in the vectors
    gaps: tuple[str, ...] = field(default=())


def wire(subject: Subject, source: Source, layer: int, *, fold: bool = True) -> Wiring:
    """Reading and writing vectors of the units of one layer.

    With ``fold`` the gain of the norm that they read through is in the reading vectors, and that of a norm between
    them and the stream in the writing vectors.

    :raises BadInput: a layer in which the source has no units, units that are no directions (heads, dimensions of the
        stream), an unknown architecture, or weights that are not finite.
    """
    reader = source.readers_of([layer])[layer]
    if reader.directions is not None:
        return _wire_directions(subject, reader.points, reader.directions, layer, fold=fold)
    if source.kind != "mlp":
        raise BadInput(
            f"units of the kind {source.kind} ({source.title}) have no reading and writing vectors; MLP neurons, "
            "latents and the vectors of a file have"
        )
    _refuse_elsewhere(subject, reader.points[0])
    return _wire_neurons(subject, layer, fold=fold)


def _refuse_elsewhere(subject: Subject, point: HookPoint) -> None:
    layout = layout_of(subject)
    expected = f"{layout.blocks}.{point.layer}.{layout.projection}"
    if (point.module, point.side) != (expected, "input"):
        raise BadInput(f"units are read at {point.module}; weights are known of neurons at {expected} only")


def _wire_neurons(subject: Subject, layer: int, *, fold: bool) -> Wiring:
    weights = mlp_weights(subject, layer)
    before = reading_gain(subject, layer) if fold else None
    behind = writing_gain(subject, layer) if fold else None
    parallel = layout_of(subject).middle is None
    return Wiring(
        layer=layer,
        reading=tuple(_with(matrix, before) for matrix in weights.reading),
        writing=_with(weights.writing, behind),
        reads_at=_PLACES_PER_LAYER * layer + (0 if parallel else _MIDDLE),
        writes_at=_PLACES_PER_LAYER * layer + _ADDED,
        folded=tuple(gain.module for gain in (before, behind) if gain is not None),
    )


def _wire_directions(
    subject: Subject, points: tuple[HookPoint, ...], directions: Directions, layer: int, *, fold: bool
) -> Wiring:
    """Several hook points are a crosscoder's: what it reads adds up, what it writes last is what the output sees."""
    names_in, names_out = _names(subject, points), _names(subject, directions.out)
    reads_at, writes_at = _places(subject, names_in, _READ), _places(subject, names_out, _WRITTEN)
    gain = reading_gain(subject, layer) if fold and any(name == "hook_mlp_in" for _, name in names_in) else None
    reading = _with(_summed(directions.reading), gain) if reads_at and directions.reading else None
    decoders = directions.writing()
    writing = _last(decoders, writes_at) if decoders else None
    _refuse_other_width(subject, points, [matrix for matrix in (reading, writing) if matrix is not None])
    gaps = _gaps(points, directions, reads=reading is not None, decoded=decoders is not None)
    return Wiring(
        layer=layer,
        reading=() if reading is None else (reading,),
        writing=writing,
        reads_at=None if reading is None else max(reads_at),
        writes_at=None if writing is None else min(writes_at),
        decoder=_side_by_side(decoders) if decoders else None,
        folded=(gain.module,) if gain is not None and reading is not None else (),
        gaps=tuple(gaps if writing is not None or decoders is None else [*gaps, _not_written(directions)]),
    )


def _summed(reading: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """[unit, d_model] of what is read at each of several points."""
    total = reading[0].T.float()
    for matrix in reading[1:]:
        total = total + matrix.T.float()
    return total


def _last(decoders: tuple[torch.Tensor, ...], places: list[int]) -> torch.Tensor | None:
    """What is written at the last of several places; None where they are not all in the stream."""
    if len(places) != len(decoders):
        return None
    return decoders[max(range(len(places)), key=lambda index: places[index])].float()


def _side_by_side(decoders: tuple[torch.Tensor, ...]) -> torch.Tensor:
    import torch

    return torch.cat([matrix.float() for matrix in decoders], dim=1)


def _refuse_other_width(subject: Subject, points: tuple[HookPoint, ...], matrices: list[torch.Tensor]) -> None:
    for matrix in matrices:
        if matrix.shape[1] != subject.info.d_model:
            raise BadInput(
                f"units read at {points[0].name} have vectors {matrix.shape[1]} wide, and the residual stream of "
                f"{subject.info.name} is {subject.info.d_model}"
            )
        if not bool(matrix.isfinite().all()):
            raise BadInput(f"units read at {points[0].name} have vectors that are not finite")


def _gaps(points: tuple[HookPoint, ...], directions: Directions, *, reads: bool, decoded: bool) -> list[str]:
    where = ", ".join(point.name for point in points)
    gaps = []
    if directions.reading is None:
        gaps.append(f"the encoder at {where} is known as a function only, so it has no reading vectors")
    elif not reads:
        gaps.append(f"what is read at {where} is not the residual stream, so what drives it is not defined by weights")
    if not decoded:
        gaps.append(f"the files of what is read at {where} hold no decoder")
    return gaps


def _not_written(directions: Directions) -> str:
    out = ", ".join(point.name for point in directions.out)
    if not out:
        return "where the decoder writes is no hook point of this model"
    return f"what is written goes to {out}, not to the residual stream, so what it drives is not defined by weights"


def _names(subject: Subject, points: tuple[HookPoint, ...]) -> list[tuple[int, str | None]]:
    """Layer and name of each hook point in the list of known ones, whatever name it was asked for by."""
    return [(point.layer, _name(subject, point)) for point in points]


def _name(subject: Subject, point: HookPoint) -> str | None:
    for name in dict.fromkeys((*_WRITTEN, *_NORMED)):
        try:
            known = find_hook(subject, f"blocks.{point.layer}.{name}")
        except BadInput:
            continue
        if (known.module, known.side, known.normalised) == (point.module, point.side, point.normalised):
            return name
    layout = layout_of(subject)
    block = f"{layout.blocks}.{point.layer}"
    same = {(f"{block}.{layout.norm}", "output"): "hook_mlp_in"}
    if layout.after_mlp is None:
        same[f"{block}.{layout.projection.rpartition('.')[0]}".rstrip("."), "output"] = "hook_mlp_out"
    return same.get((point.module, point.side))


def _places(subject: Subject, named: list[tuple[int, str | None]], known: dict[str, int]) -> list[int]:
    """The place of each hook point; empty unless all of them are in the stream."""
    layout = layout_of(subject)
    read = 0 if layout.middle is None else _MIDDLE
    table = known if known is _WRITTEN else {**known, **dict.fromkeys(_NORMED, read)}
    if any(name not in table for _, name in named):
        return []
    return [_PLACES_PER_LAYER * layer + table[name] for layer, name in named if name is not None]


def _with(matrix: torch.Tensor, gain: Gain | None) -> torch.Tensor:
    return matrix if gain is None else matrix * gain.values
